package httpapi_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/testkit"
)

// requests returns one request for each operation of the contract, with a body if it has one.
func requests(t *testing.T) map[string]testkit.Scenario {
	t.Helper()
	all := map[string]testkit.Scenario{}
	for path, item := range testkit.Contract(t).Paths.Map() {
		path = strings.NewReplacer("{site_id}", "site_123abc", "{contact_id}", "contact_789ghi",
			"{account_reference_id}", "ACCT-1001", "{external_contact_id}", "contact_789ghi",
			"{validation_id}", "val_xyz789", "{suppression_id}", "sup_none", "{import_id}", "import_none",
			"{roll_call_id}", "roll_none", "{webhook_id}", "hook_none", "{event_id}", "evt_none").Replace(path)
		for method, operation := range item.Operations() {
			s := testkit.Scenario{Name: operation.OperationID, Method: method, Path: path}
			if operation.RequestBody != nil {
				s.Body = example(operation)
			}
			if operation.OperationID == "createImport" {
				s.Header = importHeader
			}
			all[operation.OperationID] = s
		}
	}
	return all
}

func example(operation *openapi3.Operation) string {
	if operation.OperationID == "putSiteByReference" {
		return `{"name": "N"}`
	}
	if operation.OperationID == "createImport" {
		return importBody(peopleCSV, "", "", "")
	}
	schema := operation.RequestBody.Value.Content["application/json"].Schema.Ref
	switch schema[strings.LastIndex(schema, "/")+1:] {
	case "ContactCreate":
		return valid
	case "SiteCreate":
		return `{"name": "N"}`
	case "RollCallCreate":
		return `{"filter": {"all": true}}`
	case "SuppressionCreate":
		return `{"point": "phone", "value": "+1 202 555 0147"}`
	case "WebhookCreate":
		return `{"url": "https://example.org/hook"}`
	case "CodeCheck":
		return `{"code": "123456"}`
	case "ReviewCreate":
		return `{"with": "Ann Lee"}`
	case "AttestationRequest":
		return `{"point": "phone", "note": "N"}`
	}
	return `{}`
}

// faults are errors that every operation can answer with, and how to cause them.
var faults = []struct {
	name, as, body string // body replaces that of operations with one
	header         header
	status         int
	want           string
	field          string
	bodiesOnly     bool
	changesOnly    bool
	arrange        func(t *testing.T, a *testkit.App)
}{
	{name: "no key", status: 401, want: "invalid_api_key"},
	{name: "no scope", as: "none:", status: 403, want: "permission_denied"},
	{name: "an expired key", as: "expired", status: 401, want: "invalid_api_key"},
	{name: "a revoked key", as: "revoked", status: 401, want: "invalid_api_key"},
	{name: "another dealer's key", as: "other", status: 404, want: "site_not_found"},
	{name: "an invalid Idempotency-Key", as: "all", header: header{"Idempotency-Key": "a b"}, status: 400, want: "invalid_request", field: "Idempotency-Key", changesOnly: true},
	{name: "a broken body", as: "all", body: "{", status: 400, want: "invalid_request", bodiesOnly: true},
	{name: "a large body", as: "all", body: strings.Repeat(" ", 512<<10+1), status: 413, want: "payload_too_large", bodiesOnly: true},
	{name: "a body that is not JSON", as: "all", header: header{"Content-Type": "text/csv"}, status: 415, want: "unsupported_media_type", bodiesOnly: true},
	{name: "too many requests", as: "slow", status: 429, want: "rate_limited", arrange: callOnce},
	{name: "a missing table", as: "all", status: 500, want: "internal_error", arrange: dropTables},
	{name: "a closed database", as: "all", status: 503, want: "unavailable", arrange: closeDatabase},
}

