package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/rollcall/internal/testkit"
)

func TestDealerSettings(t *testing.T) {
	data, dealer := newDealer(t)
	set := func(flags ...string) []string {
		return append([]string{"dealer", "set", "--dealer", dealer, "--data", data}, flags...)
	}
	matches(t, succeed(t, set()...), `Settings of dealer `+dealer+`:

  Stale after        365 days
  Quiet hours        none
  Allowed countries  the dealer's own country
  Messages           to a number 1 a minute and 5 a day, for a site 20 an hour, in all 1000 a day \(0: any number\)
  Roll calls         1000 messages an hour and 10000 a day \(0: any number\), none is repeated
  Ready              with 2 people, 2 numbers and no phone at the site
  Notices            none
  Console            numbers are shown to managers and owners
  Records            at most 100000 sites, 5000000 contacts, 1000 keys and 5000000 idempotency records \(0: any number\)
`)
	same(t, succeedJSON(t, set("--stale-after-days", "90", "--quiet-hours", "21:00-08:00", "--quiet-timezone", "America/Chicago",
		"--allowed-countries", "us,CA", "--per-dealer-day", "20000", "--per-number-day", "0")...),
		`{"dealer_id": "`+dealer+`", "stale_after_days": 90, "allowed_countries": ["CA", "US"],
		"quiet_hours": {"start": "21:00", "end": "08:00", "timezone": "America/Chicago"}, "updated_at": "time",
		"limits": {"per_number_minute": 1, "per_number_day": 0, "per_site_hour": 20, "per_dealer_day": 20000},
		"quotas": {"max_sites": 100000, "max_contacts": 5000000, "max_keys": 1000, "max_idempotency_records": 5000000}}`)
	out := succeed(t, set("--quiet-hours", "22:00-07:30", "--allowed-countries", "")...)
	for _, want := range []string{"22:00-07:30, for sites without a time zone by the clock of America/Chicago", "the dealer's own country", "20000 a day"} {
		if !strings.Contains(out, want) {
			t.Errorf("printed %s, want %s in it", out, want)
		}
	}
	same(t, succeedJSON(t, set("--quiet-hours", "none")...), `{"quiet_hours": null, "stale_after_days": 90}`)
	same(t, succeedJSON(t, set("--max-sites", "7", "--max-contacts", "0")...),
		`{"quotas": {"max_sites": 7, "max_contacts": 0, "max_keys": 1000, "max_idempotency_records": 5000000}}`)
	same(t, succeedJSON(t, set("--roll-call-per-hour", "5", "--roll-call-per-day", "0", "--roll-call-repeat-after", "90")...),
		`{"roll_calls": {"repeat_after_days": 90, "per_hour": 5, "per_day": 0}}`)
	same(t, succeedJSON(t, set("--notification-email", "ops@example.org")...), `{"notification_email": "ops@example.org"}`)
	same(t, succeedJSON(t, set("--notification-email", "")...), `{"notification_email": null}`)
	same(t, succeedJSON(t, set("--roll-call-repeat-after", "0")...), `{"roll_calls": {"repeat_after_days": 0, "per_hour": 5, "per_day": 0}}`)
	same(t, succeedJSON(t, set("--min-people", "1", "--min-numbers", "3", "--premises-phone")...),
		`{"readiness": {"min_people": 1, "min_numbers": 3, "premises_phone": true}}`)
	same(t, succeedJSON(t, set("--no-premises-phone")...), `{"readiness": {"min_people": 1, "min_numbers": 3, "premises_phone": false}}`)
	for _, wrong := range [][]string{{"--max-sites", "-1"}, {"--min-people", "21"}, {"--quiet-hours", "21"}, {"--quiet-hours", "21:00-25:00"}, {"--per-number-minute", "-1"}, {"--allowed-countries", "USA"}} {
		fails(t, set(wrong...)...)
	}
}

func TestDealerBranding(t *testing.T) {
	data, dealer := newDealer(t)
	logo := filepath.Join(t.TempDir(), "logo.png")
	write := func(content string) {
		if err := os.WriteFile(logo, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	brand := func(flags ...string) []string {
		return append([]string{"dealer", "brand", "--dealer", dealer, "--data", data}, flags...)
	}
	write(string(testkit.PNG(t, 160, 40)))
	matches(t, succeed(t, brand("--logo", logo, "--welcome", "Hello.", "--display-name", "Harbour")...),
		"Branding of dealer "+dealer+`:

  Name     Harbour
  Welcome  Hello\.
  Logo     image/png
`)
	write(`<svg xmlns="http://www.w3.org/2000/svg"/>`)
	fails(t, brand("--logo", logo)...)
	fails(t, brand("--logo", logo+".none")...)
	fails(t, brand()...)
	matches(t, succeed(t, brand("--logo", "", "--display-name", "")...), "Branding of dealer "+dealer+`:

  Name     the dealer's name
  Welcome  Hello\.
  Logo     none
`)
}

func TestSuppressionCommands(t *testing.T) {
	data, dealer := newDealer(t)
	list := []string{"suppression", "list", "--dealer", dealer, "--data", data}
	matches(t, succeed(t, list...), "The dealer has no suppressions.\n")
	_, key := newKey(t, data, dealer)
	server, url := serve(t, data)
	status, made := call(t, key, "POST", url+"/ext/v1/suppressions", `{"point": "email", "value": "john.doe@example.com"}`)
	if status != 201 {
		t.Fatalf("create answered %d: %v, want 201", status, made)
	}
	matches(t, succeed(t, list...), `SUPPRESSION +POINT +VALUE +REASON +CREATED
sup_\w{26}   email   john.doe@example.com   manual   [-\d]+T[:\d]+Z
`)
	found := succeedJSON(t, list...)
	same(t, found, `{"suppressions": [{"suppression_id": "any", "point": "email", "value": "john.doe@example.com", "reason": "manual", "created_at": "time"}]}`)
	id := found["suppressions"].([]any)[0].(map[string]any)["suppression_id"].(string)
	remove := []string{"suppression", "delete", id, "--dealer", dealer, "--data", data}
	matches(t, succeed(t, remove...), "Suppression "+id+" is deleted.\n")
	fails(t, remove...)
	fails(t, "suppression", "list", "--dealer", "dealer_none", "--data", data)
	if status := server.stop(t); status != exitOK {
		t.Errorf("serve exited with %d, want 0", status)
	}
}

// fails asserts that a command is refused and says why.
func fails(t *testing.T, args ...string) {
	t.Helper()
	if r := run(t, args...); r.status == 0 || r.err == "" {
		t.Errorf("rollcall %q: status %d, %s, want it refused", args, r.status, r.err)
	}
}
