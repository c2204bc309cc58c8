package systemtest_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/testkit"
)

// What stands for a person, and for the secrets of a caller, in the requests of TestLog.
const (
	zoePhone   = "+12025550187"
	zoeMessage = "Please confirm, Zoraida"
	zoeMail    = "zoraida.quill@example.org"
	wrongKey   = "rk_live_00000000000000000000000000000000jFRlO" // well-formed, but nobody's
	brokenKey  = "rk_live_thisIsNoKeyAtAll"
)

// secrets may not be in the log, in any spelling of the case. The request ids that callers choose may.
var secrets = []string{
	"zoraida", "quill", zoePhone, "5550187", "202-555", "202%20555", "please confirm", "zq-ext", "zq-site", wrongKey, "jFRlO",
	brokenKey, "isnokey", "rk_live", "rk_test", "search=", "x-private", "john", "smith", "555-0456",
}

// logged is one request and what the log must say of it.
type logged struct {
	as, method, path, body string
	header                 map[string]string
	status                 int
	route                  string
	anonymous              bool // no dealer and no key, since none was recognised
}

const (
	contactRoute    = "/ext/v1/sites/{site_id}/contacts/{contact_id}"
	contactsRoute   = "/ext/v1/sites/{site_id}/contacts"
	contactsRefer   = "/ref/v1/sites/{account_reference_id}/contacts"
	contactRefer    = "/ref/v1/sites/{account_reference_id}/contacts/{external_contact_id}"
	validationRoute = "/ext/v1/sites/{site_id}/contacts/{contact_id}/validation"
)

var zoe = text(object{
	"contact_id": "zq-ext-1", "external_contact_id": "zq-ext-1/" + zoeMail, "first_name": "Zoraida", "last_name": "Quill",
	"email": zoeMail, "phone": zoePhone, "type": "primary",
})

