package rollcall

import (
	"context"
	clock "time"
)

func init() {}

var now = clock.Now

type noun struct{}

func (noun) init() {}

func ask(ctx context.Context) {
	clock.Now()
	clock.Since(clock.Time{})
	context.WithValue(ctx, 1, 2)
}
