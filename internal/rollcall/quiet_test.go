package rollcall

import (
	"testing"
	"time"
)

func TestQuietHours(t *testing.T) {
	t.Parallel()
	night := QuietHours{Start: minuteOf("21:00"), End: minuteOf("08:00")}
	noon := QuietHours{Start: minuteOf("12:00"), End: minuteOf("13:30")}
	for _, tt := range []struct {
		name     string
		quiet    QuietHours
		zone     string
		at, want string // with the offset of the zone
	}{
		{"before a night", night, "America/Chicago", "2026-01-15T20:59:59-06:00", "2026-01-15T20:59:59-06:00"},
		{"its first moment", night, "America/Chicago", "2026-01-15T21:00:00-06:00", "2026-01-16T08:00:00-06:00"},
		{"after midnight", night, "America/Chicago", "2026-01-16T03:12:34-06:00", "2026-01-16T08:00:00-06:00"},
		{"its last moment", night, "America/Chicago", "2026-01-16T07:59:59-06:00", "2026-01-16T08:00:00-06:00"},
		{"after it", night, "America/Chicago", "2026-01-16T08:00:00-06:00", "2026-01-16T08:00:00-06:00"},
		{"within a day", noon, "Europe/Paris", "2026-01-15T12:45:00+01:00", "2026-01-15T13:30:00+01:00"},
		{"beside it", noon, "Europe/Paris", "2026-01-15T13:30:00+01:00", "2026-01-15T13:30:00+01:00"},
		{"a night that loses an hour", night, "America/Chicago", "2026-03-07T22:00:00-06:00", "2026-03-08T08:00:00-05:00"},
		{"a night that gains one", night, "America/Chicago", "2026-10-31T22:00:00-05:00", "2026-11-01T08:00:00-06:00"},
		{"an end that there is not", QuietHours{Start: minuteOf("22:00"), End: minuteOf("02:30")}, "America/Chicago", "2026-03-07T22:00:00-06:00", "2026-03-08T03:00:00-05:00"},
		{"an end that comes twice", QuietHours{Start: minuteOf("22:00"), End: minuteOf("01:30")}, "America/Chicago", "2026-10-31T22:00:00-05:00", "2026-11-01T01:30:00-05:00"},
		{"between the two", QuietHours{Start: minuteOf("22:00"), End: minuteOf("01:30")}, "America/Chicago", "2026-11-01T01:10:00-06:00", "2026-11-01T01:30:00-06:00"},
		{"half an hour", night, "Australia/Lord_Howe", "2026-10-03T22:00:00+10:30", "2026-10-04T08:00:00+11:00"},
		{"none", QuietHours{}, "America/Chicago", "2026-01-15T03:00:00-06:00", "2026-01-15T03:00:00-06:00"},
	} {
		place, err := time.LoadLocation(tt.zone)
		if err != nil {
			t.Fatal(err)
		}
		at, err := time.Parse(time.RFC3339, tt.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := tt.quiet.After(at.UTC(), place).In(place).Format(time.RFC3339); got != tt.want {
			t.Errorf("%s: After = %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestCheckClock(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"00:00", "07:05", "23:59"} {
		if kept, p := checkClock(good); p != nil || kept != good || clockText(minuteOf(good)) != good {
			t.Errorf("checkClock(%q) = %q, %v, want it unchanged", good, kept, p)
		}
	}
	for _, bad := range []string{"", "7:05", "24:00", "12:60", "12.30", "12:30:00", "noon"} {
		if _, p := checkClock(bad); p == nil {
			t.Errorf("checkClock(%q) accepted it", bad)
		}
	}
}
