package app

import (
	_ "example.org/fixture/api"
	_ "example.org/fixture/internal/cli"
	_ "example.org/fixture/internal/delivery/smtp"
	_ "example.org/fixture/internal/store"
	_ "example.org/fixture/internal/utils"
	_ "os/signal"
)
