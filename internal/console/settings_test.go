package console_test

import (
	"net/url"
	"testing"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit"
)

const settingsPath = "/console/settings"

// settingsForm is the form of settings as the page has it for a new dealer, with changes: names and values in turn.
func settingsForm(t *testing.T, page reply, changes ...string) url.Values {
	t.Helper()
	form := url.Values{
		"version": {page.hidden(t, "version")}, "stale_after_days": {"365"}, "readiness.min_people": {"2"}, "readiness.min_numbers": {"2"},
		"readiness.premises_phone": {"false"},
	}
	for _, name := range []string{
		"quiet_hours.start", "quiet_hours.end", "quiet_hours.timezone", "allowed_countries", "limits.per_number_minute",
		"limits.per_number_day", "limits.per_site_hour", "limits.per_dealer_day",
	} {
		form.Set(name, "")
	}
	for i := 0; i < len(changes); i += 2 {
		form.Set(changes[i], changes[i+1])
	}
	return form
}

func (d *desk) settings() rollcall.Settings {
	d.Helper()
	set, err := d.Service().Settings(d.Context(), service.Caller{Dealer: d.Dealer})
	d.must(err)
	return set
}

func TestSettings(t *testing.T) {
	d := newDesk(t)
	owner := d.user("olivia", rollcall.RoleOwner)
	_, err := d.Service().UpdateSettings(t.Context(), service.Caller{Dealer: d.Dealer}, rollcall.SettingsInput{
		Countries: rollcall.Given([]string{"US", "CA"}), DealerDay: rollcall.Given(0), MaxKeys: rollcall.Given(3),
	})
	d.must(err)
	b := d.as("olivia")
	first := b.send(settingsPath, nil).want(t, 200, "Allowed: CA US.").want(t, 200, "At most 5, which also holds if this is empty.")
	first.want(t, 200, "Empty: no limit.").want(t, 200, "<dt>Keys that work</dt><dd>3</dd>")
	b.send(settingsPath, settingsForm(t, first, "stale_after_days", "180", "quiet_hours.start", "21:00", "quiet_hours.end", "08:00",
		"quiet_hours.timezone", "America/New_York", "allowed_countries", "us, ca", "limits.per_number_day", "3", "limits.per_dealer_day", "2000",
		"readiness.min_people", "1", "readiness.premises_phone", "true")).wantRedirect(t, "/console/settings?done=settings_saved")
	set := d.settings()
	if set.StaleAfterDays != 180 || set.Quiet.String() != "21:00-08:00" || set.Quiet.Timezone != "America/New_York" || set.Own.Countries != "CA US" ||
		set.Own.Limits != (rollcall.MessageLimits{NumberDay: 3, DealerDay: 2000}) || set.Readiness != (rollcall.ReadinessRules{MinPeople: 1, MinNumbers: 2, PremisesPhone: true}) ||
		set.Ceiling.Limits.NumberDay != 5 || set.Ceiling.Countries != "CA US" {
		t.Errorf("the settings are %+v, want what was typed, below the ceiling of the operator", set)
	}
	if lines := d.lines("settings.updated"); len(lines) != 2 || lines[1].Actor != string(owner.ID) {
		t.Errorf("the audit has %+v, want a second line of the user", lines)
	}
	shown := b.send(settingsPath+"?done=settings_saved", nil).want(t, 200, "The settings are saved.").want(t, 200, `value="21:00"`)

	// Somebody else still has the first version on the screen.
	second := b.send(settingsPath, settingsForm(t, first, "stale_after_days", "90")).want(t, 409, "Somebody else saved this meanwhile.")
	for _, want := range []string{`value="90"`, "Stored now: 180", "Stored now: 21:00", "Stored now: CA US", "Stored now: yes", "Stored now: 2000"} {
		second.want(t, 409, want)
	}
	b.send(settingsPath, settingsForm(t, second, "stale_after_days", "")).wantRedirect(t, "/console/settings?done=settings_saved")
	if set := d.settings(); set.StaleAfterDays != 365 || set.Quiet.IsSet() || set.Own != (rollcall.Sending{}) {
		t.Errorf("the settings are %+v, want the defaults", set)
	}
	b.language = "es"
	b.send(settingsPath, settingsForm(t, shown, "stale_after_days", "99")).want(t, 409, "Guardado ahora: 365")
}

