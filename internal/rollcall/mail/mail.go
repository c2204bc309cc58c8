// Package mail checks and compares e-mail addresses: which text is an address, which addresses are the same mailbox, and
// how to write an address for a mail server that supports only ASCII.
package mail

import (
	"errors"
	"net/mail"
	"net/netip"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of RFC 5321 in bytes. A path may have 256, including its angle brackets.
const (
	addressMax = 254
	localMax   = 64
)

// Errors of Check. Their messages complete a sentence that begins with the name of a field.
var (
	ErrTooLong      = errors.New("must be at most 254 bytes long")
	ErrLocalTooLong = errors.New("must have at most 64 bytes before the @")
	ErrInvalid      = errors.New("must be one address such as name@example.org")
	ErrLiteral      = errors.New("must name a domain after the @, such as name@example.org, not an IP address")
	ErrNoDot        = errors.New("must have a dot in the domain after the @, such as name@example.org")
	ErrDomain       = errors.New("must have a domain name after the @ that can be looked up, such as name@example.org")
)

// Check returns nil if s is one addr-spec (RFC 5322, with the non-ASCII characters of RFC 6531) without a display name, angle
// brackets, comments, invisible characters or surrounding space. The domain must have at least two labels and be one that can
// be looked up (RFC 5891, section 5.4), and must not be an IP address. The length limits apply to the address as given and
// with an ASCII domain. Otherwise Check returns one of the errors of this package.
func Check(s string) error {
	if len(s) > addressMax {
		return ErrTooLong
	}
	at := strings.LastIndexByte(s, '@')
	if at < 0 || !utf8.ValidString(s) || strings.ContainsFunc(s, isInvisible) {
		return ErrInvalid
	}
	local, domain := s[:at], s[at+1:]
	switch {
	case isLiteral(domain):
		return ErrLiteral
	case len(local) > localMax:
		return ErrLocalTooLong
	case !isAddrSpec(local):
		return ErrInvalid
	}
	ascii, err := lookupDomain(domain)
	if err == nil && len(local)+len("@")+len(ascii) > addressMax {
		err = ErrTooLong
	}
	return err
}

// isInvisible reports whether r is invisible. It accepts the space, which may be inside quotes, and the joiners, which some
// scripts need.
func isInvisible(r rune) bool {
	switch {
	case r == ' ' || r == 0x200C || r == 0x200D:
		return false
	case r == 0x2800: // blank braille pattern
		return true
	}
	return !unicode.IsGraphic(r) || unicode.IsSpace(r) || unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// isAddrSpec reports whether local is a valid local part of an addr-spec.
func isAddrSpec(local string) bool {
	a, err := mail.ParseAddress(local + "@example.org")
	if err != nil || a.Name != "" {
		return false
	}
	if isQuoted(local) { // the parser removes the quotes
		return len(local) > len(`""`) && strings.HasSuffix(a.Address, "@example.org")
	}
	return a.Address == local+"@example.org"
}

func isQuoted(local string) bool {
	return len(local) >= 2 && local[0] == '"' && local[len(local)-1] == '"'
}

func isLiteral(domain string) bool {
	_, err := netip.ParseAddr(domain)
	return err == nil || strings.HasPrefix(domain, "[")
}

// ASCII returns the address with the A-label of its domain (UTS #46, non-transitional). It keeps the local part: if that has
// non-ASCII characters, the mail server must support SMTPUTF8. s must pass Check.
func ASCII(s string) string {
	at := strings.LastIndexByte(s, '@')
	return s[:at+1] + mapDomain(s[at+1:])
}
