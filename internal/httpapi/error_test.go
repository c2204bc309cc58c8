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
	{name: "two values", body: valid + `{}`, status: 400, want: failure("invalid_request", "")},
	{name: "a byte order mark", body: "\uFEFF" + valid, status: 201, want: `{"data": {"...": true}}`},
	{name: "two byte order marks", body: "\uFEFF\uFEFF" + valid, status: 400, want: failure("invalid_request", "")},
	{name: "several values of the wrong type", body: `{"first_name": 5, "notification_preferences": {"sms": 1, "email": []}, "type": {}}`, status: 400,
		want: `{"error": {"code": "invalid_request", "field": "first_name", "request_id": "<request_id>", "details": [
			{"field": "first_name", "code": "wrong_type", "message": "must be a string, not a number"},
			{"field": "type", "code": "wrong_type", "message": "must be a string, not an object"},
			{"field": "notification_preferences.email", "code": "wrong_type", "message": "must be a boolean, not an array"},
			{"field": "notification_preferences.sms", "code": "wrong_type", "message": "must be a boolean, not a number"}],
			"message": "first_name: must be a string, not a number; type: must be a string, not an object; notification_preferences.email: must be a boolean, not an array; notification_preferences.sms: must be a boolean, not a number"}}`},
	{name: "another character set", body: valid, header: header{"Content-Type": "application/json; charset=iso-8859-1"}, status: 415, want: failure("unsupported_media_type", "")},
	{name: "compressed", body: valid, header: header{"Content-Encoding": "gzip"}, status: 415, want: failure("unsupported_media_type", "")},
	{name: "with the coding that changes nothing", body: valid, header: header{"Content-Encoding": "identity"}, status: 201, want: `{"data": {"...": true}}`},
	{name: "an array", body: `[` + valid + `]`, status: 400, want: failure("invalid_request", "")},
	{name: "a string", body: `"A"`, status: 400, want: failure("invalid_request", "")},
	{name: "null", body: `null`, status: 400, want: failure("invalid_request", "")},
	{name: "not UTF-8", body: "{\"first_name\": \"\xff\"}", status: 400, want: failure("invalid_request", "")},
	{name: "half a surrogate pair", body: `{"first_name": "\ud800"}`, status: 400, want: failure("invalid_request", "")},
	{name: "too deep", body: strings.Repeat("[", 10_000), status: 400, want: failure("invalid_request", "")},
	{name: "a number for a text", body: `{"first_name": 5}`, status: 400, want: failure("invalid_request", "first_name")},
	{name: "a text for an object", body: `{"notification_preferences": "all"}`, status: 400, want: failure("invalid_request", "notification_preferences")},
	{name: "a text for a boolean", body: `{"notification_preferences": {"sms": "yes"}}`, status: 400, want: failure("invalid_request", "notification_preferences.sms")},
	{name: "an array for a text", body: `{"email": ["a@example.org"]}`, status: 400, want: failure("invalid_request", "email")},
	{name: "a form", body: `first_name=A`, header: header{"Content-Type": "application/x-www-form-urlencoded"}, status: 415, want: failure("unsupported_media_type", "")},
	{name: "a broken media type", body: valid, header: header{"Content-Type": ";;"}, status: 415, want: failure("unsupported_media_type", "")},
	{name: "a patch", body: valid, header: header{"Content-Type": "application/merge-patch+json"}, status: 415, want: failure("unsupported_media_type", "")},
	{name: "too large", body: `{"first_name": "` + strings.Repeat("a", 64<<10) + `"}`, status: 413, want: failure("payload_too_large", "")},
	{name: "too large, without saying so", body: strings.Repeat(" ", 64<<10) + valid, chunks: true, status: 413, want: failure("payload_too_large", "")},
	{name: "as large as may be", body: strings.Repeat(" ", 64<<10-len(valid)) + valid, status: 201, want: `{"data": {"...": true}}`},
	{name: "in chunks", body: valid, chunks: true, status: 201, want: `{"data": {"...": true}}`},
	{name: "without a type", body: valid, header: header{"Content-Type": "-"}, status: 201, want: `{"data": {"...": true}}`},
	{name: "with a character set", body: valid, header: header{"Content-Type": "application/json; charset=UTF-8"}, status: 201, want: `{"data": {"...": true}}`},
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
		"/", "/ext", "/ext/v1", "/ext/v1/sites/", "/ext/v1//sites", "/ext/v1/sites/a/b", "/ref/v1/sites",
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
		refused("no key", "", nil),
		refused("expired", "expired", nil),
		refused("revoked", "revoked", nil),
		refused("nonsense", "", header{"Authorization": "Bearer x"}),
		refused("another scheme", "", header{"Authorization": "Basic cmtfbGl2ZV8="}),
		refused("nobody's", "", header{"Authorization": "Bearer rk_live_00000000000000000000000000000000jFRlO"}),
		refused("huge", "", header{"Authorization": "Bearer rk_live_" + strings.Repeat("0", 20_000)}),
		{
			Name: "the key is checked before the body", Method: "POST", Path: contactsPath, Body: `{`, Status: 401,
			Want: failure("invalid_api_key", ""),
		},
		{
			Name: "and the scope", As: "contacts:read", Method: "POST", Path: contactsPath, Body: `{`, Status: 403,
			Want: failure("permission_denied", ""),
		},
		{
			Name: "the missing scope is named", As: "sites:read,contacts:read", Method: "DELETE", Path: johnPath, Status: 403,
			Want: `{"error": {"code": "permission_denied", "message": "this key lacks the scope contacts:write; use a key that has it",
				"request_id": "<request_id>"}}`,
		},
		{
			Name: "a request id of the caller's own is kept", As: "all", Method: "GET", Path: johnPath + "x",
			Header: header{"X-Request-Id": "abc-1"}, Status: 404, WantHeader: header{"X-Request-Id": "abc-1"},
			Want: `{"error": {"code": "contact_not_found", "message": "<any>", "request_id": "abc-1"}}`,
		},
		{
			Name: "HEAD", As: "all", Method: "HEAD", Path: johnPath, Status: 200,
			WantHeader: header{"Content-Type": "application/json; charset=utf-8"},
		},
	})
}

