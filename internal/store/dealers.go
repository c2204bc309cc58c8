package store

import (
	"context"
	"database/sql"
	"slices"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/store/engine"
)

const dealerColumns = `dealer_id, name, country, language, phone, created_at, updated_at, suspended_at`

func scanDealer(d *rollcall.Dealer) (dest []any, finish func()) {
	var created, updated int64
	var suspended sql.NullInt64
	dest = []any{(*string)(&d.ID), &d.Name, &d.Country, &d.Language, &d.Phone, &created, &updated, &suspended}
	return dest, func() {
		d.Created, d.Updated, d.Suspended = fromMicros(created), fromMicros(updated), fromNull(suspended)
	}
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
	var d rollcall.Dealer
	dest, finish := scanDealer(&d)
	if err := r.run.QueryRow(ctx, query, []any{string(id)}, dest...); err != nil {
		return rollcall.Dealer{}, r.orNotFound(err, dealerNotFound())
	}
	finish()
	return d, nil
}

const selectDealers = `SELECT ` + dealerColumns + ` FROM dealers ORDER BY created_at, dealer_id`

// Dealers implements service.Reader.
func (r reader) Dealers(ctx context.Context) ([]rollcall.Dealer, error) {
	var dealers []rollcall.Dealer
	err := r.run.Query(ctx, selectDealers, nil, func(row engine.Row) error {
		var d rollcall.Dealer
		dest, finish := scanDealer(&d)
		err := row.Scan(dest...)
		finish()
		dealers = append(dealers, d)
		return err
	})
	return dealers, r.Failed(err)
}

const insertDealer = `INSERT INTO dealers (` + dealerColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`

// InsertDealer implements service.Tx.
func (t *transaction) InsertDealer(ctx context.Context, d rollcall.Dealer) error {
	_, err := t.run.Exec(ctx, insertDealer,
		string(d.ID), d.Name, d.Country, d.Language, d.Phone, micros(d.Created), micros(d.Updated),
		orNull(d.Suspended))
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
		orNull(d.Suspended))
	return t.changed(n, err, dealerNotFound())
}

const (
	deleteDealer = `DELETE FROM dealers WHERE dealer_id = $1`
	// No line can be added once the dealer and the heads of its chains are deleted.
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
	for _, table := range slices.Backward(dealerTables) {
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

// changed returns the not-found error if a statement changed no row, otherwise what Failed returns for its error.
func (t *transaction) changed(n int64, err error, notFound *rollcall.Error) error {
	if err == nil && n == 0 {
		return notFound
	}
	return t.Failed(err)
}
