package rollcall

import (
	"errors"
	"testing"
)

func TestRateLimitOfAKey(t *testing.T) {
	none := Field[int]{}
	for _, tt := range []struct {
		name        string
		rate, burst Field[int]
		want        *RateLimit
		field       string // that is refused
	}{
		{"the limit of the server", none, none, nil, ""},
		{"a rate", Given(600), none, &RateLimit{600, 50}, ""},
		{"a low rate", Given(5), none, &RateLimit{5, 1}, ""},
		{"a rate and a burst", Given(600), Given(7), &RateLimit{600, 7}, ""},
		{"no limit", Given(0), none, &RateLimit{}, ""},
		{"the highest", Given(rateMax), Given(burstMax), &RateLimit{rateMax, burstMax}, ""},
		{"a rate below 0", Given(-1), none, nil, "rate"},
		{"a rate that is too high", Given(rateMax + 1), none, nil, "rate"},
		{"a burst of 0", Given(600), Given(0), nil, "burst"},
		{"a burst that is too large", Given(600), Given(burstMax + 1), nil, "burst"},
		{"a burst without a rate", none, Given(7), nil, "burst"},
		{"a burst without a limit", Given(0), Given(7), nil, "burst"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var bad fieldErrors
			got := bad.rateLimit(tt.rate, tt.burst)
			var e *Error
			if tt.field != "" {
				if !errors.As(bad.err(), &e) || e.Field != tt.field {
					t.Errorf("rateLimit: error %v, want one about %s", bad.err(), tt.field)
				}
				return
			}
			if err := bad.err(); err != nil || (got == nil) != (tt.want == nil) || got != nil && *got != *tt.want {
				t.Errorf("rateLimit = %+v, %v, want %+v", got, err, tt.want)
			}
		})
	}
}
