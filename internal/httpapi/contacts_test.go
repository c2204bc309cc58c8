package httpapi_test

import (
	"fmt"
	"strings"
	"testing"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/testkit"
)

const (
	contactsPath = "/ext/v1/sites/site_123abc/contacts"
	johnPath     = contactsPath + "/contact_789ghi"
	refPath      = "/ref/v1/sites/ACCT-1001/contacts"
)

// failure returns the body of an error with the code and the field.
func failure(code, field string) string {
	if field == "" {
		return fmt.Sprintf(`{"error": {"code": %q, "message": "<any>", "request_id": "<request_id>"}}`, code)
	}
	return fmt.Sprintf(`{"error": {"code": %q, "message": "<any>", "field": %q, "request_id": "<request_id>"}}`, code, field)
}

// taken returns the body of an error for an identifier that the record existing has.
func taken(code, field, existing string) string {
	return fmt.Sprintf(`{"error": {"code": %q, "message": "<any>", "field": %q, "existing_id": %q, "request_id": "<request_id>"}}`, code, field, existing)
}

// invalid returns the body of a validation_failed error with the "field code" pairs, in order.
func invalid(pairs ...string) string {
	details := make([]string, len(pairs))
	first := ""
	for i, pair := range pairs {
		field, code, _ := strings.Cut(pair, " ")
		if i == 0 {
			first = field
		}
		details[i] = fmt.Sprintf(`{"field": %q, "code": %q, "message": "<any>"}`, field, code)
	}
	return fmt.Sprintf(`{"error": {"code": "validation_failed", "message": "<any>", "field": %q, "request_id": "<request_id>",
		"details": [%s]}}`, first, strings.Join(details, ","))
}

// ok is the start of the body of a valid contact.
const ok = `{"first_name": "A", "last_name": "", "phone": "1", "type": "billing"`

func TestCreateContact(t *testing.T) { testkit.Run(t, createContactScenarios) }

