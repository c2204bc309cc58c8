package store

import (
	"context"
	"database/sql"
	"errors"
)

// pgSession runs the statements of one transaction.
type pgSession struct {
	tx *sql.Tx
	// broken is the driver's error of the first statement that failed: the server refuses the rest of the transaction.
	broken error
}

func (s *pgSession) begun() *sql.Tx { return s.tx }
func (s *pgSession) end() error     { return s.broken }

// note remembers an error that ends the transaction, and returns it.
func (s *pgSession) note(err error) error {
	if err != nil && s.broken == nil && !errors.Is(err, sql.ErrNoRows) {
		s.broken = err
	}
	return err
}

func (s *pgSession) QueryRow(ctx context.Context, query string, args []any, dest ...any) error {
	if s.broken != nil {
		return s.broken
	}
	return s.note(s.tx.QueryRowContext(ctx, query, args...).Scan(dest...))
}

func (s *pgSession) Query(ctx context.Context, query string, args []any, each func(row *sql.Rows) error) error {
	if s.broken != nil {
		return s.broken
	}
	rows, err := s.tx.QueryContext(ctx, query, args...)
	if err != nil {
		return s.note(err)
	}
	err = scanAll(rows, each)
	if rows.Err() != nil {
		return s.note(err)
	}
	return err // that of each, which may go on
}

func (s *pgSession) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	if s.broken != nil {
		return 0, s.broken
	}
	result, err := s.tx.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, s.note(err)
	}
	return result.RowsAffected()
}

func (s *pgSession) Snapshot(_ context.Context, fn func(runner) error) error { return fn(s) }
