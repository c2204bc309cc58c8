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
	// CodeNotDialable is the code of a phone that cannot be dialled.
	CodeNotDialable = "not_dialable"

	// directionMarks are the direction marks, embeddings, overrides and isolates of UAX #9.
	directionMarks = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)

// checkPublicPhone checks a phone that messages show. Direction marks are refused, since they would reverse the text after
// them.
func checkPublicPhone(s string) *FieldError {
	if p := checkText(s, ""); p != nil {
		return p
	}
	return checkPhone(s)
}

// PhoneAdvice returns what is wrong with a phone and what to do about it. The text completes a sentence that begins with
// "phone:".
func PhoneAdvice(cause phone.Cause) string {
	const inFull = "give the full number with its country code, such as +1 202 555 0123"
	switch cause {
	case phone.Extension:
		return "has an extension that cannot be read; give the number alone, such as +1 202 555 0123, and the extension as such"
	case phone.TwoNumbers:
		return "looks like more than one number; give only one, such as +1 202 555 0123"
	case phone.Letters:
		return "contains letters that cannot be read as a number; give it in digits, such as +1 202 555 0123"
	case phone.TooLong:
		return "has too many digits; " + inFull
	case phone.TooShort:
		return "has too few digits; " + inFull
	case phone.LocalOnly:
		return "works only inside its area or country; " + inFull
	case phone.UnknownCode:
		return "begins with an unknown country code; " + inFull
	case phone.NoCountryCode:
		return "has no country code, and the country of the site has no phone numbers; " + inFull
	case phone.NoSuchNumber:
		return "is not a valid number in its country; check the digits, or " + inFull
	case phone.UnknownPrefix:
		return "has a prefix that is not known in its country; messages are sent to it as written; check the digits, such as +1 202 555 0123"
	case phone.PremiumRate:
		return "is a premium-rate number, and no messages are sent to it; give another number, such as +1 202 555 0123, or ask the operator of this server to allow it"
	}
	return "contains characters that no phone number has; " + inFull
}

// checkPhone checks a phone as it was given: at most 64 code points, at least one digit of any script, and no character
// that checkText refuses, except for direction marks at its ends, which address books paste. It does not check whether the
// phone can be dialled; phone.Read does.
func checkPhone(s string) *FieldError {
	if p := checkText(strings.Trim(s, directionMarks), ""); p != nil {
		return p
	}
	switch {
	case utf8.RuneCountInString(s) > phoneMax:
		return tooLong(phoneMax)
	case phone.Digits(s) == "":
		return invalid("must contain digits, such as +1 202 555 0123")
	}
	return nil
}
