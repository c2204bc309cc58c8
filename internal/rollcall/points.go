package rollcall

import (
	"time"

	"example.org/rollcall/internal/rollcall/mail"
	"example.org/rollcall/internal/rollcall/phone"
)

// Value returns what a message to the contact point goes to; empty where there is none.
func (c *Contact) Value(p Point) string {
	switch {
	case p == EmailPoint:
		return string(c.Email)
	case c.PhoneE164 != "":
		return string(c.PhoneE164)
	}
	return c.Phone
}

// Has reports whether the value, in any spelling, is the value of the contact point.
func (c *Contact) Has(p Point, value string) bool { return SamePoint(p, c.Value(p), value) }

// SamePoint reports whether two values are spellings of one number or mailbox.
func SamePoint(p Point, a, b string) bool {
	return a == b || a != "" && b != "" && PointKey(p, a) == PointKey(p, b)
}

// PointKey returns what all spellings of a contact point's value share.
func PointKey(p Point, value string) string {
	if p == EmailPoint {
		return mail.Key(value)
	}
	return phone.Key(value)
}

// LinkState returns what an answer to the validation meets now. A test validation changes no contact, so it goes by its own
// answer.
func (v *Validation) LinkState(c *Contact, now time.Time) LinkState {
	status := c.State(v.Point()).Status
	switch {
	case !now.Before(v.Expires):
		return LinkExpired
	case !c.Has(v.Point(), v.To):
		return LinkReplaced
	case v.Status.Open():
		return LinkOpen
	case v.Test && v.Status == ValidationConfirmed:
		return LinkConfirmed
	case v.Test && v.Status == ValidationDeclined:
		return LinkDeclined
	case v.Test:
		return LinkOpen
	case status == PointDeclined:
		return LinkDeclined
	case status.Proven(), status == PointOptedOut && v.Status == ValidationConfirmed:
		return LinkConfirmed
	case status == PointOptedOut && v.Status == ValidationDeclined:
		return LinkDeclined
	}
	return LinkOpen
}

// FormerPoint is a value that a contact once had, as its keyed hash, with its last state.
type FormerPoint struct {
	Point Point
	Hash  Hash
	State PointState
}

// OutlivesValue reports whether a state outlives its value. An unconfirmed value has nothing to keep, and the validation of a
// pending one is canceled. Suppressions say what is opted out.
func (s PointStatus) OutlivesValue() bool {
	return s == PointConfirmed || s == PointStale || s == PointUndeliverable || s == PointDeclined
}
