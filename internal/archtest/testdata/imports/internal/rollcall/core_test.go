package rollcall

import (
	_ "example.org/fixture/api"
	_ "example.org/fixture/internal/store"
	_ "example.org/fixture/internal/testkit"
	_ "net/http"
	_ "testing"
)
