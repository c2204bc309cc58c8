package cli

import (
	"regexp"
	"slices"
	"testing"
)

func TestHelpHasTheOwnFlagsFirst(t *testing.T) {
	groups := regexp.MustCompile(`(?m)^[A-Z][a-z ]+:$`)
	for _, c := range []struct {
		args   []string
		same   []string // another command line that prints the same; nil: none
		groups []string // titles in order; nil: not looked at
	}{
		{args: []string{"help"}, same: []string{"--help"}},
		{args: []string{"help", "dealer"}, same: []string{"dealer", "--help"}},
		{args: []string{"help", "dealer", "update"}, same: []string{"dealer", "update", "--help"},
			groups: []string{"Example:", "Flags:", "All commands:", "Database and secret:"}},
		{args: []string{"serve", "--help"},
			groups: []string{"Examples:", "Flags:", "All commands:", "Limits:", "Delivery:", "Twilio:", "Gateway:", "Database and secret:"}},
	} {
		got := succeed(t, c.args...)
		if c.same != nil {
			if want := succeed(t, c.same...); got != want {
				t.Errorf("rollcall %q printed:\n%s\nwant, as rollcall %q:\n%s", c.args, got, c.same, want)
			}
		}
		if titles := groups.FindAllString(got, -1); c.groups != nil && !slices.Equal(titles, c.groups) {
			t.Errorf("rollcall %q has the groups %q, want %q", c.args, titles, c.groups)
		}
	}
	r := run(t, "help", "dealers")
	if want := "rollcall: unexpected argument dealers, did you mean \"dealer\"?\nSee `rollcall --help`.\n"; r.status != exitUsage || r.err != want {
		t.Errorf("rollcall help dealers: status %d, %s\nwant status %d, %s", r.status, r.err, exitUsage, want)
	}
}

func TestVersionFlag(t *testing.T) {
	want := succeed(t, "version")
	for _, args := range [][]string{{"--version"}, {"dealer", "list", "--version"}} {
		if got := succeed(t, args...); got != want {
			t.Errorf("rollcall %q printed %q, want %q", args, got, want)
		}
	}
}

func TestServeLogsItsStop(t *testing.T) {
	s, _ := serve(t, t.TempDir()+"/data")
	if status := s.stop(t); status != exitOK {
		t.Errorf("serve stopped with status %d, want %d", status, exitOK)
	}
	if !regexp.MustCompile(`(?s)msg=ready .*msg=stopping\n.*msg=stopped\n$`).MatchString(s.err.String()) {
		t.Errorf("serve logged:\n%s\nwant ready, stopping and, at last, stopped", s.err)
	}
}
