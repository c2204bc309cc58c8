package rollcall

import (
	"net/mail"
	"net/netip"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
)

// EmailAddress is one addr-spec (RFC 5322) as it was given: it may have characters beyond ASCII on both sides of the @
// (RFC 6531), and case is kept.
type EmailAddress string

// Bounds of RFC 5321 and RFC 1035, in bytes; the first is what 256 for a path leaves inside its angle brackets.
const (
	emailMax      = 254
	emailLocalMax = 64
	domainMax     = 253
	labelMax      = 63
)

var badEmail = problem{codeInvalid, "must be one address such as name@example.org"}

// checkEmail judges one address: an addr-spec without a display name, brackets, comments or spaces around it, at most 254
// bytes long, of which at most 64 are before the @. The domain must be a name that can be looked up (RFC 5891), not an IP
// address.
func checkEmail(s string) problem {
	if len(s) > emailMax {
		return problem{codeTooLong, "must be at most 254 bytes long"}
	}
	if p := checkText(s, ""); p.bad() {
		return p
	}
	at := strings.LastIndexByte(s, '@')
	if at < 0 || strings.ContainsFunc(s, isInvisible) {
		return badEmail
	}
	local, domain := s[:at], s[at+1:]
	switch {
	case isLiteral(domain):
		return problem{codeInvalid, "must name a domain after the @, such as name@example.org, not an IP address"}
	case len(local) > emailLocalMax:
		return problem{codeTooLong, "must have at most 64 bytes before the @"}
	case !isAddress(s, local, domain), !isDomain(domain):
		return badEmail
	}
	return problem{}
}

// isInvisible reports whether r cannot be seen, but for the space, which may stand between quotes, and the joiners, which
// some scripts need inside a word.
func isInvisible(r rune) bool {
	joiner := r == 0x200C || r == 0x200D
	return !joiner && r != ' ' && (unicode.IsSpace(r) || !unicode.IsGraphic(r))
}

// isAddress reports whether s, which is local and domain with the last @ between, is an addr-spec and nothing more.
func isAddress(s, local, domain string) bool {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Name != "" {
		return false
	}
	if a.Address == s {
		return true
	}
	// The parser takes the quotes off.
	quoted := len(local) > 2 && local[0] == '"' && local[len(local)-1] == '"'
	return quoted && strings.HasSuffix(a.Address, "@"+domain)
}

func isLiteral(domain string) bool {
	_, err := netip.ParseAddr(domain)
	return err == nil || strings.HasPrefix(domain, "[")
}

// isDomain reports whether the domain can be looked up. No top-level domain is made of digits alone (RFC 3696, section 2).
func isDomain(domain string) bool {
	ascii, err := idna.Lookup.ToASCII(domain)
	if err != nil || len(ascii) > domainMax {
		return false
	}
	labels := strings.Split(ascii, ".")
	for _, label := range labels {
		if label == "" || len(label) > labelMax {
			return false
		}
	}
	return strings.Trim(labels[len(labels)-1], "0123456789") != ""
}
