package rollcall

import (
	_ "example.org/fixture/internal/store"
	_ "net/http"
)
