package rollcall

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Phase is the part of an alarm for which a call list is made.
type Phase string

// The phases of an alarm.
const (
	PhaseBefore Phase = "before" // the alarm is verified, nobody has been dispatched yet
	PhaseAfter  Phase = "after"  // somebody has been dispatched
)

// Phases returns every phase, in the order of the contract.
func Phases() []Phase { return []Phase{PhaseBefore, PhaseAfter} }

// covers reports whether a contact with this dispatch is called in the phase.
func (d Dispatch) covers(phase Phase) bool { return d == DispatchBoth || string(d) == string(phase) }

// SkipReason says why a phone is not called.
type SkipReason string

// The reasons, in the order in which they are tested.
const (
	SkipNotEffectiveYet SkipReason = "not_effective_yet"
	SkipExpired         SkipReason = "expired"
	SkipNeverCalled     SkipReason = "never_called"
	SkipOtherPhase      SkipReason = "other_phase"
	SkipAbsent          SkipReason = "absent"
	SkipOutsideHours    SkipReason = "outside_hours"
	SkipNoPhone         SkipReason = "no_phone"
	SkipNotDialable     SkipReason = "not_dialable"
	SkipDeclined        SkipReason = "declined"
	SkipDuplicate       SkipReason = "duplicate"
)

// SkipReasons returns every reason, in the order in which they are tested.
func SkipReasons() []SkipReason {
	return []SkipReason{
		SkipNotEffectiveYet, SkipExpired, SkipNeverCalled, SkipOtherPhase, SkipAbsent, SkipOutsideHours, SkipNoPhone,
		SkipNotDialable, SkipDeclined, SkipDuplicate,
	}
}

// CallList says whom to call at a moment of an alarm. Every phone of every contact is in one of the lists.
type CallList struct {
	Calls   []PhoneCall    // in the order in which to call
	Skipped []SkippedPhone // in the order of the contacts and their points
}

// PhoneCall is a phone to call. Contact and Point point into the contacts that CallListAt was given.
type PhoneCall struct {
	Order   int // place in the list, from 1
	Contact *Contact
	Point   *Point
}

// SkippedPhone is a phone that is not called, or a contact without a phone. Contact and Point point into the contacts that
// CallListAt was given.
type SkippedPhone struct {
	Contact *Contact
	Point   *Point // nil: the contact has no phone
	Reason  SkipReason
	Message string // Reason as a dispatcher says it, such as: on call mon–fri 08:00–17:00
}

// CallListAt returns the call list of a site. contacts are the contacts of the site that are not deleted, in the order of their
// positions. A phone to which messages fail is called after the other phones of its contact.
//
// If several reasons keep a phone off the list, it has the first one of SkipReasons. Hours are ignored if the time zone of the
// site is unknown.
func CallListAt(site *Site, contacts []Contact, at time.Time, phase Phase) CallList {
	m := moment{at: at, phase: phase, place: site.Location()}
	var list CallList
	called := map[number]PhoneCall{}
	for i := range contacts {
		c := &contacts[i]
		reason, message := m.skips(c)
		if !c.hasPhone() {
			if reason == "" {
				reason, message = SkipNoPhone, "has no phone"
			}
			list.Skipped = append(list.Skipped, SkippedPhone{Contact: c, Reason: reason, Message: message})
			continue
		}
		first := len(list.Skipped)
		for _, p := range c.phonesInCallOrder() {
			reason, message := reason, message
			if reason == "" {
				reason, message = p.skipped()
			}
			before, duplicate := called[p.number()]
			if reason == "" && duplicate {
				reason, message = SkipDuplicate, "the same number as call "+strconv.Itoa(before.Order)+", "+before.Contact.Name()
			}
			if reason != "" {
				list.Skipped = append(list.Skipped, SkippedPhone{Contact: c, Point: p, Reason: reason, Message: message})
				continue
			}
			call := PhoneCall{Order: len(list.Calls) + 1, Contact: c, Point: p}
			list.Calls = append(list.Calls, call)
			called[p.number()] = call
		}
		c.sortByPoint(list.Skipped[first:])
	}
	return list
}

// sortByPoint sorts skipped phones of the contact into the order of its points.
func (c *Contact) sortByPoint(skipped []SkippedPhone) {
	place := func(s SkippedPhone) int {
		for i := range c.Points {
			if &c.Points[i] == s.Point {
				return i
			}
		}
		return len(c.Points)
	}
	slices.SortStableFunc(skipped, func(a, b SkippedPhone) int { return place(a) - place(b) })
}

// number is what the spellings of one phone share. A number with another extension is another phone.
type number struct {
	e164      PhoneNumber
	extension string
}

func (p *Point) number() number { return number{p.E164, p.Extension} }

// Dialable reports whether a call to the phone can ring anywhere.
func (p *Point) Dialable() bool {
	return p.Kind == PhonePoint && p.E164 != "" && !p.State.NotInService
}

