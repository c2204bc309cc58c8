package client

import (
	"context"
	"time"
)

// Settings are the settings of a dealer.
type Settings struct {
	StaleAfterDays   int            `json:"stale_after_days"`
	QuietHours       *QuietHours    `json:"quiet_hours"`       // nil: none
	AllowedCountries []string       `json:"allowed_countries"` // nil: the dealer's own
	Limits           MessageLimits  `json:"limits"`
	Readiness        ReadinessRules `json:"readiness"`
	RollCalls        RollCallLimits `json:"roll_calls"`
	// NotificationEmail gets e-mails about what needs attention; empty: none.
	NotificationEmail string    `json:"notification_email"`
	MaskNumbers       bool      `json:"mask_numbers"` // the console hides numbers until a manager gives a reason
	UpdatedAt         time.Time `json:"updated_at"`   // zero: never
	Warnings          []Warning `json:"warnings"`
	ETag              string    `json:"-"`
}

// QuietHours are the hours, as HH:MM, in which no message is sent.
type QuietHours struct {
	Start    string `json:"start"`
	End      string `json:"end"`
	Timezone string `json:"timezone,omitempty"`
}

// ReadinessRules are what a site needs to be ready, unless it has rules of its own.
type ReadinessRules struct {
	MinPeople     int  `json:"min_people"`
	MinNumbers    int  `json:"min_numbers"`
	PremisesPhone bool `json:"premises_phone"` // whether it needs a phone at the site
}

// ReadinessRulesUpdate is a change of readiness rules.
type ReadinessRulesUpdate struct {
	MinPeople     Value[int]  `json:"min_people,omitzero"`
	MinNumbers    Value[int]  `json:"min_numbers,omitzero"`
	PremisesPhone Value[bool] `json:"premises_phone,omitzero"`
}

// MessageLimits are the maximum numbers of messages; 0: no limit.
type MessageLimits struct {
	PerNumberMinute int `json:"per_number_minute"`
	PerNumberDay    int `json:"per_number_day"`
	PerSiteHour     int `json:"per_site_hour"`
	PerDealerDay    int `json:"per_dealer_day"`
}

// SettingsUpdate is a change of settings. Null resets a field to its default.
type SettingsUpdate struct {
	StaleAfterDays   Value[int]                  `json:"stale_after_days,omitzero"`
	QuietHours       Value[QuietHours]           `json:"quiet_hours,omitzero"`
	AllowedCountries Value[[]string]             `json:"allowed_countries,omitzero"`
	Limits           Value[LimitsUpdate]         `json:"limits,omitzero"`
	Readiness        Value[ReadinessRulesUpdate] `json:"readiness,omitzero"`
	RollCalls        Value[RollCallsUpdate]      `json:"roll_calls,omitzero"`

	NotificationEmail Value[string] `json:"notification_email,omitzero"`
	MaskNumbers       Value[bool]   `json:"mask_numbers,omitzero"`
}

// RollCallLimits are the setting that repeats roll calls, and the operator's limits on their messages.
type RollCallLimits struct {
	RepeatAfterDays int `json:"repeat_after_days"` // 0: none is repeated
	PerHour         int `json:"per_hour"`          // 0: no limit
	PerDay          int `json:"per_day"`
}

// RollCallsUpdate is a change of the setting that repeats roll calls.
type RollCallsUpdate struct {
	RepeatAfterDays Value[int] `json:"repeat_after_days,omitzero"`
}

// LimitsUpdate is a change of message limits.
type LimitsUpdate struct {
	PerNumberMinute Value[int] `json:"per_number_minute,omitzero"`
	PerNumberDay    Value[int] `json:"per_number_day,omitzero"`
	PerSiteHour     Value[int] `json:"per_site_hour,omitzero"`
	PerDealerDay    Value[int] `json:"per_dealer_day,omitzero"`
}

// SettingsCalls has the calls for settings.
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

// Branding is the name, greeting and logo that people see.
type Branding struct {
	DisplayName string    `json:"display_name"`
	Welcome     string    `json:"welcome"`
	Logo        *Logo     `json:"logo"` // nil: none
	UpdatedAt   time.Time `json:"updated_at"`
	Warnings    []Warning `json:"warnings"`
	ETag        string    `json:"-"`
}

// Logo is an image. MediaType is optional in an update.
type Logo struct {
	MediaType string `json:"media_type,omitempty"`
	Data      []byte `json:"data"`
}

// BrandingUpdate is a change of the branding.
type BrandingUpdate struct {
	DisplayName Value[string] `json:"display_name,omitzero"`
	Welcome     Value[string] `json:"welcome,omitzero"`
	Logo        Value[Logo]   `json:"logo,omitzero"`
}

// BrandingCalls has the calls for branding.
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

// Key returns the key of the client.
func (c *Client) Key(ctx context.Context) (key Key, err error) {
	_, err = c.call(ctx, "GET", "/ext/v1/key", nil, nil, &key)
	return key, err
}
