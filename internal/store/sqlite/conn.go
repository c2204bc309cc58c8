package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"example.org/rollcall/internal/store/engine"
)

// statementsKept is how many statements a connection keeps prepared. The code has about sixty; a search has a text of its
// own for each number of terms.
const statementsKept = 128

// conn is a connection to SQLite that keeps its statements prepared: parsing and planning one takes longer than running it.
// One goroutine may use it at a time.
type conn struct {
	*sql.Conn
	kept map[string]*statement
}

type statement struct {
	*sql.Stmt
	running bool
}

func openConn(ctx context.Context, db *sql.DB) (*conn, error) {
	c, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &conn{Conn: c, kept: map[string]*statement{}}, nil
}

// Close closes the statements and gives the connection back to its pool.
func (c *conn) Close() error {
	return errors.Join(c.closeStatements(), c.Conn.Close())
}

func (c *conn) closeStatements() error {
	var errs []error
	for _, s := range c.kept {
		errs = append(errs, s.Close())
	}
	clear(c.kept)
	return errors.Join(errs...)
}

// numbered rewrites $1 to ?1: SQLite counts the first as a name, and numbers names in the order in which they appear.
func numbered(query string) string {
	return strings.NewReplacer("$1", "?1", "$2", "?2", "$3", "?3", "$4", "?4", "$5", "?5", "$6", "?6", "$7", "?7", "$8", "?8", "$9", "?9").Replace(query)
}

// prepare returns a prepared statement that is not running, and the function to call after its run.
func (c *conn) prepare(ctx context.Context, query string) (*sql.Stmt, func(), error) {
	s := c.kept[query]
	if s == nil || s.running {
		stmt, err := c.PrepareContext(ctx, numbered(query))
		if err != nil {
			return nil, nil, err
		}
		if s != nil || len(c.kept) >= statementsKept {
			return stmt, func() { _ = stmt.Close() }, nil // nothing is lost if that fails
		}
		s = &statement{Stmt: stmt}
		c.kept[query] = s
	}
	s.running = true
	return s.Stmt, func() { s.running = false }, nil
}

// QueryRow implements engine.Runner. It runs to its end once it has begun: to watch a context costs more than to read a row.
func (c *conn) QueryRow(ctx context.Context, query string, args []any, dest ...any) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	ctx = uncanceled(ctx)
	s, done, err := c.prepare(ctx, query)
	if err != nil {
		return err
	}
	defer done()
	return s.QueryRowContext(ctx, args...).Scan(dest...)
}

// Query implements engine.Runner.
func (c *conn) Query(ctx context.Context, query string, args []any, each func(rows *sql.Rows) error) error {
	s, done, err := c.prepare(ctx, query)
	if err != nil {
		return err
	}
	defer done()
	rows, err := s.QueryContext(ctx, args...) //nolint:rowserrcheck // ScanAll reads it
	if err != nil {
		return err
	}
	if err = engine.ScanAll(rows, each); err != nil && ctx.Err() != nil {
		return ctx.Err() // and not that the statement was interrupted
	}
	return err
}

// Exec implements engine.Runner.
func (c *conn) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	s, done, err := c.prepare(ctx, query)
	if err != nil {
		return 0, err
	}
	defer done()
	result, err := s.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// Snapshot implements engine.Runner.
func (c *conn) Snapshot(ctx context.Context, fn func(engine.Runner) error) error {
	ctx = uncanceled(ctx)
	if _, err := c.Exec(ctx, `BEGIN`); err != nil {
		return err
	}
	defer func() { _, _ = c.Exec(ctx, `ROLLBACK`) }() // nothing was written
	return fn(inSnapshot{c})
}

// inSnapshot runs statements in the snapshot that its connection has begun.
type inSnapshot struct{ *conn }

// Snapshot implements engine.Runner.
func (s inSnapshot) Snapshot(_ context.Context, fn func(engine.Runner) error) error { return fn(s) }

// uncanceled returns a context that is never canceled.
func uncanceled(ctx context.Context) context.Context {
	if ctx.Done() == nil {
		return ctx
	}
	return context.WithoutCancel(ctx)
}
