package service

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/rollcall"
)

func TestKeptReply(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", " \n ": "", "Who is this?\n": "Who is this?", "a\x00b\x07c": "abc", "a\u202eb": "ab", "\xff": "\ufffd", "zoë 🙂": "zoë 🙂",
		strings.Repeat("é", 600): strings.Repeat("é", 500),
	} {
		if got := keptReply(text); got != want {
			t.Errorf("keptReply(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestReachKey(t *testing.T) {
	t.Parallel()
	for _, same := range []struct {
		p rollcall.Point
		a string
		b string
	}{
		{rollcall.PhonePoint, "+12025550147", "12025550147"},
		{rollcall.PhonePoint, "+1-555-0123", "+1 (555) 0123"},
		{rollcall.EmailPoint, "John.Doe@Example.com", "john.doe@example.COM"},
		{rollcall.EmailPoint, "john@bücher.example", "john@xn--bcher-kva.example"},
		{rollcall.EmailPoint, `"a@b"@example.com`, `"A@B"@example.com`},
		{rollcall.EmailPoint, "ana@bücher.example", "ana@bu\u0308cher.example"},
		{rollcall.EmailPoint, "victim@example.com", `"v\ictim"@example.com`},
	} {
		if a, b := reachKey(same.p, same.a), reachKey(same.p, same.b); a != b {
			t.Errorf("%s and %s are not the same: %q, %q", same.a, same.b, a, b)
		}
	}
	if a, b := reachKey(rollcall.EmailPoint, "a.b@example.com"), reachKey(rollcall.EmailPoint, "ab@example.com"); a == b {
		t.Error("two addresses are the same")
	}
}

// TestGuessesAreLookedThroughOnceAMinute holds that a try is quick although many others are told apart.
func TestGuessesAreLookedThroughOnceAMinute(t *testing.T) {
	t.Parallel()
	var g guesses
	now := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	for n := range guessersMax + 2 {
		if _, err := g.take(strconv.Itoa(n), now); err != nil {
			t.Fatal(err)
		}
	}
	looked := g.cleaned
	now = now.Add(guessesFor - 1)
	if _, err := g.take("late", now); err != nil || g.cleaned != looked || len(g.made) != guessersMax+1 {
		t.Errorf("take: %v, looked through at %v with %d entries; want not again since %v", err, g.cleaned, len(g.made), looked)
	}
	now = now.Add(1)
	if _, err := g.take("later", now); err != nil || len(g.made) != 1 {
		t.Errorf("take: %v with %d entries, want 1", err, len(g.made))
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
