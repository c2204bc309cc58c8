package service

import (
	"strconv"
	"testing"
	"time"

	"example.org/rollcall/internal/rollcall"
)

func TestCodesOfEveryKnownSecretAreRight(t *testing.T) {
	s := signingService("new", "old")
	seen := map[string]bool{}
	for range 1000 {
		v := rollcall.Validation{Dealer: someDealer, ID: rollcall.NewValidationID()}
		now, before := code(s.opts.Secrets[0], &v), code(s.opts.Secrets[1], &v)
		if len(now) != 6 || !s.hasCode(&v, now) || !s.hasCode(&v, before) || s.hasCode(&v, "") || s.hasCode(&v, now[:5]) {
			t.Fatalf("hasCode with the codes %q and %q of both secrets: want only these to be right", now, before)
		}
		seen[now] = true
	}
	if len(seen) < 990 {
		t.Errorf("%d of 1000 codes are distinct, want at least 990", len(seen))
	}
}

// TestOldCodeAttemptsAreRemovedOnceAMinute checks that an attempt is quick when there are many sources.
func TestOldCodeAttemptsAreRemovedOnceAMinute(t *testing.T) {
	t.Parallel()
	var a codeAttempts
	now := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	for n := range sourcesMax + 2 {
		if _, err := a.start(strconv.Itoa(n), now); err != nil {
			t.Fatal(err)
		}
	}
	cleaned := a.cleaned
	now = now.Add(attemptsPeriod - 1)
	if _, err := a.start("late", now); err != nil || a.cleaned != cleaned || len(a.counts) != sourcesMax+1 {
		t.Errorf("start: %v, cleaned at %v with %d counts; want not cleaned again since %v", err, a.cleaned, len(a.counts), cleaned)
	}
	now = now.Add(1)
	if _, err := a.start("later", now); err != nil || len(a.counts) != 1 {
		t.Errorf("start: %v with %d counts, want 1", err, len(a.counts))
	}
}

func TestWrongCodesAreLimitedBySource(t *testing.T) {
	t.Parallel()
	var a codeAttempts
	now := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	start := func(from string, want bool) func() {
		t.Helper()
		right, err := a.start(from, now)
		if (err == nil) != want {
			t.Fatalf("start(%q) = %v, want success %t", from, err, want)
		}
		return right
	}
	start("a", true)() // a right code does not count
	for range 10 {
		start("a", true)
	}
	start("a", false)
	start("b", true)
	for range 11 {
		start("", true)
	}
	now = now.Add(time.Minute - time.Nanosecond)
	start("a", false)
	now = now.Add(time.Nanosecond)
	start("a", true)
}
