package rollcall

import (
	"encoding/binary"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"
)

// DealerID identifies a dealer.
type DealerID string

// SiteID identifies a site of a dealer. Never parse it: the dealer may have chosen it.
type SiteID string

// ContactID identifies a contact of a dealer. Never parse it: the dealer may have chosen it.
type ContactID string

// PointID identifies a contact point of a contact. It stays while the value of the contact point changes.
type PointID string

// ValidationID identifies a validation of a dealer.
type ValidationID string

// RollCallID identifies a roll call of a dealer.
type RollCallID string

// KeyID identifies an API key of a dealer. It is not secret.
type KeyID string

// UserID identifies a user of a dealer.
type UserID string

// RequestID identifies a request in answers and logs. Never parse it: the caller may have chosen it.
type RequestID string

// SuppressionID identifies a suppression of a dealer.
type SuppressionID string

// ImportID identifies an import of a dealer.
type ImportID string

// EvidenceID identifies evidence. It is the subject of the audit lines that record its making.
type EvidenceID string

// NewDealerID returns a new identifier. Identifiers of one kind that a process makes sort, byte by byte, in the order in
// which they were made.
func NewDealerID() DealerID { return DealerID(newID("dealer_")) }

// NewSiteID returns a new identifier.
func NewSiteID() SiteID { return SiteID(newID("site_")) }

// NewContactID returns a new identifier.
func NewContactID() ContactID { return ContactID(newID("contact_")) }

// NewPointID returns a new identifier.
func NewPointID() PointID { return PointID(newID("point_")) }

// NewValidationID returns a new identifier.
func NewValidationID() ValidationID { return ValidationID(newID("val_")) }

// NewRollCallID returns a new identifier.
func NewRollCallID() RollCallID { return RollCallID(newID("roll_")) }

// NewKeyID returns a new identifier.
func NewKeyID() KeyID { return KeyID(newID("key_")) }

// NewUserID returns a new identifier.
func NewUserID() UserID { return UserID(newID("user_")) }

// NewSuppressionID returns a new identifier.
func NewSuppressionID() SuppressionID { return SuppressionID(newID("sup_")) }

// NewImportID returns a new identifier.
func NewImportID() ImportID { return ImportID(newID("import_")) }

// NewEvidenceID returns a new identifier.
func NewEvidenceID() EvidenceID { return EvidenceID(newID("evid_")) }

// NewRequestID returns a new identifier.
func NewRequestID() RequestID { return RequestID(newID("req_")) }

const (
	crockford = "0123456789abcdefghjkmnpqrstvwxyz" // Crockford base32, in byte order
	idChars   = 26                                 // 128 bits, five to a character and three in the first
	prefixMax = len("contact_")
)

// newID returns the prefix followed by a UUIDv7 (RFC 9562).
func newID(prefix string) string {
	u := uuid.Must(uuid.NewV7()) // fails only if crypto/rand fails, which ends the process
	return encodeID(prefix, binary.BigEndian.Uint64(u[:8]), binary.BigEndian.Uint64(u[8:]))
}

// encodeID returns the prefix followed by 128 bits in base32, the highest first, so that identifiers sort like numbers.
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

var badID = invalid("must be 1 to 128 visible characters, without spaces at the start or end, and must not be . or ..")

// checkID checks an identifier that a caller chose: 1 to 128 code points, each visible or a space, without a space at
// either end. It refuses . and .., which have another meaning in a path.
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