var loggedRequests = []logged{
	{as: "all", method: "POST", path: harbour, body: zoe, status: 201, route: contactsRoute},
	{as: "all", method: "POST", path: harbour, body: zoe, status: 409, route: contactsRoute},
	{as: "all", method: "POST", path: harbourBy, body: `{"first_name": "Zoraida", "email": "zoraida", "phone": "+12025550187x", "type": "quill"}`, status: 422, route: contactsRefer},
	{as: "all", method: "POST", path: harbour, body: `{"first_name": {"zoraida": "quill"}}`, status: 400, route: contactsRoute},
	{as: "all", method: "POST", path: harbour, body: `Zoraida Quill`, status: 400, route: contactsRoute},
	{as: "all", method: "POST", path: harbour, body: "\"Zoraida \xff\"", status: 400, route: contactsRoute},
	{as: "all", method: "POST", path: harbour, body: strings.Repeat("zoraida", 10_000), status: 413, route: contactsRoute},
	{as: "all", method: "POST", path: harbour, body: "name=zoraida", header: map[string]string{"Content-Type": "x-private/zoraida"}, status: 415, route: contactsRoute},
	{as: "all", method: "PATCH", path: harbour + "/zq-ext-1", body: `{"last_name": "Quill-Smith"}`, status: 200, route: contactRoute},
	{as: "all", method: "PUT", path: harbourBy + "/zq-ext-1%2Fzoraida.quill@example.org", body: `{"phone": "(202) 555-0187"}`, status: 200, route: contactRefer},
	{as: "all", method: "POST", path: harbour + "/zq-ext-1/validation", body: `{"method": "sms", "message": "` + zoeMessage + `"}`, status: 200, route: validationRoute},
	{as: "test", method: "POST", path: harbour, body: zoe, status: 201, route: contactsRoute},
	{as: "test", method: "POST", path: harbour + "/zq-ext-1/validation", body: `{"method": "email", "message": "` + zoeMessage + `"}`, status: 200, route: validationRoute},
	{as: "all", method: "GET", path: harbour + "?search=zoraida%20quill", status: 200, route: contactsRoute},
	{as: "all", method: "GET", path: harbour + "?search=202%20555", status: 200, route: contactsRoute},
	{as: "all", method: "GET", path: harbour + "?type=zoraida", status: 400, route: contactsRoute},
	{as: "all", method: "GET", path: harbour + "?search=%FFzoraida", status: 400, route: contactsRoute},
	{as: "all", method: "GET", path: "/ext/v1/sites?search=zq-site", status: 200, route: "/ext/v1/sites"},
	{as: "all", method: "HEAD", path: harbour + "/zq-ext-1", status: 200, route: contactRoute},
	{as: "all", method: "GET", path: harbour + "/zoraida.quill@example.org", status: 404, route: contactRoute},
	{as: "all", method: "GET", path: "/ext/v1/sites/zq-site/contacts/zoraida", status: 404, route: contactRoute},
	{as: "other", method: "GET", path: harbour + "/zq-ext-1", status: 404, route: contactRoute},
	{as: "sites:read", method: "GET", path: harbour + "/zq-ext-1", status: 403, route: contactRoute},
	{as: "all", method: "GET", path: "/people/zoraida.quill", status: 404},
	{as: "all", method: "GET", path: "/ext/v1/sites/zq-site/people/" + zoeMail + "?x-private=zoraida", status: 404},
	{as: "all", method: "OPTIONS", path: harbour + "/zoraida", status: 405},
	{as: "all", method: "ZORAIDA", path: harbour + "/zoraida", status: 405},
	{as: "revoked", method: "GET", path: harbour + "/zq-ext-1", status: 401, route: contactRoute, anonymous: true},
	{method: "GET", path: harbour + "/zq-ext-1", status: 401, route: contactRoute, anonymous: true},
	{method: "GET", path: harbour + "/zq-ext-1", header: map[string]string{"Authorization": "Bearer " + wrongKey}, status: 401, route: contactRoute, anonymous: true},
	{method: "GET", path: harbour + "/zq-ext-1", header: map[string]string{"Authorization": "Bearer " + brokenKey}, status: 401, route: contactRoute, anonymous: true},
	{method: "GET", path: harbour + "?api_key=" + brokenKey, header: map[string]string{"X-Private": "zoraida", "Cookie": "zoraida=quill", "Referer": "https://example.org/zoraida", "User-Agent": "zoraida"}, status: 401, route: contactsRoute, anonymous: true},
	{method: "GET", path: "/healthz?zoraida", status: 200, route: "/healthz", anonymous: true},
	{method: "GET", path: "/openapi.yaml?zoraida", status: 200, route: "/openapi.yaml", anonymous: true},
	{method: "GET", path: "/docs/zoraida", status: 404, route: "/docs", anonymous: true},
	{as: "all", method: "DELETE", path: harbourBy + "/zq-ext-1%2Fzoraida.quill@example.org", status: 204, route: contactRefer},
}

// TestLog sends requests full of what is private, and reads the log for it.
func TestLog(t *testing.T) {
	t.Parallel()
	broken := &breaker{}
	a := testkit.NewApp(t, func(o *app.Options) { o.Now = broken.now })
	for i, r := range loggedRequests {
		send(t, a, r, fmt.Sprintf("first-%d", i))
	}
	change := logged{as: "all", method: "PATCH", path: harbour + "/contact_789ghi", body: `{"last_name": "Quill"}`, status: 500, route: contactRoute}
	for i, function := range []string{"changeContact", "Authenticate"} {
		broken.at.Store(&function)
		r := change
		r.anonymous = function == "Authenticate"
		send(t, a, r, fmt.Sprintf("panic-%d", i))
		if got := strings.Count(a.Log.String(), `"msg":"panic"`); got != i+1 {
			t.Errorf("%d panics in the log, want %d", got, i+1)
		}
	}
	broken.at.Store(nil)
	rename(t, a, "contacts", "lost")
	send(t, a, change, "table-is-gone")
	rename(t, a, "lost", "contacts")
	if err := a.Close(); err != nil {
		t.Error(err)
	}
	change.status, change.anonymous = 503, true
	send(t, a, change, "database-is-closed")
	checkPrivate(t, a.Log.String())
}

