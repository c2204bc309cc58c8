package cli

import (
	"cmp"
	"context"
	"encoding/base64"
	"os"
	"strings"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

func settingsRecord(s rollcall.Settings) record {
	var quiet any
	if start := s.Quiet.StartText(); start != "" {
		quiet = record{"start", start, "end", s.Quiet.EndText(), "timezone", s.Quiet.Timezone}
	}
	limits := s.Limits()
	return record{
		"dealer_id", s.Dealer, "stale_after_days", s.StaleAfterDays, "quiet_hours", quiet, "allowed_countries", s.CountryList(),
		"limits", record{
			"per_number_minute", limits.NumberMinute, "per_number_day", limits.NumberDay,
			"per_site_hour", limits.SiteHour, "per_dealer_day", limits.DealerDay,
		},
		"quotas", record{
			"max_sites", s.Quotas.Sites, "max_contacts", s.Quotas.Contacts, "max_keys", s.Quotas.Keys,
			"max_idempotency_records", s.Quotas.IdempotencyRecords,
		},
		"roll_calls", record{"repeat_after_days", s.RepeatAfterDays, "per_hour", s.RollCalls.Hour, "per_day", s.RollCalls.Day},
		"readiness", record{
			"min_people", s.Readiness.MinPeople, "min_numbers", s.Readiness.MinNumbers, "premises_phone", s.Readiness.PremisesPhone,
		},
		"notification_email", s.NotificationEmail, "mask_numbers", s.MaskNumbers, "updated_at", s.Updated,
	}
}

type dealerSet struct {
	folderFlags
	formatFlags
	tenantFlags
	changeFlags
	StaleAfterDays   *int    `help:"Days after which a confirmation is stale; 365 unless set." placeholder:"N"`
	QuietHours       *string `help:"Hours in which no message is sent, in the time zone of the site, such as 21:00-08:00, or none." placeholder:"HH:MM-HH:MM"`
	QuietTimezone    *string `help:"Time zone of sites without one; empty: UTC." placeholder:"ZONE"`
	AllowedCountries *string `help:"Countries whose phones may get messages, separated by commas; empty: only the dealer's own." placeholder:"CC,..."`
	PerNumberMinute  *int    `help:"Maximum messages to one number or address in a minute, 1 unless set; 0 for no limit." placeholder:"N"`
	PerNumberDay     *int    `help:"Maximum messages to one number or address in 24 hours, 5 unless set; 0 for no limit." placeholder:"N"`
	PerSiteHour      *int    `help:"Maximum messages to the contacts of one site in an hour, 20 unless set; 0 for no limit." placeholder:"N"`
	PerDealerDay     *int    `help:"Maximum messages of the dealer in 24 hours, 1000 unless set; 0 for no limit." placeholder:"N"`

	RollCallPerHour     *int `help:"Maximum messages of all roll calls in an hour, 1000 unless set; 0 for no limit." placeholder:"N"`
	RollCallPerDay      *int `help:"Maximum messages of all roll calls in 24 hours, 10000 unless set; 0 for no limit." placeholder:"N"`
	RollCallRepeatAfter *int `help:"Ask every phone and e-mail again that was neither confirmed nor asked for this many days; 0 for none." placeholder:"DAYS"`

	NotificationEmail *string `help:"Address that gets an e-mail when the server disables a webhook; empty: none." placeholder:"ADDRESS"`

	MaskNumbers *bool `help:"Whether the console hides numbers from everybody, until a manager gives a reason to see them." negatable:""`

	MinPeople     *int  `help:"People a site needs who can be called, 2 unless set." placeholder:"N"`
	MinNumbers    *int  `help:"Different numbers a site needs that can be called, 2 unless set." placeholder:"N"`
	PremisesPhone *bool `help:"Whether a site needs a phone of its own." negatable:""`

	MaxSites              *int `help:"Maximum number of sites, 100,000 unless set; 0 for no limit." placeholder:"N"`
	MaxContacts           *int `help:"Maximum number of contacts of all sites, 5,000,000 unless set; 0 for no limit." placeholder:"N"`
	MaxKeys               *int `help:"Maximum number of active API keys, 1,000 unless set; 0 for no limit." placeholder:"N"`
	MaxIdempotencyRecords *int `help:"Maximum number of changes with an Idempotency-Key in 24 hours, 5,000,000 unless set; 0 for no limit." placeholder:"N"`
}

// Help is shown by --help.
func (dealerSet) Help() string {
	return `Changes only the given settings, and prints all that are in force. Limits and countries set here are the ceiling: the dealer's own programs (PATCH /ext/v1/settings) can only go lower.

Examples:

    rollcall dealer set --dealer DEALER_ID --data DIR
    rollcall dealer set --dealer DEALER_ID --per-dealer-day 20000 --quiet-hours 21:00-08:00 --allowed-countries US,CA --data DIR
`
}

// Run changes the given settings and prints all of them.
func (c *dealerSet) Run(ctx context.Context, t *terminal) error {
	in, err := c.input()
	if err != nil {
		return err
	}
	return c.withService(ctx, t, false, func(s *service.Service) error {
		set, err := s.UpdateSettings(ctx, c.by(c.id()), in)
		if err != nil {
			return c.explain(err, c.id())
		}
		return c.print(t, settingsRecord(set), func() error { return t.showSettings(set) })
	})
}

func (c *dealerSet) input() (rollcall.SettingsInput, error) {
	in := rollcall.SettingsInput{
		StaleAfterDays: given(c.StaleAfterDays), NumberMinute: given(c.PerNumberMinute), NumberDay: given(c.PerNumberDay),
		SiteHour: given(c.PerSiteHour), DealerDay: given(c.PerDealerDay), Notification: given(c.NotificationEmail),
		MaxSites: given(c.MaxSites), MaxContacts: given(c.MaxContacts), MaxKeys: given(c.MaxKeys), MaxIdempotencyRecords: given(c.MaxIdempotencyRecords),
	}
	in.MaskNumbers = given(c.MaskNumbers)
	in.RollCallHour, in.RollCallDay, in.RepeatAfter = given(c.RollCallPerHour), given(c.RollCallPerDay), given(c.RollCallRepeatAfter)
	if in.RepeatAfter.Set && in.RepeatAfter.Value == 0 {
		in.RepeatAfter = rollcall.Null[int]()
	}
	if c.MinPeople != nil || c.MinNumbers != nil || c.PremisesPhone != nil {
		in.Readiness = rollcall.Given(rollcall.ReadinessRulesInput{
			MinPeople: given(c.MinPeople), MinNumbers: given(c.MinNumbers), PremisesPhone: given(c.PremisesPhone),
		})
	}
	if c.AllowedCountries != nil {
		separator := func(r rune) bool { return r == ',' || r == ' ' }
		in.Countries = rollcall.Given(strings.FieldsFunc(*c.AllowedCountries, separator))
	}
	if c.QuietHours == nil && c.QuietTimezone == nil {
		return in, nil
	}
	quiet := rollcall.QuietInput{Timezone: given(c.QuietTimezone)}
	switch {
	case c.QuietHours == nil:
	case *c.QuietHours == "none":
		quiet.Start, quiet.End = rollcall.Null[string](), rollcall.Null[string]()
	default:
		start, end, ok := strings.Cut(*c.QuietHours, "-")
		if !ok {
			return in, wrongUsage("--quiet-hours must be a range such as 21:00-08:00, or none, not %q", *c.QuietHours)
		}
		quiet.Start, quiet.End = rollcall.Given(start), rollcall.Given(end)
	}
	in.Quiet = rollcall.Given(quiet)
	return in, nil
}

func (t *terminal) showSettings(s rollcall.Settings) error {
	quiet, countries := "none", "the dealer's own country"
	if start := s.Quiet.StartText(); start != "" {
		quiet = start + "-" + s.Quiet.EndText() + ", for sites without a time zone by the clock of " + cmp.Or(s.Quiet.Timezone, "UTC")
	}
	if list := s.CountryList(); list != nil {
		countries = strings.Join(list, ", ")
	}
	premises := "no phone at the site"
	if s.Readiness.PremisesPhone {
		premises = "a phone at the site"
	}
	repeats := "none is repeated"
	if s.RepeatAfterDays > 0 {
		repeats = "repeated after " + count(int64(s.RepeatAfterDays), "day")
	}
	notices := "none"
	if s.NotificationEmail != "" {
		notices = "by e-mail to " + string(s.NotificationEmail)
	}
	masked := "shown to managers and owners"
	if s.MaskNumbers {
		masked = "hidden until a manager gives a reason"
	}
	limits := s.Limits()
	return t.printf(`Settings of dealer %s:

  Stale after        %d days
  Quiet hours        %s
  Allowed countries  %s
  Messages           to a number %d a minute and %d a day, for a site %d an hour, in all %d a day (0: any number)
  Roll calls         %d messages an hour and %d a day (0: any number), %s
  Ready              with %d people, %d numbers and %s
  Notices            %s
  Console            numbers are %s
  Records            at most %d sites, %d contacts, %d keys and %d idempotency records (0: any number)
`, s.Dealer, s.StaleAfterDays, quiet, countries,
		limits.NumberMinute, limits.NumberDay, limits.SiteHour, limits.DealerDay, s.RollCalls.Hour, s.RollCalls.Day, repeats,
		s.Readiness.MinPeople, s.Readiness.MinNumbers, premises, notices, masked,
		s.Quotas.Sites, s.Quotas.Contacts, s.Quotas.Keys, s.Quotas.IdempotencyRecords)
}

type dealerBrand struct {
	folderFlags
	tenantFlags
	changeFlags
	DisplayName *string `help:"Name shown to people; empty: the dealer's name." placeholder:"TEXT"`
	Welcome     *string `help:"First text on the page behind a link; empty: nothing." placeholder:"TEXT"`
	Logo        *string `help:"PNG or JPEG file of at most 1024×1024 pixels and 100 KiB; empty: no logo." placeholder:"FILE"`
}

// Help is shown by --help.
func (dealerBrand) Help() string {
	return `Flags that are not given change nothing. The logo is kept in the database and served by this server.

Example:

    rollcall dealer brand --dealer DEALER_ID --logo logo.png --welcome "We call you when the alarm goes off." --data DIR
`
}

// Run changes the branding.
func (c *dealerBrand) Run(ctx context.Context, t *terminal) error {
	in := rollcall.BrandingInput{DisplayName: given(c.DisplayName), Welcome: given(c.Welcome)}
	switch {
	case c.Logo == nil:
	case *c.Logo == "":
		in.Logo = rollcall.Null[rollcall.LogoInput]()
	default:
		data, err := os.ReadFile(*c.Logo)
		if err != nil {
			return fileError("--logo", err)
		}
		in.Logo = rollcall.Given(rollcall.LogoInput{Data: rollcall.Given(base64.StdEncoding.EncodeToString(data))})
	}
	if c.DisplayName == nil && c.Welcome == nil && c.Logo == nil {
		return wrongUsage("give what to change: --display-name, --welcome or --logo")
	}
	return c.withService(ctx, t, false, func(s *service.Service) error {
		b, err := s.UpdateBranding(ctx, c.by(c.id()), in)
		if err != nil {
			return c.explain(err, c.id())
		}
		return t.printf("Branding of dealer %s:\n\n  Name     %s\n  Welcome  %s\n  Logo     %s\n", c.Dealer,
			cmp.Or(b.DisplayName, "the dealer's name"), cmp.Or(strings.Join(strings.Fields(b.Welcome), " "), "none"), cmp.Or(b.Logo.MediaType, "none"))
	})
}
