package app_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/testkit"
)

// TestPagesAreBounded checks that pages have places of their own, a quarter of those of the API, and that a person who
// finds none free is refused with a page.
func TestPagesAreBounded(t *testing.T) {
	a := testkit.NewApp(t, func(o *app.Options) { o.MaxRequests = 4 })
	a.Try(t, testkit.Scenario{As: "all", Method: http.MethodPost, Path: contactPath + "/validation", Status: 200, Want: `{"data": {"...": true}}`})
	link := a.Newest().Token // behind which the body of an answer is waited for
	holdWith(t, a, fmt.Sprintf("POST /c/%s HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n", link))
	resp, err := a.Client.Get(a.URL + "/c/link")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") != "1" {
		t.Errorf("status %d, Retry-After %q, want 503 and 1", resp.StatusCode, resp.Header.Get("Retry-After"))
	}
	if !strings.HasPrefix(string(body), "<!doctype html>") {
		t.Errorf("body is not a page: %s", body)
	}
}
