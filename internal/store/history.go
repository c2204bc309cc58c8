package store

import (
	"context"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
	"example.org/rollcall/internal/service"
)

const validationsBefore = `SELECT ` + validationColumns + ofContact + ` AND (created_at, validation_id) < ($4, $5)
	ORDER BY created_at DESC, validation_id DESC LIMIT $6`

// ValidationsBefore implements service.Reader.
func (r reader) ValidationsBefore(ctx context.Context, c rollcall.Contact, before service.ValidationPlace, limit int) ([]rollcall.Validation, error) {
	args := []any{string(c.Dealer), string(c.Site), c.Seq, before.Created, string(before.ID), limit}
	return collect(ctx, r, validationsBefore, args, scanValidation)
}

// contactChangesBefore selects the lines about the contact $2. The plus makes SQLite read the lines of the contact in their order.
func (r reader) contactChangesBefore() string {
	return selectPlaced + `$1 AND contact_id = $2 AND ` + r.NoIndex + `site_id = $3 AND pos > 0 AND pos < $4
	AND (action NOT LIKE 'validation.%' OR action = 'validation.stale') ORDER BY pos DESC LIMIT $5`
}

// ContactChangesBefore implements service.Reader.
func (r reader) ContactChangesBefore(ctx context.Context, dealer rollcall.DealerID, site rollcall.SiteID, id rollcall.ContactID, before int64, limit int) ([]audit.Line, error) {
	return collect(ctx, r, r.contactChangesBefore(), []any{string(dealer), string(id), string(site), before, limit}, scanPlaced)
}
