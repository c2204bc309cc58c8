package httpapi_test

import (
	"testing"

	"example.org/rollcall/internal/testkit"
)

const suppressionsPath = "/ext/v1/suppressions"

func suppression(point, value, reason string) string {
	return `{"suppression_id": "<any>", "point": "` + point + `", "value": ` + value + `, "reason": "` + reason + `", "created_at": "<time>"}`
}

func states(phone, email string) string {
	return `{"data": {"validation": {"phone": {"status": "` + phone + `", "...": true}, "email": {"status": "` + email + `", "...": true}}, "...": true}}`
}

var suppressionScenarios = []testkit.Scenario{
	{Name: "none", As: "privacy:write", Method: "GET", Path: suppressionsPath, Status: 200, Want: `{"data": {"suppressions": [], "total_count": 0}}`},
	{
		Name: "an e-mail", As: "all", Method: "POST", Path: suppressionsPath, Body: `{"point": "email", "value": "JOHN.DOE@example.com"}`, Status: 201,
		Want: `{"data": ` + suppression("email", `"JOHN.DOE@example.com"`, "manual") + `}`,
	},
	{
		Name: "the same, written in another way", As: "all", Method: "POST", Path: suppressionsPath, Body: `{"point": "email", "value": "john.doe@EXAMPLE.com"}`,
		Status: 200, Want: `{"data": ` + suppression("email", `"JOHN.DOE@example.com"`, "manual") + `}`,
	},
	{Name: "its contact is opted out", As: "all", Method: "GET", Path: johnPath, Status: 200, Want: states("unconfirmed", "opted_out")},
	{
		Name: "and gets no e-mail", As: "all", Method: "POST", Path: johnPath + "/validation", Body: `{"method": "email"}`, Status: 409,
		Want: failure("opted_out", ""),
	},
	{Name: "but a text message", As: "all", Method: "POST", Path: johnPath + "/validation", Status: 200, Want: sent("sms")},
	{
		Name: "a phone that nobody can dial", As: "all", Method: "POST", Path: suppressionsPath, Body: `{"point": "phone", "value": "+1-555-0123"}`, Status: 201,
		Want: `{"data": ` + suppression("phone", `"+1-555-0123"`, "manual") + `}`,
	},
	{Name: "the message is not waited for", As: "all", Method: "GET", Path: johnPath, Status: 200, Want: states("opted_out", "opted_out")},
	{
		Name: "a phone of nobody", As: "all", Method: "POST", Path: suppressionsPath, Body: `{"point": "phone", "value": "(202) 555-0147"}`, Status: 201,
		Want: `{"data": {"value": "(202) 555-0147", "...": true}}`,
	},
	{
		Name: "who comes with it later", As: "all", Method: "POST", Path: contactsPath, Body: valid[:len(valid)-1] + `, "contact_id": "later", "phone": "+1 202 555 0147"}`,
		Status: 201, Want: `{"data": {"validation": {"phone": {"status": "opted_out", "...": true}, "...": true}, "...": true}}`,
	},
	{
		Name: "changes to another", As: "all", Method: "PUT", Path: contactsPath + "/later", Body: `{"phone": "+1 202 555 0148"}`, Status: 200,
		Want: `{"data": {"validation": {"phone": {"status": "unconfirmed", "...": true}, "...": true}, "...": true}}`,
	},
	{
		Name: "and back", As: "all", Method: "PUT", Path: contactsPath + "/later", Body: `{"phone": "1 202 555 0147"}`, Status: 200,
		Want: `{"data": {"validation": {"phone": {"status": "opted_out", "...": true}, "...": true}, "...": true}}`,
	},
	{Name: "the deleted contact", As: "all", Method: "DELETE", Path: johnPath, Status: 204},
	{Name: "comes back opted out", As: "all", Method: "POST", Path: johnPath + "/restore", Status: 200, Want: states("opted_out", "opted_out")},
	{
		Name: "all that is held on a person", As: "all", Method: "GET", Path: johnPath + "/export", Status: 200,
		Want: `{"data": {"suppressions": [` + suppression("email", `"JOHN.DOE@example.com"`, "manual") + `,` + suppression("phone", `"+1-555-0123"`, "manual") + `], "...": true}}`,
	},
	{Name: "the person is erased", As: "all", Method: "POST", Path: johnPath + "/erase", Status: 200, Want: `{"data": {"...": true}}`},
	{
		Name: "of the person's data the hash is left", As: "all", Method: "GET", Path: suppressionsPath + "?per_page=2", Status: 200,
		Want: `{"data": {"suppressions": [` + suppression("email", "null", "manual") + `,` + suppression("phone", "null", "manual") + `], "total_count": 3}}`,
	},
	{Name: "a page", As: "all", Method: "GET", Path: suppressionsPath + "?limit=2&page=2", Status: 200, Want: `{"data": {"suppressions": [{"...": true}], "total_count": 3}}`},
	{Name: "a page that cannot be", As: "all", Method: "GET", Path: suppressionsPath + "?page=0", Status: 400, Want: failure("invalid_request", "page")},
	{
		Name: "which still counts", As: "all", Method: "POST", Path: contactsPath, Body: valid[:len(valid)-1] + `, "email": "john.doe@example.com"}`, Status: 201,
		Want: `{"data": {"validation": {"email": {"status": "opted_out", "...": true}, "...": true}, "...": true}}`,
	},
	{
		Name: "nothing is right", As: "all", Method: "POST", Path: suppressionsPath, Body: `{"point": "fax"}`, Status: 422,
		Want: invalid("point invalid", "value required"),
	},
	{
		Name: "no e-mail", As: "all", Method: "POST", Path: suppressionsPath, Body: `{"point": "email", "value": "+1 202 555 0147"}`, Status: 422,
		Want: invalid("value invalid"),
	},
	{
		Name: "no text", As: "all", Method: "POST", Path: suppressionsPath, Body: `{"point": "email", "value": 1}`, Status: 400,
		Want: failure("invalid_request", "value"),
	},
	{Name: "of another dealer", As: "other", Method: "GET", Path: suppressionsPath, Status: 200, Want: `{"data": {"suppressions": [], "total_count": 0}}`},
	{Name: "there is none", As: "all", Method: "DELETE", Path: suppressionsPath + "/sup_none", Status: 404, Want: failure("suppression_not_found", "")},
}

func TestSuppressions(t *testing.T) { testkit.Run(t, suppressionScenarios) }

// TestSuppressionIsLifted holds that what a dealer suppressed it can end, and that its contact can be asked again.
func TestSuppressionIsLifted(t *testing.T) {
	a := testkit.NewApp(t)
	_, made := a.Do("all", "POST", suppressionsPath, `{"point": "phone", "value": "+1-555-0123"}`)
	path := suppressionsPath + "/" + made["data"].(map[string]any)["suppression_id"].(string)
	for _, s := range []testkit.Scenario{
		{Name: "another dealer may not", As: "other", Method: "DELETE", Path: path, Status: 404, Want: failure("suppression_not_found", "")},
		{Name: "asked for", As: "all", Method: "POST", Path: johnPath + "/validation", Body: `{"method": "sms"}`, Status: 409, Want: failure("opted_out", "")},
		{Name: "lifted", As: "all", Method: "DELETE", Path: path, Status: 204},
		{Name: "the contact", As: "all", Method: "GET", Path: johnPath, Status: 200, Want: states("unconfirmed", "unconfirmed")},
		{Name: "asked again", As: "all", Method: "POST", Path: johnPath + "/validation", Status: 200, Want: sent("sms")},
	} {
		t.Run(s.Name, func(t *testing.T) { a.Try(t, s) })
	}
}
