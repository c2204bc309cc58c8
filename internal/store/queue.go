package store

import (
	"context"
	"database/sql"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// Queue adds jobs in the transaction of a change.
type Queue interface {
	// Deliver adds the job that delivers a validation.
	Deliver(ctx context.Context, tx *sql.Tx, job service.DeliverJob) error
	// Import adds the job of an import.
	Import(ctx context.Context, tx *sql.Tx, dealer rollcall.DealerID, id rollcall.ImportID) error
	// RollCall adds the job of a roll call.
	RollCall(ctx context.Context, tx *sql.Tx, job service.RollCallJob) error
	// Notice adds the job that tells a dealer that a webhook was disabled.
	Notice(ctx context.Context, tx *sql.Tx, ref service.WebhookRef) error
}

// enqueue calls add with the queue, in the transaction of the change: Internal without a queue.
func (t *transaction) enqueue(ctx context.Context, add func(ctx context.Context, q Queue, tx *sql.Tx) error) error {
	if t.queue == nil {
		return &rollcall.Error{Kind: rollcall.Internal, Message: "this process has no queue; run the command of the server"}
	}
	return t.Failed(t.tx.Join(ctx, func(ctx context.Context, tx *sql.Tx) error { return add(ctx, t.queue, tx) }))
}

// Enqueue implements service.Tx.
func (t *transaction) Enqueue(ctx context.Context, j service.DeliverJob) error {
	return t.enqueue(ctx, func(ctx context.Context, q Queue, tx *sql.Tx) error { return q.Deliver(ctx, tx, j) })
}

// EnqueueImport implements service.Tx.
func (t *transaction) EnqueueImport(ctx context.Context, dealer rollcall.DealerID, id rollcall.ImportID) error {
	return t.enqueue(ctx, func(ctx context.Context, q Queue, tx *sql.Tx) error { return q.Import(ctx, tx, dealer, id) })
}

// EnqueueRollCall implements service.Tx.
func (t *transaction) EnqueueRollCall(ctx context.Context, j service.RollCallJob) error {
	return t.enqueue(ctx, func(ctx context.Context, q Queue, tx *sql.Tx) error { return q.RollCall(ctx, tx, j) })
}

// EnqueueNotice implements service.Tx.
func (t *transaction) EnqueueNotice(ctx context.Context, ref service.WebhookRef) error {
	return t.enqueue(ctx, func(ctx context.Context, q Queue, tx *sql.Tx) error { return q.Notice(ctx, tx, ref) })
}
