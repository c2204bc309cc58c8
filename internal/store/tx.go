package store

import (
	"context"
	"database/sql"
	"database/sql/driver"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// session is the connection that writes, with its statements.
type session struct {
	*conn

	tx *sql.Tx
	// broken is the error after which nothing more may be done in the transaction: the engine may have rolled all of it
	// back by itself, and the next statement would then stand alone.
	broken error
	lost   func(error) bool
}

func openSession(ctx context.Context, db *sql.DB, d *dialect) (*session, error) {
	c, err := openConn(ctx, db)
	if err != nil {
		return nil, err
	}
	return &session{conn: c, lost: d.lost}, nil
}

// begin begins the transaction; the statements of the session run in it, since they run on its connection. It is begun by
// database/sql, because what another room writes in it needs a *sql.Tx.
func (s *session) begin() (err error) {
	s.broken = nil
	s.tx, err = s.BeginTx(context.Background(), nil)
	return err
}

// discard closes the connection for good, with whatever transaction is open on it.
func (s *session) discard() {
	if s.tx != nil {
		_ = s.tx.Rollback() // it may have ended
	}
	s.closeStatements() // SQLite would keep the connection, and its locks, for as long as it has any
	// Raw returns the error and marks the connection as one that must not go back to the pool.
	_ = s.Raw(func(any) error { return driver.ErrBadConn })
	_ = s.Close()
}

func (s *session) begun() *sql.Tx { return s.tx }
func (s *session) end() error     { return s.broken }

// note remembers an error that ends the transaction.
func (s *session) note(err error) error {
	if err != nil && s.broken == nil && s.lost(err) {
		s.broken = err
	}
	return err
}

func (s *session) QueryRow(ctx context.Context, query string, args []any, dest ...any) error {
	if s.broken != nil {
		return s.broken
	}
	return s.note(s.conn.QueryRow(uncancelled(ctx), query, args, dest...))
}

func (s *session) Query(ctx context.Context, query string, args []any, each func(row *sql.Rows) error) error {
	if s.broken != nil {
		return s.broken
	}
	return s.note(s.conn.Query(uncancelled(ctx), query, args, each))
}

func (s *session) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	if s.broken != nil {
		return 0, s.broken
	}
	n, err := s.conn.Exec(uncancelled(ctx), query, args...)
	return n, s.note(err)
}

func (s *session) Snapshot(_ context.Context, fn func(runner) error) error { return fn(s) }

// transaction implements rollcall.Tx for one change.
type transaction struct {
	reader
	session begun
	enqueue Enqueue
}

// orForeign returns notFound if err says that a foreign key has no row, and otherwise what failed makes of err.
func (t *transaction) orForeign(err error, notFound *rollcall.Error) error {
	if err != nil && t.foreign(err) {
		return notFound
	}
	return t.Failed(err)
}

// begun is the transaction that a session has begun.
type begun interface {
	// begun returns it for another room.
	begun() *sql.Tx
	// end returns the error after which nothing more may be done in it, nil where there was none.
	end() error
	// note remembers such an error, and returns it.
	note(err error) error
}

// Enqueue hands the job to the queue, in the transaction of the change.
func (t *transaction) Enqueue(ctx context.Context, j service.DeliverJob) error {
	if t.enqueue == nil {
		return &rollcall.Error{Kind: rollcall.Internal, Message: "this process has no queue; run the command of the server"}
	}
	if err := t.session.end(); err != nil {
		return t.Failed(err)
	}
	return t.Failed(t.session.note(t.enqueue(uncancelled(ctx), t.session.begun(), j)))
}
