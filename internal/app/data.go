package app

import "example.org/rollcall/internal/httpapi"

// Data returns what the API answers as data for a result of a use case, for commands that print it. See httpapi.Data.
func Data(found any) any { return httpapi.Data(found) }
