// Package api holds Rollcall's contract: openapi.yaml, which is written by hand. The server serves it, and tests hold the
// server's routes and every answer against it.
package api

import _ "embed"

// Spec is openapi.yaml, as it was written.
//
//go:embed openapi.yaml
var Spec []byte
