package web

import (
	"fmt"
	"unicode/utf16"
	"unicode/utf8"

	"example.org/rollcall/internal/rollcall"
)

// maxDepth bounds how deep a JSON body may nest. The API needs three levels; decoders recurse once a level.
const maxDepth = 100

// checkText refuses what decoders would let through by replacing it: bytes that are not UTF-8.
func checkText(body []byte) error {
	if utf8.Valid(body) {
		return nil
	}
	return refused("the body is not valid UTF-8; encode it as UTF-8 and send it again")
}

// checkJSON refuses what would harm a decoder (deep nesting) or would silently become another text (half a surrogate
// pair), in one pass. It does not judge whether body is JSON: where it is not, the decoder says so, and up to that
// place both have read the same.
func checkJSON(body []byte) error {
	depth := 0
	for i := 0; i < len(body); i++ {
		switch body[i] {
		case '{', '[':
			if depth++; depth > maxDepth {
				return refused(fmt.Sprintf("the body is nested more than %d levels deep; send it flatter", maxDepth))
			}
		case '}', ']':
			depth--
		case '"':
			end, ok := skipString(body, i+1)
			if !ok {
				return refused(`a string in the body holds half of a surrogate pair; write the character itself, or both ` +
					`halves, such as \ud83d\ude00`)
			}
			i = end
		}
	}
	return nil
}

// skipString returns where the string that begins at i has its closing quote, and false where it holds half a surrogate
// pair.
func skipString(body []byte, i int) (end int, ok bool) {
	for i < len(body) {
		switch body[i] {
		case '"':
			return i, true
		case '\\':
			r, width := escape(body[i:])
			if utf16.IsSurrogate(r) {
				low, lowWidth := escape(body[min(i+width, len(body)):])
				if utf16.DecodeRune(r, low) == utf8.RuneError {
					return i, false
				}
				width += lowWidth
			}
			i += width
		default:
			i++
		}
	}
	return i, true
}

// escape reads the escape that b begins with and returns how many bytes it takes, and its UTF-16 unit where it is one
// of the form \uXXXX, else -1.
func escape(b []byte) (unit rune, width int) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return -1, 2
	}
	for _, c := range b[2:6] {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return -1, 2
		}
		unit = unit<<4 | rune(c)
	}
	return unit, 6
}

func refused(message string) error {
	return &rollcall.Error{Kind: rollcall.InvalidRequest, Message: message}
}
