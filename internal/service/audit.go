package service

import (
	"context"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
)

// auditReader reads the audit.
type auditReader interface {
	// AuditLines returns lines of the dealer's audit, in the order of their positions, or the newest first.
	AuditLines(ctx context.Context, dealer rollcall.DealerID, filter AuditFilter) ([]audit.Line, error)
	// AuditPosition returns the last position of the dealer's audit up to upTo, or the last of all if upTo is 0.
	AuditPosition(ctx context.Context, dealer rollcall.DealerID, upTo int64) (audit.Position, error)
	// HasUnplacedAudit reports whether the dealer has lines without a position.
	HasUnplacedAudit(ctx context.Context, dealer rollcall.DealerID) (bool, error)
	// DealersWithUnplacedAudit returns the dealers that have lines without a position.
	DealersWithUnplacedAudit(ctx context.Context) ([]rollcall.DealerID, error)
	// ContactLines returns at most limit lines of one chain about a contact, after a place in the chain, in order.
	ContactLines(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, id rollcall.ContactID, after int64, limit int) ([]audit.Line, error)
	// AuditChain returns at most limit lines of one chain after a place, in order.
	AuditChain(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, after int64, limit int) ([]audit.Line, error)
	// LinesWithMentions returns at most limit lines with mentions of one chain after a place, in order.
	LinesWithMentions(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, after int64, limit int) ([]audit.Line, error)
	// AuditHead returns the head of a chain. For an empty chain only Dealer and Site are set.
	AuditHead(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID) (audit.Head, error)
	// AuditHeads returns the heads of all chains of the dealer, in the order of their sites.
	AuditHeads(ctx context.Context, dealer rollcall.DealerID) ([]audit.Head, error)
}

// auditWriter changes the audit in a transaction.
type auditWriter interface {
	// LockAuditHead is AuditHead, after which nobody else appends to the chain before the transaction ends.
	LockAuditHead(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID) (audit.Head, error)
	// AppendAudit adds a line to the end of the chain with this head, and makes next the new head.
	AppendAudit(ctx context.Context, head, next audit.Head, line audit.Line) error
	// PlaceAudit gives the next positions to at most limit committed lines of the dealer without one, in the order of writing,
	// and returns how many. It must be the only statement of its transaction.
	PlaceAudit(ctx context.Context, dealer rollcall.DealerID, limit int) (int, error)
	// EraseMentions removes the mentions, with their salt, of a line.
	EraseMentions(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, seq int64) error
	// EraseAudit removes the values, the mentions and the salts of the lines about a contact after one place and up to another, and returns how
	// many lines had some.
	EraseAudit(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, id rollcall.ContactID, after, upTo int64) (int, error)
}

// record writes an audit line. The caller sets what was done to what, and in which site; record sets the rest.
func (ch *change) record(line audit.Line, changed []audit.Change) error {
	if len(changed) > 0 {
		line.Values = audit.EncodeChanges(changed)
	}
	head, err := ch.tx.LockAuditHead(ch.ctx, ch.caller.Dealer, line.Site)
	if err != nil {
		return err
	}
	next := ch.seal(ch.caller, head, &line)
	return ch.tx.AppendAudit(ch.ctx, head, next, line)
}

// seal completes a line after the head of its chain, which is locked, and returns the new head.
func (s *Service) seal(caller Caller, head audit.Head, line *audit.Line) audit.Head {
	line.Dealer, line.RequestID = caller.Dealer, caller.RequestID
	said := line.Mentioned()
	said.OnBehalfOf = caller.OnBehalfOf
	line.Mention(said)
	if line.Actor == "" {
		line.Actor = caller.actor()
	}
	if line.At.IsZero() {
		line.At = s.now() // with the chain locked, so that its lines are in the order of time
	}
	return line.Seal(head, s.opts.Secrets[0])
}

// recordContact writes the audit line of a change of a contact. before is nil for a new contact, after for a removed one.
func (ch *change) recordContact(action string, before, after *rollcall.Contact) error {
	return ch.recordPoint(action, "", before, after)
}

