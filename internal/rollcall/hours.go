package rollcall

import (
	"slices"
	"strings"
	"time"
)

// dayNames are the names of the days of the week in order from Monday, as they are given and shown.
var dayNames = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// dayNamed returns the day with a name such as mon.
func dayNamed(name string) (time.Weekday, bool) {
	i := slices.Index(dayNames, name)
	return time.Weekday((i + 1) % 7), i >= 0
}

// Names returns the names of the days in order from Monday, such as mon.
func (d Days) Names() []string {
	var names []string
	for i, name := range dayNames {
		if d.has(time.Weekday((i + 1) % 7)) {
			names = append(names, name)
		}
	}
	return names
}

func (d Days) has(day time.Weekday) bool { return d&(1<<day) != 0 }

// everyDay are all days of the week.
const everyDay Days = 1<<7 - 1

// FromText returns the time of day at which the hours begin, as HH:MM.
func (h Hours) FromText() string { return clockText(h.From) }

// ToText returns the time of day at which the hours end, as HH:MM.
func (h Hours) ToText() string { return clockText(h.To) }

// contains reports whether a clock and a calendar that show the time of t are in the hours. A clock that is put forward or back
// skips hours or shows them twice, and so do these.
func (h Hours) contains(t time.Time) bool {
	now := t.Hour()*60 + t.Minute()
	if h.From < h.To {
		return h.Days.has(t.Weekday()) && h.From <= now && now < h.To
	}
	dayBefore := (t.Weekday() + 6) % 7
	return h.Days.has(t.Weekday()) && h.From <= now || h.Days.has(dayBefore) && now < h.To
}

// String returns the hours as staff say them, such as mon–fri 08:00–17:00.
func (h Hours) String() string {
	days := h.Days.text()
	switch {
	case h.From != h.To:
		return days + " " + clockText(h.From) + "–" + clockText(h.To)
	case h.From == 0:
		return days + " all day"
	}
	return days + " " + clockText(h.From) + "–" + clockText(h.To) + " the next day"
}

// text returns the days with a dash for three or more in a row, such as mon–fri, sun.
func (d Days) text() string {
	if d == everyDay {
		return "every day"
	}
	var parts []string
	names := d.Names()
	for i := 0; i < len(names); {
		at := slices.Index(dayNames, names[i])
		run := 1
		for i+run < len(names) && names[i+run] == dayNames[at+run] {
			run++
		}
		if run >= 3 {
			parts = append(parts, names[i]+"–"+names[i+run-1])
		} else {
			parts = append(parts, names[i:i+run]...)
		}
		i += run
	}
	return strings.Join(parts, ", ")
}
