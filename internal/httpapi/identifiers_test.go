package httpapi_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/testkit"
)

// identifiers are identifiers that a caller chose, and whether each is valid.
var identifiers = []struct {
	id string
	ok bool
}{
	{"1784", true}, {"a/b", true}, {"a%2Fb", true}, {"%", true}, {"a?b#c", true}, {"a+b", true}, {";v=1", true}, {`\"'`, true},
	{"...", true}, {"Hafen 9", true}, {"é", true}, {"e\u0301", true}, {"東京", true}, {"a\u200f", false},
	{"عميل", true}, {strings.Repeat("x", 128), true}, {strings.Repeat("𠀀", 128), true}, {strings.Repeat("😀", 128), true},
	{".", false}, {"..", false}, {"", false}, {" a", false}, {"a ", false}, {"a\tb", false}, {"a\u0000", false}, {"a\u202eb", false},
	{"a\u200bb", false}, {strings.Repeat("x", 129), false}, {strings.Repeat("𠀀", 129), false},
}

// TestIdentifiersOfTheCallersOwn uses each as every kind of identifier, in bodies and paths.
func TestIdentifiersOfTheCallersOwn(t *testing.T) {
	a := testkit.NewApp(t)
	for _, tt := range identifiers {
		quoted, _ := json.Marshal(tt.id)
		site := `{"name": "N", "site_id": ` + string(quoted) + `, "account_reference_id": ` + string(quoted) + `}`
		contact := ok + `, "contact_id": ` + string(quoted) + `, "external_contact_id": ` + string(quoted) + `}`
		escaped := url.PathEscape(tt.id)
		if tt.id == "" { // clears account_reference_id
			site = `{"name": "N", "site_id": ""}`
		}
		if !tt.ok {
			for path, body := range map[string]string{sitesPath: site, contactsPath: contact} {
				if status, answer := a.Do("all", "POST", path, body); status != 422 {
					t.Errorf("%q at %s: status %d, want 422: %v", tt.id, path, status, answer)
				}
			}
			continue
		}
		for _, step := range []struct {
			method, path, body string
			status             int
		}{
			{"POST", sitesPath, site, 201},
			{"GET", sitesPath + "/" + escaped, "", 200},
			{"POST", "/ref/v1/sites/" + escaped + "/contacts", contact, 201},
			{"GET", sitesPath + "/" + escaped + "/contacts/" + escaped, "", 200},
			{"PUT", "/ref/v1/sites/" + escaped + "/contacts/" + escaped, `{"last_name": "B"}`, 200},
			{"DELETE", sitesPath + "/" + escaped + "/contacts/" + escaped, "", 204},
			{"PUT", "/ref/v1/sites/" + escaped + "/contacts/" + escaped, ok + `}`, 201},
			{"DELETE", sitesPath + "/" + escaped + "?cascade=true", "", 204},
		} {
			if status, answer := a.Do("all", step.method, step.path, step.body); status != step.status {
				t.Errorf("%q: %s %.60s: status %d, want %d: %v", tt.id, step.method, step.path, status, step.status, answer)
			}
		}
	}
}

// TestUpdatedAtMovesWithOwnFieldsOnly compares updated_at before and after each kind of change.
func TestUpdatedAtMovesWithOwnFieldsOnly(t *testing.T) {
	clock := testkit.NewClock()
	a := testkit.NewApp(t, func(o *app.Options) { o.Now = clock.Now })
	_, answer := a.Do("all", "GET", johnPath, "")
	last := answer["data"].(map[string]any)["updated_at"]
	for _, step := range []struct {
		name, method, path, body string
		moves                    bool
	}{
		{"a field", "PUT", johnPath, `{"last_name": "Roe"}`, true},
		{"the same value", "PUT", johnPath, `{"last_name": "Roe"}`, false},
		{"nothing", "PATCH", johnPath, `{}`, false},
		{"a validation", "POST", johnPath + "/validation", ``, false},
		{"a preference", "PATCH", johnPath, `{"notification_preferences": {"push": true}}`, true},
		{"another contact", "PATCH", contactsPath + "/contact_abc123", `{"last_name": "X"}`, false},
		{"the country of the site", "PATCH", sitePath, `{"address": {"country": "DE"}}`, false},
		{"away", "DELETE", johnPath, ``, false},
		{"and back", "POST", johnPath + "/restore", ``, false},
	} {
		clock.Advance(time.Hour)
		if status, answer := a.Do("all", step.method, step.path, step.body); status >= 300 {
			t.Fatalf("%s: %d %v", step.name, status, answer)
		}
		if step.method == "DELETE" {
			continue
		}
		_, answer := a.Do("all", "GET", johnPath, "")
		now := answer["data"].(map[string]any)["updated_at"]
		if moved := now != last; moved != step.moves {
			t.Errorf("%s: updated_at = %v after %v, moved %v, want %v", step.name, now, last, moved, step.moves)
		}
		last = now
	}
}
