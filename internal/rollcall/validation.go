package rollcall

import "time"

// Method is how a validation reaches a contact.
type Method string

// The methods.
const (
	SMS   Method = "sms"
	Email Method = "email"
	Call  Method = "call"
)

// Methods lists every method, in the order of the contract.
func Methods() []Method { return []Method{SMS, Email, Call} }

// Point is one of the two ways to reach a contact.
type Point string

// The contact points.
const (
	PhonePoint Point = "phone"
	EmailPoint Point = "email"
)

// point returns the contact point that the method goes to.
func (m Method) point() Point {
	if m == Email {
		return EmailPoint
	}
	return PhonePoint
}

// PointStatus is what is known of reaching a contact at one point.
type PointStatus string

// The states of a contact point.
const (
	PointUnconfirmed   PointStatus = "unconfirmed"
	PointPending       PointStatus = "pending"
	PointUndeliverable PointStatus = "undeliverable"
)

// PointState is the state of one contact point. Method is empty where no validation was sent since the value was given.
type PointState struct {
	Status PointStatus
	Method Method
}

// ValidationStatus is how far a validation came; package documentation draws the ways.
type ValidationStatus string

// The states of a validation.
const (
	ValidationQueued   ValidationStatus = "queued"
	ValidationSent     ValidationStatus = "sent"
	ValidationFailing  ValidationStatus = "failed"
	ValidationCanceled ValidationStatus = "canceled"
	ValidationExpired  ValidationStatus = "expired"
)

// ValidationLife is how long a validation stays open.
const ValidationLife = 72 * time.Hour

// Failure is why a provider refused a message for good.
type Failure struct {
	Code, Message string
}

// Validation is one message to a contact point, to find out whether the person can be reached there. Times are UTC to
// the microsecond; Sent is zero until a provider took the message.
type Validation struct {
	Dealer  DealerID
	ID      ValidationID
	Site    SiteID
	Contact ContactID
	// ContactSeq is the place of the contact, which tells it from a later one with the same identifier.
	ContactSeq int64
	Method     Method
	To         string // the number (E.164 where it can be read so) or address when it was asked for
	Text       string // what the person reads
	Test       bool   // asked for with a test key, so it never reaches a person
	Status     ValidationStatus
	Attempts   int    // how often a provider was asked
	Provider   string // who took it; empty until then
	Failure    Failure
	Created    time.Time
	Sent       time.Time
	Expires    time.Time
}

// Point returns the contact point that the validation goes to.
func (v *Validation) Point() Point { return v.Method.point() }

// ValidationInput is what a caller asks for: both may be absent.
type ValidationInput struct {
	Method  Field[string]
	Message Field[string]
}

// Check returns what is wrong with the input for any contact, ValidationFailed with every field that breaks a rule, else
// nil.
func (in *ValidationInput) Check() error {
	var bad problems
	bad.text("method", in.Method, "", false, oneOf(Methods()))
	bad.text("message", in.Message, "", false, asGiven(checkMessage))
	return bad.err()
}
