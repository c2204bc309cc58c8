package store

import (
	"context"
	"strconv"
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/store/engine"
)

const suppressionColumns = `dealer_id, suppression_id, point, value, value_hash, reason, created_at`

// suppressionRow is a suppression as it is stored.
type suppressionRow struct {
	rollcall.Suppression
	hash    []byte
	created int64
}

func (s *suppressionRow) dest() []any {
	return []any{
		(*string)(&s.Dealer), (*string)(&s.ID), (*string)(&s.Point), &s.Value, &s.hash, (*string)(&s.Reason), &s.created,
	}
}

func (s *suppressionRow) suppression() rollcall.Suppression {
	copy(s.Hash[:], s.hash)
	s.Created = fromMicros(s.created)
	return s.Suppression
}

func scanSuppression(rows engine.Row) (rollcall.Suppression, error) {
	var row suppressionRow
	err := rows.Scan(row.dest()...)
	return row.suppression(), err
}

// in returns a list of placeholders for hashes, starting with number first, and args followed by the hashes. There are few
// hashes: one for each contact point and secret of the server.
func in(first int, hashes []rollcall.Hash, args ...any) (list string, all []any) {
	var b strings.Builder
	all = args
	for i := range hashes {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("$" + strconv.Itoa(first+i))
		all = append(all, hashes[i][:])
	}
	return "(" + b.String() + ")", all
}

const selectSuppressions = `SELECT ` + suppressionColumns + ` FROM suppressions WHERE dealer_id = $1`

// Suppressions implements service.Reader. Their identifiers sort by time.
func (r reader) Suppressions(ctx context.Context, dealer rollcall.DealerID, page service.Page) ([]rollcall.Suppression, int, error) {
	w := where{args: []any{string(dealer)}, order: ` ORDER BY suppression_id`}
	w.text.WriteString(` FROM suppressions WHERE dealer_id = $1`)
	found, total, err := list(ctx, r, &w, suppressionColumns, page, scanSuppression)
	return found, total, r.Failed(err)
}

// SuppressionsByHash implements service.Reader.
func (r reader) SuppressionsByHash(ctx context.Context, dealer rollcall.DealerID, hashes []rollcall.Hash) ([]rollcall.Suppression, error) {
	if len(hashes) == 0 {
		return nil, nil
	}
	list, args := in(2, hashes, string(dealer))
	return collect(ctx, r, selectSuppressions+` AND value_hash IN `+list+` ORDER BY suppression_id`, args, scanSuppression)
}

// blocked selects the opt-outs, which are not for sandboxes, and the suppressions of the dealer $1 that match a list of hashes.
func blocked(dealer rollcall.DealerID, list string) string {
	own := `SELECT value_hash, 0, 1 FROM suppressions WHERE dealer_id = $1 AND value_hash IN ` + list
	if dealer.IsSandbox() {
		return own
	}
	return `SELECT value_hash, 1, 0 FROM opt_outs WHERE value_hash IN ` + list + ` UNION ALL ` + own
}

// Blocked implements service.Tx.
func (t *transaction) Blocked(ctx context.Context, dealer rollcall.DealerID, hashes []rollcall.Hash) ([]rollcall.Block, error) {
	if len(hashes) == 0 {
		return nil, nil
	}
	list, args := in(2, hashes, string(dealer))
	return collect(ctx, t.reader, blocked(dealer, list), args, func(rows engine.Row) (rollcall.Block, error) {
		var hash []byte
		var optOut, own int
		err := rows.Scan(&hash, &optOut, &own)
		b := rollcall.Block{OptOut: optOut != 0, Own: own != 0}
		copy(b.Hash[:], hash)
		return b, err
	})
}

const insertSuppression = `INSERT INTO suppressions (` + suppressionColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7)
	ON CONFLICT (dealer_id, value_hash, reason) DO NOTHING`

// InsertSuppression implements service.Tx. It also returns DealerNotFound.
func (t *transaction) InsertSuppression(ctx context.Context, s rollcall.Suppression) error {
	_, err := t.run.Exec(ctx, insertSuppression,
		string(s.Dealer), string(s.ID), string(s.Point), s.Value, s.Hash[:], string(s.Reason), micros(s.Created))
	return t.orForeign(err, dealerNotFound())
}

const selectSuppression = selectSuppressions + ` AND suppression_id = $2`

// Suppression implements service.Reader.
func (r reader) Suppression(ctx context.Context, dealer rollcall.DealerID, id rollcall.SuppressionID) (rollcall.Suppression, error) {
	return r.suppression(ctx, selectSuppression, dealer, id)
}

// LockSuppression implements service.Tx.
func (t *transaction) LockSuppression(ctx context.Context, dealer rollcall.DealerID, id rollcall.SuppressionID) (rollcall.Suppression, error) {
	return t.suppression(ctx, selectSuppression+t.ForUpdate, dealer, id)
}

func (r reader) suppression(ctx context.Context, query string, dealer rollcall.DealerID, id rollcall.SuppressionID) (rollcall.Suppression, error) {
	var row suppressionRow
	if err := r.run.QueryRow(ctx, query, []any{string(dealer), string(id)}, row.dest()...); err != nil {
		return rollcall.Suppression{}, r.orNotFound(err, suppressionNotFound())
	}
	return row.suppression(), nil
}

// DeleteSuppressions implements service.Tx. A STOP and a START apply to all dealers but sandboxes: only then the statement names no
// dealer.
func (t *transaction) DeleteSuppressions(ctx context.Context, dealer rollcall.DealerID, reason rollcall.SuppressionReason, hashes []rollcall.Hash) error {
	if len(hashes) == 0 {
		return nil
	}
	query, args, end := `DELETE FROM suppressions WHERE reason = $1 AND value_hash IN `, []any{string(reason)}, isLive
	if dealer != "" {
		query, args, end = `DELETE FROM suppressions WHERE dealer_id = $1 AND reason = $2 AND value_hash IN `, []any{string(dealer), string(reason)}, ""
	}
	list, args := in(len(args)+1, hashes, args...)
	_, err := t.run.Exec(ctx, query+list+end, args...)
	return t.Failed(err)
}

// EraseSuppressionValues implements service.Tx.
func (t *transaction) EraseSuppressionValues(ctx context.Context, dealer rollcall.DealerID, hashes []rollcall.Hash) error {
	if len(hashes) == 0 {
		return nil
	}
	list, args := in(2, hashes, string(dealer))
	_, err := t.run.Exec(ctx, `UPDATE suppressions SET value = '' WHERE dealer_id = $1 AND value_hash IN `+list, args...)
	return t.Failed(err)
}

const putOptOut = `INSERT INTO opt_outs (value_hash, at) VALUES ($1, $2) ON CONFLICT (value_hash) DO NOTHING`

// PutOptOut implements service.Tx.
func (t *transaction) PutOptOut(ctx context.Context, hash rollcall.Hash, at time.Time) error {
	_, err := t.run.Exec(ctx, putOptOut, hash[:], micros(at))
	return t.Failed(err)
}

// DeleteOptOuts implements service.Tx.
func (t *transaction) DeleteOptOuts(ctx context.Context, hashes []rollcall.Hash) error {
	if len(hashes) == 0 {
		return nil
	}
	list, args := in(1, hashes)
	_, err := t.run.Exec(ctx, `DELETE FROM opt_outs WHERE value_hash IN `+list, args...)
	return t.Failed(err)
}
