package phone

import (
	"strings"
	"unicode"
)

// Key returns what all spellings of one number share: its digits. Give it the number in E.164 where there is one, else
// the text as it was given.
func Key(value string) string { return Digits(value) }

// LimitKey returns the key under which messages to a number are limited, suppressed and answered. It is Key, but for two
// countries where one phone goes by two numbers: in Mexico the 1 behind +52 makes no difference, and in Argentina the 9
// behind +54.
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

// twins are the country codes behind which a digit may say that the number is a mobile, without another phone answering
// when it is left out.
var twins = [...]struct{ prefix, mobile string }{{"52", "1"}, {"54", "9"}}

const twinDigits = 10 // of a number in those countries

// Twin returns the other number of the same LimitKey, and n itself where there is none.
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

// Digits returns the decimal digits of s, of any script, in ASCII and in their order, and nothing else.
func Digits(s string) string {
	return strings.Map(func(r rune) rune {
		if d, ok := Digit(r); ok {
			return d
		}
		return -1
	}, s)
}

// Digit returns the ASCII digit that r stands for. Every decimal digit of Unicode (Nd) does.
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
