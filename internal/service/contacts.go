package service

import (
	"context"
	"errors"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
	"example.org/rollcall/internal/rollcall/phone"
)

// contactReader reads contacts.
type contactReader interface {
	// Contact returns a contact: SiteNotFound, ContactNotFound.
	Contact(ctx context.Context, dealer rollcall.DealerID, ref rollcall.ContactRef) (rollcall.Contact, error)
	// Contacts returns the page of the site's contacts that match, in the order of the call list, and how many match on all
	// pages: SiteNotFound.
	Contacts(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteRef, filter ContactFilter) ([]rollcall.Contact, int, error)
}

// contactWriter changes contacts in a transaction.
type contactWriter interface {
	// ReserveContact locks the site and reserves a place for one more contact: SiteNotFound.
	ReserveContact(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteRef) (ContactSlot, error)
	// InsertContact adds a contact in the reserved place: ContactIDTaken, ExternalContactIDTaken.
	InsertContact(ctx context.Context, c rollcall.Contact) error
	// LockContact locks the site and returns a contact: SiteNotFound, ContactNotFound.
	LockContact(ctx context.Context, dealer rollcall.DealerID, ref rollcall.ContactRef) (rollcall.Contact, error)
	// UpdateContact replaces before, as it is stored, by c with the same ID, but keeps its external id and position:
	// ContactNotFound.
	UpdateContact(ctx context.Context, before, c rollcall.Contact) error
	// SetExternalID gives an external id to a contact, whose site is locked: ContactNotFound, ExternalContactIDTaken.
	SetExternalID(ctx context.Context, c rollcall.Contact, id string) error
	// ContactByID returns a contact of any site: ContactNotFound.
	ContactByID(ctx context.Context, dealer rollcall.DealerID, id rollcall.ContactID) (rollcall.Contact, error)
	// ContactsAt returns the contacts with a phone or e-mail, in any spelling and with any extension, of the dealer or, if dealer is
	// empty, of every dealer but sandboxes, and locks their sites. value is what Point.Dial returns. The order is dealer, site, place.
	ContactsAt(ctx context.Context, dealer rollcall.DealerID, p rollcall.PointKind, value string) ([]rollcall.Contact, error)
}

// ContactQuery selects contacts for a caller. The zero value selects all.
type ContactQuery struct {
	Type    rollcall.Field[[]string]
	Role    rollcall.Field[[]string]
	Phone   rollcall.Field[[]string] // status of any phone
	Email   rollcall.Field[[]string] // status of any e-mail
	Search  string                   // at most 200 characters
	Page    rollcall.Field[int]
	PerPage rollcall.Field[int]
}

const maxContactsPerPage = 500

// CreateContact adds a contact at the end of the site's list: SiteNotFound, ValidationFailed, ContactIDTaken,
// ExternalContactIDTaken, ContactLimitReached.
func (s *Service) CreateContact(ctx context.Context, caller Caller, site rollcall.SiteRef, in rollcall.ContactInput) (rollcall.Contact, error) {
	given, err := s.newContact(caller, in)
	if err != nil {
		return rollcall.Contact{}, s.siteFirst(ctx, caller, site, err)
	}
	c := given
	err = s.change(ctx, caller, func(ch *change) error {
		c = given.Clone() // as the transaction may run again
		if err := ch.insertContact(site, &c); err != nil {
			return err
		}
		return ch.respondAbout(&c, c)
	})
	return c, s.withExistingContact(ctx, rollcall.ContactRef{Site: site, ID: c.ID, ExternalID: c.ExternalID}, caller.Dealer, err)
}

// withExistingContact returns ContactIDTaken and ExternalContactIDTaken with the id of the contact that has the identifier, and
// other errors as they are.
func (s *Service) withExistingContact(ctx context.Context, ref rollcall.ContactRef, dealer rollcall.DealerID, err error) error {
	switch rollcall.KindOf(err) {
	case rollcall.ContactIDTaken:
		return withExistingID(err, string(ref.ID))
	case rollcall.ExternalContactIDTaken:
		if c, notFound := s.store.Contact(ctx, dealer, rollcall.ContactRef{Site: ref.Site, ExternalID: ref.ExternalID}); notFound == nil {
			return withExistingID(err, string(c.ID))
		}
	}
	return err
}

// withExistingID returns a copy of err, which is a *rollcall.Error, with ExistingID.
func withExistingID(err error, id string) error {
	var e *rollcall.Error
	errors.As(err, &e)
	copied := *e
	copied.ExistingID = id
	return &copied
}

// newContact returns the contact of the input, except what depends on its site: ValidationFailed.
func (s *Service) newContact(caller Caller, in rollcall.ContactInput) (rollcall.Contact, error) {
	c := rollcall.Contact{Dealer: caller.Dealer, ID: rollcall.NewContactID(), Version: 1, StateVersion: 1}
	if err := in.Apply(&c, true, ""); err != nil {
		return rollcall.Contact{}, err
	}
	return c, nil
}

