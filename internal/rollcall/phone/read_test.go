package phone_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"example.org/rollcall/internal/rollcall/phone"
)

// reading is a text, the country in which it is dialled, and the result of Read. The numbers are reserved for fiction or not
// assigned.
type reading struct {
	in, country string
	want        phone.Number
	cause       phone.Cause
}

// extended is a text with an extension, the country in which it is dialled, and the result of Read.
type extended struct {
	in, country string
	want        phone.Number
	extension   string
	cause       phone.Cause
}

var extensions = []extended{
	{"202 555 0123 ext 5", "US", "+12025550123", "5", ""},
	{"(202) 555-0123 ext. 5", "US", "+12025550123", "5", ""},
	{"+1 202 555 0123 x5", "", "+12025550123", "5", ""},
	{"+1 202 555 0123 X 012", "", "+12025550123", "012", ""},
	{"Work: 202 555 0123 x5", "US", "+12025550123", "5", ""},
	{"+1 202 555 0123 / x5", "", "+12025550123", "5", ""},
	{"202 555 0123 #5", "US", "+12025550123", "5", ""},
	{"+1 202 555 0123,,12", "", "+12025550123", "12", ""},
	{"+1 202 555 0123,,12#", "", "+12025550123", "12", ""},
	{"tel:+12025550123;ext=5", "", "+12025550123", "5", ""},
	{"030 23125000 x5", "DE", "+493023125000", "5", ""},
	{"030 23125000 Durchwahl 5", "DE", "+493023125000", "5", ""},
	{"030 23125000 DW: 12", "DE", "+493023125000", "12", ""},
	{"01 99 00 12 34 poste 12", "FR", "+33199001234", "12", ""},
	{"＋１ ２０２ ５５５ ０１２３ ｘ５", "", "+12025550123", "5", ""},
	{"1-800-FLOWERS x5", "US", "+18003569377", "5", ""},
	{"555-0123 x5", "US", "", "5", phone.LocalOnly},
	{"202 555 0123 x5", "", "", "5", phone.NoCountryCode},
	{"900 555 0123 x5", "US", "+19005550123", "5", phone.PremiumRate},
	{"202 555 0123 x5 x6", "US", "", "", phone.Extension},
	{"202 555 0123 ext 2025550199", "US", "", "", phone.Extension},
	{"202 555 0123 x 202 555 0199", "US", "", "", phone.TwoNumbers},
	{"202 555 0123 / 202 555 0199 x5", "US", "", "5", phone.TwoNumbers},
	{"030 23125000 2. Stock", "DE", "", "", phone.Letters},
	{"x12", "US", "", "", phone.TooShort},
}

