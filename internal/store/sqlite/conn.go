package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/driver"

	"example.org/rollcall/internal/store/engine"
)

// maxPrepared is the number of statements that a connection keeps prepared. The code has about sixty; a search has a text of its
// own for each number of terms.
const maxPrepared = 128

// conn is a connection to SQLite that keeps its statements prepared. It runs them past database/sql, which takes longer for a
// row than SQLite does; database/sql holds the connection meanwhile, and begins and ends transactions. One goroutine may use
// it at a time.
type conn struct {
	*sql.Conn
	raw      *sqlite3.Conn
	prepared map[string]*statement
}

type statement struct {
	*sqlite3.Stmt
	running bool
}

func openConn(ctx context.Context, db *sql.DB) (*conn, error) {
	c, err := db.Conn(ctx)
	if err != nil {
		return nil, plain(err)
	}
	opened := &conn{Conn: c, prepared: map[string]*statement{}}
	err = c.Raw(func(raw any) error {
		opened.raw = raw.(driver.Conn).Raw()
		return nil
	})
	return opened, err
}

// Close closes the statements and gives the connection back to its pool.
func (c *conn) Close() error {
	return errors.Join(c.closeStatements(), c.Conn.Close())
}

func (c *conn) closeStatements() error {
	var errs []error
	for _, s := range c.prepared {
		errs = append(errs, s.Close())
	}
	clear(c.prepared)
	return errors.Join(errs...)
}

// numbered rewrites $1 to ?1: SQLite takes the first for a name, and numbers names in the order in which they appear.
func numbered(query string) string {
	return strings.NewReplacer("$1", "?1", "$2", "?2", "$3", "?3", "$4", "?4", "$5", "?5", "$6", "?6", "$7", "?7", "$8", "?8", "$9", "?9").Replace(query)
}

func (c *conn) prepare(query string) (*statement, error) {
	s, tail, err := c.raw.PrepareFlags(numbered(query), sqlite3.PREPARE_PERSISTENT)
	if err == nil && (s == nil || strings.TrimSpace(tail) != "") {
		err = errors.Join(fmt.Errorf("not one statement: %s", query), s.Close())
	}
	return &statement{Stmt: s}, err
}

// begin returns a statement with its arguments, before its first row; end ends its run.
func (c *conn) begin(query string, args []any) (s *statement, err error) {
	s = c.prepared[query]
	if s == nil || s.running {
		if s, err = c.prepare(query); err != nil {
			return nil, err
		}
		if c.prepared[query] == nil && len(c.prepared) < maxPrepared {
			c.prepared[query] = s
		}
	}
	s.running = true
	if err := s.bind(args); err != nil {
		c.end(query, s)
		return nil, err
	}
	return s, nil
}

// end resets a statement. Its errors are those of the last step.
func (c *conn) end(query string, s *statement) {
	_ = s.Reset()
	_ = s.ClearBindings()
	s.running = false
	if c.prepared[query] != s {
		_ = s.Close()
	}
}

// QueryRow implements engine.Runner. It runs to its end once it has begun.
func (c *conn) QueryRow(ctx context.Context, query string, args []any, dest ...any) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s, err := c.begin(query, args)
	if err != nil {
		return err
	}
	defer c.end(query, s)
	switch {
	case s.Step():
		return s.Scan(dest...)
	case s.Err() != nil:
		return s.Err()
	}
	return sql.ErrNoRows
}

// Query implements engine.Runner. It ends with its context.
func (c *conn) Query(ctx context.Context, query string, args []any, each func(row engine.Row) error) error {
	s, err := c.begin(query, args)
	if err != nil {
		return err
	}
	defer c.end(query, s)
	defer c.raw.SetInterrupt(c.raw.SetInterrupt(ctx))
	for s.Step() {
		if err := each(s); err != nil {
			return err
		}
	}
	if s.Err() != nil && ctx.Err() != nil {
		return ctx.Err() // and not that the statement was interrupted
	}
	return s.Err()
}

// Exec implements engine.Runner. It runs to its end once it has begun.
func (c *conn) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	s, err := c.begin(query, args)
	if err != nil {
		return 0, err
	}
	defer c.end(query, s)
	if err := s.Stmt.Exec(); err != nil {
		return 0, err
	}
	return c.raw.Changes(), nil
}

// Snapshot implements engine.Runner.
func (c *conn) Snapshot(ctx context.Context, fn func(engine.Runner) error) error {
	if _, err := c.Exec(ctx, `BEGIN`); err != nil {
		return err
	}
	defer func() { _, _ = c.Exec(uncanceled(ctx), `ROLLBACK`) }() // nothing was written
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
