package rollcall

import (
	"context"
	"slices"

	"example.org/rollcall/internal/rollcall/phone"
)

// SuppressionQuery chooses a page of suppressions. Its zero value chooses the first hundred.
type SuppressionQuery struct {
	Page, PerPage Field[int]
}

const (
	suppressionsPerPage    = 100
	maxSuppressionsPerPage = 500
)

// SuppressionResult is the result of CreateSuppression.
type SuppressionResult struct {
	Suppression Suppression
	Created     bool // false: there was one already
}

// Suppressions returns a page of the dealer's suppressions, the oldest first, and how many there are in all:
// InvalidRequest.
func (s *Service) Suppressions(ctx context.Context, who Caller, q SuppressionQuery) ([]Suppression, int, error) {
	if err := firstBadQuery(badCount("page", q.Page), badCount("per_page", q.PerPage)); err != nil {
		return nil, 0, err
	}
	perPage := min(q.PerPage.or(suppressionsPerPage), maxSuppressionsPerPage)
	return s.store.Suppressions(ctx, who.Dealer, page(q.Page.or(1), perPage))
}

// Suppression returns a suppression: SuppressionNotFound.
func (s *Service) Suppression(ctx context.Context, who Caller, id SuppressionID) (Suppression, error) {
	return s.store.Suppression(ctx, who.Dealer, id)
}

// CreateSuppression adds a number or an address to which the dealer may not send: ValidationFailed. The contacts of the
// dealer that can be reached there are opted out, as are those that come to be. A number without a country code is read in
// the dealer's country. One that is suppressed by hand already stays as it was.
func (s *Service) CreateSuppression(ctx context.Context, who Caller, in SuppressionInput) (SuppressionResult, error) {
	made := Suppression{Dealer: who.Dealer, ID: NewSuppressionID(), Reason: ReasonManual}
	if err := in.applyTo(&made).err(); err != nil {
		return SuppressionResult{}, err
	}
	var result SuppressionResult
	err := s.change(ctx, who, func(ctx context.Context, tx Tx) (any, error) {
		dealer, err := tx.LockDealer(ctx, who.Dealer) // so that two of the same value do not meet
		if err != nil {
			return nil, err
		}
		result, err = s.addSuppression(ctx, tx, who, made, made.dialed(&dealer))
		return result, err
	})
	return result, err
}

// dialed returns what messages go to that the suppression holds back.
func (p *Suppression) dialed(dealer *Dealer) string {
	if p.Point == PhonePoint {
		if number, _ := phone.Read(p.Value, dealer.Country); number != "" {
			return string(number)
		}
	}
	return p.Value
}

// addSuppression adds a suppression of what is dialed so, unless the dealer has it for the same reason.
func (s *Service) addSuppression(ctx context.Context, tx Tx, who Caller, made Suppression, dialed string) (SuppressionResult, error) {
	hashes := s.reachHashes(made.Point, dialed)
	there, err := tx.SuppressionsUnder(ctx, made.Dealer, hashes)
	if err != nil {
		return SuppressionResult{}, err
	}
	for _, p := range there {
		if p.Reason == made.Reason {
			return SuppressionResult{Suppression: p}, nil
		}
	}
	contacts, err := tx.ContactsAt(ctx, made.Dealer, made.Point, dialed)
	if err != nil {
		return SuppressionResult{}, err
	}
	made.Hash, made.Created = hashes[0], s.now()
	if err := tx.InsertSuppression(ctx, made); err != nil {
		return SuppressionResult{}, err
	}
	if err := s.writeThrough(ctx, tx, who, contacts, made.Point); err != nil {
		return SuppressionResult{}, err
	}
	line := AuditLine{Action: "suppression.created", Subject: string(made.ID), At: made.Created}
	return SuppressionResult{Suppression: made, Created: true}, s.record(ctx, tx, who, line, changes(nil, made.auditFields()))
}

// DeleteSuppression removes a suppression of the dealer's own: SuppressionNotFound, and SuppressionKept where it is the
// person's word. An operator, who has no key, may also end an unsubscription, for somebody who asks for it in another way.
// Contacts who are not opted out for another reason are unconfirmed then.
func (s *Service) DeleteSuppression(ctx context.Context, who Caller, id SuppressionID) error {
	return s.change(ctx, who, func(ctx context.Context, tx Tx) (any, error) {
		p, err := tx.LockSuppression(ctx, who.Dealer, id)
		if err != nil {
			return nil, err
		}
		if p.Reason == ReasonStop || p.Reason == ReasonUnsubscribe && who.Key != "" {
			return nil, &Error{
				Kind:    SuppressionKept,
				Message: "the person asked for this, and only the person can end it: by texting START to the number that the messages come from, or by a yes on the page behind a link",
			}
		}
		return nil, s.dropSuppression(ctx, tx, who, p)
	})
}

func (s *Service) dropSuppression(ctx context.Context, tx Tx, who Caller, p Suppression) error {
	var contacts []Contact
	if p.Value != "" {
		dealer, err := tx.Dealer(ctx, p.Dealer)
		if err != nil {
			return err
		}
		if contacts, err = tx.ContactsAt(ctx, p.Dealer, p.Point, p.dialed(&dealer)); err != nil {
			return err
		}
	}
	if err := tx.DeleteSuppressions(ctx, p.Dealer, p.Reason, []Hash{p.Hash}); err != nil {
		return err
	}
	if err := s.writeThrough(ctx, tx, who, contacts, p.Point); err != nil {
		return err
	}
	line := AuditLine{Action: "suppression.deleted", Subject: string(p.ID)}
	return s.record(ctx, tx, who, line, changes(p.auditFields(), nil))
}

