package rollcall

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Settings are what a dealer has set. A dealer that has set nothing has DefaultSettings.
type Settings struct {
	Dealer DealerID
	// StaleAfterDays is for how long a confirmation counts.
	StaleAfterDays int
	Quiet          QuietHours
	// Own is what the dealer itself has set, and Ceiling what the operator has, which is the most that Own may be.
	Own     Sending
	Ceiling Sending
	// Quotas are what the operator has set.
	Quotas  Quotas
	Updated time.Time // zero: never
	Version int64     // how often they changed
}

// Sending says how many messages may be sent and where to. Of a dealer's own, a limit of 0 stands for the ceiling's.
type Sending struct {
	Limits MessageLimits
	// Countries are where messages may go: ISO 3166-1 codes in alphabetical order with spaces between. Empty: of a ceiling the
	// dealer's own country alone, of a dealer's own all that the ceiling allows.
	Countries string
}

// MessageLimits say how many messages may be sent; 0 stands for any number. Those to one number or address are counted
// over all dealers of the server.
type MessageLimits struct {
	NumberMinute int // to one number or address in a minute
	NumberDay    int // to one number or address in 24 hours
	SiteHour     int // to the contacts of one site in an hour
	DealerDay    int // of the dealer in 24 hours
}

// The bounds of what may be set.
const (
	staleMax        = 3650 // days
	numberMinuteMax = 60
	NumberDayMax    = 100
	siteHourMax     = 100_000
	dealerDayMax    = 10_000_000
	countriesMax    = 250
)

// defaultLimits are the ceiling unless the operator has set another.
var defaultLimits = MessageLimits{NumberMinute: 1, NumberDay: 5, SiteHour: 20, DealerDay: 1000}

// DefaultSettings returns the settings of a dealer that has set nothing.
func DefaultSettings(dealer DealerID) Settings {
	return Settings{Dealer: dealer, StaleAfterDays: 365, Ceiling: Sending{Limits: defaultLimits}, Quotas: defaultQuotas}
}

// ETag returns what tells this state of the settings from every other.
func (s *Settings) ETag() string { return rowTag(s.Updated, s.Version) }

// rowTag returns the tag of a record of which each dealer has one, made when it is first changed.
func rowTag(updated time.Time, version int64) string {
	if version == 0 {
		return "0-0"
	}
	return base36(updated.UnixMicro()) + "-" + base36(version)
}

// StaleAfter is for how long a confirmation counts.
func (s *Settings) StaleAfter() time.Duration {
	return time.Duration(s.StaleAfterDays) * 24 * time.Hour
}

// Limits returns the limits that hold: the dealer's own, as far as the ceiling allows them now.
func (s *Settings) Limits() MessageLimits {
	own, most := s.Own.Limits, s.Ceiling.Limits
	return MessageLimits{
		NumberMinute: lower(own.NumberMinute, most.NumberMinute), NumberDay: lower(own.NumberDay, most.NumberDay),
		SiteHour: lower(own.SiteHour, most.SiteHour), DealerDay: lower(own.DealerDay, most.DealerDay),
	}
}

// lower returns the lower one of two limits, of which 0 is none.
func lower(a, b int) int {
	if a == 0 || b == 0 {
		return max(a, b)
	}
	return min(a, b)
}

// CountryList returns the countries that hold, nil where that is the dealer's own alone.
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

// Allows reports whether messages may go to a country, for a dealer of the country home.
func (s *Settings) Allows(country, home string) bool {
	own := strings.Fields(s.Own.Countries)
	return slices.Contains(s.mostCountries(home), country) && (len(own) == 0 || slices.Contains(own, country))
}

// mostCountries returns the countries that the dealer may choose from.
func (s *Settings) mostCountries(home string) []string {
	if s.Ceiling.Countries == "" {
		return []string{home}
	}
	return strings.Fields(s.Ceiling.Countries)
}

// SettingsInput is what a caller wants settings to be. What is absent stays, and null stands for the default.
type SettingsInput struct {
	StaleAfterDays Field[int]
	Quiet          Field[QuietInput]
	Countries      Field[[]string]
	NumberMinute   Field[int]
	NumberDay      Field[int]
	SiteHour       Field[int]
	DealerDay      Field[int]
	// Only an operator sets these.
	MaxSites    Field[int]
	MaxContacts Field[int]
	MaxKeys     Field[int]
	MaxAnswers  Field[int]
}

// QuietInput is what a caller wants quiet hours to be: Start and End as HH:MM, both or neither.
type QuietInput struct {
	Start, End, Timezone Field[string]
}

// Apply puts the input over s and returns every field that breaks a rule. What an operator sets is the ceiling; a key
// sets the dealer's own, up to that. home is the dealer's country.
func (in *SettingsInput) Apply(s *Settings, operator bool, home string) error {
	var bad fieldErrors
	fresh := DefaultSettings(s.Dealer)
	s.StaleAfterDays = bad.number("stale_after_days", in.StaleAfterDays, s.StaleAfterDays, fresh.StaleAfterDays, 1, staleMax)
	in.applyQuiet(&s.Quiet, &bad)
	set := &s.Own
	if operator {
		in.applyQuotas(&s.Quotas, &bad)
		set = &s.Ceiling
	}
	set.Countries = bad.countries("allowed_countries", in.Countries, set.Countries)
	if !operator && in.Countries.Set {
		most := s.mostCountries(home)
		for _, code := range strings.Fields(set.Countries) {
			if !slices.Contains(most, code) {
				bad.add("allowed_countries", invalid("must be among "+strings.Join(most, ", ")+"; the operator of the server can allow more"))
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
			if *l.most == 0 { // there is none, and none may be set
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
	q.Answers = bad.number("max_idempotency_records", in.MaxAnswers, q.Answers, defaultQuotas.Answers, 0, quotaMax)
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
	if !given.Start.Set && !given.End.Set && !given.Timezone.Set { // a program that names them otherwise believes that it set them
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
		bad.add("quiet_hours", missing("give start and end, both or neither"))
	case start != "" && start == end:
		bad.add("quiet_hours.end", invalid("must be another time than start"))
	default:
		q.Start, q.End = minuteOf(start), minuteOf(end)
	}
}

// number judges a whole number; null stands for the default. It returns the value as it is afterwards.
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

// countries judges a list of country codes, in any order and case; null and an empty list stand for none.
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
			es.add(field, invalid("must be country codes of two letters (ISO 3166-1), such as US"))
			return old
		}
		codes[i] = upper
	}
	slices.Sort(codes)
	return strings.Join(slices.Compact(codes), " ")
}
