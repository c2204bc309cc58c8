package service

import (
	"context"
	"math"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
)

// RecentAuditQuery selects lines of the audit. The zero value selects the newest.
type RecentAuditQuery struct {
	Site     rollcall.Field[rollcall.SiteID] // absent: any; empty: changes of no site
	Contact  rollcall.ContactID              // empty: any
	Actions  []string                        // empty: any
	From, To time.Time                       // not before From, and before To; zero: at any time
	Before   rollcall.Field[string]
}

// RecentAudit is a page of the audit, the newest line first.
type RecentAudit struct {
	Lines []audit.Line
	Older string // the cursor of the next page; empty: this is the last. A page may be empty although there is a next one
	// Names of the sites and contacts of the lines, by identifier. Those that were removed for good have none.
	Sites    map[rollcall.SiteID]string
	Contacts map[int64]string // by the position of the line
}

const (
	auditPage = 50
	// recentScan is how many lines of all sites one call reads at most, whether they match or not, so that a page comes soon.
	recentScan = 10_000
)

// RecentAudit returns a page of the audit, the newest line first: InvalidRequest.
func (s *Service) RecentAudit(ctx context.Context, caller Caller, q RecentAuditQuery) (page RecentAudit, err error) {
	before := int64(math.MaxInt64)
	if err := firstBadQuery(readCursor(q.Before, &before)); err != nil {
		return page, err
	}
	if err := s.placeForReading(ctx, caller.Dealer); err != nil {
		return page, err
	}
	first, last, err := s.positionsBetween(ctx, caller.Dealer, q.From, q.To)
	last = min(last, before-1)
	if err != nil || last < first {
		return page, err
	}
	filter := AuditFilter{
		Site: q.Site, Contact: q.Contact, Actions: q.Actions, After: first - 1, UpTo: last, Newest: true, Limit: auditPage + 1,
	}
	if !q.Site.Set && q.Contact == "" {
		filter.After = max(filter.After, last-recentScan)
	}
	err = s.store.Snapshot(ctx, func(r Reader) (err error) {
		page = RecentAudit{Sites: map[rollcall.SiteID]string{}, Contacts: map[int64]string{}}
		if page.Lines, err = r.AuditLines(ctx, caller.Dealer, filter); err != nil {
			return err
		}
		switch {
		case len(page.Lines) > auditPage:
			page.Lines = page.Lines[:auditPage]
			page.Older = cursor(page.Lines[auditPage-1].Pos)
		case filter.After >= first:
			page.Older = cursor(filter.After + 1)
		}
		return page.name(ctx, r)
	})
	return page, err
}

// positionsBetween returns the first and the last position of lines of a time, nearly; see lastBefore. last is less than first if
// there are none.
func (s *Service) positionsBetween(ctx context.Context, dealer rollcall.DealerID, from, to time.Time) (first, last int64, err error) {
	older, err := s.lastBefore(ctx, dealer, from)
	if err != nil {
		return 0, 0, err
	}
	var end audit.Position
	if to.IsZero() {
		end, err = s.store.AuditPosition(ctx, dealer, 0)
	} else {
		end, err = s.lastBefore(ctx, dealer, to)
	}
	return older.Pos + 1, end.Pos, err
}

// name finds the names of the sites and contacts of the lines.
func (p *RecentAudit) name(ctx context.Context, r Reader) error {
	type person struct {
		site rollcall.SiteID
		id   rollcall.ContactID
	}
	contacts := map[person][]rollcall.Contact{}
	for i := range p.Lines {
		l := &p.Lines[i]
		if _, known := p.Sites[l.Site]; !known && l.Site != "" {
			site, err := r.Site(ctx, l.Dealer, rollcall.SiteRef{ID: l.Site})
			if err != nil && rollcall.KindOf(err) != rollcall.SiteNotFound {
				return err
			}
			p.Sites[l.Site] = site.Name
		}
		if l.Contact == "" || p.Sites[l.Site] == "" {
			continue
		}
		key := person{l.Site, l.Contact}
		all, known := contacts[key]
		if !known {
			var err error
			if all, err = r.ContactsWithDeleted(ctx, l.Dealer, l.Site, l.Contact); err != nil {
				return err
			}
			contacts[key] = all
		}
		for j := range all { // the last that was there, since an identifier may be used again
			if !all[j].Created.After(l.At) {
				p.Contacts[l.Pos] = all[j].Name()
			}
		}
	}
	return nil
}
