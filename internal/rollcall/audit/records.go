package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/message"
)

// changes returns the changes between two states of a record, each of which may be nil.
func changes[T any](before, after *T, fields func(*T) []field) []Change {
	var old, current []field
	if before != nil {
		old = fields(before)
	}
	if after != nil {
		current = fields(after)
	}
	return diff(old, current)
}

// SiteChanges returns the changes between two states of a site. before is nil for a new site, and after for a deleted one.
func SiteChanges(before, after *rollcall.Site) []Change {
	return changes(before, after, siteFields)
}

func siteFields(s *rollcall.Site) []field {
	return []field{
		{"account_reference_id", s.Reference},
		{"account_number", s.AccountNumber},
		{"name", s.Name},
		{"address.street", s.Address.Street},
		{"address.city", s.Address.City},
		{"address.state", s.Address.State},
		{"address.zip", s.Address.Zip},
		{"address.country", s.Address.Country},
		{"timezone", s.Timezone},
		{"language", s.Language},
		{"status", string(s.Status)},
		{"premises_phone", s.PremisesPhone.Value},
		{"premises_phone_e164", string(s.PremisesPhone.E164)},
		{"premises_phone_cause", string(s.PremisesPhone.Cause)},
		{"readiness_rules.min_people", overrideText(s.ReadinessRules.MinPeople)},
		{"readiness_rules.min_numbers", overrideText(s.ReadinessRules.MinNumbers)},
		{"readiness_rules.premises_phone", overrideText(s.ReadinessRules.PremisesPhone)},
		{"readiness_rules.exempt_reason", s.ReadinessRules.ExemptReason},
	}
}

// overrideText returns a rule of a site, and "" if that of the dealer holds.
func overrideText[T comparable](o rollcall.Override[T]) string {
	if !o.Set {
		return ""
	}
	return fmt.Sprint(o.Value)
}

// ApplySiteChanges sets the changed fields of s to their new values, except the readiness rules.
func ApplySiteChanges(s *rollcall.Site, changes []Change) {
	to := map[string]*string{
		"account_reference_id": &s.Reference, "account_number": &s.AccountNumber, "name": &s.Name,
		"address.street": &s.Address.Street, "address.city": &s.Address.City, "address.state": &s.Address.State,
		"address.zip": &s.Address.Zip, "address.country": &s.Address.Country,
		"timezone": &s.Timezone, "language": &s.Language, "status": (*string)(&s.Status),
		"premises_phone": &s.PremisesPhone.Value, "premises_phone_e164": (*string)(&s.PremisesPhone.E164),
		"premises_phone_cause": (*string)(&s.PremisesPhone.Cause),
	}
	for _, c := range changes {
		field := to[c.Field]
		switch {
		case field == nil:
		case c.New == nil:
			*field = ""
		default:
			*field = *c.New
		}
	}
}

// ReadinessChanges returns the changes of a readiness.changed line: the status, and since when the site has it.
func ReadinessChanges(before, after rollcall.ReadinessStatus, since time.Time) []Change {
	return diff([]field{{"status", string(before)}, {"since", ""}}, []field{{"status", string(after)}, {"since", timeText(since)}})
}

// DealerChanges returns the changes between two states of a dealer. before is nil for a new dealer.
func DealerChanges(before, after *rollcall.Dealer) []Change {
	return changes(before, after, dealerFields)
}

func dealerFields(d *rollcall.Dealer) []field {
	return []field{
		{"name", d.Name},
		{"country", d.Country},
		{"language", d.Language},
		{"phone", d.Phone},
		{"suspended_at", timeText(d.Suspended)},
	}
}

// KeyChanges returns the values of a new key.
func KeyChanges(key *rollcall.Key) []Change { return changes(nil, key, keyFields) }

func keyFields(k *rollcall.Key) []field {
	return []field{
		{"name", k.Name},
		{"scopes", k.Scopes.String()},
		{"test", strconv.FormatBool(k.Test)},
		{"expires_at", timeText(k.Expires)},
	}
}

// UserChanges returns the changes between two states of a user. before is nil for a new user. They leave out the name and the
// address, since nobody could erase them from such a line.
func UserChanges(before, after *rollcall.User) []Change { return changes(before, after, userFields) }

func userFields(u *rollcall.User) []field {
	secondFactor := ""
	if u.TOTP.On() {
		secondFactor = "totp"
	}
	return []field{{"role", string(u.Role)}, {"second_factor", secondFactor}, {"disabled_at", timeText(u.Disabled)}}
}

