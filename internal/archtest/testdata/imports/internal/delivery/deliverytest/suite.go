package deliverytest

import (
	_ "example.org/fixture/internal/delivery"
	_ "example.org/fixture/internal/store"
	_ "example.org/fixture/internal/testkit"
	_ "testing"
)
