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
	replay := audit.NewReplay(rollcall.Site{Dealer: site.Dealer, ID: site.ID, Seq: site.Seq}, at)
	if err := s.readChain(ctx, site.Dealer, site.ID, replay.See); err != nil {
		return rollcall.Site{}, nil, err
	}
	return replay.Site(), replay.Contacts(), nil
}
