package deliverytest

import (
	"io"
	"log"
)

// quiet is the log of servers whose callers are expected to fail.
var quiet = log.New(io.Discard, "", 0)
