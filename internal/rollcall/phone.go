package rollcall

import (
	"strings"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"
)

// PhoneNumber is a number that can be dialled, in E.164: a plus sign, the country code and the number, at most 15 digits.
type PhoneNumber string

const (
	phoneMax    = 64 // characters
	e164Max     = 16 // bytes, the plus sign included
	notDialable = "cannot be dialled; give it with a country code, such as +1 202 555 0123"
)

// checkPhone judges a number as it was given: at most 64 code points, at least one digit (see digitOf), and no
// characters that checkText refuses. Whether it can be dialled is for parsePhone to say.
func checkPhone(s string) problem {
	if p := checkText(s, ""); p.bad() {
		return p
	}
	switch {
	case utf8.RuneCountInString(s) > phoneMax:
		return tooLong(phoneMax)
	case digits(s) == "":
		return problem{codeInvalid, "must have digits, such as +1 202 555 0123"}
	}
	return problem{}
}

// parsePhone returns the number in E.164, read as it is dialled in the country (ISO 3166-1 alpha-2, upper case; empty:
// only a number with its country code can be read), and false where no such number can exist. A number with an extension
// cannot be dialled either: E.164 has no room for one, and without it a message would reach somebody else or nobody.
// Letters count as the digits they share a key with, so that 202-JKL-0123 ends in 555-0123, and a label before the
// number is left out.
func parsePhone(s, country string) (PhoneNumber, bool) {
	if s == "" || hidesNumber(s) {
		return "", false
	}
	number, err := phonenumbers.Parse(s, country)
	if err != nil || number.GetExtension() != "" || !phonenumbers.IsValidNumber(number) {
		return "", false
	}
	e164 := phonenumbers.Format(number, phonenumbers.E164)
	if len(e164) > e164Max {
		return "", false
	}
	return PhoneNumber(e164), true
}

// hidesNumber reports whether s has a part that the parser would leave out without a word: the parameters of a tel URI
// (RFC 3966), or a second extension behind a slash, as in "/x5".
func hidesNumber(s string) bool {
	if strings.ContainsAny(s, `;\`) {
		return true
	}
	_, behind, slash := strings.Cut(s, "/")
	for slash {
		if strings.HasPrefix(strings.TrimLeft(behind, " "), "x") {
			return true
		}
		_, behind, slash = strings.Cut(behind, "/")
	}
	return false
}

// digits returns the digits of s in ASCII, in their order, and nothing else.
func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if d, ok := digitOf(r); ok {
			return d
		}
		return -1
	}, s)
}

// digitOf returns the ASCII digit that r stands for. It knows the digits that parsePhone reads: ASCII, Arabic-Indic in
// both forms, and full-width.
func digitOf(r rune) (digit rune, ok bool) {
	for _, zero := range [...]rune{'0', '٠', '۰', '０'} {
		if zero <= r && r <= zero+9 {
			return '0' + r - zero, true
		}
	}
	return 0, false
}
