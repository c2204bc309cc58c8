package httpapi_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit"
)

const (
	benchPath = "/ext/v1/sites/site_123abc/contacts"
	benchBody = `{"first_name":"Jane","last_name":"Smith","email":"jane.smith@example.com","phone":"+1-555-0456",` +
		`"type":"emergency","role":"manager","notification_preferences":{"email":true,"sms":true,"push":false}}`
)

// BenchmarkHandler serves whole requests without the network, with the log on, from one or many callers.
func BenchmarkHandler(b *testing.B) {
	a := testkit.NewApp(b, func(o *app.Options) {
		o.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
		o.MaxContactsPerSite = 1 << 30
	})
	key := a.Key("all")
	for n := range 10 {
		_, err := a.Service().CreateContact(b.Context(), service.Caller{Dealer: a.Dealer}, rollcall.SiteRef{ID: "site_123abc"},
			testkit.Contact("contact_"+strconv.Itoa(n), "Jane", "Smith", "jane.smith@example.com", "+1-555-0456", "emergency", "manager"))
		if err != nil {
			b.Fatal(err)
		}
	}
	for _, bench := range []struct {
		name, method, path, body string
		callers, want            int
	}{
		{"get", http.MethodGet, benchPath + "/contact_789ghi", "", 1, http.StatusOK},
		{"get concurrently", http.MethodGet, benchPath + "/contact_789ghi", "", 32, http.StatusOK},
		{"list of ten", http.MethodGet, benchPath + "?per_page=10", "", 1, http.StatusOK},
		{"refuse", http.MethodGet, benchPath + "/no_such_contact", "", 1, http.StatusNotFound},
		{"create", http.MethodPost, benchPath, benchBody, 1, http.StatusCreated},
		{"create concurrently", http.MethodPost, benchPath, benchBody, 32, http.StatusCreated},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			var left atomic.Int64
			left.Store(int64(b.N))
			var all sync.WaitGroup
			for range bench.callers {
				all.Go(func() {
					r := httptest.NewRequestWithContext(b.Context(), bench.method, bench.path, nil)
					r.Header.Set("Authorization", "Bearer "+key)
					for left.Add(-1) >= 0 {
						if bench.body != "" {
							r.Body, r.ContentLength = io.NopCloser(strings.NewReader(bench.body)), int64(len(bench.body))
						}
						w := answer{header: http.Header{}}
						if a.Handler().ServeHTTP(&w, r); w.status != bench.want || w.bytes == 0 {
							b.Errorf("status %d with %d bytes", w.status, w.bytes)
							return
						}
					}
				})
			}
			all.Wait()
		})
	}
}

// answer is a response writer that costs little.
type answer struct {
	header        http.Header
	status, bytes int
}

func (a *answer) Header() http.Header    { return a.header }
func (a *answer) WriteHeader(status int) { a.status = status }

func (a *answer) Write(p []byte) (int, error) {
	a.bytes += len(p)
	return len(p), nil
}
