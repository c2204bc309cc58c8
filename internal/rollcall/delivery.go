package rollcall

import (
	"time"
)

// Route is a way to send messages.
type Route struct {
	Provider  string
	AnyNumber bool // true: the provider also takes numbers that are not in E.164
}

// Message is one message to a person. Text is complete: what the person reads or hears, including the link, the code and
// how to opt out.
type Message struct {
	Dealer     DealerID
	Validation ValidationID
	Method     Method
	To         string // a number or an address
	Extension  string // of a call: dialled after the number is answered: digits, * and #, and a comma for a pause; empty: none
	Text       string

	Subject     string    // of an e-mail
	Words       string    // identifies the wording of Text, without the link and the code
	Language    string    // of Text: en, es or fr
	From        string    // the dealer's name
	Code        string    // that the person can say, as in Text
	Link        string    // the page on which the person answers, as in Text; empty: none
	Button      string    // label of a button that opens Link
	Unsubscribe string    // URL for the one-click POST of RFC 8058; empty: none
	Before      time.Time // start of the first attempt, since which the provider may have the message; zero: this is the first attempt
}

// Receipt is a provider's answer to a message that it accepted.
type Receipt struct {
	Provider string
	Ref      string // the provider's identifier of the message; empty: it has none
}

// Outcome says what to do with a message that a provider refused.
type Outcome int

// The outcomes.
const (
	OutcomeRetry         Outcome = iota // try again later
	OutcomeUnreachable                  // fail the message: this recipient cannot be reached by this method
	OutcomeMisconfigured                // try again later: the provider refuses this server's account or settings, and the operator must act
	OutcomeRejected                     // fail the message, and leave the contact point as it is
)

// Suspicion says which repeated refusals point to a wrong configuration, although each single one may be about its own
// message.
type Suspicion int

// The suspicions. With SuspectNone, OutcomeMisconfigured alone points to a wrong configuration.
const (
	SuspectNone           Suspicion = iota
	SuspectOverRecipients           // refusals of messages to different recipients
	SuspectOverTexts                // refusals of messages with different texts
)

// DeliveryError is the error of a message that was not delivered. Its texts contain no secret and no recipient.
type DeliveryError struct {
	Outcome    Outcome
	Code       string // for programs, such as "unknown_number"
	Reason     string // for people
	RetryAfter time.Duration
	Suspect    Suspicion
	MaybeSent  bool // true: the provider may have accepted the message, but its answer was lost
}

// CodeNotInService is the Code of a call to a number that its network does not know.
const CodeNotInService = "number_not_in_service"

// Permanent reports whether the message must not be sent again.
func (e *DeliveryError) Permanent() bool {
	return e.Outcome == OutcomeUnreachable || e.Outcome == OutcomeRejected
}

func (e *DeliveryError) Error() string { return e.Code + ": " + e.Reason }

// PostponedError is the error of a message that must wait, because of quiet hours or a limit. It does not count as an
// attempt.
type PostponedError struct {
	Reason string
	After  time.Duration // when to try again
}

func (e *PostponedError) Error() string { return "the message must wait: " + e.Reason }

// CapturedMessage is a message that was stored instead of sent.
type CapturedMessage struct {
	Message
	Seq int64 // its place among those of the dealer
	At  time.Time
}
