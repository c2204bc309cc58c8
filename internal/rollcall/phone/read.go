package phone

import (
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"
)

// Read returns the number in E.164, read as it is dialled in the country (ISO 3166-1 alpha-2, upper case; empty: only a
// number with its country code can be read). The number is empty where the text cannot be dialled, and the cause says why.
//
// Letters are read as the digits of their keys in toll-free numbers alone, such as 1-800-FLOWERS. Other letters are a
// label, and ignored where the digits alone are a number.
func Read(s, country string) (Number, Cause) {
	text := plain(s)
	begin := strings.IndexFunc(text, isStart)
	if begin < 0 || len(s) > textMax {
		return "", Unreadable
	}
	label, text := text[:begin], text[begin:]
	if strings.ContainsAny(text, "x#,;~") || hasLetter(text) {
		if _, extension := phonenumbers.MaybeSeparateExtensionFromPhone(text); extension != "" {
			return "", Extension
		}
	}
	if digits, ok := spelled(text); ok && !hasLetter(label) && tollFree(digits, country) {
		if number, cause := parse(digits, country); number != "" {
			return number, cause
		}
	}
	digits, cause := join(text, country)
	if cause != "" {
		return "", cause
	}
	if hidden(label, text, digits, country) {
		return "", TwoNumbers
	}
	number, cause := parse(digits, country)
	if hasLetter(text) && (number == "" || cause != "" || countsSomethingElse(text, number, country)) { // not certain
		return "", Letters
	}
	return number, cause
}

const textMax = 250 // bytes; longer texts are no numbers

// HasCountryCode reports whether a text means the same number in every country.
func HasCountryCode(s string) bool {
	text := plain(s)
	begin := strings.IndexFunc(text, isStart)
	return begin >= 0 && text[begin] == '+'
}

// plain returns a text with ASCII for digits, spaces, dashes and the full-width forms, without marks and characters that
// nobody sees, and without what is no letter, digit or # at its end.
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
	return strings.TrimRightFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !isDigit(r) && r != '#' })
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

// isStart reports whether a number may begin with r. What dials a service, such as *67, is kept, so that it is not taken
// for a number.
func isStart(r rune) bool { return isDigit(r) || r == '+' || r == '*' || r == '#' }

func hasLetter(s string) bool { return strings.IndexFunc(s, unicode.IsLetter) >= 0 }

// spelled returns a number in which one word stands for digits, as in 1-800-FLOWERS, and false where there is no such
// word, it is one letter again and again, or white space stands between it and the digits.
func spelled(text string) (digits string, ok bool) {
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

// join returns the digits of a text, behind its plus sign. Where a slash or letters follow what is a number already, what
// comes then is another number or an extension, and nobody can say which was meant.
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

const anotherNumber = 7 // digits from which on a part is a number rather than an extension

func splitCause(split rune, rest string) Cause {
	if split == '/' || len(Digits(rest)) >= anotherNumber {
		return TwoNumbers
	}
	return Letters
}

func hasDigit(s string) bool { return strings.IndexFunc(s, isDigit) >= 0 }

// badSign returns the cause of a character that does not belong between the digits of a number.
func badSign(r rune, before, rest, country string) Cause {
	if r != '*' && r != '#' && len(Digits(rest)) >= anotherNumber && isNumber(before, country) {
		return TwoNumbers
	}
	return Unreadable
}

// isNumber reports whether digits alone can be dialled.
func isNumber(digits, country string) bool {
	if digits == "" || digits == "+" {
		return false
	}
	number, _ := parse(digits, country)
	return number != ""
}

// From so many digits on, a number of a country with long numbers may be two short ones.
const longDigits = 14

// hidden reports whether text may hold two numbers, or a number that belongs to the label and the phone, as in "Room 12 030
// 23125012" and "2. 030 23125012".
func hidden(label, text, digits, country string) bool {
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

const smallCount = 2 // digits that a floor, an hour or the number of an entry has at most

// countsSomethingElse reports whether the first or the last digits of a text with letters may be no part of its number, but a
// floor or an hour, as in "030 23125012 2. Stock": without them it is a number, too. Where they stand as in the usual form
// of the whole number, or all its digits stand in pairs, they belong to it.
func countsSomethingElse(text string, number Number, country string) bool {
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
