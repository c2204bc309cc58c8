package cli

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

func demoVariables(t *testing.T, folder string) map[string]string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(folder, "demo.env"))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for line := range strings.Lines(string(content)) {
		match := regexp.MustCompile(`^export (\w+)='([^']*)'\n$`).FindStringSubmatch(line)
		if match == nil {
			t.Fatalf("line %q is not a shell assignment", line)
		}
		found[match[1]] = match[2]
	}
	return found
}

// referenceExamples are those of the reference, in an order in which each finds what it needs.
var referenceExamples = []struct {
	name, method, path, body string
	status                   int
	want                     string
}{
	{
		"get all contacts", http.MethodGet, "/ext/v1/sites/site_123abc/contacts", "", 200,
		`{"data": {"contacts": [
			{"contact_id": "contact_789ghi", "first_name": "John", "last_name": "Doe", "email": "john.doe@example.com",
			 "phone": "+1-555-0123", "type": "primary", "role": "owner"},
			{"contact_id": "contact_abc123", "first_name": "Jane", "last_name": "Smith", "email": "jane.smith@example.com",
			 "phone": "+1-555-0456", "type": "emergency", "role": "manager"}
		], "total_count": 2}}`,
	}, {
		"get a contact", http.MethodGet, "/ext/v1/sites/site_123abc/contacts/contact_789ghi", "", 200,
		`{"data": {"contact_id": "contact_789ghi", "first_name": "John", "last_name": "Doe", "email": "john.doe@example.com",
			"phone": "+1-555-0123", "type": "primary", "role": "owner",
			"notification_preferences": {"email": true, "sms": true, "push": false}, "created_at": "time", "updated_at": "time"}}`,
	}, {
		"create a contact", http.MethodPost, "/ext/v1/sites/site_123abc/contacts",
		`{"first_name": "John", "last_name": "Doe", "email": "john.doe@example.com", "phone": "+1-555-0123", "type": "primary",
			"role": "owner", "notification_preferences": {"email": true, "sms": true, "push": false}}`, 201,
		`{"data": {"contact_id": "any", "first_name": "John", "last_name": "Doe", "email": "john.doe@example.com",
			"phone": "+1-555-0123", "type": "primary", "role": "owner",
			"notification_preferences": {"email": true, "sms": true, "push": false}, "created_at": "time", "updated_at": "time"}}`,
	}, {
		"create a contact, as the request example has it", http.MethodPost, "/ext/v1/sites/site_123abc/contacts",
		`{"first_name": "John", "last_name": "Doe", "email": "john.doe@example.com", "phone": "+1-555-0123", "type": "primary"}`, 201,
		`{"data": {"contact_id": "any", "first_name": "John", "last_name": "Doe", "email": "john.doe@example.com",
			"phone": "+1-555-0123", "type": "primary", "role": null, "created_at": "time", "updated_at": "time"}}`,
	}, {
		"update a contact", http.MethodPut, "/ext/v1/sites/site_123abc/contacts/contact_789ghi",
		`{"phone": "+1-555-9999", "notification_preferences": {"email": true, "sms": true, "push": true}}`, 200,
		`{"data": {"contact_id": "contact_789ghi", "first_name": "John", "last_name": "Doe", "email": "john.doe@example.com",
			"phone": "+1-555-9999", "type": "primary",
			"notification_preferences": {"email": true, "sms": true, "push": true}, "updated_at": "time"}}`,
	}, {
		"send validation", http.MethodPost, "/ext/v1/sites/site_123abc/contacts/contact_789ghi/validation",
		`{"method": "sms", "message": "Please verify your phone number for CHeKT alerts."}`, 200,
		`{"data": {"validation_id": "any", "status": "sent", "method": "sms", "sent_at": "time"}}`,
	},
	{"delete a contact", http.MethodDelete, "/ext/v1/sites/site_123abc/contacts/contact_789ghi", "", 204, ""},
	{
		"create by reference", http.MethodPost, "/ref/v1/sites/ACCT-1001/contacts",
		`{"external_contact_id": "crm-7", "first_name": "John", "last_name": "Doe", "email": "john.doe@example.com",
			"phone": "+1-555-0123", "type": "primary"}`, 201,
		`{"data": {"contact_id": "any", "first_name": "John", "last_name": "Doe", "phone": "+1-555-0123", "type": "primary"}}`,
	},
	{"get by reference", http.MethodGet, "/ref/v1/sites/ACCT-1001/contacts", "", 200, `{"data": {"total_count": 4}}`},
	{"delete by reference", http.MethodDelete, "/ref/v1/sites/ACCT-1001/contacts/crm-7", "", 204, ""},
}

