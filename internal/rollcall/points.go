package rollcall

import (
	"time"

	"example.org/rollcall/internal/rollcall/mail"
	"example.org/rollcall/internal/rollcall/phone"
)

// PointKind is the kind of a contact point.
type PointKind string

// The contact points.
const (
	PhonePoint PointKind = "phone"
	EmailPoint PointKind = "email"
)

// PointKinds returns every kind of contact point.
func PointKinds() []PointKind { return []PointKind{PhonePoint, EmailPoint} }

// PointLabel says where a contact point is; empty: unknown.
type PointLabel string

// PointLabels returns every label but the empty one, in the order of the contract.
func PointLabels() []PointLabel { return []PointLabel{"mobile", "home", "work", "other"} }

// Point is a contact point: one phone or e-mail of a contact.
type Point struct {
	ID        PointID
	Kind      PointKind
	Value     string      // as given
	E164      PhoneNumber // Value without its extension in E.164; empty if it cannot be dialled, and for an e-mail
	Cause     phone.Cause // why Value cannot be dialled, or what is unusual about it; empty: nothing
	Extension string      // digits, * and #, and a comma for a pause; dialled after the number is answered; empty: none
	Label     PointLabel
	State     PointState
}

// PointStatus is the status of a contact point. The package documentation draws its changes.
type PointStatus string

// The statuses of a contact point.
const (
	PointUnconfirmed   PointStatus = "unconfirmed"
	PointPending       PointStatus = "pending"       // a validation is open
	PointConfirmed     PointStatus = "confirmed"     // and stays so during a new validation
	PointStale         PointStatus = "stale"         // confirmed too long ago
	PointUndeliverable PointStatus = "undeliverable" // a provider refused the recipient permanently
	PointOptedOut      PointStatus = "opted_out"     // the person wants no more messages
	PointDeclined      PointStatus = "declined"      // the person answered: this is not me
)

// PointStatuses returns every status of a contact point.
func PointStatuses() []PointStatus {
	return []PointStatus{
		PointUnconfirmed, PointPending, PointConfirmed, PointStale, PointUndeliverable, PointOptedOut, PointDeclined,
	}
}

// Proven reports whether the contact point was confirmed, no matter how long ago.
func (s PointStatus) Proven() bool { return s == PointConfirmed || s == PointStale }

// PointState is what is known about reaching a contact at one contact point. Method is the one that confirmed it, else the
// one of the latest validation of its value; empty if there was none. Confirmed is zero unless Status is PointConfirmed or
// PointStale.
type PointState struct {
	Status    PointStatus
	Method    Method
	Confirmed time.Time
	// Before is the status that an opted-out contact point would have without the opt-out: PointConfirmed, PointStale, or empty
	// for any other.
	Before PointStatus
}

// State returns the state of a contact point.
func (c *Contact) State(p PointKind) *PointState {
	if p == EmailPoint {
		return &c.EmailState
	}
	return &c.PhoneState
}

// Value returns the number or address of the contact point, and "" if the contact has none. A number is in E.164 if it can be.
func (c *Contact) Value(p PointKind) string {
	switch {
	case p == EmailPoint:
		return string(c.Email)
	case c.PhoneE164 != "":
		return string(c.PhoneE164)
	}
	return c.Phone
}

// Has reports whether value is a spelling of the value of the contact point.
func (c *Contact) Has(p PointKind, value string) bool { return SamePoint(p, c.Value(p), value) }

// SamePoint reports whether two values are spellings of one number or mailbox.
func SamePoint(p PointKind, a, b string) bool {
	return a == b || a != "" && b != "" && PointKey(p, a) == PointKey(p, b)
}

// PointKey returns the key that all spellings of the value of a contact point share.
func PointKey(p PointKind, value string) string {
	if p == EmailPoint {
		return mail.Key(value)
	}
	return phone.Key(value)
}

// FormerPoint is the last state of a value that a contact had before. Hash is a keyed hash of the value.
type FormerPoint struct {
	Point PointKind
	Hash  Hash
	State PointState
}

// OutlivesValue reports whether the state is stored as a FormerPoint when the value changes, so that it comes back with the
// value. Opt-outs come back through suppressions.
func (s PointStatus) OutlivesValue() bool {
	return s == PointConfirmed || s == PointStale || s == PointUndeliverable || s == PointDeclined
}