// SettingsChanges returns the changes between two states of settings. Of the address for notices they hold what message.Mask shows.
func SettingsChanges(before, after *rollcall.Settings) []Change {
	return changes(before, after, settingsFields)
}

func settingsFields(s *rollcall.Settings) []field {
	return []field{
		{"stale_after_days", strconv.Itoa(s.StaleAfterDays)},
		{"quiet_hours", s.Quiet.String()},
		{"quiet_hours.timezone", s.Quiet.Timezone},
		{"allowed_countries", s.Own.Countries},
		{"limits.per_number_minute", limitText(s.Own.Limits.NumberMinute)},
		{"limits.per_number_day", limitText(s.Own.Limits.NumberDay)},
		{"limits.per_site_hour", limitText(s.Own.Limits.SiteHour)},
		{"limits.per_dealer_day", limitText(s.Own.Limits.DealerDay)},
		{"ceiling.allowed_countries", s.Ceiling.Countries},
		{"ceiling.per_number_minute", strconv.Itoa(s.Ceiling.Limits.NumberMinute)},
		{"ceiling.per_number_day", strconv.Itoa(s.Ceiling.Limits.NumberDay)},
		{"ceiling.per_site_hour", strconv.Itoa(s.Ceiling.Limits.SiteHour)},
		{"ceiling.per_dealer_day", strconv.Itoa(s.Ceiling.Limits.DealerDay)},
		{"readiness.min_people", strconv.Itoa(s.Readiness.MinPeople)},
		{"readiness.min_numbers", strconv.Itoa(s.Readiness.MinNumbers)},
		{"readiness.premises_phone", strconv.FormatBool(s.Readiness.PremisesPhone)},
		{"mask_numbers", strconv.FormatBool(s.MaskNumbers)},
		{"notification_email", maskedText(string(s.NotificationEmail))},
		{"roll_calls.repeat_after_days", limitText(s.RepeatAfterDays)},
		{"ceiling.roll_call_per_hour", strconv.Itoa(s.RollCalls.Hour)},
		{"ceiling.roll_call_per_day", strconv.Itoa(s.RollCalls.Day)},
		{"ceiling.max_sites", strconv.Itoa(s.Quotas.Sites)},
		{"ceiling.max_contacts", strconv.Itoa(s.Quotas.Contacts)},
		{"ceiling.max_keys", strconv.Itoa(s.Quotas.Keys)},
		{"ceiling.max_idempotency_records", strconv.Itoa(s.Quotas.IdempotencyRecords)},
	}
}

// maskedText returns what is shown of an address, and "" for none.
func maskedText(address string) string {
	if address == "" {
		return ""
	}
	return message.Mask(address)
}

// limitText returns a dealer's own limit, and "" if it has none.
func limitText(limit int) string {
	if limit == 0 {
		return ""
	}
	return strconv.Itoa(limit)
}

// BrandingChanges returns the changes between two states of branding.
func BrandingChanges(before, after *rollcall.Branding) []Change {
	return changes(before, after, brandingFields)
}

func brandingFields(b *rollcall.Branding) []field {
	logo := ""
	if len(b.Logo.Data) > 0 {
		sum := sha256.Sum256(b.Logo.Data)
		logo = b.Logo.MediaType + ", " + strconv.Itoa(len(b.Logo.Data)) + " bytes, SHA-256 " + hex.EncodeToString(sum[:])
	}
	return []field{{"display_name", b.DisplayName}, {"welcome", b.Welcome}, {"logo", logo}}
}

// SuppressionChanges returns the changes between two states of a suppression. before is nil for a new one, and after for a deleted one.
// The changes leave out the number or address, since nobody could erase it from such a line.
func SuppressionChanges(before, after *rollcall.Suppression) []Change {
	return changes(before, after, suppressionFields)
}

func suppressionFields(p *rollcall.Suppression) []field {
	return []field{{"point", string(p.Point)}, {"reason", string(p.Reason)}}
}

// WebhookChanges returns the changes between two states of a webhook. before is nil for a new one, and after for a deleted one. The
// changes leave out the query of the address, which may hold a secret.
func WebhookChanges(before, after *rollcall.Webhook) []Change {
	return changes(before, after, webhookFields)
}

func webhookFields(w *rollcall.Webhook) []field {
	types := make([]string, len(w.Types))
	for i, t := range w.Types {
		types[i] = string(t)
	}
	address, _, _ := strings.Cut(w.URL, "?")
	return []field{
		{"url", address}, {"types", strings.Join(types, ",")}, {"description", w.Description}, {"status", string(w.Status)}, {"reason", w.Reason},
	}
}

func timeText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}

// parseTime reads what timeText returns.
func parseTime(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}
	}
	return t
}
