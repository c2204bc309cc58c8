package httpapi_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"example.org/rollcall/internal/testkit"
)

var strict = header{"Prefer": "respond-async, handling=strict"}

var unknownScenarios = []testkit.Scenario{
	{
		Name: "an unknown field gets a warning", As: "all", Method: "PATCH", Path: johnPath, Body: `{"firstName": "X", "last_name": "Roe", "notification_preferences": {"SMS": false}}`,
		Status: 200, SaveTag: "john",
		Want: `{"data": {"first_name": "John", "last_name": "Roe", "notification_preferences": {"email": true, "sms": true, "push": false},
			"warnings": [<any phone warning>
				{"field": "firstName", "code": "unknown_field", "message": "unknown field; probably first_name was meant"},
				{"field": "notification_preferences.SMS", "code": "unknown_field", "message": "unknown field; probably notification_preferences.sms was meant"}], "...": true}}`,
	},
	{
		Name: "warnings do not change the ETag", As: "all", Method: "GET", Path: johnPath, Header: ifNoneMatch("${john}"), Status: 304,
	},
	{
		Name: "handling=strict refuses unknown fields", As: "all", Method: "PATCH", Path: johnPath, Header: strict, Body: `{"firstName": "X", "b": 1, "last_name": "Poe"}`,
		Status: 422, Want: invalid("b unknown_field", "firstName unknown_field"),
	},
	{
		Name: "handling=strict accepts what GET returned", As: "all", Method: "PUT", Path: johnPath, Header: strict,
		Body:   `{"contact_id": "contact_789ghi", "external_contact_id": "x", "created_at": "x", "updated_at": 1, "validation": {}, "warnings": [], "last_name": "Roe"}`,
		Status: 200, Want: `{"data": {"last_name": "Roe", "...": true}}`,
	},
	{
		Name: "handling=strict accepts what GET returned, by reference", As: "all", Method: "PUT", Path: refPath + "/contact_789ghi", Header: strict,
		Body: `{"contact_id": "x", "external_contact_id": "contact_789ghi", "created_at": "x"}`, Status: 200, Want: `{"data": {"...": true}}`,
	},
	{
		Name: "handling=strict refuses an identifier other than that of the path", As: "all", Method: "PUT", Path: johnPath, Header: strict, Body: `{"contact_id": "other"}`,
		Status: 422, Want: invalid("contact_id unknown_field"),
	},
	{
		Name: "an unknown parameter gets a warning", As: "all", Method: "GET", Path: contactsPath + "?limt=1&per_page=1", Status: 200,
		Want: `{"data": {"contacts": [{"...": true}], "total_count": 2, "warnings": [{"field": "limt", "code": "unknown_parameter",
			"message": "unknown query parameter; this path supports as_of, type, role, phone_status, email_status, search, page, per_page, limit"}]}}`,
	},
	{
		Name: "an unknown parameter on a path without parameters gets a warning", As: "all", Method: "GET", Path: sitePath + "?x=1&x=2", Status: 200,
		Want: `{"data": {"warnings": [{"field": "x", "code": "unknown_parameter", "message": "unknown query parameter; this path has no query parameters"}], "...": true}}`,
	},
	{
		Name: "handling=strict refuses an unknown parameter", As: "all", Method: "GET", Path: contactsPath + "?limt=1", Header: strict, Status: 400,
		Want: `{"error": {"code": "invalid_request", "field": "limt", "message": "<any>", "request_id": "<request_id>",
			"details": [{"field": "limt", "code": "unknown_parameter", "message": "<any>"}]}}`,
	},
	{
		Name: "handling=lenient warns about an unknown parameter", As: "all", Method: "GET", Path: contactsPath + "?limt=1", Header: header{"Prefer": "handling=lenient"}, Status: 200,
		Want: `{"data": {"warnings": [{"...": true}], "...": true}}`,
	},
	{
		Name: "create with an unknown field gets a warning", As: "all", Method: "POST", Path: sitesPath, Header: once("u1"), Body: `{"name": "N", "nam": 1}`, Status: 201,
		WantHeader: fresh, Want: `{"data": {"warnings": [{"field": "nam", "...": true}], "...": true}}`,
	},
	{
		Name: "a replay has the warning too", As: "all", Method: "POST", Path: sitesPath, Header: once("u1"), Body: `{"name": "N", "nam": 1}`, Status: 201,
		WantHeader: replayed, Want: `{"data": {"warnings": [{"field": "nam", "...": true}], "...": true}}`,
	},
}

func TestUnknownNames(t *testing.T) {
	for i := range unknownScenarios {
		unknownScenarios[i].Want = strings.ReplaceAll(unknownScenarios[i].Want, "<any phone warning>", `{"field": "phone", "code": "not_dialable", "message": "<any>"},`)
	}
	testkit.Run(t, unknownScenarios)
}

// TestUnknownNamesAreLimited sends more unknown fields than a response lists.
func TestUnknownNamesAreLimited(t *testing.T) {
	a := testkit.NewApp(t)
	var body strings.Builder
	for n := range 4000 {
		fmt.Fprintf(&body, `"x%04d": 1, `, n)
	}
	status, answer := a.Do("all", "POST", sitesPath, `{`+body.String()+`"name": "N"}`)
	if warnings := answer["data"].(map[string]any)["warnings"].([]any); status != 201 || len(warnings) != 20 {
		t.Errorf("status %d with %d warnings, want 201 with 20", status, len(warnings))
	}
}

// TestEveryFieldOfABodyIsKnown sends every property of every body in the contract with a value of the wrong type. The error
// must name each.
func TestEveryFieldOfABodyIsKnown(t *testing.T) {
	a := testkit.NewApp(t)
	for path, item := range testkit.Contract(t).Paths.Map() {
		for method, operation := range item.Operations() {
			if operation.RequestBody == nil || operation.RequestBody.Value.Content["application/json"] == nil {
				continue
			}
			s := requests(t)[operation.OperationID]
			properties := operation.RequestBody.Value.Content["application/json"].Schema.Value.Properties
			_, answer := a.Do("all", s.Method, s.Path, wrongTypes(properties))
			for name := range properties {
				text := fmt.Sprint(answer["error"].(map[string]any)["message"])
				if !strings.Contains(text, name+": must be ") && !strings.Contains(text, name+".1: must be ") {
					t.Errorf("%s %s: message = %v, want %s in it", method, path, text, name)
				}
			}
		}
	}
}

// wrongTypes returns a body in which each property has a type that no field accepts.
func wrongTypes(properties openapi3.Schemas) string {
	var parts []string
	for name := range properties {
		parts = append(parts, fmt.Sprintf("%q: [[]]", name))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}
