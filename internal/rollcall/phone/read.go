package phone

import (
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"
)

// Read reads s as it is dialled in the country (ISO 3166-1 alpha-2, upper case; empty: only numbers with a country code can be
// read) and returns the number in E.164, and the extension written in s, empty if there is none. If s cannot be dialled, the
// number is empty, and the cause says why.
//
// Letters stand for digits in toll-free numbers only, such as 1-800-FLOWERS. Other letters are taken for a label, and
// ignored if the digits alone are a number.
func Read(s, country string) (number Number, extension string, cause Cause) {
	if len(s) > textMax {
		return "", "", Unreadable
	}
	text, extension := split(plain(s))
	number, cause = read(text, country)
	return number, extension, cause
}

// read is Read for a text of plain without its extension.
func read(text, country string) (Number, Cause) {
	begin := strings.IndexFunc(text, isStart)
	if begin < 0 {
		return "", Unreadable
	}
	label, text := text[:begin], text[begin:]
	if strings.ContainsAny(text, "#,;~") || hasLetter(text) { // another one, or one too long
		if _, extension := phonenumbers.MaybeSeparateExtensionFromPhone(text); extension != "" {
			return "", Extension
		}
	}
	if digits, ok := vanity(text); ok && !hasLetter(label) && tollFree(digits, country) {
		if number, cause := parse(digits, country); number != "" {
			return number, cause
		}
	}
	digits, cause := join(text, country)
	if cause != "" {
		return "", cause
	}
	if ambiguous(label, text, digits, country) {
		return "", TwoNumbers
	}
	number, cause := parse(digits, country)
	if hasLetter(text) && (number == "" || cause != "" || hasOtherDigits(text, number, country)) { // uncertain
		return "", Letters
	}
	return number, cause
}

const textMax = 250 // bytes; longer texts are not numbers

// HasCountryCode reports whether s begins with a plus sign, so that it is the same number in every country.
func HasCountryCode(s string) bool {
	text := plain(s)
	begin := strings.IndexFunc(text, isStart)
	return begin >= 0 && text[begin] == '+'
}

// plain returns s with ASCII digits, spaces, dashes and other signs in place of their Unicode variants. It removes combining
// marks, invisible characters, and everything after the last letter, digit or #.
func plain(s string) string {
	text := strings.Map(func(r rune) rune {
		if 0xFF01 <= r && r <= 0xFF5E { // full-width
			r -= 0xFF01 - '!'
		}
		switch digit, ok := Digit(r); {
		case ok:
			return digit
		case r <= unicode.MaxASCII && r > ' ':
			return r
		case unicode.IsSpace(r), r == '\u200b', r == '\u2060', r == '\ufeff':
			return ' '
		case unicode.Is(unicode.Pd, r), r == '\u2212', r == '\u30fc':
			return '-'
		case unicode.IsMark(r), unicode.Is(unicode.Cf, r), unicode.IsControl(r):
			return -1
		}
		return r
	}, s)
	return trimEnd(text)
}

func trimEnd(text string) string {
	return strings.TrimRightFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !isDigit(r) && r != '#' })
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

// isStart reports whether a number may begin with r. Codes such as *67 count too, so that their digits are not taken for a
// number.
func isStart(r rune) bool { return isDigit(r) || r == '+' || r == '*' || r == '#' }

func hasLetter(s string) bool { return strings.IndexFunc(s, unicode.IsLetter) >= 0 }

