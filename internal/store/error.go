package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"example.org/rollcall/internal/rollcall"
)

const retryAfter = time.Second

// closedPool is the text of an error that database/sql does not export.
const closedPool = "sql: database is closed"

// failed returns what a caller may see of an error of the driver: Unavailable where the database cannot be used now or
// the context ended, else Internal. Its cause is for the log; the drivers' texts name tables, columns and constraints,
// never a value. An error of rollcall passes as it is.
func (d *dialect) Failed(err error) error {
	var known *rollcall.Error
	if err != nil && d.onDamage != nil && d.damaged(err) {
		d.onDamage(err)
	}
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return err
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return gaveUp(err)
	case d.lost(err), errors.Is(err, sql.ErrConnDone), err.Error() == closedPool, errors.Is(err, errAgain), metAnother(err):
		return unavailable("the database cannot be used now; try again", err)
	case d.badText != nil && d.badText(err):
		return &rollcall.Error{
			Kind: rollcall.InvalidRequest, Message: "a text holds U+0000, which cannot be kept; leave it out", Cause: err,
		}
	}
	return &rollcall.Error{
		Kind:    rollcall.Internal,
		Message: rollcall.InternalMessage,
		Cause:   err,
	}
}

func unavailable(message string, cause error) error {
	return &rollcall.Error{Kind: rollcall.Unavailable, Message: message, RetryAfter: retryAfter, Cause: cause}
}

// gaveUp is the error of a request that ended before its turn came.
func gaveUp(cause error) error {
	return unavailable("the request ended before the database came to it; nothing has changed", cause)
}

// noRow reports whether an error says that there is no such row.
func (d *dialect) noRow(err error) bool {
	return errors.Is(err, sql.ErrNoRows) || err != nil && d.badText != nil && d.badText(err)
}

// orNotFound returns the not-found error where a statement found no row, else what failed makes of its error.
func (d *dialect) orNotFound(err error, notFound *rollcall.Error) error {
	if d.noRow(err) {
		return notFound
	}
	return d.Failed(err)
}

func missing(kind rollcall.Kind, message string) *rollcall.Error {
	return &rollcall.Error{Kind: kind, Message: message}
}

func dealerNotFound() *rollcall.Error {
	return missing(rollcall.DealerNotFound, "dealer not found; list the dealers to find the right one")
}

func keyNotFound() *rollcall.Error {
	return missing(rollcall.KeyNotFound, "key not found; list the dealer's keys to find the right one")
}

func siteNotFound() *rollcall.Error {
	return missing(rollcall.SiteNotFound, "site not found; list the sites to find the right one")
}

func contactNotFound() *rollcall.Error {
	return missing(rollcall.ContactNotFound, "contact not found; list the contacts of the site, or restore the contact if it was deleted")
}

func suppressionNotFound() *rollcall.Error {
	return missing(rollcall.SuppressionNotFound, "suppression not found; list the suppressions to find the right one")
}

func validationNotFound() *rollcall.Error {
	return missing(rollcall.ValidationNotFound, "validation not found; its contact may have been deleted")
}

// taken is what a broken unique constraint means to a caller.
type taken struct {
	constraint string
	kind       rollcall.Kind
	field      string
	message    string
}

func (t *taken) error() error {
	return &rollcall.Error{Kind: t.kind, Message: t.message, Field: t.field}
}

// orTaken returns the error of the constraint that was broken, else what failed makes of it.
func (d *dialect) orTaken(err error, meanings []taken) error {
	if err == nil {
		return nil
	}
	if constraint := d.unique(err); constraint != "" {
		for _, t := range meanings {
			if t.constraint == constraint {
				return t.error()
			}
		}
	}
	return d.Failed(err)
}
