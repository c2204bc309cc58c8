package service

import (
	"context"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
)

// deletedContactReader reads soft-deleted contacts.
type deletedContactReader interface {
	// ContactsWithDeleted returns every contact that has or had this identifier at the site, deleted or not, the one that is not
	// deleted last, before it the one that was deleted last, and so on. A site that is not there has none. In a
	// transaction it locks them.
	ContactsWithDeleted(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, id rollcall.ContactID) ([]rollcall.Contact, error)
	// DeletedContacts returns the contacts of all dealers that were deleted before the moment, limit at most, ordered by when that
	// was, dealer, site and place, beginning behind after.
	DeletedContacts(ctx context.Context, before time.Time, after Due, limit int) ([]Due, error)
}

// deletedContactWriter changes soft-deleted contacts in a transaction.
type deletedContactWriter interface {
	// SoftDeleteContact deletes a contact for RestoreContact to bring back: only the methods that say so see it from now on, and
	// its identifiers and its room are free.
	SoftDeleteContact(ctx context.Context, c rollcall.Contact, at time.Time) error
	// LockDeletedContact returns the contact with this identifier that was deleted last at the site, after the moment: SiteNotFound,
	// ContactNotFound.
	LockDeletedContact(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteRef, id rollcall.ContactID, after time.Time) (rollcall.Contact, error)
	// UndeleteContact brings a deleted contact back as c has it, locks its site, and returns how many contacts the site has then:
	// ContactIDTaken, ExternalContactIDTaken.
	UndeleteContact(ctx context.Context, c rollcall.Contact) (count int, err error)
	// RemoveContact removes a deleted contact for good, with its validations and messages.
	RemoveContact(ctx context.Context, c rollcall.Contact) error
	// PurgeContact removes the contact in this place of the site's list for good, with its validations and messages, if it was
	// deleted before the moment: ContactNotFound.
	PurgeContact(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, seq int64, before time.Time) error
}

// DeleteContact hides a contact from everything: SiteNotFound, ContactNotFound, PreconditionFailed. RestoreContact brings
// it back for as long as Options.KeepDeleted says; then it is removed.
func (s *Service) DeleteContact(ctx context.Context, caller Caller, ref rollcall.ContactRef) error {
	return s.change(ctx, caller, func(ch *change) error {
		c, err := ch.lockContact(ref)
		if err != nil {
			return err
		}
		return ch.softDelete(c)
	})
}

func (ch *change) softDelete(c rollcall.Contact) error {
	for _, p := range rollcall.Points() {
		if err := ch.cancelOpen(&c, p, canceledDeleted); err != nil {
			return err
		}
	}
	if err := ch.tx.SoftDeleteContact(ch.ctx, c, ch.now()); err != nil {
		return err
	}
	return ch.recordContact(audit.ContactDeleted, &c, nil)
}

// RestoreContact brings back the contact of this identifier that was deleted last, in its old place in the list:
// SiteNotFound, ContactNotFound, ContactIDTaken, ExternalContactIDTaken, ContactLimitReached. A contact point that was
// waiting for an answer is unconfirmed.
func (s *Service) RestoreContact(ctx context.Context, caller Caller, site rollcall.SiteRef, id rollcall.ContactID) (rollcall.Contact, error) {
	var c rollcall.Contact
	err := s.change(ctx, caller, func(ch *change) (err error) {
		if c, err = ch.tx.LockDeletedContact(ch.ctx, caller.Dealer, site, id, s.now().Add(-s.opts.KeepDeleted)); err != nil {
			return err
		}
		for _, p := range rollcall.Points() {
			if c.State(p).Status == rollcall.PointPending {
				*c.State(p) = rollcall.PointState{Status: rollcall.PointUnconfirmed}
			}
		}
		if err := ch.rereadDeleted(&c); err != nil {
			return err
		}
		c.StateVersion++
		if err := ch.applySuppressions(&c, rollcall.Points()...); err != nil {
			return err
		}
		count, err := ch.tx.UndeleteContact(ch.ctx, c)
		if err != nil {
			return takenSince(err)
		}
		if count > s.opts.MaxContactsPerSite {
			return siteFull()
		}
		c.Deleted = time.Time{}
		if err := ch.recordContact(audit.ContactRestored, nil, &c); err != nil {
			return err
		}
		return ch.respondAbout(&c, c)
	})
	return c, s.withExistingContact(ctx, rollcall.ContactRef{Site: site, ID: id, ExternalID: c.ExternalID}, caller.Dealer, err)
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
