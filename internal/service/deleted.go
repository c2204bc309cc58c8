package service

import (
	"context"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// DeleteContact hides a contact from everything: SiteNotFound, ContactNotFound, PreconditionFailed. RestoreContact brings
// it back for as long as Options.KeepDeleted says; then it is removed.
func (s *Service) DeleteContact(ctx context.Context, caller Caller, ref rollcall.ContactRef) error {
	return s.change(ctx, caller, func(ch *change) (any, error) {
		c, err := ch.lockContact(ref)
		if err != nil {
			return nil, err
		}
		return nil, ch.hideContact(c)
	})
}

func (ch *change) hideContact(c rollcall.Contact) error {
	for _, p := range rollcall.Points() {
		if err := ch.cancelOpen(&c, p, becauseDeleted); err != nil {
			return err
		}
	}
	if err := ch.tx.HideContact(ch.ctx, c, ch.now()); err != nil {
		return err
	}
	return ch.recordContact(rollcall.ContactDeleted, &c, nil)
}

// RestoreContact brings back the contact of this identifier that was deleted last, in its old place in the list:
// SiteNotFound, ContactNotFound, ContactIDTaken, ExternalContactIDTaken, ContactLimitReached. A contact point that was
// waiting for an answer is unconfirmed.
func (s *Service) RestoreContact(ctx context.Context, caller Caller, site rollcall.SiteRef, id rollcall.ContactID) (rollcall.Contact, error) {
	var c rollcall.Contact
	err := s.change(ctx, caller, func(ch *change) (_ any, err error) {
		if c, err = ch.tx.LockDeleted(ch.ctx, caller.Dealer, site, id, s.now().Add(-s.opts.KeepDeleted)); err != nil {
			return nil, err
		}
		for _, p := range rollcall.Points() {
			if c.State(p).Status == rollcall.PointPending {
				*c.State(p) = rollcall.PointState{Status: rollcall.PointUnconfirmed}
			}
		}
		if err := ch.rereadDeleted(&c); err != nil {
			return nil, err
		}
		c.StateVersion++
		if err := ch.heedSuppressions(&c, rollcall.Points()...); err != nil {
			return nil, err
		}
		count, err := ch.tx.ShowContact(ch.ctx, c)
		if err != nil {
			return nil, takenSince(err)
		}
		if count > s.opts.MaxContactsPerSite {
			return nil, siteFull()
		}
		c.Deleted = time.Time{}
		return c, ch.recordContact(rollcall.ContactRestored, nil, &c)
	})
	return c, s.existing(ctx, caller, rollcall.ContactRef{Site: site, ID: id, ExternalID: c.ExternalID}, err)
}

// rereadDeleted reads the phone of a deleted contact again: the country of its site may have changed meanwhile.
func (ch *change) rereadDeleted(c *rollcall.Contact) error {
	country, err := ch.tx.Country(ch.ctx, c.Dealer, c.Site)
	if err != nil {
		return err
	}
	before := *c
	c.ReadPhone(country)
	return ch.changePoint(&before, c, rollcall.PhonePoint)
}

// takenSince says what to do where another contact took an identifier of one that is to come back.
func takenSince(err error) error {
	switch kind := rollcall.KindOf(err); kind {
	case rollcall.ContactIDTaken:
		return &rollcall.Error{Kind: kind, Field: "contact_id", Message: "another contact has taken this contact_id since; delete that one first"}
	case rollcall.ExternalContactIDTaken:
		return &rollcall.Error{Kind: kind, Field: "external_contact_id", Message: "another contact of the site has taken its external_contact_id since; delete that one first"}
	}
	return err
}
