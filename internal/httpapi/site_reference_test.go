package httpapi_test

import (
	"testing"

	"example.org/rollcall/internal/testkit"
)

const siteRefPath = "/ref/v1/sites"

var siteReferenceScenarios = []testkit.Scenario{
	{
		Name: "get", As: "sites:read", Method: "GET", Path: siteRefPath + "/ACCT-1001", Status: 200, SaveTag: "site",
		Want: `{"data": {"site_id": "site_123abc", "account_reference_id": "ACCT-1001", "...": true}}`,
	},
	{Name: "get again", As: "all", Method: "GET", Path: siteRefPath + "/ACCT-1001", Header: ifNoneMatch("${site}"), Status: 304},
	{Name: "get none", As: "all", Method: "GET", Path: siteRefPath + "/ACCT-9", Status: 404, Want: failure("site_not_found", "")},
	{
		Name: "put creates", As: "sites:write", Method: "PUT", Path: siteRefPath + "/A%2F1", Header: once("p1"), Body: `{"name": "N", "address": {"country": "DE"}}`,
		Status: 201, WantHeader: header{"Location": "/ref/v1/sites/A%2F1", "ETag": "*"},
		Want: `{"data": {"site_id": "<site_id>", "account_reference_id": "A/1", "name": "N", "...": true}}`,
	},
	{
		Name: "put creates, sent again", As: "sites:write", Method: "PUT", Path: siteRefPath + "/A%2F1", Header: once("p1"), Body: `{"name": "N", "address": {"country": "DE"}}`,
		Status: 201, WantHeader: header{"Location": "/ref/v1/sites/A%2F1", "Idempotent-Replayed": "true"}, Want: `{"data": {"name": "N", "...": true}}`,
	},
	{
		Name: "put updates", As: "all", Method: "PUT", Path: siteRefPath + "/A%2F1", Body: `{"name": "M", "account_reference_id": "A/1"}`,
		Status: 200, WantHeader: header{"Location": ""}, Want: `{"data": {"name": "M", "address": {"country": "DE", "...": true}, "...": true}}`,
	},
	{
		Name: "put needs a name to create", As: "all", Method: "PUT", Path: siteRefPath + "/A2", Body: `{}`, Status: 422, Want: invalid("name required"),
	},
	{
		Name: "put with another reference", As: "all", Method: "PUT", Path: siteRefPath + "/A%2F1", Body: `{"account_reference_id": "A/2"}`,
		Status: 422, Want: invalid("account_reference_id invalid"),
	},
	{
		Name: "put without a reference", As: "all", Method: "PUT", Path: siteRefPath + "/A%2F1", Body: `{"account_reference_id": null}`,
		Status: 422, Want: invalid("account_reference_id invalid"),
	},
	{
		Name: "put with an old tag", As: "all", Method: "PUT", Path: siteRefPath + "/A%2F1", Header: ifMatch("${site}"), Body: `{"name": "X"}`,
		Status: 412, Want: failure("precondition_failed", ""),
	},
	{
		Name: "put with a tag creates nothing", As: "all", Method: "PUT", Path: siteRefPath + "/A3", Header: ifMatch("*"), Body: `{"name": "X"}`,
		Status: 404, Want: failure("site_not_found", ""),
	},
	{
		Name: "patch", As: "all", Method: "PATCH", Path: siteRefPath + "/A%2F1", Header: header{"Content-Type": "application/merge-patch+json"},
		Body: `{"account_reference_id": "A2", "site_id": "any"}`, Status: 200, Want: `{"data": {"account_reference_id": "A2", "name": "M", "...": true}}`,
	},
	{Name: "patch updates only", As: "all", Method: "PATCH", Path: siteRefPath + "/A%2F1", Body: `{"name": "N"}`, Status: 404, Want: failure("site_not_found", "")},
	{
		Name: "a reference that is taken", As: "all", Method: "PATCH", Path: siteRefPath + "/A2", Body: `{"account_reference_id": "ACCT-1001"}`,
		Status: 409, Want: taken("account_reference_id_taken", "account_reference_id", "<any>"),
	},
	{
		Name: "the list by reference", As: "all", Method: "GET", Path: sitesPath + "?account_reference_id=A2", Status: 200,
		Want: `{"data": {"sites": [{"name": "M", "...": true}], "total_count": 1}, "meta": {"...": true}}`,
	},
	{
		Name: "the list by a part of a reference", As: "all", Method: "GET", Path: sitesPath + "?account_reference_id=A", Status: 200,
		Want: `{"data": {"sites": [], "total_count": 0}, "meta": {"...": true}}`,
	},
	{
		Name: "patch with an old tag", As: "all", Method: "PATCH", Path: siteRefPath + "/A2", Header: ifMatch("${site}"), Body: `{"name": "X"}`,
		Status: 412, Want: failure("precondition_failed", ""),
	},
	{Name: "patch with a bad value", As: "all", Method: "PATCH", Path: siteRefPath + "/A2", Body: `{"name": ""}`, Status: 422, Want: invalid("name required")},
	{
		Name: "delete with an old tag", As: "all", Method: "DELETE", Path: siteRefPath + "/A2", Header: ifMatch("${site}"), Status: 412,
		Want: failure("precondition_failed", ""),
	},
	{Name: "delete one that has contacts", As: "all", Method: "DELETE", Path: siteRefPath + "/ACCT-1001", Status: 409, Want: failure("site_not_empty", "")},
	{Name: "delete", As: "all", Method: "DELETE", Path: siteRefPath + "/A2", Status: 204},
	{Name: "delete again", As: "all", Method: "DELETE", Path: siteRefPath + "/A2", Status: 404, Want: failure("site_not_found", "")},
	{
		Name: "patch a contact by reference", As: "all", Method: "PATCH", Path: refPath + "/contact_789ghi",
		Header: header{"Content-Type": "application/merge-patch+json"}, Body: `{"last_name": "Roe"}`, Status: 200,
		Want: `{"data": {"contact_id": "contact_789ghi", "last_name": "Roe", "...": true}}`,
	},
	{
		Name: "patch a contact with a bad value", As: "all", Method: "PATCH", Path: refPath + "/contact_789ghi", Body: `{"email": "nobody"}`, Status: 422,
		Want: invalid("email invalid"),
	},
	{
		Name: "patch creates no contact", As: "all", Method: "PATCH", Path: refPath + "/new", Body: ok + `}`, Status: 404, Want: failure("contact_not_found", ""),
	},
	{
		Name: "a created contact has its path", As: "all", Method: "POST", Path: contactsPath, Body: ok + `, "contact_id": "a/b c"}`, Status: 201,
		WantHeader: header{"Location": "/ext/v1/sites/site_123abc/contacts/a%2Fb%20c"}, Want: `{"data": {"...": true}}`,
	},
	{
		Name: "by reference too", As: "all", Method: "POST", Path: refPath, Body: ok + `, "external_contact_id": "e?1"}`, Status: 201,
		WantHeader: header{"Location": "/ref/v1/sites/ACCT-1001/contacts/e%3F1"}, Want: `{"data": {"...": true}}`,
	},
	{
		Name: "a created site has its path", As: "all", Method: "POST", Path: sitesPath, Body: `{"name": "N", "site_id": "s 1"}`, Status: 201,
		WantHeader: header{"Location": "/ext/v1/sites/s%201"}, Want: `{"data": {"...": true}}`,
	},
	{
		Name: "contacts of several types and states", As: "all", Method: "GET",
		Path: contactsPath + "?type=primary,emergency&role=owner,manager,owner&phone_status=unconfirmed,stale&per_page=1", Status: 200,
		Want: `{"data": {"contacts": [{"...": true}], "total_count": 2}}`,
	},
	{
		Name: "a type that does not exist", As: "all", Method: "GET", Path: contactsPath + "?type=primary,friend", Status: 400,
		Want: `{"error": {"code": "invalid_request", "field": "type", "request_id": "<request_id>",
			"message": "type: must be one of primary, emergency, secondary, technician, billing"}}`,
	},
	{Name: "no type", As: "all", Method: "GET", Path: contactsPath + "?type=primary,", Status: 400, Want: failure("invalid_request", "type")},
	{
		Name: "a moment with an offset that no zone has", As: "all", Method: "GET", Path: contactsPath + "?as_of=2026-01-31T12:00:00%2B24:00", Status: 400,
		Want: failure("invalid_request", "as_of"),
	},
	{
		Name: "a parameter twice", As: "all", Method: "GET", Path: contactsPath + "?page=1&page=2", Status: 400, Want: failure("invalid_request", "page"),
	},
}

