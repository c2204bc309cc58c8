package service

import (
	"context"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
)

// deletedContactReader reads soft-deleted contacts.
type deletedContactReader interface {
	// ContactsWithDeleted returns the contacts that have or had this id at the site: soft-deleted ones in the order of their
	// deletion, then the one that is not deleted. In a transaction it locks the site.
	ContactsWithDeleted(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, id rollcall.ContactID) ([]rollcall.Contact, error)
	// DeletedContacts returns at most limit contacts of all dealers that were soft-deleted before a time, in the order of that
	// time, dealer, site and place, starting behind after.
	DeletedContacts(ctx context.Context, before time.Time, after Due, limit int) ([]Due, error)
}

// deletedContactWriter changes soft-deleted contacts in a transaction.
type deletedContactWriter interface {
	// SoftDeleteContact hides a contact from all methods that do not mention deleted contacts, frees its
	// ids and its place, and moves the contacts after it up by one.
	SoftDeleteContact(ctx context.Context, c rollcall.Contact, at time.Time) error
	// LockDeletedContact locks the site and returns the most recently soft-deleted contact with the ids in ref that was deleted after a
	// time: SiteNotFound, ContactNotFound.
	LockDeletedContact(ctx context.Context, dealer rollcall.DealerID, ref rollcall.ContactRef, after time.Time) (rollcall.Contact, error)
	// UndeleteContact locks the site, replaces a soft-deleted contact by c, which is not deleted, at the end of the call list,
	// and returns how many contacts the site then has: ContactIDTaken, ExternalContactIDTaken.
	UndeleteContact(ctx context.Context, c rollcall.Contact) (count int, err error)
	// RemoveContact removes a soft-deleted contact, its validations and messages.
	RemoveContact(ctx context.Context, c rollcall.Contact) error
	// PurgeContact is RemoveContact for the contact at a place of the site's list, if it was soft-deleted before a time:
	// ContactNotFound.
	PurgeContact(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, seq int64, before time.Time) error
}

// DeleteContact soft-deletes a contact: SiteNotFound, ContactNotFound, PreconditionFailed. RestoreContact can undo it for
// Options.KeepDeleted; after that the contact is removed.
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
	for _, p := range c.Points {
		if err := ch.cancelOpen(&c, p.ID, canceledDeleted); err != nil {
			return err
		}
	}
	if err := ch.tx.SoftDeleteContact(ch.ctx, c, ch.now()); err != nil {
		return err
	}
	return ch.recordContact(audit.ContactDeleted, &c, nil)
}

// RestoreContact restores the most recently deleted contact with the ids in ref, at its old place in the list: SiteNotFound,
// ContactNotFound, ContactIDTaken, ExternalContactIDTaken, ContactLimitReached. A pending phone or e-mail becomes unconfirmed.
func (s *Service) RestoreContact(ctx context.Context, caller Caller, ref rollcall.ContactRef) (rollcall.Contact, error) {
	var c rollcall.Contact
	err := s.change(ctx, caller, func(ch *change) (err error) {
		if c, err = ch.tx.LockDeletedContact(ch.ctx, caller.Dealer, ref, s.now().Add(-s.opts.KeepDeleted)); err != nil {
			return err
		}
		for i := range c.Points {
			c.Points[i].State = unanswered(c.Points[i].State)
		}
		if err := ch.rereadDeleted(&c); err != nil {
			return err
		}
		c.StateVersion++
		if err := ch.applySuppressions(&c); err != nil {
			return err
		}
		count, err := ch.tx.UndeleteContact(ch.ctx, c)
		if err != nil {
			return takenSince(err)
		}
		if count > s.opts.MaxContactsPerSite {
			return contactLimitReached()
		}
		c.Deleted = time.Time{}
		position := c.Position // when it was deleted
		c.Position = count
		if err := ch.recordContact(audit.ContactRestored, nil, &c); err != nil {
			return err
		}
		if err := ch.moveContact(&c, position); err != nil {
			return err
		}
		return ch.respondAbout(&c, c)
	})
	return c, s.withExistingContact(ctx, rollcall.ContactRef{Site: ref.Site, ID: c.ID, ExternalID: c.ExternalID}, caller.Dealer, err)
}

// rereadDeleted reads the phones of a soft-deleted contact again, since the country of its site may have changed.
func (ch *change) rereadDeleted(c *rollcall.Contact) error {
	country, err := ch.tx.Country(ch.ctx, c.Dealer, c.Site)
	if err != nil {
		return err
	}
	before := c.Clone()
	c.ReadPhones(country)
	return ch.changePoints(&before, c)
}

// takenSince returns the error of UndeleteContact with what to do about an id that another contact has taken.
func takenSince(err error) error {
	switch kind := rollcall.KindOf(err); kind {
	case rollcall.ContactIDTaken:
		return &rollcall.Error{Kind: kind, Field: "contact_id", Message: "another contact has this contact_id now; delete that contact first"}
	case rollcall.ExternalContactIDTaken:
		return &rollcall.Error{Kind: kind, Field: "external_contact_id", Message: "another contact of the site has this external_contact_id now; delete that contact first"}
	}
	return err
}