// writeThrough gives contacts, which are locked, the state that suppressions ask for, and writes a line where it is another.
func (s *Service) writeThrough(ctx context.Context, tx Tx, who Caller, contacts []Contact, p Point) error {
	before := slices.Clone(contacts)
	for i := range contacts {
		c := &contacts[i]
		if err := s.heedSuppressions(ctx, tx, c, p); err != nil {
			return err
		}
		if *c == before[i] {
			continue
		}
		c.StateVersion++
		as := who
		as.Dealer = c.Dealer
		if c.state(p).Status == PointOptedOut {
			if err := s.cancelOpen(ctx, tx, as, c, p, becauseOptedOut); err != nil {
				return err
			}
		}
		if err := tx.UpdateContact(ctx, *c); err != nil {
			return err
		}
	}
	for i := range contacts { // the heads of chains are locked after all contacts
		c, old := &contacts[i], &before[i]
		if *c == *old {
			continue
		}
		as, action := who, "contact.opted_in"
		as.Dealer = c.Dealer
		if c.state(p).Status == PointOptedOut {
			action = "contact.opted_out"
		}
		if err := s.recordContact(ctx, tx, as, action, old, c); err != nil {
			return err
		}
	}
	return nil
}

// heedSuppressions makes the points of a contact opted out where their value is suppressed, and unconfirmed where it no
// longer is.
func (s *Service) heedSuppressions(ctx context.Context, tx Tx, c *Contact, points ...Point) error {
	var asked []Hash
	for _, p := range points {
		if value := c.value(p); value != "" {
			asked = append(asked, s.reachHashes(p, value)...)
		}
	}
	var blocks []Block
	if len(asked) > 0 {
		var err error
		if blocks, err = tx.Blocked(ctx, c.Dealer, asked); err != nil {
			return err
		}
	}
	for _, p := range points {
		state := c.state(p)
		blocked, own := false, false
		if len(blocks) > 0 && c.value(p) != "" {
			blocked, own = among(blocks, s.reachHashes(p, c.value(p)))
		}
		switch {
		case blocked && own && state.Status == PointDeclined: // which says more, and holds as well
		case blocked && !own: // the person said STOP to another dealer before: now this one may know
			if err := tx.InsertSuppression(ctx, s.stopped(c.Dealer, p, c.value(p))); err != nil {
				return err
			}
			if state.Status != PointDeclined {
				*state = PointState{Status: PointOptedOut, Method: state.Method}
			}
		case blocked && state.Status != PointOptedOut:
			*state = PointState{Status: PointOptedOut, Method: state.Method}
		case !blocked && state.Status == PointOptedOut:
			*state = PointState{Status: PointUnconfirmed}
		}
	}
	return nil
}

// stopped is the suppression by which a dealer knows that the person said STOP.
func (s *Service) stopped(dealer DealerID, p Point, value string) Suppression {
	return Suppression{
		Dealer: dealer, ID: NewSuppressionID(), Point: p, Value: value, Hash: s.reachHashes(p, value)[0], Reason: ReasonStop, Created: s.now(),
	}
}

// optOut keeps everybody from sending to a number or an address, and reports whether that is new.
func (s *Service) optOut(ctx context.Context, tx Tx, p Point, value string) (fresh bool, err error) {
	hashes := s.reachHashes(p, value)
	blocks, err := tx.Blocked(ctx, "", hashes)
	if err != nil || len(blocks) > 0 {
		return false, err
	}
	contacts, err := tx.ContactsAt(ctx, "", p, value)
	if err != nil {
		return false, err
	}
	if err := tx.PutOptOut(ctx, hashes[0], s.now()); err != nil {
		return false, err
	}
	return true, s.writeThrough(ctx, tx, person(""), contacts, p)
}

// optIn ends optOut, and reports whether there was one.
func (s *Service) optIn(ctx context.Context, tx Tx, p Point, value string) (was bool, err error) {
	hashes := s.reachHashes(p, value)
	blocks, err := tx.Blocked(ctx, "", hashes)
	if err != nil || len(blocks) == 0 {
		return false, err
	}
	contacts, err := tx.ContactsAt(ctx, "", p, value)
	if err != nil {
		return false, err
	}
	if err := tx.DeleteOptOuts(ctx, hashes); err != nil {
		return false, err
	}
	if err := tx.DeleteSuppressions(ctx, "", ReasonStop, hashes); err != nil {
		return false, err
	}
	return true, s.writeThrough(ctx, tx, person(""), contacts, p)
}

// forgetValues takes what a contact could be reached at out of the dealer's suppressions, which hold all the same, and out
// of stored answers.
func (s *Service) forgetValues(ctx context.Context, tx Tx, dealer DealerID, values map[Point][]string) error {
	hashes := s.hashesOf(values)
	if err := tx.BlankSuppressions(ctx, dealer, hashes); err != nil {
		return err
	}
	return tx.EraseAnswersWith(ctx, dealer, hashes)
}

func (s *Service) hashesOf(values map[Point][]string) (hashes []Hash) {
	for _, p := range Points() {
		for _, value := range values[p] {
			hashes = append(hashes, s.reachHashes(p, value)...)
		}
	}
	return hashes
}
