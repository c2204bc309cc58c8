package rollcall

import (
	"time"

	"example.org/rollcall/internal/rollcall/phone"
)

// SuppressionReason is why no messages are sent to a number or an address.
type SuppressionReason string

// The reasons.
const (
	ReasonStop        SuppressionReason = "stop"        // the person sent STOP, which applies to every dealer of the server
	ReasonUnsubscribe SuppressionReason = "unsubscribe" // the person unsubscribed from e-mails of the dealer
	ReasonManual      SuppressionReason = "manual"      // added by the dealer
)

// Suppression is a number or an address to which a dealer must not send messages. Deleting the contact does not delete it.
type Suppression struct {
	Dealer  DealerID
	ID      SuppressionID
	Point   PointKind
	Value   string // as it was given; empty after the erasure of a person with this value
	Hash    Hash   // keyed hash of Point and Value
	Reason  SuppressionReason
	Created time.Time
}

// Block says why a dealer must not send messages to a number or address: an opt-out for the whole server, a suppression of
// the dealer, or both.
type Block struct {
	Hash   Hash
	OptOut bool
	Own    bool
}

// SuppressionInput describes a new suppression.
type SuppressionInput struct {
	Point Field[string]
	Value Field[string]
}

// Apply sets the input on p: ValidationFailed.
func (in *SuppressionInput) Apply(p *Suppression) error {
	var bad fieldErrors
	p.Point = PointKind(bad.text("point", in.Point, "", true, oneOf(PointKinds())))
	rule := unchanged(checkPhone)
	if p.Point != PhonePoint {
		rule = emailRule
	}
	if p.Point == "" {
		rule = unchanged(func(string) *FieldError { return nil })
	}
	p.Value = bad.text("value", in.Value, "", true, rule)
	return bad.err()
}

// Dialed returns the number or address that the suppression blocks. A number without a country code is read in the country
// of the dealer, and an extension is left out.
func (p *Suppression) Dialed(dealer *Dealer) string {
	if p.Point == PhonePoint {
		number, _, _ := phone.Read(p.Value, dealer.Country)
		return (&Point{Kind: PhonePoint, Value: p.Value, E164: number}).Dial()
	}
	return p.Value
}
