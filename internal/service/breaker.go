package service

import (
	"slices"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/phone"
)

// The breakers pause messages to a country, and to a range of numbers, where too few are confirmed. docs/limits.md says why the
// numbers are what they are.
const (
	breakerWindow = 7 * day // older messages are not counted

	countryFirst = 50 // messages that a dealer may send to a country before one is confirmed
	countryShare = 20 // after that, one in so many must be confirmed

	rangeDigits = 4 // a range is all numbers that differ in the last digits alone: 10,000
	rangeFirst  = 30
	rangeShare  = 50
)

// rangeHashes returns the hashes of the range of numbers that a message goes to, that of the newest secret first.
func (s *Service) rangeHashes(v *rollcall.Validation) []rollcall.Hash {
	digits := phone.LimitKey(v.To)
	return s.keyedHashes("range", digits[:max(0, len(digits)-rangeDigits)])
}

// rangeExceeded looks at the dealer's messages to numbers that begin like this one.
func (ch *change) rangeExceeded(_ *rollcall.Settings, v *rollcall.Validation, now time.Time) (*hit, error) {
	country := countryOf(v)
	if country == "" {
		return nil, nil
	}
	hours, err := ch.countedHours(v.Dealer, country, ch.rangeHashes(v), now)
	if err != nil {
		return nil, err
	}
	if again, paused := breaker(hours, rangeFirst, rangeShare); paused {
		return beyond(rollcall.LimitRange,
			"messages to numbers that begin like this one are paused, since too few of those of the last week were confirmed; each that is confirmed makes room for more", again.Sub(now)), nil
	}
	return nil, nil
}

// countedHours returns the hours of the last week in which the dealer sent to the ranges, in order.
func (ch *change) countedHours(dealer rollcall.DealerID, country string, ranges []rollcall.Hash, now time.Time) ([]rollcall.CountryHour, error) {
	var hours []rollcall.CountryHour
	for _, r := range ranges {
		more, err := ch.tx.CountryHours(ch.ctx, dealer, country, r, now.Add(-breakerWindow-time.Hour), now.Add(time.Hour))
		if err != nil {
			return nil, err
		}
		hours = append(hours, more...)
	}
	slices.SortStableFunc(hours, func(a, b rollcall.CountryHour) int { return a.Hour.Compare(b.Hour) })
	return hours, nil
}

// breaker reports whether the first messages have left and fewer than one in share were confirmed, and when enough of them
// will be too old to count. The hours are in order.
func breaker(hours []rollcall.CountryHour, first, share int) (again time.Time, paused bool) {
	sent, confirmed := 0, 0
	for _, h := range hours {
		sent, confirmed = sent+h.Sent, confirmed+h.Confirmed
	}
	for _, h := range hours {
		if sent < first || confirmed*share >= sent {
			break
		}
		paused = true
		again = h.Hour.Add(2*time.Hour + breakerWindow)
		sent, confirmed = sent-h.Sent, confirmed-h.Confirmed
	}
	return again, paused
}

// countConfirmed counts a confirmed message, so that the breakers leave its country and range of numbers open.
func (ch *change) countConfirmed(v *rollcall.Validation) error {
	if v.Counted.IsZero() {
		return nil
	}
	return ch.countDestination(v, 0, 1)
}

// countDestination adds to the counts of the country that a message goes to and of the range of its number.
func (ch *change) countDestination(v *rollcall.Validation, sent, confirmed int) error {
	country := countryOf(v)
	if country == "" {
		return nil
	}
	for _, r := range []rollcall.Hash{{}, ch.rangeHashes(v)[0]} {
		h := rollcall.CountryHour{Country: country, Range: r, Hour: v.Counted.Truncate(time.Hour), Sent: sent, Confirmed: confirmed}
		if err := ch.tx.AddCountryCount(ch.ctx, v.Dealer, h); err != nil {
			return err
		}
	}
	return nil
}
