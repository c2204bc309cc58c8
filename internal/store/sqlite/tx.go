package sqlite

import (
	"context"
	"database/sql"
	sqldriver "database/sql/driver"

	"example.org/rollcall/internal/store/engine"
)

// transaction is the connection that writes, and the transaction that is open on it. Statements run in the transaction
// because they run on its connection; they cannot be canceled, since that would end the changes of others, too.
type transaction struct {
	*conn
	tx *sql.Tx
	// broken is the error after which nothing more may be done in the transaction: SQLite may have rolled it back by
	// itself, and the next statement would commit alone.
	broken error
}

func openTransaction(db *sql.DB) (*transaction, error) {
	c, err := openConn(context.Background(), db)
	if err != nil {
		return nil, err
	}
	return &transaction{conn: c}, nil
}

// begin begins a transaction by database/sql, since what another package writes in it needs a *sql.Tx. Its context never
// ends: database/sql would roll back, and later statements would commit one by one.
func (t *transaction) begin() (err error) {
	t.broken = nil
	t.tx, err = t.BeginTx(context.Background(), nil)
	return err
}

// discard closes the connection for good, and rolls back what is open on it.
func (t *transaction) discard() {
	if t.tx != nil {
		_ = t.tx.Rollback() // it may have ended
	}
	_ = t.closeStatements() // SQLite would keep the connection, and its locks, while it has any
	// Raw returns the error, and marks the connection as one that must not go back to the pool.
	_ = t.Raw(func(any) error { return sqldriver.ErrBadConn })
	_ = t.Close()
}

// run runs fn unless the transaction is broken, and remembers an error that breaks it.
func (t *transaction) run(fn func() error) error {
	if t.broken != nil {
		return t.broken
	}
	err := fn()
	if err != nil && t.broken == nil && lost(err) {
		t.broken = err
	}
	return err
}

// QueryRow implements engine.Tx.
func (t *transaction) QueryRow(ctx context.Context, query string, args []any, dest ...any) error {
	return t.run(func() error { return t.conn.QueryRow(uncanceled(ctx), query, args, dest...) })
}

// Query implements engine.Tx.
func (t *transaction) Query(ctx context.Context, query string, args []any, each func(row engine.Row) error) error {
	return t.run(func() error { return t.conn.Query(uncanceled(ctx), query, args, each) })
}

// Exec implements engine.Tx.
func (t *transaction) Exec(ctx context.Context, query string, args ...any) (n int64, err error) {
	err = t.run(func() error {
		n, err = t.conn.Exec(uncanceled(ctx), query, args...)
		return err
	})
	return n, err
}

// Snapshot implements engine.Tx.
func (t *transaction) Snapshot(_ context.Context, fn func(engine.Runner) error) error { return fn(t) }

// Join implements engine.Tx.
func (t *transaction) Join(ctx context.Context, fn func(ctx context.Context, tx *sql.Tx) error) error {
	return t.run(func() error { return fn(uncanceled(ctx), t.tx) })
}
