package httpapi_test

import (
	"fmt"
	"strings"
	"testing"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/testkit"
)

// side is a tenant of the dealer, with a word that occurs only there.
type side struct {
	as, word string
	tenant   rollcall.DealerID
	replace  *strings.Replacer // the ids of requests by those of its records
}

// twoSides returns a server with the same records live and in the sandbox, but for a word.
func twoSides(t *testing.T) (a *testkit.App, live, sandbox side) {
	t.Helper()
	a = testkit.NewApp(t)
	live, sandbox = side{as: "all", word: "Livermore", tenant: a.Dealer}, side{as: "test", word: "Sandwich", tenant: a.Dealer.Sandbox()}
	for _, s := range []*side{&live, &sandbox} {
		s.fill(t, a)
	}
	return a, live, sandbox
}

// fill gives each kind of record to a side. No job works on any of them afterwards: the roll call begins tomorrow, and the webhook is
// disabled.
func (s *side) fill(t *testing.T, a *testkit.App) {
	t.Helper()
	do := func(method, path, body string) map[string]any {
		t.Helper()
		status, answer := a.Do(s.as, method, path, body)
		if status > 299 {
			t.Fatalf("%s %s = %d %v", method, path, status, answer)
		}
		return answer["data"].(map[string]any)
	}
	do("PATCH", sitePath, `{"name": "`+s.word+`"}`)
	do("PATCH", johnPath, `{"last_name": "`+s.word+`"}`)
	do("PATCH", "/ext/v1/settings", `{"stale_after_days": 90}`)
	do("PUT", brandingPath, `{"display_name": "`+s.word+`", "welcome": "`+s.word+`"}`)
	validation := do("POST", johnPath+"/validation", `{"method": "email", "message": "`+s.word+`"}`)
	suppression := do("POST", suppressionsPath, `{"point": "email", "value": "`+s.word+`@example.org"}`)
	webhook := do("POST", webhooksPath, `{"url": "https://example.org/`+s.word+`", "types": ["roll_call.finished"]}`)
	do("PATCH", webhooksPath+"/"+webhook["webhook_id"].(string), `{"status": "disabled"}`)
	rollCall := do("POST", rollCallsPath, `{"filter": {"all": true}, "message": "`+s.word+`", "starts_at": "`+tomorrow()+`"}`)
	file := importBody("account_reference_id,first_name,last_name,phone,Note\nACCT-1001,Eve,"+s.word+",+1 202 555 0155,"+s.word+"\n", "", "", "")
	resp, body := a.Send(t, testkit.Scenario{As: s.as, Method: "POST", Path: importsPath, Header: importHeader, Body: file})
	if resp.StatusCode != 202 {
		t.Fatalf("POST %s = %d %s", importsPath, resp.StatusCode, body)
	}
	path := resp.Header.Get("Location")
	ended(t, a, s.as, path)
	s.replace = strings.NewReplacer("val_xyz789", validation["validation_id"].(string), "sup_none", suppression["suppression_id"].(string),
		"hook_none", webhook["webhook_id"].(string), "roll_none", rollCall["roll_call_id"].(string), "import_none", path[strings.LastIndex(path, "/")+1:])
}

// TestSandboxAndLiveNeverMix sends each operation of the contract with a test key, by the ids of live records and of the sandbox's,
// which sees and changes nothing live; and with a live key, which sees and changes nothing of the sandbox.
func TestSandboxAndLiveNeverMix(t *testing.T) {
	all := requests(t)
	t.Run("reads", func(t *testing.T) {
		a, live, sandbox := twoSides(t)
		for id, s := range all {
			if s.Method == "GET" {
				neverMix(t, a, id, s, sandbox, live)
				neverMix(t, a, id, s, live, sandbox)
			}
		}
	})
	for id, s := range all {
		if s.Method == "GET" {
			continue
		}
		for _, as := range []string{"test", "all"} {
			t.Run(id+" as "+as, func(t *testing.T) {
				a, by, other := twoSides(t)
				if as == "test" {
					by, other = other, by
				}
				if s.Body == "{}" && strings.HasPrefix(id, "putCallOrder") {
					s.Body = sameOrder(a, id)
				}
				neverMix(t, a, id, s, by, other)
			})
		}
	}
}

