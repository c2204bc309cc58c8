package cli

import (
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit"
)

// TestRollCallCommands previews, starts, pauses, resumes and cancels a roll call.
func TestRollCallCommands(t *testing.T) {
	data, dealer := newDealer(t)
	with := func(args ...string) []string { return append(args, "--dealer", dealer, "--data", data) }
	succeed(t, with("site", "create", "--name", "Pier 9", "--site-id", "pier")...)
	var log strings.Builder
	err := folderFlags{Data: data}.withService(t.Context(), &terminal{out: &log, err: &log, now: time.Now}, false, func(s *service.Service) error {
		_, err := s.CreateContact(t.Context(), service.Caller{Dealer: rollcall.DealerID(dealer)}, rollcall.SiteRef{ID: "pier"},
			testkit.Contact("ann", "Ann", "Lee", "ann@example.org", "(202) 555-0147 x12", "primary", "owner"))
		return err
	})
	if err != nil || log.String() != "" {
		t.Fatal(err, log.String())
	}
	matches(t, succeed(t, with("roll-call", "list")...), "The dealer has no roll calls.\n")
	matches(t, succeed(t, with("roll-call", "start", "--site", "pier", "--dry-run")...),
		`1 contact point of 1 person at 1 site, in 1 message; at 100 an hour the last one leaves after 0s\. Nothing was sent; run it again without --dry-run\.
  1 skipped: none of the methods reaches this contact point
`)
	same(t, succeedJSON(t, with("roll-call", "start", "--all", "--dry-run")...), `{"dry_run": true, "sites": 1, "skipped": [{"reason": "no_method"}]}`)
	out := succeed(t, with("roll-call", "start", "--all", "--per-hour", "50")...)
	matches(t, out, `Roll call roll_\w{26} starts at [-\d]+T[:\d]+Z\. Follow it:

  rollcall roll-call show roll_\w{26} --follow --dealer \w+ --data .*
`)
	id := strings.Fields(out)[2]
	same(t, succeedJSON(t, with("roll-call", "list")...), `{"roll_calls": [{"roll_call_id": "`+id+`", "status": "scheduled", "per_hour": 50}], "next_after": null}`)
	matches(t, succeed(t, with("roll-call", "show", id)...), `Roll call `+id+` is scheduled\.\n`)
	matches(t, succeed(t, with("roll-call", "pause", id)...), `Roll call `+id+` is paused\.\n`)
	same(t, succeedJSON(t, with("roll-call", "show", id, "--follow")...), `{"status": "paused"}`)
	matches(t, succeed(t, with("roll-call", "resume", id)...), `Roll call `+id+` is scheduled\.\n`)
	matches(t, succeed(t, with("roll-call", "retry", id)...), `Roll call `+id+` is scheduled\.\n`)
	matches(t, succeed(t, with("roll-call", "cancel", id, "--yes")...), `Roll call `+id+` is canceled\.\n`)
	for _, c := range []struct {
		args []string
		want string
	}{
		{with("roll-call", "start"), "needs a condition"},
		{with("roll-call", "start", "--status", "x"), "must be one of"},
		{with("roll-call", "start", "--site", "none"), "must be that of a site"},
		{with("roll-call", "show", "none"), "roll call not found"},
		{with("roll-call", "cancel", id), "add --yes"},
	} {
		if r := run(t, c.args...); r.status == exitOK || !strings.Contains(r.err, c.want) {
			t.Errorf("rollcall %q: status %d, %q, want an error with %q", c.args, r.status, r.err, c.want)
		}
	}
}

// TestBars checks bars at their ends and between.
func TestBars(t *testing.T) {
	for _, c := range []struct {
		done, all int64
		want      string
	}{
		{0, 0, "[------------------------------]"},
		{0, 120, "[------------------------------]"},
		{60, 120, "[###############---------------]"},
		{119, 120, "[#############################-]"},
		{120, 120, "[##############################]"},
	} {
		if got := bar(c.done, c.all); got != c.want {
			t.Errorf("bar(%d, %d) = %s, want %s", c.done, c.all, got, c.want)
		}
	}
}
