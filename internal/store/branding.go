package store

import (
	"context"
	"database/sql"
	"errors"

	"example.org/rollcall/internal/rollcall"
)

const brandingColumns = `dealer_id, display_name, welcome, logo_type, logo, updated_at, version`

const selectBranding = `SELECT ` + brandingColumns + ` FROM dealer_branding WHERE dealer_id = $1`

// Branding implements service.Reader.
func (r reader) Branding(ctx context.Context, dealer rollcall.DealerID) (rollcall.Branding, error) {
	var b rollcall.Branding
	var updated int64
	err := r.run.QueryRow(ctx, selectBranding, []any{string(dealer)},
		(*string)(&b.Dealer), &b.DisplayName, &b.Welcome, &b.Logo.MediaType, &b.Logo.Data, &updated, &b.Version)
	if errors.Is(err, sql.ErrNoRows) {
		return rollcall.Branding{Dealer: dealer}, nil
	}
	b.Updated = fromMicros(updated)
	return b, r.Failed(err)
}

const putBranding = `INSERT INTO dealer_branding (` + brandingColumns + `) VALUES ($1, $2, $3, $4, $5, $6, $7)
	ON CONFLICT (dealer_id) DO UPDATE SET display_name = excluded.display_name, welcome = excluded.welcome,
	logo_type = excluded.logo_type, logo = excluded.logo, updated_at = excluded.updated_at, version = excluded.version`

// PutBranding implements service.Tx.
func (t *transaction) PutBranding(ctx context.Context, b rollcall.Branding) error {
	var logo any
	if len(b.Logo.Data) > 0 {
		logo = b.Logo.Data
	}
	_, err := t.run.Exec(ctx, putBranding,
		string(b.Dealer), b.DisplayName, b.Welcome, b.Logo.MediaType, logo, micros(b.Updated), b.Version)
	return t.orForeign(err, dealerNotFound())
}

const selectDisplayName = `SELECT display_name FROM dealer_branding WHERE dealer_id = $1`

// DisplayName implements service.Reader.
func (r reader) DisplayName(ctx context.Context, dealer rollcall.DealerID) (string, error) {
	var name string
	err := r.run.QueryRow(ctx, selectDisplayName, []any{string(dealer)}, &name)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return name, r.Failed(err)
}
