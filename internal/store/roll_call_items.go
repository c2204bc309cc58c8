package store

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/store/engine"
)

const itemColumns = `dealer_id, roll_call_id, site_id, contact_seq, point_id, contact_id, kind, status, reason, since, not_before, validation_id,
	asked_at, ended_at, point_hash, share_hash`

func scanItem(row engine.Row) (rollcall.RollCallItem, error) {
	var i rollcall.RollCallItem
	var since, notBefore int64
	var validation sql.NullString
	var asked, ended sql.NullInt64
	var point, share []byte
	err := row.Scan((*string)(&i.Dealer), (*string)(&i.RollCall), (*string)(&i.Site), &i.ContactSeq, (*string)(&i.Point), (*string)(&i.Contact),
		(*string)(&i.Kind), (*string)(&i.Status), (*string)(&i.Reason), &since, &notBefore, &validation, &asked, &ended, &point, &share)
	i.Since, i.Asked, i.Ended, i.Validation = fromMicros(since), fromNull(asked), fromNull(ended), rollcall.ValidationID(validation.String)
	if notBefore > 0 {
		i.NotBefore = fromMicros(notBefore)
	}
	copy(i.PointHash[:], point)
	copy(i.ShareHash[:], share)
	return i, err
}

// waitsUntil returns NotBefore as it is stored.
func waitsUntil(i *rollcall.RollCallItem) int64 {
	if i.NotBefore.IsZero() {
		return 0
	}
	return micros(i.NotBefore)
}

const (
	insertItems    = `INSERT INTO roll_call_items (` + itemColumns + `) VALUES `
	itemsAtOnce    = 100
	itemColumnsNum = 16
)

// InsertRollCallItems implements service.Tx.
func (t *transaction) InsertRollCallItems(ctx context.Context, items []rollcall.RollCallItem) error {
	for page := range slices.Chunk(items, itemsAtOnce) {
		var query strings.Builder
		query.WriteString(insertItems)
		args := make([]any, 0, len(page)*itemColumnsNum)
		for n := range page {
			if n > 0 {
				query.WriteString(", ")
			}
			query.WriteString("($" + strconv.Itoa(len(args)+1))
			for j := 2; j <= itemColumnsNum; j++ {
				query.WriteString(", $" + strconv.Itoa(len(args)+j))
			}
			query.WriteString(")")
			i := &page[n]
			args = append(args, string(i.Dealer), string(i.RollCall), string(i.Site), i.ContactSeq, string(i.Point), string(i.Contact),
				string(i.Kind), string(i.Status), string(i.Reason), micros(i.Since), waitsUntil(i), textOrNull(string(i.Validation)),
				microsOrNull(i.Asked), microsOrNull(i.Ended), i.PointHash[:], i.ShareHash[:])
		}
		if _, err := t.run.Exec(ctx, query.String(), args...); err != nil {
			return t.orForeign(err, rollCallNotFound())
		}
	}
	return nil
}

const updateItem = `UPDATE roll_call_items SET status = $6, reason = $7, since = $8, not_before = $9, validation_id = $10, asked_at = $11,
	ended_at = $12 WHERE dealer_id = $1 AND roll_call_id = $2 AND site_id = $3 AND contact_seq = $4 AND point_id = $5`

// UpdateRollCallItem implements service.Tx.
func (t *transaction) UpdateRollCallItem(ctx context.Context, i rollcall.RollCallItem) error {
	_, err := t.run.Exec(ctx, updateItem, string(i.Dealer), string(i.RollCall), string(i.Site), i.ContactSeq, string(i.Point), string(i.Status),
		string(i.Reason), micros(i.Since), waitsUntil(&i), textOrNull(string(i.Validation)), microsOrNull(i.Asked), microsOrNull(i.Ended))
	return t.Failed(err)
}

const (
	selectItems = `SELECT ` + itemColumns + ` FROM roll_call_items WHERE dealer_id = $1`
	isWaiting   = ` AND status = 'open' AND validation_id IS NULL`
	itemOrder   = ` ORDER BY site_id, contact_seq, point_id`

	nextItem = selectItems + ` AND roll_call_id = $2` + isWaiting + `
	ORDER BY not_before, site_id, contact_seq, point_id LIMIT 1`
	sharingItems = selectItems + ` AND roll_call_id = $2 AND share_hash = $3` + isWaiting
	openItems    = selectItems + ` AND site_id = $2 AND contact_id = $3 AND status = 'open'`
	following    = selectItems + ` AND validation_id = $2`
	pageOfItems  = selectItems + ` AND roll_call_id = $2 AND (site_id, contact_seq, point_id) > ($3, $4, $5)`
)

