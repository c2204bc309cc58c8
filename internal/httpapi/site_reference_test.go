package httpapi_test

import (
	"testing"

	"example.org/rollcall/internal/testkit"
)

const siteRefPath = "/ref/v1/sites"

var siteReferenceScenarios = []testkit.Scenario{
	{
		Name: "GET by reference", As: "sites:read", Method: "GET", Path: siteRefPath + "/ACCT-1001", Status: 200, SaveTag: "site",
		Want: `{"data": {"site_id": "site_123abc", "account_reference_id": "ACCT-1001", "...": true}}`,
	},
	{Name: "GET by reference with the current ETag answers 304", As: "all", Method: "GET", Path: siteRefPath + "/ACCT-1001", Header: ifNoneMatch("${site}"), Status: 304},
	{Name: "GET of an unknown reference answers 404", As: "all", Method: "GET", Path: siteRefPath + "/ACCT-9", Status: 404, Want: failure("site_not_found", "")},
	{
		Name: "PUT with a new reference creates", As: "sites:write", Method: "PUT", Path: siteRefPath + "/A%2F1", Header: once("p1"), Body: `{"name": "N", "address": {"country": "DE"}}`,
		Status: 201, WantHeader: header{"Location": "/ref/v1/sites/A%2F1", "ETag": "*"},
		Want: `{"data": {"site_id": "<site_id>", "account_reference_id": "A/1", "name": "N", "...": true}}`,
	},
	{
		Name: "the same PUT replays 201", As: "sites:write", Method: "PUT", Path: siteRefPath + "/A%2F1", Header: once("p1"), Body: `{"name": "N", "address": {"country": "DE"}}`,
		Status: 201, WantHeader: header{"Location": "/ref/v1/sites/A%2F1", "Idempotent-Replayed": "true"}, Want: `{"data": {"name": "N", "...": true}}`,
	},
	{
		Name: "PUT with a known reference updates", As: "all", Method: "PUT", Path: siteRefPath + "/A%2F1", Body: `{"name": "M", "account_reference_id": "A/1"}`,
		Status: 200, WantHeader: header{"Location": ""}, Want: `{"data": {"name": "M", "address": {"country": "DE", "...": true}, "...": true}}`,
	},
	{
		Name: "PUT with a new reference requires a name", As: "all", Method: "PUT", Path: siteRefPath + "/A2", Body: `{}`, Status: 422, Want: invalid("name required"),
	},
	{
		Name: "PUT with another reference in the body answers 422", As: "all", Method: "PUT", Path: siteRefPath + "/A%2F1", Body: `{"account_reference_id": "A/2"}`,
		Status: 422, Want: invalid("account_reference_id invalid"),
	},
	{
		Name: "PUT with null as the reference answers 422", As: "all", Method: "PUT", Path: siteRefPath + "/A%2F1", Body: `{"account_reference_id": null}`,
		Status: 422, Want: invalid("account_reference_id invalid"),
	},
	{
		Name: "PUT with an old ETag answers 412", As: "all", Method: "PUT", Path: siteRefPath + "/A%2F1", Header: ifMatch("${site}"), Body: `{"name": "X"}`,
		Status: 412, Want: failure("precondition_failed", ""),
	},
	{
		Name: "PUT with If-Match * of a new reference answers 404", As: "all", Method: "PUT", Path: siteRefPath + "/A3", Header: ifMatch("*"), Body: `{"name": "X"}`,
		Status: 404, Want: failure("site_not_found", ""),
	},
	{
		Name: "PATCH changes the reference", As: "all", Method: "PATCH", Path: siteRefPath + "/A%2F1", Header: header{"Content-Type": "application/merge-patch+json"},
		Body: `{"account_reference_id": "A2", "site_id": "any"}`, Status: 200, Want: `{"data": {"account_reference_id": "A2", "name": "M", "...": true}}`,
	},
	{Name: "PATCH of an unknown reference answers 404", As: "all", Method: "PATCH", Path: siteRefPath + "/A%2F1", Body: `{"name": "N"}`, Status: 404, Want: failure("site_not_found", "")},
	{
		Name: "PATCH with a reference that is taken answers 409", As: "all", Method: "PATCH", Path: siteRefPath + "/A2", Body: `{"account_reference_id": "ACCT-1001"}`,
		Status: 409, Want: taken("account_reference_id_taken", "account_reference_id", "<any>"),
	},
	{
		Name: "the list filters by the whole reference", As: "all", Method: "GET", Path: sitesPath + "?account_reference_id=A2", Status: 200,
		Want: `{"data": {"sites": [{"name": "M", "...": true}], "total_count": 1}, "meta": {"...": true}}`,
	},
	{
		Name: "the list does not match a part of a reference", As: "all", Method: "GET", Path: sitesPath + "?account_reference_id=A", Status: 200,
		Want: `{"data": {"sites": [], "total_count": 0}, "meta": {"...": true}}`,
	},
	{
		Name: "PATCH with an old ETag answers 412", As: "all", Method: "PATCH", Path: siteRefPath + "/A2", Header: ifMatch("${site}"), Body: `{"name": "X"}`,
		Status: 412, Want: failure("precondition_failed", ""),
	},
	{Name: "PATCH with an invalid value answers 422", As: "all", Method: "PATCH", Path: siteRefPath + "/A2", Body: `{"name": ""}`, Status: 422, Want: invalid("name required")},
	{
		Name: "DELETE with an old ETag answers 412", As: "all", Method: "DELETE", Path: siteRefPath + "/A2", Header: ifMatch("${site}"), Status: 412,
		Want: failure("precondition_failed", ""),
	},
	{Name: "DELETE of a site with contacts answers 409", As: "all", Method: "DELETE", Path: siteRefPath + "/ACCT-1001", Status: 409, Want: failure("site_not_empty", "")},
	{Name: "DELETE with cascade", As: "all", Method: "DELETE", Path: siteRefPath + "/A2", Status: 204},
	{Name: "DELETE of a deleted site answers 404", As: "all", Method: "DELETE", Path: siteRefPath + "/A2", Status: 404, Want: failure("site_not_found", "")},
	{
		Name: "PATCH of a contact by reference", As: "all", Method: "PATCH", Path: refPath + "/contact_789ghi",
		Header: header{"Content-Type": "application/merge-patch+json"}, Body: `{"last_name": "Roe"}`, Status: 200,
		Want: `{"data": {"contact_id": "contact_789ghi", "last_name": "Roe", "...": true}}`,
	},
	{
		Name: "PATCH of a contact with an invalid value answers 422", As: "all", Method: "PATCH", Path: refPath + "/contact_789ghi", Body: `{"email": "nobody"}`, Status: 422,
		Want: invalid("email invalid"),
	},
	{
		Name: "PATCH of an unknown contact answers 404", As: "all", Method: "PATCH", Path: refPath + "/new", Body: ok + `}`, Status: 404, Want: failure("contact_not_found", ""),
	},
	{
		Name: "a created contact has a Location by id", As: "all", Method: "POST", Path: contactsPath, Body: ok + `, "contact_id": "a/b c"}`, Status: 201,
		WantHeader: header{"Location": "/ext/v1/sites/site_123abc/contacts/a%2Fb%20c"}, Want: `{"data": {"...": true}}`,
	},
	{
		Name: "a contact created by reference has a Location by reference", As: "all", Method: "POST", Path: refPath, Body: ok + `, "external_contact_id": "e?1"}`, Status: 201,
		WantHeader: header{"Location": "/ref/v1/sites/ACCT-1001/contacts/e%3F1"}, Want: `{"data": {"...": true}}`,
	},
	{
		Name: "a created site has a Location", As: "all", Method: "POST", Path: sitesPath, Body: `{"name": "N", "site_id": "s 1"}`, Status: 201,
		WantHeader: header{"Location": "/ext/v1/sites/s%201"}, Want: `{"data": {"...": true}}`,
	},
	{
		Name: "filters accept several types and states", As: "all", Method: "GET",
		Path: contactsPath + "?type=primary,emergency&role=owner,manager,owner&phone_status=unconfirmed,stale&per_page=1", Status: 200,
		Want: `{"data": {"contacts": [{"...": true}], "total_count": 2}}`,
	},
	{
		Name: "an unknown type answers 400", As: "all", Method: "GET", Path: contactsPath + "?type=primary,friend", Status: 400,
		Want: `{"error": {"code": "invalid_request", "field": "type", "request_id": "<request_id>",
			"message": "type: must be one of primary, emergency, secondary, technician, billing"}}`,
	},
	{Name: "an empty type answers 400", As: "all", Method: "GET", Path: contactsPath + "?type=primary,", Status: 400, Want: failure("invalid_request", "type")},
	{
		Name: "a time with an impossible offset answers 400", As: "all", Method: "GET", Path: contactsPath + "?as_of=2026-01-31T12:00:00%2B24:00", Status: 400,
		Want: failure("invalid_request", "as_of"),
	},
	{
		Name: "a parameter given twice answers 400", As: "all", Method: "GET", Path: contactsPath + "?page=1&page=2", Status: 400, Want: failure("invalid_request", "page"),
	},
}

func TestSitesByReference(t *testing.T) { testkit.Run(t, siteReferenceScenarios) }

// TestReplayOfASuppression repeats a request after its suppression was deleted, and after the contact was erased.
func TestReplayOfASuppression(t *testing.T) {
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
