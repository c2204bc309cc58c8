package httpapi_test

import (
	"testing"

	"example.org/rollcall/internal/testkit"
)

func TestCalling(t *testing.T) { testkit.Run(t, callingScenarios) }

var callingScenarios = []testkit.Scenario{
	{
		Name: "a contact is always called unless its type says otherwise", As: "all", Method: "GET", Path: johnPath, Status: 200,
		Want: `{"data": {"position": 1, "dispatch": null, "effective_dispatch": "both", "availability": [], "absences": [],
			"effective_at": null, "expires_at": null, "...": true}}`,
	},
	{
		Name: "a billing contact is never called unless dispatch says otherwise", As: "all", Method: "POST", Path: contactsPath,
		Body: ok + `, "contact_id": "c3", "dispatch": ""}`, Status: 201,
		Want: `{"data": {"dispatch": null, "effective_dispatch": "never", "...": true}}`,
	},
	{
		Name: "dispatch overrides the type", As: "all", Method: "PUT", Path: contactsPath + "/c3", Body: `{"dispatch": "after"}`, Status: 200,
		Want: `{"data": {"dispatch": "after", "effective_dispatch": "after", "...": true}}`,
	},
	{
		Name: "all fields come back, times in UTC with their fractions", As: "all", Method: "PUT", Path: johnPath, Body: `{
			"dispatch": "before", "availability": [{"days": ["sun", "mon"], "from": "08:00", "to": "17:30"}, {"days": ["sat"], "from": "22:00", "to": "06:00"}],
			"absences": [{"from": "2027-03-15T15:00:00+02:00", "to": "2027-03-16T00:00:00.25Z", "note": "At the sea"}, {"from": "2028-01-01T00:00:00Z", "to": "2028-01-02T00:00:00Z"}],
			"effective_at": "2026-12-01T00:00:00Z", "expires_at": "2030-01-01T00:00:00+01:00"}`, Status: 200,
		Want: `{"data": {"dispatch": "before", "effective_dispatch": "before",
			"availability": [{"days": ["mon", "sun"], "from": "08:00", "to": "17:30"}, {"days": ["sat"], "from": "22:00", "to": "06:00"}],
			"absences": [{"from": "2027-03-15T13:00:00Z", "to": "2027-03-16T00:00:00.25Z", "note": "At the sea"}, {"from": "2028-01-01T00:00:00Z", "to": "2028-01-02T00:00:00Z", "note": null}],
			"effective_at": "2026-12-01T00:00:00Z", "expires_at": "2029-12-31T23:00:00Z",
			"warnings": [{"field": "availability", "code": "timezone_missing", "message": "<any>"}, {"field": "phone", "code": "<any>", "message": "<any>"}], "...": true}}`,
		SaveTag: "ignored",
	},
	{
		Name: "the answer can be sent back without a change", As: "all", Method: "PUT", Path: johnPath, Header: header{"If-Match": "${ignored}"}, Body: `{"dispatch": "before", "effective_dispatch": "both",
			"availability": [{"days": ["mon", "sun"], "from": "08:00", "to": "17:30"}, {"days": ["sat"], "from": "22:00", "to": "06:00"}],
			"absences": [{"from": "2027-03-15T13:00:00Z", "to": "2027-03-16T00:00:00.25Z", "note": "At the sea"}, {"from": "2028-01-01T00:00:00Z", "to": "2028-01-02T00:00:00Z", "note": null}],
			"effective_at": "2026-12-01T00:00:00Z", "expires_at": "2029-12-31T23:00:00Z"}`, Status: 200,
		Want: `{"data": {"...": true}}`, WantHeader: map[string]string{"ETag": "${ignored}"},
	},
	{Name: "the site gets a time zone", As: "all", Method: "PATCH", Path: "/ext/v1/sites/site_123abc", Body: `{"timezone": "America/New_York"}`, Status: 200, Want: `{"data": {"...": true}}`},
	{
		Name: "with a time zone the warning and the tag are gone", As: "all", Method: "GET", Path: johnPath, Header: header{"If-None-Match": "${ignored}"}, Status: 200,
		Want: `{"data": {"warnings": [{"field": "phone", "code": "<any>", "message": "<any>"}], "...": true}}`,
	},
	{
		Name: "a contact with hours at a site with a time zone has no warning", As: "all", Method: "POST", Path: contactsPath,
		Body: `{"first_name": "A", "last_name": "", "phone": "+1 202 555 0147", "type": "primary", "contact_id": "c4", "availability": [{"days": ["mon"], "from": "00:00", "to": "00:00"}]}`, Status: 201,
		Want: `{"data": {"contact_id": "c4", "external_contact_id": "c4", "first_name": "A", "last_name": "", "email": null, "phone": "+1 202 555 0147", "points": [{"...": true}], "type": "primary", "role": null, "language": null,
			"notification_preferences": {"email": false, "sms": true, "push": false}, "position": 4, "dispatch": null, "effective_dispatch": "both",
			"availability": [{"days": ["mon"], "from": "00:00", "to": "00:00"}], "absences": [], "effective_at": null, "expires_at": null,
			"created_at": "<time>", "updated_at": "<time>", "validation": {"...": true}}}`,
	},
	{
		Name: "null and empty lists clear the fields", As: "all", Method: "PUT", Path: johnPath,
		Body: `{"dispatch": null, "availability": [], "absences": [], "effective_at": null, "expires_at": ""}`, Status: 200,
		Want: `{"data": {"dispatch": null, "availability": [], "absences": [], "effective_at": null, "expires_at": null, "...": true}}`,
	},
	{
		Name: "every bad field is named", As: "all", Method: "PUT", Path: johnPath, Body: `{"position": 0, "dispatch": "sometimes",
			"availability": [{"days": ["mon"], "from": "08:00", "to": "17:00"}, {"days": [], "from": "24:00", "to": "9"}, {"days": ["someday"], "from": "08:00", "to": "17:00"}, {}],
			"absences": [{"from": "2027-03-15T15:00:00Z", "to": "2027-03-15T15:00:00Z"}, {"from": "yesterday", "note": "\u0000"}],
			"effective_at": "2027-03-15", "expires_at": "never"}`, Status: 422,
		Want: invalid("position invalid", "dispatch invalid", "availability.2.days required", "availability.2.from invalid", "availability.2.to invalid",
			"availability.3.days invalid", "availability.4.days required", "availability.4.from required", "availability.4.to required",
			"absences.1.to invalid", "absences.2.from invalid", "absences.2.to required", "absences.2.note invalid", "effective_at invalid", "expires_at invalid"),
	},
	{
		Name: "a contact can't expire before it is effective", As: "all", Method: "PUT", Path: johnPath,
		Body: `{"effective_at": "2028-01-01T00:00:00Z", "expires_at": "2027-01-01T00:00:00Z"}`, Status: 422, Want: invalid("expires_at invalid"),
	},
	{
		Name: "lists can't be null", As: "all", Method: "PUT", Path: johnPath, Body: `{"availability": null, "absences": null}`, Status: 422,
		Want: invalid("availability not_nullable", "absences not_nullable"),
	},
	{
		Name: "values of the wrong type are named by their places", As: "all", Method: "PUT", Path: johnPath,
		Body: `{"availability": [{"days": "mon", "from": 8, "to": "17:00"}], "absences": [null]}`, Status: 400,
		Want: `{"error": {"code": "invalid_request", "message": "<any>", "field": "availability.1.days", "request_id": "<request_id>", "details": [
			{"field": "availability.1.days", "code": "wrong_type", "message": "<any>"}, {"field": "availability.1.from", "code": "wrong_type", "message": "<any>"},
			{"field": "absences", "code": "wrong_type", "message": "<any>"}]}}`,
	},
	{
		Name: "unknown names in a list are warned of by their places", As: "all", Method: "PUT", Path: johnPath,
		Body: `{"availability": [{"days": ["mon"], "from": "08:00", "to": "17:00", "until": "18:00"}]}`, Status: 200,
		Want: `{"data": {"warnings": [{"field": "phone", "code": "<any>", "message": "<any>"}, {"field": "availability.1.until", "code": "unknown_field", "message": "<any>"}], "...": true}}`,
	},
	{
		Name: "nothing of a refused change was stored", As: "all", Method: "GET", Path: johnPath, Status: 200,
		Want: `{"data": {"position": 1, "dispatch": null, "absences": [], "effective_at": null, "expires_at": null, "...": true}}`,
	},
}
