// Package phone reads and compares phone numbers as people write them.
//
// What is not certain is not read: a number that is read wrongly reaches a stranger, and one that is not read gets a
// warning, which names the cause.
package phone

import (
	"slices"

	"github.com/nyaruka/phonenumbers"
)

// Number is a phone number in E.164: a plus sign, the country code and the number, at most 15 digits.
type Number string

// Cause says why a text cannot be dialled, or what is odd about a number that can.
type Cause string

// The causes. A number with one of the last two can be dialled.
const (
	Extension     Cause = "extension"       // it has an extension, for which E.164 has no room
	TwoNumbers    Cause = "two_numbers"     // it may be more than one number
	Letters       Cause = "letters"         // without its letters it is no number
	TooLong       Cause = "too_long"        // it has too many digits
	TooShort      Cause = "too_short"       // it has too few digits
	LocalOnly     Cause = "local_only"      // it exists only inside a country or an area
	UnknownCode   Cause = "unknown_code"    // no country has its country code
	NoCountryCode Cause = "no_country_code" // it has no country code, and there is no country to read it in
	NoSuchNumber  Cause = "no_such_number"  // the country has no such numbers
	Unreadable    Cause = "unreadable"      // it has characters that no number has
	UnknownPrefix Cause = "unknown_prefix"  // the country has numbers of this length, but none that begin so are known
	PremiumRate   Cause = "premium_rate"    // whoever has the number earns by calls and messages to it
)

// Causes returns every cause.
func Causes() []Cause {
	return []Cause{
		Extension, TwoNumbers, Letters, TooLong, TooShort, LocalOnly, UnknownCode, NoCountryCode, NoSuchNumber, Unreadable,
		UnknownPrefix, PremiumRate,
	}
}

// The least that a number needs.
const (
	e164Max       = 16 // bytes, the plus sign included
	unknownLeast  = 6  // digits behind the country code of a number whose prefix is not known
	northAmerica  = 1
	mexico        = 52
	mexicanDigits = 10
)

// parse reads digits, perhaps behind a plus sign, as they are dialled in the country.
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
	case number.GetCountryCode() == 0: // behind the prefix of international calls
		return "", UnknownCode
	}
	if short, ok := withoutMexican1(number); ok {
		number = short
	}
	if !phonenumbers.IsValidNumber(number) {
		return unknown(number)
	}
	if possible := phonenumbers.IsPossibleNumberWithReason(number); possible == phonenumbers.IS_POSSIBLE_LOCAL_ONLY {
		return "", LocalOnly
	}
	if number.GetCountryCode() != northAmerica && phonenumbers.FormatNumberForMobileDialing(number, "", false) == "" {
		return "", LocalOnly // no call from another country reaches it; North America has no such numbers
	}
	if phonenumbers.GetNumberType(number) == phonenumbers.PREMIUM_RATE {
		return e164(number, PremiumRate)
	}
	return e164(number, "")
}

func e164(number *phonenumbers.PhoneNumber, odd Cause) (Number, Cause) {
	text := phonenumbers.Format(number, phonenumbers.E164)
	if len(text) > e164Max {
		return "", TooLong
	}
	return Number(text), odd
}

// withoutMexican1 returns the number without the 1 that mobiles in Mexico had behind the country code until 2019.
func withoutMexican1(number *phonenumbers.PhoneNumber) (*phonenumbers.PhoneNumber, bool) {
	national := phonenumbers.GetNationalSignificantNumber(number)
	if number.GetCountryCode() != mexico || len(national) != 1+mexicanDigits || national[0] != '1' {
		return nil, false
	}
	short, err := phonenumbers.ParseAndKeepRawInput("+52"+national[1:], "")
	return short, err == nil && phonenumbers.IsValidNumber(short)
}

// unknown judges a number that is in no table. With a country code and a length that the country has, it may be newer
// than the table.
func unknown(number *phonenumbers.PhoneNumber) (Number, Cause) {
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
		if international && len(national) >= unknownLeast && national[0] != '0' { // a 0 there may be the prefix of calls inside
			return e164(number, UnknownPrefix)
		}
	}
	return "", NoSuchNumber
}

// tollFree reports whether digits are a toll-free number.
func tollFree(digits, country string) bool {
	number, err := phonenumbers.Parse(digits, country)
	return err == nil && phonenumbers.GetNumberType(number) == phonenumbers.TOLL_FREE
}

// National returns the number as it is dialled inside its country, empty for the empty number.
func (n Number) National() string {
	number, err := phonenumbers.Parse(string(n), "")
	if err != nil {
		return ""
	}
	return phonenumbers.Format(number, phonenumbers.NATIONAL)
}

// Countries returns the countries (ISO 3166-1 alpha-2) that a number in E.164 may belong to: several where they share it,
// as those of North America share +1 888, or where its prefix is not known; none for a text that is no such number.
func Countries(e164 string) []string {
	if number, _ := Read(e164, ""); string(number) != e164 || number == "" {
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
