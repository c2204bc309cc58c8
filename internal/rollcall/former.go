package rollcall

import (
	"context"
	"strconv"
)

// State belongs to a value within a contact. When a contact point gets another value, the state of the old one is kept under
// a keyed hash of the contact and the value, until the contact is removed or erased, and comes back with the value: what a
// person declined is declined again.

// FormerPoint is a value that a contact once had, as its keyed hash, with its last state.
type FormerPoint struct {
	Point Point
	Hash  Hash
	State PointState
}

// isKept reports whether a state outlives its value. An unconfirmed value has nothing to keep, and the validation of a
// pending one is canceled. Suppressions say what is opted out.
func (s PointStatus) isKept() bool {
	return s == PointConfirmed || s == PointStale || s == PointUndeliverable || s == PointDeclined
}

// formerHashes returns the keyed hash of a contact's value by each of the server's secrets. It tells nothing about the same
// value at another contact.
func (s *Service) formerHashes(c *Contact, p Point) []Hash {
	return s.keyedHashes("former", string(c.Dealer), string(c.Site), strconv.FormatInt(c.Seq, 10), string(p), pointKey(p, c.value(p)))
}

// changePoint gives a contact point the state of its value, which was that of before. A value in another spelling keeps its
// state and its open validation. Another value takes up the state that it had last, or is unconfirmed, and the open
// validation is canceled. The caller then applies the suppressions.
func (s *Service) changePoint(ctx context.Context, tx Tx, who Caller, before, c *Contact, p Point) error {
	if c.has(p, before.value(p)) {
		return nil
	}
	if old := *before.state(p); before.value(p) != "" && old.Status.isKept() {
		former := FormerPoint{Point: p, Hash: s.formerHashes(before, p)[0], State: old}
		if err := tx.KeepFormer(ctx, *before, former); err != nil {
			return err
		}
	}
	state := PointState{Status: PointUnconfirmed}
	if c.value(p) != "" {
		former, found, err := tx.TakeFormer(ctx, *c, p, s.formerHashes(c, p))
		if err != nil {
			return err
		}
		if found {
			state = former.State
		}
	}
	*c.state(p) = state
	c.StateVersion++
	return s.cancelOpen(ctx, tx, who, c, p, becauseChanged)
}
