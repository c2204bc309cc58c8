package store

import (
	"context"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
)

const setReviewed = `UPDATE sites SET reviewed_at = $3 WHERE dealer_id = $1 AND site_id = $2`

// SetReviewed implements service.Tx.
func (t *transaction) SetReviewed(ctx context.Context, site rollcall.Site) error {
	n, err := t.run.Exec(ctx, setReviewed, string(site.Dealer), string(site.ID), micros(site.Reviewed))
	return t.changed(n, err, siteNotFound())
}

const lastReview = selectLines + `$1 AND site_id = $2 AND mentions IS NOT NULL AND action = '` + audit.CallListReviewed + `' ORDER BY seq DESC LIMIT 1`

// LastReview implements service.Reader.
func (r reader) LastReview(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID) ([]audit.Line, error) {
	return collect(ctx, r, lastReview, []any{string(dealer), string(site)}, scanLine)
}
