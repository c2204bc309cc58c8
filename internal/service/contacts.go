package service

import (
	"context"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/phone"
)

// ContactQuery chooses contacts for a caller. Its zero value chooses every one.
type ContactQuery struct {
	Type    rollcall.Field[[]string]
	Role    rollcall.Field[[]string]
	Phone   rollcall.Field[[]string] // states of the phone
	Email   rollcall.Field[[]string] // states of the e-mail
	Search  string                   // at most 200 characters
	Page    rollcall.Field[int]
	PerPage rollcall.Field[int]
}

const maxContactsPerPage = 500

// CreateContact adds a contact at the end of the site's list: SiteNotFound, ValidationFailed, ContactIDTaken,
// ExternalContactIDTaken, ContactLimitReached.
func (s *Service) CreateContact(ctx context.Context, who Caller, site rollcall.SiteRef, in rollcall.ContactInput) (rollcall.Contact, error) {
	c, err := s.newContact(who, in)
	if err != nil {
		return rollcall.Contact{}, s.siteFirst(ctx, who, site, err)
	}
	err = s.change(ctx, who, func(ctx context.Context, tx Tx) (any, error) {
		err := s.insertContact(ctx, tx, who, site, &c)
		return c, err
	})
	return c, s.existing(ctx, who, rollcall.ContactRef{Site: site, ID: c.ID, ExternalID: c.ExternalID}, err)
}

// newContact judges the input of a new contact. What depends on its site is left to insertContact.
func (s *Service) newContact(who Caller, in rollcall.ContactInput) (rollcall.Contact, error) {
	c := rollcall.Contact{Dealer: who.Dealer, ID: rollcall.NewContactID(), Version: 1, StateVersion: 1}
	if err := in.ApplyTo(&c, true).Err(); err != nil {
		return rollcall.Contact{}, err
	}
	if phone.HasCountryCode(c.Phone) {
		c.ReadPhone("")
	}
	c.PhoneState.Status, c.EmailState.Status = rollcall.PointUnconfirmed, rollcall.PointUnconfirmed
	return c, nil
}

// siteFirst returns SiteNotFound where there is no such site, since that is what a caller should mend first, else err.
func (s *Service) siteFirst(ctx context.Context, who Caller, site rollcall.SiteRef, err error) error {
	if _, notFound := s.store.Site(ctx, who.Dealer, site); notFound != nil {
		return notFound
	}
	return err
}

// insertContact adds a contact that newContact made.
func (s *Service) insertContact(ctx context.Context, tx Tx, who Caller, site rollcall.SiteRef, c *rollcall.Contact) error {
	slot, err := tx.ReserveContact(ctx, c.Dealer, site)
	if err != nil {
		return err
	}
	if slot.Count > s.opts.MaxContactsPerSite {
		return siteFull()
	}
	c.Site, c.Seq = slot.Site, slot.Seq
	c.Created = s.now() // in the transaction, so that who follows the audit finds no line behind the last one
	c.Updated = c.Created
	if !phone.HasCountryCode(c.Phone) {
		c.ReadPhone(slot.Country)
	}
	if err := s.heedSuppressions(ctx, tx, c, rollcall.Points()...); err != nil {
		return err
	}
	if err := tx.InsertContact(ctx, *c); err != nil {
		return err
	}
	return s.recordContact(ctx, tx, who, rollcall.ContactCreated, nil, c)
}

func siteFull() error {
	return &rollcall.Error{
		Kind:    rollcall.ContactLimitReached,
		Message: "the site has as many contacts as it may; delete one that is no longer needed first",
	}
}

// Contact returns a contact: SiteNotFound, ContactNotFound.
func (s *Service) Contact(ctx context.Context, who Caller, ref rollcall.ContactRef) (rollcall.Contact, error) {
	return s.store.Contact(ctx, who.Dealer, ref)
}

// Contacts returns a page of the site's contacts that match, or all of them where no page is asked for, in the order in
// which they were added, and how many match in all: SiteNotFound, InvalidRequest.
func (s *Service) Contacts(ctx context.Context, who Caller, site rollcall.SiteRef, q ContactQuery) ([]rollcall.Contact, int, error) {
	filter, err := q.filter()
	if err != nil {
		return nil, 0, s.siteFirst(ctx, who, site, err)
	}
	return s.store.Contacts(ctx, who.Dealer, site, filter)
}

// filter returns what the query chooses: InvalidRequest.
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
		filter.Page = page(q.Page.Or(1), min(q.PerPage.Or(maxContactsPerPage), maxContactsPerPage))
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

// UpdateContact changes a contact: SiteNotFound, ContactNotFound, PreconditionFailed, ValidationFailed. Input that changes
// nothing leaves Updated as it was. A contact point that gets another value takes up the state that the value had last at this
// contact, else it is unconfirmed, and its open validation is canceled; another spelling changes neither.
func (s *Service) UpdateContact(ctx context.Context, who Caller, ref rollcall.ContactRef, in rollcall.ContactInput) (rollcall.Contact, error) {
	var c rollcall.Contact
	err := s.change(ctx, who, func(ctx context.Context, tx Tx) (_ any, err error) {
		if c, err = s.lockContact(ctx, tx, who, ref); err != nil {
			return nil, err
		}
		err = s.changeContact(ctx, tx, who, &c, in)
		return c, err
	})
	return c, err
}