var readings = []reading{
	// As people write them.
	{"+1 202 555 0123", "", "+12025550123", ""},
	{"+1 (202) 555-0123", "DE", "+12025550123", ""},
	{"(202) 555-0123", "US", "+12025550123", ""},
	{"202.555.0123", "US", "+12025550123", ""},
	{"1 202 555 0123", "US", "+12025550123", ""},
	{" 202 555 0123 ", "US", "+12025550123", ""},
	{"12025550123", "US", "+12025550123", ""},
	{"++1 202 555 0123", "", "+12025550123", ""},
	{"+44 (0)20 7946 0018", "", "+442079460018", ""},
	{"(+44) 20 7946 0018", "", "+442079460018", ""},
	{"020 7946 0018", "GB", "+442079460018", ""},
	{"011 44 20 7946 0018", "US", "+442079460018", ""},
	{"030/23125 012", "DE", "+493023125012", ""},
	{"030 / 23125 012", "DE", "+493023125012", ""},
	{"+49 30 23125-012", "US", "+493023125012", ""},
	{"01 99 00 12 34", "FR", "+33199001234", ""},
	{"0491 570 006", "AU", "+61491570006", ""},
	{"06 5550 1234", "IT", "+390655501234", ""},
	{"tel:+1-202-555-0123", "", "+12025550123", ""},

	// Digits, spaces, dashes and signs of other scripts, and what address books paste.
	{"٢٠٢٥٥٥٠١٢٣", "US", "+12025550123", ""},
	{"＋１２０２５５５０１２３", "", "+12025550123", ""},
	{"+९१ ९८७६५ ४३२१०", "", "+919876543210", ""},
	{"+১২০২৫৫৫০১২৩", "", "+12025550123", ""},
	{"202\u00a0555\u20090123", "US", "+12025550123", ""},
	{"202\u3000555\u202f0123", "US", "+12025550123", ""},
	{"202\u1680555\u205f0123", "US", "+12025550123", ""},
	{"202\u200b555\ufeff0123", "US", "+12025550123", ""},
	{"202–555—0123", "US", "+12025550123", ""},
	{"202‐555‑0123", "US", "+12025550123", ""},
	{"202（555）0123", "US", "+12025550123", ""},
	{"\u202a+12025550123\u202c", "", "+12025550123", ""},
	{"\u200e+1 202 555 0123\u200f", "", "+12025550123", ""},
	{"\u2066202\u2069 555 0123", "US", "+12025550123", ""},
	{"202 555 0123,", "US", "+12025550123", ""},
	{"202-555-0123 ☎", "US", "+12025550123", ""},
	{"☎ 202-555-0123", "US", "+12025550123", ""},
	{"📞+1 202 555 0123.", "", "+12025550123", ""},
	{"202 555 0123 ;-)", "US", "+12025550123", ""},

	// Letters.
	{"1-800-FLOWERS", "US", "+18003569377", ""},
	{"1-800-flowers", "US", "+18003569377", ""},
	{"+1-800-FLOWERS", "DE", "+18003569377", ""},
	{"1.888.555.CAFE", "US", "+18885552233", ""},
	{"(800)FLOWERS", "US", "+18003569377", ""},
	{"1-800-FLOWERS", "CA", "+18003569377", ""},
	{"1 800 FLOWERS", "US", "", phone.Letters},
	{"1-800 FLOWERS", "US", "", phone.Letters},
	{"1-800-GOT-JUNK", "US", "", phone.Letters},
	{"1-800-XXXXXXX", "US", "", phone.Letters},
	{"1-800-xXxXxXx", "US", "", phone.Letters},
	{"1-800-555-XXXX", "US", "", phone.Letters},
	{"202-JKL-0123", "US", "", phone.Letters},
	{"202-FLOWERS", "US", "", phone.Letters},
	{"202-555-XXXX", "US", "", phone.Letters},
	{"202-555-ABCD", "US", "", phone.Letters},
	{"202-5550 mom", "US", "", phone.Letters},
	{"202-5550mom", "US", "", phone.Letters},
	{"800-5550 mom", "US", "", phone.Letters},
	{"030 23125000 Eva", "DE", "+493023125000", ""},
	{"030 23125000Eva", "DE", "+493023125000", ""},
	{"030 23125000 (Büro)", "DE", "+493023125000", ""},
	{"030 23125000 Eva 2", "DE", "", phone.Letters},
	{"030 23125000 oder 030 23125012", "DE", "", phone.TwoNumbers},
	{"Home: 202 555 0123", "US", "+12025550123", ""},
	{"Дом: 202 555 0123", "US", "+12025550123", ""},
	{"202 555 0123 мама", "US", "+12025550123", ""},
	{"202 555 0123 or call the office", "US", "+12025550123", ""},
	{"Room 12 030 23125012", "DE", "", phone.TwoNumbers},
	{"0xx11 5550 1234", "BR", "+551155501234", ""},
	{"030 23125000 2. Stock", "DE", "", phone.Letters},
	{"030 23125000-2. Etage", "DE", "", phone.Letters},
	{"030 23125000 (2. Etage)", "DE", "", phone.Letters},
	{"030 23125000 18 Uhr", "DE", "", phone.Letters},
	{"030 23125000 8-18 Uhr", "DE", "", phone.Letters},
	{"+49 30 23125000 2nd floor", "", "", phone.Letters},
	{"+43 1 58858 12 Eva", "", "", phone.Letters},
	{"09 1234567 2 krs", "FI", "", phone.Letters},
	{"2. Stock 030 23125000", "DE", "", phone.TwoNumbers},
	{"2.OG 030 23125000", "DE", "", phone.TwoNumbers},
	{"2 Stock 030 23125000", "DE", "", phone.TwoNumbers},
	{"2-Eva 030 23125000", "DE", "", phone.TwoNumbers},
	{"2-Eva 30-23125000", "DE", "", phone.Letters},
	{"2 030 23125000", "DE", "", phone.TwoNumbers},
	{"2.030 23125000", "DE", "", phone.TwoNumbers},
	{"49 030 23125000", "DE", "", phone.TwoNumbers},
	{"0 30 23125000", "DE", "+493023125000", ""},
	{"00 49 30 23125000", "DE", "+493023125000", ""},
	{"030 23 12 50 00 Eva", "DE", "+493023125000", ""},
	{"08-123 456 78 Eva", "SE", "+46812345678", ""},
	{"01 99 00 12 34 Eva", "FR", "+33199001234", ""},
	{"030 23125000 12", "DE", "+49302312500012", ""},
	{"+1 457 555 0123 mom", "", "", phone.Letters},
	{"unknown", "US", "", phone.Unreadable},

	// More than a number.
	{`+1 202 555 0123 \x5`, "", "", phone.Unreadable},
	{"tel:2025550123;phone-context=+1", "", "", phone.Unreadable},
	{"tel:+12025550123;isub=5", "", "", phone.Unreadable},
	{"202 555 0123 / 202 555 0199", "US", "", phone.TwoNumbers},
	{"202 555 0123, 202 555 0199", "US", "", phone.TwoNumbers},
	{"202 555 0123 & 202 555 0199", "US", "", phone.TwoNumbers},
	{"202 555 0123 or 202 555 0199", "US", "", phone.TwoNumbers},
	{"+12025550123+12025550199", "US", "", phone.TwoNumbers},
	{"030 23125000 / 030 23125012", "DE", "", phone.TwoNumbers},
	{"030 23125000/01", "DE", "", phone.TwoNumbers},
	{"030 231250 030 231251", "DE", "", phone.TwoNumbers},
	{"*67 202 555 0123", "US", "", phone.Unreadable},
	{"*31#030 23125012", "DE", "", phone.Unreadable},
	{"#31#030 23125012", "DE", "", phone.Unreadable},

	// Mexico and Argentina.
	{"+52 1 55 1234 5678", "", "+525512345678", ""},
	{"+52 55 1234 5678", "", "+525512345678", ""},
	{"1 55 1234 5678", "MX", "+525512345678", ""},
	{"+54 9 11 2345 6789", "", "+5491123456789", ""},
	{"+54 11 2345 6789", "", "+541123456789", ""},

	// Which numbers there are.
	{"+1 457 555 0123", "", "+14575550123", phone.UnknownPrefix},
	{"011 1 457 555 0123", "US", "+14575550123", phone.UnknownPrefix},
	{"00 1 457 555 0123", "DE", "+14575550123", phone.UnknownPrefix},
	{"457 555 0123", "US", "", phone.NoSuchNumber},
	{"0049 000 7946 39800", "MX", "", phone.NoSuchNumber},
	{"+980 900 18", "", "", phone.NoSuchNumber},
	{"00 900000000", "IT", "", phone.NoSuchNumber},
	{"+1 911 555 0123", "", "", phone.LocalOnly},
	{"+49 110", "", "", phone.LocalOnly},
	{"310-4567", "US", "", phone.LocalOnly},
	{"310-4567", "CA", "", phone.LocalOnly},
	{"+1 310 4567", "", "", phone.LocalOnly},
	{"13 12 34", "AU", "", phone.LocalOnly},
	{"911", "US", "", phone.LocalOnly},
	{"112", "DE", "", phone.LocalOnly},
	{"+1-555-0123", "", "", phone.LocalOnly},
	{"+1-555-0123", "US", "", phone.LocalOnly},
	{"555-0123", "US", "", phone.LocalOnly},
	{"12", "US", "", phone.TooShort},
	{"1", "US", "", phone.TooShort},
	{"202 555 0123", "", "", phone.NoCountryCode},
	{"202 555 0123", "ZZ", "", phone.NoCountryCode},
	{"202 555 0123", "AQ", "", phone.NoCountryCode},
	{"020 7946 0018", "US", "", phone.TooLong},
	{"+999 202 555 0123", "US", "", phone.UnknownCode},
	{"+0 202 555 0123", "US", "", phone.UnknownCode},
	{"202 555 0123 0", "US", "", phone.TooLong},
	{"+1 202 555 0123 0", "", "", phone.TooLong},
	{strings.Repeat("1", 64), "US", "", phone.TooLong},
	{"", "US", "", phone.Unreadable},
	{"+", "US", "", phone.Unreadable},
	{"+1 888 555 0123", "", "+18885550123", ""},
	{"+1 900 555 0123", "", "+19005550123", phone.PremiumRate},
	{"900 555 0123", "US", "+19005550123", phone.PremiumRate},
	{"09098 790000", "GB", "+449098790000", phone.PremiumRate},
	{"0900 1 123456", "DE", "+499001123456", phone.PremiumRate},
	{"+33 899 12 34 56", "", "+33899123456", phone.PremiumRate},
	{"+979 1 2345 6789", "", "+979123456789", phone.PremiumRate},
	{"0180 1 234567", "DE", "+491801234567", ""}, // shared cost
	{"+800 1234 5678", "", "+80012345678", ""},
}

