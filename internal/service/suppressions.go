package service

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"slices"
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
	"example.org/rollcall/internal/rollcall/mail"
	"example.org/rollcall/internal/rollcall/phone"
)

// suppressionReader reads suppressions and opt-outs.
type suppressionReader interface {
	// Suppression returns a suppression: SuppressionNotFound.
	Suppression(ctx context.Context, dealer rollcall.DealerID, id rollcall.SuppressionID) (rollcall.Suppression, error)
	// Suppressions returns the page of the dealer's suppressions, the oldest first, and how many there are in all.
	Suppressions(ctx context.Context, dealer rollcall.DealerID, page Page) ([]rollcall.Suppression, int, error)
	// SuppressionsByHash returns the suppressions of the dealer under the hashes, the oldest first.
	SuppressionsByHash(ctx context.Context, dealer rollcall.DealerID, hashes []rollcall.Hash) ([]rollcall.Suppression, error)
}

// suppressionWriter changes suppressions and opt-outs in a transaction.
type suppressionWriter interface {
	// Blocked returns which of the hashes are among the opt-outs of the server, or under which the dealer has a suppression.
	Blocked(ctx context.Context, dealer rollcall.DealerID, hashes []rollcall.Hash) ([]rollcall.Block, error)
	// InsertSuppression adds a suppression; where the dealer has one of the same hash and reason, that stays as it is.
	InsertSuppression(ctx context.Context, s rollcall.Suppression) error
	// LockSuppression returns a suppression: SuppressionNotFound.
	LockSuppression(ctx context.Context, dealer rollcall.DealerID, id rollcall.SuppressionID) (rollcall.Suppression, error)
	// DeleteSuppressions removes the suppressions of a reason under the hashes; those of one dealer, or of every dealer where
	// dealer is empty.
	DeleteSuppressions(ctx context.Context, dealer rollcall.DealerID, reason rollcall.SuppressionReason, hashes []rollcall.Hash) error
	// EraseSuppressionValues takes the values out of the dealer's suppressions under the hashes. Their hashes stay.
	EraseSuppressionValues(ctx context.Context, dealer rollcall.DealerID, hashes []rollcall.Hash) error
	// PutOptOut notes that nobody may send to what has the hash.
	PutOptOut(ctx context.Context, hash rollcall.Hash, at time.Time) error
	// DeleteOptOuts ends that for each of the hashes.
	DeleteOptOuts(ctx context.Context, hashes []rollcall.Hash) error
}

// SuppressionQuery chooses a page of suppressions. Its zero value chooses the first hundred.
type SuppressionQuery struct {
	Page, PerPage rollcall.Field[int]
}

const (
	suppressionsPerPage    = 100
	maxSuppressionsPerPage = 500
)

// CreateSuppressionResult is the result of CreateSuppression.
type CreateSuppressionResult struct {
	Suppression rollcall.Suppression
	Created     bool // false: there was one already
}

// Suppressions returns a page of the dealer's suppressions, the oldest first, and how many there are in all:
// InvalidRequest.
func (s *Service) Suppressions(ctx context.Context, caller Caller, q SuppressionQuery) ([]rollcall.Suppression, int, error) {
	if err := firstBadQuery(badCount("page", q.Page), badCount("per_page", q.PerPage)); err != nil {
		return nil, 0, err
	}
	perPage := min(q.PerPage.ValueOr(suppressionsPerPage), maxSuppressionsPerPage)
	return s.store.Suppressions(ctx, caller.Dealer, page(q.Page.ValueOr(1), perPage))
}

// Suppression returns a suppression: SuppressionNotFound.
func (s *Service) Suppression(ctx context.Context, caller Caller, id rollcall.SuppressionID) (rollcall.Suppression, error) {
	return s.store.Suppression(ctx, caller.Dealer, id)
}

// CreateSuppression adds a number or an address to which the dealer may not send: ValidationFailed. The contacts of the
// dealer that can be reached there are opted out, as are those that come to be. A number without a country code is read in
// the dealer's country. One that is suppressed by hand already stays as it was.
func (s *Service) CreateSuppression(ctx context.Context, caller Caller, in rollcall.SuppressionInput) (CreateSuppressionResult, error) {
	made := rollcall.Suppression{Dealer: caller.Dealer, ID: rollcall.NewSuppressionID(), Reason: rollcall.ReasonManual}
	if err := in.Apply(&made); err != nil {
		return CreateSuppressionResult{}, err
	}
	var result CreateSuppressionResult
	err := s.change(ctx, caller, func(ch *change) error {
		dealer, err := ch.tx.LockDealer(ch.ctx, caller.Dealer) // so that two of the same value do not meet
		if err != nil {
			return err
		}
		if result, err = ch.addSuppression(made, made.Dialed(&dealer)); err != nil {
			return err
		}
		return ch.respondSuppression(result)
	})
	return result, err
}

