package httpapi_test

import (
	"testing"

	"example.org/rollcall/internal/testkit"
)

// TestPoints changes the points of contacts. What each change does to identity and state is a table of the package rollcall.
func TestPoints(t *testing.T) { testkit.Run(t, pointScenarios) }

const annPath = contactsPath + "/ann"

var pointScenarios = []testkit.Scenario{
	{
		Name: "create with points keeps their order, labels and extensions", As: "all", Method: "POST", Path: contactsPath,
		Body: `{"contact_id": "ann", "first_name": "Ann", "last_name": "Lee", "type": "primary", "points": [
			{"kind": "email", "value": "ann@example.org", "label": "work"},
			{"kind": "phone", "value": "+1 202 555 0147 x12", "label": "mobile", "e164": "ignored", "validation": {}},
			{"kind": "phone", "value": "202 555 0148", "extension": "*9,1#", "label": null}]}`,
		Status: 201,
		Want: `{"data": {"email": "ann@example.org", "phone": "+1 202 555 0147 x12", "notification_preferences": {"email": true, "sms": true, "push": false},
			"points": [
				{"point_id": "<any>", "kind": "email", "value": "ann@example.org", "extension": null, "label": "work", "e164": null,
					"validation": {"status": "unconfirmed", "confirmed_at": null, "method": null}},
				{"kind": "phone", "value": "+1 202 555 0147 x12", "extension": "12", "label": "mobile", "e164": "+12025550147", "...": true},
				{"kind": "phone", "value": "202 555 0148", "extension": "*9,1#", "label": null, "e164": "+12025550148", "...": true}], "...": true}}`,
	},
	{
		Name: "a spelling that the site's country makes the same answers 422", As: "all", Method: "POST", Path: contactsPath,
		Body: `{"first_name": "A", "last_name": "", "type": "billing", "points": [
			{"kind": "phone", "value": "202 555 0147"}, {"kind": "phone", "value": "+1 202 555 0147"}]}`,
		Status: 422, Want: invalid("points.2.value duplicate"),
	},
	{
		Name: "every bad field of points is named", As: "all", Method: "PUT", Path: annPath,
		Body: `{"points": [{"kind": "fax", "value": "1"}, {"point_id": "point_none", "kind": "phone", "value": "1"},
			{"kind": "phone", "value": "none", "extension": "a", "label": "boat"}, {"kind": "phone", "value": "1 x2", "extension": "3"}]}`,
		Status: 422,
		Want: invalid("points.2.point_id invalid", "points.1.kind invalid", "points.3.value invalid", "points.3.label invalid",
			"points.3.extension invalid"),
	},
	{
		Name: "points null answers 422", As: "all", Method: "PUT", Path: annPath, Body: `{"points": null}`, Status: 422,
		Want: invalid("points not_nullable"),
	},
	{
		Name: "points empty answers 422", As: "all", Method: "PUT", Path: annPath, Body: `{"points": []}`, Status: 422,
		Want: invalid("points required"),
	},
	{
		Name: "points with other types answer 400", As: "all", Method: "PUT", Path: annPath, Body: `{"points": [{"value": 1}]}`, Status: 400,
		Want: failure("invalid_request", "points.1.value"),
	},
	{
		Name: "unknown fields of points get a warning", As: "all", Method: "PUT", Path: annPath,
		Body: `{"points": [{"kind": "email", "value": "ann@example.org", "type": "x"}, {"kind": "phone", "value": "+1 202 555 0147 x12"},
			{"kind": "phone", "value": "+12025550148", "extension": "*9,1#"}]}`,
		Status: 200,
		Want: `{"data": {"points": [{"label": "work", "...": true}, {"label": "mobile", "...": true}, {"value": "+12025550148", "extension": "*9,1#", "...": true}],
			"warnings": [{"field": "points.1.type", "code": "unknown_field", "message": "<any>"}], "...": true}}`,
	},
	{
		Name: "the next phone shows when the first is removed, with a warning", As: "all", Method: "PUT", Path: annPath, Body: `{"phone": null}`, Status: 200,
		Want: `{"data": {"phone": "+12025550148", "points": [{"kind": "email", "...": true}, {"value": "+12025550148", "...": true}],
			"warnings": [{"field": "phone", "code": "next_point", "message": "<any>"}], "...": true}}`,
	},
	{
		Name: "phone beside points that differ from it answers 422", As: "all", Method: "PUT", Path: annPath,
		Body:   `{"phone": "+1 202 555 0149", "points": [{"kind": "phone", "value": "+1 202 555 0147"}]}`,
		Status: 422, Want: invalid("phone invalid"),
	},
	{
		Name: "a warning names the place of another phone than the first", As: "all", Method: "PUT", Path: annPath,
		Body: `{"points": [{"kind": "phone", "value": "+1 202 555 0147"}, {"kind": "phone", "value": "555 0123"}]}`, Status: 200,
		Want: `{"data": {"email": null, "warnings": [{"field": "points.2.value", "code": "not_dialable", "message": "<any>"}], "...": true}}`,
	},
	{
		Name: "an attestation of phone confirms the first phone", As: "all", Method: "POST", Path: annPath + "/attestation",
		Body: `{"point": "phone", "note": "met"}`, Status: 200,
		Want: `{"data": {"validation": {"phone": {"status": "confirmed", "...": true}, "email": {"status": "unconfirmed", "...": true}}, "...": true}}`,
	},
	{
		Name: "a reordered point keeps its state", As: "all", Method: "PUT", Path: annPath,
		Body: `{"points": [{"kind": "phone", "value": "555 0123"}, {"kind": "phone", "value": "(202) 555-0147"}]}`, Status: 200,
		Want: `{"data": {"validation": {"phone": {"status": "unconfirmed", "...": true}, "...": true},
			"points": [{"value": "555 0123", "...": true}, {"value": "(202) 555-0147", "validation": {"status": "confirmed", "...": true}, "...": true}], "...": true}}`,
	},
	{
		Name: "phone_status finds any phone of a contact", As: "all", Method: "GET", Path: contactsPath + "?phone_status=confirmed", Status: 200,
		Want: `{"data": {"contacts": [{"contact_id": "ann", "...": true}], "total_count": 1}}`,
	},
	{
		Name: "search finds the digits of any phone", As: "all", Method: "GET", Path: contactsPath + "?search=2025550147", Status: 200,
		Want: `{"data": {"contacts": [{"contact_id": "ann", "...": true}], "total_count": 1}}`,
	},
	{
		Name: "a removed point is gone", As: "all", Method: "PUT", Path: annPath, Body: `{"points": [{"kind": "phone", "value": "555 0123"}]}`, Status: 200,
		Want: `{"data": {"points": [{"validation": {"status": "unconfirmed", "...": true}, "...": true}], "...": true}}`,
	},
	{
		Name: "a removed value that comes back has its last state", As: "all", Method: "PUT", Path: annPath,
		Body: `{"phone": "+12025550147"}`, Status: 200,
		Want: `{"data": {"points": [{"value": "+12025550147", "validation": {"status": "confirmed", "...": true}, "...": true}], "...": true}}`,
	},
}
