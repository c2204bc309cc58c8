package httpapi_test

import (
	"io"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"example.org/rollcall/internal/testkit"
)

const valid = `{"first_name": "A", "last_name": "B", "type": "primary", "phone": "1"}`

type header = map[string]string

var badBodies = []struct {
	name, body string
	header     header
	chunks     bool
	status     int
	want       string
}{
	{name: "no body", status: 400, want: failure("invalid_request", "")},
	{name: "white space", body: " \n", status: 400, want: failure("invalid_request", "")},
	{name: "broken JSON", body: `{"first_name": "A"`, status: 400, want: failure("invalid_request", "")},
	{name: "two JSON values", body: valid + `{}`, status: 400, want: failure("invalid_request", "")},
	{name: "a byte order mark", body: "\uFEFF" + valid, status: 201, want: `{"data": {"...": true}}`},
	{name: "two byte order marks", body: "\uFEFF\uFEFF" + valid, status: 400, want: failure("invalid_request", "")},
	{name: "several values of the wrong type", body: `{"first_name": 5, "notification_preferences": {"sms": 1, "email": []}, "type": {}}`, status: 400,
		want: `{"error": {"code": "invalid_request", "field": "first_name", "request_id": "<request_id>", "details": [
			{"field": "first_name", "code": "wrong_type", "message": "must be a string, not a number"},
			{"field": "type", "code": "wrong_type", "message": "must be a string, not an object"},
			{"field": "notification_preferences.email", "code": "wrong_type", "message": "must be a boolean, not an array"},
			{"field": "notification_preferences.sms", "code": "wrong_type", "message": "must be a boolean, not a number"}],
			"message": "first_name: must be a string, not a number; type: must be a string, not an object; notification_preferences.email: must be a boolean, not an array; notification_preferences.sms: must be a boolean, not a number"}}`},
	{name: "a character set that is not UTF-8", body: valid, header: header{"Content-Type": "application/json; charset=iso-8859-1"}, status: 415, want: failure("unsupported_media_type", "")},
	{name: "a compressed body", body: valid, header: header{"Content-Encoding": "gzip"}, status: 415, want: failure("unsupported_media_type", "")},
	{name: "Content-Encoding identity", body: valid, header: header{"Content-Encoding": "identity"}, status: 201, want: `{"data": {"...": true}}`},
	{name: "an array", body: `[` + valid + `]`, status: 400, want: failure("invalid_request", "")},
	{name: "a string", body: `"A"`, status: 400, want: failure("invalid_request", "")},
	{name: "null", body: `null`, status: 400, want: failure("invalid_request", "")},
	{name: "not UTF-8", body: "{\"first_name\": \"\xff\"}", status: 400, want: failure("invalid_request", "")},
	{name: "half of a surrogate pair", body: `{"first_name": "\ud800"}`, status: 400, want: failure("invalid_request", "")},
	{name: "nested too deep", body: strings.Repeat("[", 10_000), status: 400, want: failure("invalid_request", "")},
	{name: "a number for a string", body: `{"first_name": 5}`, status: 400, want: failure("invalid_request", "first_name")},
	{name: "a string for an object", body: `{"notification_preferences": "all"}`, status: 400, want: failure("invalid_request", "notification_preferences")},
	{name: "a string for a boolean", body: `{"notification_preferences": {"sms": "yes"}}`, status: 400, want: failure("invalid_request", "notification_preferences.sms")},
	{name: "an array for a string", body: `{"email": ["a@example.org"]}`, status: 400, want: failure("invalid_request", "email")},
	{name: "a form", body: `first_name=A`, header: header{"Content-Type": "application/x-www-form-urlencoded"}, status: 415, want: failure("unsupported_media_type", "")},
	{name: "an invalid media type", body: valid, header: header{"Content-Type": ";;"}, status: 415, want: failure("unsupported_media_type", "")},
	{name: "a merge patch for POST", body: valid, header: header{"Content-Type": "application/merge-patch+json"}, status: 415, want: failure("unsupported_media_type", "")},
	{name: "too large", body: `{"first_name": "` + strings.Repeat("a", 64<<10) + `"}`, status: 413, want: failure("payload_too_large", "")},
	{name: "too large, in chunks", body: strings.Repeat(" ", 64<<10) + valid, chunks: true, status: 413, want: failure("payload_too_large", "")},
	{name: "exactly the largest size", body: strings.Repeat(" ", 64<<10-len(valid)) + valid, status: 201, want: `{"data": {"...": true}}`},
	{name: "in chunks", body: valid, chunks: true, status: 201, want: `{"data": {"...": true}}`},
	{name: "without a Content-Type", body: valid, header: header{"Content-Type": "-"}, status: 201, want: `{"data": {"...": true}}`},
	{name: "with a charset of UTF-8", body: valid, header: header{"Content-Type": "application/json; charset=UTF-8"}, status: 201, want: `{"data": {"...": true}}`},
}

