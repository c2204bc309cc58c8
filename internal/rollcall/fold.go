package rollcall

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"example.org/rollcall/internal/rollcall/mail"
)

// Fold returns the text in the form in which searches compare it: decomposed (NFKD), without marks (Mn), case-folded, with
// letters that NFKD does not decompose replaced by what people type for them (œ by oe, ø by o), and with one kind of
// apostrophe. The result is valid UTF-8, and folding it again changes nothing.
func Fold(s string) string {
	if isASCII(s) {
		return strings.ReplaceAll(strings.ToLower(s), "`", "'")
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range norm.NFKD.String(strings.Map(plainApostrophe, s)) {
		if r = plainApostrophe(r); r < utf8.RuneSelf {
			b.WriteByte(byte(unicode.ToLower(r)))
			continue
		}
		if unicode.Is(unicode.Mn, r) {
			continue
		}
		r = unicode.ToLower(unicode.ToUpper(r)) // through upper case, so that ς equals σ, and ı equals i
		if plain, ok := plainLetters[r]; ok {
			b.WriteString(plain)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// plainLetters maps lower-case letters that Unicode does not decompose to what people type for them.
var plainLetters = map[rune]string{
	'ß': "ss", 'œ': "oe", 'æ': "ae", 'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'ħ': "h", 'ŧ': "t", 'ŋ': "n",
	'ɓ': "b", 'ɗ': "d", 'ƙ': "k", 'ƴ': "y",
}

// plainApostrophe returns ' for every character that is used as an apostrophe inside a name, and r for others. It must be
// applied before NFKD, which turns some of them into spaces.
func plainApostrophe(r rune) rune {
	switch r {
	case '`', 0x00B4, 0x02B9, 0x02BB, 0x02BC, 0x02BD, 0x02BE, 0x02BF, 0x02C8, 0x02CA, 0x02CB, 0x0384, 0x055A, 0x05F3,
		0x1FBD, 0x1FBF, 0x1FEF, 0x1FFD, 0x1FFE, 0x2018, 0x2019, 0x201B, 0x2032, 0xA78B, 0xA78C, 0xFF07, 0xFF40:
		return '\''
	}
	return r
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// searchText returns the folded text in which a search looks for an address: the address as given, its key, and the key
// with its domain in Unicode, each only once.
func (a EmailAddress) searchText() string {
	text := Fold(string(a))
	if a == "" {
		return text
	}
	key := a.Key()
	written := key[:strings.LastIndexByte(key, '@')+1] + mail.Domain(key)
	for _, other := range []string{key, written} {
		if folded := Fold(other); !strings.Contains(text, folded) {
			text += " " + folded
		}
	}
	return text
}

// SearchWords splits a search query into folded words, and folds addresses to their keys. Control characters separate words
// too, so that none of them reaches the store.
func SearchWords(s string) (words []string) {
	for word := range strings.FieldsFuncSeq(s, isGap) {
		if strings.Contains(word, "@") && mail.Check(word) == nil {
			words = append(words, Fold(mail.Key(word)))
			continue
		}
		words = append(words, strings.FieldsFunc(Fold(word), isGap)...)
	}
	return words
}

func isGap(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }
