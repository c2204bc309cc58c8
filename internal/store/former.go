package store

import (
	"context"
	"database/sql"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/store/engine"
)

const formerColumns = `point, key_hash, status, method, confirmed_at, not_in_service`

func scanFormerPoint(rows engine.Row) (rollcall.FormerPoint, error) {
	var f rollcall.FormerPoint
	var hash []byte
	var confirmed sql.NullInt64
	err := rows.Scan((*string)(&f.Point), &hash, (*string)(&f.State.Status), (*string)(&f.State.Method), &confirmed, &f.State.NotInService)
	copy(f.Hash[:], hash)
	f.State.Confirmed = fromNull(confirmed)
	return f, err
}

const putFormerPoint = `INSERT INTO former_points (dealer_id, site_id, contact_seq, ` + formerColumns + `)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
	ON CONFLICT (dealer_id, site_id, contact_seq, key_hash)
	DO UPDATE SET status = excluded.status, method = excluded.method, confirmed_at = excluded.confirmed_at,
	not_in_service = excluded.not_in_service`

// PutFormerPoint implements service.Tx.
func (t *transaction) PutFormerPoint(ctx context.Context, c rollcall.Contact, f rollcall.FormerPoint) error {
	_, err := t.run.Exec(ctx, putFormerPoint, string(c.Dealer), string(c.Site), c.Seq,
		string(f.Point), f.Hash[:], string(f.State.Status), string(f.State.Method), microsOrNull(f.State.Confirmed), f.State.NotInService)
	return t.Failed(err)
}

const isFormerOf = ` WHERE dealer_id = $1 AND site_id = $2 AND contact_seq = $3`

// TakeFormerPoint implements service.Tx.
func (t *transaction) TakeFormerPoint(ctx context.Context, c rollcall.Contact, p rollcall.PointKind, hashes []rollcall.Hash) (rollcall.FormerPoint, bool, error) {
	list, args := in(5, hashes, string(c.Dealer), string(c.Site), c.Seq, string(p))
	query := `DELETE FROM former_points` + isFormerOf + ` AND point = $4 AND key_hash IN ` + list + ` RETURNING ` + formerColumns
	found, err := collect(ctx, t.reader, query, args, scanFormerPoint)
	if err != nil || len(found) == 0 {
		return rollcall.FormerPoint{}, false, err
	}
	return found[0], true, nil
}

const formerPointsOf = `SELECT ` + formerColumns + ` FROM former_points` + isFormerOf + ` ORDER BY point, key_hash`

// FormerPointsOf implements service.Reader.
func (r reader) FormerPointsOf(ctx context.Context, c rollcall.Contact) ([]rollcall.FormerPoint, error) {
	return collect(ctx, r, formerPointsOf, []any{string(c.Dealer), string(c.Site), c.Seq}, scanFormerPoint)
}