// skipped returns why the phone is not called, whoever has it and whenever; "" if it is called.
func (p *Point) skipped() (SkipReason, string) {
	switch {
	case p.E164 == "":
		advice, _, _ := strings.Cut(PhoneAdvice(p.Cause), ";")
		return SkipNotDialable, "cannot be dialled: it " + advice
	case !p.Dialable():
		return SkipNotDialable, "the number is not in service"
	case p.State.Status == PointDeclined:
		return SkipDeclined, "somebody else answered there"
	}
	return "", ""
}

// Name returns the first and the last name.
func (c *Contact) Name() string { return strings.TrimSpace(c.FirstName + " " + c.LastName) }

func (c *Contact) hasPhone() bool {
	return slices.ContainsFunc(c.Points, func(p Point) bool { return p.Kind == PhonePoint })
}

// phonesInCallOrder returns the phones in the order in which to call them: those to which messages fail come last.
func (c *Contact) phonesInCallOrder() []*Point {
	phones := make([]*Point, 0, len(c.Points))
	for _, last := range []bool{false, true} {
		for i := range c.Points {
			if p := &c.Points[i]; p.Kind == PhonePoint && (p.State.Status == PointUndeliverable) == last {
				phones = append(phones, p)
			}
		}
	}
	return phones
}

// moment is the moment of a call list, and the phase of the alarm.
type moment struct {
	at    time.Time
	phase Phase
	place *time.Location // nil: unknown
}

// skips returns why none of the contact's phones is called, and "" if they are.
func (m *moment) skips(c *Contact) (SkipReason, string) {
	if reason := c.offListAt(m.at); reason != "" {
		switch {
		case reason == SkipNotEffectiveYet:
			return reason, "on the call list from " + m.clock(c.Effective)
		case reason == SkipExpired:
			return reason, "on the call list until " + m.clock(c.Expires)
		case c.Dispatch == "":
			return reason, "a " + string(c.Type) + " contact, never called in an alarm"
		}
		return reason, "never called in an alarm"
	}
	if dispatch := c.EffectiveDispatch(); !dispatch.covers(m.phase) {
		return SkipOtherPhase, "called only " + string(dispatch) + " dispatch"
	}
	if back, note := c.AwayUntil(m.at); !back.IsZero() {
		message := "away until " + m.clock(back)
		if note != "" {
			message += ": " + note
		}
		return SkipAbsent, message
	}
	if m.place != nil && !c.availableAt(m.at.In(m.place)) {
		return SkipOutsideHours, "on call " + c.availabilityText()
	}
	return "", ""
}

// clock returns a time as people at the site read it, and in UTC if the time zone of the site is unknown.
func (m *moment) clock(t time.Time) string {
	if m.place == nil {
		return t.UTC().Format("2 Jan 2006, 15:04 UTC")
	}
	return t.In(m.place).Format("2 Jan 2006, 15:04")
}

// offListAt returns why the contact is not on the call list of either phase, and "" if it is. It ignores absences.
func (c *Contact) offListAt(at time.Time) SkipReason {
	switch {
	case at.Before(c.Effective): // the zero time is before every other
		return SkipNotEffectiveYet
	case !c.Expires.IsZero() && !at.Before(c.Expires):
		return SkipExpired
	case c.EffectiveDispatch() == DispatchNever:
		return SkipNeverCalled
	}
	return ""
}

// absenceAt returns the first absence that a moment is in, and nil if there is none.
func (c *Calling) absenceAt(at time.Time) *Absence {
	for i := range c.Absences {
		if a := &c.Absences[i]; !at.Before(a.From) && at.Before(a.To) {
			return a
		}
	}
	return nil
}

// AwayUntil returns when the contact is back from the absence that a moment is in, and from the absences that follow it without a
// break, and the note of that absence. It returns the zero time if the contact is not absent.
func (c *Calling) AwayUntil(at time.Time) (back time.Time, note string) {
	absence := c.absenceAt(at)
	if absence == nil {
		return time.Time{}, ""
	}
	for next := absence; next != nil; next = c.absenceAt(back) {
		back = next.To
	}
	return back, absence.Note
}

// availableAt reports whether the contact is called at the local time of a site.
func (c *Calling) availableAt(local time.Time) bool {
	return len(c.Availability) == 0 || slices.ContainsFunc(c.Availability, func(h Hours) bool { return h.contains(local) })
}

// availabilityText returns the hours as staff say them.
func (c *Calling) availabilityText() string {
	all := make([]string, len(c.Availability))
	for i, h := range c.Availability {
		all[i] = h.String()
	}
	return strings.Join(all, "; ")
}

// codeTimezoneMissing is the code of the warning about hours at a site whose time zone is unknown.
const codeTimezoneMissing = "timezone_missing"

// warnings returns a warning if the hours of the contact are ignored, and nil otherwise.
func (c *Calling) warnings() []Warning {
	if !c.HoursIgnored {
		return nil
	}
	return []Warning{{
		Field: "availability", Code: codeTimezoneMissing,
		Message: "is ignored, since the site has no time zone; set the timezone of the site, such as America/New_York",
	}}
}

// Location returns the time zone of the site, and nil if it is unknown. It may read a file.
func (s *Site) Location() *time.Location {
	if s.Timezone == "" {
		return nil
	}
	place, err := time.LoadLocation(s.Timezone)
	if err != nil {
		return nil
	}
	return place
}
