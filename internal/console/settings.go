package console

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// settingsPage is the data of settings.html.
type settingsPage struct {
	shell
	Version string // of what the form was filled with
	Groups  []fieldGroup
	Quotas  []contactFact
}

// fieldGroup is fields that belong together.
type fieldGroup struct {
	Title, Text string
	Fields      []field
}

// settingsTabs returns the links between the pages of settings.
func (v *visit) settingsTabs() []navEntry {
	var tabs []navEntry
	for _, e := range []navEntry{
		{Path: settingsPath, Label: v.t.Settings.Company}, {Path: brandingPath, Label: v.t.Branding.Title}, {Path: keysPath, Label: v.t.Keys.Title},
		{Path: webhooksPath, Label: v.t.Webhooks.Title},
	} {
		e.Current = e.Path == v.r.URL.Path
		tabs = append(tabs, e)
	}
	return tabs
}

func (v *visit) settings() error {
	ctx, caller := v.r.Context(), v.caller()
	set, err := v.service.Settings(ctx, caller)
	if err != nil {
		return err
	}
	dealer, err := v.service.DealerOf(ctx, caller)
	if err != nil {
		return err
	}
	t := &v.t.Settings
	p := settingsPage{shell: v.shell(t.Title), Version: set.ETag(), Quotas: v.quotas(&set.Quotas)}
	p.Tabs = v.settingsTabs()
	p.Groups = []fieldGroup{
		{t.Proof, "", []field{v.wholeField("stale_after_days", t.Stale, t.StaleHint, set.StaleAfterDays)}},
		{t.Readiness, t.ReadinessText, v.readinessFields(&set.Readiness)},
		{t.Quiet, t.QuietText, v.quietFields(&set.Quiet)},
		{v.t.RollCalls.Title, t.RepeatText, []field{v.repeatField(&set)}},
		{t.Limits, t.LimitsText, v.limitFields(&set, dealer.Country)},
		{t.Masking, t.MaskingText, []field{v.maskField(set.MaskNumbers)}},
		{t.Notices, "", []field{v.storedField("notification_email", t.NoticesTo, "email", t.NoticesHint, string(set.NotificationEmail))}},
	}
	return v.show("settings", p)
}

// storedField returns a text field with what is stored after a conflict.
func (v *visit) storedField(name, label, kind, hint, stored string) field {
	return v.stored(stored, v.field(name, label, field{Type: kind, Autocomplete: "off", Value: v.value(name, stored), Hint: hint}))
}

// wholeField returns the field of a number that is always set.
func (v *visit) wholeField(name, label, hint string, stored int) field {
	return v.storedField(name, label, "number", hint, strconv.Itoa(stored))
}

func (v *visit) readinessFields(r *rollcall.ReadinessRules) []field {
	t, stored := &v.t.Settings, strconv.FormatBool(r.PremisesPhone)
	yesOrNo := map[string]string{"true": v.t.Sites.Yes, "false": v.t.Sites.No}
	return []field{
		v.wholeField("readiness.min_people", v.t.Sites.MinPeople, t.PeopleHint, r.MinPeople),
		v.wholeField("readiness.min_numbers", v.t.Sites.MinNumbers, t.NumbersHint, r.MinNumbers),
		v.choice("readiness.premises_phone", v.t.Sites.NeedPremises, stored,
			options([]string{"true", "false"}, yesOrNo, v.value("readiness.premises_phone", stored), "")),
	}
}

func (v *visit) quietFields(q *rollcall.QuietHours) []field {
	t := &v.t.Settings
	start := v.storedField("quiet_hours.start", t.QuietStart, "time", "", q.StartText())
	start.Problem = cmp.Or(start.Problem, v.problems["quiet_hours"])
	return []field{
		start,
		v.storedField("quiet_hours.end", t.QuietEnd, "time", "", q.EndText()),
		v.storedField("quiet_hours.timezone", v.t.Sites.Timezone, "text", t.QuietZoneHint, q.Timezone),
	}
}

// maskField returns the field for whether numbers are hidden.
func (v *visit) maskField(on bool) field {
	t, stored := &v.t.Settings, strconv.FormatBool(on)
	words := map[string]string{"true": t.MaskingOn, "false": t.MaskingOff}
	return v.choice("mask_numbers", t.MaskNumbers, stored, options([]string{"false", "true"}, words, v.value("mask_numbers", stored), ""))
}

