// Command rollcall keeps the people to call for monitored sites, and proves that each can be reached.
package main

import (
	"os"

	"example.org/rollcall/internal/cli"
)

func main() { os.Exit(cli.Main()) }
