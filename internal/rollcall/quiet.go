package rollcall

import (
	"fmt"
	"time"
)

// QuietHours are the hours of each day in which no messages are sent: from Start to End, in minutes after midnight in the
// time zone of the site. If End is before Start, they include midnight. The zero value means no quiet hours.
type QuietHours struct {
	Start, End int
	Timezone   string // for sites without a time zone; empty: UTC
}

const dayMinutes = 24 * 60

// IsSet reports whether there are quiet hours.
func (q QuietHours) IsSet() bool { return q.Start != q.End }

// String returns the hours as HH:MM-HH:MM, and "" if there are none.
func (q QuietHours) String() string {
	if !q.IsSet() {
		return ""
	}
	return clockText(q.Start) + "-" + clockText(q.End)
}

// StartText returns the start as HH:MM, and "" if there are no quiet hours.
func (q QuietHours) StartText() string {
	if !q.IsSet() {
		return ""
	}
	return clockText(q.Start)
}

// EndText returns the end as HH:MM, and "" if there are no quiet hours.
func (q QuietHours) EndText() string {
	if !q.IsSet() {
		return ""
	}
	return clockText(q.End)
}

// contains reports whether the time of day of t is in the quiet hours.
func (q QuietHours) contains(t time.Time) bool {
	now := t.Hour()*60 + t.Minute()
	if q.Start <= q.End {
		return q.Start <= now && now < q.End
	}
	return q.Start <= now || now < q.End
}

// After returns the first time that is not in the quiet hours: t itself, or when the quiet hours around t end. If the clock
// is put forward over their end, they end then; if it is put back into them, they begin again.
func (q QuietHours) After(t time.Time, place *time.Location) time.Time {
	local := t.In(place)
	if !q.IsSet() || !q.contains(local) {
		return t
	}
	left := (q.End - local.Hour()*60 - local.Minute() + dayMinutes) % dayMinutes
	end := local.Truncate(time.Minute).Add(time.Duration(left) * time.Minute)
	// If the clock changes in between, end is too early or too late.
	for q.contains(end) {
		end = end.Add(time.Minute)
	}
	for before := end.Add(-time.Minute); before.After(t) && !q.contains(before); before = before.Add(-time.Minute) {
		end = before
	}
	return end.UTC()
}

// checkClock checks a time of day, HH:MM.
func checkClock(s string) (string, *FieldError) {
	if t, err := time.Parse("15:04", s); err == nil && len(s) == 5 {
		return t.Format("15:04"), nil
	}
	return s, invalid("must be a time of day such as 21:30")
}

// minuteOf returns the minutes after midnight of a valid time of day, and 0 for "".
func minuteOf(s string) int {
	t, err := time.Parse("15:04", s)
	if err != nil {
		return 0
	}
	return t.Hour()*60 + t.Minute()
}

func clockText(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }
