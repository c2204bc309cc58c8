package cli

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

const (
	day         = 24 * time.Hour
	maxLifetime = 100 * 365 * day
)

// lifetime is a time span: a Go duration, or whole days, weeks or years; zero: unlimited.
type lifetime time.Duration

// UnmarshalText reads a time span such as "24h", "90d", "12w" or "1y", from a second to a hundred years.
func (l *lifetime) UnmarshalText(text []byte) error {
	d, ok := parseLifetime(string(text))
	switch {
	case !ok:
		return fmt.Errorf("must be a time span such as 24h, 90d, 12w or 1y")
	case d < time.Second:
		return fmt.Errorf("must be in the future, such as 24h or 90d")
	case d > maxLifetime:
		return fmt.Errorf("must be at most 100 years; leave it out for a key that does not expire")
	}
	*l = lifetime(d)
	return nil
}

func parseLifetime(s string) (time.Duration, bool) {
	units := []struct {
		suffix string
		length time.Duration
	}{{"d", day}, {"w", 7 * day}, {"y", 365 * day}}
	for _, u := range units {
		digits, found := strings.CutSuffix(s, u.suffix)
		if !found {
			continue
		}
		n, err := strconv.ParseUint(digits, 10, 32)
		if err != nil {
			return 0, false
		}
		return time.Duration(min(n, uint64(maxLifetime/u.length)+1)) * u.length, true
	}
	d, err := time.ParseDuration(s)
	return d, err == nil
}
