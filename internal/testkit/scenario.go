package testkit

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
)

// Scenario is one request and what must come back, as literals.
type Scenario struct {
	Name   string
	As     string // whose key, see App.Key; empty: no key
	Method string
	Path   string            // with its query, percent-encoded as it goes out
	Header map[string]string // beyond the key and, for a body, Content-Type: application/json; a value of "-" leaves one out
	Body   string
	Chunks bool // send the body without saying how long it is

	Status     int
	Want       string            // the body: JSON with patterns, see Match; empty: no body
	WantHeader map[string]string // values that must be there, "*" for any

	// SaveTag keeps the ETag of the answer under a name, for ${name} in the headers that later scenarios send or want.
	SaveTag string
}

// Run sends the requests in order to one NewApp, and checks each answer, also against openapi.yaml.
func Run(t *testing.T, scenarios []Scenario) {
	t.Helper()
	a := NewApp(t)
	for _, s := range scenarios {
		t.Run(s.Name, func(t *testing.T) { a.Try(t, s) })
	}
}

// Try sends one request and checks its answer, also against openapi.yaml.
func (a *App) Try(t *testing.T, s Scenario) {
	t.Helper()
	s.Header, s.WantHeader = a.expand(s.Header), a.expand(s.WantHeader)
	resp, body := a.Send(t, s)
	if resp.StatusCode != s.Status {
		t.Errorf("%s %s: status %d, want %d; body %s", s.Method, s.Path, resp.StatusCode, s.Status, body)
	}
	for name, want := range s.WantHeader {
		if got := resp.Header.Get(name); got != want && (want != "*" || got == "") {
			t.Errorf("%s %s: header %s is %q, want %q", s.Method, s.Path, name, got, want)
		}
	}
	if s.Method != http.MethodHead {
		if diff := Match(body, s.Want); diff != "" {
			t.Errorf("%s %s: %s\nthe whole body: %s", s.Method, s.Path, diff, body)
		}
	}
	if s.SaveTag != "" {
		a.tags[s.SaveTag] = resp.Header.Get("ETag")
	}
}

// Send sends the request of a scenario, holds its answer against openapi.yaml, and returns it, with its body read; what
// the scenario wants is left to the caller.
func (a *App) Send(t *testing.T, s Scenario) (*http.Response, []byte) {
	t.Helper()
	req := a.request(t, s)
	resp, err := a.Client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Fatal(err)
	}
	if resp.Header.Get("X-Request-Id") == "" {
		t.Errorf("%s %s: the answer has no X-Request-Id", s.Method, s.Path)
	}
	checkContract(t, req, s, resp, body)
	return resp, body
}

// expand replaces ${name} in the values by the ETag that was kept under the name.
func (a *App) expand(header map[string]string) map[string]string {
	expanded := make(map[string]string, len(header))
	for name, value := range header {
		expanded[name] = os.Expand(value, func(tag string) string { return a.tags[tag] })
	}
	return expanded
}

func (a *App) request(t *testing.T, s Scenario) *http.Request {
	t.Helper()
	var body io.Reader
	if s.Body != "" {
		body = strings.NewReader(s.Body)
		if s.Chunks {
			body = struct{ io.Reader }{body}
		}
	}
	req, err := http.NewRequestWithContext(t.Context(), s.Method, a.URL+s.Path, body)
	if err != nil {
		t.Fatal(err)
	}
	if s.As != "" {
		req.Header.Set("Authorization", "Bearer "+a.Key(s.As))
	}
	if s.Body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for name, value := range s.Header {
		if value == "-" {
			req.Header.Del(name)
			continue
		}
		req.Header.Set(name, value)
	}
	return req
}

// Do sends a request with a key of App.Key and returns the status and the decoded body, nil where it is not JSON.
func (a *App) Do(as, method, path, body string) (status int, answer map[string]any) {
	a.t.Helper()
	return a.DoOnce(as, method, path, body, "")
}

// DoOnce is Do under an Idempotency-Key, unless that is empty.
func (a *App) DoOnce(as, method, path, body, key string) (status int, answer map[string]any) {
	a.t.Helper()
	var reader io.Reader
	if body != "" {
		reader = bytes.NewReader([]byte(body))
	}
	req, err := http.NewRequestWithContext(a.t.Context(), method, a.URL+path, reader)
	if err != nil {
		a.t.Error(err)
		return 0, nil
	}
	req.Header.Set("Authorization", "Bearer "+a.Key(as))
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	resp, err := a.Client.Do(req)
	if err != nil {
		a.t.Error(err)
		return 0, nil
	}
	defer func() { _ = resp.Body.Close() }()
	_ = json.NewDecoder(resp.Body).Decode(&answer)
	return resp.StatusCode, answer
}
