package rollcall

import (
	"time"
)

// DeliveryReport is what a provider says, later, of a message that it took.
type DeliveryReport struct {
	Provider string
	Ref      string         // as in Receipt
	Failure  *DeliveryError // nil: it was delivered
	At       time.Time
}

// InboundMessage is a text message from a person.
type InboundMessage struct {
	Provider    string
	Ref         string // the provider's own name for it, by which a second copy is known
	From        PhoneNumber
	Text        string
	Keyword     Keyword
	AnswersStop bool // the provider answers the words of opting out by itself
}

// Keyword is what a provider says that a text message means, by the words that its customer chose there.
type Keyword string

// The keywords. Any other, and none, leaves it to the text.
const (
	KeywordStop  Keyword = "STOP"
	KeywordStart Keyword = "START"
	KeywordHelp  Keyword = "HELP"
)

// CallReply is what a person on the phone hears next.
type CallReply struct {
	Text     string
	Language string // en, es or fr
	Again    bool   // the person may press another key
}