func TestRead(t *testing.T) {
	for _, tt := range readings {
		if got, extension, cause := phone.Read(tt.in, tt.country); got != tt.want || extension != "" || cause != tt.cause {
			t.Errorf("Read(%q, %q) = %q, %q, %q, want %q, no extension, %q", tt.in, tt.country, got, extension, cause, tt.want, tt.cause)
		}
		if number, extension := phone.SplitExtension(tt.in); number != tt.in || extension != "" {
			t.Errorf("SplitExtension(%q) = %q, %q, want the text and no extension", tt.in, number, extension)
		}
	}
}

func TestReadReadsExtensions(t *testing.T) {
	for _, tt := range extensions {
		got, extension, cause := phone.Read(tt.in, tt.country)
		if got != tt.want || extension != tt.extension || cause != tt.cause {
			t.Errorf("Read(%q, %q) = %q, %q, %q, want %q, %q, %q", tt.in, tt.country, got, extension, cause, tt.want, tt.extension, tt.cause)
		}
		number, split := phone.SplitExtension(tt.in)
		if split != extension {
			t.Errorf("SplitExtension(%q) has the extension %q, want %q as Read", tt.in, split, extension)
		}
		if again, _, odd := phone.Read(number, tt.country); again != got || odd != cause {
			t.Errorf("Read(%q, %q) without the extension = %q, %q, want %q, %q", number, tt.country, again, odd, got, cause)
		}
	}
}

