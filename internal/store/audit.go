package store

import (
	"context"
	"database/sql"
	"strings"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/store/engine"
)

const lineColumns = `dealer_id, site_id, seq, at, actor, request_id, action, contact_id, subject, changes, salt, digest, hash,
	mentions, mentions_salt, mentions_digest, point_id, fields`

// lineRow is a line of the audit as it is stored.
type lineRow struct {
	audit.Line
	at                           int64
	contact, subject             sql.NullString
	digest, hash, mentionsDigest []byte
	point, fields                sql.NullString
}

func (l *lineRow) dest() []any {
	return []any{
		(*string)(&l.Dealer), (*string)(&l.Site), &l.Seq, &l.at, &l.Actor, &l.RequestID, &l.Action, &l.contact, &l.subject,
		&l.Values, &l.Salt, &l.digest, &l.hash, &l.Mentions, &l.MentionsSalt, &l.mentionsDigest, &l.point, &l.fields,
	}
}

func scanLine(rows engine.Row) (audit.Line, error) {
	var row lineRow
	err := rows.Scan(row.dest()...)
	return row.line(), err
}

func (l *lineRow) line() audit.Line {
	l.At, l.Contact, l.Subject = fromMicros(l.at), rollcall.ContactID(l.contact.String), l.contact.String
	if l.subject.Valid {
		l.Subject = l.subject.String
	}
	copy(l.Digest[:], l.digest)
	copy(l.Hash[:], l.hash)
	copy(l.MentionsDigest[:], l.mentionsDigest)
	l.Point = rollcall.PointID(l.point.String)
	if l.fields.Valid {
		l.Fields = strings.Split(l.fields.String, ",")
	}
	return l.Line
}

const selectLines = `SELECT ` + lineColumns + ` FROM audit_lines WHERE dealer_id = `

// selectPlaced is selectLines for lists in the order of positions.
const selectPlaced = `SELECT pos, ` + lineColumns + ` FROM audit_lines WHERE dealer_id = `

func scanPlaced(rows engine.Row) (audit.Line, error) {
	var row lineRow
	err := rows.Scan(append([]any{&row.Pos}, row.dest()...)...)
	return row.line(), err
}

// byPosition is the position of a line, for sorting the lines of one chain. The plus keeps SQLite, which has no statistics,
// from reading all lines of the dealer to find those of one chain.
func (r reader) byPosition() string { return r.NoIndex + `pos` }

// AuditLines implements service.Reader.
func (r reader) AuditLines(ctx context.Context, dealer rollcall.DealerID, filter service.AuditFilter) ([]audit.Line, error) {
	var w where
	w.text.WriteString(selectPlaced + w.param(string(dealer)))
	pos := "pos"
	if filter.Site.Set {
		w.text.WriteString(" AND site_id = " + w.param(string(filter.Site.Value)))
		if filter.Contact == "" {
			pos = r.byPosition()
		}
	}
	w.is("contact_id", string(filter.Contact))
	among(&w, "action", filter.Actions)
	w.text.WriteString(" AND " + pos + " > " + w.param(filter.After))
	if filter.UpTo > 0 {
		w.text.WriteString(" AND " + pos + " <= " + w.param(filter.UpTo))
	}
	w.text.WriteString(" ORDER BY " + pos)
	if filter.Newest {
		w.text.WriteString(" DESC")
	}
	if filter.Limit > 0 {
		w.text.WriteString(" LIMIT " + w.param(filter.Limit))
	}
	return collect(ctx, r, w.text.String(), w.args, scanPlaced)
}

const selectChain = selectLines + `$1 AND site_id = $2 AND seq > $3 ORDER BY seq LIMIT $4`

// AuditChain implements service.Reader.
func (r reader) AuditChain(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, after int64, limit int) ([]audit.Line, error) {
	return collect(ctx, r, selectChain, []any{string(dealer), string(site), after, limit}, scanLine)
}

