// Package phone reads and compares phone numbers as people write them.
//
// It does not guess: a number that is read wrongly reaches a stranger, while a number that is not read gets a warning with
// the Cause.
package phone

import (
	"slices"

	"github.com/nyaruka/phonenumbers"
)

// Number is a phone number in E.164: a plus sign, the country code and the number, at most 15 digits.
type Number string

// Cause says why a text cannot be dialled, or what is unusual about a number that can.
type Cause string

// The causes. A number with one of the last two can be dialled.
const (
	Extension     Cause = "extension"       // it has more than one extension, or one that cannot be read
	TwoNumbers    Cause = "two_numbers"     // it may be more than one number
	Letters       Cause = "letters"         // it is not a number without its letters
	TooLong       Cause = "too_long"        // it has too many digits
	TooShort      Cause = "too_short"       // it has too few digits
	LocalOnly     Cause = "local_only"      // it works only inside a country or an area
	UnknownCode   Cause = "unknown_code"    // no country has its country code
	NoCountryCode Cause = "no_country_code" // it has no country code, and the country is unknown
	NoSuchNumber  Cause = "no_such_number"  // the country has no such numbers
	Unreadable    Cause = "unreadable"      // it contains characters that no number has
	UnknownPrefix Cause = "unknown_prefix"  // the country has numbers of this length, but none with this prefix is known
	PremiumRate   Cause = "premium_rate"    // its owner earns money from calls and messages
)

// Causes returns every cause.
func Causes() []Cause {
	return []Cause{
		Extension, TwoNumbers, Letters, TooLong, TooShort, LocalOnly, UnknownCode, NoCountryCode, NoSuchNumber, Unreadable,
		UnknownPrefix, PremiumRate,
	}
}

// Lengths and country codes.
const (
	e164Max       = 16 // bytes, the plus sign included
	unknownLeast  = 6  // least digits after the country code of a number with an unknown prefix
	northAmerica  = 1
	mexico        = 52
	mexicanDigits = 10
)

// parse reads digits, with or without a plus sign before them, as they are dialled in the country.
func parse(digits, country string) (Number, Cause) {
	number, err := phonenumbers.ParseAndKeepRawInput(digits, country)
	switch {
	case err == phonenumbers.ErrInvalidCountryCode && digits[0] != '+' && phonenumbers.GetCountryCodeForRegion(country) == 0:
		return "", NoCountryCode
	case err == phonenumbers.ErrInvalidCountryCode:
		return "", UnknownCode
	case err == phonenumbers.ErrNumTooLong:
		return "", TooLong
	case err != nil:
		return "", TooShort
	case number.GetCountryCode() == 0: // after an international prefix
		return "", UnknownCode
	}
	if short, ok := withoutMexican1(number); ok {
		number = short
	}
	if !phonenumbers.IsValidNumber(number) {
		return unlisted(number)
	}
	if possible := phonenumbers.IsPossibleNumberWithReason(number); possible == phonenumbers.IS_POSSIBLE_LOCAL_ONLY {
		return "", LocalOnly
	}
	if number.GetCountryCode() != northAmerica && phonenumbers.FormatNumberForMobileDialing(number, "", false) == "" {
		return "", LocalOnly // it cannot be called from other countries; North America has no such numbers
	}
	if phonenumbers.GetNumberType(number) == phonenumbers.PREMIUM_RATE {
		return e164(number, PremiumRate)
	}
	return e164(number, "")
}

func e164(number *phonenumbers.PhoneNumber, cause Cause) (Number, Cause) {
	text := phonenumbers.Format(number, phonenumbers.E164)
	if len(text) > e164Max {
		return "", TooLong
	}
	return Number(text), cause
}

// withoutMexican1 returns the number without the 1 that mobile numbers in Mexico had after the country code until 2019.
func withoutMexican1(number *phonenumbers.PhoneNumber) (*phonenumbers.PhoneNumber, bool) {
	national := phonenumbers.GetNationalSignificantNumber(number)
	if number.GetCountryCode() != mexico || len(national) != 1+mexicanDigits || national[0] != '1' {
		return nil, false
	}
	short, err := phonenumbers.ParseAndKeepRawInput("+52"+national[1:], "")
	return short, err == nil && phonenumbers.IsValidNumber(short)
}

// unlisted checks a number that is not in the tables of phonenumbers. If it has a country code and a length that the country
// uses, it may be newer than the tables.
func unlisted(number *phonenumbers.PhoneNumber) (Number, Cause) {
	source := number.GetCountryCodeSource()
	international := source == phonenumbers.PhoneNumber_FROM_NUMBER_WITH_PLUS_SIGN || source == phonenumbers.PhoneNumber_FROM_NUMBER_WITH_IDD
	national := phonenumbers.GetNationalSignificantNumber(number)
	country := phonenumbers.GetRegionCodeForCountryCode(int(number.GetCountryCode()))
	if phonenumbers.IsValidShortNumberForRegion(number, country) || phonenumbers.ConnectsToEmergencyNumber(national, country) {
		return "", LocalOnly
	}
	switch phonenumbers.IsPossibleNumberWithReason(number) {
	case phonenumbers.IS_POSSIBLE_LOCAL_ONLY:
		return "", LocalOnly
	case phonenumbers.TOO_LONG:
		return "", TooLong
	case phonenumbers.TOO_SHORT:
		return "", TooShort
	case phonenumbers.IS_POSSIBLE:
		if international && len(national) >= unknownLeast && national[0] != '0' { // a 0 there may be a national prefix
			return e164(number, UnknownPrefix)
		}
	}
	return "", NoSuchNumber
}

// tollFree reports whether the digits are a toll-free number.
func tollFree(digits, country string) bool {
	number, err := phonenumbers.Parse(digits, country)
	return err == nil && phonenumbers.GetNumberType(number) == phonenumbers.TOLL_FREE
}

// National returns the number as it is dialled inside its country, and "" for "".
func (n Number) National() string {
	number, err := phonenumbers.Parse(string(n), "")
	if err != nil {
		return ""
	}
	return phonenumbers.Format(number, phonenumbers.NATIONAL)
}

// Countries returns the countries (ISO 3166-1 alpha-2) to which a number in E.164 may belong. There are several if they share
// the prefix, as North America shares +1 888, or if the prefix is unknown. There are none if the text is not in E.164.
func Countries(e164 string) []string {
	if number, _, _ := Read(e164, ""); string(number) != e164 || number == "" {
		return nil
	}
	number, err := phonenumbers.Parse(e164, "")
	if err != nil {
		return nil
	}
	shared := phonenumbers.GetRegionCodesForCountryCode(int(number.GetCountryCode()))
	var countries []string
	for _, country := range shared {
		if phonenumbers.IsValidNumberForRegion(number, country) {
			countries = append(countries, country)
		}
	}
	if countries == nil {
		return slices.Clone(shared)
	}
	return countries
}
