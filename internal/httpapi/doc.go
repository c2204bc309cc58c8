// Package httpapi serves the API that openapi.yaml describes.
//
// routes.go lists every route with its scope and handler: POST …/validation is sendValidation, in validations.go. handle.go
// checks the key, the scope and the headers, calls the handler, and writes the answer or the error that it returns. body.go
// and query.go parse the input. Each noun has a file with its handlers and its JSON. limits.go decides what is refused with
// 429, and error.go gives every error its status.
//
// Rules about values are in rollcall, use cases in service.
package httpapi
