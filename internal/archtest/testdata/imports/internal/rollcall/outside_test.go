package rollcall_test

import (
	_ "database/sql"
	_ "example.org/fixture/internal/store"
	_ "example.org/fixture/internal/testkit"
	_ "net/http/httptest"
)
