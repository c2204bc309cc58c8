// Package phone reads and compares phone numbers as people write them.
package phone

import (
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// Number is a phone number in E.164: a plus sign, the country code and the number, at most 15 digits.
type Number string

const e164Max = 16 // bytes, the plus sign included

// Read returns the number in E.164, read as it is dialled in the country (ISO 3166-1 alpha-2, upper case; empty: only a
// number with its country code can be read), and false where no such number can exist. A number with an extension cannot
// be dialled: E.164 has no room for one, and without it a message would reach somebody else or nobody.
func Read(s, country string) (Number, bool) {
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
	return Number(e164), true
}

// hidesNumber reports whether s has a part that the parser would ignore: the parameters of a tel URI (RFC 3966), or a
// second extension behind a slash, as in "/x5".
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

// Country returns the country (ISO 3166-1 alpha-2) whose number in E.164 it is, empty where no country has it.
func Country(e164 string) string {
	number, err := phonenumbers.Parse(e164, "")
	if err != nil {
		return ""
	}
	return phonenumbers.GetRegionCodeForNumber(number)
}
