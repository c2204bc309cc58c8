package service

import (
	"testing"
	"time"

	"example.org/rollcall/internal/rollcall"
)

func TestBreaker(t *testing.T) {
	t.Parallel()
	hour := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	counts := func(pairs ...int) (hours []rollcall.CountryHour) {
		for i := 0; i < len(pairs); i += 2 {
			hours = append(hours, rollcall.CountryHour{Hour: hour.Add(time.Duration(i/2) * time.Hour), Sent: pairs[i], Confirmed: pairs[i+1]})
		}
		return hours
	}
	const week = 7*day + 2*time.Hour // until the first hour is too old
	for _, tt := range []struct {
		name         string
		hours        []rollcall.CountryHour
		first, share int
		again        time.Duration // after the first hour; 0: not paused
	}{
		{"no messages", nil, countryFirst, countryShare, 0},
		{"too few messages", counts(49, 0), countryFirst, countryShare, 0},
		{"none confirmed", counts(50, 0), countryFirst, countryShare, week},
		{"one in twenty", counts(60, 3), countryFirst, countryShare, 0},
		{"fewer than one in twenty", counts(61, 3), countryFirst, countryShare, week},
		{"until enough messages are too old", counts(30, 0, 30, 0, 30, 0), countryFirst, countryShare, week + time.Hour},
		{"until the rest has enough confirmations", counts(60, 0, 40, 4), countryFirst, countryShare, week},
		{"too few messages to a range", counts(29, 0), rangeFirst, rangeShare, 0},
		{"none confirmed in a range", counts(30, 0), rangeFirst, rangeShare, week},
		{"one confirmed in a range", counts(30, 1), rangeFirst, rangeShare, 0},
		{"one in fifty in a range", counts(50, 1), rangeFirst, rangeShare, 0},
		{"fewer than one in fifty in a range", counts(51, 1), rangeFirst, rangeShare, week},
		{"an hour whose messages were given back after the secret was replaced", counts(30, 0, -1, 0), rangeFirst, rangeShare, 0},
	} {
		again, paused := breaker(tt.hours, tt.first, tt.share)
		if paused != (tt.again > 0) || paused && again.Sub(hour) != tt.again {
			t.Errorf("%s: breaker = %s, %t, want %s, %t", tt.name, again.Sub(hour), paused, tt.again, tt.again > 0)
		}
	}
}

// TestNumbersShareARange checks that numbers share a range if they differ only in their last four digits, in any spelling.
func TestNumbersShareARange(t *testing.T) {
	t.Parallel()
	s := &Service{opts: Options{Secrets: [][]byte{[]byte("new"), []byte("old")}}}
	for _, tt := range []struct {
		a, b string
		same bool
	}{
		{"+12025550100", "+12025559999", true},
		{"+12025550100", "+12025560100", false},
		{"+12025550100", "+12125550100", false},
		{"+5215512345678", "+525512349999", true}, // the two ways to write a Mexican mobile
		{"+2908000", "+2907999", true},
		{"123", "1234", true},
	} {
		a, b := s.rangeHashes(&rollcall.Validation{To: tt.a}), s.rangeHashes(&rollcall.Validation{To: tt.b})
		if len(a) != 2 || a[0] == a[1] || (a[0] == b[0]) != tt.same || (a[1] == b[1]) != tt.same {
			t.Errorf("%s and %s share a range: %t, want %t under both secrets", tt.a, tt.b, a[0] == b[0], tt.same)
		}
	}
}
