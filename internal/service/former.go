package service

import (
	"context"
	"strconv"

	"example.org/rollcall/internal/rollcall"
)

// formerPointReader reads the states of values that a contact had before.
type formerPointReader interface {
	// FormerPointsOf returns what PutFormerPoint kept of a contact, deleted or not.
	FormerPointsOf(ctx context.Context, c rollcall.Contact) ([]rollcall.FormerPoint, error)
}

// formerPointWriter changes the states of values that a contact had before in a transaction.
type formerPointWriter interface {
	// PutFormerPoint keeps the state of a value that a contact no longer has, in place of an older state of the value. It is kept
	// until the contact is removed.
	PutFormerPoint(ctx context.Context, c rollcall.Contact, f rollcall.FormerPoint) error
	// TakeFormerPoint removes what PutFormerPoint kept under the hashes, and returns it and whether there was any.
	TakeFormerPoint(ctx context.Context, c rollcall.Contact, p rollcall.Point, hashes []rollcall.Hash) (f rollcall.FormerPoint, found bool, err error)
}

// formerHashes returns the keyed hash of a contact's value by each of the server's secrets. It tells nothing about the same
// value at another contact.
func (s *Service) formerHashes(c *rollcall.Contact, p rollcall.Point) []rollcall.Hash {
	return s.keyedHashes("former", string(c.Dealer), string(c.Site), strconv.FormatInt(c.Seq, 10), string(p), rollcall.PointKey(p, c.Value(p)))
}

// changePoint gives a contact point the state of its value, which was that of before. A value in another spelling keeps its
// state and its open validation. Another value takes up the state that it had last, or is unconfirmed, and the open
// validation is canceled. The caller then applies the suppressions.
func (ch *change) changePoint(before, c *rollcall.Contact, p rollcall.Point) error {
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
