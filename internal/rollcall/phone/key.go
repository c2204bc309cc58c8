package phone

import (
	"strings"
	"unicode"
)

// Key returns the key that all spellings of a number share: its digits. value is the number in E.164 if it has one, else the
// text as it was given.
func Key(value string) string { return Digits(value) }

// LimitKey returns the key for limits, suppressions and replies of a number. It is Key, except that two numbers of one phone
// have the same LimitKey: in Mexico with and without the 1 after +52, and in Argentina with and without the 9 after +54.
func LimitKey(value string) string {
	key := Key(value)
	if !strings.HasPrefix(value, "+") {
		return key
	}
	for _, twin := range twins {
		if len(key) == len(twin.prefix)+len(twin.mobile)+twinDigits && strings.HasPrefix(key, twin.prefix+twin.mobile) {
			return twin.prefix + key[len(twin.prefix)+len(twin.mobile):]
		}
	}
	return key
}

// twins are the country codes after which a digit may mark a mobile number. The number without it reaches the same phone.
var twins = [...]struct{ prefix, mobile string }{{"52", "1"}, {"54", "9"}}

const twinDigits = 10 // of a number in these countries, without the mobile digit

// Twin returns the other number with the same LimitKey, and n if there is none.
func (n Number) Twin() Number {
	for _, twin := range twins {
		national, ok := strings.CutPrefix(string(n), "+"+twin.prefix)
		switch {
		case !ok:
		case len(national) == twinDigits:
			return Number("+" + twin.prefix + twin.mobile + national)
		case len(national) == twinDigits+len(twin.mobile) && strings.HasPrefix(national, twin.mobile):
			return Number("+" + twin.prefix + national[len(twin.mobile):])
		}
	}
	return n
}

// Digits returns the decimal digits of s, in any script, as ASCII digits.
func Digits(s string) string {
	return strings.Map(func(r rune) rune {
		if d, ok := Digit(r); ok {
			return d
		}
		return -1
	}, s)
}

// Digit returns the ASCII digit for a decimal digit of any script (Unicode's Nd).
func Digit(r rune) (digit rune, ok bool) {
	if r <= unicode.MaxASCII {
		return r, '0' <= r && r <= '9'
	}
	for _, block := range unicode.Nd.R16 {
		if lo := rune(block.Lo); lo <= r && r <= rune(block.Hi) {
			return '0' + (r-lo)%10, true
		}
	}
	for _, block := range unicode.Nd.R32 {
		if lo := rune(block.Lo); lo <= r && r <= rune(block.Hi) {
			return '0' + (r-lo)%10, true
		}
	}
	return 0, false
}
