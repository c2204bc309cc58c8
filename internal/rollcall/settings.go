package rollcall

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Settings are the settings of a dealer; see DefaultSettings.
type Settings struct {
	Dealer DealerID
	// StaleAfterDays is how long a contact point stays confirmed.
	StaleAfterDays int
	Quiet          QuietHours
	// Own is set by the dealer, up to Ceiling, which the operator sets.
	Own     Sending
	Ceiling Sending
	// Quotas are set by the operator.
	Quotas Quotas
	// RollCalls limits the messages of all roll calls; the operator sets it.
	RollCalls RollCallLimits
	// RepeatAfterDays makes the server ask every contact point that was neither confirmed nor asked for so many days; 0: none.
	RepeatAfterDays int
	// Readiness holds for sites without rules of their own.
	Readiness ReadinessRules
	// NotificationEmail gets e-mails about what needs somebody's attention, such as a webhook that was disabled; empty: none.
	NotificationEmail EmailAddress
	// MaskNumbers makes the console hide numbers, addresses and notes from everybody, until a manager gives a reason to see them.
	MaskNumbers bool
	Updated     time.Time // zero: never
	Version     int64     // number of changes
	// CeilingVersion is, in a sandbox, the Version of its dealer's settings, which have the ceiling.
	CeilingVersion int64
}

// Sending limits messages and their destinations. In the dealer's own, a limit of 0 stands for the one of the ceiling.
type Sending struct {
	Limits MessageLimits
	// Countries are the countries to which messages may go: ISO 3166-1 codes in alphabetical order, separated by spaces. An
	// empty ceiling allows the dealer's own country only, and an empty list of the dealer all that the ceiling allows.
	Countries string
}

// MessageLimits are the numbers of messages that may be sent; 0: no limit. Messages to one number or address are counted
// over all dealers of the server.
type MessageLimits struct {
	NumberMinute int // to one number or address in a minute
	NumberDay    int // to one number or address in 24 hours
	SiteHour     int // to the contacts of one site in an hour
	DealerDay    int // of the dealer in 24 hours
}

// RollCallLimits are the numbers of messages that all roll calls of a dealer may send; 0: no limit.
type RollCallLimits struct{ Hour, Day int }

// Pace returns the highest number of messages in an hour that a roll call may ask for.
func (l RollCallLimits) Pace() int { return lower(l.Hour, rollCallPaceMax) }

var defaultRollCalls = RollCallLimits{Hour: 1000, Day: 10_000}

// The highest values that may be set.
const (
	staleMax        = 3650 // days
	numberMinuteMax = 60
	NumberDayMax    = 100
	siteHourMax     = 100_000
	dealerDayMax    = 10_000_000
	rollCallPaceMax = 100_000
	rollCallDayMax  = 1_000_000
	countriesMax    = 250
)

// defaultLimits are the ceiling unless the operator sets another one.
var defaultLimits = MessageLimits{NumberMinute: 1, NumberDay: 5, SiteHour: 20, DealerDay: 1000}

// DefaultSettings returns the settings of a dealer before anybody changes them.
func DefaultSettings(dealer DealerID) Settings {
	return Settings{Dealer: dealer, StaleAfterDays: 365, Ceiling: Sending{Limits: defaultLimits}, Quotas: defaultQuotas, RollCalls: defaultRollCalls, Readiness: DefaultReadinessRules()}
}

// ETag returns a tag that is different for every state of the settings.
func (s *Settings) ETag() string { return rowTag(s.Updated, s.Version+s.CeilingVersion) }

// rowTag returns the tag of a record that each dealer has once, and that is stored when it first changes.
func rowTag(updated time.Time, version int64) string {
	if version == 0 {
		return "0-0"
	}
	return base36(updated.UnixMicro()) + "-" + base36(version)
}

// StaleAfter returns how long a contact point stays confirmed.
func (s *Settings) StaleAfter() time.Duration {
	return time.Duration(s.StaleAfterDays) * 24 * time.Hour
}

// Limits returns the limits that apply: the dealer's own, but at most the ceiling.
func (s *Settings) Limits() MessageLimits {
	own, most := s.Own.Limits, s.Ceiling.Limits
	return MessageLimits{
		NumberMinute: lower(own.NumberMinute, most.NumberMinute), NumberDay: lower(own.NumberDay, most.NumberDay),
		SiteHour: lower(own.SiteHour, most.SiteHour), DealerDay: lower(own.DealerDay, most.DealerDay),
	}
}

