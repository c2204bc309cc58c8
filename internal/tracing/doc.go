// Package tracing follows requests across programs, by OpenTelemetry: one span for each request, sent by OTLP over HTTP.
// It is the only room that knows OpenTelemetry; web declares what it needs of it, and app puts it there where an operator
// asked for it. Where nobody did, nothing of it runs.
//
// Where spans go, which are kept, and what the service is called, the standard variables OTEL_* say, which the library
// reads by itself. A span holds the method, the pattern of the route, the status and the request id, and nothing of a
// path, a query, a header, a body or an address.
package tracing
