// Package tracing sends a span for each request by OTLP over HTTP. It is the only package that knows OpenTelemetry: web
// declares the interface that it implements, and app connects the two if an operator turned tracing on.
//
// The standard variables OTEL_* set where spans go, which are sampled, and the name of the service. A span holds the
// method, the pattern of the route, the status and the request id; nothing of a path, query, header, body or address.
package tracing
