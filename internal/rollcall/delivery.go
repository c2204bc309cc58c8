package rollcall

import (
	"time"
)

// Route is the way of a message.
type Route struct {
	Provider  string
	AnyNumber bool // true: takes numbers that cannot be dialled, too
}

// Message is one message on its way to a person. Text is whole: what a person reads, or hears, with the link, the code
// and how to opt out in it.
type Message struct {
	Dealer     DealerID
	Validation ValidationID
	Method     Method
	To         string // a number or an address
	Text       string
	Test       bool

	Subject     string    // of an e-mail
	Words       string    // tells Text from other texts, whatever the link and the code of this message
	Language    string    // of Text: en, es or fr
	From        string    // the dealer's name
	Link        string    // as it stands in Text: the page where the person answers; empty: none
	Button      string    // what a button that leads to Link says
	Unsubscribe string    // an address that takes the one-click POST of RFC 8058; empty: none
	Before      time.Time // when the first attempt began, since when the provider may have it; zero: this is the first
}

// Receipt is what a provider says of a message that it took.
type Receipt struct {
	Provider string
	Ref      string // the provider's own name for the message; empty: it has none
}

// Outcome is what a refused message comes to.
type Outcome int

// The outcomes of a message that was not taken.
const (
	Later       Outcome = iota // try again
	Never                      // this recipient cannot be reached this way
	SetupRefuse                // the provider does not accept us; the operator must act, then it is tried again
	Rejected                   // this message has failed; the contact point stays as it was
)

// Suspicion says when refusals are the fault of the set-up, although each may be about its own message alone.
type Suspicion int

// The suspicions. With Unsuspected, a SetupRefuse is the fault of the set-up at once, and other outcomes never are.
const (
	Unsuspected    Suspicion = iota
	OverRecipients           // when they repeat for different recipients
	OverTexts                // when they repeat for different texts
)

// Undelivered is why a message was not taken. Its texts hold neither secrets nor the recipient.
type Undelivered struct {
	Outcome    Outcome
	Code       string // for programs, such as "unknown_number"
	Reason     string // in plain words
	RetryAfter time.Duration
	Suspect    Suspicion
	Unknown    bool // the provider may have taken the message all the same
}

// Final reports whether the message is never tried again.
func (u *Undelivered) Final() bool { return u.Outcome == Never || u.Outcome == Rejected }

func (u *Undelivered) Error() string { return u.Code + ": " + u.Reason }

// NotYet is why a message may not leave yet: quiet hours, or a limit. It is no attempt.
type NotYet struct {
	Reason string
	After  time.Duration // when to try again
}

func (n *NotYet) Error() string { return "the message may not leave yet: " + n.Reason }

// CapturedMessage is a message that was kept instead of sent.
type CapturedMessage struct {
	Message
	At time.Time
}