// contactLines selects the lines about the contact $5. The plus makes SQLite read the chain in its order.
func (r reader) contactLines() string {
	return selectLines + `$1 AND site_id = $2 AND seq > $3 AND ` + r.NoIndex + `contact_id = $5 ORDER BY seq LIMIT $4`
}

// ContactLines implements service.Reader.
func (r reader) ContactLines(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, id rollcall.ContactID, after int64, limit int) ([]audit.Line, error) {
	return collect(ctx, r, r.contactLines(), []any{string(dealer), string(site), after, limit, string(id)}, scanLine)
}

// The head of a chain is in the row of its site. That of no site and of a deleted site is in audit_heads.
const (
	selectSiteHead  = `SELECT audit_count, audit_hash, audit_signature FROM sites WHERE dealer_id = $1 AND site_id = $2`
	selectOtherHead = `SELECT count, hash, signature FROM audit_heads WHERE dealer_id = $1 AND site_id = $2`
)

// AuditHead implements service.Reader.
func (r reader) AuditHead(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID) (audit.Head, error) {
	return r.head(ctx, "", dealer, site)
}

// LockAuditHead implements service.Tx. The first line of a chain in audit_heads finds no row to lock; AppendAudit notices if
// another transaction was first.
func (t *transaction) LockAuditHead(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID) (audit.Head, error) {
	return t.head(ctx, t.ForUpdate, dealer, site)
}

func (r reader) head(ctx context.Context, lock string, dealer rollcall.DealerID, site rollcall.SiteID) (audit.Head, error) {
	row := headRow{Head: audit.Head{Dealer: dealer, Site: site}}
	args := []any{string(dealer), string(site)}
	err := r.run.QueryRow(ctx, selectSiteHead+lock, args, row.dest()...)
	if r.NoRow(err) {
		err = r.run.QueryRow(ctx, selectOtherHead+lock, args, row.dest()...)
	}
	if err != nil && !r.NoRow(err) {
		return audit.Head{}, r.Failed(err)
	}
	return row.head(), nil
}

// headRow is the head of a chain as it is stored.
type headRow struct {
	audit.Head
	hash, signature []byte
}

func (h *headRow) dest() []any { return []any{&h.Count, &h.hash, &h.signature} }

func (h *headRow) head() audit.Head {
	copy(h.Hash[:], h.hash)
	copy(h.Signature[:], h.signature)
	return h.Head
}

// A chain whose head was removed still has lines: it is listed with an empty head, so that removing the head alone
// does not hide the chain.
const selectHeads = `SELECT chains.site_id, COALESCE(NULLIF(audit_count, 0), count, 0), COALESCE(audit_hash, hash),
	COALESCE(audit_signature, signature) FROM (SELECT site_id FROM sites WHERE dealer_id = $1 AND audit_count > 0
	UNION SELECT site_id FROM audit_heads WHERE dealer_id = $1 UNION SELECT site_id FROM audit_lines WHERE dealer_id = $1) chains
	LEFT JOIN sites ON sites.dealer_id = $1 AND sites.site_id = chains.site_id
	LEFT JOIN audit_heads ON audit_heads.dealer_id = $1 AND audit_heads.site_id = chains.site_id
	ORDER BY chains.site_id`

// AuditHeads implements service.Reader.
func (r reader) AuditHeads(ctx context.Context, dealer rollcall.DealerID) ([]audit.Head, error) {
	return collect(ctx, r, selectHeads, []any{string(dealer)}, func(rows engine.Row) (audit.Head, error) {
		row := headRow{Head: audit.Head{Dealer: dealer}}
		err := rows.Scan(append([]any{(*string)(&row.Site)}, row.dest()...)...)
		return row.head(), err
	})
}

