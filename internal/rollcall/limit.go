package rollcall

import "strconv"

// RateLimit is how often a key may call each process: Burst calls at once, and PerMinute after that. The zero RateLimit
// limits nothing.
type RateLimit struct {
	PerMinute int
	Burst     int
}

// The bounds of a RateLimit. Beyond them it would limit nothing.
const (
	rateMax  = 60_000_000
	burstMax = 1_000_000
)

// NewRateLimit returns the limit of so many calls a minute, which is none where that is not above 0. A burst that is not
// above 0 is a twelfth of them, what comes in five seconds, and at least one call.
func NewRateLimit(perMinute, burst int) RateLimit {
	if perMinute <= 0 {
		return RateLimit{}
	}
	if burst <= 0 {
		burst = max(1, perMinute/12)
	}
	return RateLimit{PerMinute: perMinute, Burst: burst}
}

// rateLimit judges the limit that a key is to have, and returns nil where it is the server's.
func (ps *problems) rateLimit(rate, burst Field[int]) *RateLimit {
	if rate.Set && (rate.Value < 0 || rate.Value > rateMax) {
		ps.add("rate", problem{codeInvalid, "must be a whole number from 0 to " + strconv.Itoa(rateMax)})
	}
	if burst.Set && (burst.Value < 1 || burst.Value > burstMax) {
		ps.add("burst", problem{codeInvalid, "must be a whole number from 1 to " + strconv.Itoa(burstMax)})
	} else if burst.Set && rate.Value == 0 {
		ps.add("burst", problem{codeInvalid, "needs a rate above 0 beside it"})
	}
	if !rate.Set {
		return nil
	}
	limit := NewRateLimit(rate.Value, burst.Value)
	return &limit
}
