package rollcall

import (
	"crypto/hmac"
	"crypto/sha256"
	"slices"
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall/mail"
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

// reachKey returns what all spellings of one number or address share.
func reachKey(p Point, value string) string {
	if p == PhonePoint {
		return phone.LimitKey(value)
	}
	return mail.Key(value)
}

// reachHashes returns the keyed hash of a number or address by each of the server's secrets, the one that signs first: with
// the database alone, nobody can find out by trying which numbers are in it.
func (s *Service) reachHashes(p Point, value string) []Hash {
	return s.keyedHashes("reach", string(p), reachKey(p, value))
}

// keyedHashes returns the keyed hash of some words by each of the server's secrets, for one use.
func (s *Service) keyedHashes(use string, words ...string) []Hash {
	hashes := make([]Hash, len(s.opts.Secrets))
	for i, secret := range s.opts.Secrets {
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte("rollcall " + use + "\x00" + strings.Join(words, "\x00")))
		hashes[i] = Hash(mac.Sum(nil))
	}
	return hashes
}

// SuppressionInput is a number or an address to which nothing is to be sent.
type SuppressionInput struct {
	Point Field[string]
	Value Field[string]
}

// applyTo puts the input over p and returns every field that breaks a rule.
func (in *SuppressionInput) applyTo(p *Suppression) problems {
	var bad problems
	p.Point = Point(bad.text("point", in.Point, "", true, oneOf([]Point{PhonePoint, EmailPoint})))
	rule := asGiven(checkPhone)
	if p.Point != PhonePoint {
		rule = emailRule
	}
	if p.Point == "" {
		rule = asGiven(func(string) problem { return problem{} })
	}
	p.Value = bad.text("value", in.Value, "", true, rule)
	return bad
}

// auditFields leaves the value out: the line is about nobody who could be erased.
func (p *Suppression) auditFields() []auditField {
	return []auditField{{"point", string(p.Point)}, {"reason", string(p.Reason)}}
}

// among reports whether one of the blocks is by one of the hashes, and whether the dealer has one of its own.
func among(blocks []Block, hashes []Hash) (blocked, own bool) {
	for _, b := range blocks {
		if slices.Contains(hashes, b.Hash) {
			blocked, own = true, own || b.Own
		}
	}
	return blocked, own
}
