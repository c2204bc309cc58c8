package rollcall

import (
	"strings"
	"time"
	"unicode/utf8"
)

// Method is how a contact is asked.
type Method string

// The methods. An Attestation sends no message: staff of the dealer state that the person can be reached.
const (
	SMS         Method = "sms"
	Email       Method = "email"
	Call        Method = "call"
	Attestation Method = "attestation"
)

// Methods returns every method that sends a message, in the order of the contract.
func Methods() []Method { return []Method{SMS, Email, Call} }

// Kind returns the kind of contact point that the method reaches.
func (m Method) Kind() PointKind {
	if m == Email {
		return EmailPoint
	}
	return PhonePoint
}

// ValidationStatus is the status of a validation. The package documentation draws its changes.
type ValidationStatus string

// The statuses of a validation.
const (
	ValidationQueued    ValidationStatus = "queued"
	ValidationSent      ValidationStatus = "sent"
	ValidationDelivered ValidationStatus = "delivered"
	ValidationConfirmed ValidationStatus = "confirmed"
	ValidationDeclined  ValidationStatus = "declined"
	ValidationExpired   ValidationStatus = "expired"
	ValidationCanceled  ValidationStatus = "canceled"
	ValidationFailing   ValidationStatus = "failed"
)

// Open reports whether the validation waits for an answer.
func (s ValidationStatus) Open() bool {
	return s == ValidationQueued || s == ValidationSent || s == ValidationDelivered
}

// AnswerWay is how a validation was answered; empty: not answered.
type AnswerWay string

// The ways to answer.
const (
	ByLink        AnswerWay = "link"        // on the page behind the link
	ByReply       AnswerWay = "reply"       // by text message
	ByCode        AnswerWay = "code"        // read out to staff of the dealer, or sent by text message
	ByCall        AnswerWay = "call"        // by pressing a key in a call
	ByAttestation AnswerWay = "attestation" // not by the person, but by staff of the dealer
)

// ValidationLife is how long a validation stays open.
const ValidationLife = 72 * time.Hour

// Failure is why a validation failed. Code is for programs, Message for people.
type Failure struct {
	Code, Message string
}

// Validation is one message to a contact point, which asks whether the person can be reached there. Times are UTC to the
// microsecond, and zero for what has not happened yet.
type Validation struct {
	Dealer  DealerID
	ID      ValidationID
	Site    SiteID
	Contact ContactID
	// ContactSeq is the Seq of the contact, which distinguishes it from a later one with the same identifier.
	ContactSeq      int64
	Point           PointID // the contact point that it was requested for
	Kind            PointKind
	Method          Method
	To              string // the number (in E.164 if possible) or address when the validation was requested
	Extension       string // that of the phone then
	Text            string // the caller's own text; empty: the default text
	Status          ValidationStatus
	Attempts        int       // attempts that a provider answered
	Attempted       time.Time // start of the first attempt whose outcome is unknown
	Provider        string    // that accepted the message; empty until then
	Ref             string    // the provider's identifier of the message; empty: it has none
	Failure         Failure
	Created         time.Time
	Sent            time.Time // when a provider accepted the message
	Delivered       time.Time // when the provider reported delivery
	Answered        time.Time // when it was last confirmed or declined
	AnsweredBy      AnswerWay
	WrongCodes      int // number of wrong codes that were tried
	Expires         time.Time
	NotBefore       time.Time  // when the message may be sent, after quiet hours and limits; zero: at once
	Counted         time.Time  // when the limits counted the message; zero: not counted
	LinkHash        Hash       // of the token in its link; zero: it has no link
	UnsubscribeHash Hash       // of the token in its unsubscribe link; zero: it has none
	RollCall        RollCallID // that asked; empty: none
}

// ValidationInput describes a new validation. All fields are optional.
type ValidationInput struct {
	Method  Field[string]
	PointID Field[string]
	Message Field[string]
}

// Check checks what does not depend on the contact: ValidationFailed.
func (in *ValidationInput) Check() error {
	var bad fieldErrors
	bad.text("method", in.Method, "", false, oneOf(Methods()))
	bad.text("point_id", in.PointID, "", false, unchanged(checkID))
	bad.text("message", in.Message, "", false, unchanged(checkMessage))
	return bad.err()
}

// CodeInput is a code that a person read out.
type CodeInput struct {
	Code Field[string]
}

// Check returns the digits of the code, which may be written with spaces and dashes: ValidationFailed.
func (in *CodeInput) Check() (code string, err error) {
	var bad fieldErrors
	code = bad.text("code", in.Code, "", true, func(s string) (string, *FieldError) {
		s = strings.NewReplacer(" ", "", "-", "").Replace(s)
		if len(s) != CodeDigits || strings.Trim(s, "0123456789") != "" {
			return s, invalid("must be the six digits of the message")
		}
		return s, nil
	})
	return code, bad.err()
}

// BelongsTo reports whether the validation was sent to this contact, and not to another one with the same identifier.
func (v *Validation) BelongsTo(c *Contact) bool { return v.Site == c.Site && v.ContactSeq == c.Seq }

// EventKind is the kind of a ValidationEvent.
type EventKind string

// The kinds of events. Except for the failed attempt and the reply, each is named after the new status of the validation.
const (
	EventQueued        EventKind = "queued"
	EventAttemptFailed EventKind = "attempt_failed" // it will be tried again
	EventSent          EventKind = "sent"
	EventDelivered     EventKind = "delivered"
	EventConfirmed     EventKind = "confirmed"
	EventDeclined      EventKind = "declined"
	EventExpired       EventKind = "expired"
	EventCanceled      EventKind = "canceled"
	EventFailed        EventKind = "failed"

	EventReplyNotUnderstood EventKind = "reply_not_understood" // a text message from the person
)

// ValidationEvent is one entry in the timeline of a validation.
type ValidationEvent struct {
	Dealer     DealerID
	Validation ValidationID
	Seq        int // position in the timeline, from 1
	At         time.Time
	What       EventKind
	Way        AnswerWay // of an answer; empty for other events
	Actor      string    // as in the audit: a KeyID, or one of the actors there
	Code       string    // reason, for programs; empty: none
	Reason     string    // reason, for people
	Note       string    // note of an attestation, or text of a reply
	From       ContactID // of an attestation: the contact whose confirmation it copies; else empty
}

// AttestationInput is a statement of a dealer's staff that a contact point is right: the one with PointID, else the first one of the
// kind in Point. It needs a Note, or From: a contact with the same value, whose confirmation it copies.
type AttestationInput struct {
	Point   Field[string]
	PointID Field[string]
	Note    Field[string]
	From    Field[string]
}

const noteMax = 500 // characters

func checkNote(s string) *FieldError {
	switch p := checkText(strings.ReplaceAll(s, "\r\n", "\n"), "\n\t"); {
	case p != nil:
		return p
	case utf8.RuneCountInString(s) > noteMax:
		return tooLong(noteMax)
	case isBlank(s):
		return missing("must not be blank; say how you know")
	}
	return nil
}

// Check checks what does not depend on the contact: ValidationFailed.
func (in *AttestationInput) Check() error {
	var bad fieldErrors
	bad.text("point", in.Point, "", !in.PointID.Set, oneOf(PointKinds()))
	bad.text("point_id", in.PointID, "", false, unchanged(checkID))
	bad.text("note", in.Note, "", !in.From.Set, unchanged(checkNote))
	bad.text("from_contact_id", in.From, "", false, unchanged(checkID))
	return bad.err()
}

// CodeDigits is the number of digits of a code.
const CodeDigits = 6