// siteFirst returns SiteNotFound if there is no such site, else err. An unknown site is reported before invalid input.
func (s *Service) siteFirst(ctx context.Context, caller Caller, site rollcall.SiteRef, err error) error {
	if _, notFound := s.store.Site(ctx, caller.Dealer, site); notFound != nil {
		return notFound
	}
	return err
}

// insertContact adds a contact of newContact to a site.
func (ch *change) insertContact(site rollcall.SiteRef, c *rollcall.Contact) error {
	slot, err := ch.tx.ReserveContact(ch.ctx, c.Dealer, site)
	if err != nil {
		return err
	}
	if slot.Count > ch.opts.MaxContactsPerSite {
		return contactLimitReached()
	}
	c.Site, c.Seq = slot.Site, slot.Seq
	position := c.Position // that the caller asks for; 0: none
	c.Position = slot.Count
	c.Created = ch.now() // with the site locked, so that the audit is in the order of time
	c.Updated = c.Created
	for i := range c.Points {
		if p := &c.Points[i]; !phone.HasCountryCode(p.Value) {
			p.ReadPhone(slot.Country)
		}
	}
	if err := c.CheckPoints(); err != nil {
		return err
	}
	if err := ch.checkHours(c); err != nil {
		return err
	}
	if err := ch.applySuppressions(c); err != nil {
		return err
	}
	if err := ch.tx.InsertContact(ch.ctx, *c); err != nil {
		return err
	}
	if err := ch.recordContact(audit.ContactCreated, nil, c); err != nil || position == 0 {
		return err
	}
	return ch.moveContact(c, position)
}

func contactLimitReached() error {
	return &rollcall.Error{
		Kind:    rollcall.ContactLimitReached,
		Message: "this site has reached its contact limit; delete a contact you no longer need",
	}
}

// Contact returns a contact: SiteNotFound, ContactNotFound.
func (s *Service) Contact(ctx context.Context, caller Caller, ref rollcall.ContactRef) (rollcall.Contact, error) {
	return s.store.Contact(ctx, caller.Dealer, ref)
}

// Contacts returns a page of the site's contacts that match, in the order of the call list, and how many match on all pages:
// SiteNotFound, InvalidRequest. Without a page in the query it returns all.
func (s *Service) Contacts(ctx context.Context, caller Caller, site rollcall.SiteRef, q ContactQuery) ([]rollcall.Contact, int, error) {
	filter, err := q.filter()
	if err != nil {
		return nil, 0, s.siteFirst(ctx, caller, site, err)
	}
	return s.store.Contacts(ctx, caller.Dealer, site, filter)
}

// filter returns the filter of the query: InvalidRequest.
func (q *ContactQuery) filter() (ContactFilter, error) {
	if err := q.check(); err != nil {
		return ContactFilter{}, err
	}
	filter := ContactFilter{
		Type:  choices[rollcall.ContactType](q.Type),
		Role:  choices[rollcall.ContactRole](q.Role),
		Phone: choices[rollcall.PointStatus](q.Phone),
		Email: choices[rollcall.PointStatus](q.Email),
		Terms: rollcall.SearchTerms(q.Search),
	}
	if q.Page.Set || q.PerPage.Set {
		filter.Page = page(q.Page.ValueOr(1), min(q.PerPage.ValueOr(maxContactsPerPage), maxContactsPerPage))
	}
	return filter, nil
}

func (q *ContactQuery) check() error {
	return firstBadQuery(
		badChoices("type", q.Type, rollcall.ContactTypes()),
		badChoices("role", q.Role, rollcall.ContactRoles()),
		badChoices("phone_status", q.Phone, rollcall.PointStatuses()),
		badChoices("email_status", q.Email, rollcall.PointStatuses()),
		badSearch(q.Search),
		badCount("page", q.Page),
		badCount("per_page", q.PerPage),
	)
}

// UpdateContact changes a contact: SiteNotFound, ContactNotFound, PreconditionFailed, ValidationFailed. A phone or e-mail with a
// new value gets the last state of that value at this contact, else it is unconfirmed, and the open validation of the old value is
// canceled. Another spelling keeps both. A change without effect keeps Updated.
func (s *Service) UpdateContact(ctx context.Context, caller Caller, ref rollcall.ContactRef, in rollcall.ContactInput) (rollcall.Contact, error) {
	var c rollcall.Contact
	err := s.change(ctx, caller, func(ch *change) (err error) {
		if c, err = ch.lockContact(ref); err != nil {
			return err
		}
		if err := ch.changeContact(&c, in); err != nil {
			return err
		}
		return ch.respondAbout(&c, c)
	})
	return c, err
}

