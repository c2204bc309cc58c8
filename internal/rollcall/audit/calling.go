package audit

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// callingFields returns the fields that say when a contact is called. The position is none of them: it belongs to the call list;
// see Order.
func callingFields(c *rollcall.Calling) []field {
	return []field{
		{"dispatch", string(c.Dispatch)},
		{"availability", availabilityText(c.Availability)},
		{"absences", absencesText(c.Absences)},
		{"effective_at", exactTime(c.Effective)},
		{"expires_at", exactTime(c.Expires)},
	}
}

// setCallingField sets one of callingFields. It ignores other names.
func setCallingField(c *rollcall.Calling, name, text string) {
	switch name {
	case "dispatch":
		c.Dispatch = rollcall.Dispatch(text)
	case "availability":
		c.Availability = parseAvailability(text)
	case "absences":
		c.Absences = parseAbsences(text)
	case "effective_at":
		c.Effective = parseTime(text)
	case "expires_at":
		c.Expires = parseTime(text)
	}
}

// hours and absence are items of the lists in the form of the API.
type hours struct {
	Days []string `json:"days"`
	From string   `json:"from"`
	To   string   `json:"to"`
}

type absence struct {
	From string `json:"from"`
	To   string `json:"to"`
	Note string `json:"note,omitempty"`
}

// availabilityText returns hours as JSON in the form of the API.
func availabilityText(all []rollcall.Hours) string {
	items := make([]hours, len(all))
	for i, h := range all {
		items[i] = hours{Days: h.Days.Names(), From: h.FromText(), To: h.ToText()}
	}
	return jsonText(items)
}

// absencesText returns absences as JSON in the form of the API.
func absencesText(all []rollcall.Absence) string {
	items := make([]absence, len(all))
	for i, a := range all {
		items[i] = absence{From: exactTime(a.From), To: exactTime(a.To), Note: a.Note}
	}
	return jsonText(items)
}

// jsonText returns a list as JSON, and "" if it is empty.
func jsonText[T any](items []T) string {
	if len(items) == 0 {
		return ""
	}
	text, _ := json.Marshal(items) // every field can be encoded
	return string(text)
}

// parseAvailability reads what availabilityText returns.
func parseAvailability(text string) []rollcall.Hours {
	var items []hours
	if json.Unmarshal([]byte(text), &items) != nil {
		return nil
	}
	all := make([]rollcall.Hours, len(items))
	for i, item := range items {
		all[i] = rollcall.Hours{Days: days(item.Days), From: minutes(item.From), To: minutes(item.To)}
	}
	return all
}

// parseAbsences reads what absencesText returns.
func parseAbsences(text string) []rollcall.Absence {
	var items []absence
	if json.Unmarshal([]byte(text), &items) != nil {
		return nil
	}
	all := make([]rollcall.Absence, len(items))
	for i, item := range items {
		all[i] = rollcall.Absence{From: parseTime(item.From), To: parseTime(item.To), Note: item.Note}
	}
	return all
}

// days returns the set of the days with these names.
func days(names []string) rollcall.Days {
	var set rollcall.Days
	for day := rollcall.Days(1); day < 1<<7; day <<= 1 {
		if slices.Contains(names, day.Names()[0]) {
			set |= day
		}
	}
	return set
}

// minutes returns the minutes after midnight of a time of day such as 17:30.
func minutes(clock string) int {
	var hour, minute int
	_, _ = fmt.Sscanf(clock, "%d:%d", &hour, &minute) // zero for a text that this package has not written
	return hour*60 + minute
}

// exactTime returns a time with its fraction of a second, and "" for the zero time.
func exactTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339Nano)
}
