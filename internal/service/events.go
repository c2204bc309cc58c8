package service

import (
	"context"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
)

// EventQuery selects events for a caller.
type EventQuery struct {
	Types rollcall.Field[[]string] // absent: all
	Site  rollcall.Field[string]   // absent: all, also those about no site
	After string                   // a cursor, or "latest"; empty: from the oldest event
	Limit rollcall.Field[int]      // default 100, at most 500
}

// Events returns events of the dealer, in the order of the audit, whose lines they are, and the cursor after the last line that was
// read: InvalidRequest, CursorExpired. At the end, that is the cursor of the query. Events older than Options.KeepEvents are gone,
// and a cursor before one of them has expired. So a reader that has read everything keeps its place, however long nothing happens.
func (s *Service) Events(ctx context.Context, caller Caller, q EventQuery) (events []rollcall.Event, next string, err error) {
	if err := firstBadQuery(badChoices("types", q.Types, rollcall.EventTypes()), badCount("limit", q.Limit)); err != nil {
		return nil, "", err
	}
	filter := AuditFilter{
		Site:    rollcall.Field[rollcall.SiteID]{Value: rollcall.SiteID(q.Site.Value), Set: q.Site.Set},
		Actions: audit.EventActions(choices[rollcall.EventType](q.Types)),
		Limit:   min(q.Limit.ValueOr(listLimit), maxListLimit),
	}
	lines, next, err := s.auditAfter(ctx, caller.Dealer, q.After, s.now().Add(-s.opts.KeepEvents), filter)
	for i := range lines {
		if e, ok := lines[i].Event(); ok {
			events = append(events, e)
		}
	}
	return events, next, err
}