// NextRollCallItem implements service.Tx.
func (t *transaction) NextRollCallItem(ctx context.Context, dealer rollcall.DealerID, id rollcall.RollCallID) (rollcall.RollCallItem, bool, error) {
	found, err := collect(ctx, t.reader, nextItem, []any{string(dealer), string(id)}, scanItem)
	if err != nil || len(found) == 0 {
		return rollcall.RollCallItem{}, false, err
	}
	return found[0], true, nil
}

// SharingItems implements service.Tx.
func (t *transaction) SharingItems(ctx context.Context, i rollcall.RollCallItem) ([]rollcall.RollCallItem, error) {
	return collect(ctx, t.reader, sharingItems+itemOrder, []any{string(i.Dealer), string(i.RollCall), i.ShareHash[:]}, scanItem)
}

// OpenItemsOf implements service.Tx.
func (t *transaction) OpenItemsOf(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, contact rollcall.ContactID) ([]rollcall.RollCallItem, error) {
	return collect(ctx, t.reader, openItems, []any{string(dealer), string(site), string(contact)}, scanItem)
}

// ItemsFollowing implements service.Reader.
func (r reader) ItemsFollowing(ctx context.Context, dealer rollcall.DealerID, v rollcall.ValidationID) ([]rollcall.RollCallItem, error) {
	return collect(ctx, r, following+itemOrder, []any{string(dealer), string(v)}, scanItem)
}

// RollCallItems implements service.Reader.
func (r reader) RollCallItems(ctx context.Context, dealer rollcall.DealerID, id rollcall.RollCallID, filter service.ItemFilter) ([]rollcall.RollCallItem, error) {
	w := &where{args: []any{string(dealer), string(id), string(filter.After.Site), filter.After.ContactSeq, string(filter.After.Point)}}
	w.is("status", string(filter.Status))
	text := w.text.String()
	return collect(ctx, r, pageOfItems+text+itemOrder+` LIMIT `+w.param(filter.Limit), w.args, scanItem)
}

const askedPoints = `SELECT point_id FROM roll_call_items WHERE dealer_id = $1 AND (site_id, contact_seq) >= ($2, $3) AND (site_id, contact_seq) <= ($4, $5)
	AND since >= $6 AND status <> 'skipped' AND status <> 'canceled'`

// AskedPoints implements service.Reader.
func (r reader) AskedPoints(ctx context.Context, dealer rollcall.DealerID, first, last service.ContactPlace, since time.Time) (map[rollcall.PointID]bool, error) {
	asked := map[rollcall.PointID]bool{}
	args := []any{string(dealer), string(first.Site), first.Seq, string(last.Site), last.Seq, micros(since)}
	err := r.run.Query(ctx, askedPoints, args, func(row engine.Row) error {
		var id string
		err := row.Scan(&id)
		asked[rollcall.PointID(id)] = true
		return err
	})
	return asked, r.Failed(err)
}

const rollCallSites = `SELECT s.name FROM sites s WHERE s.dealer_id = $1 AND s.site_id IN
	(SELECT i.site_id FROM roll_call_items i WHERE i.dealer_id = $1 AND i.validation_id = $2) ORDER BY s.sort_name, s.site_id`

// RollCallSites implements service.Reader.
func (r reader) RollCallSites(ctx context.Context, dealer rollcall.DealerID, v rollcall.ValidationID, limit int) (names []string, total int, err error) {
	all, err := collect(ctx, r, rollCallSites, []any{string(dealer), string(v)}, func(row engine.Row) (name string, err error) {
		err = row.Scan(&name)
		return name, err
	})
	return all[:min(len(all), limit)], len(all), err
}

const (
	withdrawItems = `UPDATE roll_call_items SET status = 'canceled', reason = $3, ended_at = $4, not_before = 0
	WHERE dealer_id = $1 AND roll_call_id = $2` + isWaiting
	retryItems = `UPDATE roll_call_items SET status = 'open', reason = '', since = $3, not_before = 0, validation_id = NULL, asked_at = NULL,
	ended_at = NULL WHERE dealer_id = $1 AND roll_call_id = $2 AND status IN ('expired', 'failed')`
)

// WithdrawItems implements service.Tx.
func (t *transaction) WithdrawItems(ctx context.Context, dealer rollcall.DealerID, id rollcall.RollCallID, at time.Time) error {
	_, err := t.run.Exec(ctx, withdrawItems, string(dealer), string(id), string(rollcall.ItemWithdrawn), micros(at))
	return t.Failed(err)
}

// RetryItems implements service.Tx.
func (t *transaction) RetryItems(ctx context.Context, dealer rollcall.DealerID, id rollcall.RollCallID, at time.Time) (int, error) {
	n, err := t.run.Exec(ctx, retryItems, string(dealer), string(id), micros(at))
	return int(n), t.Failed(err)
}
