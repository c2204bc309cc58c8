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

// quotaTests add records in every way. The dealer has one site with two contacts.
var quotaTests = []struct {
	name      string
	set       rollcall.SettingsInput
	scenarios []testkit.Scenario
}{
	{"sites", rollcall.SettingsInput{MaxSites: rollcall.Given(2)}, []testkit.Scenario{
		{Name: "the last that has room", Method: "POST", Path: sitesPath, Body: pierWithID, Status: 201, Want: anyRecord},
		{
			Name: "one too many", Method: "POST", Path: sitesPath, Body: pier, Status: 409,
			Want: `{"error": {"code": "quota_reached", "message": "this dealer has reached its limit of 2 sites; delete sites you no longer need, or ask the operator to raise it", "...": true}}`,
		},
		{Name: "a taken identifier is mended first", Method: "POST", Path: sitesPath, Body: pierWithID, Status: 409, Want: `{"error": {"code": "site_id_taken", "...": true}}`},
		{Name: "by reference", Method: "PUT", Path: siteRefPath + "/ACCT-2", Body: pier, Status: 409, Want: quotaReached},
		{Name: "an update needs no room", Method: "PUT", Path: siteRefPath + "/ACCT-1001", Body: pier, Status: 200, Want: anyRecord},
		{Name: "another dealer has room", As: "other", Method: "POST", Path: sitesPath, Body: pier, Status: 201, Want: anyRecord},
		{Name: "deleting one", Method: "DELETE", Path: "/ext/v1/sites/pier7", Status: 204},
		{Name: "makes room", Method: "PUT", Path: siteRefPath + "/ACCT-2", Body: pier, Status: 201, Want: anyRecord},
		{Name: "for one", Method: "POST", Path: sitesPath, Body: pier, Status: 409, Want: quotaReached},
	}},
	{"contacts", rollcall.SettingsInput{MaxContacts: rollcall.Given(3)}, []testkit.Scenario{
		{Name: "the last that has room", Method: "POST", Path: contactsPath, Body: ok + `}`, Status: 201, Want: anyRecord},
		{Name: "one too many", Method: "POST", Path: contactsPath, Body: ok + `}`, Status: 409, Want: quotaReached},
		{Name: "by reference", Method: "POST", Path: refPath, Body: ok + `}`, Status: 409, Want: quotaReached},
		{Name: "by PUT", Method: "PUT", Path: refPath + "/crm-1", Body: ok + `}`, Status: 409, Want: quotaReached},
		{Name: "an update needs no room", Method: "PUT", Path: johnPath, Body: `{"last_name": "Roe"}`, Status: 200, Want: anyRecord},
		{Name: "deleting one", Method: "DELETE", Path: johnPath, Status: 204},
		{Name: "makes room", Method: "PUT", Path: refPath + "/crm-1", Body: ok + `}`, Status: 201, Want: anyRecord},
		{Name: "restore", Method: "POST", Path: johnPath + "/restore", Status: 409, Want: quotaReached},
		{Name: "deleting the site", Method: "DELETE", Path: "/ext/v1/sites/site_123abc?cascade=true", Status: 204},
		{Name: "another site", Method: "POST", Path: sitesPath, Body: pierWithID, Status: 201, Want: anyRecord},
		{Name: "has room for all", Method: "POST", Path: "/ext/v1/sites/pier7/contacts", Body: ok + `}`, Status: 201, Want: anyRecord},
	}},
	{"idempotency records", rollcall.SettingsInput{MaxAnswers: rollcall.Given(1)}, []testkit.Scenario{
		{Name: "a change that fails is not kept", Method: "POST", Path: contactsPath, Header: once("k0"), Body: `{}`, Status: 422, Want: `{"error": {"...": true}}`},
		{Name: "the last that has room", Method: "POST", Path: contactsPath, Header: once("k1"), Body: onceContact, Status: 201, Want: anyRecord},
		{Name: "a new key", Method: "DELETE", Path: johnPath, Header: once("k2"), Status: 409, Want: quotaReached},
		{Name: "did nothing", Method: "GET", Path: johnPath, Status: 200, Want: anyRecord},
		{Name: "a key that was used is answered", Method: "POST", Path: contactsPath, Header: once("k1"), Body: onceContact, Status: 201, WantHeader: replayed, Want: anyRecord},
		{Name: "for another request it is a conflict", Method: "POST", Path: contactsPath, Header: once("k1"), Body: ok + `}`, Status: 409, Want: failure("idempotency_conflict", "")},
		{Name: "without a key", Method: "DELETE", Path: johnPath, Status: 204},
	}},
	{"no quota", rollcall.SettingsInput{MaxSites: rollcall.Given(0), MaxContacts: rollcall.Given(0), MaxAnswers: rollcall.Given(0)}, []testkit.Scenario{
		{Name: "a site", Method: "POST", Path: sitesPath, Header: once("k1"), Body: pier, Status: 201, Want: anyRecord},
		{Name: "a contact", Method: "POST", Path: contactsPath, Header: once("k1"), Body: ok + `}`, Status: 201, Want: anyRecord},
	}},
}

// TestQuotas holds the quotas of a dealer's records.
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
