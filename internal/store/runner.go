package store

import (
	"context"
	"database/sql"
)

// runner runs statements, each when it is called, and returns the errors of the driver. Both engines implement it twice:
// for the pool of readers and for a transaction.
type runner interface {
	// QueryRow runs a statement and scans its only row into dest. It returns sql.ErrNoRows if there is none.
	QueryRow(ctx context.Context, query string, args []any, dest ...any) error
	// Query runs a statement and calls each with every row, until each fails.
	Query(ctx context.Context, query string, args []any, each func(rows *sql.Rows) error) error
	// Exec runs a statement and returns how many rows it changed.
	Exec(ctx context.Context, query string, args ...any) (int64, error)
	// Snapshot calls fn with a runner whose statements all see the same state of the database. In a transaction that is
	// the transaction itself.
	Snapshot(ctx context.Context, fn func(runner) error) error
}

// scanAll calls each with every row, and closes rows.
func scanAll(rows *sql.Rows, each func(rows *sql.Rows) error) error {
	defer rows.Close()
	for rows.Next() {
		if err := each(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
