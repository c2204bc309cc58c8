package httpapi_test

import (
	"fmt"
	"strings"
	"testing"

	"example.org/rollcall/internal/testkit"
)

const sitesPath = "/ext/v1/sites"

func TestSites(t *testing.T) { testkit.Run(t, siteScenarios) }

var siteScenarios = []testkit.Scenario{
	{
		Name: "create with a name only", As: "all", Method: "POST", Path: sitesPath, Body: `{"name": "  Mill Lane 2 "}`, Status: 201,
		Want: `{"data": {"site_id": "<site_id>", "account_reference_id": null, "account_number": null, "name": "Mill Lane 2",
			"address": {"street": null, "city": null, "state": null, "zip": null, "country": null},
			"timezone": null, "language": null, "status": "active", "premises_phone": null,
			"readiness_rules": {"min_people": null, "min_numbers": null, "premises_phone": null, "exempt_reason": null}, "created_at": "<time>", "updated_at": "<time>", "reviewed_at": null}}`,
	},
	{
		Name: "create with every field", As: "all", Method: "POST", Path: sitesPath, Status: 201,
		Body: `{"site_id": "1784", "account_reference_id": "ACCT-2", "account_number": "0042", "name": "Quai 3",
			"address": {"street": "3 quai Haut", "city": "Brest", "state": "", "zip": "29200", "country": "fr"},
			"timezone": "Europe/Paris", "language": "fr-FR", "status": "suspended", "premises_phone": "02 98 00 00 00",
			"readiness_rules": {"min_people": 1, "min_numbers": 0, "premises_phone": true, "exempt_reason": " Demolished "}}`,
		Want: `{"data": {"site_id": "1784", "account_reference_id": "ACCT-2", "account_number": "0042", "name": "Quai 3",
			"address": {"street": "3 quai Haut", "city": "Brest", "state": null, "zip": "29200", "country": "FR"},
			"timezone": "Europe/Paris", "language": "fr-FR", "status": "suspended", "premises_phone": "02 98 00 00 00",
			"readiness_rules": {"min_people": 1, "min_numbers": 0, "premises_phone": true, "exempt_reason": "Demolished"},
			"created_at": "<time>", "updated_at": "<time>", "reviewed_at": null}}`,
	},
	{
		Name: "create with a site_id that is taken answers 409", As: "all", Method: "POST", Path: sitesPath, Body: `{"name": "N", "site_id": "1784"}`,
		Status: 409, Want: taken("site_id_taken", "site_id", "<any>"),
	},
	{
		Name: "another dealer may use the same site_id", As: "other", Method: "POST", Path: sitesPath, Status: 201,
		Body: `{"name": "N", "site_id": "1784", "account_reference_id": "ACCT-2"}`, Want: `{"data": {"...": true}}`,
	},
	{
		Name: "create with an account_reference_id that is taken answers 409", As: "all", Method: "POST", Path: sitesPath,
		Body:   `{"name": "N", "account_reference_id": "ACCT-1001"}`,
		Status: 409, Want: taken("account_reference_id_taken", "account_reference_id", "<any>"),
	},
	{
		Name: "every invalid field is named", As: "all", Method: "POST", Path: sitesPath, Status: 422,
		Body: `{"site_id": "", "account_reference_id": ".", "account_number": "` + strings.Repeat("1", 65) + `",
			"address": {"street": "` + strings.Repeat("s", 201) + `", "country": "UK"}, "timezone": "Mars/Olympus",
			"language": "??", "status": "open", "premises_phone": "none",
			"readiness_rules": {"min_people": 21, "min_numbers": -1, "exempt_reason": "` + strings.Repeat("r", 201) + `"}}`,
		Want: invalid("site_id invalid", "account_reference_id invalid", "account_number too_long", "name required",
			"address.street too_long", "address.country invalid", "timezone invalid", "language invalid", "status invalid", "premises_phone invalid",
			"readiness_rules.min_people invalid", "readiness_rules.min_numbers invalid", "readiness_rules.exempt_reason too_long"),
	},
	{
		Name: "a premises phone that has no meaning in the new country is warned of", As: "all", Method: "PATCH", Path: sitesPath + "/1784", Status: 200,
		Body: `{"address": {"country": "US"}}`, SaveTag: "premises",
		Want: `{"data": {"premises_phone": "02 98 00 00 00", "warnings": [{"field": "premises_phone", "code": "not_dialable", "message": "<any>"}], "...": true}}`,
	},
	{
		Name: "a premises phone is read in the country of the site", As: "all", Method: "PATCH", Path: sitesPath + "/1784", Status: 200,
		Body: `{"address": {"country": "FR"}, "readiness_rules": {"min_people": null, "exempt_reason": ""}}`,
		Want: `{"data": {"readiness_rules": {"min_people": null, "min_numbers": 0, "premises_phone": true, "exempt_reason": null}, "site_id": "1784",
			"account_reference_id": "ACCT-2", "account_number": "0042", "name": "Quai 3", "address": {"...": true}, "timezone": "Europe/Paris",
			"language": "fr-FR", "status": "suspended", "premises_phone": "02 98 00 00 00", "created_at": "<time>", "updated_at": "<time>", "reviewed_at": null}}`,
	},
	{
		Name: "the audit has the rules and the number", As: "all", Method: "GET", Path: "/ext/v1/audit?site_id=1784&action=site.updated", Status: 200,
		Want: `{"data": {"lines": [{"...": true}, {"changes": [{"field": "address.country", "old": "US", "new": "FR"},
			{"field": "premises_phone_e164", "old": null, "new": "+33298000000"}, {"field": "premises_phone_cause", "old": "<any>", "new": null},
			{"field": "readiness_rules.min_people", "old": "1", "new": null}, {"field": "readiness_rules.exempt_reason", "old": "Demolished", "new": null}], "...": true}],
			"next_after": "<any>"}}`,
	},
	{
		Name: "null takes all rules from the dealer", As: "all", Method: "PATCH", Path: sitesPath + "/1784", Status: 200,
		Body: `{"readiness_rules": null, "premises_phone": null}`,
		Want: `{"data": {"premises_phone": null, "readiness_rules": {"min_people": null, "min_numbers": null, "premises_phone": null, "exempt_reason": null}, "...": true}}`,
	},
	{
		Name: "GET of a site", As: "sites:read", Method: "GET", Path: sitesPath + "/1784", Status: 200,
		Want: `{"data": {"site_id": "1784", "name": "Quai 3", "...": true}}`,
	},
	{
		Name: "GET of an unknown site answers 404", As: "all", Method: "GET", Path: sitesPath + "/nowhere", Status: 404,
		Want: failure("site_not_found", ""),
	},
	{
		Name: "GET of another dealer's site answers 404", As: "other", Method: "GET", Path: sitesPath + "/site_123abc", Status: 404,
		Want: failure("site_not_found", ""),
	},
}

