package store

import (
	"context"
	"time"

	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/store/engine"
)

const selectDue = `SELECT expires_at, dealer_id, site_id, contact_seq, contact_id, validation_id FROM validations
	WHERE expires_at <= $1` + isOpen + ` AND (expires_at, dealer_id, validation_id) > ($2, $3, $4)
	ORDER BY expires_at, dealer_id, validation_id LIMIT $5`

// DueValidations implements service.Reader.
func (r reader) DueValidations(ctx context.Context, now time.Time, after service.Due, limit int) ([]service.Due, error) {
	return r.due(ctx, selectDue, micros(now), micros(after.At), string(after.Dealer), string(after.Validation), limit)
}

const selectDeleted = `SELECT deleted_at, dealer_id, site_id, seq, contact_id, '' FROM contacts
	WHERE deleted_at < $1 AND (deleted_at, dealer_id, site_id, seq) > ($2, $3, $4, $5)
	ORDER BY deleted_at, dealer_id, site_id, seq LIMIT $6`

// DeletedContacts implements service.Reader.
func (r reader) DeletedContacts(ctx context.Context, before time.Time, after service.Due, limit int) ([]service.Due, error) {
	return r.due(ctx, selectDeleted, micros(before), micros(after.At), string(after.Dealer), string(after.Site), after.Seq, limit)
}

// Each dealer sets how long a confirmation counts, so this searches the index once for each dealer (CROSS JOIN keeps SQLite from
// another order).
const selectAged = `SELECT p.confirmed_at, d.dealer_id, p.site_id, p.contact_seq, c.contact_id, '' FROM dealers d
	LEFT JOIN dealer_settings s ON s.dealer_id = d.dealer_id
	CROSS JOIN points p CROSS JOIN contacts c WHERE p.dealer_id = d.dealer_id AND (p.status = 'confirmed' OR p.status_before = 'confirmed')
	AND p.confirmed_at < $1 - COALESCE(s.stale_after_days, $2) * 86400000000
	AND c.dealer_id = p.dealer_id AND c.site_id = p.site_id AND c.seq = p.contact_seq AND c.deleted_at IS NULL
	AND d.dealer_id >= $3 AND (d.dealer_id, p.confirmed_at, p.site_id, p.contact_seq) > ($3, $4, $5, $6)
	ORDER BY d.dealer_id, p.confirmed_at, p.site_id, p.contact_seq LIMIT $7`

// AgedContacts implements service.Reader.
func (r reader) AgedContacts(ctx context.Context, now time.Time, days int, after service.Due, limit int) ([]service.Due, error) {
	return r.due(ctx, selectAged, micros(now), days, string(after.Dealer), micros(after.At), string(after.Site), after.Seq, limit)
}

func (r reader) due(ctx context.Context, query string, args ...any) ([]service.Due, error) {
	return collect(ctx, r, query, args, func(rows engine.Row) (d service.Due, err error) {
		var at int64
		err = rows.Scan(&at, (*string)(&d.Dealer), (*string)(&d.Site), &d.Seq, (*string)(&d.Contact), (*string)(&d.Validation))
		d.At = fromMicros(at)
		return d, err
	})
}
