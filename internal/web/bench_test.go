package web_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.org/rollcall/internal/metrics"
	"example.org/rollcall/internal/web"
)

// nowhere is a response writer that costs little.
type nowhere struct{ header http.Header }

func (w *nowhere) Header() http.Header         { return w.header }
func (w *nowhere) Write(p []byte) (int, error) { return len(p), nil }
func (w *nowhere) WriteHeader(int)             {}

func BenchmarkWrap(b *testing.B) {
	hello := []byte("hello")
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		web.FromContext(r.Context()).Route = "/"
		_, _ = w.Write(hello)
	})
	for _, bench := range []struct {
		name    string
		handler http.Handler
	}{
		{"bare", handler},
		{"no log", web.Wrap(handler, web.Options{Error: fail})},
		{"metrics", web.Wrap(handler, web.Options{Error: fail, Observer: counted{metrics.New(metrics.Options{})}})},
		{"discarded log", web.Wrap(handler, web.Options{Error: fail, Log: slog.New(noHandler{})})},
		{"JSON log", web.Wrap(handler, web.Options{Error: fail, Log: slog.New(slog.NewJSONHandler(io.Discard, nil))})},
	} {
		b.Run(bench.name, func(b *testing.B) {
			r := httptest.NewRequest("GET", "/", nil)
			r.Header.Set("X-Request-Id", "req_1")
			b.ReportAllocs()
			for b.Loop() {
				bench.handler.ServeHTTP(&nowhere{header: http.Header{}}, r)
			}
		})
	}
}

// counted adapts metrics.Metrics to web.Observer, as app does.
type counted struct{ *metrics.Metrics }

// Limited implements web.Observer.
func (c counted) Limited(l web.Limit) { c.Metrics.Limited(string(l)) }

// noHandler drops every record, so that only the cost of making one is measured.
type noHandler struct{}

func (noHandler) Enabled(context.Context, slog.Level) bool  { return true }
func (noHandler) Handle(context.Context, slog.Record) error { return nil }
func (h noHandler) WithAttrs([]slog.Attr) slog.Handler      { return h }
func (h noHandler) WithGroup(string) slog.Handler           { return h }

func BenchmarkBody(b *testing.B) {
	const contact = `{"first_name":"Ada","last_name":"Lovelace","email":"ada@example.org","phone":"+1 555 010 0123",` +
		`"type":"primary","role":"owner","notification_preferences":{"email":true,"sms":true,"push":false}}`
	for _, bench := range []struct{ name, body string }{
		{"a contact", contact},
		{"64 KiB", "[" + strings.Repeat(contact+",", (64<<10)/(len(contact)+1)) + "0]"},
	} {
		b.Run(bench.name, func(b *testing.B) {
			w := &nowhere{header: http.Header{}}
			r := httptest.NewRequest("POST", "/", nil)
			r.ContentLength = int64(len(bench.body))
			b.SetBytes(r.ContentLength)
			b.ReportAllocs()
			for b.Loop() {
				r.Body = io.NopCloser(strings.NewReader(bench.body))
				if _, err := web.ReadBody(w, r, 64<<10); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
