package httpapi_test

import (
	"testing"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit"
)

const (
	pier        = `{"name": "Pier 7"}`
	pierWithID  = `{"name": "Pier 7", "site_id": "pier7"}`
	anyRecord   = `{"data": {"...": true}}`
	onceContact = ok + `, "contact_id": "once"}`
)

var quotaReached = failure("quota_reached", "")

// quotaTests create records in every way. The dealer has one site with two contacts.
var quotaTests = []struct {
	name      string
	set       rollcall.SettingsInput
	scenarios []testkit.Scenario
}{
	{"sites", rollcall.SettingsInput{MaxSites: rollcall.Given(2)}, []testkit.Scenario{
		{Name: "create a site up to the quota", Method: "POST", Path: sitesPath, Body: pierWithID, Status: 201, Want: anyRecord},
		{
			Name: "create a site over the quota answers 409", Method: "POST", Path: sitesPath, Body: pier, Status: 409,
			Want: `{"error": {"code": "quota_reached", "message": "this dealer has reached its limit of 2 sites; delete sites you no longer need, or ask the operator to raise it", "...": true}}`,
		},
		{Name: "a taken identifier is reported before the quota", Method: "POST", Path: sitesPath, Body: pierWithID, Status: 409, Want: `{"error": {"code": "site_id_taken", "...": true}}`},
		{Name: "PUT of a new site over the quota answers 409", Method: "PUT", Path: siteRefPath + "/ACCT-2", Body: pier, Status: 409, Want: quotaReached},
		{Name: "PUT of a known site at the quota updates", Method: "PUT", Path: siteRefPath + "/ACCT-1001", Body: pier, Status: 200, Want: anyRecord},
		{Name: "another dealer has a quota of its own", As: "other", Method: "POST", Path: sitesPath, Body: pier, Status: 201, Want: anyRecord},
		{Name: "delete a site", Method: "DELETE", Path: "/ext/v1/sites/pier7", Status: 204},
		{Name: "create a site after a deletion", Method: "PUT", Path: siteRefPath + "/ACCT-2", Body: pier, Status: 201, Want: anyRecord},
		{Name: "one more site answers 409", Method: "POST", Path: sitesPath, Body: pier, Status: 409, Want: quotaReached},
	}},
	{"contacts", rollcall.SettingsInput{MaxContacts: rollcall.Given(3)}, []testkit.Scenario{
		{Name: "create a contact up to the quota", Method: "POST", Path: contactsPath, Body: ok + `}`, Status: 201, Want: anyRecord},
		{Name: "create a contact over the quota answers 409", Method: "POST", Path: contactsPath, Body: ok + `}`, Status: 409, Want: quotaReached},
		{Name: "create by reference over the quota answers 409", Method: "POST", Path: refPath, Body: ok + `}`, Status: 409, Want: quotaReached},
		{Name: "PUT by reference over the quota answers 409", Method: "PUT", Path: refPath + "/crm-1", Body: ok + `}`, Status: 409, Want: quotaReached},
		{Name: "an update at the quota is accepted", Method: "PUT", Path: johnPath, Body: `{"last_name": "Roe"}`, Status: 200, Want: anyRecord},
		{Name: "delete a contact", Method: "DELETE", Path: johnPath, Status: 204},
		{Name: "create a contact after a deletion", Method: "PUT", Path: refPath + "/crm-1", Body: ok + `}`, Status: 201, Want: anyRecord},
		{Name: "restore over the quota answers 409", Method: "POST", Path: johnPath + "/restore", Status: 409, Want: quotaReached},
		{Name: "delete the site", Method: "DELETE", Path: "/ext/v1/sites/site_123abc?cascade=true", Status: 204},
		{Name: "create another site", Method: "POST", Path: sitesPath, Body: pierWithID, Status: 201, Want: anyRecord},
		{Name: "the contacts of a deleted site no longer count", Method: "POST", Path: "/ext/v1/sites/pier7/contacts", Body: ok + `}`, Status: 201, Want: anyRecord},
	}},
	{"idempotency records", rollcall.SettingsInput{MaxIdempotencyRecords: rollcall.Given(1)}, []testkit.Scenario{
		{Name: "a failed change stores no idempotency record", Method: "POST", Path: contactsPath, Header: once("k0"), Body: `{}`, Status: 422, Want: `{"error": {"...": true}}`},
		{Name: "an idempotency record up to the quota", Method: "POST", Path: contactsPath, Header: once("k1"), Body: onceContact, Status: 201, Want: anyRecord},
		{Name: "a new Idempotency-Key over the quota answers 409", Method: "DELETE", Path: johnPath, Header: once("k2"), Status: 409, Want: quotaReached},
		{Name: "the refused request changed nothing", Method: "GET", Path: johnPath, Status: 200, Want: anyRecord},
		{Name: "a stored response is replayed at the quota", Method: "POST", Path: contactsPath, Header: once("k1"), Body: onceContact, Status: 201, WantHeader: replayed, Want: anyRecord},
		{Name: "another request with a used key answers 409 idempotency_conflict", Method: "POST", Path: contactsPath, Header: once("k1"), Body: ok + `}`, Status: 409, Want: failure("idempotency_conflict", "")},
		{Name: "a request without an Idempotency-Key is accepted", Method: "DELETE", Path: johnPath, Status: 204},
	}},
	{"no quota", rollcall.SettingsInput{MaxSites: rollcall.Given(0), MaxContacts: rollcall.Given(0), MaxIdempotencyRecords: rollcall.Given(0)}, []testkit.Scenario{
		{Name: "create a site", Method: "POST", Path: sitesPath, Header: once("k1"), Body: pier, Status: 201, Want: anyRecord},
		{Name: "create a contact", Method: "POST", Path: contactsPath, Header: once("k1"), Body: ok + `}`, Status: 201, Want: anyRecord},
	}},
}

// TestQuotas checks the quotas of a dealer's records.
func TestQuotas(t *testing.T) {
	for _, tt := range quotaTests {
		t.Run(tt.name, func(t *testing.T) {
			a := testkit.NewApp(t)
			if _, err := a.Service().UpdateSettings(t.Context(), service.Caller{Dealer: a.Dealer}, tt.set); err != nil {
				t.Fatal(err)
			}
			for _, s := range tt.scenarios {
				if s.As == "" {
					s.As = "all"
				}
				t.Run(s.Name, func(t *testing.T) { a.Try(t, s) })
			}
		})
	}
}
