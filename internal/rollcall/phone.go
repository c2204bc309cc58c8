package rollcall

import (
	"unicode/utf8"

	"example.org/rollcall/internal/rollcall/phone"
)

// PhoneNumber is a number that can be dialled, in E.164.
type PhoneNumber = phone.Number

const (
	phoneMax    = 64 // characters
	notDialable = "cannot be dialled; give it with a country code, such as +1 202 555 0123"
)

// checkPhone checks a phone as it was given: at most 64 code points, at least one digit of any script, and no characters
// that checkText refuses. Whether it can be dialled is up to phone.Read.
func checkPhone(s string) problem {
	if p := checkText(s, ""); p.bad() {
		return p
	}
	switch {
	case utf8.RuneCountInString(s) > phoneMax:
		return tooLong(phoneMax)
	case phone.Digits(s) == "":
		return problem{codeInvalid, "must have digits, such as +1 202 555 0123"}
	}
	return problem{}
}