func TestEveryOperationFails(t *testing.T) {
	for _, fault := range faults {
		t.Run(fault.name, func(t *testing.T) {
			a := testkit.NewApp(t)
			if fault.as != "" && fault.as != "none:" {
				a.Key(fault.as)
			}
			if fault.arrange == nil {
				defer unchangedRecords(t, a)()
			}
			for id, s := range requests(t) {
				if fault.bodiesOnly && (s.Body == "" || id == "createImport") || fault.changesOnly && s.Method == "GET" ||
					fault.as == "other" && (namesNoSite(s.Path) || id == "putSiteByReference") || fault.as == "none:" && id == "getKey" {
					continue
				}
				s.As = fault.as
				if fault.as == "none:" {
					s.As = otherScope(s)
				}
				if fault.body != "" {
					s.Body = fault.body
				}
				s.Header, s.Status, s.Want = merged(s.Header, fault.header), fault.status, failure(fault.want, fault.field)
				a.Key("all")
				if fault.arrange != nil {
					fault.arrange(t, a)
					fault.arrange = nil
				}
				t.Run(id, func(t *testing.T) { a.Try(t, s) })
			}
		})
	}
}

// merged returns the values of both headers.
func merged(a, b header) header {
	all := maps.Clone(a)
	if all == nil {
		return b
	}
	maps.Copy(all, b)
	return all
}

// unchangedRecords reads the dealer's records, and returns a function that fails the test if they have changed.
func unchangedRecords(t *testing.T, a *testkit.App) func() {
	t.Helper()
	for _, scope := range []string{"sites:read", "contacts:read", "all"} {
		a.Key(scope) // creating a key is a change too
	}
	return unchangedTenant(t, a, a.Dealer)
}

