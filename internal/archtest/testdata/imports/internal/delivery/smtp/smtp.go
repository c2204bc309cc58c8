package smtp

import (
	_ "example.org/fixture/internal/delivery"
	_ "example.org/fixture/internal/delivery/deliverytest"
	_ "example.org/fixture/internal/delivery/twilio"
)