func TestSitesByReference(t *testing.T) { testkit.Run(t, siteReferenceScenarios) }

// TestSuppressionIsAnsweredAgain sends the request for a suppression again after it was deleted, and after its person was
// erased.
func TestSuppressionIsAnsweredAgain(t *testing.T) {
	a := testkit.NewApp(t)
	again := testkit.Scenario{
		As: "all", Method: "POST", Path: suppressionsPath, Header: once("s1"), Body: `{"point": "email", "value": "john.doe@example.com"}`,
		Status: 201, WantHeader: header{"Location": "*"}, Want: `{"data": ` + suppression("email", `"john.doe@example.com"`, "manual") + `}`,
	}
	a.Try(t, again)
	_, listed := a.Do("all", "GET", suppressionsPath, "")
	id := listed["data"].(map[string]any)["suppressions"].([]any)[0].(map[string]any)["suppression_id"].(string)
	a.Try(t, testkit.Scenario{As: "all", Method: "DELETE", Path: suppressionsPath + "/" + id, Status: 204})
	again.WantHeader = header{"Location": "*", "Idempotent-Replayed": "true"}
	a.Try(t, again)

	second := again
	second.Header, second.WantHeader = once("s2"), header{"Location": "*", "Idempotent-Replayed": ""}
	a.Try(t, second)
	a.Try(t, testkit.Scenario{As: "all", Method: "POST", Path: johnPath + "/erase", Status: 200, Want: `{"data": {"...": true}}`})
	second.WantHeader, second.Want = replayed, `{"data": `+suppression("email", "null", "manual")+`}`
	a.Try(t, second)
	again.Status, again.WantHeader, again.Want = 404, nil, failure("suppression_not_found", "")
	a.Try(t, again)
}
