// Package httpapi is the API that openapi.yaml describes.
//
// routes.go lists every path with its scope and handler. handle.go turns a handler, which returns an answer or an error,
// into HTTP. body.go and query.go read the input, and each noun has a file with its handlers and answers. error.go is the
// only place where an error becomes a status.
//
// The package judges no values and knows no SQL: the core does the one, the store the other.
package httpapi
