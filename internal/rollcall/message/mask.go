package message

import (
	"strings"
	"unicode/utf8"
)

const hidden = "•••"

// Mask hides most of an e-mail address or a phone number, so that only its owner recognizes it: j•••@example.org, and
// •••• 0199. It shows two digits of a short number.
func Mask(address string) string {
	if at := strings.LastIndexByte(address, '@'); at >= 0 {
		_, size := utf8.DecodeRuneInString(address[:at])
		return address[:size] + hidden + address[at:]
	}
	shown := 4
	if len(lastDigits(address, 8)) < 8 {
		shown = 2
	}
	return hidden + "• " + lastDigits(address, shown)
}

// lastDigits returns the last n digits of a number, fewer if it has fewer.
func lastDigits(number string, n int) string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, number)
	return digits[max(0, len(digits)-n):]
}