// breaker is a clock that panics, with something private, when a function with the name asks it.
type breaker struct{ at atomic.Pointer[string] }

func (b *breaker) now() time.Time {
	if at := b.at.Load(); at != nil {
		callers := make([]uintptr, 20)
		frames := runtime.CallersFrames(callers[:runtime.Callers(2, callers)])
		for frame, more := frames.Next(); more; frame, more = frames.Next() {
			if strings.HasSuffix(frame.Function, "."+*at) {
				panic(errors.New("cannot serve Zoraida Quill, " + zoePhone))
			}
		}
	}
	return time.Now()
}

func rename(t *testing.T, a *testkit.App, from, to string) {
	t.Helper()
	if _, err := database(t, a.Folder).ExecContext(t.Context(), "ALTER TABLE "+from+" RENAME TO "+to); err != nil {
		t.Fatal(err)
	}
}

// send sends the request and checks the line that the log has of it.
func send(t *testing.T, a *testkit.App, r logged, id string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), r.method, a.URL+r.path, strings.NewReader(r.body))
	if err != nil {
		t.Fatal(err)
	}
	if r.as != "" {
		req.Header.Set("Authorization", "Bearer "+a.Key(r.as))
	}
	for name, value := range r.header {
		req.Header.Set(name, value)
	}
	req.Header.Set("X-Request-Id", id)
	resp, err := a.Client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil || resp.StatusCode != r.status {
		t.Errorf("%s %s: status %d, want %d: %v %s", r.method, r.path, resp.StatusCode, r.status, err, body)
	}
	line := lineOf(t, a, id)
	took, isNumber := line["duration_us"].(float64)
	want := object{
		"method": r.method, "route": r.route, "status": float64(r.status), "request_id": id, "msg": "request",
	}
	if r.method == "ZORAIDA" {
		want["method"] = "OTHER"
	}
	for name, value := range want {
		if line[name] != value {
			t.Errorf("%s %s: the log says %s %v, want %v", r.method, r.path, name, line[name], value)
		}
	}
	dealer, _ := line["dealer"].(string)
	key, _ := line["key"].(string)
	if !isNumber || took < 0 || strings.HasPrefix(strings.TrimPrefix(dealer, "sandbox_"), "dealer_") == r.anonymous || strings.HasPrefix(key, "key_") == r.anonymous {
		t.Errorf("%s %s: the log says %v", r.method, r.path, line)
	}
}

// lineOf waits for the one line about the request with this id.
func lineOf(t *testing.T, a *testkit.App, id string) object {
	t.Helper()
	for deadline := time.Now().Add(patience); ; runtime.Gosched() {
		var found []object
		for text := range strings.Lines(a.Log.String()) {
			var line object
			if err := json.Unmarshal([]byte(text), &line); err != nil {
				t.Fatalf("a line of the log is not JSON: %v: %s", err, text)
			}
			if line["msg"] == "request" && line["request_id"] == id {
				found = append(found, line)
			}
		}
		switch {
		case len(found) == 1:
			return found[0]
		case len(found) > 1 || time.Now().After(deadline):
			t.Fatalf("the log has %d lines about the request %s, want one", len(found), id)
		}
	}
}

// checkPrivate fails where a line of the log holds something private.
func checkPrivate(t *testing.T, log string) {
	t.Helper()
	messages := map[string]int{}
	for text := range strings.Lines(log) {
		var line object
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatal(err)
		}
		messages[fmt.Sprint(line["msg"])]++
		for _, secret := range secrets {
			if strings.Contains(strings.ToLower(text), strings.ToLower(secret)) {
				t.Errorf("the log tells %q: %s", secret, text)
			}
		}
	}
	t.Log(messages)
}