// recordPoint is recordContact for a change of one phone or e-mail.
func (ch *change) recordPoint(action string, p rollcall.PointID, before, after *rollcall.Contact) error {
	line := audit.Line{Action: action, Point: p}
	if action == audit.ContactUpdated || action == audit.ContactPhoneReread {
		line.Fields = audit.ContactFields(before, after)
	}
	if before != nil {
		line.Site, line.Contact = before.Site, before.ID
	}
	if after != nil {
		line.Site, line.Contact = after.Site, after.ID
		if action == audit.ContactCreated || before != nil && before.Version != after.Version {
			line.At = after.Updated // as the contact shows it
		}
	}
	line.Subject = string(line.Contact)
	ch.siteChanged(line.Site)
	ch.contactTouched(ch.caller.Dealer, line.Site, line.Contact)
	return ch.record(line, audit.ContactChanges(before, after))
}

// AuditFilter selects lines of the audit.
type AuditFilter struct {
	Site    rollcall.Field[rollcall.SiteID] // absent: every chain; empty: the dealer's own chain
	Contact rollcall.ContactID              // empty: any
	Actions []string                        // empty: any
	After   int64                           // a position; 0: from the beginning
	UpTo    int64                           // a position; 0: to the end
	Newest  bool                            // the newest first
	Limit   int                             // 0: all
}

// AuditQuery selects lines of the audit for a caller.
type AuditQuery struct {
	Site    rollcall.Field[string]
	Contact string
	Action  string
	After   string              // a cursor, or auditLatest; empty: from the beginning
	Limit   rollcall.Field[int] // default 100, at most 500
}

// auditLatest is the cursor of the newest line.
const auditLatest = "latest"

// auditScan is how many lines one call reads at most, whether they match or not.
const auditScan = 50_000

// Audit returns lines of the dealer's audit, in the order of their positions, and the cursor after the last line that was read:
// InvalidRequest, CursorExpired. At the end of the audit, that is the cursor of the query.
func (s *Service) Audit(ctx context.Context, caller Caller, q AuditQuery) (lines []audit.Line, next string, err error) {
	if err := firstBadQuery(badCount("limit", q.Limit)); err != nil {
		return nil, "", err
	}
	filter := AuditFilter{
		Site:    rollcall.Field[rollcall.SiteID]{Value: rollcall.SiteID(q.Site.Value), Set: q.Site.Set},
		Contact: rollcall.ContactID(q.Contact),
		Limit:   min(q.Limit.ValueOr(listLimit), maxListLimit),
	}
	if q.Action != "" {
		filter.Actions = []string{q.Action}
	}
	return s.auditAfter(ctx, caller.Dealer, q.After, time.Time{}, filter)
}

// auditAfter returns the lines of the filter after a cursor, and the cursor after the last line that was read: InvalidRequest,
// CursorExpired. Lines of before since are left out, and a cursor with such a line after it has expired.
func (s *Service) auditAfter(ctx context.Context, dealer rollcall.DealerID, cursor string, since time.Time, filter AuditFilter) ([]audit.Line, string, error) {
	if err := s.placeForReading(ctx, dealer); err != nil {
		return nil, "", err
	}
	if cursor == auditLatest {
		end, err := s.store.AuditPosition(ctx, dealer, 0)
		return nil, end.String(), err
	}
	after, err := s.positionOf(ctx, dealer, cursor, since)
	if err != nil {
		return nil, "", err
	}
	end, err := s.store.AuditPosition(ctx, dealer, after.Pos+auditScan)
	if err != nil || end.Pos <= after.Pos {
		return nil, after.String(), err
	}
	filter.After, filter.UpTo = after.Pos, end.Pos
	lines, err := s.store.AuditLines(ctx, dealer, filter)
	if err != nil {
		return nil, "", err
	}
	if len(lines) == filter.Limit {
		last := &lines[len(lines)-1]
		end = audit.Position{Pos: last.Pos, Hash: last.Hash}
	}
	return lines, end.String(), nil
}

