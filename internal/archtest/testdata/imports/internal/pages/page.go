package pages

import (
	_ "database/sql"
	_ "example.org/fixture/internal/console"
	_ "example.org/fixture/internal/rollcall"
	_ "example.org/fixture/internal/testkit"
	_ "example.org/fixture/internal/web"
	_ "github.com/alecthomas/kong"
	_ "net/http"
	_ "testing/fstest"
)