// addSuppression adds a suppression of what is dialed so, unless the dealer has it for the same reason.
func (ch *change) addSuppression(made rollcall.Suppression, dialed string) (CreateSuppressionResult, error) {
	hashes := ch.reachHashes(made.Point, dialed)
	there, err := ch.tx.SuppressionsByHash(ch.ctx, made.Dealer, hashes)
	if err != nil {
		return CreateSuppressionResult{}, err
	}
	for _, p := range there {
		if p.Reason == made.Reason {
			return CreateSuppressionResult{Suppression: p}, nil
		}
	}
	contacts, err := ch.tx.ContactsAt(ch.ctx, made.Dealer, made.Point, dialed)
	if err != nil {
		return CreateSuppressionResult{}, err
	}
	made.Hash, made.Created = hashes[0], ch.now()
	if err := ch.tx.InsertSuppression(ch.ctx, made); err != nil {
		return CreateSuppressionResult{}, err
	}
	if err := ch.writeThrough(contacts, made.Point); err != nil {
		return CreateSuppressionResult{}, err
	}
	line := audit.Line{Action: "suppression.created", Subject: string(made.ID), At: made.Created}
	return CreateSuppressionResult{Suppression: made, Created: true}, ch.record(line, audit.SuppressionChanges(nil, &made))
}

// DeleteSuppression removes a suppression of the dealer's own: SuppressionNotFound, and SuppressionKept where it is the
// person's word. An operator, who has no key, may also end an unsubscription, for somebody who asks for it in another way.
// Contacts who are not opted out for another reason are unconfirmed then.
func (s *Service) DeleteSuppression(ctx context.Context, caller Caller, id rollcall.SuppressionID) error {
	return s.change(ctx, caller, func(ch *change) error {
		p, err := ch.tx.LockSuppression(ch.ctx, caller.Dealer, id)
		if err != nil {
			return err
		}
		if p.Reason == rollcall.ReasonStop || p.Reason == rollcall.ReasonUnsubscribe && caller.Key != "" {
			return &rollcall.Error{
				Kind:    rollcall.SuppressionKept,
				Message: "the person asked for this suppression, and only they can end it: by texting START to the number that sends the messages, or by confirming on the page behind a link",
			}
		}
		return ch.dropSuppression(p)
	})
}

func (ch *change) dropSuppression(p rollcall.Suppression) error {
	var contacts []rollcall.Contact
	if p.Value != "" {
		dealer, err := ch.tx.Dealer(ch.ctx, p.Dealer)
		if err != nil {
			return err
		}
		if contacts, err = ch.tx.ContactsAt(ch.ctx, p.Dealer, p.Point, p.Dialed(&dealer)); err != nil {
			return err
		}
	}
	if err := ch.tx.DeleteSuppressions(ch.ctx, p.Dealer, p.Reason, []rollcall.Hash{p.Hash}); err != nil {
		return err
	}
	if err := ch.writeThrough(contacts, p.Point); err != nil {
		return err
	}
	line := audit.Line{Action: "suppression.deleted", Subject: string(p.ID)}
	return ch.record(line, audit.SuppressionChanges(&p, nil))
}

// writeThrough gives contacts, which are locked, the state that suppressions ask for, and writes a line where it is another.
func (ch *change) writeThrough(contacts []rollcall.Contact, p rollcall.Point) error {
	before := slices.Clone(contacts)
	for i := range contacts {
		c := &contacts[i]
		if err := ch.applySuppressions(c, p); err != nil {
			return err
		}
		if *c == before[i] {
			continue
		}
		c.StateVersion++
		as := ch.caller
		as.Dealer = c.Dealer
		if c.State(p).Status == rollcall.PointOptedOut {
			if err := ch.as(as).cancelOpen(c, p, canceledOptedOut); err != nil {
				return err
			}
		}
		if err := ch.tx.UpdateContact(ch.ctx, *c); err != nil {
			return err
		}
	}
	for i := range contacts { // the heads of chains are locked after all contacts
		c, old := &contacts[i], &before[i]
		if *c == *old {
			continue
		}
		as, action := ch.caller, "contact.opted_in"
		as.Dealer = c.Dealer
		if c.State(p).Status == rollcall.PointOptedOut {
			action = "contact.opted_out"
		}
		if err := ch.as(as).recordContact(action, old, c); err != nil {
			return err
		}
	}
	return nil
}

