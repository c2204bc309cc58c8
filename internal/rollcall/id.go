package rollcall

import (
	"encoding/binary"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"
)

// DealerID names a dealer everywhere. An identifier may be the caller's own, so nothing may parse one.
type DealerID string

// SiteID names a site among those of its dealer. Never parse it: it may be the dealer's own.
type SiteID string

// ContactID names a contact among those of its dealer. Never parse it: it may be the dealer's own.
type ContactID string

// ValidationID names a validation among those of its dealer. Never parse it.
type ValidationID string

// KeyID names an API key among those of its dealer, and opens nothing. Never parse it.
type KeyID string

// RequestID names one request in answers and logs. Never parse it: it may be the caller's own.
type RequestID string

// SuppressionID names a suppression among those of its dealer. Never parse it.
type SuppressionID string

// NewDealerID returns an identifier that was never used before. What the New functions of identifiers return sorts, byte
// by byte, after all that the same function returned in this process.
func NewDealerID() DealerID { return DealerID(newID("dealer_")) }

// NewSiteID returns an identifier that was never used before.
func NewSiteID() SiteID { return SiteID(newID("site_")) }

// NewContactID returns an identifier that was never used before.
func NewContactID() ContactID { return ContactID(newID("contact_")) }

// NewValidationID returns an identifier that was never used before.
func NewValidationID() ValidationID { return ValidationID(newID("val_")) }

// NewKeyID returns an identifier that was never used before.
func NewKeyID() KeyID { return KeyID(newID("key_")) }

// NewSuppressionID returns an identifier that was never used before.
func NewSuppressionID() SuppressionID { return SuppressionID(newID("sup_")) }

// NewRequestID returns an identifier that was never used before.
func NewRequestID() RequestID { return RequestID(newID("req_")) }

const (
	crockford = "0123456789abcdefghjkmnpqrstvwxyz" // base32 of Douglas Crockford, in the order of its bytes
	idChars   = 26                                 // 128 bits, five to a character, the first holding three
	prefixMax = len("contact_")
)

// newID returns the prefix and a UUIDv7 (RFC 9562).
func newID(prefix string) string {
	u := uuid.Must(uuid.NewV7()) // fails only where crypto/rand does, which ends the process instead
	return encodeID(prefix, binary.BigEndian.Uint64(u[:8]), binary.BigEndian.Uint64(u[8:]))
}

// encodeID returns the prefix and 128 bits in base32, the highest first so that their order is kept.
func encodeID(prefix string, high, low uint64) string {
	var b [prefixMax + idChars]byte
	end := copy(b[:], prefix) + idChars
	for i := end - 1; i >= end-idChars; i-- {
		b[i] = crockford[low&31]
		low = low>>5 | high<<59
		high >>= 5
	}
	return string(b[:end])
}

const idMax = 128 // characters

var badID = invalid("must be 1 to 128 visible characters, without spaces around them, and not just one or two dots")

// checkID judges an identifier of the caller's own: 1 to 128 code points, each visible or a space, no space at either
// end. The dots alone are refused because they mean something else in a path.
func checkID(s string) *FieldError {
	if p := checkText(s, ""); p != nil {
		return p
	}
	switch {
	case utf8.RuneCountInString(s) > idMax:
		return tooLong(idMax)
	case s == "." || s == ".." || isBlank(s) || strings.TrimSpace(s) != s:
		return badID
	}
	if strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsGraphic(r) }) {
		return badID
	}
	return nil
}