func TestContractIsServed(t *testing.T) {
	a := testkit.NewApp(t)
	for _, tt := range []struct{ path, media, has string }{
		{"/openapi.yaml", "application/yaml", "operationId: createContact"},
		{"/openapi.json", "application/json", `"operationId":"createContact"`},
		{"/docs", "text/html", "/openapi.json"},
		{"/docs/swagger-ui-bundle.js", "application/javascript", "SwaggerUIBundle"},
		{"/favicon.ico", "image/png", "PNG"},
		{"/healthz", "application/json", `"ok"`},
		{"/readyz", "application/json", `"ready"`},
	} {
		resp, err := a.Client.Get(a.URL + tt.path)
		if err != nil {
			t.Fatal(err)
		}
		body := new(strings.Builder)
		if _, err := io.Copy(body, resp.Body); err != nil {
			t.Fatal(err)
		}
		if got := resp.Header.Get("Content-Type"); resp.StatusCode != 200 || got != tt.media || !strings.Contains(body.String(), tt.has) {
			t.Errorf("%s: status %d, type %s, want 200, %s and %q in it", tt.path, resp.StatusCode, got, tt.media, tt.has)
		}
	}
}

// TestDocsPageWorksWithoutNetwork looks at what the page loads: all of it comes from here.
func TestDocsPageWorksWithoutNetwork(t *testing.T) {
	a := testkit.NewApp(t)
	get := func(path string) (int, http.Header, string) {
		t.Helper()
		resp, err := a.Client.Get(a.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, resp.Header, string(body)
	}
	_, h, page := get("/docs")
	if policy := h.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'self';") || strings.Contains(policy, "http") {
		t.Errorf("the policy lets it load from elsewhere: %s", policy)
	}
	links := regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(page, -1)
	if len(links) < 5 {
		t.Errorf("the page loads %d files, want 5 at least", len(links))
	}
	for _, link := range links {
		if !strings.HasPrefix(link[1], "/docs/") {
			t.Errorf("the page loads %s", link[1])
			continue
		}
		if status, _, _ := get(link[1]); status != 200 {
			t.Errorf("%s: status %d", link[1], status)
		}
	}
}

// TestContractIsTheSameInBothForms compares what /openapi.json and /openapi.yaml say.
func TestContractIsTheSameInBothForms(t *testing.T) {
	a := testkit.NewApp(t)
	contract := func(path string) (value any) {
		t.Helper()
		resp, err := a.Client.Get(a.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err == nil {
			err = yaml.Unmarshal(body, &value) // JSON is YAML
		}
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
	if !reflect.DeepEqual(contract("/openapi.json"), contract("/openapi.yaml")) {
		t.Error("they differ")
	}
}

// TestQueryThatCannotBeRead asks every operation of the contract.
func TestQueryThatCannotBeRead(t *testing.T) {
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