func TestHasCountryCode(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want bool
	}{
		{"+1 202 555 0123", true},
		{" (+1) 202 555 0123", true},
		{"\u202a＋1 202 555 0123\u202c", true},
		{"Home: +1 202 555 0123", true},
		{"202 555 0123", false},
		{"011 44 20 7946 0018", false},
		{"202 555 0123 +1", false},
		{"unknown", false},
		{"", false},
	} {
		if got := phone.HasCountryCode(tt.in); got != tt.want {
			t.Errorf("HasCountryCode(%q) = %v, want %v", tt.in, got, tt.want)
		}
	}
}

func TestCountries(t *testing.T) {
	for _, tt := range []struct{ in, has, hasNot string }{
		{"+12025550123", "US", "CA"},
		{"+16475550123", "CA", "US"},
		{"+18885550123", "CA", "DE"},
		{"+18885550123", "US", "GB"},
		{"+18095550123", "DO", "US"},
		{"+14575550123", "CA", "DE"},
		{"+442079460018", "GB", "US"},
		{"+80012345678", "001", "US"},
		{"+1-555-0123", "", "US"},
		{"+1 202 555 0123", "", "US"},
		{"", "", "US"},
	} {
		got := phone.Countries(tt.in)
		if tt.has != "" && !slices.Contains(got, tt.has) || tt.has == "" && got != nil || slices.Contains(got, tt.hasNot) {
			t.Errorf("Countries(%q) = %q, want %q in it and not %q", tt.in, got, tt.has, tt.hasNot)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{
		"", "+1-555-0123", "+1 202 555 0123", "(202) 555-0123 x5", "2025550123 / x5", "020 7946 0018", "011 44 20 7946 0018",
		"tel:+1-202-555-0123;ext=5", "tel:0123;phone-context=+1202555", "1-800-555-0199", "٢٠٢٥٥٥٠١٢٣", "＋１２０２５５５０１２３",
		"+12025550123\u202c", "\xff1", "+800 1234 5678", "+39 06 5550 1234", "+54 9 11 5550 1234", "*67 202 555 0123", "++1",
		"1-800-FLOWERS", "030 23125000 Eva", "Room 12 030 23125012", "+52 1 55 1234 5678", "+1 457 555 0123", "310-4567",
		"030 23125000/01", "+९१ ९८७६५ ४३२१०", "202-555-XXXX", "1-800-ſLOWERS",
	} {
		for _, country := range []string{"", "US", "GB", "AR", "DE", "MX"} {
			f.Add(s, country)
		}
	}
	f.Fuzz(func(t *testing.T, s, country string) {
		number, extension, cause := phone.Read(s, country)
		if cause != "" && !slices.Contains(phone.Causes(), cause) || (number == "") != (cause != "" && cause != phone.UnknownPrefix && cause != phone.PremiumRate) {
			t.Errorf("Read(%q, %q) = %q, %q", s, country, number, cause)
		}
		if number == "" {
			return
		}
		all := strings.TrimPrefix(string(number), "+")
		if len(all) == len(number) || len(all) > 15 || strings.Trim(all, "0123456789") != "" {
			t.Errorf("Read(%q, %q) = %q, which is not E.164", s, country, number)
		}
		if again, _, odd := phone.Read(string(number), ""); again != number || odd != cause {
			t.Errorf("Read(%q, %q) = %q, %q, but Read of the result = %q, %q", s, country, number, cause, again, odd)
		}
		// Nothing at the end of what was given may be left out.
		given := phone.Digits(s)
		if tail := given[max(0, len(given)-4):]; !strings.ContainsFunc(s, unicode.IsLetter) && !strings.HasSuffix(all+extension, tail) {
			t.Errorf("Read(%q, %q) = %q, which has other last digits", s, country, number)
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
