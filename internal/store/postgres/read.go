package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"example.org/rollcall/internal/store/engine"
)

// Reads implements engine.Engine.
func (e *Engine) Reads() engine.Runner { return &reads{on: e.db} }

// reads runs statements on the pool, or in a snapshot. The driver keeps each prepared on every connection.
type reads struct {
	on interface {
		QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
		QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
		ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	}
}

const readTries = 3

// retry runs a read again if the connection was lost: it has changed nothing.
func (r *reads) retry(ctx context.Context, read func() error) error {
	for try := 1; ; try++ {
		err := read()
		_, pool := r.on.(*sql.DB) // a snapshot ends with its connection
		if err == nil || !pool || try == readTries || ctx.Err() != nil || !lost(err) || refused(err) || timedOut(err) {
			return err
		}
	}
}

// QueryRow implements engine.Runner.
func (r *reads) QueryRow(ctx context.Context, query string, args []any, dest ...any) error {
	return r.retry(ctx, func() error {
		return r.on.QueryRowContext(ctx, query, args...).Scan(dest...)
	})
}

// Query implements engine.Runner.
func (r *reads) Query(ctx context.Context, query string, args []any, each func(rows engine.Row) error) error {
	begun := false
	return r.retry(ctx, func() error {
		rows, err := r.on.QueryContext(ctx, query, args...)
		if err != nil {
			return err
		}
		err = engine.ScanAll(rows, func(rows engine.Row) error {
			begun = true
			return each(rows)
		})
		if rows.Err() != nil && begun {
			return fmt.Errorf("%w: %w", errCut, err) // each cannot take back what it got
		}
		return err
	})
}

// errCut marks an error in the middle of a result, after which a read must not run again.
var errCut = errors.New("the answer of the database was cut off")

// Exec implements engine.Runner.
func (r *reads) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	result, err := r.on.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// Snapshot implements engine.Runner.
func (r *reads) Snapshot(ctx context.Context, fn func(engine.Runner) error) error {
	db, ok := r.on.(*sql.DB)
	if !ok {
		return fn(r)
	}
	tx, err := db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return err
	}
	defer tx.Rollback() // nothing was written
	return fn(&reads{on: tx})
}
