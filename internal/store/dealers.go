package store

import (
	"context"
	"database/sql"
	"slices"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/store/engine"
)

const dealerColumns = `dealer_id, name, country, language, phone, created_at, updated_at, suspended_at`

// dealerRow is a dealer as it is stored.
type dealerRow struct {
	rollcall.Dealer
	created, updated int64
	suspended        sql.NullInt64
}

func (d *dealerRow) dest() []any {
	return []any{(*string)(&d.ID), &d.Name, &d.Country, &d.Language, &d.Phone, &d.created, &d.updated, &d.suspended}
}

func (d *dealerRow) dealer() rollcall.Dealer {
	d.Created, d.Updated, d.Suspended = fromMicros(d.created), fromMicros(d.updated), fromNull(d.suspended)
	return d.Dealer
}

func scanDealer(rows engine.Row) (rollcall.Dealer, error) {
	var row dealerRow
	err := rows.Scan(row.dest()...)
	return row.dealer(), err
}

const selectDealer = `SELECT ` + dealerColumns + ` FROM dealers WHERE dealer_id = $1`

// Dealer implements service.Reader.
func (r reader) Dealer(ctx context.Context, id rollcall.DealerID) (rollcall.Dealer, error) {
	return r.dealer(ctx, selectDealer, id)
}

// LockDealer implements service.Tx.
func (t *transaction) LockDealer(ctx context.Context, id rollcall.DealerID) (rollcall.Dealer, error) {
	return t.dealer(ctx, selectDealer+t.ForUpdate, id)
}

func (r reader) dealer(ctx context.Context, query string, id rollcall.DealerID) (rollcall.Dealer, error) {
	var row dealerRow
	if err := r.run.QueryRow(ctx, query, []any{string(id)}, row.dest()...); err != nil {
		return rollcall.Dealer{}, r.orNotFound(err, dealerNotFound())
	}
	return row.dealer(), nil
}

// isLive is the condition that a row is not of a sandbox, for statements over all dealers.
const isLive = ` AND substr(dealer_id, 1, 8) <> 'sandbox_'`

const selectDealers = `SELECT ` + dealerColumns + ` FROM dealers ORDER BY created_at, dealer_id`

// Dealers implements service.Reader.
func (r reader) Dealers(ctx context.Context) ([]rollcall.Dealer, error) {
	return collect(ctx, r, selectDealers, nil, scanDealer)
}

const insertDealer = `INSERT INTO dealers (` + dealerColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`

// InsertDealer implements service.Tx.
func (t *transaction) InsertDealer(ctx context.Context, d rollcall.Dealer) error {
	_, err := t.run.Exec(ctx, insertDealer,
		string(d.ID), d.Name, d.Country, d.Language, d.Phone, micros(d.Created), micros(d.Updated),
		microsOrNull(d.Suspended))
	return t.Failed(err)
}

const updateDealer = `UPDATE dealers
	SET name = $2, country = $3, language = $4, phone = $5, created_at = $6, updated_at = $7,
	suspended_at = $8
	WHERE dealer_id = $1`

// UpdateDealer implements service.Tx.
func (t *transaction) UpdateDealer(ctx context.Context, d rollcall.Dealer) error {
	n, err := t.run.Exec(ctx, updateDealer,
		string(d.ID), d.Name, d.Country, d.Language, d.Phone, micros(d.Created), micros(d.Updated),
		microsOrNull(d.Suspended))
	return t.changed(n, err, dealerNotFound())
}

const (
	deleteDealer = `DELETE FROM dealers WHERE dealer_id = $1`
	// It runs last: no line can be added once the dealer and the heads of its chains are deleted.
	deleteLines = `DELETE FROM audit_lines WHERE dealer_id = $1`
)

// DeleteDealer implements service.Tx.
func (t *transaction) DeleteDealer(ctx context.Context, id rollcall.DealerID) error {
	n, err := t.run.Exec(ctx, deleteDealer, string(id))
	if err == nil && n > 0 {
		_, err = t.run.Exec(ctx, deleteLines, string(id))
	}
	return t.changed(n, err, dealerNotFound())
}

// DeleteRecords implements service.Tx. It deletes the audit heads last, so that no chain starts again meanwhile.
func (t *transaction) DeleteRecords(ctx context.Context, id rollcall.DealerID, limit int) (int, error) {
	for _, table := range slices.Backward(dealerTables()) {
		switch table {
		case "dealers", "api_keys", "audit_heads":
			continue
		}
		if n, err := t.deletePart(ctx, table, id, limit); err != nil || n > 0 {
			return n, err
		}
	}
	return t.deletePart(ctx, "audit_heads", id, limit)
}

func (t *transaction) deletePart(ctx context.Context, table string, id rollcall.DealerID, limit int) (int, error) {
	key := keyOrder(table)
	n, err := t.run.Exec(ctx, `DELETE FROM `+table+` WHERE dealer_id = $1 AND (`+key+`) IN
		(SELECT `+key+` FROM `+table+` WHERE dealer_id = $1 LIMIT $2)`, string(id), limit)
	return int(n), t.Failed(err)
}

// changed returns notFound if a statement changed no row, and otherwise Failed of its error.
func (t *transaction) changed(n int64, err error, notFound *rollcall.Error) error {
	if err == nil && n == 0 {
		return notFound
	}
	return t.Failed(err)
}