// neverMix sends an operation from a side, by the ids of both.
func neverMix(t *testing.T, a *testkit.App, id string, s testkit.Scenario, by, other side) {
	t.Helper()
	check := unchangedTenant(t, a, other.tenant)
	for _, ids := range []side{other, by} {
		sent := s
		sent.As, sent.Path = by.as, ids.replace.Replace(s.Path)
		resp, body := a.Send(t, sent)
		status, own := resp.StatusCode, ids.as == by.as || sent.Path == s.Path
		if strings.Contains(string(body), other.word) || !own && status != 404 || status >= 500 || status == 403 || status == 401 {
			t.Errorf("%s with the %s key and ids of %s = %d %s, want nothing of the other side", id, by.as, ids.as, status, body)
		}
	}
	check()
}

// sandboxScenarios are changes that only a tenant of its own allows.
var sandboxScenarios = []testkit.Scenario{
	{Name: "a test key changes the settings of the sandbox", As: "test", Method: "PATCH", Path: "/ext/v1/settings", Body: `{"stale_after_days": 30}`, Status: 200, Want: `{"data": {"stale_after_days": 30, "...": true}}`},
	{Name: "and not those of the dealer", As: "all", Method: "GET", Path: "/ext/v1/settings", Status: 200, Want: `{"data": {"stale_after_days": 365, "...": true}}`},
	{
		Name: "an attestation with a test key confirms in the sandbox", As: "test", Method: "POST", Path: johnPath + "/attestation",
		Body: `{"point": "phone", "note": "Called."}`, Status: 200, Want: states("confirmed", "unconfirmed"),
	},
	{Name: "the live contact is unconfirmed", As: "all", Method: "GET", Path: johnPath, Status: 200, Want: states("unconfirmed", "unconfirmed")},
	{Name: "a validation with a test key is sent", As: "test", Method: "POST", Path: johnPath + "/validation", Body: `{"method": "email"}`, Header: once("k1"), Status: 200, Want: sent("email"), WantHeader: fresh},
	{
		Name: "a live key does not replay the response of a test key", As: "all", Method: "POST", Path: johnPath + "/validation", Body: `{"method": "email"}`, Header: once("k1"),
		Status: 200, Want: sent("email"), WantHeader: fresh,
	},
	{
		Name: "a test key replays its own response", As: "test", Method: "POST", Path: johnPath + "/validation", Body: `{"method": "email"}`, Header: once("k1"), Status: 200,
		Want: sent("email"), WantHeader: replayed,
	},
	{Name: "the contact of the sandbox is pending", As: "test", Method: "GET", Path: johnPath, Status: 200, Want: states("confirmed", "pending")},
	{
		Name: "a validation of the sandbox is a test", As: "test", Method: "GET", Path: johnPath + "/validations", Status: 200,
		Want: `{"data": {"validations": [{"test": true, "...": true}, {"test": true, "...": true}], "total_count": 2}}`,
	},
	{
		Name: "a live validation is not", As: "all", Method: "GET", Path: johnPath + "/validations", Status: 200,
		Want: `{"data": {"validations": [{"test": false, "...": true}], "total_count": 1}}`,
	},
	{Name: "a test key erases in the sandbox", As: "test", Method: "POST", Path: johnPath + "/erase", Status: 200, Want: `{"data": {"...": true}}`},
	{Name: "the live contact is still there", As: "all", Method: "GET", Path: johnPath, Status: 200, Want: states("unconfirmed", "pending")},
}

func TestSandbox(t *testing.T) { testkit.Run(t, sandboxScenarios) }

// TestSandboxIsEmptyAtFirst checks that a new sandbox has no record of its dealer.
func TestSandboxIsEmptyAtFirst(t *testing.T) {
	a := testkit.NewApp(t)
	a.Try(t, testkit.Scenario{As: "fresh test", Method: "GET", Path: sitesPath, Status: 200, Want: `{"data": {"sites": [], "total_count": 0}, "meta": {"...": true}}`})
	a.Try(t, testkit.Scenario{As: "fresh test", Method: "GET", Path: sitePath, Status: 404, Want: failure("site_not_found", "")})
	a.Try(t, testkit.Scenario{As: "fresh test", Method: "GET", Path: "/ext/v1/key", Status: 200, Want: fmt.Sprintf(`{"data": {"dealer_id": %q, "dealer_name": "Harbour Alarm", "test": true, "...": true}}`, a.Dealer)})
}
