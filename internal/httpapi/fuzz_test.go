package httpapi_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"example.org/rollcall/internal/pages"
	"example.org/rollcall/internal/testkit"
)

// FuzzContactBody creates contacts from whatever comes: the answer is never a fault of the server and always as
// openapi.yaml has it, and a contact that was created can be read back as it was answered, and deleted.
func FuzzContactBody(f *testing.F) {
	for _, b := range badBodies {
		if len(b.body) < 1000 {
			f.Add([]byte(b.body))
		}
	}
	for _, scenarios := range [][]testkit.Scenario{createContactScenarios, byReferenceScenarios, updateScenarios("PUT")} {
		for _, s := range scenarios {
			f.Add([]byte(s.Body))
		}
	}
	f.Add([]byte(`{"FIRST_NAME": "A", "first_name": "A", "last_name": "\u0000", "type": "primary", "phone": "1", "phone": null}`))
	a := testkit.NewApp(f)
	header := header{"Authorization": "Bearer " + a.Key("all"), "Content-Type": "application/json"}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, path := range []string{contactsPath, refPath} {
			resp, answer := a.Send(t, testkit.Scenario{Method: "POST", Path: path, Header: header, Body: string(body)})
			switch resp.StatusCode {
			case 201:
				checkCreated(t, a, header, answer)
			case 400, 409, 413, 422:
			default:
				t.Errorf("POST %s %q: status %d: %s", path, body, resp.StatusCode, answer)
			}
		}
		patch := testkit.Scenario{Method: "PATCH", Path: johnPath, Header: header, Body: string(body)}
		if resp, answer := a.Send(t, patch); resp.StatusCode != 200 && resp.StatusCode != 400 && resp.StatusCode != 413 && resp.StatusCode != 422 {
			t.Errorf("PATCH %q: status %d: %s", body, resp.StatusCode, answer)
		}
	})
}

// checkCreated reads a contact that was answered, by both of its names, and deletes it.
func checkCreated(t *testing.T, a *testkit.App, header header, created []byte) {
	t.Helper()
	var want struct {
		Data struct {
			ContactID         string `json:"contact_id"`
			ExternalContactID string `json:"external_contact_id"`
		} `json:"data"`
	}
	var wanted any
	for _, into := range []any{&want, &wanted} {
		if err := json.Unmarshal(created, into); err != nil {
			t.Fatal(err)
		}
	}
	byID := contactsPath + "/" + url.PathEscape(want.Data.ContactID)
	for _, path := range []string{byID, refPath + "/" + url.PathEscape(want.Data.ExternalContactID)} {
		resp, body := a.Send(t, testkit.Scenario{Method: "GET", Path: path, Header: header})
		var got any
		if err := json.Unmarshal(body, &got); err != nil || resp.StatusCode != 200 || !reflect.DeepEqual(got, wanted) {
			t.Errorf("GET %s: status %d: %s, want %s", path, resp.StatusCode, body, created)
		}
	}
	if resp, body := a.Send(t, testkit.Scenario{Method: "DELETE", Path: byID, Header: header}); resp.StatusCode != 204 {
		t.Errorf("DELETE %s: status %d: %s", byID, resp.StatusCode, body)
	}
}

var pathSeeds = []string{
	"/", "//", "*", "/ext/v1/sites", contactsPath, johnPath, refPath, refPath + "/contact_789ghi", johnPath + "/validation",
	"/ext/v1/sites/%2e%2e/contacts/%2E", "/ext/v1/sites/a%2Fb/contacts/%00", "/ext/v1/sites/%FF/contacts", "/ext/v1/sites/%zz",
	contactsPath + "?page=1&per_page=2&search=%25_%5C", contactsPath + "?page=99999999999999999999", contactsPath + "?search=%FF",
	contactsPath + "?type=&role=&limit=0x1", contactsPath + "?page=1;page=2", "/ext/v1/sites?status=active&search=' OR 1=1 --",
	"/c/", "/c/x", "/c/x/logo", "/c/x/y", "/%63/%3C", "//example.org/c/x", "/c", "/docs", "/docs/", "/docs/../openapi.yaml", "/docs//example.org", "/docs/swagger-ui.css/", "/healthz", "/readyz?x", "/openapi.json", "//example.org/ext/v1/sites",
}

// FuzzPath asks for whatever path and query come: the answer is never a fault of the server, and where it is a failure,
// it is the envelope, or a page for the person who followed a link.
func FuzzPath(f *testing.F) {
	for _, path := range pathSeeds {
		f.Add(path, byte(0))
		f.Add(path, byte(3))
	}
	a := testkit.NewApp(f)
	key := a.Key("sites:read,contacts:read,contacts:write")
	base, err := url.Parse(a.URL)
	if err != nil {
		f.Fatal(err)
	}
	client := &http.Client{
		Transport:     a.Client.Transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	f.Fuzz(func(t *testing.T, path string, method byte) {
		target := &url.URL{Scheme: base.Scheme, Host: base.Host, Opaque: path}
		if _, err := url.ParseRequestURI(target.RequestURI()); err != nil || strings.Contains(path, " ") || len(path) > 16<<10 {
			return // net/http refuses it before there is a request, and cuts the connection
		}
		methods := []string{"GET", "HEAD", "OPTIONS", "PATCH"}
		req, err := http.NewRequestWithContext(t.Context(), methods[int(method)%len(methods)], a.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.URL = target
		req.Header.Set("Authorization", "Bearer "+key)
		resp, err := client.Do(req)
		if err != nil {
			return // the client did not send it
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		checkAnswer(t, req, resp, body)
	})
}

func checkAnswer(t *testing.T, req *http.Request, resp *http.Response, body []byte) {
	t.Helper()
	if resp.Header.Get("X-Request-Id") == "" {
		if resp.StatusCode != 400 {
			t.Errorf("%s %q: status %d without a request id: %s", req.Method, req.URL.Opaque, resp.StatusCode, body)
		}
		return // net/http refused it before there was a request
	}
	switch {
	case resp.StatusCode >= 500 || resp.StatusCode >= 300 && resp.StatusCode < 400:
		t.Errorf("%s %q: status %d: %s", req.Method, req.URL.Opaque, resp.StatusCode, body)
	case resp.StatusCode < 400 || req.Method == "HEAD":
	case strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html"):
		asked, err := url.ParseRequestURI(req.URL.RequestURI())
		if err != nil || !strings.HasPrefix(asked.Path, pages.Path) || !strings.HasSuffix(strings.TrimSpace(string(body)), "</html>") {
			t.Errorf("%s %q: status %d: a page: %s", req.Method, req.URL.Opaque, resp.StatusCode, body)
		}
	default:
		diff := testkit.Match(body, `{"error": {"code": "<any>", "message": "<any>", "request_id": "<request_id>", "...": true}}`)
		if diff != "" {
			t.Errorf("%s %q: status %d: %s: %s", req.Method, req.URL.Opaque, resp.StatusCode, diff, body)
		}
	}
}
