package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

const (
	updateTries = 8
	updatePause = 10 * time.Millisecond // before the second try; it doubles, to 1.3 s in all
	updateTime  = 30 * time.Second      // of one try, waiting for a turn included
)

// errAgain says that a change met another one, and may well succeed when it is made again.
var errAgain = errors.New("another change came between")

// update runs fn in a transaction of its own. It runs again where it met another change, or where the connection was lost
// before the transaction was to be committed, so that nothing of it can have been applied. Where it was lost after that,
// nobody knows, and the caller is told so.
func (e *postgres) update(ctx context.Context, dealer rollcall.DealerID, fn func(ctx context.Context, tx service.Tx) error) error {
	if !e.enter() {
		return closed()
	}
	defer e.running.Done()
	pause := updatePause
	for try := 1; ; try++ {
		err := e.try(ctx, dealer, fn)
		if err == nil || try == updateTries || !e.worthAgain(err) {
			return e.outcome(err)
		}
		wait := time.NewTimer(pause/2 + rand.N(pause))
		select {
		case <-wait.C:
		case <-ctx.Done():
			wait.Stop()
			return gaveUp(ctx.Err())
		case <-e.closing:
			wait.Stop()
			return closed()
		}
		pause *= 2
	}
}

// enter counts one more change that runs, unless close waits for the others already.
func (e *postgres) enter() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	select {
	case <-e.closing:
		return false
	default:
	}
	e.running.Add(1)
	return true
}

// unknown is the error of a transaction that may or may not have been committed.
type unknown struct{ cause error }

func (u *unknown) Error() string {
	return "it is not known whether the change was kept: " + u.cause.Error()
}
func (u *unknown) Unwrap() error { return u.cause }

// tooLate is the error of a change that did not end within updateTime: made again, it would take as long.
type tooLate struct{ cause error }

func (l *tooLate) Error() string { return "the change took too long: " + l.cause.Error() }
func (l *tooLate) Unwrap() error { return l.cause }

// orTooLate returns err, as *tooLate where our own deadline ended the change, and not the caller's nor a lost connection.
func orTooLate(err error, ours, callers context.Context) error {
	if err == nil || ours.Err() == nil || callers.Err() != nil {
		return err
	}
	return &tooLate{err}
}

func (e *postgres) worthAgain(err error) bool {
	var u *unknown
	var late *tooLate
	if errors.As(err, &u) || errors.As(err, &late) || refuses(err) || tookTooLong(err) {
		return false
	}
	return errors.Is(err, errAgain) || metAnother(err) || e.lost(forOperator(err))
}

// ofChange is an error that the function of a change returned.
type ofChange struct{ error }

func (o *ofChange) Unwrap() error { return o.error }

func (e *postgres) outcome(err error) error {
	var u *unknown
	var own *ofChange
	var late *tooLate
	switch {
	case errors.As(err, &late):
		return unavailable("the change took too long, and was not made; try again, with less at once if it is large", late)
	case errors.As(err, &own):
		return own.error
	case errors.As(err, &u):
		return unavailable("the database went away just then, and whether the change was kept is not known; "+
			"send it again under the same Idempotency-Key, or look before you do", u)
	}
	e.tell(err)
	return e.Failed(err)
}

// tell says in the log, once a minute, what an operator can do about what keeps changes from being written.
func (e *postgres) tell(err error) {
	advice := ""
	if err != nil {
		advice = e.advice(err)
	}
	if advice == "" || e.opts.Now == nil {
		return
	}
	minute := e.opts.Now().Unix() / 60
	if last := e.told.Load(); last != minute && e.told.CompareAndSwap(last, minute) {
		e.log.Error("a change could not be written", slog.String("error", err.Error()), slog.String("advice", advice))
	}
}

