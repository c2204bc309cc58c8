package rollcall

import (
	"time"

	"example.org/rollcall/internal/rollcall/phone"
)

// SuppressionReason is why nothing is sent to a number or an address.
type SuppressionReason string

// The reasons.
const (
	ReasonStop        SuppressionReason = "stop"        // the person said STOP, which counts for every dealer of the server
	ReasonUnsubscribe SuppressionReason = "unsubscribe" // the person wants no more e-mails of the dealer
	ReasonManual      SuppressionReason = "manual"      // the dealer's own
)

// Suppression is a number or an address to which a dealer may not send. It outlives the contact.
type Suppression struct {
	Dealer  DealerID
	ID      SuppressionID
	Point   Point
	Value   string // as it was given; empty once a person who had it was erased
	Hash    Hash   // of point and value, keyed with a server secret
	Reason  SuppressionReason
	Created time.Time
}

// Block is why a dealer may not send to a number or address: by an opt-out of the server, by suppressions of its own, or
// both.
type Block struct {
	Hash   Hash
	OptOut bool
	Own    bool
}

// CountryHour is how many messages of a dealer to the phones of a country were counted in the hour that begins with Hour,
// and how many of them were confirmed since: in all, or to one range of numbers.
type CountryHour struct {
	Country   string
	Range     Hash // of the range, keyed with a server secret; zero: the country as a whole
	Hour      time.Time
	Sent      int
	Confirmed int
}

// SuppressionInput is a number or an address to which nothing is to be sent.
type SuppressionInput struct {
	Point Field[string]
	Value Field[string]
}

// Apply puts the input over p and returns every field that breaks a rule.
func (in *SuppressionInput) Apply(p *Suppression) error {
	var bad fieldErrors
	p.Point = Point(bad.text("point", in.Point, "", true, oneOf([]Point{PhonePoint, EmailPoint})))
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

// Dialed returns what messages go to that the suppression holds back.
func (p *Suppression) Dialed(dealer *Dealer) string {
	if p.Point == PhonePoint {
		if number, _ := phone.Read(p.Value, dealer.Country); number != "" {
			return string(number)
		}
	}
	return p.Value
}
