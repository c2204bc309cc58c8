package rollcall

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"example.org/rollcall/internal/rollcall/phone"
)

const messageMax = 1000 // characters

func tooLong(max int) problem {
	return problem{codeTooLong, "must be at most " + strconv.Itoa(max) + " characters long"}
}

// checkName judges one line of text of min to max code points, once the white space around it is gone, and returns it so;
// otherwise it stays code point for code point. Any script will do; see checkText for what is refused.
func checkName(s string, min, max int) (trimmed string, p problem) {
	trimmed = strings.TrimSpace(s)
	if p := checkText(trimmed, ""); p.bad() {
		return trimmed, p
	}
	n := utf8.RuneCountInString(trimmed)
	switch {
	case n > max:
		return trimmed, tooLong(max)
	case n == 0 && min > 0:
		return trimmed, problem{codeRequired, "must not be blank"}
	case n < min:
		return trimmed, problem{codeInvalid, "must be at least " + strconv.Itoa(min) + " characters long"}
	}
	return trimmed, problem{}
}

// checkMessage judges a text for a person: 1 to 1000 code points, not blank, of as many lines as it likes.
func checkMessage(s string) problem {
	if p := checkText(strings.ReplaceAll(s, "\r\n", "\n"), "\n\t"); p.bad() {
		return p
	}
	switch {
	case utf8.RuneCountInString(s) > messageMax:
		return tooLong(messageMax)
	case strings.TrimSpace(s) == "":
		return problem{codeInvalid, "must not be blank; leave it out for the usual text"}
	}
	return problem{}
}

// checkText refuses what is not UTF-8, control characters (Unicode's Cc, but for the allowed ones), the line and
// paragraph separators, and the characters that embed, override or isolate a direction of text (UAX #9): with those, a
// name can be made to read as something else. The plain marks of direction, which Arabic and Hebrew need, may stay.
func checkText(s, allowed string) problem {
	if !utf8.ValidString(s) {
		return problem{codeInvalid, "must be valid UTF-8"}
	}
	for _, r := range s {
		if isUnsafe(r) && !strings.ContainsRune(allowed, r) {
			return problem{codeInvalid, "must not have control characters, or characters that override the direction of text"}
		}
	}
	return problem{}
}

func isUnsafe(r rune) bool {
	switch {
	case r < 0x2028:
		return unicode.IsControl(r)
	case r <= 0x202E: // line and paragraph separator, embeddings and overrides
		return true
	}
	return 0x2066 <= r && r <= 0x2069 // isolates
}

// Fold returns the text as a search sees it: compatibility forms taken apart (NFKD), marks (Mn) removed, and case folded,
// so that "Élodie" and "ELODIE" are the same. Letters with a stroke (ø, ł) stay themselves. The result is valid UTF-8,
// and folding it again changes nothing.
func Fold(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range norm.NFKD.String(s) {
		switch {
		case r < utf8.RuneSelf:
			b.WriteByte(byte(unicode.ToLower(r)))
		case unicode.Is(unicode.Mn, r):
		case r == 'ß' || r == 'ẞ':
			b.WriteString("ss")
		default:
			// By way of the upper case, so that ς and σ, or ı and i, become one.
			b.WriteRune(unicode.ToLower(unicode.ToUpper(r)))
		}
	}
	return b.String()
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// searchWords returns what a search query is split into: folded words. Control characters separate words too, so that
// none reaches the store.
func searchWords(s string) []string {
	return strings.FieldsFunc(Fold(s), func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) })
}

// searchTerms returns the words of a search query for people, in which a word that is written as a phone number may be,
// with at least one digit, is only its digits.
func searchTerms(s string) []string {
	terms := searchWords(s)
	for i, term := range terms {
		if found := phone.Digits(term); found != "" && strings.IndexFunc(term, notPhone) < 0 {
			terms[i] = found
		}
	}
	return terms
}

// notPhone reports whether no phone number is written with r: anything but digits, +-()./ and the dashes of typography.
func notPhone(r rune) bool {
	_, digit := phone.Digit(r)
	dash := 0x2010 <= r && r <= 0x2015 || r == 0x2212
	return !digit && !dash && !strings.ContainsRune("+-()./", r)
}
