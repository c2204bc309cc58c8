package store

import "example.org/rollcall/internal/rollcall"

// orNotFound returns notFound if err says that there is no such row, and otherwise Failed of err.
func (r reader) orNotFound(err error, notFound *rollcall.Error) error {
	if r.NoRow(err) {
		return notFound
	}
	return r.Failed(err)
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

func userNotFound() *rollcall.Error {
	return missing(rollcall.UserNotFound, "user not found; list the dealer's users to find the right one")
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

// taken is the error for callers when a unique constraint is violated.
type taken struct {
	constraint string
	kind       rollcall.Kind
	field      string
	message    string
}

func (t *taken) error() error {
	if t.kind == rollcall.ValidationFailed {
		return rollcall.InvalidField(t.field, rollcall.CodeTaken, t.message)
	}
	return &rollcall.Error{Kind: t.kind, Message: t.message, Field: t.field}
}

// orTaken returns the error of the unique constraint that err violates, and otherwise Failed of err.
func (r reader) orTaken(err error, meanings []taken) error {
	if err == nil {
		return nil
	}
	if constraint := r.Unique(err); constraint != "" {
		for _, t := range meanings {
			if t.constraint == constraint {
				return t.error()
			}
		}
	}
	return r.Failed(err)
}
