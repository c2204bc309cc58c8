package rollcall

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const messageMax = 1000 // characters

func tooLong(max int) *FieldError {
	return &FieldError{Code: CodeTooLong, Message: "must be at most " + strconv.Itoa(max) + " characters long"}
}

// checkLine trims one line of text and checks that it has min to max code points, and at least one visible one unless it is
// empty. See checkText for the characters that it refuses.
func checkLine(s string, min, max int) (trimmed string, p *FieldError) {
	trimmed = strings.TrimSpace(s)
	if p := checkText(trimmed, ""); p != nil {
		return trimmed, p
	}
	n := utf8.RuneCountInString(trimmed)
	switch {
	case n > max:
		return trimmed, tooLong(max)
	case n == 0 && min > 0:
		return trimmed, missing("must not be blank")
	case n > 0 && isBlank(trimmed):
		return trimmed, invalid("must have at least one visible character")
	case n < min:
		return trimmed, invalid("must be at least " + strconv.Itoa(min) + " characters long")
	}
	return trimmed, nil
}

// isBlank reports whether the text has no visible character: it consists of white space, combining marks and characters
// without a glyph.
func isBlank(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		switch r {
		case 0x2800, 0xFFFC, 0x1D159: // blank braille pattern, object replacement, musical symbol null notehead
			return false
		}
		return unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.IsMark(r) && !unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) ||
			unicode.Is(unicode.Co, r)
	})
}

// senderName returns a rule for the name of a dealer, which people see as the sender of messages. It refuses what a mail
// program could take for another sender: an address, angle brackets and an encoded word (RFC 2047).
func senderName(max int) rule {
	return func(s string) (string, *FieldError) {
		name, p := checkLine(s, 1, max)
		if p != nil {
			return name, p
		}
		plain := norm.NFKC.String(name)
		if strings.ContainsAny(plain, "<>") || strings.Contains(plain, "=?") ||
			slices.ContainsFunc(strings.Fields(plain), looksLikeAddress) {
			return name, invalid("must not contain an e-mail address, <, > or =?; give only the name")
		}
		return name, nil
	}
}

// looksLikeAddress reports whether a word has an @ with text on both sides and a dot after it.
func looksLikeAddress(word string) bool {
	local, domain, found := strings.Cut(word, "@")
	return found && local != "" && strings.Contains(strings.Trim(domain, "."), ".")
}

// checkMessage checks a text for a person: 1 to 1000 code points, not blank, in any number of lines.
func checkMessage(s string) *FieldError {
	if p := checkText(strings.ReplaceAll(s, "\r\n", "\n"), "\n\t"); p != nil {
		return p
	}
	switch {
	case utf8.RuneCountInString(s) > messageMax:
		return tooLong(messageMax)
	case isBlank(s):
		return invalid("must not be blank; omit it to send the default text")
	}
	return nil
}

// checkText refuses invalid UTF-8, control characters (Unicode's Cc) that are not among allowed, the line and paragraph
// separators, and the characters that embed, override or isolate a text direction (UAX #9), which can make a name read as
// something else. It accepts the simple direction marks, which Arabic and Hebrew need.
func checkText(s, allowed string) *FieldError {
	if !utf8.ValidString(s) {
		return invalid("must be valid UTF-8")
	}
	for _, r := range s {
		if isUnsafe(r) && !strings.ContainsRune(allowed, r) {
			return invalid("must not contain control characters or characters that override the text direction")
		}
	}
	return nil
}

func isUnsafe(r rune) bool {
	switch {
	case r < 0x2028:
		return unicode.IsControl(r)
	case r <= 0x202E: // line and paragraph separator, embeddings and overrides
		return true
	}
	return 0x2066 <= r && r <= 0x2069 // isolates
}
