package cli

import (
	"testing"
	"time"
)

func TestLifetime(t *testing.T) {
	for _, c := range []struct {
		text string
		want time.Duration
		bad  string
	}{
		{text: "24h", want: 24 * time.Hour},
		{text: "90m", want: 90 * time.Minute},
		{text: "1h30m", want: 90 * time.Minute},
		{text: "90d", want: 90 * 24 * time.Hour},
		{text: "2w", want: 14 * 24 * time.Hour},
		{text: "1y", want: 365 * 24 * time.Hour},
		{text: "100y", want: 100 * 365 * 24 * time.Hour},
		{text: "", bad: "must be a time span such as 24h, 90d, 12w or 1y"},
		{text: "d", bad: "must be a time span such as 24h, 90d, 12w or 1y"},
		{text: "soon", bad: "must be a time span such as 24h, 90d, 12w or 1y"},
		{text: "90", bad: "must be a time span such as 24h, 90d, 12w or 1y"},
		{text: "1.5d", bad: "must be a time span such as 24h, 90d, 12w or 1y"},
		{text: "-1d", bad: "must be a time span such as 24h, 90d, 12w or 1y"},
		{text: "9999999999d", bad: "must be a time span such as 24h, 90d, 12w or 1y"},
		{text: "0d", bad: "must be in the future, such as 24h or 90d"},
		{text: "0", bad: "must be in the future, such as 24h or 90d"},
		{text: "-24h", bad: "must be in the future, such as 24h or 90d"},
		{text: "101y", bad: "must be at most 100 years; leave it out for a key that does not expire"},
		{text: "4000000000w", bad: "must be at most 100 years; leave it out for a key that does not expire"},
		{text: "2000000h", bad: "must be at most 100 years; leave it out for a key that does not expire"},
	} {
		var got lifetime
		err := got.UnmarshalText([]byte(c.text))
		if c.bad != "" {
			if err == nil || err.Error() != c.bad {
				t.Errorf("%q: error %v, want %q", c.text, err, c.bad)
			}
			continue
		}
		if err != nil || time.Duration(got) != c.want {
			t.Errorf("%q: %v, %v, want %v", c.text, time.Duration(got), err, c.want)
		}
	}
}
