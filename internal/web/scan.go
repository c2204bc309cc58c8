package web

import (
	"fmt"
	"unicode/utf16"
	"unicode/utf8"

	"example.org/rollcall/internal/rollcall"
)

// maxDepth is how many levels deep a JSON body may nest. The API needs three; decoders recurse once a level.
const maxDepth = 100

// checkText refuses bytes that aren't UTF-8, which decoders would replace silently.
func checkText(body []byte) error {
	if utf8.Valid(body) {
		return nil
	}
	return invalidBody("the body is not valid UTF-8; encode it as UTF-8")
}

// checkJSON refuses deep nesting, which would harm a decoder, and half of a surrogate pair, which decoders replace silently.
// It doesn't check that the body is JSON: the decoder does, and up to its first error both read the same.
func checkJSON(body []byte) error {
	depth := 0
	for i := 0; i < len(body); i++ {
		switch body[i] {
		case '{', '[':
			if depth++; depth > maxDepth {
				return invalidBody(fmt.Sprintf("the body nests more than %d levels deep; nest it less", maxDepth))
			}
		case '}', ']':
			depth--
		case '"':
			end, ok := skipString(body, i+1)
			if !ok {
				return invalidBody(`a string in the body has half of a surrogate pair; send the character itself, or both ` +
					`halves, such as \ud83d\ude00`)
			}
			i = end
		}
	}
	return nil
}

// skipString returns the position of the quote that closes the string at i, and false if the string has half of a surrogate
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

// escape parses the escape sequence at the start of b. It returns its length in bytes, and its UTF-16 unit if it has the form
// \uXXXX, otherwise -1.
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

func invalidBody(message string) error {
	return &rollcall.Error{Kind: rollcall.InvalidRequest, Message: message}
}