var createContactScenarios = []testkit.Scenario{
	{
		Name: "create with the caller's identifiers keeps them", As: "all", Method: "POST", Path: contactsPath,
		Body: ok + `, "contact_id": "1784", "external_contact_id": "crm/1 ä"}`, Status: 201,
		Want: `{"data": {"contact_id": "1784", "external_contact_id": "crm/1 ä", "first_name": "A", "last_name": "", "...": true}}`,
	},
	{
		Name: "create with a contact_id that is taken answers 409", As: "all", Method: "POST", Path: contactsPath,
		Body: ok + `, "contact_id": "1784"}`, Status: 409, Want: taken("contact_id_taken", "contact_id", "<any>"),
	},
	{
		Name: "create with an external_contact_id that is taken answers 409", As: "all", Method: "POST", Path: contactsPath,
		Body: ok + `, "external_contact_id": "crm/1 ä"}`, Status: 409,
		Want: taken("external_contact_id_taken", "external_contact_id", "<any>"),
	},
	{
		Name: "an identifier with a slash is found percent-encoded", As: "all", Method: "GET",
		Path: refPath + "/crm%2F1%20%C3%A4", Status: 200, Want: `{"data": {"contact_id": "1784", "...": true}}`,
	},
	{
		Name: "names are trimmed and otherwise unchanged", As: "all", Method: "POST", Path: contactsPath,
		Body:   `{"first_name": "  Zoë \t", "last_name": "de  la Cruz", "email": "zoe@example.org", "type": "billing"}`,
		Status: 201,
		Want: `{"data": {"first_name": "Zoë", "last_name": "de  la Cruz", "phone": null,
			"notification_preferences": {"email": true, "sms": false, "push": false}, "...": true}}`,
	},
	{
		Name: "preferences in the body are stored", As: "all", Method: "POST", Path: contactsPath,
		Body:   ok + `, "notification_preferences": {"sms": false, "push": true}}`,
		Status: 201,
		Want:   `{"data": {"notification_preferences": {"email": false, "sms": false, "push": true}, "...": true}}`,
	},
	{
		Name: "an empty email or role becomes null", As: "all", Method: "POST", Path: contactsPath,
		Body: ok + `, "email": "", "role": ""}`, Status: 201, Want: `{"data": {"email": null, "role": null, "...": true}}`,
	},
	{
		Name: "unknown fields get a warning, and the last of duplicate fields counts", As: "all", Method: "POST", Path: contactsPath,
		Body:   `{"first_name": "A", "last_name": "", "email": "a@example.org", "type": "billing", "shoe": {"size": 9}, "first_name": 7, "first_name": "B"}`,
		Status: 201,
		Want:   `{"data": {"first_name": "B", "warnings": [{"field": "shoe", "code": "unknown_field", "message": "unknown field"}], "...": true}}`,
	},
	{
		Name: "every invalid field is named", As: "all", Method: "POST", Path: contactsPath,
		Body: `{"contact_id": "..", "first_name": " ", "email": "nobody", "phone": "none", "type": "friend", "role": "boss",
			"notification_preferences": {"email": null}}`,
		Status: 422,
		Want: invalid("contact_id invalid", "first_name required", "last_name required", "email invalid", "phone invalid",
			"type invalid", "role invalid", "notification_preferences.email not_nullable"),
	},
	{
		Name: "a contact without phone and email answers 422", As: "all", Method: "POST", Path: contactsPath,
		Body: `{"first_name": "A", "last_name": "B", "type": "primary"}`, Status: 422, Want: invalid("email required"),
	},
	{
		Name: "null in a required field answers 422", As: "all", Method: "POST", Path: contactsPath,
		Body:   `{"first_name": null, "last_name": null, "type": null, "phone": "1", "notification_preferences": null}`,
		Status: 422,
		Want: invalid("first_name not_nullable", "last_name not_nullable", "type not_nullable",
			"notification_preferences not_nullable"),
	},
	{
		Name: "null is accepted only in optional fields", As: "all", Method: "POST", Path: contactsPath,
		Body: `{"first_name": "A", "last_name": "B", "type": null, "phone": "1", "external_contact_id": null}`, Status: 422,
		Want: `{"error": {"code": "validation_failed", "field": "external_contact_id", "request_id": "<request_id>",
			"message": "external_contact_id: must not be null; omit it or give a value; type: must not be null; it is required",
			"details": [{"field": "external_contact_id", "code": "not_nullable", "message": "must not be null; omit it or give a value"},
				{"field": "type", "code": "not_nullable", "message": "must not be null; it is required"}]}}`,
	},
	{
		Name: "values that are too long answer 422", As: "all", Method: "POST", Path: contactsPath,
		Body: `{"first_name": "` + strings.Repeat("ä", 101) + `", "last_name": "B", "type": "primary", "phone": "` +
			strings.Repeat("1", 65) + `", "email": "` + strings.Repeat("a", 250) + `@b.example"}`,
		Status: 422, Want: invalid("first_name too_long", "email too_long", "phone too_long"),
	},
	{
		Name: "a name of 100 characters is accepted", As: "all", Method: "POST", Path: contactsPath,
		Body:   `{"first_name": "` + strings.Repeat("ä", 100) + `", "last_name": "B", "type": "primary", "phone": "1"}`,
		Status: 201, Want: `{"data": {"first_name": "` + strings.Repeat("ä", 100) + `", "...": true}}`,
	},
	{
		Name: "create at another dealer's site answers 404", As: "other", Method: "POST", Path: contactsPath,
		Body: ok + `}`, Status: 404, Want: failure("site_not_found", ""),
	},
	{
		Name: "create with invalid fields at another dealer's site answers 404", As: "other", Method: "POST", Path: contactsPath,
		Body: `{"first_name": "A", "last_name": "B", "type": "primary"}`, Status: 404, Want: failure("site_not_found", ""),
	},
}

const john, jane, elodie = "contact_789ghi", "contact_abc123", "elodie"

