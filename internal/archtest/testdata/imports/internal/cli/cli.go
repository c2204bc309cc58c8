package cli

import (
	_ "example.org/fixture/internal/app"
	_ "example.org/fixture/internal/rollcall"
	_ "example.org/fixture/internal/store"
	_ "github.com/alecthomas/kong"
	_ "os/signal"
)
