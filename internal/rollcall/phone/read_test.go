package phone_test

import (
	"strings"
	"testing"
	"unicode"

	"example.org/rollcall/internal/rollcall/phone"
)

// The numbers are among those that the countries keep free for use in texts and plays.
func TestRead(t *testing.T) {
	for _, tt := range []struct {
		in, country string
		want        phone.Number
	}{
		{"+1 202 555 0123", "", "+12025550123"},
		{"+1 (202) 555-0123", "DE", "+12025550123"},
		{"(202) 555-0123", "US", "+12025550123"},
		{"202.555.0123", "US", "+12025550123"},
		{"1 202 555 0123", "US", "+12025550123"},
		{" 202 555 0123 ", "US", "+12025550123"},
		{"٢٠٢٥٥٥٠١٢٣", "US", "+12025550123"},
		{"＋１２０２５５５０１２３", "", "+12025550123"},
		{"Home: 202 555 0123", "US", "+12025550123"},
		{"202-JKL-0123", "US", "+12025550123"},
		{"020 7946 0018", "GB", "+442079460018"},
		{"+44 (0)20 7946 0018", "", "+442079460018"},
		{"011 44 20 7946 0018", "US", "+442079460018"},
		{"030/23125 012", "DE", "+493023125012"},
		{"01 99 00 12 34", "FR", "+33199001234"},
		{"0491 570 006", "AU", "+61491570006"},

		{"", "US", ""},
		{"+1-555-0123", "", ""},
		{"+1-555-0123", "US", ""},
		{"555-0123", "US", ""},
		{"12", "US", ""},
		{"911", "US", ""},
		{"202 555 0123", "", ""},
		{"202 555 0123", "ZZ", ""},
		{"202 555 0123", "AQ", ""},
		{"020 7946 0018", "US", ""},
		{"+999 202 555 0123", "US", ""},
		{"202 555 0123 0", "US", ""},
		{"202 555 0123 / 202 555 0199", "US", ""},
		{"202 555 0123, 202 555 0199", "US", ""},
		{"202 555 0123 ext 5", "US", ""},
		{"+1 202 555 0123 x5", "", ""},
		{"+1 202 555 0123 / x5", "", ""},
		{`+1 202 555 0123 \x5`, "", ""},
		{"+1 202 555 0123,,5", "", ""},
		{"tel:+12025550123;ext=5", "", ""},
		{"tel:2025550123;phone-context=+1", "", ""},
		{"tel:+12025550123;isub=5", "", ""},
		{"202 555 0123 or call the office", "US", ""},
		{"unknown", "US", ""},
	} {
		if got, ok := phone.Read(tt.in, tt.country); got != tt.want || ok != (tt.want != "") {
			t.Errorf("Read(%q, %q) = %q, %v, want %q", tt.in, tt.country, got, ok, tt.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{
		"", "+1-555-0123", "+1 202 555 0123", "(202) 555-0123 x5", "2025550123 / x5", "020 7946 0018", "011 44 20 7946 0018",
		"tel:+1-202-555-0123;ext=5", "tel:0123;phone-context=+1202555", "1-800-555-0199", "٢٠٢٥٥٥٠١٢٣", "＋１２０２５５５０１２３",
		"+12025550123\u202c", "\xff1", "+800 1234 5678", "+39 06 5550 1234", "+54 9 11 5550 1234", "*67 202 555 0123", "++1",
	} {
		for _, country := range []string{"", "US", "GB", "AR"} {
			f.Add(s, country)
		}
	}
	f.Fuzz(func(t *testing.T, s, country string) {
		number, ok := phone.Read(s, country)
		if !ok {
			if number != "" {
				t.Errorf("Read(%q, %q) = %q, false", s, country, number)
			}
			return
		}
		all := strings.TrimPrefix(string(number), "+")
		if len(all) == len(number) || len(all) > 15 || strings.Trim(all, "0123456789") != "" {
			t.Errorf("Read(%q, %q) = %q, which is not E.164", s, country, number)
		}
		if again, ok := phone.Read(string(number), ""); !ok || again != number {
			t.Errorf("Read(%q, %q) = %q, which reads as %q", s, country, number, again)
		}
		// Nothing at the end of what was given may be left out.
		given := phone.Digits(s)
		if tail := given[max(0, len(given)-4):]; !strings.ContainsFunc(s, unicode.IsLetter) && !strings.HasSuffix(all, tail) {
			t.Errorf("Read(%q, %q) = %q, which ends otherwise", s, country, number)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	for _, bb := range []struct{ name, number, country string }{
		{"international", "+1 202 555 0123", "US"},
		{"national", "020 7946 0018", "GB"},
		{"undialable", "+1-555-0123", "US"},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				phone.Read(bb.number, bb.country)
			}
		})
	}
}