// positionOf returns the position of a cursor, and without one the last position of before since: InvalidRequest, CursorExpired.
func (s *Service) positionOf(ctx context.Context, dealer rollcall.DealerID, cursor string, since time.Time) (audit.Position, error) {
	if cursor == "" {
		return s.lastBefore(ctx, dealer, since)
	}
	after, ok := audit.ParsePosition(cursor)
	if !ok {
		return after, badQuery("after", "must be latest, or the next_after of an earlier response")
	}
	there := audit.Position{}
	if after.Pos > 0 {
		var err error
		if there, err = s.store.AuditPosition(ctx, dealer, after.Pos); err != nil {
			return there, err
		}
	}
	if s.opts.ReadOnly && there.Pos < after.Pos {
		return there, &rollcall.Error{
			Kind: rollcall.Unavailable, Message: "the standby database does not have the line of this cursor yet; try again",
		}
	}
	if !there.Matches(after) {
		return there, cursorExpired("this cursor is no longer valid, because a backup was restored; start again without after")
	}
	following, err := s.store.AuditPosition(ctx, dealer, max(after.Pos, after.Pos+1)) // the largest number has none after it
	if err == nil && following.Pos > after.Pos && following.At.Before(since) {
		err = cursorExpired("what followed this cursor is no longer kept; read what you need again, and go on with after=latest")
	}
	return there, err
}

func cursorExpired(message string) error {
	return &rollcall.Error{Kind: rollcall.CursorExpired, Message: message, Field: "after"}
}

// lastBefore returns the last position whose line is older than since, by halves: positions have no gaps, and lines are nearly in
// the order of time.
func (s *Service) lastBefore(ctx context.Context, dealer rollcall.DealerID, since time.Time) (audit.Position, error) {
	var last audit.Position
	if since.IsZero() {
		return last, nil
	}
	end, err := s.store.AuditPosition(ctx, dealer, 0)
	for low, high := int64(0), end.Pos+1; err == nil && low+1 < high; {
		var p audit.Position
		middle := low + (high-low)/2
		if p, err = s.store.AuditPosition(ctx, dealer, middle); p.At.Before(since) {
			low, last = middle, p
		} else {
			high = middle
		}
	}
	return last, err
}

const (
	placeBatch   = 1000 // lines in one transaction
	placeBatches = 20   // transactions in one call
)

// placeForReading is placeAudit for a reader. A database that is read-only now still serves lines with a position.
func (s *Service) placeForReading(ctx context.Context, dealer rollcall.DealerID) error {
	err := s.placeAudit(ctx, dealer)
	if rollcall.KindOf(err) == rollcall.Unavailable {
		return nil
	}
	return err
}

// placeAudit gives positions to the committed lines of a dealer without one.
func (s *Service) placeAudit(ctx context.Context, dealer rollcall.DealerID) error {
	waits, err := s.store.HasUnplacedAudit(ctx, dealer)
	if err != nil || !waits {
		return err
	}
	for more, n := true, 0; more && n < placeBatches; n++ {
		err := s.serverUpdate(ctx, func(ch *change) error {
			placed, err := ch.tx.PlaceAudit(ch.ctx, dealer, placeBatch)
			more = placed == placeBatch
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// placeAudits calls placeAudit for every dealer with such lines.
func (s *Service) placeAudits(ctx context.Context) error {
	dealers, err := s.store.DealersWithUnplacedAudit(ctx)
	for i := 0; err == nil && i < len(dealers); i++ {
		err = s.placeAudit(ctx, dealers[i])
	}
	return err
}

// readChain calls see for each line of a site's chain, in order, until see fails. It reads the chain in batches.
func (s *Service) readChain(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, see func(*audit.Line) error) error {
	for after, more := int64(0), true; more; {
		lines, err := s.store.AuditChain(ctx, dealer, site, after, auditBatch)
		if err != nil {
			return err
		}
		for i := range lines {
			if err := see(&lines[i]); err != nil {
				return err
			}
			after = lines[i].Seq
		}
		more = len(lines) == auditBatch
	}
	return nil
}
