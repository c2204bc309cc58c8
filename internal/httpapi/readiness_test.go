package httpapi_test

import (
	"testing"

	"example.org/rollcall/internal/testkit"
)

const (
	pierPath     = sitesPath + "/pier"
	pierContacts = pierPath + "/contacts"
	readinessAll = "/ext/v1/readiness"
)

// pierSite are the requests that make a site with two people.
var pierSite = []testkit.Scenario{
	{
		Name: "a site", As: "all", Method: "POST", Path: sitesPath, Status: 201, Want: `{"data": {"...": true}}`,
		Body: `{"site_id": "pier", "account_reference_id": "P-1", "name": "Pier", "timezone": "America/New_York", "language": "es", "premises_phone": "(202) 555-0100"}`,
	},
	{
		Name: "Ann with two phones", As: "all", Method: "POST", Path: pierContacts, Status: 201, Want: `{"data": {"...": true}}`,
		Body: `{"contact_id": "ann", "first_name": "Ann", "last_name": "Lee", "type": "primary", "role": "owner", "language": "en",
			"points": [{"kind": "phone", "value": "+1 202 555 0101", "label": "mobile"}, {"kind": "phone", "value": "+1 202 555 0102 x7", "label": "work"}]}`,
	},
}

var readinessScenarios = append(pierSite[:2:2], []testkit.Scenario{
	{
		Name: "a site with too few people is not ready", As: "sites:read", Method: "GET", Path: pierPath + "/readiness", Status: 200,
		Want: `{"data": {"site_id": "pier", "status": "not_ready", "reasons": [{"code": "too_few_people", "message": "1 person can be called, but the site needs 2", "contact_id": null, "point_id": null}],
			"proven": {"people": 0, "numbers": 0}, "callable": {"people": 1, "numbers": 2}, "required": {"people": 2, "numbers": 2, "premises_phone": false}, "since": "<time>"}}`,
	},
	{
		Name: "Bob", As: "all", Method: "POST", Path: pierContacts, Status: 201, Want: `{"data": {"...": true}}`,
		Body: `{"contact_id": "bob", "first_name": "Bob", "last_name": "", "type": "secondary", "phone": "+1 202 555 0103"}`,
	},
	{
		Name: "a confirmation by staff", As: "all", Method: "POST", Path: pierContacts + "/ann/attestation", Status: 200, Want: `{"data": {"...": true}}`,
		Body: `{"point": "phone", "note": "called back"}`,
	},
	{
		Name: "a site with enough people who are not all proven is at risk", As: "all", Method: "GET", Path: "/ref/v1/sites/P-1/readiness", Status: 200,
		Want: `{"data": {"site_id": "pier", "status": "at_risk", "reasons": [
			{"code": "unconfirmed", "message": "Ann Lee's work phone was never confirmed", "contact_id": "ann", "point_id": "<any>"},
			{"code": "unconfirmed", "message": "Bob's phone was never confirmed", "contact_id": "bob", "point_id": "<any>"}],
			"proven": {"people": 1, "numbers": 1}, "callable": {"people": 2, "numbers": 3}, "required": {"...": true}, "since": "<time>"}}`,
	},
	{
		Name: "the list has every site, by name", As: "sites:read", Method: "GET", Path: readinessAll, Status: 200,
		Want: `{"data": {"computed_at": "<time>", "counts": {"ready": 0, "at_risk": 1, "not_ready": 1, "exempt": 0},
			"reason_counts": {"unconfirmed": 1, "too_few_people": 1, "too_few_numbers": 1}, "sites": [
			{"site_id": "site_123abc", "account_reference_id": "ACCT-1001", "name": "Harbour Street warehouse", "status": "not_ready", "reasons": ["too_few_numbers", "too_few_people"], "since": "<time>"},
			{"site_id": "pier", "account_reference_id": "P-1", "name": "Pier", "status": "at_risk", "reasons": ["unconfirmed"], "since": "<time>"}], "next_after": null}}`,
	},
	{
		Name: "a page of one has a cursor", As: "all", Method: "GET", Path: readinessAll + "?limit=1", Status: 200,
		Want: `{"data": {"sites": [{"site_id": "site_123abc", "...": true}], "next_after": "<any>", "...": true}}`,
	},
	{
		Name: "statuses, reasons and words select", As: "all", Method: "GET", Path: readinessAll + "?status=at_risk,ready&reason=unconfirmed&search=pier&sort=since", Status: 200,
		Want: `{"data": {"sites": [{"site_id": "pier", "...": true}], "next_after": null, "...": true}}`,
	},
	{
		Name: "an unknown status answers 400", As: "all", Method: "GET", Path: readinessAll + "?status=fine", Status: 400, Want: failure("invalid_request", "status"),
	},
	{Name: "an unknown reason answers 400", As: "all", Method: "GET", Path: readinessAll + "?reason=bored", Status: 400, Want: failure("invalid_request", "reason")},
	{Name: "an unknown order answers 400", As: "all", Method: "GET", Path: readinessAll + "?sort=age", Status: 400, Want: failure("invalid_request", "sort")},
	{Name: "a limit of 0 answers 400", As: "all", Method: "GET", Path: readinessAll + "?limit=0", Status: 400, Want: failure("invalid_request", "limit")},
	{Name: "a cursor of the caller's own answers 400", As: "all", Method: "GET", Path: readinessAll + "?after=WzFd", Status: 400, Want: failure("invalid_request", "after")},
	{
		Name: "another dealer sees none of it", As: "other", Method: "GET", Path: readinessAll, Status: 200,
		Want: `{"data": {"computed_at": "<time>", "counts": {"ready": 0, "at_risk": 0, "not_ready": 0, "exempt": 0}, "reason_counts": {}, "sites": [], "next_after": null}}`,
	},
	{Name: "another dealer's site answers 404", As: "other", Method: "GET", Path: pierPath + "/readiness", Status: 404, Want: failure("site_not_found", "")},
	{
		Name: "a site with a reason is exempt", As: "all", Method: "PATCH", Path: pierPath, Status: 200, Body: `{"readiness_rules": {"exempt_reason": "demolished"}}`, Want: `{"data": {"...": true}}`,
	},
	{
		Name: "and says why", As: "all", Method: "GET", Path: pierPath + "/readiness", Status: 200,
		Want: `{"data": {"status": "exempt", "reasons": [{"code": "exempt", "message": "demolished", "contact_id": null, "point_id": null}], "...": true}}`,
	},
	{
		Name: "each change of the status is a line of the audit", As: "all", Method: "GET", Path: "/ext/v1/audit?site_id=pier&action=readiness.changed", Status: 200,
		Want: `{"data": {"lines": [
			{"action": "readiness.changed", "actor": "server", "site_id": "pier", "contact_id": null, "subject": "pier", "changes": [{"field": "status", "old": "not_ready", "new": "at_risk"}, {"field": "since", "old": null, "new": "<time>"}], "...": true},
			{"action": "readiness.changed", "changes": [{"field": "status", "old": "at_risk", "new": "exempt"}, {"field": "since", "old": null, "new": "<time>"}], "...": true}], "next_after": "<any>"}}`,
	},
}...)

func TestReadiness(t *testing.T) {
	t.Parallel()
	testkit.Run(t, readinessScenarios)
}
