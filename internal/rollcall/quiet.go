package rollcall

import (
	"fmt"
	"time"
)

// QuietHours are the part of each day in which nobody is to be disturbed, from Start until End, in minutes after
// midnight by the clock of the site; where End is before Start, they go over midnight. The zero value is none.
type QuietHours struct {
	Start, End int
	Timezone   string // of sites that name none; empty: UTC
}

const dayMinutes = 24 * 60

// IsSet reports whether there are quiet hours at all.
func (q QuietHours) IsSet() bool { return q.Start != q.End }

// String returns the hours as HH:MM-HH:MM, "" where there are none.
func (q QuietHours) String() string {
	if !q.IsSet() {
		return ""
	}
	return clockText(q.Start) + "-" + clockText(q.End)
}

// StartText returns when they begin, as HH:MM, "" where there are none.
func (q QuietHours) StartText() string {
	if !q.IsSet() {
		return ""
	}
	return clockText(q.Start)
}

// EndText returns when they end, as HH:MM, "" where there are none.
func (q QuietHours) EndText() string {
	if !q.IsSet() {
		return ""
	}
	return clockText(q.End)
}

// holds reports whether the clock shows a time within the quiet hours.
func (q QuietHours) holds(t time.Time) bool {
	now := t.Hour()*60 + t.Minute()
	if q.Start <= q.End {
		return q.Start <= now && now < q.End
	}
	return q.Start <= now || now < q.End
}

// After returns the first moment from t on that is not quiet by the clock of the place, t itself where that is one. A
// clock that is put forward over the end of the quiet hours ends them; one that is put back into them begins them again.
func (q QuietHours) After(t time.Time, place *time.Location) time.Time {
	local := t.In(place)
	if !q.IsSet() || !q.holds(local) {
		return t
	}
	left := (q.End - local.Hour()*60 - local.Minute() + dayMinutes) % dayMinutes
	end := local.Truncate(time.Minute).Add(time.Duration(left) * time.Minute)
	// Where the clock was changed meanwhile, that is too early or too late by as much.
	for q.holds(end) {
		end = end.Add(time.Minute)
	}
	for before := end.Add(-time.Minute); before.After(t) && !q.holds(before); before = before.Add(-time.Minute) {
		end = before
	}
	return end.UTC()
}

// checkClock judges a time of day, HH:MM.
func checkClock(s string) (string, *FieldError) {
	if t, err := time.Parse("15:04", s); err == nil && len(s) == 5 {
		return t.Format("15:04"), nil
	}
	return s, invalid("must be a time of day such as 21:30")
}

// minuteOf returns the minutes after midnight of what checkClock allows, 0 for "".
func minuteOf(s string) int {
	t, err := time.Parse("15:04", s)
	if err != nil {
		return 0
	}
	return t.Hour()*60 + t.Minute()
}

func clockText(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }
