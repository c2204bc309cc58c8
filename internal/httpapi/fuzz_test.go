package httpapi_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/delivery/gateway"
	"example.org/rollcall/internal/delivery/twilio"
	"example.org/rollcall/internal/pages"
	"example.org/rollcall/internal/testkit"
)

// FuzzContactBody creates contacts from random bodies. The response is never a server error and always fits openapi.yaml, and
// a created contact can be read back unchanged and deleted.
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
				t.Errorf("POST %s %q = %d %s, want 201, 400, 409, 413 or 422", path, body, resp.StatusCode, answer)
			}
		}
		patch := testkit.Scenario{Method: "PATCH", Path: johnPath, Header: header, Body: string(body)}
		if resp, answer := a.Send(t, patch); resp.StatusCode != 200 && resp.StatusCode != 400 && resp.StatusCode != 413 && resp.StatusCode != 422 {
			t.Errorf("PATCH %q = %d %s, want 200, 400, 413 or 422", body, resp.StatusCode, answer)
		}
	})
}

// checkCreated reads a created contact by both of its identifiers, and deletes it.
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
	removeRequestWarnings(wanted)
	byID := contactsPath + "/" + url.PathEscape(want.Data.ContactID)
	for _, path := range []string{byID, refPath + "/" + url.PathEscape(want.Data.ExternalContactID)} {
		resp, body := a.Send(t, testkit.Scenario{Method: "GET", Path: path, Header: header})
		var got any
		if err := json.Unmarshal(body, &got); err != nil || resp.StatusCode != 200 || !reflect.DeepEqual(got, wanted) {
			t.Errorf("GET %s: status %d: %s, want %s", path, resp.StatusCode, body, created)
		}
	}
	if resp, body := a.Send(t, testkit.Scenario{Method: "DELETE", Path: byID, Header: header}); resp.StatusCode != 204 {
		t.Errorf("DELETE %s = %d %s, want 204", byID, resp.StatusCode, body)
	}
}

// removeRequestWarnings removes the warnings about the request from a response.
func removeRequestWarnings(answer any) {
	data := answer.(map[string]any)["data"].(map[string]any)
	warnings, _ := data["warnings"].([]any)
	warnings = slices.DeleteFunc(warnings, func(w any) bool { return w.(map[string]any)["code"] == "unknown_field" })
	data["warnings"] = warnings
	if len(warnings) == 0 {
		delete(data, "warnings")
	}
}

var pathMethods = []string{"GET", "HEAD", "OPTIONS", "PATCH", "POST"}

var pathSeeds = []string{
	"/", "//", "*", "/ext/v1/sites", contactsPath, johnPath, refPath, refPath + "/contact_789ghi", johnPath + "/validation",
	"/ext/v1/sites/%2e%2e/contacts/%2E", "/ext/v1/sites/a%2Fb/contacts/%00", "/ext/v1/sites/%FF/contacts", "/ext/v1/sites/%zz",
	contactsPath + "?page=1&per_page=2&search=%25_%5C", contactsPath + "?page=99999999999999999999", contactsPath + "?search=%FF",
	contactsPath + "?type=&role=&limit=0x1", contactsPath + "?page=1;page=2", "/ext/v1/sites?status=active&search=' OR 1=1 --",
	contactsPath + "?as_of=2026-01-31T12:00:00Z", contactsPath + "?as_of=now", johnPath + "/validations", johnPath + "/export", "/ext/v1/audit?limit=1",
	"/ext/v1/branding", "/ext/v1/settings", "/ext/v1/suppressions?search=%FF", "//example.org/ext/v1/sites", "http:", "?", "/?", "/%2F", "/\\", "/;",
	"/c/{link}", "/c/{link}.", "/c/{link}/", "/c/{link}/logo", "/c/{link}/logo/", "/%63/{link}?answer=yes", "//example.org/c/{link}",
	"/c", "/c/", "/c//", "/c/x", "/c/x/logo", "/c/x/y", "/c/../healthz", "/%63/%3C", "//example.org/c/x", "/C/x",
	"/docs", "/docs/", "/docs?url=//example.org", "/docs/../openapi.yaml", "/docs//example.org", "/docs/swagger-ui.css", "/docs/swagger-ui.css/",
	"/docs/swagger-ui-bundle.js?x", "/docs/favicon-16x16.png", "/docs/index.html", "/docs/%2e%2e", "/openapi.json", "/openapi.yaml", "/openapi.yaml/",
	"/healthz", "/healthz/", "/readyz", "/readyz?x", "/readyz?verbose", "/readyz?verbose;x", "/metrics", "/debug/pprof/", "/favicon.ico", "/robots.txt",
	"/hooks", "/hooks/", "/hooks//", "/hooks/x", "/hooks/twilio", "/hooks/twilio/", "/hooks/twilio/sms", "/hooks/twilio/status/a/b",
	"/hooks/twilio/voice/%2F/%00", "/hooks//twilio/../twilio/sms", "/%68ooks/twilio/sms?a=%zz", "//example.org/hooks/twilio/sms",
	"/hooks/gateway", "/hooks/gateway/", "/hooks/gateway/inbound", "/hooks/gateway/status/", "/hooks/gateway/key?x",
}

// FuzzPath requests random paths and queries, in which {link} stands for the link of a message. The response is never a server
// error or a redirect. An error is the envelope of the API, a page for a person who followed a link, or a line of text for a
// provider.
func FuzzPath(f *testing.F) {
	for i, path := range pathSeeds {
		f.Add(path, byte(0))
		f.Add(path, byte(1+i%(len(pathMethods)-1)))
	}
	a := testkit.NewApp(f, func(o *app.Options) { // they send nothing
		o.Delivery, o.Gateway.URL, o.Gateway.HookSecret = "twilio,gateway", "https://sms.example.org", "s3cret"
		o.Twilio = app.TwilioOptions{AccountSID: "AC00000000000000000000000000000001", AuthToken: "t0ken", From: "+12025550100"}
	})
	key, link := a.Key("sites:read,contacts:read,contacts:write"), openLink(f, a)
	base, err := url.Parse(a.URL)
	if err != nil {
		f.Fatal(err)
	}
	client := &http.Client{
		Transport:     a.Client.Transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	f.Fuzz(func(t *testing.T, path string, method byte) {
		path = strings.ReplaceAll(path, "{link}", link)
		target := &url.URL{Scheme: base.Scheme, Host: base.Host, Opaque: path}
		if _, err := url.ParseRequestURI(target.RequestURI()); err != nil || strings.Contains(path, " ") || len(path) > 16<<10 {
			return // net/http refuses it before there is a request, and cuts the connection
		}
		req, err := http.NewRequestWithContext(t.Context(), pathMethods[int(method)%len(pathMethods)], a.URL, nil)
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

// openLink returns the token of an open link of a sandbox with a logo.
func openLink(f *testing.F, a *testkit.App) string {
	f.Helper()
	if status, answer := a.Do("test", "PUT", brandingPath, `{"logo": `+logo(plainPNG)+`}`); status != 200 {
		f.Fatal(status, answer)
	}
	if status, answer := a.Do("test", "POST", johnPath+"/validation", ""); status != 200 {
		f.Fatal(status, answer)
	}
	return a.NewestOf(a.Dealer.Sandbox()).Token
}

func checkAnswer(t *testing.T, req *http.Request, resp *http.Response, body []byte) {
	t.Helper()
	if resp.Header.Get("X-Request-Id") == "" {
		if resp.StatusCode != 400 {
			t.Errorf("%s %q: status %d without a request id: %s", req.Method, req.URL.Opaque, resp.StatusCode, body)
		}
		return // net/http refused it before there was a request
	}
	asked, err := url.ParseRequestURI(req.URL.RequestURI())
	if err != nil {
		t.Fatalf("%s %q was answered: %v", req.Method, req.URL.Opaque, err)
	}
	switch {
	case resp.StatusCode >= 500 || resp.StatusCode >= 300 && resp.StatusCode < 400:
		t.Errorf("%s %q: status %d: %s", req.Method, req.URL.Opaque, resp.StatusCode, body)
	case resp.StatusCode < 400 || req.Method == "HEAD":
	case strings.HasPrefix(asked.Path, pages.Path):
		if kind := resp.Header.Get("Content-Type"); kind != "text/html; charset=utf-8" || !strings.HasSuffix(strings.TrimSpace(string(body)), "</html>") {
			t.Errorf("%s %q: status %d with %s: %s, want a page", req.Method, req.URL.Opaque, resp.StatusCode, kind, body)
		}
	case strings.HasPrefix(asked.Path, twilio.Path), strings.HasPrefix(asked.Path, gateway.Path):
		if kind := resp.Header.Get("Content-Type"); kind != "text/plain; charset=utf-8" || strings.Count(string(body), "\n") != 1 {
			t.Errorf("%s %q: status %d with %s: %s, want a line of text", req.Method, req.URL.Opaque, resp.StatusCode, kind, body)
		}
	default:
		diff := testkit.Match(body, `{"error": {"code": "<any>", "message": "<any>", "request_id": "<request_id>", "...": true}}`)
		if diff != "" {
			t.Errorf("%s %q: status %d: %s: %s", req.Method, req.URL.Opaque, resp.StatusCode, diff, body)
		}
	}
}
