package rollcall

import (
	"strings"
	"time"
	"unicode/utf8"
)

// Method is how a validation reaches a contact.
type Method string

// The methods. An Attestation is no message: somebody of the dealer's staff says that the person can be reached there.
const (
	SMS         Method = "sms"
	Email       Method = "email"
	Call        Method = "call"
	Attestation Method = "attestation"
)

// Methods lists every method by which a message can go, in the order of the contract.
func Methods() []Method { return []Method{SMS, Email, Call} }

// Point is one of the two ways to reach a contact.
type Point string

// The contact points.
const (
	PhonePoint Point = "phone"
	EmailPoint Point = "email"
)

// Points lists the contact points.
func Points() []Point { return []Point{PhonePoint, EmailPoint} }

// point returns the contact point that a message by the method goes to.
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
	PointPending       PointStatus = "pending"       // a validation is open
	PointConfirmed     PointStatus = "confirmed"     // and stays so while it is asked again
	PointStale         PointStatus = "stale"         // confirmed too long ago
	PointUndeliverable PointStatus = "undeliverable" // a provider refused the recipient for good
	PointOptedOut      PointStatus = "opted_out"     // the person wants no more messages there
	PointDeclined      PointStatus = "declined"      // the person said: this is not me
)

// PointStatuses lists every state of a contact point.
func PointStatuses() []PointStatus {
	return []PointStatus{
		PointUnconfirmed, PointPending, PointConfirmed, PointStale, PointUndeliverable, PointOptedOut, PointDeclined,
	}
}

// Proven reports whether somebody has confirmed the contact point, however long ago.
func (s PointStatus) Proven() bool { return s == PointConfirmed || s == PointStale }

// PointState is the state of one contact point. Method is that of the confirmation, or else of the latest validation since
// the value was given; empty where there was none. Confirmed is zero unless Status is PointConfirmed or PointStale.
type PointState struct {
	Status    PointStatus
	Method    Method
	Confirmed time.Time
}

// ValidationStatus is how far a validation came; package documentation draws the ways.
type ValidationStatus string

// The states of a validation.
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

// Open reports whether the person is still asked.
func (s ValidationStatus) Open() bool {
	return s == ValidationQueued || s == ValidationSent || s == ValidationDelivered
}

// AnswerWay is how a validation was answered; empty where it was not.
type AnswerWay string

// The ways of an answer.
const (
	ByLink        AnswerWay = "link"        // on the page behind the link
	ByReply       AnswerWay = "reply"       // by a text message
	ByCode        AnswerWay = "code"        // read out to somebody of the dealer's staff, or sent
	ByCall        AnswerWay = "call"        // by pressing a key
	ByAttestation AnswerWay = "attestation" // not by the person: the dealer's staff knows
)

// ValidationLife is how long a validation stays open.
const ValidationLife = 72 * time.Hour

// Failure is why a provider refused a message for good.
type Failure struct {
	Code, Message string
}

// Validation is one message to a contact point, to find out whether the person can be reached there. Times are UTC to
// the microsecond, and zero until what they are about has happened.
type Validation struct {
	Dealer  DealerID
	ID      ValidationID
	Site    SiteID
	Contact ContactID
	// ContactSeq is the place of the contact, which tells it from a later one with the same identifier.
	ContactSeq      int64
	Method          Method
	To              string // the number (E.164 where it can be read so) or address when it was asked for
	Text            string // the caller's own words; empty: the usual question
	Test            bool   // asked for with a test key, so it never reaches a person
	Status          ValidationStatus
	Attempts        int       // how often a provider was asked and answered
	Attempted       time.Time // when the first attempt began of those whose outcome nobody knows
	Provider        string    // who took it; empty until then
	Ref             string    // the provider's own name for the message; empty: it has none
	Failure         Failure
	Created         time.Time
	Sent            time.Time // when a provider took it
	Delivered       time.Time // when the provider said that it arrived
	Answered        time.Time // when it was confirmed or declined, the last time
	AnsweredBy      AnswerWay
	WrongCodes      int // how often somebody gave a code that was not its own
	Expires         time.Time
	NotBefore       time.Time // when it may leave, after quiet hours or under the limits; zero: at once
	Counted         time.Time // when it left, as the limits count it; zero: it is not counted
	LinkHash        Hash      // of the token at the end of its link; zero: it has none
	UnsubscribeHash Hash      // of the token of the link that stops e-mails; zero: it has none
	Attested        Point     // of an Attestation, which says so itself; empty for all others
}

// Point returns the contact point that the validation is about.
func (v *Validation) Point() Point {
	if v.Method == Attestation {
		return v.Attested
	}
	return v.Method.point()
}

// ValidationInput is what a caller asks for: both may be absent.
type ValidationInput struct {
	Method  Field[string]
	Message Field[string]
}

// Check returns what is wrong with the input for any contact, ValidationFailed with every field that breaks a rule, else
// nil.
func (in *ValidationInput) Check() error {
	var bad fieldErrors
	bad.text("method", in.Method, "", false, oneOf(Methods()))
	bad.text("message", in.Message, "", false, unchanged(checkMessage))
	return bad.err()
}

// State returns the state of a contact point.
func (c *Contact) State(p Point) *PointState {
	if p == EmailPoint {
		return &c.EmailState
	}
	return &c.PhoneState
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

// EventKind is what happened to a validation.
type EventKind string

// The kinds of events. But for the failed attempt and the reply, each is named as the state that the validation has then.
const (
	EventQueued        EventKind = "queued"
	EventAttemptFailed EventKind = "attempt_failed" // not taken this time; it is tried again
	EventSent          EventKind = "sent"
	EventDelivered     EventKind = "delivered"
	EventConfirmed     EventKind = "confirmed"
	EventDeclined      EventKind = "declined"
	EventExpired       EventKind = "expired"
	EventCanceled      EventKind = "canceled"
	EventFailed        EventKind = "failed"

	EventReplyNotUnderstood EventKind = "reply_not_understood" // a text message of the person, which may be a refusal
)

// ValidationEvent is one entry in the timeline of a validation.
type ValidationEvent struct {
	Dealer     DealerID
	Validation ValidationID
	Seq        int // the place in the timeline, from 1
	At         time.Time
	What       EventKind
	Way        AnswerWay // of an answer; else empty
	Actor      string    // as in AuditLine
	Code       string    // why, for programs; empty: nothing to say
	Reason     string    // why, in plain words
	Note       string    // of an attestation: what whoever made it wrote; of a reply: its text
	From       ContactID // of an attestation: whose confirmation it took over; else empty
}

// AttestationInput is what staff of a dealer say of a contact point that they know to be right. Note may be absent where
// From names a contact whose confirmation counts for this one too.
type AttestationInput struct {
	Point Field[string]
	Note  Field[string]
	From  Field[string]
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

// Check returns what is wrong with the input for any contact, and what it says.
func (in *AttestationInput) Check() (p Point, note string, from ContactID, err error) {
	var bad fieldErrors
	p = Point(bad.text("point", in.Point, "", true, oneOf(Points())))
	note = bad.text("note", in.Note, "", !in.From.Set, unchanged(checkNote))
	from = ContactID(bad.text("from_contact_id", in.From, "", false, unchanged(checkID)))
	return p, note, from, bad.err()
}

// CodeDigits is the length of the code by which a person confirms.
const CodeDigits = 6