// contactList returns the body of a list of contacts.
func contactList(total int, ids ...string) string {
	contacts := make([]string, len(ids))
	for i, id := range ids {
		contacts[i] = fmt.Sprintf(`{"contact_id": %q, "...": true}`, id)
	}
	return fmt.Sprintf(`{"data": {"contacts": [%s], "total_count": %d}}`, strings.Join(contacts, ","), total)
}

var listQueries = []struct{ query, want string }{
	{"", contactList(3, john, jane, elodie)},
	{"?type=emergency", contactList(2, jane, elodie)},
	{"?role=owner", contactList(1, john)},
	{"?type=billing", contactList(0)},
	{"?type=emergency&role=owner", contactList(0)},
	{"?search=", contactList(3, john, jane, elodie)},
	{"?search=jo", contactList(1, john)},
	{"?search=DOE%20john", contactList(1, john)},
	{"?search=doe%20jane", contactList(0)},
	{"?search=elodie", contactList(1, elodie)},
	{"?search=smith@EXAMPLE", contactList(1, jane)},
	{"?search=%2B1-555-0123", contactList(1, john)},
	{"?search=202%20555", contactList(1, elodie)},
	{"?search=1202555", contactList(1, elodie)},
	{"?search=2-0", contactList(0)},
	{"?search=011%201%20202%20555%200142", contactList(1, elodie)},
	{"?search=%25", contactList(1, elodie)},
	{"?search=_", contactList(1, elodie)},
	{"?search=%5C", contactList(1, elodie)},
	{"?search='%20OR%20''='", contactList(0)},
	{"?page=1&per_page=2", contactList(3, john, jane)},
	{"?page=2&per_page=2", contactList(3, elodie)},
	{"?page=3&per_page=2", contactList(3)},
	{"?page=2&limit=1", contactList(3, jane)},
	{"?per_page=1&limit=3", contactList(3, john)},
	{"?per_page=9999", contactList(3, john, jane, elodie)},
	{"?page=9223372036854775807&per_page=500", contactList(3)},
	{"?type=emergency&per_page=1&page=2", contactList(2, elodie)},
}

var badListQueries = []struct{ query, field string }{
	{"?page=0", "page"},
	{"?page=-1", "page"},
	{"?page=x", "page"},
	{"?page=", "page"},
	{"?per_page=0", "per_page"},
	{"?limit=1.5", "limit"},
	{"?type=friend", "type"},
	{"?role=", "role"},
	{"?search=%FF", "search"},
	{"?search=%zz", ""},
	{"?search=doe%", ""},
	{"?search=a;b", ""},
	{"?type=billing;role=owner", ""},
	{"?search=" + strings.Repeat("a", 201), "search"},
}

func TestListContacts(t *testing.T) {
	add := testkit.Scenario{
		Name: "create a third contact", As: "all", Method: "POST", Path: contactsPath, Status: 201, Want: `{"data": {"...": true}}`,
		Body: `{"contact_id": "elodie", "first_name": "Élodie", "last_name": "O%_\\", "phone": "(202) 555-0142", "type": "emergency"}`,
	}
	scenarios := []testkit.Scenario{add}
	for _, tt := range listQueries {
		scenarios = append(scenarios, testkit.Scenario{
			Name: "list" + tt.query, As: "contacts:read", Method: "GET", Path: contactsPath + tt.query, Status: 200, Want: tt.want,
		})
	}
	for _, tt := range badListQueries {
		for _, path := range []string{contactsPath, refPath} {
			scenarios = append(scenarios, testkit.Scenario{
				Name: "bad " + path + tt.query, As: "all", Method: "GET", Path: path + tt.query, Status: 400,
				Want: failure("invalid_request", tt.field),
			})
		}
	}
	testkit.Run(t, scenarios)
}

func TestUpdateContact(t *testing.T) {
	for _, method := range []string{"PUT", "PATCH"} {
		t.Run(method, func(t *testing.T) { testkit.Run(t, updateScenarios(method)) })
	}
	testkit.Run(t, []testkit.Scenario{{
		Name: "PATCH with merge-patch+json updates", As: "all", Method: "PATCH", Path: johnPath, Body: `{"last_name": "Roe"}`,
		Header: map[string]string{"Content-Type": "application/merge-patch+json; charset=utf-8"},
		Status: 200, Want: `{"data": {"last_name": "Roe", "...": true}}`,
	}})
}

