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
// one of the latest validation of its value; empty if there was none. Confirmed is zero unless Status, or Before, is
// PointConfirmed or PointStale.
type PointState struct {
	Status    PointStatus
	Method    Method
	Confirmed time.Time
	// Before is the status that an opted-out contact point would have without the opt-out: PointConfirmed, PointStale, or empty
	// for any other.
	Before PointStatus
	// NotInService says that a call to the phone failed with CodeNotInService, and that nothing was delivered there or answered
	// since. Call lists skip such a phone as not dialable, whatever its Status. Always false for an e-mail.
	NotInService bool
}

// ConfirmedAt returns when the contact point was confirmed, the zero time unless Status says that it was.
func (s PointState) ConfirmedAt() time.Time {
	if !s.Status.Proven() {
		return time.Time{}
	}
	return s.Confirmed
}

// With returns the state with another status, which is not one of a confirmation, and method. An opt-out keeps the confirmation in
// Before.
func (s PointState) With(status PointStatus, method Method) PointState {
	next := PointState{Status: status, Method: method, NotInService: s.NotInService}
	switch {
	case status != PointOptedOut:
	case s.Status.Proven():
		next.Before, next.Confirmed = s.Status, s.Confirmed
	default:
		next.Before, next.Confirmed = s.Before, s.Confirmed
	}
	return next
}

// Dial returns where messages and calls to the contact point go: an e-mail as given, a phone without its extension, in E.164 if it
// can be.
func (p *Point) Dial() string {
	switch {
	case p.Kind == EmailPoint:
		return p.Value
	case p.E164 != "":
		return string(p.E164)
	}
	number, _ := phone.SplitExtension(p.Value)
	return number
}

// Key returns what all spellings of the value share. It does not cover the extension.
func (p *Point) Key() string { return PointKey(p.Kind, p.Dial()) }

// Identity returns what all spellings of the contact point share within a contact: its kind, Key and extension. It holds the
// value.
func (p *Point) Identity() string { return identityOf(p.Kind, p.Dial(), p.Extension) }

func identityOf(kind PointKind, dial, extension string) string {
	return string(kind) + " " + PointKey(kind, dial) + " " + extension
}

// ReadPhone sets E164 and Cause of a phone, and Extension if one is written in Value. It reads Value as it is dialled in the
// country, which may be empty.
func (p *Point) ReadPhone(country string) {
	if p.Kind != PhonePoint {
		return
	}
	var extension string
	if p.E164, extension, p.Cause = phone.Read(p.Value, country); extension != "" {
		p.Extension = extension
	}
}

// ReadPoint reads a phone or e-mail in any spelling, a phone as it is dialled in the country, which may be empty. It returns what is
// wrong with the value, nil if nothing is.
func ReadPoint(kind PointKind, value, country string) (Point, *FieldError) {
	p := Point{Kind: kind, Value: value}
	if kind == EmailPoint {
		var e *FieldError
		p.Value, e = emailRule(value)
		return p, e
	}
	if e := checkPhone(value); e != nil {
		return p, e
	}
	p.ReadPhone(country)
	return p, nil
}

// writtenExtension returns the extension that is written in a phone, empty if there is none.
func writtenExtension(value string) string {
	_, extension := phone.SplitExtension(value)
	return extension
}

// First returns the first contact point of a kind, nil if there is none.
func (c *Contact) First(kind PointKind) *Point {
	for i := range c.Points {
		if c.Points[i].Kind == kind {
			return &c.Points[i]
		}
	}
	return nil
}

// PointByID returns the contact point with the id, nil if there is none.
func (c *Contact) PointByID(id PointID) *Point {
	for i := range c.Points {
		if c.Points[i].ID == id {
			return &c.Points[i]
		}
	}
	return nil
}

// PointWith returns the first contact point of a kind with the value in any spelling, nil if there is none. It ignores extensions.
func (c *Contact) PointWith(kind PointKind, value string) *Point {
	for i := range c.Points {
		if p := &c.Points[i]; p.Kind == kind && SamePoint(kind, p.Dial(), value) {
			return p
		}
	}
	return nil
}

// pointLike returns the contact point with the Identity of p, nil if there is none.
func (c *Contact) pointLike(p *Point) *Point {
	return c.pointWith(p.Identity())
}

// pointWith returns the contact point with this Identity, nil if there is none.
func (c *Contact) pointWith(identity string) *Point {
	for i := range c.Points {
		if c.Points[i].Identity() == identity {
			return &c.Points[i]
		}
	}
	return nil
}

// State returns the state of the first contact point of the kind, and that of an unconfirmed one if there is none.
func (c *Contact) State(kind PointKind) *PointState {
	if p := c.First(kind); p != nil {
		return &p.State
	}
	return &PointState{Status: PointUnconfirmed}
}

// Value returns where messages to the first contact point of the kind go, and "" if there is none.
func (c *Contact) Value(kind PointKind) string {
	if p := c.First(kind); p != nil {
		return p.Dial()
	}
	return ""
}

// Has reports whether value is a spelling of the first contact point of the kind.
func (c *Contact) Has(kind PointKind, value string) bool {
	return SamePoint(kind, c.Value(kind), value)
}

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

// PointOf returns the contact point with the number or address and extension that the validation was sent to, nil if the contact
// has none. It is the one with the id of the validation, unless the value has moved to another one since.
func (c *Contact) PointOf(v *Validation) *Point {
	identity := identityOf(v.Kind, v.To, v.Extension)
	if p := c.PointByID(v.Point); p != nil && p.Identity() == identity {
		return p
	}
	return c.pointWith(identity)
}

// FieldOf returns the name of the field that has the value of p, one of the points of c: phone or email for the first of its kind.
func (c *Contact) FieldOf(p *Point) string {
	if p == c.First(p.Kind) {
		return string(p.Kind)
	}
	i := 0
	for i < len(c.Points)-1 && &c.Points[i] != p {
		i++
	}
	return pointField(i, "value")
}

// FormerPoint is the last state of a value that a contact had before. Hash is a keyed hash of the value and its extension.
type FormerPoint struct {
	Point PointKind
	Hash  Hash
	State PointState
}

// Former returns the state that is stored as a FormerPoint when the value changes, so that it comes back with the value, and false
// if there is nothing to store. Opt-outs come back through suppressions.
func (s PointState) Former() (PointState, bool) {
	switch s.Status {
	case PointConfirmed, PointStale, PointUndeliverable, PointDeclined:
		return s, true
	case PointOptedOut:
		if s.Before != "" {
			return PointState{Status: s.Before, Method: s.Method, Confirmed: s.Confirmed, NotInService: s.NotInService}, true
		}
	}
	return s.With(PointUnconfirmed, ""), s.NotInService
}
