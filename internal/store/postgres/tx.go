package postgres

import (
	"context"
	"database/sql"
	"errors"

	"example.org/rollcall/internal/store/engine"
)

// transaction runs the statements of one change.
type transaction struct {
	tx *sql.Tx
	// broken is the driver's error of the first statement that failed: the server refuses the rest of the transaction.
	broken error
}

// note remembers an error of the driver that ends the transaction, and returns it.
func (t *transaction) note(err error) error {
	if err != nil && t.broken == nil && !errors.Is(err, sql.ErrNoRows) {
		t.broken = err
	}
	return err
}

// QueryRow implements engine.Tx.
func (t *transaction) QueryRow(ctx context.Context, query string, args []any, dest ...any) error {
	if t.broken != nil {
		return t.broken
	}
	return t.note(t.tx.QueryRowContext(ctx, query, args...).Scan(dest...))
}

// Query implements engine.Tx.
func (t *transaction) Query(ctx context.Context, query string, args []any, each func(rows engine.Row) error) error {
	if t.broken != nil {
		return t.broken
	}
	rows, err := t.tx.QueryContext(ctx, query, args...)
	if err != nil {
		return t.note(err)
	}
	err = engine.ScanAll(rows, each)
	if rows.Err() != nil {
		return t.note(err)
	}
	return err // that of each does not end the transaction
}

// Exec implements engine.Tx.
func (t *transaction) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	if t.broken != nil {
		return 0, t.broken
	}
	result, err := t.tx.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, t.note(err)
	}
	return result.RowsAffected()
}

// Snapshot implements engine.Tx.
func (t *transaction) Snapshot(_ context.Context, fn func(engine.Runner) error) error { return fn(t) }

// Join implements engine.Tx.
func (t *transaction) Join(ctx context.Context, fn func(ctx context.Context, tx *sql.Tx) error) error {
	if t.broken != nil {
		return t.broken
	}
	return t.note(fn(context.WithoutCancel(ctx), t.tx))
}
