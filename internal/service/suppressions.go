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
	// Suppressions returns the page of the dealer's suppressions, the oldest first, and how many there are on all pages.
	Suppressions(ctx context.Context, dealer rollcall.DealerID, page Page) ([]rollcall.Suppression, int, error)
	// SuppressionsByHash returns the dealer's suppressions with one of the hashes, the oldest first.
	SuppressionsByHash(ctx context.Context, dealer rollcall.DealerID, hashes []rollcall.Hash) ([]rollcall.Suppression, error)
}

// suppressionWriter changes suppressions and opt-outs in a transaction.
type suppressionWriter interface {
	// Blocked returns which of the hashes are opt-outs of the server, unless the dealer is a sandbox, or suppressions of the dealer.
	Blocked(ctx context.Context, dealer rollcall.DealerID, hashes []rollcall.Hash) ([]rollcall.Block, error)
	// InsertSuppression adds a suppression, unless the dealer has one with this hash and reason.
	InsertSuppression(ctx context.Context, s rollcall.Suppression) error
	// LockSuppression returns a suppression: SuppressionNotFound.
	LockSuppression(ctx context.Context, dealer rollcall.DealerID, id rollcall.SuppressionID) (rollcall.Suppression, error)
	// DeleteSuppressions removes the suppressions with this reason and one of the hashes, of the dealer or, if dealer is empty,
	// of every dealer but sandboxes.
	DeleteSuppressions(ctx context.Context, dealer rollcall.DealerID, reason rollcall.SuppressionReason, hashes []rollcall.Hash) error
	// EraseSuppressionValues removes the values of the dealer's suppressions with one of the hashes. The hashes stay.
	EraseSuppressionValues(ctx context.Context, dealer rollcall.DealerID, hashes []rollcall.Hash) error
	// PutOptOut adds an opt-out, which holds for every dealer.
	PutOptOut(ctx context.Context, hash rollcall.Hash, at time.Time) error
	// DeleteOptOuts removes the opt-outs with these hashes.
	DeleteOptOuts(ctx context.Context, hashes []rollcall.Hash) error
}

// SuppressionQuery selects a page of suppressions. The zero value selects the first 100.
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
	Created     bool // false if there was one already
}

// Suppressions returns a page of the dealer's suppressions, the oldest first, and how many there are on all pages:
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

