package web

import (
	"context"
	"time"
)

func ask(ctx context.Context) {
	time.Now()
	context.WithValue(ctx, 1, 2)
}
