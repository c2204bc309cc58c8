package store

import (
	"context"
	"database/sql"
	"errors"

	"example.org/rollcall/internal/rollcall"
)

const settingsColumns = `dealer_id, stale_after_days, quiet_start, quiet_end, quiet_timezone, allowed_countries,
	per_number_minute, per_number_day, per_site_hour, per_dealer_day, ceiling_countries, ceiling_number_minute,
	ceiling_number_day, ceiling_site_hour, ceiling_dealer_day, max_sites, max_contacts, max_keys, max_idempotency_records,
	min_people, min_numbers, needs_premises_phone, ceiling_roll_call_hour, ceiling_roll_call_day, repeat_after_days, notification_email, mask_numbers, updated_at, version`

const selectSettings = `SELECT ` + settingsColumns + ` FROM dealer_settings WHERE dealer_id = $1`

// Settings implements service.Reader.
func (r reader) Settings(ctx context.Context, dealer rollcall.DealerID) (rollcall.Settings, error) {
	s, err := r.ownSettings(ctx, dealer)
	if err != nil || !dealer.IsSandbox() {
		return s, err
	}
	live, err := r.ownSettings(ctx, dealer.Live())
	s.Ceiling, s.Quotas, s.RollCalls = live.Ceiling, live.Quotas, live.RollCalls
	s.CeilingVersion = live.Version
	return s, err
}

func (r reader) ownSettings(ctx context.Context, dealer rollcall.DealerID) (rollcall.Settings, error) {
	var s rollcall.Settings
	var updated int64
	own, most := &s.Own.Limits, &s.Ceiling.Limits
	err := r.run.QueryRow(ctx, selectSettings, []any{string(dealer)},
		(*string)(&s.Dealer), &s.StaleAfterDays, &s.Quiet.Start, &s.Quiet.End, &s.Quiet.Timezone, &s.Own.Countries,
		&own.NumberMinute, &own.NumberDay, &own.SiteHour, &own.DealerDay, &s.Ceiling.Countries,
		&most.NumberMinute, &most.NumberDay, &most.SiteHour, &most.DealerDay,
		&s.Quotas.Sites, &s.Quotas.Contacts, &s.Quotas.Keys, &s.Quotas.IdempotencyRecords,
		&s.Readiness.MinPeople, &s.Readiness.MinNumbers, &s.Readiness.PremisesPhone,
		&s.RollCalls.Hour, &s.RollCalls.Day, &s.RepeatAfterDays, (*string)(&s.NotificationEmail), &s.MaskNumbers, &updated, &s.Version)
	if errors.Is(err, sql.ErrNoRows) {
		return rollcall.DefaultSettings(dealer), nil
	}
	s.Updated = fromMicros(updated)
	return s, r.Failed(err)
}

const putSettings = `INSERT INTO dealer_settings (` + settingsColumns + `)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29)
	ON CONFLICT (dealer_id) DO UPDATE SET stale_after_days = excluded.stale_after_days, quiet_start = excluded.quiet_start,
	quiet_end = excluded.quiet_end, quiet_timezone = excluded.quiet_timezone, allowed_countries = excluded.allowed_countries,
	per_number_minute = excluded.per_number_minute, per_number_day = excluded.per_number_day,
	per_site_hour = excluded.per_site_hour, per_dealer_day = excluded.per_dealer_day,
	ceiling_countries = excluded.ceiling_countries, ceiling_number_minute = excluded.ceiling_number_minute,
	ceiling_number_day = excluded.ceiling_number_day, ceiling_site_hour = excluded.ceiling_site_hour,
	ceiling_dealer_day = excluded.ceiling_dealer_day, max_sites = excluded.max_sites, max_contacts = excluded.max_contacts,
	max_keys = excluded.max_keys, max_idempotency_records = excluded.max_idempotency_records, min_people = excluded.min_people,
	min_numbers = excluded.min_numbers, needs_premises_phone = excluded.needs_premises_phone, updated_at = excluded.updated_at,
	ceiling_roll_call_hour = excluded.ceiling_roll_call_hour, ceiling_roll_call_day = excluded.ceiling_roll_call_day,
	repeat_after_days = excluded.repeat_after_days, notification_email = excluded.notification_email, mask_numbers = excluded.mask_numbers,
	version = excluded.version`

// PutSettings implements service.Tx.
func (t *transaction) PutSettings(ctx context.Context, s rollcall.Settings) error {
	own, most := s.Own.Limits, s.Ceiling.Limits
	_, err := t.run.Exec(ctx, putSettings,
		string(s.Dealer), s.StaleAfterDays, s.Quiet.Start, s.Quiet.End, s.Quiet.Timezone, s.Own.Countries,
		own.NumberMinute, own.NumberDay, own.SiteHour, own.DealerDay, s.Ceiling.Countries,
		most.NumberMinute, most.NumberDay, most.SiteHour, most.DealerDay,
		s.Quotas.Sites, s.Quotas.Contacts, s.Quotas.Keys, s.Quotas.IdempotencyRecords,
		s.Readiness.MinPeople, s.Readiness.MinNumbers, s.Readiness.PremisesPhone,
		s.RollCalls.Hour, s.RollCalls.Day, s.RepeatAfterDays, string(s.NotificationEmail), s.MaskNumbers, micros(s.Updated), s.Version)
	return t.orForeign(err, dealerNotFound())
}