// repeatField returns the field for how often roll calls are repeated.
func (v *visit) repeatField(set *rollcall.Settings) field {
	stored := ""
	if set.RepeatAfterDays > 0 {
		stored = strconv.Itoa(set.RepeatAfterDays)
	}
	return v.storedField("roll_calls.repeat_after_days", v.t.Settings.Repeat, "number", v.t.Settings.RepeatHint, stored)
}

// limitFields returns the fields of the limits that the dealer may set below those of the operator.
func (v *visit) limitFields(set *rollcall.Settings, country string) []field {
	t, own, most := &v.t.Settings, set.Own.Limits, set.Ceiling.Limits
	limit := func(name, label string, own, most int) field {
		stored, hint := "", t.NoCeiling
		if own > 0 {
			stored = strconv.Itoa(own)
		}
		if most > 0 {
			hint = fmt.Sprintf(t.Ceiling, most)
		}
		return v.storedField("limits."+name, label, "number", hint, stored)
	}
	allowed := strings.Join(set.CeilingCountries(country), " ")
	return []field{
		v.storedField("allowed_countries", t.Countries, "text", fmt.Sprintf(t.CountriesHint, allowed), set.Own.Countries),
		limit("per_number_minute", t.NumberMinute, own.NumberMinute, most.NumberMinute),
		limit("per_number_day", t.NumberDay, own.NumberDay, most.NumberDay),
		limit("per_site_hour", t.SiteHour, own.SiteHour, most.SiteHour),
		limit("per_dealer_day", t.DealerDay, own.DealerDay, most.DealerDay),
	}
}

// quotas returns how many records the operator allows.
func (v *visit) quotas(q *rollcall.Quotas) []contactFact {
	t := &v.t.Settings
	var facts []contactFact
	for _, quota := range []struct {
		label string
		most  int
	}{{t.MaxSites, q.Sites}, {t.MaxContacts, q.Contacts}, {t.MaxKeys, q.Keys}, {t.MaxChanges, q.IdempotencyRecords}} {
		most := t.NoLimit
		if quota.most > 0 {
			most = strconv.Itoa(quota.most)
		}
		facts = append(facts, contactFact{quota.label, []string{most}})
	}
	return facts
}

// postSettings changes the settings.
func (v *visit) postSettings() error {
	in, err := v.settingsInput()
	if err == nil {
		caller := v.caller()
		caller.IfMatch = service.Match{Tags: []string{v.form.Get("version")}, Set: true}
		_, err = v.service.UpdateSettings(v.r.Context(), caller, in)
	}
	if err != nil {
		v.conflict = rollcall.KindOf(err) == rollcall.PreconditionFailed
		return v.again(err, (*visit).settings)
	}
	return v.done(settingsPath, "settings_saved")
}

// settingsInput returns what was typed: ValidationFailed for a number that is none.
func (v *visit) settingsInput() (rollcall.SettingsInput, error) {
	var bad []rollcall.FieldError
	in := rollcall.SettingsInput{
		StaleAfterDays: v.whole("stale_after_days", &bad),
		Quiet: rollcall.Given(rollcall.QuietInput{
			Start: v.optional("quiet_hours.start"), End: v.optional("quiet_hours.end"), Timezone: v.optional("quiet_hours.timezone"),
		}),
		NumberMinute: v.whole("limits.per_number_minute", &bad), NumberDay: v.whole("limits.per_number_day", &bad),
		SiteHour: v.whole("limits.per_site_hour", &bad), DealerDay: v.whole("limits.per_dealer_day", &bad),
		Notification: v.optional("notification_email"), MaskNumbers: v.yesOrNo("mask_numbers"),
		RepeatAfter: v.whole("roll_calls.repeat_after_days", &bad),
		Readiness: rollcall.Given(rollcall.ReadinessRulesInput{
			MinPeople: v.whole("readiness.min_people", &bad), MinNumbers: v.whole("readiness.min_numbers", &bad),
			PremisesPhone: v.yesOrNo("readiness.premises_phone"),
		}),
	}
	if codes := v.optional("allowed_countries"); codes.Set {
		separator := func(r rune) bool { return unicode.IsSpace(r) || r == ',' || r == ';' }
		in.Countries = rollcall.Field[[]string]{Value: strings.FieldsFunc(codes.Value, separator), Set: true, Null: codes.Null}
	}
	return in, invalidFields(bad)
}