// try makes the change once. What it returns is the error of the driver where that ended the transaction, and otherwise
// that of fn.
func (e *postgres) try(ctx context.Context, dealer rollcall.DealerID, fn func(ctx context.Context, tx service.Tx) error) (err error) {
	waiting, stopWaiting := context.WithTimeout(ctx, e.patience)
	defer stopWaiting()
	leave, err := e.turns.enter(waiting, dealer)
	if err != nil {
		return orTooLate(err, waiting, ctx)
	}
	defer leave()
	conn, err := e.db.Conn(waiting)
	if err != nil {
		return orTooLate(err, waiting, ctx)
	}
	defer func() {
		if err != nil && e.lost(forOperator(err)) { // such as one to a server that is no primary any more
			_ = conn.Raw(func(any) error { return driver.ErrBadConn })
		}
		_ = conn.Close()
	}()
	// A request that ends does not break the connection with it.
	inner, cancel := context.WithTimeout(context.WithoutCancel(ctx), e.patience)
	defer cancel()
	sqlTx, err := conn.BeginTx(inner, nil)
	if err != nil {
		return orTooLate(err, inner, context.Background())
	}
	s := &pgSession{tx: sqlTx}
	committed := false
	defer func() {
		if !committed {
			_ = sqlTx.Rollback() // also where fn panics; the connection may be gone
		}
	}()
	err = fn(inner, &transaction{reader: reader{run: s, dialect: e.dialect}, session: s, enqueue: e.enqueue})
	switch {
	case s.broken != nil && inner.Err() != nil:
		return &tooLate{s.broken}
	case s.broken != nil && (err == nil || e.worthAgain(s.broken)):
		return s.broken
	case err != nil:
		return &ofChange{err}
	case inner.Err() != nil:
		return &tooLate{inner.Err()}
	}
	return e.commit(sqlTx, &committed)
}

func (e *postgres) commit(tx *sql.Tx, committed *bool) error {
	var start time.Time
	if e.opts.Committed != nil {
		start = e.opts.Now()
	}
	*committed = true
	if err := tx.Commit(); err != nil {
		if errors.Is(err, sql.ErrTxDone) { // database/sql took it back at the deadline
			return &tooLate{err}
		}
		if e.lost(err) || errors.Is(err, context.DeadlineExceeded) {
			return &unknown{err}
		}
		return err
	}
	if e.opts.Committed != nil {
		e.opts.Committed(1, e.opts.Now().Sub(start))
	}
	return nil
}

// direct runs statements as text: the driver keeps each prepared on every connection.
type direct struct {
	on interface {
		QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
		QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
		ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	}
	*dialect
}

const readTries = 3

// reading runs a read again where the connection was lost: it has changed nothing.
func (d *direct) reading(ctx context.Context, read func() error) error {
	for try := 1; ; try++ {
		err := read()
		_, alone := d.on.(*sql.DB) // and not within a snapshot, which ends with its connection
		if err == nil || !alone || try == readTries || ctx.Err() != nil || !d.lost(err) || refuses(err) || tookTooLong(err) {
			return err
		}
	}
}

func (d *direct) QueryRow(ctx context.Context, query string, args []any, dest ...any) error {
	return d.reading(ctx, func() error {
		return d.on.QueryRowContext(ctx, query, args...).Scan(dest...)
	})
}

func (d *direct) Query(ctx context.Context, query string, args []any, each func(row *sql.Rows) error) error {
	begun := false
	err := d.reading(ctx, func() error {
		rows, err := d.on.QueryContext(ctx, query, args...)
		if err != nil {
			return err
		}
		err = scanAll(rows, func(row *sql.Rows) error {
			begun = true
			return each(row)
		})
		if rows.Err() != nil && begun {
			return fmt.Errorf("%w: %w", errCut, err) // what was read cannot be unread
		}
		return err
	})
	return err
}

// errCut marks an error in the middle of an answer, for which reading must not begin again.
var errCut = errors.New("the answer of the database was cut off")

func (d *direct) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	result, err := d.on.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (d *direct) Snapshot(ctx context.Context, fn func(runner) error) error {
	db, ok := d.on.(*sql.DB)
	if !ok {
		return fn(d)
	}
	tx, err := db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return err
	}
	defer tx.Rollback() // nothing was written
	return fn(&direct{on: tx, dialect: d.dialect})
}