func TestUpdateSite(t *testing.T) {
	const path = sitesPath + "/site_123abc"
	for _, method := range []string{"PUT", "PATCH"} {
		t.Run(method, func(t *testing.T) {
			testkit.Run(t, []testkit.Scenario{
				{
					Name: "an address is merged field by field", As: "all", Method: method, Path: path, Status: 200,
					Body: `{"address": {"city": "Springfield", "country": "US"}}`,
					Want: `{"data": {"name": "Harbour Street warehouse", "address": {"street": null, "city": "Springfield",
						"state": null, "zip": null, "country": "US"}, "...": true}}`,
				},
				{
					Name: "more fields of an address are merged", As: "all", Method: method, Path: path, Status: 200,
					Body: `{"address": {"city": "", "zip": "62701"}, "status": "inactive"}`,
					Want: `{"data": {"status": "inactive", "address": {"street": null, "city": null, "state": null,
						"zip": "62701", "country": "US"}, "...": true}}`,
				},
				{
					Name: "null clears the address and the reference", As: "all", Method: method, Path: path, Status: 200,
					Body: `{"address": null, "account_reference_id": null}`,
					Want: `{"data": {"account_reference_id": null, "address": {"street": null, "city": null, "state": null,
						"zip": null, "country": null}, "...": true}}`,
				},
				{
					Name: "invalid fields of an update answer 422", As: "all", Method: method, Path: path, Status: 422,
					Body: `{"name": null, "address": {"country": "XX"}}`, Want: invalid("name not_nullable", "address.country invalid"),
				},
				{
					Name: "update of an unknown site answers 404", As: "all", Method: method, Path: sitesPath + "/two", Status: 404,
					Body: `{"account_reference_id": "ACCT-1001"}`, Want: failure("site_not_found", ""),
				},
				{
					Name: "create another site", As: "all", Method: "POST", Path: sitesPath, Status: 201,
					Body: `{"site_id": "two", "name": "Two", "account_reference_id": "ACCT-1001"}`, Want: `{"data": {"...": true}}`,
				},
				{
					Name: "update to a reference that is taken answers 409", As: "all", Method: method, Path: path, Status: 409,
					Body: `{"account_reference_id": "ACCT-1001"}`, Want: taken("account_reference_id_taken", "account_reference_id", "<any>"),
				},
				{
					Name: "update of another dealer's site answers 404", As: "other", Method: method, Path: path, Status: 404,
					Body: `{"status": "inactive"}`, Want: failure("site_not_found", ""),
				},
			})
		})
	}
	testkit.Run(t, []testkit.Scenario{{
		Name: "PATCH with merge-patch+json updates", As: "all", Method: "PATCH", Path: path, Body: `{"account_number": "7"}`,
		Header: map[string]string{"Content-Type": "application/merge-patch+json"},
		Status: 200, Want: `{"data": {"account_number": "7", "...": true}}`,
	}})
}

const path = sitesPath + "/site_123abc"

func TestDeleteSite(t *testing.T) { testkit.Run(t, deleteSiteScenarios) }

