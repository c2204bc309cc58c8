package store

import (
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/store/engine"
)

const (
	unreadable    = "the row cannot be read"
	wrongSearch   = "the search text does not match the row"
	wrongEmailKey = "email_key is not the key of its e-mail"
	wrongKey      = "value_key is not the key of its value"
	wrongPlaces   = "the places of its points are not 1, 2 and so on"
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
		{"contacts", selectWholeContacts, new(wholeContacts).read},
		{"validations", `SELECT ` + validationColumns + ` FROM validations`, readValidation},
		{"validation_events", selectEvents, readEvent},
		{"roll_calls", `SELECT ` + rollCallColumns + ` FROM roll_calls`, readRollCall},
		{"roll_call_items", `SELECT ` + itemColumns + ` FROM roll_call_items`, readItem},
		{"captured_messages", `SELECT ` + capturedColumns + ` FROM captured_messages`, readCaptured},
		{"imports", `SELECT ` + importColumns + ` FROM imports`, readImport},
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

const selectWholeContacts = `SELECT c.search, COALESCE(p.value_key, p.e164, p.value, ''), COUNT(*) OVER (PARTITION BY c.dealer_id, c.site_id, c.seq), ` +
	contactColumns + `, ` + pointColumns + ` FROM contacts c
	LEFT JOIN points p ON p.dealer_id = c.dealer_id AND p.site_id = c.site_id AND p.contact_seq = c.seq
	ORDER BY c.dealer_id, c.site_id, c.seq, p.place`

// wholeContacts reads contacts with all their points, each at the row of its last point.
type wholeContacts struct {
	rows    contactRows
	problem string // of an earlier row of the contact
	rest    int    // rows of the contact that are still to come
}

func (w *wholeContacts) read(row engine.Row) (key, problem string) {
	var search, valueKey string
	var n int
	var c contactRow
	var p pointRow
	err := row.Scan(append([]any{&search, &valueKey, &n}, append(c.dest(), p.dest()...)...)...)
	key = string(c.Dealer) + "/" + string(c.ID)
	if w.rest == 0 {
		*w = wholeContacts{rest: n}
	}
	w.rest--
	if err == nil {
		err = w.rows.join(&c, &p)
	}
	if err != nil {
		*w = wholeContacts{}
		return key, unreadable
	}
	contact, _ := w.rows.one()
	switch {
	case p.place != len(contact.Points) || p.place == 0:
		w.problem = wrongPlaces
	case p.E164 == "" && p.Key() != valueKey, p.E164 != "" && string(p.E164) != valueKey:
		w.problem = wrongKey
	case w.rest == 0 && contact.SearchText() != search:
		w.problem = wrongSearch
	}
	if w.rest > 0 {
		return key, ""
	}
	return key, w.problem
}

func readValidation(row engine.Row) (key, problem string) {
	v, err := scanValidation(row)
	return string(v.Dealer) + "/" + string(v.ID), problemOf(err)
}

func readRollCall(row engine.Row) (key, problem string) {
	r, err := scanRollCall(row)
	return string(r.Dealer) + "/" + string(r.ID), problemOf(err)
}

func readItem(row engine.Row) (key, problem string) {
	i, err := scanItem(row)
	return string(i.Dealer) + "/" + string(i.RollCall) + "/" + string(i.Point), problemOf(err)
}

func readCaptured(row engine.Row) (key, problem string) {
	m, err := scanCaptured(row)
	return string(m.Dealer) + "/" + string(m.Validation), problemOf(err)
}

func readImport(row engine.Row) (key, problem string) {
	i, err := scanImport(row)
	return string(i.Dealer) + "/" + string(i.ID), problemOf(err)
}

func readEvent(row engine.Row) (key, problem string) {
	e, err := scanEvent(row)
	return string(e.Dealer) + "/" + string(e.Validation), problemOf(err)
}
