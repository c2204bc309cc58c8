package client

import (
	"context"
	"time"
)

// Settings are what a dealer has set for itself.
type Settings struct {
	StaleAfterDays   int           `json:"stale_after_days"`
	QuietHours       *QuietHours   `json:"quiet_hours"`       // nil: none
	AllowedCountries []string      `json:"allowed_countries"` // nil: the dealer's own
	Limits           MessageLimits `json:"limits"`
	UpdatedAt        time.Time     `json:"updated_at"` // zero: never
	Warnings         []Warning     `json:"warnings"`
	ETag             string        `json:"-"`
}

// QuietHours are the part of each day in which no message goes out, as HH:MM.
type QuietHours struct {
	Start    string `json:"start"`
	End      string `json:"end"`
	Timezone string `json:"timezone,omitempty"`
}

// MessageLimits say how many messages may be sent; 0 stands for any number.
type MessageLimits struct {
	PerNumberMinute int `json:"per_number_minute"`
	PerNumberDay    int `json:"per_number_day"`
	PerSiteHour     int `json:"per_site_hour"`
	PerDealerDay    int `json:"per_dealer_day"`
}

// SettingsUpdate is what to change; Null brings back a default.
type SettingsUpdate struct {
	StaleAfterDays   Value[int]          `json:"stale_after_days,omitzero"`
	QuietHours       Value[QuietHours]   `json:"quiet_hours,omitzero"`
	AllowedCountries Value[[]string]     `json:"allowed_countries,omitzero"`
	Limits           Value[LimitsUpdate] `json:"limits,omitzero"`
}

// LimitsUpdate is what to change of the limits on messages.
type LimitsUpdate struct {
	PerNumberMinute Value[int] `json:"per_number_minute,omitzero"`
	PerNumberDay    Value[int] `json:"per_number_day,omitzero"`
	PerSiteHour     Value[int] `json:"per_site_hour,omitzero"`
	PerDealerDay    Value[int] `json:"per_dealer_day,omitzero"`
}

// SettingsCalls are the calls about a dealer's settings.
type SettingsCalls struct{ c *Client }

// Get returns the settings.
func (s SettingsCalls) Get(ctx context.Context) (set Settings, err error) {
	set.ETag, err = s.c.call(ctx, "GET", "/ext/v1/settings", nil, nil, &set)
	return set, err
}

// Update changes the settings.
func (s SettingsCalls) Update(ctx context.Context, in SettingsUpdate, options ...Option) (set Settings, err error) {
	set.ETag, err = s.c.call(ctx, "PATCH", "/ext/v1/settings", nil, in, &set, options...)
	return set, err
}

// Branding is how a dealer shows itself to people.
type Branding struct {
	DisplayName string    `json:"display_name"`
	Welcome     string    `json:"welcome"`
	Logo        *Logo     `json:"logo"` // nil: none
	UpdatedAt   time.Time `json:"updated_at"`
	Warnings    []Warning `json:"warnings"`
	ETag        string    `json:"-"`
}

// Logo is a picture; its media type may be left out when it is set.
type Logo struct {
	MediaType string `json:"media_type,omitempty"`
	Data      []byte `json:"data"`
}

// BrandingUpdate is what to change of the branding.
type BrandingUpdate struct {
	DisplayName Value[string] `json:"display_name,omitzero"`
	Welcome     Value[string] `json:"welcome,omitzero"`
	Logo        Value[Logo]   `json:"logo,omitzero"`
}

// BrandingCalls are the calls about a dealer's branding.
type BrandingCalls struct{ c *Client }

// Get returns the branding.
func (s BrandingCalls) Get(ctx context.Context) (b Branding, err error) {
	b.ETag, err = s.c.call(ctx, "GET", "/ext/v1/branding", nil, nil, &b)
	return b, err
}

// Update changes the branding.
func (s BrandingCalls) Update(ctx context.Context, in BrandingUpdate, options ...Option) (b Branding, err error) {
	b.ETag, err = s.c.call(ctx, "PUT", "/ext/v1/branding", nil, in, &b, options...)
	return b, err
}

// Key is an API key, without its secret.
type Key struct {
	DealerID   string    `json:"dealer_id"`
	DealerName string    `json:"dealer_name"`
	KeyID      string    `json:"key_id"`
	Name       string    `json:"name"`
	Scopes     []string  `json:"scopes"`
	Test       bool      `json:"test"`
	ExpiresAt  time.Time `json:"expires_at"` // zero: never
}

// Key returns the key that the client uses.
func (c *Client) Key(ctx context.Context) (key Key, err error) {
	_, err = c.call(ctx, "GET", "/ext/v1/key", nil, nil, &key)
	return key, err
}
