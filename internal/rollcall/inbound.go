package rollcall

import (
	"time"
)

// DeliveryReport is a provider's later report about a message that it accepted.
type DeliveryReport struct {
	Provider string
	Ref      string         // as in Receipt
	Failure  *DeliveryError // nil: it was delivered
	At       time.Time
}

// InboundMessage is a text message that a person sent.
type InboundMessage struct {
	Provider    string
	Ref         string // the provider's identifier, which finds duplicates
	From        PhoneNumber
	Text        string
	Keyword     Keyword
	AnswersStop bool // true: the provider itself answers STOP and similar words
}

// Keyword is a provider's own reading of a text message, by the words that the operator configured there.
type Keyword string

// The keywords. Any other value has no meaning.
const (
	KeywordStop  Keyword = "STOP"
	KeywordStart Keyword = "START"
	KeywordHelp  Keyword = "HELP"
)

// CallReply is what a person in a call hears next.
type CallReply struct {
	Text     string
	Language string // en, es or fr
	Again    bool   // true: the person may press another key
}
