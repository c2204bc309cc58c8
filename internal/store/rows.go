package store

import (
	"errors"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/store/engine"
)

const (
	unreadable    = "the row cannot be read"
	wrongSearch   = "the search text does not match the row"
	wrongEmailKey = "email_key is not the key of its e-mail"
)

// RowCheck reads every row of a table as the use cases see it.
type RowCheck struct {
	Table string
	Query string
	// Read returns the key of a row and what is wrong with it, "" if nothing is.
	Read func(row engine.Row) (key, problem string)
}

// RowChecks lists the checks of the rows of every noun.
func RowChecks() []RowCheck {
	return []RowCheck{
		{"dealers", selectDealers, readDealer},
		{"api_keys", `SELECT ` + keyAndDealer + ` FROM api_keys`, readKey},
		{"users", `SELECT email_key, ` + userAndDealer + ` FROM users`, readUser},
		{"sessions", `SELECT ` + sessionColumns + ` FROM sessions`, readSession},
		{"sites", `SELECT dealer_id, search, ` + siteColumns + ` FROM sites`, readSite},
		{"contacts", `SELECT dealer_id, search, COALESCE(email_key, email), ` + contactColumns + ` FROM contacts`, readContact},
		{"validations", `SELECT ` + validationColumns + ` FROM validations`, readValidation},
		{"validation_events", selectEvents, readEvent},
		{"captured_messages", `SELECT ` + capturedColumns + ` FROM captured_messages`, readCaptured},
	}
}

// problemOf returns the problem of a row with a scan error, without the error itself, which may quote values of the row.
func problemOf(err error) string {
	if err != nil {
		return unreadable
	}
	return ""
}

func readDealer(row engine.Row) (key, problem string) {
	d, err := scanDealer(row)
	return string(d.ID), problemOf(err)
}

func readKey(row engine.Row) (key, problem string) {
	k, err := scanKey(row)
	return string(k.Dealer) + "/" + string(k.ID), problemOf(err)
}

func readUser(row engine.Row) (key, problem string) {
	var emailKey string
	var r userRow
	err := row.Scan(append([]any{&emailKey}, r.dest()...)...)
	u := r.user()
	if problem = problemOf(err); problem == "" && u.Email.Key() != emailKey {
		problem = wrongEmailKey
	}
	return string(u.Dealer) + "/" + string(u.ID), problem
}

func readSession(row engine.Row) (key, problem string) {
	s, err := scanSession(row)
	return string(s.Dealer) + "/" + string(s.User), problemOf(err)
}

func readSite(row engine.Row) (key, problem string) {
	var dealer, search string
	var s siteRow
	err := row.Scan(append([]any{&dealer, &search}, s.dest()...)...)
	site := s.site(rollcall.DealerID(dealer))
	if problem = problemOf(err); problem == "" && site.SearchText() != search {
		problem = wrongSearch
	}
	return dealer + "/" + string(site.ID), problem
}

func readContact(row engine.Row) (key, problem string) {
	var dealer, search, emailKey string
	var c contactRow
	err := row.Scan(append([]any{&dealer, &search, &emailKey}, c.dest()...)...)
	contact, unread := c.contact(rollcall.DealerID(dealer))
	problem = problemOf(errors.Join(err, unread))
	switch {
	case problem != "":
	case contact.SearchText() != search:
		problem = wrongSearch
	case contact.Email.Key() != emailKey:
		problem = wrongEmailKey
	}
	return dealer + "/" + string(contact.ID), problem
}

func readValidation(row engine.Row) (key, problem string) {
	v, err := scanValidation(row)
	return string(v.Dealer) + "/" + string(v.ID), problemOf(err)
}

func readCaptured(row engine.Row) (key, problem string) {
	m, err := scanCaptured(row)
	return string(m.Dealer) + "/" + string(m.Validation), problemOf(err)
}

func readEvent(row engine.Row) (key, problem string) {
	e, err := scanEvent(row)
	return string(e.Dealer) + "/" + string(e.Validation), problemOf(err)
}
