package service

import (
	"context"
	"slices"
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
)

// ContactsAsOf returns a page of the site's contacts as they were at a time, and how many match on all pages: SiteNotFound,
// InvalidRequest. It leaves out people who were erased later.
func (s *Service) ContactsAsOf(ctx context.Context, caller Caller, ref rollcall.SiteRef, at time.Time, q ContactQuery) ([]rollcall.Contact, int, error) {
	site, err := s.store.Site(ctx, caller.Dealer, ref)
	if err != nil {
		return nil, 0, err
	}
	filter, err := q.filter()
	if err != nil {
		return nil, 0, err
	}
	_, then, err := s.replaySite(ctx, &site, at)
	if err != nil {
		return nil, 0, err
	}
	match := slices.DeleteFunc(then, func(c rollcall.Contact) bool { return !filter.matches(&c) })
	total := len(match)
	if filter.Page.Limit > 0 {
		from := min(filter.Page.Offset, total)
		match = match[from:min(from+filter.Page.Limit, total)]
	}
	return match, total, nil
}

// matches reports whether the filter selects the contact.
func (f *ContactFilter) matches(c *rollcall.Contact) bool {
	text := c.SearchText()
	return anyOr(f.Type, c.Type) && anyOr(f.Role, c.Role) &&
		anyPoint(c, rollcall.PhonePoint, f.Phone) && anyPoint(c, rollcall.EmailPoint, f.Email) &&
		!slices.ContainsFunc(f.Terms, func(term string) bool { return !strings.Contains(text, term) })
}

// anyOr reports whether value is selected. An empty list selects all.
func anyOr[T comparable](chosen []T, value T) bool {
	return len(chosen) == 0 || slices.Contains(chosen, value)
}

// anyPoint reports whether a point of the kind has a selected status. An empty list selects all contacts.
func anyPoint(c *rollcall.Contact, kind rollcall.PointKind, chosen []rollcall.PointStatus) bool {
	return len(chosen) == 0 || slices.ContainsFunc(c.Points, func(p rollcall.Point) bool {
		return p.Kind == kind && slices.Contains(chosen, p.State.Status)
	})
}

// replaySite returns a site with its fields as they were at a time, and its contacts then, in the order of the call list then.
// Before the site was created it has no fields. replaySite reads the audit chain in batches.
func (s *Service) replaySite(ctx context.Context, site *rollcall.Site, at time.Time) (rollcall.Site, []rollcall.Contact, error) {
	replay := siteReplay{
		at: at, live: map[rollcall.ContactID]*rollcall.Contact{}, site: rollcall.Site{Dealer: site.Dealer, ID: site.ID, Seq: site.Seq},
	}
	if err := s.readChain(ctx, site.Dealer, site.ID, replay.see); err != nil {
		return rollcall.Site{}, nil, err
	}
	return replay.site, replay.contacts(), nil
}

// siteReplay rebuilds a site and its contacts from its audit chain up to a time.
type siteReplay struct {
	at   time.Time
	site rollcall.Site
	all  []*rollcall.Contact // in the order of creation
	live map[rollcall.ContactID]*rollcall.Contact
	list audit.Order
}

// see applies the next line of the chain.
func (r *siteReplay) see(l *audit.Line) error {
	if l.At.After(r.at) {
		return nil
	}
	if err := r.list.See(l); err != nil || l.Erased() {
		return err
	}
	changed, err := l.Changes()
	if err != nil {
		return err
	}
	c := r.live[l.Contact]
	switch l.Action {
	case audit.SiteCreated, audit.SiteUpdated, audit.SiteDeleted:
		audit.ApplySiteChanges(&r.site, changed)
	case audit.ContactCreated:
		c = &rollcall.Contact{Dealer: l.Dealer, Site: l.Site, ID: l.Contact, Created: l.At, Updated: l.At, Version: 1}
		r.all = append(r.all, c)
		r.live[l.Contact] = c
	case audit.ContactDeleted:
		delete(r.live, l.Contact)
		return nil
	case audit.ContactRestored:
		if c = lastOf(r.all, l.Contact); c != nil { // the line lists all fields that are not empty
			*c = rollcall.Contact{Dealer: c.Dealer, Site: c.Site, ID: c.ID, Created: c.Created, Updated: c.Updated, Version: c.Version}
			r.live[l.Contact] = c
		}
	case audit.ContactUpdated:
		if c != nil {
			c.Updated = l.At
		}
	}
	if c != nil {
		audit.ApplyChanges(c, changed)
	}
	return nil
}

// contacts returns the contacts that are not deleted.
func (r *siteReplay) contacts() []rollcall.Contact {
	var there []rollcall.Contact
	for i, id := range r.list {
		if c := r.live[id]; c != nil {
			c.Position = i + 1
			c.HoursIgnored = len(c.Availability) > 0 && r.site.Timezone == ""
			there = append(there, *c)
		}
	}
	return there
}

// lastOf returns the last contact with this id, or nil.
func lastOf(all []*rollcall.Contact, id rollcall.ContactID) *rollcall.Contact {
	for _, c := range slices.Backward(all) {
		if c.ID == id {
			return c
		}
	}
	return nil
}
