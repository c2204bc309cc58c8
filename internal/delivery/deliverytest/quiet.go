package deliverytest

import (
	"io"
	"log"
)

// quiet discards the log of servers whose clients are expected to fail.
var quiet = log.New(io.Discard, "", 0)