// unchangedTenant is unchangedRecords for a dealer without its sandbox, or for the sandbox alone.
func unchangedTenant(t *testing.T, a *testkit.App, tenant rollcall.DealerID) func() {
	t.Helper()
	records := func() string {
		var all strings.Builder
		err := a.Service().ExportDealer(t.Context(), a.Dealer, func(table string, row map[string]any) error {
			if row["dealer_id"] != string(tenant) {
				return nil
			}
			delete(row, "last_used_at")
			delete(row, "pos") // which the sweep gives to lines of the audit on PostgreSQL
			_, err := fmt.Fprintln(&all, table, row)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return all.String()
	}
	before := records()
	return func() {
		t.Helper()
		if after := records(); after != before {
			t.Errorf("records =\n%s\nwant them unchanged:\n%s", after, before)
		}
	}
}

// namesNoSite reports whether the operation at the path is about the caller's own dealer.
func namesNoSite(path string) bool {
	return !strings.Contains(path, "/sites/")
}

// TestAnotherDealerSeesNothing checks that operations without a site in the path use only the caller's own records.
func TestAnotherDealerSeesNothing(t *testing.T) {
	a := testkit.NewApp(t)
	a.Key("other")
	defer unchangedRecords(t, a)()
	for id, s := range requests(t) {
		if !namesNoSite(s.Path) && id != "putSiteByReference" || strings.Contains(s.Path, "/imports") {
			continue
		}
		status, answer := a.Do("other", s.Method, s.Path, s.Body)
		text := fmt.Sprint(answer)
		if status > 299 && !strings.Contains(s.Path, "_none") || strings.Contains(text, "site_123abc") || strings.Contains(text, string(a.Dealer)) {
			t.Errorf("%s of another dealer = %d %s, want success with nothing of the first dealer", id, status, text)
		}
	}
}

// sameOrder returns the body that leaves the call list of the demo's site as it is, by the identifiers of an operation.
func sameOrder(a *testkit.App, operation string) string {
	field := "contact_id"
	if strings.HasSuffix(operation, "ByReference") {
		field = "external_contact_id"
	}
	_, list := a.Do("all", "GET", contactsPath, "")
	var ids []string
	for _, c := range list["data"].(map[string]any)["contacts"].([]any) {
		ids = append(ids, fmt.Sprintf("%q", c.(map[string]any)[field]))
	}
	return fmt.Sprintf(`{"%ss": [%s]}`, field, strings.Join(ids, ","))
}

// testedWebhook returns the identifiers of a webhook, and of an event that it was sent.
func testedWebhook(a *testkit.App) (hook, event string) {
	_, made := a.Do("all", "POST", webhooksPath, `{"url": "http://127.0.0.1:9/hook"}`)
	hook = made["data"].(map[string]any)["webhook_id"].(string)
	_, sent := a.Do("all", "POST", webhooksPath+"/"+hook+"/test", "")
	return hook, sent["data"].(map[string]any)["event_id"].(string)
}

// arranged makes the records that a change needs, and returns the request about them.
func arranged(t *testing.T, a *testkit.App, id string, s testkit.Scenario) testkit.Scenario {
	t.Helper()
	switch strings.TrimSuffix(id, "ByReference") {
	case "restoreContact":
		a.Do("all", "DELETE", johnPath, "")
	case "cancelValidation", "checkValidation":
		a.Do("all", "POST", johnPath+"/validation", "")
		s.Path = strings.Replace(s.Path, "val_xyz789", string(a.Newest().Validation), 1)
		s.Body = strings.Replace(s.Body, "123456", a.Newest().Code, 1)
	case "putCallOrder":
		s.Body = sameOrder(a, id)
	case "deleteSite":
		s.Path += "?cascade=true"
	case "pauseRollCall", "resumeRollCall", "cancelRollCall", "retryRollCall":
		_, made := a.Do("all", "POST", rollCallsPath, `{"filter": {"all": true}, "starts_at": "`+tomorrow()+`"}`)
		s.Path = strings.Replace(s.Path, "roll_none", made["data"].(map[string]any)["roll_call_id"].(string), 1)
	case "patchWebhook", "deleteWebhook", "testWebhook", "retryDelivery":
		hook, event := testedWebhook(a)
		s.Path = strings.NewReplacer("hook_none", hook, "evt_none", event).Replace(s.Path)
	case "deleteSuppression":
		_, made := a.Do("all", "POST", suppressionsPath, example(testkit.Contract(t).Paths.Find(suppressionsPath).Post))
		s.Path = suppressionsPath + "/" + made["data"].(map[string]any)["suppression_id"].(string)
	}
	return s
}

// TestEveryChangeHappensOnce sends each change twice with one Idempotency-Key, and then another request with the same key.
func TestEveryChangeHappensOnce(t *testing.T) {
	for id, s := range requests(t) {
		// TestImportOnce, and TestWebhooks: a secret is not shown again.
		if s.Method == "GET" || id == "createImport" || id == "createWebhook" || id == "rotateWebhook" {
			continue
		}
		t.Run(id, func(t *testing.T) {
			a := testkit.NewApp(t)
			s = arranged(t, a, id, s)
			status, first := a.DoOnce("all", s.Method, s.Path, s.Body, "k")
			if status < 200 || status > 299 {
				t.Fatalf("the first request = %d %v, want success", status, first)
			}
			want, err := json.Marshal(first)
			if err != nil {
				t.Fatal(err)
			}
			s.As, s.Header = "all", once("k")
			s.Status, s.WantHeader, s.Want = status, replayed, string(want)
			if status == 204 {
				s.Want = ""
			}
			a.Try(t, s)
			s.Path += map[bool]string{true: "&x=1", false: "?x=1"}[strings.Contains(s.Path, "?")]
			s.Status, s.WantHeader, s.Want = 409, fresh, failure("idempotency_conflict", "")
			a.Try(t, s)
		})
	}
}

// otherScope returns a scope that the operation doesn't need.
func otherScope(s testkit.Scenario) string {
	if strings.Contains(s.Path, "contacts") || strings.Contains(s.Path, "imports") || strings.Contains(s.Path, "call-list") {
		return "sites:read"
	}
	return "contacts:read"
}

// callOnce uses up the rate limit of a slow key.
func callOnce(t *testing.T, a *testkit.App) {
	t.Helper()
	if status, _ := a.Do("slow", "GET", sitesPath, ""); status != 200 {
		t.Fatalf("the first call = %d, want 200", status)
	}
}

// TestMain also fails if all tests ran and some response of some operation in the contract came up in none of them.
func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	if code == 0 && flag.Lookup("test.run").Value.String() == "" && flag.Lookup("test.list").Value.String() == "" {
		for _, answer := range testkit.Uncovered() {
			fmt.Fprintln(os.Stderr, "no test gets the response", answer)
			code = 1
		}
	}
	os.Exit(code)
}

// dropTables makes every lookup of a key fail with an unexpected error.
func dropTables(t *testing.T, a *testkit.App) {
	t.Helper()
	a.Execute(t, "ALTER TABLE api_keys RENAME TO lost")
}

func closeDatabase(t *testing.T, a *testkit.App) {
	t.Helper()
	// A sent message shows that the job queue runs. If the database were closed before it starts, the server would stop.
	a.Try(t, testkit.Scenario{As: "all", Method: "POST", Path: johnPath + "/validation", Status: 200, Want: sent("sms")})
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
}