// vanity returns the digits of a number in which one word stands for digits, as in 1-800-FLOWERS. It returns false if there
// is no such word, the word repeats one letter, or there is white space between it and the digits.
func vanity(text string) (digits string, ok bool) {
	first := strings.IndexFunc(text, unicode.IsLetter)
	if first <= 0 {
		return "", false
	}
	end := first + strings.IndexFunc(text[first:]+" ", func(r rune) bool { return !unicode.IsLetter(r) })
	word := strings.ToUpper(text[first:end])
	before, behind := text[:first], text[end:]
	gap := strings.TrimLeft(behind, "-.()/ ")
	switch {
	case strings.Trim(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "", strings.Trim(word, word[:1]) == "", hasLetter(behind):
		return "", false
	case !isPlainNumber(before), !isPlainNumber(behind), strings.HasSuffix(strings.TrimRight(before, "-.()/"), " "):
		return "", false
	case strings.Contains(behind[:len(behind)-len(gap)], " "):
		return "", false
	}
	return plus(before) + Digits(before+phonenumbers.ConvertAlphaCharactersInNumber(word)+behind), true
}

func isPlainNumber(s string) bool { return strings.Trim(s, "+0123456789-.()/ ") == "" }

func plus(s string) string {
	if strings.HasPrefix(s, "+") {
		return "+"
	}
	return ""
}

// join returns the digits of text, after its plus sign. It refuses a text in which a slash or letters follow a complete
// number, because the rest is either another number or an extension.
func join(text, country string) (digits string, cause Cause) {
	var b strings.Builder
	split := rune(0)
	for i, r := range text {
		switch {
		case isDigit(r):
			if split != 0 && isNumber(b.String(), country) {
				return "", splitCause(split, text[i:])
			}
			split = 0
			b.WriteRune(r)
		case r == '+' && b.Len() == 0:
			b.WriteRune(r)
		case r == '+' && b.String() == "+": // one too many
		case unicode.IsLetter(r):
			split = 'a'
		case r == '/':
			split = max(split, r)
		case !strings.ContainsRune(" -.()[]~'", r) && hasDigit(text[i:]):
			return "", badSign(r, b.String(), text[i:], country)
		}
	}
	digits = b.String()
	if digits == "" || digits == "+" {
		return "", Unreadable
	}
	return digits, ""
}

const anotherNumber = 7 // least digits of another number; fewer are an extension

func splitCause(split rune, rest string) Cause {
	if split == '/' || len(Digits(rest)) >= anotherNumber {
		return TwoNumbers
	}
	return Letters
}

func hasDigit(s string) bool { return strings.IndexFunc(s, isDigit) >= 0 }

// badSign returns the cause for a character that does not belong between the digits of a number.
func badSign(r rune, before, rest, country string) Cause {
	if r != '*' && r != '#' && len(Digits(rest)) >= anotherNumber && isNumber(before, country) {
		return TwoNumbers
	}
	return Unreadable
}

// isNumber reports whether the digits can be dialled.
func isNumber(digits, country string) bool {
	if digits == "" || digits == "+" {
		return false
	}
	number, _ := parse(digits, country)
	return number != ""
}

// longDigits is how many digits may be two short numbers, even if a country has such long ones.
const longDigits = 14

// ambiguous reports whether text may contain two numbers, or begin with a number that is not part of the phone, as in
// "Room 12 030 23125012" and "2. 030 23125012".
func ambiguous(label, text, digits, country string) bool {
	labelled := hasLetter(label)
	for i, r := range text {
		if r != ' ' && r != '.' {
			continue
		}
		before, behind := Digits(text[:i]), Digits(text[i:])
		if before == "" || !strings.HasPrefix(behind, "0") || !isNumber(behind, country) {
			continue
		}
		switch {
		case text[0] != '+' && (labelled || len(before) <= smallCount) && !sameNumber(behind, digits, country):
			return true
		case len(digits) >= longDigits && len(behind) >= anotherNumber && isNumber(plus(text)+before, country):
			return true
		}
	}
	return false
}

func sameNumber(digits, others, country string) bool {
	one, _ := parse(digits, country)
	other, _ := parse(others, country)
	return one == other
}

const smallCount = 2 // most digits of a floor, an hour or a list number

// hasOtherDigits reports whether the first or last digits of a text with letters may not be part of its number, such as the
// floor in "030 23125012 2. Stock": the text is also a number without them. They are part of it if they are grouped as in the
// national format of the whole number, or if all its digits are in pairs.
func hasOtherDigits(text string, number Number, country string) bool {
	groups := strings.FieldsFunc(text, func(r rune) bool { return !isDigit(r) })
	letters := strings.IndexFunc(text, unicode.IsLetter)
	before, behind := Digits(text[:letters]), Digits(text[letters:])
	if len(before) <= smallCount && text[0] != '+' && isNumber(behind, country) && !sameNumber(behind, string(number), country) {
		return true
	}
	rest := len(groups)
	for rest > 0 && len(groups[rest-1]) <= smallCount {
		rest--
	}
	if rest == len(groups) || !isNumber(plus(text)+strings.Join(groups[:rest], ""), country) {
		return false
	}
	usual := strings.FieldsFunc(number.National(), func(r rune) bool { return !isDigit(r) })
	return len(usual) == 0 || usual[len(usual)-1] != groups[len(groups)-1]
}
