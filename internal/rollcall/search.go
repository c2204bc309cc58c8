package rollcall

import (
	"slices"
	"strings"

	"example.org/rollcall/internal/rollcall/phone"
)

// Words that look like part of a phone number are searched as digits if they have at least phoneTermLeast digits; "2-4" and
// "1/2" are text.
const (
	phoneTermLeast     = 5
	internationalLeast = 12 // digits of a number with the international prefix 00 or 011, including the prefix
)

// SearchTerms splits a search query for people into folded words. Consecutive words that look like the parts of a phone
// number are reduced to their digits.
func SearchTerms(s string) []string {
	words := SearchWords(s)
	for begin := 0; begin < len(words); {
		end := begin
		for end < len(words) && !strings.ContainsFunc(words[end], notPhone) {
			end++
		}
		asPhone(words[begin:end])
		begin = end + 1
	}
	return slices.DeleteFunc(words, func(word string) bool { return word == "" })
}

// asPhone replaces words by their digits if together they have enough digits for part of a phone number, or begin with a
// plus sign. It removes an international prefix, and the (0) of numbers such as +44 (0)20; words without digits become
// empty.
func asPhone(words []string) {
	all := phone.Digits(strings.Join(words, ""))
	coded := all != "" && strings.HasPrefix(words[0], "+")
	for i, word := range words {
		if coded {
			word = strings.Replace(word, "(0)", "", 1)
		}
		if coded || len(all) >= phoneTermLeast || strings.IndexFunc(word, notDigit) < 0 {
			words[i] = phone.Digits(word)
		}
	}
	if len(all) < internationalLeast {
		return
	}
	for _, prefix := range []string{"00", "011"} {
		if rest, ok := strings.CutPrefix(words[0], prefix); ok {
			words[0] = rest
			return
		}
	}
}

// phoneSearch returns the digits by which a search finds a contact: those of the phones as given and in international and
// national form, and those in text that SearchTerms would take for a phone number.
func (c *Contact) phoneSearch(text string) string {
	var lines []string
	for i := range c.Points {
		p := &c.Points[i]
		if p.Kind != PhonePoint {
			continue
		}
		lines = append(lines, phone.Digits(p.Value))
		for _, digits := range []string{phone.Digits(string(p.E164)), phone.Digits(p.E164.National())} {
			if !strings.Contains(strings.Join(lines, "\n"), digits) {
				lines = append(lines, digits)
			}
		}
	}
	for _, part := range strings.FieldsFunc(text, notPhone) {
		if digits := phone.Digits(part); len(digits) >= phoneTermLeast && digits != part {
			lines = append(lines, digits)
		}
	}
	return strings.Join(lines, "\n")
}

func notDigit(r rune) bool {
	_, digit := phone.Digit(r)
	return !digit
}

// notPhone reports whether r does not occur in phone numbers: it is not a digit, one of +-()./ or a dash.
func notPhone(r rune) bool {
	dash := 0x2010 <= r && r <= 0x2015 || r == 0x2212
	return notDigit(r) && !dash && !strings.ContainsRune("+-()./", r)
}