func TestBadBodies(t *testing.T) {
	var scenarios []testkit.Scenario
	for _, tt := range badBodies {
		for _, path := range []string{contactsPath, refPath} {
			scenarios = append(scenarios, testkit.Scenario{
				Name: tt.name + " at " + path, As: "all", Method: "POST", Path: path, Header: tt.header, Body: tt.body, Chunks: tt.chunks,
				Status: tt.status, Want: tt.want,
			})
		}
	}
	testkit.Run(t, scenarios)
}

func TestUnknownPathsAndMethods(t *testing.T) {
	var scenarios []testkit.Scenario
	for _, path := range []string{
		"/ext", "/ext/v1", "/ext/v1/sites/", "/ext/v1//sites", "/ext/v1/sites/a/b", "/ref/v1/sites",
		"/ext/v1/sites/site_123abc/contacts/", "/EXT/v1/sites", "/ext/v1/sites/../sites", "/openapi",
		"/docs/nothing", "/docs/index.html", "/docs//", "/docs/../docs",
	} {
		scenarios = append(scenarios, testkit.Scenario{
			Name: "unknown " + path, As: "all", Method: "GET", Path: path, Status: 404, Want: failure("not_found", ""),
		})
	}
	for _, tt := range []struct{ method, path, allow string }{
		{"DELETE", sitesPath, "GET, HEAD, POST"},
		{"POST", sitesPath + "/site_123abc", "DELETE, GET, HEAD, PATCH, PUT"},
		{"OPTIONS", contactsPath, "GET, HEAD, POST"},
		{"GET", johnPath + "/validation", "POST"},
		{"BREW", johnPath, "DELETE, GET, HEAD, PATCH, PUT"},
		{"POST", refPath + "/contact_789ghi", "DELETE, GET, HEAD, PATCH, PUT"},
		{"POST", "/openapi.yaml", "GET, HEAD"},
		{"POST", "/docs", "GET, HEAD"},
		{"POST", "/healthz", "GET, HEAD"},
	} {
		scenarios = append(scenarios, testkit.Scenario{
			Name: tt.method + " " + tt.path, Method: tt.method, Path: tt.path, Status: 405,
			WantHeader: header{"Allow": tt.allow, "Content-Type": "application/json", "Access-Control-Allow-Methods": ""},
			Want:       failure("method_not_allowed", ""),
		})
	}
	testkit.Run(t, scenarios)
}

func TestKeys(t *testing.T) {
	refused := func(name, as string, h header) testkit.Scenario {
		return testkit.Scenario{
			Name: name, As: as, Method: "GET", Path: johnPath, Header: h, Status: 401,
			WantHeader: header{"WWW-Authenticate": "Bearer"}, Want: failure("invalid_api_key", ""),
		}
	}
	testkit.Run(t, []testkit.Scenario{
		refused("no key answers 401", "", nil),
		refused("an expired key answers 401", "expired", nil),
		refused("a revoked key answers 401", "revoked", nil),
		refused("a malformed key answers 401", "", header{"Authorization": "Bearer x"}),
		refused("another scheme answers 401", "", header{"Authorization": "Basic cmtfbGl2ZV8="}),
		refused("an unknown key answers 401", "", header{"Authorization": "Bearer rk_live_00000000000000000000000000000000jFRlO"}),
		refused("a very long key answers 401", "", header{"Authorization": "Bearer rk_live_" + strings.Repeat("0", 20_000)}),
		{
			Name: "an invalid key is refused before an invalid body", Method: "POST", Path: contactsPath, Body: `{`, Status: 401,
			Want: failure("invalid_api_key", ""),
		},
		{
			Name: "a missing scope is refused before an invalid body", As: "contacts:read", Method: "POST", Path: contactsPath, Body: `{`, Status: 403,
			Want: failure("permission_denied", ""),
		},
		{
			Name: "the missing scope is named", As: "sites:read,contacts:read", Method: "DELETE", Path: johnPath, Status: 403,
			Want: `{"error": {"code": "permission_denied", "message": "this key lacks the scope contacts:write; use a key that has it",
				"request_id": "<request_id>"}}`,
		},
		{
			Name: "the caller's X-Request-Id is returned", As: "all", Method: "GET", Path: johnPath + "x",
			Header: header{"X-Request-Id": "abc-1"}, Status: 404, WantHeader: header{"X-Request-Id": "abc-1"},
			Want: `{"error": {"code": "contact_not_found", "message": "<any>", "request_id": "abc-1"}}`,
		},
		{
			Name: "HEAD answers as GET without a body", As: "all", Method: "HEAD", Path: johnPath, Status: 200,
			WantHeader: header{"Content-Type": "application/json; charset=utf-8"},
		},
	})
}

