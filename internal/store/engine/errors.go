package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"example.org/rollcall/internal/rollcall"
)

const retryAfter = time.Second

// closedPool is the text of an error that database/sql does not export.
const closedPool = "sql: database is closed"

// ErrConflict is the cause of a change that conflicts with a concurrent one. Update runs it again if the engine can.
var ErrConflict = errors.New("a concurrent change came first")

// Failed returns the error for callers of an error of the driver: Unavailable if the database cannot be used now or the
// context ended, otherwise Internal. Its cause is for the log: texts of drivers name tables, columns and constraints, never a
// value. A *rollcall.Error is returned unchanged.
func (d *Dialect) Failed(err error) error {
	if err == nil {
		return nil
	}
	if d.OnDamage != nil && d.Damaged(err) {
		d.OnDamage(err)
	}
	var known *rollcall.Error
	switch {
	case errors.As(err, &known):
		return err
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return Canceled(err)
	case d.Lost(err), errors.Is(err, sql.ErrConnDone), err.Error() == closedPool, errors.Is(err, ErrConflict), d.Retriable(err):
		return Unavailable("the database cannot be used now; try again", err)
	case d.BadText(err):
		return &rollcall.Error{
			Kind: rollcall.InvalidRequest, Message: "a text contains U+0000, which cannot be stored; remove it", Cause: err,
		}
	}
	return &rollcall.Error{Kind: rollcall.Internal, Message: rollcall.InternalMessage, Cause: err}
}

// NoRow reports whether err says that there is no such row.
func (d *Dialect) NoRow(err error) bool {
	return err != nil && (errors.Is(err, sql.ErrNoRows) || d.BadText(err))
}

// Unavailable returns an error that asks the caller to retry.
func Unavailable(message string, cause error) error {
	return &rollcall.Error{Kind: rollcall.Unavailable, Message: message, RetryAfter: retryAfter, Cause: cause}
}

// Canceled returns the error of a request that ended before its change began.
func Canceled(cause error) error {
	return Unavailable("the request ended before the database processed it; nothing was changed", cause)
}

// Closed returns the error of a change while the database is being closed.
func Closed() error { return Unavailable("the server is stopping; try again", nil) }

// OperatorError is an error for an operator that needs no explanation.
type OperatorError struct{ Text string }

// Error returns the text.
func (e *OperatorError) Error() string { return e.Text }

// Explain returns the error for an operator when the database of this name cannot be opened.
func Explain(d *Dialect, name string, err error) error {
	var plain *OperatorError
	if errors.As(err, &plain) {
		return err
	}
	var known *rollcall.Error
	if errors.As(err, &known) && known.Cause == nil {
		return errors.New(known.Message)
	}
	err = Cause(err)
	if d.Damaged(err) {
		return fmt.Errorf("%s is damaged or not a database of Rollcall; restore a backup, or choose another folder: %w", name, err)
	}
	if advice := d.Advice(err); advice != "" {
		return fmt.Errorf("%s cannot be opened: %s: %w", name, advice, err)
	}
	return fmt.Errorf("%s cannot be opened: %w", name, err)
}

// WithAdvice returns the cause of err, preceded by what an operator can do about it. Of a *rollcall.Error without a cause it
// returns the message.
func WithAdvice(d *Dialect, err error) error {
	var known *rollcall.Error
	if errors.As(err, &known) && known.Cause == nil {
		return errors.New(known.Message)
	}
	err = Cause(err)
	if advice := d.Advice(err); advice != "" {
		return fmt.Errorf("%s: %w", advice, err)
	}
	return err
}

// Cause returns the cause of a *rollcall.Error, since its message is for callers and not for an operator. Any other error, and
// one without a cause, is returned unchanged.
func Cause(err error) error {
	var known *rollcall.Error
	if errors.As(err, &known) && known.Cause != nil {
		return known.Cause
	}
	return err
}
