// Package app connects the packages of Rollcall: it opens the database, builds the use cases, the providers, the queue and
// the API, and runs the server and the workers until they are told to stop.
//
// It is the only package that sees all others, and has no rules of its own. It reads no environment variables, flags or
// signals: Options has every setting, except OTEL_* for traces, which package tracing reads.
package app