// The head moves only from the one that the line follows, so that two lines can never have the same place.
const (
	moveSiteHead = `UPDATE sites SET audit_count = $3, audit_hash = $4, audit_signature = $5
	WHERE dealer_id = $1 AND site_id = $2 AND audit_count = $6 AND (audit_hash = $7 OR audit_hash IS NULL)`
	moveOtherHead = `INSERT INTO audit_heads (dealer_id, site_id, count, hash, signature) SELECT $1, $2, $3, $4, $5
	WHERE NOT EXISTS (SELECT 1 FROM sites WHERE dealer_id = $1 AND site_id = $2)
	ON CONFLICT (dealer_id, site_id) DO UPDATE SET count = excluded.count, hash = excluded.hash, signature = excluded.signature
	WHERE audit_heads.count = $6 AND audit_heads.hash = $7`
)

// appendLine ends with nextPosition.
const appendLine = `INSERT INTO audit_lines (` + lineColumns + `, pos)
	VALUES ($1, $2, $3, $4, $5, $6, $7, NULLIF($8, ''), NULLIF($9, $8), $10, $11, $12, $13,
	$14, $15, $16, NULLIF($17, ''), NULLIF($18, ''), `

// nextPosition is the position of a new line of the dealer $1. With several writers the line waits for its position until it is
// committed, and PlaceAudit gives it one.
func (t *transaction) nextPosition() string {
	if t.OneWriter {
		return `MAX(0, COALESCE((SELECT pos FROM audit_lines WHERE dealer_id = $1 ORDER BY pos DESC LIMIT 1), 0)) + 1`
	}
	return `DEFAULT`
}

// AppendAudit implements service.Tx. It also returns DealerNotFound, and Unavailable if head is no longer the head.
func (t *transaction) AppendAudit(ctx context.Context, head, next audit.Head, l audit.Line) error {
	args := []any{string(next.Dealer), string(next.Site), next.Count, next.Hash[:], next.Signature[:], head.Count, head.Hash[:]}
	n, err := t.run.Exec(ctx, moveSiteHead, args...)
	if err == nil && n == 0 {
		n, err = t.run.Exec(ctx, moveOtherHead, args...)
	}
	if err != nil {
		return t.orForeign(err, dealerNotFound())
	}
	if n == 0 {
		return engine.Unavailable("another change of this site came first; try again", engine.ErrConflict)
	}
	_, err = t.run.Exec(ctx, appendLine+t.nextPosition()+`)`,
		string(l.Dealer), string(l.Site), l.Seq, micros(l.At), l.Actor, l.RequestID, l.Action, string(l.Contact), l.Subject,
		textOrNull(string(l.Values)), l.Salt, hashOrNull(l.Digest), l.Hash[:], textOrNull(string(l.Mentions)), l.MentionsSalt, hashOrNull(l.MentionsDigest),
		string(l.Point), strings.Join(l.Fields, ","))
	return t.Failed(err)
}

const eraseAudit = `UPDATE audit_lines SET changes = NULL, salt = NULL, mentions = NULL, mentions_salt = NULL
	WHERE dealer_id = $1 AND site_id = $2 AND contact_id = $3 AND seq > $4 AND seq <= $5 AND (changes IS NOT NULL OR mentions IS NOT NULL)`

// EraseAudit implements service.Tx.
func (t *transaction) EraseAudit(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, id rollcall.ContactID, after, upTo int64) (int, error) {
	n, err := t.run.Exec(ctx, eraseAudit, string(dealer), string(site), string(id), after, upTo)
	return int(n), t.Failed(err)
}

const selectMentions = selectLines + `$1 AND site_id = $2 AND seq > $3 AND mentions IS NOT NULL ORDER BY seq LIMIT $4`

// LinesWithMentions implements service.Reader.
func (r reader) LinesWithMentions(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, after int64, limit int) ([]audit.Line, error) {
	return collect(ctx, r, selectMentions, []any{string(dealer), string(site), after, limit}, scanLine)
}

const eraseMentions = `UPDATE audit_lines SET mentions = NULL, mentions_salt = NULL WHERE dealer_id = $1 AND site_id = $2 AND seq = $3`

// EraseMentions implements service.Tx.
func (t *transaction) EraseMentions(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, seq int64) error {
	_, err := t.run.Exec(ctx, eraseMentions, string(dealer), string(site), seq)
	return t.Failed(err)
}
