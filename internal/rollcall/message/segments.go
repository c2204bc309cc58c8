package message

import (
	"strings"
	"unicode/utf16"
)

// The basic alphabet of GSM 03.38, and the characters of its extension table, which count twice.
const (
	gsmBasic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
		"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsmExtended = "\f^{}\\[~]|€"
)

// The number of characters in a message of one segment, and in each of several segments, which have a header.
const (
	gsmAlone, gsmSegment   = 160, 153
	ucs2Alone, ucs2Segment = 70, 67
)

// Segments returns the number of segments of a text message, which is what providers charge for. A text with characters
// outside the GSM 03.38 alphabet is sent in UCS-2. No character is split between two segments.
func Segments(text string) int {
	if isGSM(text) {
		return fill(text, gsmAlone, gsmSegment, func(r rune) int {
			if strings.ContainsRune(gsmExtended, r) {
				return 2
			}
			return 1
		})
	}
	return fill(text, ucs2Alone, ucs2Segment, func(r rune) int { return max(1, utf16.RuneLen(r)) })
}

func isGSM(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool {
		return !strings.ContainsRune(gsmBasic, r) && !strings.ContainsRune(gsmExtended, r)
	}) < 0
}

// fill returns the number of segments of a text in which a character takes the given places.
func fill(text string, alone, segment int, places func(rune) int) int {
	all := 0
	segments, used := 1, 0
	for _, r := range text {
		n := places(r)
		all += n
		if used+n > segment {
			segments, used = segments+1, 0
		}
		used += n
	}
	if all <= alone {
		return 1
	}
	return segments
}