// CreateSuppression stops the dealer's messages to a number or address: ValidationFailed. Present and later contacts with it are
// opted out. A number without a country code is read in the dealer's country. An existing manual suppression stays as it is.
func (s *Service) CreateSuppression(ctx context.Context, caller Caller, in rollcall.SuppressionInput) (CreateSuppressionResult, error) {
	made := rollcall.Suppression{Dealer: caller.Dealer, ID: rollcall.NewSuppressionID(), Reason: rollcall.ReasonManual}
	if err := in.Apply(&made); err != nil {
		return CreateSuppressionResult{}, err
	}
	var result CreateSuppressionResult
	err := s.change(ctx, caller, func(ch *change) error {
		dealer, err := ch.tx.LockDealer(ch.ctx, caller.Dealer) // serializes suppressions of the same value
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

// addSuppression adds a suppression of an address or a number as dialed, unless the dealer has one with this reason.
func (ch *change) addSuppression(made rollcall.Suppression, dialed string) (CreateSuppressionResult, error) {
	hashes := ch.recipientHashes(made.Point, dialed)
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
	if err := ch.applyToContacts(contacts); err != nil {
		return CreateSuppressionResult{}, err
	}
	line := audit.Line{Action: "suppression.created", Subject: string(made.ID), At: made.Created}
	return CreateSuppressionResult{Suppression: made, Created: true}, ch.record(line, audit.SuppressionChanges(nil, &made))
}

// DeleteSuppression removes a suppression of the dealer: SuppressionNotFound, and SuppressionKept if the person asked for it. An
// operator's command may remove an unsubscription, and any caller every suppression of a sandbox. Contacts without another opt-out
// become unconfirmed.
func (s *Service) DeleteSuppression(ctx context.Context, caller Caller, id rollcall.SuppressionID) error {
	return s.change(ctx, caller, func(ch *change) error {
		p, err := ch.tx.LockSuppression(ch.ctx, caller.Dealer, id)
		if err != nil {
			return err
		}
		if !caller.Dealer.IsSandbox() && (p.Reason == rollcall.ReasonStop || p.Reason == rollcall.ReasonUnsubscribe && !caller.isCommand()) {
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
	if err := ch.applyToContacts(contacts); err != nil {
		return err
	}
	line := audit.Line{Action: "suppression.deleted", Subject: string(p.ID)}
	return ch.record(line, audit.SuppressionChanges(&p, nil))
}

// applyToContacts applies suppressions to contacts whose sites are locked, and writes an audit line for each phone or e-mail that
// changes.
func (ch *change) applyToContacts(contacts []rollcall.Contact) error {
	for i := range contacts {
		c := &contacts[i]
		after := c.Clone()
		if err := ch.applySuppressions(&after); err != nil {
			return err
		}
		caller := ch.caller
		caller.Dealer = c.Dealer
		for i := range c.Points {
			if err := ch.as(caller).applyToPoint(c, i, after.Points[i].State); err != nil {
				return err
			}
		}
	}
	return nil
}

// applyToPoint gives the point of c at a place, from 0, the state that it has with the suppressions.
func (ch *change) applyToPoint(c *rollcall.Contact, place int, state rollcall.PointState) error {
	p := &c.Points[place]
	if state == p.State {
		return nil
	}
	before := c.Clone()
	action := audit.ContactOptedIn
	if state.Status == rollcall.PointOptedOut && p.State.Status != rollcall.PointOptedOut {
		action = audit.ContactOptedOut
		if err := ch.cancelOpen(c, p.ID, canceledOptedOut); err != nil {
			return err
		}
	}
	p.State = state
	c.StateVersion++
	if err := ch.tx.UpdateContact(ch.ctx, before, *c); err != nil {
		return err
	}
	return ch.recordPoint(action, p.ID, &before, c)
}

// applySuppressions opts out the phones and e-mails of a contact that are suppressed, and makes those unconfirmed that no longer
// are.
func (ch *change) applySuppressions(c *rollcall.Contact) error {
	points := make([]*rollcall.Point, len(c.Points))
	for i := range points {
		points[i] = &c.Points[i]
	}
	return ch.applySuppressionsTo(c.Dealer, points...)
}

// applySuppressionsTo is applySuppressions for some points of a contact.
func (ch *change) applySuppressionsTo(dealer rollcall.DealerID, points ...*rollcall.Point) error {
	hashes := make([][]rollcall.Hash, len(points))
	var all []rollcall.Hash
	for i, p := range points {
		hashes[i] = ch.recipientHashes(p.Kind, p.Dial())
		all = append(all, hashes[i]...)
	}
	blocks, err := ch.tx.Blocked(ch.ctx, dealer, all)
	if err != nil {
		return err
	}
	for i, p := range points {
		state := &p.State
		blocked, own := blockedBy(blocks, hashes[i])
		switch {
		case blocked && own && state.Status == rollcall.PointDeclined: // declined says more, and prevents messages too
		case blocked && !own: // a STOP that was sent because of another dealer
			if err := ch.tx.InsertSuppression(ch.ctx, ch.stopSuppression(dealer, p.Kind, p.Dial())); err != nil {
				return err
			}
			if state.Status != rollcall.PointDeclined {
				*state = state.With(rollcall.PointOptedOut, state.Method)
			}
		case blocked && state.Status != rollcall.PointOptedOut:
			*state = state.With(rollcall.PointOptedOut, state.Method)
		case !blocked && state.Status == rollcall.PointOptedOut:
			*state = state.With(rollcall.PointUnconfirmed, "")
		}
	}
	return nil
}

// stopSuppression returns the suppression that shows a dealer a STOP.
func (s *Service) stopSuppression(dealer rollcall.DealerID, p rollcall.PointKind, value string) rollcall.Suppression {
	return rollcall.Suppression{
		Dealer: dealer, ID: rollcall.NewSuppressionID(), Point: p, Value: value, Hash: s.recipientHashes(p, value)[0], Reason: rollcall.ReasonStop, Created: s.now(),
	}
}

// optOut stops the messages of every dealer to a number or address, and reports whether that is new. In a sandbox it stops only
// those of the sandbox.
func (ch *change) optOut(dealer rollcall.DealerID, p rollcall.PointKind, value string) (fresh bool, err error) {
	if dealer.IsSandbox() {
		made, err := ch.as(person(dealer)).addSuppression(ch.stopSuppression(dealer, p, value), value)
		return made.Created, err
	}
	hashes := ch.recipientHashes(p, value)
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
	return true, ch.as(person("")).applyToContacts(contacts)
}

// optIn ends optOut, and reports whether there was one.
func (ch *change) optIn(p rollcall.PointKind, value string) (was bool, err error) {
	hashes := ch.recipientHashes(p, value)
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
	return true, ch.as(person("")).applyToContacts(contacts)
}

// eraseValues removes the values from the dealer's suppressions, which stay in force, and from stored responses.
func (ch *change) eraseValues(dealer rollcall.DealerID, values map[rollcall.PointKind][]string) error {
	hashes := ch.hashesOf(values)
	if err := ch.tx.EraseSuppressionValues(ch.ctx, dealer, hashes); err != nil {
		return err
	}
	return ch.tx.EraseIdempotencyRecordsWith(ch.ctx, dealer, hashes)
}

func (s *Service) hashesOf(values map[rollcall.PointKind][]string) (hashes []rollcall.Hash) {
	for _, p := range rollcall.PointKinds() {
		for _, value := range values[p] {
			hashes = append(hashes, s.recipientHashes(p, value)...)
		}
	}
	return hashes
}

// recipientKey returns what all spellings of one number or mailbox share.
func recipientKey(p rollcall.PointKind, value string) string {
	if p == rollcall.PhonePoint {
		return phone.LimitKey(value)
	}
	return mail.Key(value)
}

// recipientHashes returns the keyed hashes of a number or address, one for each server secret. Without a secret, nobody can find
// out which numbers are in the database.
func (s *Service) recipientHashes(p rollcall.PointKind, value string) []rollcall.Hash {
	return s.keyedHashes("reach", string(p), recipientKey(p, value))
}

// keyedHashes returns the keyed hashes of words for one use, one for each server secret.
func (s *Service) keyedHashes(use string, words ...string) []rollcall.Hash {
	hashes := make([]rollcall.Hash, len(s.opts.Secrets))
	for i, secret := range s.opts.Secrets {
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte("rollcall " + use + "\x00" + strings.Join(words, "\x00")))
		hashes[i] = rollcall.Hash(mac.Sum(nil))
	}
	return hashes
}

// blockedBy reports whether a block has one of the hashes, and whether one of those is the dealer's own.
func blockedBy(blocks []rollcall.Block, hashes []rollcall.Hash) (blocked, own bool) {
	for _, b := range blocks {
		if slices.Contains(hashes, b.Hash) {
			blocked, own = true, own || b.Own
		}
	}
	return blocked, own
}
