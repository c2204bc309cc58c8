package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
	"example.org/rollcall/internal/store/engine"
)

const (
	selectPosition     = `SELECT pos, hash, at FROM audit_lines WHERE dealer_id = $1 AND pos > 0 ORDER BY pos DESC LIMIT 1`
	selectPositionUpTo = `SELECT pos, hash, at FROM audit_lines WHERE dealer_id = $1 AND pos > 0 AND pos <= $2 ORDER BY pos DESC LIMIT 1`
)

// AuditPosition implements service.Reader.
func (r reader) AuditPosition(ctx context.Context, dealer rollcall.DealerID, upTo int64) (audit.Position, error) {
	query, args := selectPosition, []any{string(dealer)}
	if upTo > 0 {
		query, args = selectPositionUpTo, append(args, upTo)
	}
	var p audit.Position
	var hash []byte
	var at int64
	err := r.run.QueryRow(ctx, query, args, &p.Pos, &hash, &at)
	if r.NoRow(err) {
		return audit.Position{}, nil
	}
	copy(p.Hash[:], hash)
	p.At = fromMicros(at)
	return p, r.Failed(err)
}

const selectAnyUnplaced = `SELECT COUNT(*) FROM (SELECT 1 FROM audit_lines WHERE dealer_id = $1 AND pos < 0 LIMIT 1) first`

// HasUnplacedAudit implements service.Reader.
func (r reader) HasUnplacedAudit(ctx context.Context, dealer rollcall.DealerID) (bool, error) {
	var n int
	err := r.run.QueryRow(ctx, selectAnyUnplaced, []any{string(dealer)}, &n)
	return n > 0, r.Failed(err)
}

const selectDealersUnplaced = `SELECT DISTINCT dealer_id FROM audit_lines WHERE pos < 0 ORDER BY dealer_id`

// DealersWithUnplacedAudit implements service.Reader.
func (r reader) DealersWithUnplacedAudit(ctx context.Context) ([]rollcall.DealerID, error) {
	return collect(ctx, r, selectDealersUnplaced, nil, func(row engine.Row) (id rollcall.DealerID, err error) {
		err = row.Scan((*string)(&id))
		return id, err
	})
}

// placeLines is a statement of its own after the lock, so that it sees every position given before. Lines committed later get
// later positions.
const placeLines = `UPDATE audit_lines SET pos = placed.pos FROM (
	SELECT site_id, seq, (SELECT COALESCE(MAX(pos), 0) FROM audit_lines WHERE dealer_id = $1 AND pos > 0)
		+ ROW_NUMBER() OVER (ORDER BY pos) AS pos
	FROM (SELECT site_id, seq, pos FROM audit_lines WHERE dealer_id = $1 AND pos < 0 ORDER BY pos LIMIT $2) waiting
	) placed
	WHERE audit_lines.dealer_id = $1 AND audit_lines.site_id = placed.site_id AND audit_lines.seq = placed.seq`

// PlaceAudit implements service.Tx.
func (t *transaction) PlaceAudit(ctx context.Context, dealer rollcall.DealerID, limit int) (int, error) {
	if t.Lock != "" {
		name := sha256.Sum256([]byte("audit positions\x00" + string(dealer)))
		if _, err := t.run.Exec(ctx, t.Lock, int64(binary.BigEndian.Uint64(name[:]))); err != nil {
			return 0, t.Failed(err)
		}
	}
	n, err := t.run.Exec(ctx, placeLines, string(dealer), limit)
	return int(n), t.Failed(err)
}
