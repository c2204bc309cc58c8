package store

import (
	"context"
	"database/sql"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/store/engine"
)

const formerColumns = `point, key_hash, status, method, confirmed_at`

// formerRow is a former point as it is stored.
type formerRow struct {
	rollcall.FormerPoint
	hash   []byte
	proven sql.NullInt64
}

func (f *formerRow) scan(rows engine.Row) error {
	err := rows.Scan((*string)(&f.Point), &f.hash, (*string)(&f.State.Status), (*string)(&f.State.Method), &f.proven)
	copy(f.Hash[:], f.hash)
	f.State.Confirmed = fromNull(f.proven)
	return err
}

const keepFormer = `INSERT INTO former_points (dealer_id, site_id, contact_seq, ` + formerColumns + `)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
	ON CONFLICT (dealer_id, site_id, contact_seq, key_hash)
	DO UPDATE SET status = excluded.status, method = excluded.method, confirmed_at = excluded.confirmed_at`

// PutFormerPoint implements service.Tx.
func (t *transaction) PutFormerPoint(ctx context.Context, c rollcall.Contact, f rollcall.FormerPoint) error {
	_, err := t.run.Exec(ctx, keepFormer, string(c.Dealer), string(c.Site), c.Seq,
		string(f.Point), f.Hash[:], string(f.State.Status), string(f.State.Method), orNull(f.State.Confirmed))
	return t.Failed(err)
}

const isFormerOf = ` WHERE dealer_id = $1 AND site_id = $2 AND contact_seq = $3`

// TakeFormerPoint implements service.Tx.
func (t *transaction) TakeFormerPoint(ctx context.Context, c rollcall.Contact, p rollcall.Point, hashes []rollcall.Hash) (rollcall.FormerPoint, bool, error) {
	list, args := in(5, hashes, string(c.Dealer), string(c.Site), c.Seq, string(p))
	query := `DELETE FROM former_points` + isFormerOf + ` AND point = $4 AND key_hash IN ` + list + ` RETURNING ` + formerColumns
	found, err := t.formerPoints(ctx, query, args)
	if err != nil || len(found) == 0 {
		return rollcall.FormerPoint{}, false, err
	}
	return found[0], true, nil
}

const formerOf = `SELECT ` + formerColumns + ` FROM former_points` + isFormerOf + ` ORDER BY point, key_hash`

// FormerPointsOf implements service.Reader.
func (r reader) FormerPointsOf(ctx context.Context, c rollcall.Contact) ([]rollcall.FormerPoint, error) {
	return r.formerPoints(ctx, formerOf, []any{string(c.Dealer), string(c.Site), c.Seq})
}

func (r reader) formerPoints(ctx context.Context, query string, args []any) ([]rollcall.FormerPoint, error) {
	var found []rollcall.FormerPoint
	err := r.run.Query(ctx, query, args, func(rows engine.Row) error {
		var row formerRow
		err := row.scan(rows)
		found = append(found, row.FormerPoint)
		return err
	})
	return found, r.Failed(err)
}