func TestDemoAnswersTheReference(t *testing.T) {
	s := start(t, "demo", "--listen", "127.0.0.1:0")
	folder := s.out.Await(t, `source (\S+)/demo\.env`)
	s.out.Await(t, `Press Ctrl-C`)
	env := demoVariables(t, folder)
	if env["ROLLCALL_SITE_ID"] != "site_123abc" || env["ROLLCALL_ACCOUNT_REFERENCE_ID"] != "ACCT-1001" {
		t.Fatalf("demo.env = %v, want the ids of the demo", env)
	}
	for _, c := range referenceExamples {
		status, body := call(t, env["ROLLCALL_API_KEY"], c.method, env["ROLLCALL_URL"]+c.path, c.body)
		if status != c.status {
			t.Errorf("%s: status %d, want %d: %v", c.name, status, c.status, body)
		}
		if c.want != "" {
			same(t, body, c.want)
		} else if body != nil {
			t.Errorf("%s: the body is %v, want none", c.name, body)
		}
	}
	link := s.out.Await(t, `── SMS to \+1-555-9999, captured ─+\n   Harbour Alarm \(demo\), Harbour Street warehouse: Please verify your\n   phone number for CHeKT alerts\.\n`+
		`   (\S+)\n   Code \d{6}\. Reply STOP to opt out\.\n─+\n`)
	if !strings.HasPrefix(link, env["ROLLCALL_URL"]+"/c/") {
		t.Errorf("the link %s does not lead to %s", link, env["ROLLCALL_URL"])
	}
	answerDemo(t, s, env)
	signInDemo(t, s, env["ROLLCALL_URL"])
	lucia := env["ROLLCALL_URL"] + "/ext/v1/sites/site_456def/contacts/contact_456jkl/validation"
	if status, body := call(t, env["ROLLCALL_API_KEY"], http.MethodPost, lucia, ""); status != 200 {
		t.Fatalf("validation answered %d %v, want 200", status, body)
	}
	s.out.Await(t, `── SMS to \+12025550119, captured ─+\n   Harbour Alarm \(demo\), Pier 9 offices: ¿podemos encontrarle`)

	if status := s.stop(t); status != exitOK {
		t.Errorf("demo exited with status %d: %s, want 0", status, s.err)
	}
	if s.err.String() != "" {
		t.Errorf("stderr must stay quiet, but has %s", s.err)
	}
	if _, err := os.Stat(folder); !os.IsNotExist(err) {
		t.Errorf("the temporary folder is still there: %v", err)
	}
}

// answerDemo asks Jane, opens the link that is printed, presses the button, and finds it on the contact.
func answerDemo(t *testing.T, s *server, env map[string]string) {
	t.Helper()
	jane := env["ROLLCALL_URL"] + "/ext/v1/sites/site_123abc/contacts/contact_abc123"
	if status, body := call(t, env["ROLLCALL_API_KEY"], http.MethodPost, jane+"/validation", `{"method": "email"}`); status != 200 {
		t.Fatalf("validation answered %d %v, want 200", status, body)
	}
	link := s.out.Await(t, `── E-mail to jane\.smith@example\.com, captured ─+\n   Subject: Harbour Alarm \(demo\): can we reach you here\?\n(?s:.*?)(http://\S+/c/\S+)\n`)
	open := func() (*http.Response, error) { return http.Get(link) }
	press := func() (*http.Response, error) { return http.PostForm(link, url.Values{"answer": {"yes"}}) }
	for _, step := range []struct {
		do    func() (*http.Response, error)
		state string
	}{{open, "pending"}, {press, "confirmed"}} {
		resp, err := step.do()
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != 200 {
			t.Errorf("page answered %s, want 200", resp.Status)
		}
		_, body := call(t, env["ROLLCALL_API_KEY"], http.MethodGet, jane, "")
		same(t, body, `{"data": {"validation": {"email": {"status": "`+step.state+`"}}}}`)
	}
}

