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

// formerHashes returns the keyed hashes of a point's value and extension, one for each server secret. They differ for the same value
// at another contact.
func (s *Service) formerHashes(c *rollcall.Contact, p *rollcall.Point) []rollcall.Hash {
	return s.keyedHashes("former", string(c.Dealer), string(c.Site), strconv.FormatInt(c.Seq, 10), p.Identity())
}

// changePoints updates the states of the points after a change from before to c. Another spelling, place or label keeps the state
// and the open validation. Another value gets its last state, else it is unconfirmed, and the open validation of a value that is
// gone is canceled. The caller then applies suppressions.
func (ch *change) changePoints(before, c *rollcall.Contact) error {
	had, has := identities(before), identities(c)
	for i := range before.Points {
		p := &before.Points[i]
		if q := has[p.Identity()]; q != nil && q.ID == p.ID {
			continue
		}
		c.StateVersion++
		if err := ch.removePoint(before, p, has[p.Identity()] == nil); err != nil {
			return err
		}
	}
	for i := range c.Points {
		p := &c.Points[i]
		switch q := had[p.Identity()]; {
		case q == nil:
			c.StateVersion++
			if err := ch.restoreState(c, p); err != nil {
				return err
			}
		case q.ID != p.ID:
			p.State = unanswered(q.State)
		}
	}
	return nil
}

// restoreState gives a point with another value the last state of that value at the contact.
func (ch *change) restoreState(c *rollcall.Contact, p *rollcall.Point) error {
	former, found, err := ch.tx.TakeFormerPoint(ch.ctx, *c, p.Kind, ch.formerHashes(c, p))
	p.State = rollcall.PointState{Status: rollcall.PointUnconfirmed}
	if found {
		p.State = former.State
	}
	return err
}

// removePoint cancels the open validation of a point that has moved to another id or is gone, and stores the state of one that is
// gone.
func (ch *change) removePoint(c *rollcall.Contact, p *rollcall.Point, gone bool) error {
	if state, worth := p.State.Former(); gone && worth {
		former := rollcall.FormerPoint{Point: p.Kind, Hash: ch.formerHashes(c, p)[0], State: state}
		if err := ch.tx.PutFormerPoint(ch.ctx, *c, former); err != nil {
			return err
		}
	}
	return ch.cancelOpen(c, p.ID, canceledChanged)
}

// identities returns the points of a contact by their identity.
func identities(c *rollcall.Contact) map[string]*rollcall.Point {
	found := make(map[string]*rollcall.Point, len(c.Points))
	for i := range c.Points {
		p := &c.Points[i]
		if found[p.Identity()] == nil {
			found[p.Identity()] = p
		}
	}
	return found
}
