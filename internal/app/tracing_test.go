package app_test

import (
	"compress/gzip"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	otlp "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/testkit"
)

// spanBook is a collector that keeps what it is sent.
type spanBook struct {
	mu    sync.Mutex
	spans []*otlp.Span
	text  strings.Builder
}

func (b *spanBook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var from io.Reader = r.Body
	if r.Header.Get("Content-Encoding") == "gzip" {
		from, _ = gzip.NewReader(r.Body)
	}
	body, err := io.ReadAll(from)
	var sent otlp.TracesData // encoded like an ExportTraceServiceRequest
	if err != nil || proto.Unmarshal(body, &sent) != nil || r.URL.Path != "/v1/traces" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.text.Write(body)
	for _, resource := range sent.ResourceSpans {
		for _, scope := range resource.ScopeSpans {
			b.spans = append(b.spans, scope.Spans...)
		}
	}
}

const (
	traceID    = "0af7651916cd43dd8448eb211c80319c"
	parentSpan = "b7ad6b7169203331"
)

// traced are requests, and the names and statuses of their spans.
var traced = []struct {
	method, path, name string
	status             int
	parent             string
}{
	{"GET", contactPath, "GET /ext/v1/sites/{site_id}/contacts/{contact_id}", 200, "00-" + traceID + "-" + parentSpan + "-01"},
	{"GET", contactPath + "?zoraida", "GET /ext/v1/sites/{site_id}/contacts/{contact_id}", 200, ""},
	{"GET", "/zoraida", "GET", 404, "00-nonsense"},
	{"ZORAIDA", "/zoraida", "OTHER", 404, ""},
}

func TestTracing(t *testing.T) {
	book := &spanBook{}
	srv := httptest.NewServer(book)
	defer srv.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", srv.URL)
	t.Setenv("OTEL_SERVICE_NAME", "the-service")
	var bearer string
	// The spans arrive at the latest when the application stops, which it does at the end of this test.
	t.Run("traced", func(t *testing.T) {
		a := testkit.NewApp(t, func(o *app.Options) { o.Tracing = true })
		bearer = "Bearer " + a.Key("all")
		for _, tt := range traced {
			req, err := http.NewRequestWithContext(t.Context(), tt.method, a.URL+tt.path, nil)
			if err != nil {
				t.Fatal(err)
			}
			for name, value := range map[string]string{"Authorization": bearer, "User-Agent": "zoraida", "Traceparent": tt.parent, "Baggage": "a=zoraida"} {
				req.Header.Set(name, value)
			}
			resp, err := a.Client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
		}
	})
	if len(book.spans) != len(traced) {
		t.Fatalf("%d spans, want %d", len(book.spans), len(traced))
	}
	for i, want := range traced {
		checkSpan(t, book.spans[i], want.name, want.status, strings.Contains(want.parent, traceID))
	}
	for _, private := range []string{"zoraida", "contact_789ghi", "site_123abc", "127.0.0.1", strings.TrimPrefix(bearer, "Bearer rk_live_")} {
		if strings.Contains(book.text.String(), private) {
			t.Errorf("spans have the private text %q", private)
		}
	}
	if !strings.Contains(book.text.String(), "the-service") {
		t.Error("the service is not called as OTEL_SERVICE_NAME says")
	}
}

func checkSpan(t *testing.T, span *otlp.Span, name string, status int, child bool) {
	t.Helper()
	found := map[string]bool{}
	for _, a := range span.Attributes {
		found[a.Key] = true
		if a.Key == "http.response.status_code" && a.Value.GetIntValue() != int64(status) {
			t.Errorf("%s: status %d, want %d", name, a.Value.GetIntValue(), status)
		}
	}
	if span.Name != name || span.Kind != otlp.Span_SPAN_KIND_SERVER || !found["rollcall.request_id"] || !found["http.response.status_code"] {
		t.Errorf("the span is %q with %v, want %q", span.Name, found, name)
	}
	if (hex.EncodeToString(span.TraceId) == traceID && hex.EncodeToString(span.ParentSpanId) == parentSpan) != child {
		t.Errorf("%s: trace %x under %x, want those of traceparent only if it was sent", name, span.TraceId, span.ParentSpanId)
	}
}

func TestTracingRefusesWhatItCannotDo(t *testing.T) {
	t.Setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
	_, err := app.Open(t.Context(), app.Options{Data: t.TempDir(), Tracing: true})
	if err == nil || !strings.Contains(err.Error(), "OTEL_EXPORTER_OTLP_PROTOCOL=grpc; set it to http/protobuf") {
		t.Errorf("opened with %v", err)
	}
}