// fetch requests a path without a key, and returns the status, the headers and the body.
func fetch(t *testing.T, a *testkit.App, path string) (status int, h http.Header, body string) {
	t.Helper()
	resp, err := a.Client.Get(a.URL + path)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(text)
}

func TestContractIsServed(t *testing.T) {
	a := testkit.NewApp(t)
	for _, tt := range []struct{ path, media, has string }{
		{"/openapi.yaml", "application/yaml", "operationId: createContact"},
		{"/openapi.json", "application/json", `"operationId":"createContact"`},
		{"/docs", "text/html", "/openapi.json"},
		{"/docs/", "text/html", "/openapi.json"},
		{"/docs/swagger-ui-bundle.js", "application/javascript", "SwaggerUIBundle"},
		{"/favicon.ico", "image/png", "PNG"},
		{"/healthz", "application/json", `"ok"`},
		{"/readyz", "application/json", `"ready"`},
	} {
		status, h, body := fetch(t, a, tt.path)
		if got := h.Get("Content-Type"); status != 200 || got != tt.media || !strings.Contains(body, tt.has) {
			t.Errorf("GET %s = %d with %s, want 200 with %s and %q in it", tt.path, status, got, tt.media, tt.has)
		}
	}
}

// TestDocsPageWorksWithoutNetwork checks that everything the page loads comes from this server.
func TestDocsPageWorksWithoutNetwork(t *testing.T) {
	a := testkit.NewApp(t)
	_, h, page := fetch(t, a, "/docs")
	if policy := h.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'self';") || strings.Contains(policy, "http") {
		t.Errorf("Content-Security-Policy = %s, want only this server", policy)
	}
	links := regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(page, -1)
	if len(links) < 5 {
		t.Errorf("the page loads %d files, want at least 5", len(links))
	}
	for _, link := range links {
		if !strings.HasPrefix(link[1], "/docs/") {
			t.Errorf("the page loads %s, want only files below /docs/", link[1])
			continue
		}
		if status, _, _ := fetch(t, a, link[1]); status != 200 {
			t.Errorf("GET %s = %d, want 200", link[1], status)
		}
	}
}

// TestContractIsTheSameInBothForms compares /openapi.json and /openapi.yaml.
func TestContractIsTheSameInBothForms(t *testing.T) {
	a := testkit.NewApp(t)
	contract := func(path string) (value any) {
		t.Helper()
		_, _, body := fetch(t, a, path)
		if err := yaml.Unmarshal([]byte(body), &value); err != nil { // JSON is YAML
			t.Fatal(err)
		}
		return value
	}
	if !reflect.DeepEqual(contract("/openapi.json"), contract("/openapi.yaml")) {
		t.Error("/openapi.json and /openapi.yaml differ, want the same contract")
	}
}

// TestInvalidQuery sends a malformed query to every operation of the contract.
func TestInvalidQuery(t *testing.T) {
	a := testkit.NewApp(t)
	for _, item := range testkit.Contract(t).Paths.Map() {
		for _, operation := range item.Operations() {
			s := requests(t)[operation.OperationID]
			for _, query := range []string{"?a=%zz", "?a=%", "?a=1;b=2"} {
				bad := s
				bad.As, bad.Path, bad.Status, bad.Want = "all", s.Path+query, 400, failure("invalid_request", "")
				t.Run(operation.OperationID+query, func(t *testing.T) { a.Try(t, bad) })
			}
		}
	}
}