// lockContact returns a contact for a change: SiteNotFound, ContactNotFound, PreconditionFailed.
func (ch *change) lockContact(ref rollcall.ContactRef) (rollcall.Contact, error) {
	c, err := ch.tx.LockContact(ch.ctx, ch.caller.Dealer, ref)
	if err == nil {
		err = ch.caller.checkVersion(c.FieldsTag())
	}
	return c, err
}

func (ch *change) changeContact(c *rollcall.Contact, in rollcall.ContactInput) error {
	before := c.Clone()
	return ch.changeFrom(&before, c, in)
}

// changeFrom applies the input to c, which was before, and writes the change.
func (ch *change) changeFrom(before, c *rollcall.Contact, in rollcall.ContactInput) error {
	country := ""
	if in.Phone.Set || in.Points.Set {
		var err error
		if country, err = ch.tx.Country(ch.ctx, c.Dealer, c.Site); err != nil {
			return err
		}
	}
	if err := in.Apply(c, false, country); err != nil {
		return err
	}
	position := c.Position
	c.Position = before.Position
	if c.Equal(before) {
		return ch.moveContact(c, position)
	}
	if err := ch.changePoints(before, c); err != nil {
		return err
	}
	if before.Preferences.SMS && !c.Preferences.SMS {
		if err := ch.cancelQueuedSMS(c); err != nil {
			return err
		}
	}
	if c.StateVersion != before.StateVersion {
		if err := ch.applySuppressions(c); err != nil {
			return err
		}
	}
	if err := ch.checkHours(c); err != nil {
		return err
	}
	c.Updated = ch.now()
	c.Version++
	if err := ch.tx.UpdateContact(ch.ctx, *before, *c); err != nil {
		return err
	}
	if err := ch.recordContact(audit.ContactUpdated, before, c); err != nil {
		return err
	}
	return ch.moveContact(c, position)
}

// PutContactResult is the result of PutContact.
type PutContactResult struct {
	Contact rollcall.Contact
	Created bool
}

// PutContact updates the contact with the external id of ref, or creates it: SiteNotFound, ValidationFailed, ContactLimitReached,
// PreconditionFailed.
func (s *Service) PutContact(ctx context.Context, caller Caller, ref rollcall.ContactRef, in rollcall.ContactInput) (PutContactResult, error) {
	in.ContactID, in.ExternalID = rollcall.Field[string]{}, rollcall.Given(ref.ExternalID)
	var put PutContactResult
	try := func(ch *change) (err error) {
		put.Contact, err = ch.lockContact(ref)
		put.Created = rollcall.KindOf(err) == rollcall.ContactNotFound && !caller.IfMatch.Set
		switch {
		case put.Created:
			err = ch.insertNew(ref.Site, in, &put.Contact)
		case err == nil:
			err = ch.changeContact(&put.Contact, in)
		}
		if err != nil {
			return err
		}
		return ch.respondAbout(&put.Contact, put)
	}
	err := s.change(ctx, caller, try)
	if rollcall.KindOf(err) == rollcall.ExternalContactIDTaken { // somebody else created it first: update that one
		err = s.change(ctx, caller, try)
	}
	return put, err
}

func (ch *change) insertNew(site rollcall.SiteRef, in rollcall.ContactInput, c *rollcall.Contact) (err error) {
	if *c, err = ch.newContact(ch.caller, in); err != nil {
		return err
	}
	return ch.insertContact(site, c)
}

// rereadPhones reads the phones of a site again after a change of its country: SiteNotFound. A phone that now stands for another
// number gets the last state of that number at this contact, else it is unconfirmed.
func (ch *change) rereadPhones(site rollcall.SiteID) error {
	ref := rollcall.SiteRef{ID: site}
	if _, _, err := ch.tx.LockSite(ch.ctx, ch.caller.Dealer, ref); err != nil {
		return err
	}
	country, err := ch.tx.Country(ch.ctx, ch.caller.Dealer, site)
	if err != nil {
		return err
	}
	contacts, _, err := ch.tx.Contacts(ch.ctx, ch.caller.Dealer, ref, ContactFilter{})
	if err != nil {
		return err
	}
	for i := range contacts {
		if err := ch.rereadPhonesOf(&contacts[i], country); err != nil {
			return err
		}
	}
	return nil
}

func (ch *change) rereadPhonesOf(c *rollcall.Contact, country string) error {
	before := c.Clone()
	if c.ReadPhones(country); c.Equal(&before) {
		return nil
	}
	if err := ch.changePoints(&before, c); err != nil {
		return err
	}
	c.StateVersion = before.StateVersion + 1
	if err := ch.applySuppressions(c); err != nil {
		return err
	}
	if err := ch.tx.UpdateContact(ch.ctx, before, *c); err != nil {
		return err
	}
	return ch.recordContact(audit.ContactPhoneReread, &before, c)
}
