package rollcall

import (
	"testing"
	"time"
)

func TestReadIntent(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]intent{
		"STOP": wantsStop, "stop": wantsStop, " Stop! ": wantsStop, "END": wantsStop, "Cancel.": wantsStop, "UNSUBSCRIBE": wantsStop,
		"quit": wantsStop, "STOPALL": wantsStop, "Stop all": wantsStop, "revoke": wantsStop, "OPT OUT": wantsStop, "opt  out": wantsStop,
		"optout": wantsStop, "Opt-Out": wantsStop, "ARRET": wantsStop, "Arrêt": wantsStop, "arre\u0302t": wantsStop, "“stop”": wantsStop,
		"ＳＴＯＰ": wantsStop, "start": wantsStart, "UNSTOP": wantsStart, "help": wantsHelp, "Info": wantsHelp, "help?": wantsHelp,
		"Yes": saysYes, "YES!!": saysYes, "si": saysYes, "Sí": saysYes, "¡Sí!": saysYes, "oui": saysYes, "Oui.": saysYes,
		"123456": sendsCode, "123 456": sendsCode, "123-456.": sendsCode, "My code is 123456": sendsCode, "123456 123456": sendsCode,
		"": wantsNothing, "no": wantsNothing, "don't stop": wantsNothing, "yes but who are you": wantsNothing, "12345": wantsNothing,
		"call 2025550123": wantsNothing, "123456 or 654321": wantsNothing, "stop by at 5": wantsNothing, "🙂": wantsNothing,
	} {
		if got, _, code := readIntent(text); got != want || (code == "123456") != (want == sendsCode) {
			t.Errorf("%q means %d with the code %q, want %d", text, got, code, want)
		}
	}
}

func TestReachKey(t *testing.T) {
	t.Parallel()
	for _, same := range []struct {
		p Point
		a string
		b string
	}{
		{PhonePoint, "+12025550147", "12025550147"},
		{PhonePoint, "+1-555-0123", "+1 (555) 0123"},
		{EmailPoint, "John.Doe@Example.com", "john.doe@example.COM"},
		{EmailPoint, "john@bücher.example", "john@xn--bcher-kva.example"},
		{EmailPoint, `"a@b"@example.com`, `"A@B"@example.com`},
		{EmailPoint, "ana@bücher.example", "ana@bu\u0308cher.example"},
		{EmailPoint, "victim@example.com", `"v\ictim"@example.com`},
	} {
		if a, b := reachKey(same.p, same.a), reachKey(same.p, same.b); a != b {
			t.Errorf("%s and %s are not the same: %q, %q", same.a, same.b, a, b)
		}
	}
	if a, b := reachKey(EmailPoint, "a.b@example.com"), reachKey(EmailPoint, "ab@example.com"); a == b {
		t.Error("two addresses are the same")
	}
}

func TestBreaker(t *testing.T) {
	t.Parallel()
	hour := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	counts := func(pairs ...int) (hours []CountryHour) {
		for i := 0; i < len(pairs); i += 2 {
			hours = append(hours, CountryHour{Hour: hour.Add(time.Duration(i/2) * time.Hour), Sent: pairs[i], Confirmed: pairs[i+1]})
		}
		return hours
	}
	for _, tt := range []struct {
		name  string
		hours []CountryHour
		again time.Duration // after the first hour; 0: not paused
	}{
		{"nothing", nil, 0},
		{"too few", counts(49, 0), 0},
		{"none confirmed", counts(50, 0), 8*day + time.Hour},
		{"one in twenty", counts(60, 3), 0},
		{"less", counts(61, 3), 8*day + time.Hour},
		{"until enough are gone", counts(30, 0, 30, 0, 30, 0), 8*day + 2*time.Hour},
		{"until the rest is good", counts(60, 0, 40, 4), 8*day + time.Hour},
	} {
		again, paused := breaker(tt.hours)
		if paused != (tt.again > 0) || paused && again.Sub(hour) != tt.again {
			t.Errorf("%s: paused %t until %s", tt.name, paused, again.Sub(hour))
		}
	}
}

func TestGuesses(t *testing.T) {
	t.Parallel()
	var g guesses
	now := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	take := func(from string, want bool) func() {
		t.Helper()
		right, err := g.take(from, now)
		if (err == nil) != want {
			t.Fatalf("a try from %s: %v", from, err)
		}
		return right
	}
	take("a", true)() // which is right, and counts not
	for range 10 {
		take("a", true)
	}
	take("a", false)
	take("b", true)
	for range 11 {
		take("", true)
	}
	now = now.Add(time.Minute - time.Nanosecond)
	take("a", false)
	now = now.Add(time.Nanosecond)
	take("a", true)
}