// lockContact returns a contact for a change: SiteNotFound, ContactNotFound, and PreconditionFailed where the caller knows
// it in another state.
func (s *Service) lockContact(ctx context.Context, tx Tx, who Caller, ref rollcall.ContactRef) (rollcall.Contact, error) {
	c, err := tx.LockContact(ctx, who.Dealer, ref)
	if err == nil {
		err = who.mayChange(c.OwnTag())
	}
	return c, err
}

func (s *Service) changeContact(ctx context.Context, tx Tx, who Caller, c *rollcall.Contact, in rollcall.ContactInput) error {
	before := *c
	if err := in.ApplyTo(c, false).Err(); err != nil {
		return err
	}
	if *c == before {
		return nil
	}
	if c.Phone != before.Phone {
		country, err := tx.Country(ctx, c.Dealer, c.Site)
		if err != nil {
			return err
		}
		c.ReadPhone(country)
	}
	for _, p := range rollcall.Points() {
		if err := s.changePoint(ctx, tx, who, &before, c, p); err != nil {
			return err
		}
	}
	if c.StateVersion != before.StateVersion {
		if err := s.heedSuppressions(ctx, tx, c, rollcall.Points()...); err != nil {
			return err
		}
	}
	c.Updated = s.now()
	c.Version++
	if err := tx.UpdateContact(ctx, *c); err != nil {
		return err
	}
	return s.recordContact(ctx, tx, who, "contact.updated", &before, c)
}

// PutResult is the result of PutContact.
type PutResult struct {
	Contact rollcall.Contact
	Created bool
}

// PutContact updates the contact with the external identifier of ref, or creates it where the site has none:
// SiteNotFound, ValidationFailed, ContactLimitReached, PreconditionFailed.
func (s *Service) PutContact(ctx context.Context, who Caller, ref rollcall.ContactRef, in rollcall.ContactInput) (PutResult, error) {
	in.ContactID, in.ExternalID = rollcall.Field[string]{}, rollcall.Given(ref.ExternalID)
	var put PutResult
	try := func(ctx context.Context, tx Tx) (_ any, err error) {
		put.Contact, err = s.lockContact(ctx, tx, who, ref)
		if put.Created = rollcall.KindOf(err) == rollcall.ContactNotFound && !who.IfMatch.Set; put.Created {
			err = s.insertNew(ctx, tx, who, ref.Site, in, &put.Contact)
			return put, err
		}
		if err != nil {
			return nil, err
		}
		err = s.changeContact(ctx, tx, who, &put.Contact, in)
		return put, err
	}
	err := s.change(ctx, who, try)
	if rollcall.KindOf(err) == rollcall.ExternalContactIDTaken { // somebody created it between our look and our insert: now update theirs
		err = s.change(ctx, who, try)
	}
	return put, err
}

func (s *Service) insertNew(ctx context.Context, tx Tx, who Caller, site rollcall.SiteRef, in rollcall.ContactInput, c *rollcall.Contact) (err error) {
	if *c, err = s.newContact(who, in); err != nil {
		return err
	}
	return s.insertContact(ctx, tx, who, site, c)
}

// rereadPhones reads the phones of a site again, because the country in which they are read has changed: SiteNotFound. A
// phone that now means another number takes up the state that the number had last at its contact, else it is unconfirmed.
func (s *Service) rereadPhones(ctx context.Context, tx Tx, who Caller, site rollcall.SiteID) error {
	ref := rollcall.SiteRef{ID: site}
	if _, _, err := tx.LockSite(ctx, who.Dealer, ref); err != nil {
		return err
	}
	country, err := tx.Country(ctx, who.Dealer, site)
	if err != nil {
		return err
	}
	contacts, _, err := tx.Contacts(ctx, who.Dealer, ref, ContactFilter{})
	if err != nil {
		return err
	}
	for i := range contacts {
		c := &contacts[i]
		before := *c
		if c.ReadPhone(country); c.PhoneE164 == before.PhoneE164 && c.PhoneCause == before.PhoneCause {
			continue
		}
		if err := s.changePoint(ctx, tx, who, &before, c, rollcall.PhonePoint); err != nil {
			return err
		}
		c.StateVersion = before.StateVersion + 1
		if err := s.heedSuppressions(ctx, tx, c, rollcall.PhonePoint); err != nil {
			return err
		}
		if err := tx.UpdateContact(ctx, *c); err != nil {
			return err
		}
		if err := s.recordContact(ctx, tx, who, "contact.phone_reread", &before, c); err != nil {
			return err
		}
	}
	return nil
}