// signInDemo opens the printed link, which signs in once.
func signInDemo(t *testing.T, s *server, base string) {
	t.Helper()
	link := s.out.Await(t, `  Console   (\S+)`)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{base + "/console", link} { // the second time, the page says that the link does not work
		client := &http.Client{Jar: jar}
		if want == link {
			client = &http.Client{}
		}
		resp, err := client.PostForm(link, nil)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if got := resp.Request.URL.String(); got != want {
			t.Errorf("the link leads to %s, %s, want %s", got, resp.Status, want)
		}
	}
}

func TestSitesOfTheDemoAreReadyOrNotForEveryReason(t *testing.T) {
	s := start(t, "demo", "--listen", "127.0.0.1:0")
	folder := s.out.Await(t, `source (\S+)/demo\.env`)
	s.out.Await(t, `Press Ctrl-C`)
	env := demoVariables(t, folder)
	if shown := s.out.String(); strings.Contains(shown, "captured") {
		t.Errorf("the demo shows a message of its past: %s", shown)
	}
	get := func(path, want string) {
		_, body := call(t, env["ROLLCALL_API_KEY"], http.MethodGet, env["ROLLCALL_URL"]+path, "")
		same(t, body, want)
	}
	get("/ext/v1/readiness", `{"data": {
		"counts": {"ready": 2, "at_risk": 3, "not_ready": 5, "exempt": 2},
		"reason_counts": {"unconfirmed": 1, "stale": 1, "undeliverable": 1, "no_contacts": 1, "too_few_people": 3, "too_few_numbers": 3,
			"no_premises_phone": 1, "inactive": 1, "exempt": 1}}}`)
	get("/ext/v1/sites/site_456def/readiness", `{"data": {"status": "ready", "reasons": [], "proven": {"people": 3, "numbers": 3}}}`)
	get("/ext/v1/sites/site_456def/call-list?at="+nextNoon(), `{"data": {
		"premises": {"e164": "+12025550110"},
		"calls": [
			{"order": 1, "first_name": "Lucía", "language": "es", "status": "confirmed"},
			{"order": 2, "first_name": "Sam", "extension": "14", "status": "confirmed"},
			{"order": 3, "first_name": "Sam", "extension": null, "status": "unconfirmed"},
			{"order": 4, "first_name": "Tom", "e164": "+12025550123"}
		], "skipped": [
			{"first_name": "Rosa", "reason": "outside_hours"},
			{"first_name": "Nora", "reason": "duplicate"},
			{"first_name": "Ken", "reason": "never_called"},
			{"first_name": "Mia", "reason": "not_effective_yet"}
		]}}`)
	s.stop(t)
}

// nextNoon returns the next 20:00 UTC, about noon in San Francisco. Mia of the demo joins the call list a week from now.
func nextNoon() string {
	noon := time.Now().UTC().Truncate(24 * time.Hour).Add(20 * time.Hour)
	if noon.Before(time.Now()) {
		noon = noon.Add(24 * time.Hour)
	}
	return noon.Format(time.RFC3339)
}

