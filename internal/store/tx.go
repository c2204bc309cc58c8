package store

import (
	"context"
	"database/sql"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/store/engine"
)

// transaction implements service.Tx for one change.
type transaction struct {
	reader
	tx      engine.Tx
	enqueue Enqueue

	enqueueImport   EnqueueImport
	enqueueRollCall EnqueueRollCall
}

func noQueue() error {
	return &rollcall.Error{Kind: rollcall.Internal, Message: "this process has no queue; run the command of the server"}
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

// Enqueue implements service.Tx. It adds the job in the transaction of the change.
func (t *transaction) Enqueue(ctx context.Context, j service.DeliverJob) error {
	if t.enqueue == nil {
		return noQueue()
	}
	return t.Failed(t.tx.Join(ctx, func(ctx context.Context, tx *sql.Tx) error { return t.enqueue(ctx, tx, j) }))
}
