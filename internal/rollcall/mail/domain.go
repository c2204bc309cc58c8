package mail

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Limits of RFC 1035 in bytes.
const (
	domainMax = 253
	labelMax  = 63
)

// lookup maps a domain according to UTS #46 without transitional processing, and refuses most of what RFC 5891, section 5.4,
// refuses. It accepts characters that UTS #46 allows and RFC 5892 does not, such as the euro sign; see isDisallowed.
var lookup = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(true), idna.BidiRule(),
	idna.CheckHyphens(true), idna.CheckJoiners(true))

// lookupDomain returns the A-label of a domain, or ErrDomain or ErrNoDot.
func lookupDomain(domain string) (string, error) {
	ascii, err := lookup.ToASCII(domain)
	if err != nil || len(ascii) > domainMax {
		return "", ErrDomain
	}
	labels := strings.Split(ascii, ".")
	for _, label := range labels {
		if label == "" || len(label) > labelMax || !isLookedUp(label) {
			return "", ErrDomain
		}
	}
	if len(labels) == 1 {
		return "", ErrNoDot
	}
	if strings.Trim(labels[len(labels)-1], "0123456789") == "" { // RFC 3696, section 2
		return "", ErrDomain
	}
	return ascii, nil
}

// isLookedUp reports whether each character of an A-label may be in a domain name (RFC 5892).
func isLookedUp(label string) bool {
	if !strings.HasPrefix(label, "xn--") {
		return true
	}
	text, err := lookup.ToUnicode(label)
	return err == nil && !strings.ContainsFunc(text, isDisallowed)
}

// isDisallowed reports whether RFC 5892 derives DISALLOWED for r, or Go's tables do not contain r.
func isDisallowed(r rune) bool {
	switch {
	case strings.ContainsRune("ßς\u06FD\u06FE\u0F0B\u3007\u00B7\u0375\u05F3\u05F4\u30FB\u200C\u200D", r):
		return false // exceptions and joiners
	case strings.ContainsRune("\u0640\u07FA\u302E\u302F\u3031\u3032\u3033\u3034\u3035\u303B", r):
		return true
	case r < utf8.RuneSelf:
		return r != '-' && !unicode.IsDigit(r) && !unicode.IsLower(r)
	case unicode.Is(oldHangulJamo, r) || unicode.Is(ignorableBlocks, r) || unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector):
		return true
	case !unicode.In(r, unicode.Ll, unicode.Lu, unicode.Lo, unicode.Nd, unicode.Lm, unicode.Mn, unicode.Mc):
		return true
	}
	s := string(r)
	return norm.NFKC.String(cases.Fold().String(norm.NFKC.String(s))) != s
}

// Sections 2.5 and 2.9 of RFC 5892.
var (
	oldHangulJamo = &unicode.RangeTable{R16: []unicode.Range16{{0x1100, 0x11FF, 1}, {0xA960, 0xA97F, 1}, {0xD7B0, 0xD7FF, 1}}}

	ignorableBlocks = &unicode.RangeTable{
		R16: []unicode.Range16{{0x20D0, 0x20FF, 1}},
		R32: []unicode.Range32{{0x1D100, 0x1D24F, 1}},
	}
)

// mapDomain returns the A-label of a domain, and other texts in lower case.
func mapDomain(domain string) string {
	if ascii, err := lookup.ToASCII(domain); err == nil {
		return ascii
	}
	lower := strings.ToLower(domain)
	if ascii, err := lookup.ToASCII(lower); err == nil {
		return ascii
	}
	return lower
}