// lower returns the lower of two limits; 0: no limit.
func lower(a, b int) int {
	if a == 0 || b == 0 {
		return max(a, b)
	}
	return min(a, b)
}

// CountryList returns the countries to which messages may go, and nil if that is only the dealer's own country.
func (s *Settings) CountryList() []string {
	own, most := strings.Fields(s.Own.Countries), strings.Fields(s.Ceiling.Countries)
	switch {
	case len(own)+len(most) == 0:
		return nil
	case len(own) == 0:
		return most
	case len(most) == 0:
		return own
	}
	return slices.DeleteFunc(own, func(code string) bool { return !slices.Contains(most, code) })
}

// Allows reports whether messages may go to a country. home is the country of the dealer.
func (s *Settings) Allows(country, home string) bool {
	own := strings.Fields(s.Own.Countries)
	return slices.Contains(s.CeilingCountries(home), country) && (len(own) == 0 || slices.Contains(own, country))
}

// CeilingCountries returns the countries that the operator allows.
func (s *Settings) CeilingCountries(home string) []string {
	if s.Ceiling.Countries == "" {
		return []string{home}
	}
	return strings.Fields(s.Ceiling.Countries)
}

// SettingsInput is a change of settings. An absent field stays as it is, and null sets the default.
type SettingsInput struct {
	StaleAfterDays Field[int]
	Quiet          Field[QuietInput]
	Countries      Field[[]string]
	NumberMinute   Field[int]
	NumberDay      Field[int]
	SiteHour       Field[int]
	DealerDay      Field[int]
	Readiness      Field[ReadinessRulesInput]
	RepeatAfter    Field[int] // days; null: none
	Notification   Field[string]
	MaskNumbers    Field[bool]
	// Apply ignores these fields unless the caller is an operator.
	MaxSites              Field[int]
	MaxContacts           Field[int]
	MaxKeys               Field[int]
	MaxIdempotencyRecords Field[int]
	RollCallHour          Field[int]
	RollCallDay           Field[int]
}

// QuietInput is a change of quiet hours. Start and End are HH:MM, both or neither.
type QuietInput struct {
	Start, End, Timezone Field[string]
}

// Apply sets the input on s: ValidationFailed. An operator sets the ceiling, and a key the dealer's own limits up to the
// ceiling. home is the country of the dealer.
func (in *SettingsInput) Apply(s *Settings, operator bool, home string) error {
	var bad fieldErrors
	fresh := DefaultSettings(s.Dealer)
	s.StaleAfterDays = bad.number("stale_after_days", in.StaleAfterDays, s.StaleAfterDays, fresh.StaleAfterDays, 1, staleMax)
	in.applyQuiet(&s.Quiet, &bad)
	if in.Readiness.Null {
		s.Readiness = fresh.Readiness
	} else {
		in.Readiness.Value.apply(&s.Readiness, &bad)
	}
	s.NotificationEmail = EmailAddress(bad.optional("notification_email", in.Notification, string(s.NotificationEmail), emailRule))
	if in.MaskNumbers.Set {
		s.MaskNumbers = in.MaskNumbers.Value && !in.MaskNumbers.Null
	}
	s.RepeatAfterDays = bad.number("roll_calls.repeat_after_days", in.RepeatAfter, s.RepeatAfterDays, 0, 1, staleMax)
	set := &s.Own
	if operator {
		s.RollCalls.Hour = bad.number("roll_call_per_hour", in.RollCallHour, s.RollCalls.Hour, defaultRollCalls.Hour, 0, rollCallPaceMax)
		s.RollCalls.Day = bad.number("roll_call_per_day", in.RollCallDay, s.RollCalls.Day, defaultRollCalls.Day, 0, rollCallDayMax)
		in.applyQuotas(&s.Quotas, &bad)
		set = &s.Ceiling
	}
	set.Countries = bad.countries("allowed_countries", in.Countries, set.Countries)
	if !operator && in.Countries.Set {
		most := s.CeilingCountries(home)
		for _, code := range strings.Fields(set.Countries) {
			if !slices.Contains(most, code) {
				bad.add("allowed_countries", invalid("must be one of "+strings.Join(most, ", ")+"; ask the operator of this server to allow others"))
				break
			}
		}
	}
	for _, l := range []struct {
		field     string
		in        Field[int]
		out, most *int
		usual     int
		bounds    int
	}{
		{"per_number_minute", in.NumberMinute, &set.Limits.NumberMinute, &s.Ceiling.Limits.NumberMinute, defaultLimits.NumberMinute, numberMinuteMax},
		{"per_number_day", in.NumberDay, &set.Limits.NumberDay, &s.Ceiling.Limits.NumberDay, defaultLimits.NumberDay, NumberDayMax},
		{"per_site_hour", in.SiteHour, &set.Limits.SiteHour, &s.Ceiling.Limits.SiteHour, defaultLimits.SiteHour, siteHourMax},
		{"per_dealer_day", in.DealerDay, &set.Limits.DealerDay, &s.Ceiling.Limits.DealerDay, defaultLimits.DealerDay, dealerDayMax},
	} {
		least, most, usual := 0, l.bounds, l.usual
		if !operator {
			least, most, usual = 1, lower(*l.most, l.bounds), 0
			if *l.most == 0 { // the ceiling has no limit, so the dealer may have none either
				least = 0
			}
		}
		*l.out = bad.number("limits."+l.field, l.in, *l.out, usual, least, most)
	}
	return bad.err()
}