func updateScenarios(method string) []testkit.Scenario {
	return []testkit.Scenario{
		{
			Name: "an empty update changes nothing", As: "all", Method: method, Path: johnPath, Body: `{}`, Status: 200,
			Want: `{"data": {"first_name": "John", "phone": "+1-555-0123", "role": "owner", "...": true}}`,
		},
		{
			Name: "null clears a field and preferences merge", As: "all", Method: method, Path: johnPath,
			Body:   `{"email": null, "role": null, "notification_preferences": {"push": true}}`,
			Status: 200,
			Want: `{"data": {"email": null, "role": null,
				"notification_preferences": {"email": true, "sms": true, "push": true}, "...": true}}`,
		},
		{
			Name: "removing the last of phone and email answers 422", As: "all", Method: method, Path: johnPath,
			Body: `{"phone": null}`, Status: 422, Want: invalid("phone required"),
		},
		{
			Name: "every invalid field of an update is named", As: "all", Method: method, Path: johnPath,
			Body: `{"first_name": "", "last_name": null, "type": "", "role": "boss"}`, Status: 422,
			Want: invalid("first_name required", "last_name not_nullable", "type invalid", "role invalid"),
		},
		{
			Name: "an update does not change identifiers", As: "all", Method: method, Path: johnPath,
			Body: `{"contact_id": 5, "external_contact_id": "x", "last_name": "Roe"}`, Status: 200,
			Want: `{"data": {"contact_id": "contact_789ghi", "external_contact_id": "contact_789ghi", "last_name": "Roe", "...": true}}`,
		},
		{
			Name: "update of an unknown contact answers 404", As: "all", Method: method, Path: contactsPath + "/unknown",
			Body: `{"last_name": "Roe"}`, Status: 404, Want: failure("contact_not_found", ""),
		},
		{
			Name: "update of a contact at another site answers 404", As: "all", Method: method, Path: "/ext/v1/sites/elsewhere/contacts/contact_789ghi",
			Body: `{"last_name": "Roe"}`, Status: 404, Want: failure("site_not_found", ""),
		},
		{
			Name: "update of another dealer's contact answers 404", As: "other", Method: method, Path: johnPath,
			Body: `{"last_name": "Roe"}`, Status: 404, Want: failure("site_not_found", ""),
		},
	}
}

func TestContactsByReference(t *testing.T) { testkit.Run(t, byReferenceScenarios) }

