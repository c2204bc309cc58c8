package app_test

import (
	"strings"
	"testing"

	"example.org/rollcall/internal/rollcall"
)

// preview makes a dry run.
func (l *limited) preview(in rollcall.RollCallInput) previewed {
	l.Helper()
	in.DryRun = rollcall.Given(true)
	dry, err := l.Service().CreateRollCall(l.Context(), l.caller, in)
	l.must(err)
	return previewed{dry.Preview.Messages, dry.Preview.Country, dry.Preview.Targets}
}

type previewed struct {
	messages, country int
	targets           rollcall.Hash
}

// TestDryRunTellsOfCountries checks that phones in a country that is not allowed count as waiting, and that a preview tells other
// targets from the same ones.
func TestDryRunTellsOfCountries(t *testing.T) {
	l := newLimited(t)
	site := l.sites("Pier 9")[0]
	l.person(l.caller, site, "+1 202 555 0147")
	ref := l.person(l.caller, site, "+34 612 34 56 78")
	first := l.preview(smsTo(site))
	if first.messages != 2 || first.country != 1 {
		t.Errorf("%d messages, of which %d wait for a country, want 2 and 1", first.messages, first.country)
	}
	if again := l.preview(smsTo(site)); again != first {
		t.Errorf("a second preview is %+v, want %+v", again, first)
	}
	l.must(l.Service().DeleteContact(t.Context(), l.caller, ref))
	l.person(l.caller, site, "+34 612 34 56 79")
	if other := l.preview(smsTo(site)); other.messages != 2 || other.country != 1 || other.targets == first.targets {
		t.Errorf("with another person it is %+v, want other targets than %+v", other, first)
	}
}

// TestLongTextsOfRollCalls checks that a text is refused if no text message could hold it, and not if a short one could.
func TestLongTextsOfRollCalls(t *testing.T) {
	l := newLimited(t)
	for _, c := range []struct {
		text, method string
		refused      bool
	}{
		{strings.Repeat("a", 470), "sms", false},
		{strings.Repeat("a", 620), "sms", true},
		{strings.Repeat("a", 620), "email", false},
		{strings.Repeat("ж", 130), "sms", false},
		{strings.Repeat("ж", 270), "sms", true},
	} {
		in := rollcall.RollCallInput{All: rollcall.Given(true)}
		in.Methods, in.Message, in.DryRun = rollcall.Given([]string{c.method}), rollcall.Given(c.text), rollcall.Given(true)
		_, err := l.Service().CreateRollCall(t.Context(), l.caller, in)
		if refused := rollcall.KindOf(err) == rollcall.ValidationFailed; refused != c.refused || err != nil && !refused {
			t.Errorf("%d times %q by %s: %v, want it refused: %t", len([]rune(c.text)), c.text[:2], c.method, err, c.refused)
		}
	}
}
