package service

import (
	"context"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
)

// siteReader reads sites.
type siteReader interface {
	// Site returns a site: SiteNotFound.
	Site(ctx context.Context, dealer rollcall.DealerID, ref rollcall.SiteRef) (rollcall.Site, error)
	// Sites returns the page of the sites that match, in the order of creation, and how many match on all pages.
	Sites(ctx context.Context, dealer rollcall.DealerID, filter SiteFilter) ([]rollcall.Site, int, error)
}

// siteWriter changes sites in a transaction.
type siteWriter interface {
	// InsertSite adds a site at the end of the dealer's list, ignores its Seq, and returns its place: DealerNotFound,
	// SiteIDTaken, AccountReferenceTaken.
	InsertSite(ctx context.Context, s rollcall.Site) (seq int64, err error)
	// LockSite returns a site and how many contacts it has: SiteNotFound.
	LockSite(ctx context.Context, dealer rollcall.DealerID, ref rollcall.SiteRef) (s rollcall.Site, contacts int, err error)
	// UpdateSite replaces a site by its ID: SiteNotFound, AccountReferenceTaken.
	UpdateSite(ctx context.Context, s rollcall.Site) error
	// DeleteSite removes a site, its contacts, soft-deleted ones included, and their validations: SiteNotFound.
	DeleteSite(ctx context.Context, dealer rollcall.DealerID, id rollcall.SiteID) error
	// Country returns the country in which phones of the site without a country code are read: SiteNotFound.
	Country(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID) (string, error)
}

// SiteQuery selects sites for a caller. The zero value selects the first 50.
type SiteQuery struct {
	Status    rollcall.Field[string]
	Reference string // compared exactly; empty: any
	Search    string // at most 200 characters
	Page      rollcall.Field[int]
	PerPage   rollcall.Field[int]
}

const (
	sitesPerPage    = 50
	maxSitesPerPage = 200
)

// CreateSite adds a site at the end of the dealer's list: ValidationFailed, SiteIDTaken, AccountReferenceTaken.
func (s *Service) CreateSite(ctx context.Context, caller Caller, in rollcall.SiteInput) (site rollcall.Site, err error) {
	if err := CheckSite(in); err != nil {
		return rollcall.Site{}, err
	}
	err = s.change(ctx, caller, func(ch *change) (err error) {
		if site, err = ch.createSite(in); err != nil {
			return err
		}
		return ch.respond(site)
	})
	return site, s.withExistingSite(ctx, in, caller.Dealer, err)
}

// withExistingSite returns SiteIDTaken and AccountReferenceTaken with the id of the site that has the identifier, and other errors
// as they are.
func (s *Service) withExistingSite(ctx context.Context, in rollcall.SiteInput, dealer rollcall.DealerID, err error) error {
	switch rollcall.KindOf(err) {
	case rollcall.SiteIDTaken:
		return withExistingID(err, in.SiteID.Value)
	case rollcall.AccountReferenceTaken:
		if site, notFound := s.store.Site(ctx, dealer, rollcall.SiteRef{Reference: in.Reference.Value}); notFound == nil {
			return withExistingID(err, string(site.ID))
		}
	}
	return err
}

func (ch *change) createSite(in rollcall.SiteInput) (rollcall.Site, error) {
	site := rollcall.Site{Dealer: ch.caller.Dealer, ID: rollcall.NewSiteID(), Version: 1}
	if err := in.Apply(&site, true); err != nil {
		return rollcall.Site{}, err
	}
	if err := ch.readPremises(&site); err != nil {
		return rollcall.Site{}, err
	}
	site.Created = ch.now()
	site.Updated = site.Created
	seq, err := ch.tx.InsertSite(ch.ctx, site)
	if err != nil {
		return rollcall.Site{}, err
	}
	site.Seq = seq
	return site, ch.recordSite(audit.SiteCreated, nil, &site)
}

// CheckSite checks the input of a new site without reading the store: ValidationFailed.
func CheckSite(in rollcall.SiteInput) error {
	var site rollcall.Site
	return in.Apply(&site, true)
}

// Site returns a site: SiteNotFound.
func (s *Service) Site(ctx context.Context, caller Caller, ref rollcall.SiteRef) (rollcall.Site, error) {
	return s.store.Site(ctx, caller.Dealer, ref)
}

// Sites returns a page of the sites that match, in the order of creation, and how many match on all pages: InvalidRequest.
func (s *Service) Sites(ctx context.Context, caller Caller, q SiteQuery) ([]rollcall.Site, int, error) {
	if err := q.check(); err != nil {
		return nil, 0, err
	}
	perPage := min(q.PerPage.ValueOr(sitesPerPage), maxSitesPerPage)
	return s.store.Sites(ctx, caller.Dealer, SiteFilter{
		Status:    rollcall.SiteStatus(q.Status.Value),
		Reference: q.Reference,
		Terms:     rollcall.SearchWords(q.Search),
		Page:      page(q.Page.ValueOr(1), perPage),
	})
}

func (q *SiteQuery) check() error {
	return firstBadQuery(
		badChoice("status", q.Status, rollcall.SiteStatuses()),
		badSearch(q.Search),
		badCount("page", q.Page),
		badCount("per_page", q.PerPage),
	)
}

