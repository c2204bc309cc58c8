package rollcall

import (
	"slices"
	"time"
)

// Calling says when, and in which order, a contact is called in an alarm.
type Calling struct {
	Position     int // place in the call list of the site, from 1
	Dispatch     Dispatch
	Availability []Hours   // when the contact is called; empty: always
	Absences     []Absence // when the contact is not called
	Effective    time.Time // from when the contact is on the call list; zero: always was
	Expires      time.Time // until when; zero: no end

	// HoursIgnored is true if there is an Availability that has no effect, since the site has no time zone. It is not stored with
	// the contact.
	HoursIgnored bool
}

func (c *Calling) clone() Calling {
	clone := *c
	clone.Availability, clone.Absences = slices.Clone(c.Availability), slices.Clone(c.Absences)
	return clone
}

// Dispatch says in which phase of an alarm a contact is called; empty: it follows the type of the contact.
type Dispatch string

// The phases in which a contact is called.
const (
	DispatchBefore Dispatch = "before" // to verify the alarm before anybody is dispatched
	DispatchAfter  Dispatch = "after"  // once somebody was dispatched
	DispatchBoth   Dispatch = "both"
	DispatchNever  Dispatch = "never"
)

// Dispatches returns every phase but the empty one, in the order of the contract.
func Dispatches() []Dispatch {
	return []Dispatch{DispatchBefore, DispatchAfter, DispatchBoth, DispatchNever}
}

// EffectiveDispatch returns the phase in which the contact is called: Dispatch, or that of the type.
func (c *Contact) EffectiveDispatch() Dispatch {
	switch {
	case c.Dispatch != "":
		return c.Dispatch
	case c.Type == "technician" || c.Type == "billing":
		return DispatchNever
	}
	return DispatchBoth
}

// Hours are the hours of some days of the week: from From to To, in minutes after midnight in the time zone of the site. If To is
// not after From, they end on the next day.
type Hours struct {
	Days     Days
	From, To int
}

// Days is a set of days of the week: bit 1<<d for the time.Weekday d.
type Days uint8

// Absence is a time in which a contact is not called: from From until To, which is after it. Times are UTC to the microsecond.
type Absence struct {
	From, To time.Time
	Note     string
}
