package phone

import (
	"slices"
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"
)

// SplitExtension returns s without the extension written in it, as in "+1 202 555 0123 x12", and the extension, empty if there is
// none that can be read. A text without an extension is returned as it is. It does not depend on a country.
func SplitExtension(s string) (number, extension string) {
	if len(s) > textMax {
		return s, ""
	}
	text := plain(s)
	if number, extension = split(text); extension == "" {
		return s, ""
	}
	return number, extension
}

// split returns a text of plain without its extension, and the extension. Two extensions count as none.
func split(text string) (number, extension string) {
	number, extension = cut(text)
	if _, another := cut(number); extension == "" || another != "" {
		return text, ""
	}
	return number, extension
}

func cut(text string) (number, extension string) {
	begin := strings.IndexFunc(text, isStart)
	if begin < 0 || !strings.ContainsAny(text[begin:], "#,;~") && !hasLetter(text[begin:]) {
		return text, ""
	}
	label, number := text[:begin], text[begin:]
	if number, extension = named(number); extension == "" {
		number, extension = phonenumbers.MaybeSeparateExtensionFromPhone(number)
	}
	if extension == "" || len(extension) >= anotherNumber || !hasDigit(number) {
		return text, ""
	}
	return label + trimEnd(number), extension
}

// named is cut for words that phonenumbers does not know.
func named(text string) (number, extension string) {
	before := strings.TrimRightFunc(text, isDigit)
	extension = text[len(before):]
	before = strings.TrimRight(before, " .:")
	number = strings.TrimRightFunc(before, unicode.IsLetter)
	words := []string{"durchwahl", "dw", "apparat", "poste", "ramal", "interno", "toestel"}
	if extension == "" || !slices.Contains(words, strings.ToLower(before[len(number):])) {
		return text, ""
	}
	return number, extension
}
