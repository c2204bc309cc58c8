package rollcall

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
)

// AuditFilter chooses lines of the audit.
type AuditFilter struct {
	Site    Field[SiteID] // absent: of every chain; given and empty: of no site
	Contact ContactID     // empty: about anybody
	Action  string        // empty: any
	After   int64         // a position; 0: from the beginning
	UpTo    int64         // a position; 0: to the end
	Limit   int           // 0: all
}

// AuditPosition is a position in the audit of a dealer. Positions are given to committed lines, one after the other, so that
// no line ever appears before a position that was seen.
type AuditPosition struct {
	Pos  int64 // 0: before the first line
	Hash Hash  // of the line there
}

// cursorHash is how much of the hash a cursor holds.
const cursorHash = 8

// String returns the position as a cursor.
func (p AuditPosition) String() string {
	b := binary.BigEndian.AppendUint64(nil, uint64(p.Pos))
	return base64.RawURLEncoding.EncodeToString(append(b, p.Hash[:cursorHash]...))
}

// parsePosition reads what String returned; the rest of the hash is zero.
func parsePosition(s string) (p AuditPosition, ok bool) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil || len(b) != 8+cursorHash {
		return p, false
	}
	p.Pos = int64(binary.BigEndian.Uint64(b))
	copy(p.Hash[:], b[8:])
	return p, p.Pos >= 0
}

// AuditQuery chooses lines of the audit for a caller.
type AuditQuery struct {
	Site    Field[string]
	Contact string
	Action  string
	After   string     // a cursor, or auditLatest; empty: from the beginning
	Limit   Field[int] // 100 unless given, at most 500
}

// auditLatest is the cursor of the newest line.
const auditLatest = "latest"

// auditScan is how many lines one call looks at, whatever it is asked for.
const auditScan = 50_000

// Audit returns lines of the dealer's audit, in the order of their positions, and the cursor of the last line that was
// looked at: InvalidRequest, CursorExpired. The end is reached where that is the cursor that was given.
func (s *Service) Audit(ctx context.Context, who Caller, q AuditQuery) (lines []AuditLine, next string, err error) {
	filter := AuditFilter{
		Site:    Field[SiteID]{Value: SiteID(q.Site.Value), Set: q.Site.Set},
		Contact: ContactID(q.Contact),
		Action:  q.Action,
		Limit:   min(q.Limit.or(100), 500),
	}
	if err := firstBadQuery(badCount("limit", q.Limit)); err != nil {
		return nil, "", err
	}
	if err := s.placeAudit(ctx, who.Dealer); err != nil && KindOf(err) != Unavailable {
		return nil, "", err // while the database can only be read, the lines that have a position are served
	}
	if q.After == auditLatest {
		end, err := s.store.AuditPosition(ctx, who.Dealer, 0)
		return nil, end.String(), err
	}
	after, err := s.auditAfter(ctx, who.Dealer, q.After)
	if err != nil {
		return nil, "", err
	}
	end, err := s.store.AuditPosition(ctx, who.Dealer, after.Pos+auditScan)
	if err != nil || end.Pos <= after.Pos {
		return nil, after.String(), err
	}
	filter.After, filter.UpTo = after.Pos, end.Pos
	if lines, err = s.store.AuditLines(ctx, who.Dealer, filter); err != nil {
		return nil, "", err
	}
	if len(lines) == filter.Limit {
		last := &lines[len(lines)-1]
		end = AuditPosition{Pos: last.Pos, Hash: last.Hash}
	}
	return lines, end.String(), nil
}

// auditAfter reads a cursor: InvalidRequest, CursorExpired.
func (s *Service) auditAfter(ctx context.Context, dealer DealerID, cursor string) (AuditPosition, error) {
	if cursor == "" {
		return AuditPosition{}, nil
	}
	after, ok := parsePosition(cursor)
	if !ok {
		return after, badQuery("after", problem{codeInvalid, "must be latest, or the next_after of an earlier answer"})
	}
	if after.Pos == 0 {
		return AuditPosition{}, nil
	}
	there, err := s.store.AuditPosition(ctx, dealer, after.Pos)
	if err == nil && (there.Pos != after.Pos || !bytes.Equal(there.Hash[:cursorHash], after.Hash[:cursorHash])) {
		err = &Error{
			Kind:    CursorExpired,
			Message: "the line of this cursor is gone, as after a backup was restored; begin again without after",
			Field:   "after",
		}
	}
	return there, err
}

const (
	placeBatch = 1000 // lines in one transaction
	placeMost  = 20   // transactions of one call
)

// placeAudit gives positions to the committed lines of a dealer that have none.
func (s *Service) placeAudit(ctx context.Context, dealer DealerID) error {
	waits, err := s.store.AuditWaits(ctx, dealer)
	if err != nil || !waits {
		return err
	}
	for more, n := true, 0; more && n < placeMost; n++ {
		err := s.store.Update(ctx, func(ctx context.Context, tx Tx) error {
			placed, err := tx.PlaceAudit(ctx, dealer, placeBatch)
			more = placed == placeBatch
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// placeAudits does so for every dealer.
func (s *Service) placeAudits(ctx context.Context) error {
	dealers, err := s.store.AuditsWaiting(ctx)
	for i := 0; err == nil && i < len(dealers); i++ {
		err = s.placeAudit(ctx, dealers[i])
	}
	return err
}
