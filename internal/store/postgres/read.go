package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"example.org/rollcall/internal/store/engine"
)

// Reads implements engine.Engine.
func (e *Engine) Reads() engine.Runner { return &reads{from: e.primary} }

// primary returns the connections to the primary.
func (e *Engine) primary() (*sql.DB, *Source, error) {
	source := e.servers.now.Load()
	if source == nil || source.Standby() {
		return nil, nil, noPrimary()
	}
	return e.db, source, nil
}

// reads runs statements on the pool of a source, or in a snapshot. The driver keeps each prepared on every connection.
type reads struct {
	from func() (*sql.DB, *Source, error)
	tx   *sql.Tx // nil: on the pool
}

const readTries = 3

// run runs a read, and again if the connection was lost: it has changed nothing. A snapshot ends with its connection.
func (r *reads) run(ctx context.Context, read func(ctx context.Context, on querier) error) error {
	if r.tx != nil {
		return read(ctx, r.tx)
	}
	for try := 1; ; try++ {
		err := r.try(ctx, func(ctx context.Context, db *sql.DB) error { return read(ctx, db) })
		if err == nil || try == readTries || ctx.Err() != nil || !lost(err) || errors.Is(err, errCut) || refused(err) || timedOut(err) {
			return err
		}
	}
}

// try runs a read once, and ends it if the source is lost.
func (r *reads) try(ctx context.Context, read func(ctx context.Context, db *sql.DB) error) error {
	db, source, err := r.from()
	if err != nil {
		return err
	}
	ctx, cancel := source.Context(ctx)
	defer cancel()
	if err := read(ctx, db); err != nil {
		return source.orNoPrimary(err)
	}
	return nil
}

// querier is a pool or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// QueryRow implements engine.Runner.
func (r *reads) QueryRow(ctx context.Context, query string, args []any, dest ...any) error {
	return r.run(ctx, func(ctx context.Context, on querier) error {
		return on.QueryRowContext(ctx, query, args...).Scan(dest...)
	})
}

// Query implements engine.Runner.
func (r *reads) Query(ctx context.Context, query string, args []any, each func(rows engine.Row) error) error {
	begun := false
	return r.run(ctx, func(ctx context.Context, on querier) error {
		rows, err := on.QueryContext(ctx, query, args...)
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
func (r *reads) Exec(ctx context.Context, query string, args ...any) (n int64, err error) {
	err = r.run(ctx, func(ctx context.Context, on querier) error {
		result, err := on.ExecContext(ctx, query, args...)
		if err != nil {
			return err
		}
		n, err = result.RowsAffected()
		return err
	})
	return n, err
}

// Snapshot implements engine.Runner.
func (r *reads) Snapshot(ctx context.Context, fn func(engine.Runner) error) error {
	if r.tx != nil {
		return fn(r)
	}
	return r.try(ctx, func(ctx context.Context, db *sql.DB) error {
		tx, err := db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
		if err != nil {
			return err
		}
		defer tx.Rollback() // nothing was written
		return fn(&reads{tx: tx})
	})
}
