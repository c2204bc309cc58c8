// Package engine declares the interface of the store's engines, and holds what the store and its engines share: errors, the
// queue in which dealers take turns, and retries. It knows no nouns, only the error type of rollcall.
package engine

import (
	"context"
	"database/sql"
	"log/slog"
	"time"
)

// Runner runs statements, each when it is called, and returns the errors of the driver. An engine has two: the pool of
// readers and a transaction.
type Runner interface {
	// QueryRow runs a statement and scans its only row into dest. It returns sql.ErrNoRows if there is none.
	QueryRow(ctx context.Context, query string, args []any, dest ...any) error
	// Query runs a statement and calls each with every row, until each fails. The row is valid only during the call.
	Query(ctx context.Context, query string, args []any, each func(rows Row) error) error
	// Exec runs a statement and returns how many rows it changed.
	Exec(ctx context.Context, query string, args ...any) (int64, error)
	// Snapshot calls fn with a Runner whose statements all see the same state of the database. In a transaction that is
	// the transaction itself.
	Snapshot(ctx context.Context, fn func(Runner) error) error
}

// Row is the current row of a statement. *sql.Rows implements it.
type Row interface {
	Columns() ([]string, error)
	// Scan copies the columns into pointers to string, int, int64, bool, []byte, any, sql.NullInt64 and sql.NullString.
	Scan(dest ...any) error
}

// Tx runs the statements of one change.
type Tx interface {
	Runner
	// Join calls fn with the transaction, in which another package writes to its own tables.
	Join(ctx context.Context, fn func(ctx context.Context, tx *sql.Tx) error) error
}

// Engine is an open database of one kind.
type Engine interface {
	// Dialect returns the engine's differences in statements and errors.
	Dialect() *Dialect
	// Name returns the name of the database for messages, without a password.
	Name() string
	// Reads returns the runner of statements that change nothing.
	Reads() Runner
	// Update runs fn in a transaction, and commits it unless fn fails. It may share the commit with other calls, and may
	// run fn again. Callers take turns by dealer. A panic of fn is raised again once its change is rolled back.
	Update(ctx context.Context, dealer string, fn func(ctx context.Context, tx Tx) error) error
	// Scrub removes deleted data from the files of the database.
	Scrub(ctx context.Context) error
	// Writable returns an Unavailable error if the database cannot be used now, though it may be readable.
	Writable(ctx context.Context) error
	// Pool opens a pool of connections for another package. Close closes it; its user must have stopped before.
	Pool() (*sql.DB, error)
	// Migrating calls fn with a pool over which tables may be changed.
	Migrating(ctx context.Context, fn func(ctx context.Context, pool *sql.DB) error) error
	// Pools returns the use of each pool.
	Pools() []PoolUse
	// Close waits for running changes, refuses waiting ones, and closes every connection.
	Close() error
}

// Options are the options of every engine.
type Options struct {
	// Log is the log for operators.
	Log *slog.Logger
	// Check is called once the database can be read; its error is that of Open. nil: nothing is checked.
	Check func(ctx context.Context, run Runner) error
	// Committed is called after each commit with the number of changes in it and the time it took. nil: not called.
	Committed func(changes int, took time.Duration)
	// Now is the clock. nil: waits and commits are not measured.
	Now func() time.Time
}

// Commit calls commit, and Committed with the time it took if it succeeds.
func (o *Options) Commit(changes int, commit func() error) error {
	if o.Committed == nil || o.Now == nil {
		return commit()
	}
	start := o.Now()
	if err := commit(); err != nil {
		return err
	}
	o.Committed(changes, o.Now().Sub(start))
	return nil
}

// ScanAll calls each with every row, and closes rows.
func ScanAll(rows *sql.Rows, each func(row Row) error) error {
	defer rows.Close()
	for rows.Next() {
		if err := each(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