var badSettings = []struct{ field, value, text string }{
	{"stale_after_days", "0", "Give a whole number from 1 to 3650, or nothing."},
	{"stale_after_days", "99999999999999999999", "Give a whole number from 1 to 3650, or nothing."},
	{"stale_after_days", `"><script>`, "Give a whole number from 1 to 3650, or nothing."},
	{"readiness.min_people", "21", "Give a whole number from 0 to 20, or nothing."},
	{"readiness.min_numbers", "-1", "Give a whole number from 0 to 20, or nothing."},
	{"quiet_hours.start", "21:00", "Give both times, or neither."},
	{"quiet_hours.start", "9 pm", "Give a time of day such as 21:30."},
	{"quiet_hours.end", "25:00", "Give a time of day such as 08:00"},
	{"quiet_hours.timezone", "Mars/Olympus", "There is no such time zone."},
	{"allowed_countries", "US CA", "Give countries that the operator allows"},
	{"allowed_countries", "Germany", "Give countries that the operator allows"},
	{"limits.per_number_minute", "2", "Give a whole number that the operator allows, or nothing."},
	{"limits.per_number_day", "6", "Give a whole number that the operator allows, or nothing."},
	{"limits.per_site_hour", "0", "Give a whole number that the operator allows, or nothing."},
	{"limits.per_dealer_day", "1e3", "Give a whole number that the operator allows, or nothing."},
}

func TestRefusedSettings(t *testing.T) {
	d := newDesk(t)
	d.user("olivia", rollcall.RoleOwner)
	d.user("mia", rollcall.RoleManager)
	b := d.as("olivia")
	first := b.send(settingsPath, nil)
	for _, tt := range badSettings {
		page := b.send(settingsPath, settingsForm(t, first, "limits.per_site_hour", "7", tt.field, tt.value)).want(t, 422, tt.text)
		if tt.field != "limits.per_site_hour" {
			page.want(t, 422, `name="limits.per_site_hour" type="number" value="7"`)
		}
	}
	d.as("mia").send(settingsPath, settingsForm(t, first, "stale_after_days", "1")).want(t, 403, "You may not do this")
	if set := d.settings(); set.Version != 0 {
		t.Errorf("refused forms made version %d of the settings, want none", set.Version)
	}
}

// TestSettingsKeepTheCeiling checks that an owner is not taken for the operator, who sets ceilings and quotas.
func TestSettingsKeepTheCeiling(t *testing.T) {
	d := newDesk(t)
	owner := d.user("olivia", rollcall.RoleOwner)
	caller := callerOf(d, owner.ID)
	set, err := d.Service().UpdateSettings(t.Context(), caller, rollcall.SettingsInput{MaxKeys: rollcall.Given(0), NumberDay: rollcall.Given(4)})
	if err != nil || set.Quotas != rollcall.DefaultSettings("").Quotas || set.Ceiling != rollcall.DefaultSettings("").Ceiling || set.Own.Limits.NumberDay != 4 {
		t.Errorf("the settings are %+v, %v, want the owner's own limit, and the ceiling and quotas as before", set, err)
	}
	if _, err := d.Service().UpdateSettings(t.Context(), caller, rollcall.SettingsInput{NumberDay: rollcall.Given(50)}); rollcall.KindOf(err) != rollcall.ValidationFailed {
		t.Errorf("a limit above the ceiling: %v, want validation_failed", err)
	}
}

// settingsInBrowser changes the settings twice at once.
func settingsInBrowser(t *testing.T, b *testkit.Browser, screen testkit.Screen) {
	d := newDesk(t)
	d.user("olivia", rollcall.RoleOwner)
	x := d.tab(b, screen)
	x.enters("olivia@example.org")
	x.follow("Settings")
	x.heading("Settings")
	x.picture(pictureOf("settings", screen))
	x.types(`quiet_hours\.timezone`, "Mars/Olympus")
	x.press("Save")
	x.says("There is no such time zone.")
	_, err := d.Service().UpdateSettings(t.Context(), service.Caller{Dealer: d.Dealer}, rollcall.SettingsInput{StaleAfterDays: rollcall.Given(90)})
	d.must(err)
	x.open(settingsPath, "Settings")
	x.types(`limits\.per_site_hour`, "7")
	_, err = d.Service().UpdateSettings(t.Context(), service.Caller{Dealer: d.Dealer}, rollcall.SettingsInput{StaleAfterDays: rollcall.Given(30)})
	d.must(err)
	x.press("Save")
	x.says("Somebody else saved this meanwhile.")
	x.says("Stored now: 30")
	x.picture(pictureOf("settings-conflict", screen))
	x.press("Save")
	x.says("The settings are saved.")
	if set := d.settings(); set.StaleAfterDays != 90 || set.Own.Limits.SiteHour != 7 {
		t.Errorf("the settings are %+v, want those on the screen", set)
	}
}
