// Package httpapi is the API as openapi.yaml has it: it implements the interface that is generated from there, one file
// for each noun, and turns wire types into the core's words and back.
//
// It judges no values and knows no SQL: the core does the one, the store the other. error.go is the only place where an
// error becomes a status.
package httpapi
