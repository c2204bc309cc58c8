package store

import (
	"context"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/store/engine"
)

// transaction implements service.Tx for one change.
type transaction struct {
	reader
	tx    engine.Tx
	queue Queue
}

// orForeign returns notFound if err says that a foreign key refers to no row, and otherwise Failed of err.
func (t *transaction) orForeign(err error, notFound *rollcall.Error) error {
	if err != nil && t.Foreign(err) {
		return notFound
	}
	return t.Failed(err)
}

// deleteBefore runs a statement that deletes at most limit rows before a time, and returns their number.
func (t *transaction) deleteBefore(ctx context.Context, query string, before time.Time, limit int) (int, error) {
	n, err := t.run.Exec(ctx, query, micros(before), limit)
	return int(n), t.Failed(err)
}
