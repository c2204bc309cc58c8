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
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, address)
	shown := 4
	if len(digits) < 8 {
		shown = 2
	}
	return hidden + "• " + digits[max(0, len(digits)-shown):]
}
