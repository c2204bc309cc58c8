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
	then, err := s.replayContacts(ctx, caller.Dealer, site.ID, at)
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

// replayContacts returns the contacts of a site at a time, in the order of the call list then. It reads the audit chain in batches.
func (s *Service) replayContacts(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, at time.Time) ([]rollcall.Contact, error) {
	replay := contactReplay{at: at, live: map[rollcall.ContactID]*rollcall.Contact{}}
	if err := s.readChain(ctx, dealer, site, replay.see); err != nil {
		return nil, err
	}
	return replay.contacts(), nil
}

// contactReplay rebuilds the contacts of a site from its audit chain up to a time.
type contactReplay struct {
	at   time.Time
	all  []*rollcall.Contact // in the order of creation
	live map[rollcall.ContactID]*rollcall.Contact
	list audit.Order
	zone string // the time zone of the site
}

// see applies the next line of the chain.
func (r *contactReplay) see(l *audit.Line) error {
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
	if l.Contact == "" {
		r.seeZone(changed)
		return nil
	}
	c := r.live[l.Contact]
	switch l.Action {
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
	case "contact.updated":
		if c != nil {
			c.Updated = l.At
		}
	}
	if c != nil {
		audit.ApplyChanges(c, changed)
	}
	return nil
}

// seeZone applies the changes of a line about the site itself.
func (r *contactReplay) seeZone(changed []audit.Change) {
	for _, c := range changed {
		if c.Field != "timezone" {
			continue
		}
		r.zone = ""
		if c.New != nil {
			r.zone = *c.New
		}
	}
}

// contacts returns the contacts that are not deleted.
func (r *contactReplay) contacts() []rollcall.Contact {
	var there []rollcall.Contact
	for i, id := range r.list {
		if c := r.live[id]; c != nil {
			c.Position = i + 1
			c.HoursIgnored = len(c.Availability) > 0 && r.zone == ""
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
