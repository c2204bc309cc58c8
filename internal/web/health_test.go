package web_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/web"
)

const (
	readOnly = `{"status":"read-only","message":"GETs are answered with what was stored by replayed_at, changes are refused",` +
		`"replayed_at":"2026-11-26T18:05:09.123Z"}`
	notReady = `{"status":"unavailable","message":"not ready to serve requests; try again in a moment"}`
	draining = `{"status":"unavailable","message":"this process is stopping; use another one"}`
)

func healthy(context.Context) error { return nil }
func unhealthy(context.Context) error {
	return errors.New("dial tcp 10.0.0.7:5432: connection refused")
}

func standby(context.Context) (time.Time, bool) {
	return time.Date(2026, 11, 26, 18, 5, 9, 123_999_000, time.UTC), true
}
func noStandby(context.Context) (time.Time, bool) { return time.Time{}, false }

var stopping = func() chan struct{} {
	closed := make(chan struct{})
	close(closed)
	return closed
}()

var healthTests = []struct {
	name, path string
	check      func(context.Context) error
	draining   <-chan struct{}
	readOnly   func(context.Context) (time.Time, bool)
	wantStatus int
	wantBody   string
	wantRetry  string
	wantLogged bool
}{
	{"alive", "/healthz", healthy, nil, nil, 200, `{"status":"ok"}`, "", false},
	{"alive without a database", "/healthz", unhealthy, nil, nil, 200, `{"status":"ok"}`, "", false},
	{"alive while stopping", "/healthz", healthy, stopping, nil, 200, `{"status":"ok"}`, "", false},
	{"ready", "/readyz", healthy, nil, nil, 200, `{"status":"ready"}`, "", false},
	{"ready, in full", "/readyz?verbose", healthy, nil, nil, 200, `{"more":[],"status":"ready"}`, "", false},
	{"ready, in full, once more", "/readyz?verbose=1", healthy, nil, nil, 200, `{"more":[],"status":"ready"}`, "", false},
	{"not ready, in full", "/readyz?verbose", unhealthy, nil, nil, 503, notReady, "1", true},
	{"not ready", "/readyz", unhealthy, nil, nil, 503, notReady, "1", true},
	{"read-only", "/readyz", unhealthy, nil, standby, 503, readOnly, "1", true},
	{"read-only, for reads", "/readyz?reads", unhealthy, nil, standby, 200, readOnly, "", false},
	{"without a standby, for reads", "/readyz?reads", unhealthy, nil, noStandby, 503, notReady, "1", true},
	{"ready, for reads", "/readyz?reads", healthy, nil, standby, 200, `{"status":"ready"}`, "", false},
	{"stopping, for reads", "/readyz?reads", unhealthy, stopping, standby, 503, draining, "1", false},
	{"stopping", "/readyz", healthy, stopping, nil, 503, draining, "1", false},
}

func TestHealth(t *testing.T) {
	for _, test := range healthTests {
		t.Run(test.name, func(t *testing.T) {
			book := &logBook{}
			health := web.Health{
				Check: test.check, Draining: test.draining, ReadOnly: test.readOnly, Log: book.logger(),
				Details: func() map[string]any { return map[string]any{"more": []int{}} },
			}
			mux := web.Mux{Get: map[string]http.Handler{
				"/healthz": http.HandlerFunc(health.Live),
				"/readyz":  http.HandlerFunc(health.Ready),
			}}
			w := httptest.NewRecorder()
			mux.ServeHTTP(w, httptest.NewRequest("GET", test.path, nil))
			if w.Code != test.wantStatus || w.Body.String() != test.wantBody+"\n" {
				t.Errorf("GET %s = %d %q, want %d %q and a newline", test.path, w.Code, w.Body, test.wantStatus, test.wantBody)
			}
			if got := w.Header().Get("Retry-After"); got != test.wantRetry {
				t.Errorf("Retry-After = %q, want %q", got, test.wantRetry)
			}
			if got := w.Header().Get("Content-Type"); got != "application/json" {
				t.Errorf("Content-Type = %q, want application/json", got)
			}
			if got := strings.Contains(book.text(), "connection refused"); got != test.wantLogged {
				t.Errorf("the log has the reason = %v, want %v", got, test.wantLogged)
			}
		})
	}
}

func TestMux(t *testing.T) {
	named := func(name string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Handler", name)
			w.Header().Set("Saw", r.URL.EscapedPath())
		})
	}
	mux := web.Mux{
		Get: map[string]http.Handler{"/docs": named("docs")}, Under: map[string]http.Handler{"/c/": named("page")},
		Fallback: named("api"), Error: fail,
	}
	address, book := startServer(t, mux.ServeHTTP)
	for _, test := range []struct {
		target, wantHandler, wantSaw string
		wantStatus                   int
		wantAllow, wantRoute         string
	}{
		{"GET /docs?a=b", "docs", "/docs", 200, "", "/docs"},
		{"HEAD /docs", "docs", "/docs", 200, "", "/docs"},
		{"POST /docs", "", "", 405, "GET, HEAD", "/docs"},
		{"GET /docs/", "api", "/docs/", 200, "", ""},
		{"GET //docs", "api", "//docs", 200, "", ""},
		{"GET /a/../docs", "api", "/a/../docs", 200, "", ""},
		{"GET /ext/v1/sites/a%2Fb/contacts", "api", "/ext/v1/sites/a%2Fb/contacts", 200, "", ""},
		{"POST /ext//v1/", "api", "/ext//v1/", 200, "", ""},
		{"OPTIONS /", "api", "/", 200, "", ""},
		{"POST /c/secret", "page", "/c/secret", 200, "", "/c/…"},
		{"GET /c/", "page", "/c/", 200, "", "/c/…"},
		{"GET /c", "api", "/c", 200, "", ""},
		{"GET //c/secret", "api", "//c/secret", 200, "", ""},
		{"GET /ext/c/secret", "api", "/ext/c/secret", 200, "", ""},
	} {
		t.Run(test.target, func(t *testing.T) {
			got := mustSend(t, address, test.target+" HTTP/1.1\r\nHost: x\r\n\r\n")
			if got.StatusCode != test.wantStatus || got.Header.Get("Allow") != test.wantAllow {
				t.Errorf("status = %d, Allow %q, want %d, %q", got.StatusCode, got.Header.Get("Allow"), test.wantStatus, test.wantAllow)
			}
			if h, saw := got.Header.Get("Handler"), got.Header.Get("Saw"); h != test.wantHandler || saw != test.wantSaw {
				t.Errorf("handler %q got the path %q, want %q, %q", h, saw, test.wantHandler, test.wantSaw)
			}
			lines := book.entries(t, "request")
			if route := lines[len(lines)-1]["route"]; route != test.wantRoute {
				t.Errorf("logged route = %q, want %q", route, test.wantRoute)
			}
		})
	}
}
