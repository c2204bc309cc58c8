package app_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/testkit"
)

// TestPagesAreBounded holds that pages count among the requests at once, and that a person is refused with a page.
func TestPagesAreBounded(t *testing.T) {
	a := testkit.NewApp(t, func(o *app.Options) { o.MaxRequests = 1 })
	hold(t, a, a.Key("other"))
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
		t.Errorf("status %d, Retry-After %q", resp.StatusCode, resp.Header.Get("Retry-After"))
	}
	if !strings.HasPrefix(string(body), "<!doctype html>") {
		t.Errorf("not a page: %s", body)
	}
}
