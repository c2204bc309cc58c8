package store

import (
	"context"

	"example.org/rollcall/internal/rollcall"
)

const (
	countSites              = `SELECT COALESCE(MAX(site_count), 0) FROM dealers WHERE dealer_id = $1` // 0 if there is no such dealer
	countContacts           = `SELECT CAST(COALESCE(SUM(contact_count), 0) AS BIGINT) FROM sites WHERE dealer_id = $1`
	countIdempotencyRecords = `SELECT COUNT(*) FROM idempotency_records WHERE dealer_id = $1`
)

// CountRecords implements service.Reader.
func (r reader) CountRecords(ctx context.Context, dealer rollcall.DealerID, quota rollcall.Quota) (n int, err error) {
	query := countSites
	switch quota {
	case rollcall.QuotaContacts:
		query = countContacts
	case rollcall.QuotaIdempotencyRecords:
		query = countIdempotencyRecords
	}
	err = r.run.QueryRow(ctx, query, []any{string(dealer)}, &n)
	return n, r.Failed(err)
}
