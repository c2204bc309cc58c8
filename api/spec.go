package api

import _ "embed"

// Spec is openapi.yaml, as it was written.
//
//go:embed openapi.yaml
var Spec []byte