func TestDemoContinuesInItsFolder(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "demo")
	first := start(t, "demo", "--listen", "127.0.0.1:0", "--data", folder)
	first.out.Await(t, `Press Ctrl-C`)
	before := demoVariables(t, folder)
	key := before["ROLLCALL_API_KEY"]
	contact := before["ROLLCALL_URL"] + "/ext/v1/sites/site_123abc/contacts/contact_abc123"
	if status, body := call(t, key, http.MethodDelete, contact, ""); status != 204 {
		t.Fatalf("delete answered %d %v, want 204", status, body)
	}
	if status := first.stop(t); status != exitOK {
		t.Fatalf("demo exited with status %d: %s, want 0", status, first.err)
	}
	checkModes(t, folder)

	second := start(t, "demo", "--listen", "127.0.0.1:0", "--data", folder)
	second.out.Await(t, `Press Ctrl-C`)
	after := demoVariables(t, folder)
	if after["ROLLCALL_API_KEY"] != key {
		t.Error("the second start made another key")
	}
	_, contacts := call(t, key, http.MethodGet, after["ROLLCALL_URL"]+"/ext/v1/sites/site_123abc/contacts", "")
	same(t, contacts, `{"data": {"contacts": [{"contact_id": "contact_789ghi"}], "total_count": 1}}`)
	_, sites := call(t, key, http.MethodGet, after["ROLLCALL_URL"]+"/ext/v1/sites?per_page=2", "")
	same(t, sites, `{"data": {"sites": [
		{"site_id": "site_123abc", "account_reference_id": "ACCT-1001"},
		{"site_id": "site_456def", "account_reference_id": "ACCT-1002"}
	], "total_count": 12}}`)
	second.stop(t)

	dealers := succeedJSON(t, "dealer", "list", "--data", folder)["dealers"].([]any)
	dealer := dealers[0].(map[string]any)["dealer_id"].(string)
	keys := succeedJSON(t, "key", "list", "--dealer", dealer, "--data", folder)["keys"].([]any)
	if len(dealers) != 1 || len(keys) != 1 {
		t.Fatalf("%d dealers and %d keys, want one of each", len(dealers), len(keys))
	}
	succeed(t, "key", "revoke", keys[0].(map[string]any)["key_id"].(string), "--dealer", dealer, "--data", folder)

	third := start(t, "demo", "--listen", "127.0.0.1:0", "--data", folder)
	third.out.Await(t, `Press Ctrl-C`)
	latest := demoVariables(t, folder)
	status, contacts := call(t, latest["ROLLCALL_API_KEY"], http.MethodGet, latest["ROLLCALL_URL"]+"/ext/v1/sites/site_123abc/contacts", "")
	if latest["ROLLCALL_API_KEY"] == key || status != 200 {
		t.Errorf("after its key was revoked, the demo answers its key with %d", status)
	}
	same(t, contacts, `{"data": {"total_count": 1}}`)
}

func checkModes(t *testing.T, folder string) {
	t.Helper()
	info, err := os.Stat(folder)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o700 {
		t.Errorf("the folder has mode %o, want 700", info.Mode().Perm())
	}
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		info, err := file.Info()
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %o, want 600", file.Name(), info.Mode().Perm())
		}
	}
}

func TestDemoLeavesOthersAlone(t *testing.T) {
	folder := t.TempDir()
	succeed(t, "dealer", "create", "--name", "Real Alarm", "--data", folder)
	r := run(t, "demo", "--listen", "127.0.0.1:0", "--data", folder)
	want := "rollcall: " + folder + " has other dealers, whose messages the demo would capture; " +
		"choose another folder for it with --data, or start `rollcall serve --data " + folder + "`\n"
	if r.status != exitFailed || r.err != want {
		t.Errorf("status %d: %swant %s", r.status, r.err, want)
	}
}

func TestWrap(t *testing.T) {
	for _, tt := range []struct {
		line string
		want []string
	}{
		{"", []string{""}},
		{"Code 123456.", []string{"Code", "123456."}},
		{"a bc def ghij klmno", []string{"a bc def", "ghij klmno"}},
		{"é é é é é é", []string{"é é é é é", "é"}},
		{"at https://rollcall.example.org/c/x now", []string{"at", "https://rollcall.example.org/c/x", "now"}},
	} {
		if got := wrap(tt.line, 10); !slices.Equal(got, tt.want) {
			t.Errorf("wrap(%q, 10) = %q, want %q", tt.line, got, tt.want)
		}
	}
}
