package rollcall

import (
	"strings"
	"unicode/utf8"

	"example.org/rollcall/internal/rollcall/phone"
)

// PhoneNumber is a number that can be dialled, in E.164.
type PhoneNumber = phone.Number

const (
	phoneMax = 64 // characters
	// CodeNotDialable is the code of a warning about a phone that no country can dial.
	CodeNotDialable = "not_dialable"

	// directionMarks are the marks, embeddings, overrides and isolates of UAX #9.
	directionMarks = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)

// checkPublicPhone checks a phone that is shown in messages, where a mark of direction would reverse what follows it.
func checkPublicPhone(s string) *FieldError {
	if p := checkText(s, ""); p != nil {
		return p
	}
	return checkPhone(s)
}

// PhoneAdvice says what is wrong with a phone, and what to do.
func PhoneAdvice(cause phone.Cause) string {
	const inFull = "give the whole number with its country code, such as +1 202 555 0123"
	switch cause {
	case phone.Extension:
		return "has an extension, and no message or call gets past the switchboard; give a direct number, such as +1 202 555 0123"
	case phone.TwoNumbers:
		return "looks like more than one number; give one alone, such as +1 202 555 0123"
	case phone.Letters:
		return "has letters, and is no number without them; give it in digits, such as +1 202 555 0123"
	case phone.TooLong:
		return "has too many digits; " + inFull
	case phone.TooShort:
		return "has too few digits; " + inFull
	case phone.LocalOnly:
		return "works only inside its area or country; " + inFull
	case phone.UnknownCode:
		return "begins with a country code that no country has; " + inFull
	case phone.NoCountryCode:
		return "has no country code, and its site is in no country with phones; " + inFull
	case phone.NoSuchNumber:
		return "is no number of its country; check the digits, or " + inFull
	case phone.UnknownPrefix:
		return "begins in a way that is not known yet in its country; messages go out as it is written; check the digits, such as +1 202 555 0123"
	case phone.PremiumRate:
		return "is a premium-rate number, to which nothing is sent; give another, such as +1 202 555 0123, or ask the operator of this server to allow it"
	}
	return "has characters that no phone number has; " + inFull
}

// checkPhone checks a phone as it was given: at most 64 code points, at least one digit of any script, and no characters
// that checkText refuses but for marks of direction around it, which address books paste. Whether it can be dialled is up
// to phone.Read.
func checkPhone(s string) *FieldError {
	if p := checkText(strings.Trim(s, directionMarks), ""); p != nil {
		return p
	}
	switch {
	case utf8.RuneCountInString(s) > phoneMax:
		return tooLong(phoneMax)
	case phone.Digits(s) == "":
		return invalid("must have digits, such as +1 202 555 0123")
	}
	return nil
}
