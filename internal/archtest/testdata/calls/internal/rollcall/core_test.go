package rollcall

import (
	"context"
	"time"
)

func init() {}

func ask(ctx context.Context) {
	time.Now()
	context.WithValue(ctx, 1, 2)
}
