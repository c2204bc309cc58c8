package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"log/slog"
	"math/rand/v2"
	"time"

	"example.org/rollcall/internal/store/engine"
)

const (
	updateTries = 8
	updatePause = 10 * time.Millisecond // before the second try; it doubles, to 1.3 s in all
	updateTime  = 30 * time.Second      // of one try, waiting for a turn included
)

// Update implements engine.Engine.
func (e *Engine) Update(ctx context.Context, dealer string, fn func(ctx context.Context, tx engine.Tx) error) error {
	if !e.enter() {
		return engine.Closed()
	}
	defer e.running.Done()
	pause := updatePause
	for try := 1; ; try++ {
		err := e.try(ctx, dealer, fn)
		if err != nil && lost(engine.Cause(err)) {
			e.suspect()
		}
		if err == nil || try == updateTries || !e.worthAgain(err) {
			return e.outcome(err)
		}
		wait := time.NewTimer(pause/2 + rand.N(pause))
		select {
		case <-wait.C:
		case <-ctx.Done():
			wait.Stop()
			return engine.Canceled(ctx.Err())
		case <-e.closing:
			wait.Stop()
			return engine.Closed()
		}
		pause *= 2
	}
}

// enter counts a change that runs. It returns false once Close was called.
func (e *Engine) enter() bool {
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
	return "the change may or may not be committed: " + u.cause.Error()
}
func (u *unknown) Unwrap() error { return u.cause }

// tooLate is the error of a change that did not end within updateTime. It would take as long again.
type tooLate struct{ cause error }

func (l *tooLate) Error() string { return "the change took too long: " + l.cause.Error() }
func (l *tooLate) Unwrap() error { return l.cause }

// orTooLate returns err, as *tooLate if our own deadline ended the change and not the one of the caller.
func orTooLate(err error, ours, callers context.Context) error {
	if err == nil || ours.Err() == nil || callers.Err() != nil {
		return err
	}
	return &tooLate{err}
}

func (e *Engine) worthAgain(err error) bool {
	var u *unknown
	var late *tooLate
	if errors.As(err, &u) || errors.As(err, &late) || refused(err) || timedOut(err) {
		return false
	}
	return errors.Is(err, engine.ErrConflict) || conflicted(err) || e.dialect.Lost(engine.Cause(err))
}

// ofChange is an error that the function of a change returned.
type ofChange struct{ error }

func (o *ofChange) Unwrap() error { return o.error }

func (e *Engine) outcome(err error) error {
	var u *unknown
	var own *ofChange
	var late *tooLate
	switch {
	case errors.As(err, &late):
		return engine.Unavailable("the change took too long and was rolled back; try again, with a smaller change if it is large", late)
	case errors.As(err, &own):
		return own.error
	case errors.As(err, &u):
		return engine.Unavailable("the connection to the database was lost during the commit, so the change may or may not be stored; "+
			"retry with the same Idempotency-Key, or read the record before you retry", u)
	}
	e.report(err)
	return e.dialect.Failed(err)
}

// report logs, once a minute, what an operator can do about an error that keeps changes from being written.
func (e *Engine) report(err error) {
	advice := ""
	if err != nil {
		advice = e.dialect.Advice(err)
	}
	if advice == "" || e.opts.Now == nil {
		return
	}
	minute := e.opts.Now().Unix() / 60
	if last := e.reported.Load(); last != minute && e.reported.CompareAndSwap(last, minute) {
		e.opts.Log.Error("a change could not be written", slog.String("error", err.Error()), slog.String("advice", advice))
	}
}

// try runs the change once. It returns the error of the driver if that ended the transaction, and otherwise the one of fn.
func (e *Engine) try(ctx context.Context, dealer string, fn func(ctx context.Context, tx engine.Tx) error) (err error) {
	db, source, err := e.primary()
	if err != nil {
		return err
	}
	waiting, stopWaiting := context.WithTimeout(ctx, e.timeout)
	defer stopWaiting()
	defer context.AfterFunc(source.lost, stopWaiting)()
	leave, err := e.turns.enter(waiting, dealer)
	if err != nil {
		return source.orNoPrimary(orTooLate(err, waiting, ctx))
	}
	defer leave()
	conn, err := db.Conn(waiting)
	if err != nil {
		return source.orNoPrimary(orTooLate(err, waiting, ctx))
	}
	defer func() {
		if err != nil && e.dialect.Lost(engine.Cause(err)) { // such as one to a former primary
			_ = conn.Raw(func(any) error { return driver.ErrBadConn })
		}
		_ = conn.Close()
	}()
	// A request that ends does not break the connection with it.
	inner, cancel := context.WithTimeout(context.WithoutCancel(ctx), e.timeout)
	defer cancel()
	defer context.AfterFunc(source.lost, cancel)()
	sqlTx, err := conn.BeginTx(inner, &sql.TxOptions{Isolation: sql.LevelReadCommitted}) // whatever the default of the database is
	if err != nil {
		return source.orNoPrimary(orTooLate(err, inner, context.Background()))
	}
	t := &transaction{tx: sqlTx}
	committed := false
	defer func() {
		if !committed {
			_ = sqlTx.Rollback() // also if fn panics; the connection may be closed
		}
	}()
	err = fn(inner, t)
	switch {
	case t.broken != nil && inner.Err() != nil:
		return source.orNoPrimary(&tooLate{t.broken})
	case t.broken != nil && (err == nil || e.worthAgain(t.broken)):
		return t.broken
	case err != nil:
		return &ofChange{err}
	case inner.Err() != nil:
		return source.orNoPrimary(&tooLate{inner.Err()})
	}
	return e.commit(sqlTx, &committed)
}

func (e *Engine) commit(tx *sql.Tx, committed *bool) error {
	*committed = true
	err := e.opts.Commit(1, tx.Commit)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sql.ErrTxDone): // database/sql rolled it back at the deadline
		return &tooLate{err}
	case e.dialect.Lost(err) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled):
		return &unknown{err}
	}
	return err
}
