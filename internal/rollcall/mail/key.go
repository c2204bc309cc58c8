package mail

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Key returns the key that all spellings of a mailbox share: the case-folded local part in NFC, without quotes unless it
// needs them (RFC 5321, section 4.1.2), and the A-label of the domain. The key of a key is the key itself. A text that is not
// an address also has a key, which no address has.
func Key(s string) string {
	at := strings.LastIndexByte(s, '@')
	if at < 0 {
		return fold(s)
	}
	return quoteIfNeeded(fold(unquote(s[:at]))) + "@" + mapDomain(s[at+1:])
}

// Domain returns the domain of a Key in Unicode, as people write it.
func Domain(key string) string {
	domain := key[strings.LastIndexByte(key, '@')+1:]
	if text, err := lookup.ToUnicode(domain); err == nil {
		return text
	}
	return domain
}

// unquote removes the quotes and backslashes of a local part.
func unquote(local string) string {
	if !isQuoted(local) {
		return local
	}
	inside := local[1 : len(local)-1]
	if !strings.Contains(inside, `\`) {
		return inside
	}
	var b strings.Builder
	escaped := false
	for i := range len(inside) {
		if inside[i] == '\\' && !escaped {
			escaped = true
			continue
		}
		escaped = false
		b.WriteByte(inside[i])
	}
	return b.String()
}

// quoteIfNeeded returns the local part as it is written in an address, with quotes only if it needs them.
func quoteIfNeeded(local string) string {
	if isDotString(local) {
		return local
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(local) + `"`
}

// isDotString reports whether a local part consists of atoms separated by dots.
func isDotString(local string) bool {
	for atom := range strings.SplitSeq(local, ".") {
		if atom == "" || strings.ContainsFunc(atom, func(r rune) bool { return r < utf8.RuneSelf && !isAtomText(r) }) {
			return false
		}
	}
	return true
}

func isAtomText(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", r)
}

// fold returns text in NFC and case-folded. It does not merge letters: ß differs from ss, and ı from i.
func fold(s string) string {
	if isLowerASCII(s) {
		return s
	}
	return norm.NFC.String(strings.Map(func(r rune) rune {
		if r == 'ı' {
			return r
		}
		return unicode.ToLower(unicode.ToUpper(r)) // through upper case, so that ς equals σ
	}, norm.NFD.String(s)))
}

func isLowerASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf || 'A' <= s[i] && s[i] <= 'Z' {
			return false
		}
	}
	return true
}