// applySuppressions makes the points of a contact opted out where their value is suppressed, and unconfirmed where it no
// longer is.
func (ch *change) applySuppressions(c *rollcall.Contact, points ...rollcall.Point) error {
	var replacementOf []rollcall.Hash
	for _, p := range points {
		if value := c.Value(p); value != "" {
			replacementOf = append(replacementOf, ch.reachHashes(p, value)...)
		}
	}
	var blocks []rollcall.Block
	if len(replacementOf) > 0 {
		var err error
		if blocks, err = ch.tx.Blocked(ch.ctx, c.Dealer, replacementOf); err != nil {
			return err
		}
	}
	for _, p := range points {
		state := c.State(p)
		blocked, own := false, false
		if len(blocks) > 0 && c.Value(p) != "" {
			blocked, own = among(blocks, ch.reachHashes(p, c.Value(p)))
		}
		switch {
		case blocked && own && state.Status == rollcall.PointDeclined: // which says more, and holds as well
		case blocked && !own: // the person said STOP to another dealer before: now this one may know
			if err := ch.tx.InsertSuppression(ch.ctx, ch.stopped(c.Dealer, p, c.Value(p))); err != nil {
				return err
			}
			if state.Status != rollcall.PointDeclined {
				*state = rollcall.PointState{Status: rollcall.PointOptedOut, Method: state.Method}
			}
		case blocked && state.Status != rollcall.PointOptedOut:
			*state = rollcall.PointState{Status: rollcall.PointOptedOut, Method: state.Method}
		case !blocked && state.Status == rollcall.PointOptedOut:
			*state = rollcall.PointState{Status: rollcall.PointUnconfirmed}
		}
	}
	return nil
}

// stopped is the suppression by which a dealer knows that the person said STOP.
func (s *Service) stopped(dealer rollcall.DealerID, p rollcall.Point, value string) rollcall.Suppression {
	return rollcall.Suppression{
		Dealer: dealer, ID: rollcall.NewSuppressionID(), Point: p, Value: value, Hash: s.reachHashes(p, value)[0], Reason: rollcall.ReasonStop, Created: s.now(),
	}
}

// optOut keeps everybody from sending to a number or an address, and reports whether that is new.
func (ch *change) optOut(p rollcall.Point, value string) (fresh bool, err error) {
	hashes := ch.reachHashes(p, value)
	blocks, err := ch.tx.Blocked(ch.ctx, "", hashes)
	if err != nil || len(blocks) > 0 {
		return false, err
	}
	contacts, err := ch.tx.ContactsAt(ch.ctx, "", p, value)
	if err != nil {
		return false, err
	}
	if err := ch.tx.PutOptOut(ch.ctx, hashes[0], ch.now()); err != nil {
		return false, err
	}
	return true, ch.as(person("")).writeThrough(contacts, p)
}

// optIn ends optOut, and reports whether there was one.
func (ch *change) optIn(p rollcall.Point, value string) (was bool, err error) {
	hashes := ch.reachHashes(p, value)
	blocks, err := ch.tx.Blocked(ch.ctx, "", hashes)
	if err != nil || len(blocks) == 0 {
		return false, err
	}
	contacts, err := ch.tx.ContactsAt(ch.ctx, "", p, value)
	if err != nil {
		return false, err
	}
	if err := ch.tx.DeleteOptOuts(ch.ctx, hashes); err != nil {
		return false, err
	}
	if err := ch.tx.DeleteSuppressions(ch.ctx, "", rollcall.ReasonStop, hashes); err != nil {
		return false, err
	}
	return true, ch.as(person("")).writeThrough(contacts, p)
}

// forgetValues takes what a contact could be reached at out of the dealer's suppressions, which hold all the same, and out
// of stored answers.
func (ch *change) forgetValues(dealer rollcall.DealerID, values map[rollcall.Point][]string) error {
	hashes := ch.hashesOf(values)
	if err := ch.tx.EraseSuppressionValues(ch.ctx, dealer, hashes); err != nil {
		return err
	}
	return ch.tx.EraseIdempotencyRecordsWith(ch.ctx, dealer, hashes)
}

func (s *Service) hashesOf(values map[rollcall.Point][]string) (hashes []rollcall.Hash) {
	for _, p := range rollcall.Points() {
		for _, value := range values[p] {
			hashes = append(hashes, s.reachHashes(p, value)...)
		}
	}
	return hashes
}

// reachKey returns what all spellings of one number or address share.
func reachKey(p rollcall.Point, value string) string {
	if p == rollcall.PhonePoint {
		return phone.LimitKey(value)
	}
	return mail.Key(value)
}

// reachHashes returns the keyed hash of a number or address by each of the server's secrets, the one that signs first: with
// the database alone, nobody can find out by trying which numbers are in it.
func (s *Service) reachHashes(p rollcall.Point, value string) []rollcall.Hash {
	return s.keyedHashes("reach", string(p), reachKey(p, value))
}

// keyedHashes returns the keyed hash of some words by each of the server's secrets, for one use.
func (s *Service) keyedHashes(use string, words ...string) []rollcall.Hash {
	hashes := make([]rollcall.Hash, len(s.opts.Secrets))
	for i, secret := range s.opts.Secrets {
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte("rollcall " + use + "\x00" + strings.Join(words, "\x00")))
		hashes[i] = rollcall.Hash(mac.Sum(nil))
	}
	return hashes
}

// among reports whether one of the blocks is by one of the hashes, and whether the dealer has one of its own.
func among(blocks []rollcall.Block, hashes []rollcall.Hash) (blocked, own bool) {
	for _, b := range blocks {
		if slices.Contains(hashes, b.Hash) {
			blocked, own = true, own || b.Own
		}
	}
	return blocked, own
}