func (in *SettingsInput) applyQuotas(q *Quotas, bad *fieldErrors) {
	q.Sites = bad.number("max_sites", in.MaxSites, q.Sites, defaultQuotas.Sites, 0, quotaMax)
	q.Contacts = bad.number("max_contacts", in.MaxContacts, q.Contacts, defaultQuotas.Contacts, 0, quotaMax)
	q.Keys = bad.number("max_keys", in.MaxKeys, q.Keys, defaultQuotas.Keys, 0, quotaMax)
	q.IdempotencyRecords = bad.number("max_idempotency_records", in.MaxIdempotencyRecords, q.IdempotencyRecords, defaultQuotas.IdempotencyRecords, 0, quotaMax)
}

func (in *SettingsInput) applyQuiet(q *QuietHours, bad *fieldErrors) {
	switch {
	case !in.Quiet.Set:
		return
	case in.Quiet.Null:
		*q = QuietHours{}
		return
	}
	given := in.Quiet.Value
	if !given.Start.Set && !given.End.Set && !given.Timezone.Set { // else a program with misspelled names would believe that it set them
		bad.add("quiet_hours", missing("give start and end, such as 21:00 and 08:00, or null for none"))
		return
	}
	start, end := clockText(q.Start), clockText(q.End)
	if !q.IsSet() {
		start, end = "", ""
	}
	start = bad.optional("quiet_hours.start", given.Start, start, checkClock)
	end = bad.optional("quiet_hours.end", given.End, end, checkClock)
	q.Timezone = bad.optional("quiet_hours.timezone", given.Timezone, q.Timezone, unchanged(checkTimezone))
	switch {
	case (start == "") != (end == ""):
		bad.add("quiet_hours", missing("give both start and end, or neither"))
	case start != "" && start == end:
		bad.add("quiet_hours.end", invalid("must differ from start"))
	default:
		q.Start, q.End = minuteOf(start), minuteOf(end)
	}
}

// number checks a whole number from least to most; null stands for usual. It returns the new value, which is old if the
// field is absent or not valid.
func (es *fieldErrors) number(field string, f Field[int], old, usual, least, most int) int {
	switch {
	case !f.Set:
		return old
	case f.Null:
		return usual
	case f.Value < least || f.Value > most:
		es.add(field, invalid("must be a whole number from "+strconv.Itoa(least)+" to "+strconv.Itoa(most)))
		return old
	}
	return f.Value
}

// countries checks a list of country codes, in any order and case. Null and an empty list clear the value.
func (es *fieldErrors) countries(field string, f Field[[]string], old string) string {
	if !f.Set {
		return old
	}
	if f.Null {
		return ""
	}
	if len(f.Value) > countriesMax {
		es.add(field, &FieldError{Code: CodeTooLong, Message: "must have at most " + strconv.Itoa(countriesMax) + " countries"})
		return old
	}
	codes := make([]string, len(f.Value))
	for i, code := range f.Value {
		upper, p := checkCountry(code)
		if p != nil {
			es.add(field, invalid("must be two-letter country codes (ISO 3166-1), such as US"))
			return old
		}
		codes[i] = upper
	}
	slices.Sort(codes)
	return strings.Join(slices.Compact(codes), " ")
}
