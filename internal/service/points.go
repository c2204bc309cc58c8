package service

import (
	"context"
	"strconv"

	"example.org/rollcall/internal/rollcall"
)

// formerPointReader reads the states of former phones and e-mails of contacts.
type formerPointReader interface {
	// FormerPointsOf returns the former points of a contact, soft-deleted or not.
	FormerPointsOf(ctx context.Context, c rollcall.Contact) ([]rollcall.FormerPoint, error)
}

// formerPointWriter changes the states of former phones and e-mails of contacts in a transaction.
type formerPointWriter interface {
	// PutFormerPoint stores the state of a former value until the contact is removed. It replaces an older state of that value.
	PutFormerPoint(ctx context.Context, c rollcall.Contact, f rollcall.FormerPoint) error
	// TakeFormerPoint removes and returns the former point with one of the hashes, and whether there was one.
	TakeFormerPoint(ctx context.Context, c rollcall.Contact, p rollcall.PointKind, hashes []rollcall.Hash) (f rollcall.FormerPoint, found bool, err error)
}

// formerHashes returns the keyed hashes of a contact's value, one for each server secret. They differ for the same value at
// another contact.
func (s *Service) formerHashes(c *rollcall.Contact, p rollcall.PointKind) []rollcall.Hash {
	return s.keyedHashes("former", string(c.Dealer), string(c.Site), strconv.FormatInt(c.Seq, 10), string(p), rollcall.PointKey(p, c.Value(p)))
}

// changePoint updates the state of a phone or e-mail after a change from before to c. Another spelling keeps the state and the
// open validation. Another value gets its last state, else it is unconfirmed, and the open validation is canceled. The caller
// then applies suppressions.
func (ch *change) changePoint(before, c *rollcall.Contact, p rollcall.PointKind) error {
	if c.Has(p, before.Value(p)) {
		return nil
	}
	if old := *before.State(p); before.Value(p) != "" && old.Status.OutlivesValue() {
		former := rollcall.FormerPoint{Point: p, Hash: ch.formerHashes(before, p)[0], State: old}
		if err := ch.tx.PutFormerPoint(ch.ctx, *before, former); err != nil {
			return err
		}
	}
	state := rollcall.PointState{Status: rollcall.PointUnconfirmed}
	if c.Value(p) != "" {
		former, found, err := ch.tx.TakeFormerPoint(ch.ctx, *c, p, ch.formerHashes(c, p))
		if err != nil {
			return err
		}
		if found {
			state = former.State
		}
	}
	*c.State(p) = state
	c.StateVersion++
	return ch.cancelOpen(c, p, canceledChanged)
}
