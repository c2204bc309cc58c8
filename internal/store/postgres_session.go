package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// pgSession runs the statements of one transaction. Those of which nobody needs the outcome at once wait, and are sent
// together with the next one: each trip to the server costs more than most statements.
type pgSession struct {
	conn    *sql.Conn
	tx      *sql.Tx
	waiting pgx.Batch
	// broken is the driver's error of the first statement that failed: the server takes no more of them.
	broken error
	// refused is what came of a statement that waited, in the words of whoever made it.
	refused error
}

// waitingMost is how many statements wait.
const waitingMost = 256

func (s *pgSession) begun() *sql.Tx { return s.tx }

func (s *pgSession) end() error {
	if s.refused != nil {
		return s.refused
	}
	return s.broken
}

func (s *pgSession) note(err error) error {
	if err != nil && s.broken == nil && !errors.Is(err, sql.ErrNoRows) {
		s.broken = err
	}
	return err
}

// later implements begun.
func (s *pgSession) later(ctx context.Context, query string, args []any, outcome func(n int64, err error) error) error {
	if err := s.end(); err != nil {
		return err
	}
	s.waiting.Queue(query, args...).Fn = func(results pgx.BatchResults) error {
		tag, err := results.Exec()
		s.refused = outcome(tag.RowsAffected(), s.note(err))
		return cmp.Or(err, s.refused)
	}
	if s.waiting.Len() >= waitingMost {
		return s.flush(ctx)
	}
	return nil
}

// flush sends what waits, and returns the first error.
func (s *pgSession) flush(ctx context.Context) error {
	if err := s.end(); err != nil || s.waiting.Len() == 0 {
		return err
	}
	batch := s.waiting
	s.waiting = pgx.Batch{}
	err := s.note(s.raw(func(conn *pgx.Conn) error { return conn.SendBatch(ctx, &batch).Close() }))
	return cmp.Or(s.refused, err)
}

// read runs a statement, after those that wait, and calls fn with what it returns.
func (s *pgSession) read(ctx context.Context, query string, args []any, fn func(rows pgx.Rows) error) error {
	if err := s.end(); err != nil {
		return err
	}
	var own, err error
	read := func(rows pgx.Rows) error {
		defer rows.Close() // also where fn panics
		own = fn(rows)
		rows.Close()
		return rows.Err()
	}
	if s.waiting.Len() > 0 {
		s.waiting.Queue(query, args...).Query(read)
		err = s.flush(ctx)
	} else {
		err = s.note(s.raw(func(conn *pgx.Conn) error {
			rows, _ := conn.Query(ctx, query, args...) // which hold the error
			return read(rows)
		}))
	}
	return cmp.Or(err, own)
}

func (s *pgSession) one(ctx context.Context, query string, args []any, dest ...any) error {
	return s.read(ctx, query, args, func(rows pgx.Rows) error {
		if !rows.Next() {
			return sql.ErrNoRows
		}
		return rows.Scan(dest...)
	})
}

func (s *pgSession) many(ctx context.Context, query string, args []any, each func(row rowScanner) error) error {
	return s.read(ctx, query, args, func(rows pgx.Rows) error {
		for rows.Next() {
			if err := each(pgRow{rows}); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *pgSession) exec(ctx context.Context, query string, args ...any) (changed int64, err error) {
	if err := s.end(); err != nil {
		return 0, err
	}
	if s.waiting.Len() == 0 {
		err = s.note(s.raw(func(conn *pgx.Conn) error {
			tag, err := conn.Exec(ctx, query, args...)
			changed = tag.RowsAffected()
			return err
		}))
		return changed, err
	}
	s.waiting.Queue(query, args...).Exec(func(tag pgconn.CommandTag) error {
		changed = tag.RowsAffected()
		return nil
	})
	err = s.flush(ctx)
	return changed, err
}

func (s *pgSession) snapshot(_ context.Context, fn func(runner) error) error { return fn(s) }

// pgRow is the row that a statement is at.
type pgRow struct{ pgx.Rows }

func (r pgRow) Columns() ([]string, error) {
	fields := r.FieldDescriptions()
	names := make([]string, len(fields))
	for i := range fields {
		names[i] = fields[i].Name
	}
	return names, nil
}

// raw calls fn with the connection beneath database/sql, which begins and ends the transaction on it.
func (s *pgSession) raw(fn func(conn *pgx.Conn) error) error {
	return s.conn.Raw(func(driver any) error { return fn(driver.(*stdlib.Conn).Conn()) })
}
