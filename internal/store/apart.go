package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// apart reads a database file beside whoever else uses it, on one connection that cannot change anything.
type apart struct {
	reader
	path string
	pool *sql.DB
	conn *conn
}

// openApart opens a file that is there. What keeps it from writing is a setting of the connection: of a file that is
// opened as read-only SQLite does not check the CHECK constraints, and leaves an empty log behind. Its error is for an
// operator.
func openApart(ctx context.Context, path string) (*apart, error) {
	d := sqliteDialect()
	source, err := d.source(path, toRead)
	if err != nil {
		return nil, err
	}
	pool, err := sql.Open(d.driver, source)
	if err != nil {
		return nil, err
	}
	a := &apart{path: path, pool: pool}
	if a.conn, err = openConn(ctx, pool); err != nil {
		return nil, errors.Join(explain(d, path, err), pool.Close())
	}
	a.reader = reader{run: a.conn, dialect: d}
	return a, nil
}

// moment calls fn while all that is read is of one moment.
func (a *apart) moment(ctx context.Context, fn func() error) error {
	tx, err := a.conn.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return explain(a.dialect, a.path, err)
	}
	defer tx.Rollback() // nothing was written
	if err := a.isOurs(ctx); err != nil {
		return err
	}
	return fn()
}

// isOurs returns an error for an operator where the file is no database of Rollcall, or one that this program cannot read.
func (a *apart) isOurs(ctx context.Context) error {
	version, err := a.Version(ctx) // the first statement: the moment begins here
	if err == nil && version == 0 {
		return fmt.Errorf("%s is not a database of Rollcall, or an empty one", a.path)
	}
	if err == nil {
		err = a.checkOldest(ctx)
	}
	if err != nil {
		return explain(a.dialect, a.path, err)
	}
	return nil
}

func (a *apart) close() error {
	return errors.Join(a.conn.Close(), a.pool.Close())
}

// Contents says how much a database holds.
type Contents struct {
	Level       int64 // the newest migration that it has
	Dealers     int64
	Sites       int64
	Contacts    int64
	Validations int64
}

const countAll = `SELECT (SELECT COUNT(*) FROM dealers), (SELECT COUNT(*) FROM sites), (SELECT COUNT(*) FROM contacts),
	(SELECT COUNT(*) FROM validations)`

func (r reader) contents(ctx context.Context) (c Contents, err error) {
	if c.Level, err = r.Version(ctx); err != nil {
		return c, err
	}
	return c, r.run.QueryRow(ctx, countAll, nil, &c.Dealers, &c.Sites, &c.Contacts, &c.Validations)
}