var byReferenceScenarios = []testkit.Scenario{
	{
		Name: "PUT with a new external id creates", As: "all", Method: "PUT", Path: refPath + "/crm-1", Status: 201,
		Body: `{"first_name": "Ada", "last_name": "Park", "phone": "+12025550142", "type": "emergency", "external_contact_id": "other"}`,
		Want: `{"data": {"contact_id": "<contact_id>", "external_contact_id": "crm-1", "...": true}}`,
	},
	{
		Name: "PUT with a known external id updates", As: "all", Method: "PUT", Path: refPath + "/crm-1", Status: 200,
		Body: `{"last_name": "Parker"}`, Want: `{"data": {"first_name": "Ada", "last_name": "Parker", "...": true}}`,
	},
	{
		Name: "PUT with a new external id requires what create requires", As: "all", Method: "PUT", Path: refPath + "/crm-2", Status: 422,
		Body: `{"last_name": "Parker"}`, Want: invalid("first_name required", "email required", "type required"),
	},
	{
		Name: "PUT with an external id that is too long answers 422", As: "all", Method: "PUT", Path: refPath + "/" + strings.Repeat("a", 129),
		Body:   `{"first_name": "Ada", "last_name": "Park", "phone": "+12025550142", "type": "emergency"}`,
		Status: 422, Want: invalid("external_contact_id too_long"),
	},
	{
		Name: "POST with an external id that is taken answers 409", As: "all", Method: "POST", Path: refPath, Status: 409,
		Body: `{"external_contact_id": "crm-1", "first_name": "Ada", "last_name": "Park", "phone": "1", "type": "emergency"}`,
		Want: taken("external_contact_id_taken", "external_contact_id", "<any>"),
	},
	{
		Name: "POST with invalid fields answers 422", As: "all", Method: "POST", Path: refPath, Status: 422,
		Body: `{"first_name": "", "last_name": "Park", "phone": "1", "type": "emergency"}`, Want: invalid("first_name required"),
	},
	{
		Name: "GET by external id", As: "all", Method: "GET", Path: refPath + "/crm-1", Status: 200,
		Want: `{"data": {"external_contact_id": "crm-1", "...": true}}`,
	},
	{
		Name: "a contact without an external id is found by its contact_id", As: "all", Method: "GET",
		Path: refPath + "/contact_789ghi", Status: 200, Want: `{"data": {"contact_id": "contact_789ghi", "...": true}}`,
	},
	{
		Name: "external ids are case-sensitive", As: "all", Method: "GET", Path: refPath + "/CRM-1", Status: 404,
		Want: failure("contact_not_found", ""),
	},
	{
		Name: "account references are case-sensitive", As: "all", Method: "GET", Path: "/ref/v1/sites/acct-1001/contacts/crm-1", Status: 404,
		Want: failure("site_not_found", ""),
	},
	{Name: "DELETE by external id", As: "all", Method: "DELETE", Path: refPath + "/crm-1", Status: 204},
	{
		Name: "DELETE of a deleted contact answers 404", As: "all", Method: "DELETE", Path: refPath + "/crm-1", Status: 404,
		Want: failure("contact_not_found", ""),
	},
	{
		Name: "PUT with the external id of a deleted contact creates", As: "all", Method: "PUT", Path: refPath + "/crm-1", Status: 201,
		Body: `{"first_name": "Ada", "last_name": "Park", "phone": "+12025550142", "type": "emergency"}`,
		Want: `{"data": {"...": true}}`,
	},
	{
		Name: "PUT at another dealer's site answers 404", As: "other", Method: "PUT", Path: refPath + "/crm-1", Status: 404,
		Body: `{"last_name": "Parker"}`, Want: failure("site_not_found", ""),
	},
}

func TestContactLimit(t *testing.T) {
	a := testkit.NewApp(t, func(o *app.Options) { o.MaxContactsPerSite = 3 })
	for _, s := range []testkit.Scenario{
		{Name: "create up to the limit", Method: "POST", Path: contactsPath, Body: ok + `}`, Status: 201, Want: `{"data": {"...": true}}`},
		{Name: "create over the limit answers 409", Method: "POST", Path: contactsPath, Body: ok + `}`, Status: 409, Want: failure("contact_limit_reached", "")},
		{Name: "create by reference over the limit answers 409", Method: "POST", Path: refPath, Body: ok + `}`, Status: 409, Want: failure("contact_limit_reached", "")},
		{Name: "PUT by reference over the limit answers 409", Method: "PUT", Path: refPath + "/crm-1", Body: ok + `}`, Status: 409, Want: failure("contact_limit_reached", "")},
		{Name: "an update at the limit is accepted", Method: "PUT", Path: johnPath, Body: `{"last_name": "Roe"}`, Status: 200, Want: `{"data": {"...": true}}`},
		{Name: "the refused contacts were not created", Method: "GET", Path: contactsPath + "?per_page=1", Status: 200, Want: `{"data": {"contacts": [{"...": true}], "total_count": 3}}`},
		{Name: "delete a contact", Method: "DELETE", Path: johnPath, Status: 204},
		{Name: "create after a deletion is accepted", Method: "POST", Path: contactsPath, Body: ok + `}`, Status: 201, Want: `{"data": {"...": true}}`},
	} {
		s.As = "all"
		t.Run(s.Name, func(t *testing.T) { a.Try(t, s) })
	}
}
