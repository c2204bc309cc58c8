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
	{Name: "the list is empty at first", As: "privacy:write", Method: "GET", Path: suppressionsPath, Status: 200, Want: `{"data": {"suppressions": [], "total_count": 0}}`},
	{
		Name: "suppress an e-mail", As: "all", Method: "POST", Path: suppressionsPath, Body: `{"point": "email", "value": "JOHN.DOE@example.com"}`, Status: 201,
		Want: `{"data": ` + suppression("email", `"JOHN.DOE@example.com"`, "manual") + `}`,
	},
	{
		Name: "the same e-mail in another spelling answers 200", As: "all", Method: "POST", Path: suppressionsPath, Body: `{"point": "email", "value": "john.doe@EXAMPLE.com"}`,
		Status: 200, Want: `{"data": ` + suppression("email", `"JOHN.DOE@example.com"`, "manual") + `}`,
	},
	{Name: "its contact is opted out by e-mail", As: "all", Method: "GET", Path: johnPath, Status: 200, Want: states("unconfirmed", "opted_out")},
	{
		Name: "a validation by e-mail answers 409", As: "all", Method: "POST", Path: johnPath + "/validation", Body: `{"method": "email"}`, Status: 409,
		Want: failure("opted_out", ""),
	},
	{Name: "a validation by SMS is sent", As: "all", Method: "POST", Path: johnPath + "/validation", Status: 200, Want: sent("sms")},
	{
		Name: "suppress a phone that can't be dialed", As: "all", Method: "POST", Path: suppressionsPath, Body: `{"point": "phone", "value": "+1-555-0123"}`, Status: 201,
		Want: `{"data": ` + suppression("phone", `"+1-555-0123"`, "manual") + `}`,
	},
	{Name: "its contact is opted out by phone too", As: "all", Method: "GET", Path: johnPath, Status: 200, Want: states("opted_out", "opted_out")},
	{
		Name: "suppress a phone without a contact", As: "all", Method: "POST", Path: suppressionsPath, Body: `{"point": "phone", "value": "(202) 555-0147"}`, Status: 201,
		Want: `{"data": {"value": "(202) 555-0147", "...": true}}`,
	},
	{
		Name: "a new contact with a suppressed phone is opted out", As: "all", Method: "POST", Path: contactsPath, Body: valid[:len(valid)-1] + `, "contact_id": "later", "phone": "+1 202 555 0147"}`,
		Status: 201, Want: `{"data": {"validation": {"phone": {"status": "opted_out", "...": true}, "...": true}, "...": true}}`,
	},
	{
		Name: "a change to another phone is unconfirmed", As: "all", Method: "PUT", Path: contactsPath + "/later", Body: `{"phone": "+1 202 555 0148"}`, Status: 200,
		Want: `{"data": {"validation": {"phone": {"status": "unconfirmed", "...": true}, "...": true}, "...": true}}`,
	},
	{
		Name: "a change back to the suppressed phone is opted out", As: "all", Method: "PUT", Path: contactsPath + "/later", Body: `{"phone": "1 202 555 0147"}`, Status: 200,
		Want: `{"data": {"validation": {"phone": {"status": "opted_out", "...": true}, "...": true}, "...": true}}`,
	},
	{Name: "delete the contact", As: "all", Method: "DELETE", Path: johnPath, Status: 204},
	{Name: "a restored contact is opted out", As: "all", Method: "POST", Path: johnPath + "/restore", Status: 200, Want: states("opted_out", "opted_out")},
	{
		Name: "an export has the suppressions", As: "all", Method: "GET", Path: johnPath + "/export", Status: 200,
		Want: `{"data": {"suppressions": [` + suppression("email", `"JOHN.DOE@example.com"`, "manual") + `,` + suppression("phone", `"+1-555-0123"`, "manual") + `], "...": true}}`,
	},
	{Name: "erase the contact", As: "all", Method: "POST", Path: johnPath + "/erase", Status: 200, Want: `{"data": {"...": true}}`},
	{
		Name: "after an erasure a suppression has no value", As: "all", Method: "GET", Path: suppressionsPath + "?per_page=2", Status: 200,
		Want: `{"data": {"suppressions": [` + suppression("email", "null", "manual") + `,` + suppression("phone", "null", "manual") + `], "total_count": 3}}`,
	},
	{Name: "a page of the list", As: "all", Method: "GET", Path: suppressionsPath + "?limit=2&page=2", Status: 200, Want: `{"data": {"suppressions": [{"...": true}], "total_count": 3}}`},
	{Name: "page=0 answers 400", As: "all", Method: "GET", Path: suppressionsPath + "?page=0", Status: 400, Want: failure("invalid_request", "page")},
	{
		Name: "a suppression without its value still applies", As: "all", Method: "POST", Path: contactsPath, Body: valid[:len(valid)-1] + `, "email": "john.doe@example.com"}`, Status: 201,
		Want: `{"data": {"validation": {"email": {"status": "opted_out", "...": true}, "...": true}, "...": true}}`,
	},
	{
		Name: "an unknown point answers 422", As: "all", Method: "POST", Path: suppressionsPath, Body: `{"point": "fax"}`, Status: 422,
		Want: invalid("point invalid", "value required"),
	},
	{
		Name: "a phone as the value of an e-mail answers 422", As: "all", Method: "POST", Path: suppressionsPath, Body: `{"point": "email", "value": "+1 202 555 0147"}`, Status: 422,
		Want: invalid("value invalid"),
	},
	{
		Name: "a number as a value answers 400", As: "all", Method: "POST", Path: suppressionsPath, Body: `{"point": "email", "value": 1}`, Status: 400,
		Want: failure("invalid_request", "value"),
	},
	{Name: "the list of another dealer is empty", As: "other", Method: "GET", Path: suppressionsPath, Status: 200, Want: `{"data": {"suppressions": [], "total_count": 0}}`},
	{Name: "DELETE of an unknown suppression answers 404", As: "all", Method: "DELETE", Path: suppressionsPath + "/sup_none", Status: 404, Want: failure("suppression_not_found", "")},
}

func TestSuppressions(t *testing.T) { testkit.Run(t, suppressionScenarios) }

// TestDeleteSuppression checks that a dealer can delete its own suppression, and that the contact gets messages again.
func TestDeleteSuppression(t *testing.T) {
	a := testkit.NewApp(t)
	_, made := a.Do("all", "POST", suppressionsPath, `{"point": "phone", "value": "+1-555-0123"}`)
	path := suppressionsPath + "/" + made["data"].(map[string]any)["suppression_id"].(string)
	for _, s := range []testkit.Scenario{
		{Name: "DELETE by another dealer answers 404", As: "other", Method: "DELETE", Path: path, Status: 404, Want: failure("suppression_not_found", "")},
		{Name: "a validation of a suppressed phone answers 409", As: "all", Method: "POST", Path: johnPath + "/validation", Body: `{"method": "sms"}`, Status: 409, Want: failure("opted_out", "")},
		{Name: "DELETE of a dealer's suppression", As: "all", Method: "DELETE", Path: path, Status: 204},
		{Name: "the contact is unconfirmed after that", As: "all", Method: "GET", Path: johnPath, Status: 200, Want: states("unconfirmed", "unconfirmed")},
		{Name: "a validation is sent after that", As: "all", Method: "POST", Path: johnPath + "/validation", Status: 200, Want: sent("sms")},
	} {
		t.Run(s.Name, func(t *testing.T) { a.Try(t, s) })
	}
}
