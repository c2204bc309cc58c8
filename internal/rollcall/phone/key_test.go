package phone_test

import (
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"example.org/rollcall/internal/rollcall/phone"
)

func TestKey(t *testing.T) {
	for _, tt := range []struct{ in, want, limit string }{
		{"", "", ""},
		{"+12025550123", "12025550123", "12025550123"},
		{"+1-555-0123", "15550123", "15550123"},
		{"+1 555 0123", "15550123", "15550123"},
		{"+٩١ ٩٨٧٦٥ ٤٣٢١٠", "919876543210", "919876543210"},
		{"+5215512345678", "5215512345678", "525512345678"},
		{"+525512345678", "525512345678", "525512345678"},
		{"+521551234567", "521551234567", "521551234567"}, // a number that begins with 1, not a 1 before a number
		{"+5491123456789", "5491123456789", "541123456789"},
		{"+541123456789", "541123456789", "541123456789"},
		{"5215512345678", "5215512345678", "5215512345678"}, // of which country?
	} {
		if got := phone.Key(tt.in); got != tt.want {
			t.Errorf("Key(%q) = %q, want %q", tt.in, got, tt.want)
		}
		if twin := phone.Number(tt.in).Twin(); phone.LimitKey(string(twin)) != tt.limit || twin.Twin() != phone.Number(tt.in) {
			t.Errorf("Twin of %q = %q, whose twin is %q, want the first again", tt.in, twin, twin.Twin())
		}
		if got := phone.LimitKey(tt.in); got != tt.limit {
			t.Errorf("LimitKey(%q) = %q, want %q", tt.in, got, tt.limit)
		}
	}
}

func TestDigits(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"", ""},
		{"+1 (202) 555-0123", "12025550123"},
		{"٠١٢٣٤٥٦٧٨٩", "0123456789"},
		{"۰۱۲۳۴۵۶۷۸۹", "0123456789"},
		{"０１２３４５６７８９", "0123456789"},
		{"०१२३४५६७८९", "0123456789"},
		{"𝟎𝟗𝟘𝟡𝟢𝟫𝟬𝟵𝟶𝟿", "0909090909"},
		{"🯰🯹", "09"},
		{"a2½²b", "2"},
		{"1\xff2", "12"},
	} {
		if got := phone.Digits(tt.in); got != tt.want {
			t.Errorf("Digits(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

// Unicode promises that decimal digits come in blocks of ten, zero first. Where a digit has a compatibility form in ASCII,
// it must be the same.
func TestEveryDecimalDigitIsRead(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		got, ok := phone.Digit(r)
		if ok != unicode.IsDigit(r) {
			t.Errorf("Digit(%U) = %q, %v, want %v", r, got, ok, !ok)
		}
		if plain := []rune(norm.NFKD.String(string(r))); ok && plain[0] <= unicode.MaxASCII && plain[0] != got {
			t.Errorf("Digit(%U) = %q, want %q", r, got, plain[0])
		}
	}
}