// UpdateSite changes a site: SiteNotFound, ValidationFailed, AccountReferenceTaken, PreconditionFailed. After a change of the
// country, the phones of its contacts are read again.
func (s *Service) UpdateSite(ctx context.Context, caller Caller, ref rollcall.SiteRef, in rollcall.SiteInput) (rollcall.Site, error) {
	var site rollcall.Site
	err := s.change(ctx, caller, func(ch *change) (err error) {
		if site, _, err = ch.tx.LockSite(ch.ctx, caller.Dealer, ref); err != nil {
			return err
		}
		if err := caller.checkVersion(site.FieldsTag()); err != nil {
			return err
		}
		if err := ch.changeSite(&site, in); err != nil {
			return err
		}
		return ch.respond(site)
	})
	return site, s.withExistingSite(ctx, in, caller.Dealer, err)
}

// PutSiteResult is the result of PutSite.
type PutSiteResult struct {
	Site    rollcall.Site
	Created bool
}

// PutSite updates the site with this reference, or creates it: ValidationFailed, PreconditionFailed. The input may repeat the
// reference, but not change it.
func (s *Service) PutSite(ctx context.Context, caller Caller, reference string, in rollcall.SiteInput) (PutSiteResult, error) {
	if given := in.Reference; given.Set && (given.Null || given.Value != reference) {
		return PutSiteResult{}, rollcall.InvalidField("account_reference_id", rollcall.CodeInvalid,
			"must be the same as in the path; use PATCH to change it")
	}
	in.SiteID, in.Reference = rollcall.Field[string]{}, rollcall.Given(reference)
	var put PutSiteResult
	try := func(ch *change) (err error) {
		put.Site, _, err = ch.tx.LockSite(ch.ctx, caller.Dealer, rollcall.SiteRef{Reference: reference})
		put.Created = rollcall.KindOf(err) == rollcall.SiteNotFound && !caller.IfMatch.Set
		if put.Created {
			put.Site, err = ch.createSite(in)
		} else if err == nil {
			if err = caller.checkVersion(put.Site.FieldsTag()); err == nil {
				err = ch.changeSite(&put.Site, in)
			}
		}
		if err != nil {
			return err
		}
		return ch.respond(put)
	}
	err := s.change(ctx, caller, try)
	if rollcall.KindOf(err) == rollcall.AccountReferenceTaken { // somebody else created it first: update that one
		err = s.change(ctx, caller, try)
	}
	return put, err
}

func (ch *change) changeSite(site *rollcall.Site, in rollcall.SiteInput) error {
	before := *site
	if err := in.Apply(site, false); err != nil {
		return err
	}
	if *site == before {
		return nil
	}
	if site.PremisesPhone.Value != before.PremisesPhone.Value || site.Address.Country != before.Address.Country {
		if err := ch.readPremises(site); err != nil {
			return err
		}
	}
	site.Updated = ch.now()
	site.Version++
	if err := ch.tx.UpdateSite(ch.ctx, *site); err != nil {
		return err
	}
	if err := ch.recordSite(audit.SiteUpdated, &before, site); err != nil {
		return err
	}
	if site.Address.Country == before.Address.Country {
		return nil
	}
	return ch.rereadPhones(site.ID)
}

// readPremises reads the phone of the premises as it is dialled in the country of the site, else of the dealer.
func (ch *change) readPremises(site *rollcall.Site) error {
	country := site.Address.Country
	if country == "" && site.PremisesPhone.Value != "" {
		dealer, err := ch.tx.Dealer(ch.ctx, ch.caller.Dealer)
		if err != nil {
			return err
		}
		country = dealer.Country
	}
	site.PremisesPhone.Read(country)
	return nil
}

// DeleteSite removes a site: SiteNotFound, PreconditionFailed, SiteNotEmpty. With cascade it also removes the site's contacts.
func (s *Service) DeleteSite(ctx context.Context, caller Caller, ref rollcall.SiteRef, cascade bool) error {
	return s.change(ctx, caller, func(ch *change) error {
		site, contacts, err := ch.tx.LockSite(ch.ctx, caller.Dealer, ref)
		if err != nil {
			return err
		}
		if err := caller.checkVersion(site.FieldsTag()); err != nil {
			return err
		}
		if contacts > 0 && !cascade {
			return &rollcall.Error{
				Kind:    rollcall.SiteNotEmpty,
				Message: "this site has contacts; delete them first, or add ?cascade=true to delete them too",
			}
		}
		if err := ch.recordDeletedContacts(site.ID); err != nil {
			return err
		}
		if err := ch.tx.DeleteSite(ch.ctx, caller.Dealer, site.ID); err != nil {
			return err
		}
		return ch.recordSite(audit.SiteDeleted, &site, nil)
	})
}

// recordDeletedContacts writes an audit line for each contact that is removed with its site.
func (ch *change) recordDeletedContacts(site rollcall.SiteID) error {
	contacts, _, err := ch.tx.Contacts(ch.ctx, ch.caller.Dealer, rollcall.SiteRef{ID: site}, ContactFilter{})
	if err != nil {
		return err
	}
	for i := range contacts {
		if err := ch.recordContact(audit.ContactDeleted, &contacts[i], nil); err != nil {
			return err
		}
	}
	return nil
}

// recordSite writes the audit line of a change of a site. before is nil for a new site, after for a removed one.
func (ch *change) recordSite(action string, before, after *rollcall.Site) error {
	site := after
	if site == nil {
		site = before
	}
	line := audit.Line{Site: site.ID, Action: action, Subject: string(site.ID)}
	if action == audit.SiteUpdated {
		line.Fields = audit.SiteFields(before, after)
	}
	ch.siteChanged(site.ID)
	return ch.record(line, audit.SiteChanges(before, after))
}
