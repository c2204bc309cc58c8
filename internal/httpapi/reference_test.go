package httpapi_test

import (
	"testing"

	"example.org/rollcall/internal/testkit"
)

// TestReference sends the examples of the reference. Its lists and its response to an update show only some fields; that the
// others are there is checked against the contract in every test.
func TestReference(t *testing.T) { testkit.Run(t, referenceScenarios) }

var referenceScenarios = []testkit.Scenario{
	{
		Name: "create a contact", As: "all", Method: "POST", Path: "/ext/v1/sites/site_123abc/contacts",
		Body: `{"first_name": "John", "last_name": "Doe", "email": "john.doe@example.com", "phone": "+1-555-0123",
			"type": "primary", "role": "owner", "notification_preferences": {"email": true, "sms": true, "push": false}}`,
		Status: 201,
		Want: `{"data": {"contact_id": "<contact_id>", "first_name": "John", "last_name": "Doe",
			"email": "john.doe@example.com", "phone": "+1-555-0123", "type": "primary", "role": "owner",
			"notification_preferences": {"email": true, "sms": true, "push": false},
			"created_at": "<time>", "updated_at": "<time>", "...": true}}`,
	},
	{
		Name: "create a contact by curl", As: "all", Method: "POST", Path: "/ext/v1/sites/site_123abc/contacts",
		Body: `{"first_name": "John", "last_name": "Doe", "email": "john.doe@example.com", "phone": "+1-555-0123",
			"type": "primary"}`,
		Status: 201,
		Want: `{"data": {"contact_id": "<contact_id>", "external_contact_id": "<contact_id>", "first_name": "John",
			"last_name": "Doe", "email": "john.doe@example.com", "phone": "+1-555-0123",
			"points": [
				{"point_id": "<any>", "kind": "phone", "value": "+1-555-0123", "extension": null, "label": null, "e164": null,
					"validation": {"status": "unconfirmed", "confirmed_at": null, "method": null}},
				{"point_id": "<any>", "kind": "email", "value": "john.doe@example.com", "extension": null, "label": null, "e164": null,
					"validation": {"status": "unconfirmed", "confirmed_at": null, "method": null}}],
			"type": "primary", "role": null, "language": null,
			"notification_preferences": {"email": true, "sms": true, "push": false}, "position": 4,
			"dispatch": null, "effective_dispatch": "both", "availability": [], "absences": [], "effective_at": null, "expires_at": null,
			"created_at": "<time>", "updated_at": "<time>",
			"validation": {"phone": {"status": "unconfirmed", "confirmed_at": null, "method": null},
				"email": {"status": "unconfirmed", "confirmed_at": null, "method": null}},
			"warnings": [{"field": "phone", "code": "not_dialable", "message": "<any>"}]}}`,
	},
	{
		Name: "get a contact", As: "all", Method: "GET", Path: "/ext/v1/sites/site_123abc/contacts/contact_789ghi",
		Status: 200,
		Want: `{"data": {"contact_id": "contact_789ghi", "first_name": "John", "last_name": "Doe",
			"email": "john.doe@example.com", "phone": "+1-555-0123", "type": "primary", "role": "owner",
			"notification_preferences": {"email": true, "sms": true, "push": false},
			"created_at": "<time>", "updated_at": "<time>", "...": true}}`,
	},
	{
		Name: "update a contact", As: "all", Method: "PUT", Path: "/ext/v1/sites/site_123abc/contacts/contact_789ghi",
		Body:   `{"phone": "+1-555-9999", "notification_preferences": {"email": true, "sms": true, "push": true}}`,
		Status: 200,
		Want: `{"data": {"contact_id": "contact_789ghi", "first_name": "John", "last_name": "Doe",
			"email": "john.doe@example.com", "phone": "+1-555-9999", "type": "primary",
			"notification_preferences": {"email": true, "sms": true, "push": true},
			"updated_at": "<time>", "...": true}}`,
	},
	{
		Name: "send a validation", As: "all", Method: "POST",
		Path:   "/ext/v1/sites/site_123abc/contacts/contact_789ghi/validation",
		Body:   `{"method": "sms", "message": "Please verify your phone number for alarm calls."}`,
		Status: 200,
		Want:   `{"data": {"validation_id": "<validation_id>", "status": "sent", "method": "sms", "point_id": "point_…", "sent_at": "<time>"}}`,
	},
	{
		Name: "create by reference", As: "all", Method: "POST", Path: "/ref/v1/sites/ACCT-1001/contacts",
		Body: `{"external_contact_id": "crm-42", "first_name": "Ada", "last_name": "Park", "phone": "+12025550142",
			"type": "secondary"}`,
		Status: 201,
		Want: `{"data": {"contact_id": "<contact_id>", "external_contact_id": "crm-42", "first_name": "Ada",
			"last_name": "Park", "email": null, "phone": "+12025550142", "points": [{"kind": "phone", "e164": "+12025550142", "...": true}],
			"type": "secondary", "role": null, "language": null,
			"notification_preferences": {"email": false, "sms": true, "push": false}, "position": 5,
			"dispatch": null, "effective_dispatch": "both", "availability": [], "absences": [], "effective_at": null, "expires_at": null,
			"created_at": "<time>", "updated_at": "<time>", "validation": {"...": true}}}`,
	},
	{
		Name: "delete by reference", As: "all", Method: "DELETE", Path: "/ref/v1/sites/ACCT-1001/contacts/crm-42",
		Status: 204,
	},
	{
		Name: "delete a contact", As: "all", Method: "DELETE",
		Path: "/ext/v1/sites/site_123abc/contacts/contact_789ghi", Status: 204,
	},
}

func TestReferenceList(t *testing.T) {
	want := `{"data": {"contacts": [
		{"contact_id": "contact_789ghi", "first_name": "John", "last_name": "Doe", "email": "john.doe@example.com",
			"phone": "+1-555-0123", "type": "primary", "role": "owner", "...": true},
		{"contact_id": "contact_abc123", "first_name": "Jane", "last_name": "Smith", "email": "jane.smith@example.com",
			"phone": "+1-555-0456", "type": "emergency", "role": "manager", "...": true}
	], "total_count": 2}}`
	testkit.Run(t, []testkit.Scenario{
		{
			Name: "get all contacts", As: "all", Method: "GET", Path: "/ext/v1/sites/site_123abc/contacts",
			Status: 200, Want: want,
		},
		{
			Name: "get all contacts by reference", As: "all", Method: "GET", Path: "/ref/v1/sites/ACCT-1001/contacts",
			Status: 200, Want: want,
		},
	})
}
