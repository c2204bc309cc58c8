package service

import (
	"slices"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/phone"
)

// The breakers pause messages to a country, or to a range of numbers, if too few are confirmed. docs/limits.md explains the
// numbers.
const (
	breakerWindow = 7 * day // older messages are not counted

	countryFirst = 50 // messages of a dealer to a country before one must be confirmed
	countryShare = 20 // after that, one in 20 must be confirmed

	rangeDigits = 4 // a range is the 10,000 numbers that differ only in their last four digits
	rangeFirst  = 30
	rangeShare  = 50
)

// rangeHashes returns the hashes of the range of numbers that a message goes to, that of the first secret first.
func (s *Service) rangeHashes(v *rollcall.Validation) []rollcall.Hash {
	digits := phone.LimitKey(v.To)
	return s.keyedHashes("range", digits[:max(0, len(digits)-rangeDigits)])
}

// rangeLimit checks the share of confirmed messages of the dealer to the range of the number.
func (ch *change) rangeLimit(_ *rollcall.Settings, v *rollcall.Validation, now time.Time) (*exceededLimit, error) {
	country := countryOf(v)
	if country == "" {
		return nil, nil
	}
	hours, err := ch.countedHours(v.Dealer, country, ch.rangeHashes(v), now)
	if err != nil {
		return nil, err
	}
	if again, paused := breaker(hours, rangeFirst, rangeShare); paused {
		return limitExceeded(rollcall.LimitRange,
			"messages to numbers that begin like this one are paused, because too few messages of the last week were confirmed; each confirmation allows more", again.Sub(now)), nil
	}
	return nil, nil
}

// countedHours returns the dealer's hourly counts of the last week for the ranges, in order.
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

// breaker reports whether at least first messages were sent and fewer than one in share was confirmed, and when enough messages
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

// countConfirmed counts a confirmed message for the breakers.
func (ch *change) countConfirmed(v *rollcall.Validation) error {
	if v.Counted.IsZero() {
		return nil
	}
	return ch.countDestination(v, 0, 1)
}

// countDestination adds to the counts of a message's country and range.
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
