package message

import (
	"strings"
	"unicode/utf8"
)

const hidden = "•••"

// Mask returns an e-mail address or a phone number as far as its owner needs it to know it again: j•••@example.org, and
// •••• 0199. Of a short number two digits are shown.
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