var deleteSiteScenarios = []testkit.Scenario{
	{
		Name: "DELETE of a site with contacts answers 409", As: "all", Method: "DELETE", Path: path, Status: 409, Want: failure("site_not_empty", ""),
	},
	{
		Name: "DELETE with cascade=false answers 409", As: "all", Method: "DELETE", Path: path + "?cascade=false", Status: 409,
		Want: failure("site_not_empty", ""),
	},
	{
		Name: "DELETE with cascade=perhaps answers 400", As: "all", Method: "DELETE", Path: path + "?cascade=perhaps", Status: 400,
		Want: failure("invalid_request", "cascade"),
	},
	{
		Name: "DELETE of another dealer's site answers 404", As: "other", Method: "DELETE", Path: path + "?cascade=true", Status: 404,
		Want: failure("site_not_found", ""),
	},
	{Name: "DELETE with cascade=true", As: "all", Method: "DELETE", Path: path + "?cascade=true", Status: 204},
	{
		Name: "the contacts of a deleted site answer 404", As: "all", Method: "GET", Path: johnPath, Status: 404, Want: failure("site_not_found", ""),
	},
	{
		Name: "DELETE of a deleted site answers 404", As: "all", Method: "DELETE", Path: path, Status: 404, Want: failure("site_not_found", ""),
	},
	{
		Name: "create with the identifiers of a deleted site", As: "all", Method: "POST", Path: sitesPath, Status: 201,
		Body: `{"site_id": "site_123abc", "account_reference_id": "ACCT-1001", "name": "N"}`, Want: `{"data": {"...": true}}`,
	},
	{
		Name: "create with the identifiers of a contact of a deleted site", As: "all", Method: "POST", Path: contactsPath, Status: 201,
		Body: `{"contact_id": "contact_789ghi", "first_name": "A", "last_name": "B", "type": "primary", "phone": "1"}`,
		Want: `{"data": {"...": true}}`,
	},
	{Name: "delete the only contact", As: "all", Method: "DELETE", Path: johnPath, Status: 204},
	{Name: "DELETE of a site without contacts needs no cascade", As: "all", Method: "DELETE", Path: path, Status: 204},
}

func TestListSites(t *testing.T) {
	answer := func(total int, ids ...string) string {
		sites := make([]string, len(ids))
		for i, id := range ids {
			sites[i] = fmt.Sprintf(`{"site_id": %q, "...": true}`, id)
		}
		return fmt.Sprintf(`{"data": {"sites": [%s], "total_count": %d}, "meta": {"timestamp": "<time>"}}`,
			strings.Join(sites, ","), total)
	}
	create := func(body string) testkit.Scenario {
		return testkit.Scenario{
			Name: "create a site", As: "all", Method: "POST", Path: sitesPath, Body: body, Status: 201, Want: `{"data": {"...": true}}`,
		}
	}
	scenarios := []testkit.Scenario{
		create(`{"site_id": "zz", "name": "Élan Mill", "account_number": "12-34", "status": "inactive"}`),
		create(`{"site_id": "aa", "name": "Mill 2", "address": {"city": "Zürich", "zip": "8001"}}`),
		{
			Name: "the list of another dealer has none of them", As: "other", Method: "GET", Path: sitesPath, Status: 200, Want: answer(0),
		},
	}
	for _, tt := range []struct{ query, want string }{
		{"", answer(3, "site_123abc", "zz", "aa")},
		{"?status=inactive", answer(1, "zz")},
		{"?search=mill", answer(2, "zz", "aa")},
		{"?search=mill%20elan", answer(1, "zz")},
		{"?search=zurich", answer(1, "aa")},
		{"?search=12-34", answer(1, "zz")},
		{"?search=acct-1001", answer(1, "site_123abc")},
		{"?search=site_123", answer(1, "site_123abc")},
		{"?search=mill&status=active", answer(1, "aa")},
		{"?per_page=2", answer(3, "site_123abc", "zz")},
		{"?per_page=2&page=2", answer(3, "aa")},
		{"?limit=1&page=3", answer(3, "aa")},
		{"?per_page=100000", answer(3, "site_123abc", "zz", "aa")},
		{"?page=4", answer(3)},
	} {
		scenarios = append(scenarios, testkit.Scenario{
			Name: "list" + tt.query, As: "sites:read", Method: "GET", Path: sitesPath + tt.query, Status: 200, Want: tt.want,
		})
	}
	for _, tt := range []struct{ query, field string }{
		{"?page=0", "page"}, {"?per_page=-5", "per_page"}, {"?limit=x", "limit"}, {"?status=open", "status"}, {"?search=%FF", "search"},
	} {
		scenarios = append(scenarios, testkit.Scenario{
			Name: "bad " + tt.query, As: "all", Method: "GET", Path: sitesPath + tt.query, Status: 400,
			Want: failure("invalid_request", tt.field),
		})
	}
	testkit.Run(t, scenarios)
}
