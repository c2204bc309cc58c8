package service

import (
	"context"
	"fmt"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// allContactsReader reads contacts of all sites.
type allContactsReader interface {
	// AllContacts returns the dealer's contacts that match, in the order of Site and Seq.
	AllContacts(ctx context.Context, dealer rollcall.DealerID, filter AllContactsFilter) ([]SiteContact, error)
}

// SiteContact is a contact with the reference of its site.
type SiteContact struct {
	rollcall.Contact
	Reference  string // account_reference_id of the site; empty: none
	SiteStatus rollcall.SiteStatus
}

// AllContactsFilter selects contacts of all sites.
type AllContactsFilter struct {
	ContactFilter                   // without Page; each of Terms begins a word, or is digits of a phone
	Site            rollcall.SiteID // empty: any
	Reference       string          // of the site; empty: any
	Sites           []rollcall.SiteID
	Readiness       []rollcall.ReadinessStatus // of the site; empty: any
	PhoneKey        string                     // PointKey of one of the phones; empty: any
	EmailKey        string                     // PointKey of one of the e-mails; empty: any
	ConfirmedBefore time.Time                  // a phone or e-mail was last confirmed before, or never; zero: any
	After           ContactPlace               // the last contact of the page before; zero: none
	Limit           int
}

// ContactPlace is the place of a contact among those of all sites. It never changes.
type ContactPlace struct {
	Site rollcall.SiteID
	Seq  int64
}

// AllContactsQuery selects contacts of all sites for a caller. The zero value selects the first 100.
type AllContactsQuery struct {
	Type      rollcall.Field[[]string]
	Role      rollcall.Field[[]string]
	Phone     rollcall.Field[[]string] // status of any phone
	Email     rollcall.Field[[]string] // status of any e-mail
	Search    string                   // at most 200 characters
	Site      rollcall.Field[string]
	Reference rollcall.Field[string] // of the site

	PhoneValue rollcall.Field[string] // a number in any spelling
	EmailValue rollcall.Field[string] // a mailbox in any spelling
	OlderThan  rollcall.Field[int]    // days since a phone or e-mail was last confirmed; never is older than any

	After rollcall.Field[string] // the cursor that came with the page before
	Limit rollcall.Field[int]    // at most 500
}

const maxOlderThan = 36_500 // days

// AllContacts returns a page of the dealer's contacts that match, by site, then in the order in which they were added, and the
// cursor of the next page, empty on the last one: InvalidRequest.
func (s *Service) AllContacts(ctx context.Context, caller Caller, q AllContactsQuery) (found []SiteContact, next string, err error) {
	filter, err := s.allContactsFilter(ctx, caller, q)
	if err != nil {
		return nil, "", err
	}
	limit := filter.Limit
	filter.Limit++ // whether there is another page
	found, err = s.store.AllContacts(ctx, caller.Dealer, filter)
	if err == nil && len(found) > limit {
		found = found[:limit]
		last := &found[limit-1]
		next = cursor(last.Site, last.Seq)
	}
	return found, next, err
}

// ExportContacts calls write with all of the dealer's contacts that match after the cursor of q, in the order of AllContacts, page by
// page: InvalidRequest, before the first call, and an error of write as it is. Each page is a snapshot of its own. Without contacts,
// write gets one empty page.
func (s *Service) ExportContacts(ctx context.Context, caller Caller, q AllContactsQuery, write func([]SiteContact) error) error {
	filter, err := s.allContactsFilter(ctx, caller, q)
	if err != nil {
		return err
	}
	filter.Limit = exportPage
	for {
		page, err := s.store.AllContacts(ctx, caller.Dealer, filter)
		if err != nil {
			return err
		}
		if err := write(page); err != nil || len(page) < exportPage {
			return err
		}
		last := &page[len(page)-1]
		filter.After = ContactPlace{Site: last.Site, Seq: last.Seq}
	}
}

// exportPage is how many contacts an export reads at once.
const exportPage = 200

// allContactsFilter returns the filter of a query: InvalidRequest.
func (s *Service) allContactsFilter(ctx context.Context, caller Caller, q AllContactsQuery) (AllContactsFilter, error) {
	filter, err := q.filter(s.now())
	if err == nil && q.PhoneValue.Set {
		filter.PhoneKey, err = s.phoneKey(ctx, caller, q.PhoneValue.Value)
	}
	return filter, err
}

// phoneKey returns the key of a number in any spelling, which is read in the country of the dealer: InvalidRequest.
func (s *Service) phoneKey(ctx context.Context, caller Caller, value string) (string, error) {
	dealer, err := s.store.Dealer(ctx, caller.Dealer)
	if err != nil {
		return "", err
	}
	p, bad := rollcall.ReadPoint(rollcall.PhonePoint, value, dealer.Country)
	if bad != nil {
		return "", badQuery("phone", bad.Message)
	}
	return p.Key(), nil
}

// filter returns the filter of the query, without PhoneKey: InvalidRequest.
func (q *AllContactsQuery) filter(now time.Time) (filter AllContactsFilter, err error) {
	sameSite := ContactQuery{Type: q.Type, Role: q.Role, Phone: q.Phone, Email: q.Email, Search: q.Search}
	if filter.ContactFilter, err = sameSite.filter(); err != nil {
		return filter, err
	}
	err = firstBadQuery(
		badEmpty("site_id", q.Site),
		badEmpty("account_reference_id", q.Reference),
		badOlderThan(q.OlderThan),
		readCursor(q.After, &filter.After.Site, &filter.After.Seq),
		badCount("limit", q.Limit),
	)
	if err != nil {
		return filter, err
	}
	filter.Site, filter.Reference = rollcall.SiteID(q.Site.Value), q.Reference.Value
	if q.EmailValue.Set {
		email, bad := rollcall.ReadPoint(rollcall.EmailPoint, q.EmailValue.Value, "")
		if bad != nil {
			return filter, badQuery("email", bad.Message)
		}
		filter.EmailKey = email.Key()
	}
	if q.OlderThan.Set {
		filter.ConfirmedBefore = now.AddDate(0, 0, -q.OlderThan.Value)
	}
	filter.Limit = min(q.Limit.ValueOr(listLimit), maxListLimit)
	return filter, nil
}

func badEmpty(field string, f rollcall.Field[string]) *rollcall.Error {
	if f.Set && f.Value == "" {
		return badQuery(field, "must not be empty; leave it out for any")
	}
	return nil
}

func badOlderThan(days rollcall.Field[int]) *rollcall.Error {
	if days.Set && (days.Value < 1 || days.Value > maxOlderThan) {
		return badQuery("older_than_days", fmt.Sprintf("must be a whole number from 1 to %d", maxOlderThan))
	}
	return nil
}
