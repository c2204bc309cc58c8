package store

import (
	"context"
	"database/sql"
	"sync"
)

// runner runs statements and returns the errors of the driver as they are.
type runner interface {
	// one runs a statement and scans its only row: sql.ErrNoRows where there is none.
	one(ctx context.Context, query string, args []any, dest ...any) error
	// many runs a statement and calls each for every row.
	many(ctx context.Context, query string, args []any, each func(row rowScanner) error) error
	// exec runs a statement and returns how many rows it changed.
	exec(ctx context.Context, query string, args ...any) (int64, error)
	// snapshot calls fn with a runner whose statements all see the same moment.
	snapshot(ctx context.Context, fn func(runner) error) error
}

// rowScanner is the row that a statement is at, such as *sql.Rows.
type rowScanner interface {
	Columns() ([]string, error)
	Scan(dest ...any) error
}

// preparer is a *sql.DB or a *sql.Conn.
type preparer interface {
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
	BeginTx(ctx context.Context, opts *sql.TxOptions) (*sql.Tx, error)
}

// statementsKept bounds the statements kept prepared. Those of the code are about sixty; a list with search terms has a
// text of its own for each number of terms.
const statementsKept = 128

// statements prepares each statement once and keeps it, which saves parsing and planning it again.
type statements struct {
	on preparer

	mu   sync.RWMutex
	kept map[string]*sql.Stmt
}

func newStatements(on preparer) *statements {
	return &statements{on: on, kept: make(map[string]*sql.Stmt)}
}

// get returns the prepared statement, and whether the caller must close it after use, because there are too many to keep.
func (s *statements) get(ctx context.Context, query string) (stmt *sql.Stmt, closeIt bool, err error) {
	if stmt = s.find(query); stmt != nil {
		return stmt, false, nil
	}
	if stmt, err = s.on.PrepareContext(ctx, query); err != nil {
		return nil, false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.kept[query] != nil || len(s.kept) >= statementsKept {
		return stmt, true, nil
	}
	s.kept[query] = stmt
	return stmt, false, nil
}

func (s *statements) find(query string) *sql.Stmt {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.kept[query]
}

// close forgets the statements. database/sql does so by itself for those of a pool, but not for those of one connection.
func (s *statements) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, stmt := range s.kept {
		_ = stmt.Close() // it is of no more use either way
	}
	clear(s.kept)
}

// one runs to its end whatever becomes of ctx, once it has begun: for each statement that could be interrupted the driver
// starts a goroutine, which costs more than reading a row.
func (s *statements) one(ctx context.Context, query string, args []any, dest ...any) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	stmt, closeIt, err := s.get(ctx, query)
	if err != nil {
		return err
	}
	if closeIt {
		defer stmt.Close()
	}
	return stmt.QueryRowContext(ctx, args...).Scan(dest...)
}

func (s *statements) many(ctx context.Context, query string, args []any, each func(row rowScanner) error) error {
	stmt, closeIt, err := s.get(ctx, query)
	if err != nil {
		return err
	}
	if closeIt {
		defer stmt.Close()
	}
	rows, err := stmt.QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	return scanAll(rows, each)
}

// scanAll calls each for every row, and closes them.
func scanAll(rows *sql.Rows, each func(row rowScanner) error) error {
	defer rows.Close()
	for rows.Next() {
		if err := each(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (s *statements) exec(ctx context.Context, query string, args ...any) (int64, error) {
	stmt, closeIt, err := s.get(ctx, query)
	if err != nil {
		return 0, err
	}
	if closeIt {
		defer stmt.Close()
	}
	result, err := stmt.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (s *statements) snapshot(ctx context.Context, fn func(runner) error) error {
	tx, err := s.on.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	m := &moment{statements: s, tx: tx}
	defer m.end(ctx)
	return fn(m)
}

// moment runs statements in a transaction that reads. It holds a connection, so it waits for no other: one that is not
// prepared yet is prepared for this transaction alone, and for later ones when this has ended.
type moment struct {
	*statements
	tx     *sql.Tx
	missed []string
}

func (m *moment) end(ctx context.Context) {
	_ = m.tx.Rollback() // nothing was written
	for _, query := range m.missed {
		if stmt, closeIt, err := m.get(ctx, query); err == nil && closeIt {
			_ = stmt.Close()
		}
	}
}

// prepared returns the statement for the transaction, which closes it.
func (m *moment) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt := m.find(query); stmt != nil {
		return m.tx.StmtContext(ctx, stmt), nil
	}
	m.missed = append(m.missed, query)
	return m.tx.PrepareContext(ctx, query)
}

func (m *moment) one(ctx context.Context, query string, args []any, dest ...any) error {
	stmt, err := m.prepared(ctx, query)
	if err != nil {
		return err
	}
	return stmt.QueryRowContext(ctx, args...).Scan(dest...)
}

func (m *moment) many(ctx context.Context, query string, args []any, each func(row rowScanner) error) error {
	stmt, err := m.prepared(ctx, query)
	if err != nil {
		return err
	}
	rows, err := stmt.QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	return scanAll(rows, each)
}

func (m *moment) snapshot(_ context.Context, fn func(runner) error) error { return fn(m) }
