package rollcall

import (
	"errors"
	"strings"
	"testing"
)

// TestCeiling holds that a key lowers limits and countries, and never goes beyond what the operator has set.
func TestCeiling(t *testing.T) {
	raised := Sending{Limits: MessageLimits{NumberMinute: 2, NumberDay: 8, SiteHour: 0, DealerDay: 20_000}, Countries: "CA US"}
	lowered := Sending{Limits: MessageLimits{NumberMinute: 1, NumberDay: 2, SiteHour: 3, DealerDay: 4}}
	usual := Sending{Limits: defaultLimits}
	for _, tt := range []struct {
		name    string
		ceiling Sending
		in      SettingsInput
		want    MessageLimits
		field   string // that is refused
		bound   string
	}{
		{"nothing", usual, SettingsInput{}, defaultLimits, "", ""},
		{"lower", usual, SettingsInput{NumberDay: Given(3)}, MessageLimits{1, 3, 20, 1000}, "", ""},
		{"above the default", usual, SettingsInput{NumberDay: Given(6)}, MessageLimits{}, "limits.per_number_day", "from 1 to 5"},
		{"no limit", usual, SettingsInput{NumberDay: Given(0)}, MessageLimits{}, "limits.per_number_day", "from 1 to 5"},
		{"above what the operator lowered", lowered, SettingsInput{DealerDay: Given(5)}, MessageLimits{}, "limits.per_dealer_day", "from 1 to 4"},
		{"null is the ceiling", lowered, SettingsInput{DealerDay: Null[int]()}, lowered.Limits, "", ""},
		{"as far as the operator raised", raised, SettingsInput{DealerDay: Given(20_000)}, raised.Limits, "", ""},
		{"below no limit", raised, SettingsInput{SiteHour: Given(500)}, MessageLimits{2, 8, 500, 20_000}, "", ""},
		{"a country of the ceiling", raised, SettingsInput{Countries: Given([]string{"ca"})}, raised.Limits, "", ""},
		{"another country", raised, SettingsInput{Countries: Given([]string{"CA", "MX"})}, MessageLimits{}, "allowed_countries", "CA, US"},
		{"another country than the dealer's own", usual, SettingsInput{Countries: Given([]string{"CA"})}, MessageLimits{}, "allowed_countries", "one of US"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			set := DefaultSettings("d")
			set.Ceiling = tt.ceiling
			err := tt.in.Apply(&set, false, "US")
			var e *Error
			if tt.field != "" {
				if !errors.As(err, &e) || e.Field != tt.field || !strings.Contains(e.Details[0].Message, tt.bound) {
					t.Errorf("Apply = %v, want an error about %s with %q", err, tt.field, tt.bound)
				}
				return
			}
			if got := set.Limits(); err != nil || got != tt.want {
				t.Errorf("Limits() = %+v, %v; want %+v", got, err, tt.want)
			}
		})
	}
}

// TestCeilingThatIsLoweredHolds has the operator go below what the dealer has set.
func TestLoweredCeilingApplies(t *testing.T) {
	set := DefaultSettings("d")
	set.Own = Sending{Limits: MessageLimits{NumberDay: 4, DealerDay: 900}, Countries: "CA US"}
	set.Ceiling = Sending{Limits: MessageLimits{NumberMinute: 1, NumberDay: 2, SiteHour: 20, DealerDay: 0}, Countries: "US"}
	if got, want := set.Limits(), (MessageLimits{1, 2, 20, 900}); got != want {
		t.Errorf("Limits() = %+v, want %+v", got, want)
	}
	for country, want := range map[string]bool{"US": true, "CA": false, "MX": false} {
		if got := set.Allows(country, "US"); got != want {
			t.Errorf("Allows(%s) = %v, want %v", country, got, want)
		}
	}
	set.Ceiling.Countries, set.Own.Countries = "", "US"
	if set.Allows("US", "CA") || set.Allows("CA", "CA") {
		t.Error("Allows: a dealer whose country changed may send to its former country")
	}
}
