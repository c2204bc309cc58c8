package tracing_test

import (
	"compress/gzip"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	otlp "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"example.org/rollcall/internal/tracing"
)

func TestSpansAreSentAgainAfter503(t *testing.T) {
	var paths, names []string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		paths = append(paths, r.URL.Path+" "+r.Header.Get("X-Api-Key"))
		if len(paths) == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		var sent otlp.TracesData
		unzipped, err := gzip.NewReader(r.Body)
		if err == nil {
			var body []byte
			if body, err = io.ReadAll(unzipped); err == nil {
				err = proto.Unmarshal(body, &sent)
			}
		}
		if err != nil {
			t.Error(err)
			return
		}
		for _, span := range sent.ResourceSpans[0].ScopeSpans[0].Spans {
			names = append(names, span.Name)
		}
	}))
	t.Cleanup(srv.Close)
	t.Setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", srv.URL+"/spans")
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-api-key=a%20key")
	t.Setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip")
	tracer, err := tracing.New(t.Context(), "v1", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	_, end := tracer.Start(context.Background(), http.Header{}, "GET")
	end("/healthz", "req_1", 200)
	if err := tracer.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(paths, ", "), "/spans a key, /spans a key"; got != want {
		t.Errorf("requests = %s, want %s", got, want)
	}
	if got, want := strings.Join(names, ", "), "GET /healthz"; got != want {
		t.Errorf("spans = %s, want %s", got, want)
	}
}

func TestNewRefusesSettings(t *testing.T) {
	for name, value := range map[string]string{
		"OTEL_EXPORTER_OTLP_PROTOCOL":           "http/json",
		"OTEL_EXPORTER_OTLP_ENDPOINT":           "127.0.0.1:4318",
		"OTEL_EXPORTER_OTLP_CERTIFICATE":        "missing.pem",
		"OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE": "missing.pem",
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(name, value)
			if _, err := tracing.New(t.Context(), "v1", slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), name) {
				t.Errorf("New with %s=%s: %v, want an error that names it", name, value, err)
			}
		})
	}
}
