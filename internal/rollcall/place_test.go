package rollcall

import (
	"strings"
	"testing"

	"golang.org/x/text/language"
)

func TestCheckCountry(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"US", "US"}, {"us", "US"}, {"De", "DE"}, {"gB", "GB"}, {"AQ", "AQ"}, {"ZW", "ZW"}, {"XK", "XK"},
		{"", ""}, {"U", ""}, {"USA", ""}, {"001", ""}, {"1A", ""}, {"U ", ""}, {" U", ""}, {"D A", ""}, {"É", ""}, {"@@", ""},
		{"UK", ""}, {"EU", ""}, {"UN", ""}, {"XX", ""}, {"ZZ", ""}, {"AN", ""}, {"SU", ""}, {"YU", ""}, {"DD", ""}, {"FX", ""},
	} {
		got, p := checkCountry(tt.in)
		if p != nil != (tt.want == "") || p == nil && got != tt.want {
			t.Errorf("checkCountry(%q) = %q, %q, want %q", tt.in, got, messageOf(p), tt.want)
		}
	}
	if _, p := checkCountry("uk"); messageOf(p) != "must be GB for the United Kingdom" {
		t.Errorf("checkCountry(uk) = %q, want a hint at GB", messageOf(p))
	}
}

func TestCountriesAreInUse(t *testing.T) {
	codes := strings.Fields(countries)
	if len(codes) != 250 {
		t.Errorf("there are %d countries, want 250", len(codes))
	}
	for i, code := range codes {
		region, err := language.ParseRegion(code)
		if err != nil || !region.IsCountry() || region.Canonicalize() != region {
			t.Errorf("%s is not a country", code)
		}
		if i > 0 && code <= codes[i-1] {
			t.Errorf("%s is after %s", code, codes[i-1])
		}
	}
}

func TestCheckTimezone(t *testing.T) {
	for _, tt := range []struct {
		in string
		ok bool
	}{
		{"Europe/Berlin", true},
		{"America/Argentina/ComodRivadavia", true},
		{"America/Port-au-Prince", true},
		{"Etc/GMT+5", true},
		{"UTC", true},
		{"", false},
		{"Local", false},
		{"Factory", false},
		{"Europe", false},
		{"Europe/", false},
		{"Europe/Nowhere", false},
		{"europe/berlin", false},
		{"posixrules", false},
		{"posix/Europe/Berlin", false},
		{"America//New_York", false},
		{"America/New_York/", false},
		{"America///New_York", false},
		{"right/UTC", false},
		{"localtime", false},
		{"zone.tab", false},
		{"+02:00", false},
		{"../../etc/passwd", false},
		{"Europe/../UTC", false},
		{"/etc/passwd", false},
		{`C:\Windows`, false},
		{"UTC\x00", false},
		{"Europe/Zürich", false},
		{strings.Repeat("A/", 40), false},
		{strings.Repeat("A", 1<<20), false},
	} {
		if p := checkTimezone(tt.in); p != nil == tt.ok {
			t.Errorf("checkTimezone(%.80q): %q, want ok %v", tt.in, messageOf(p), tt.ok)
		}
	}
}

func TestCheckLanguage(t *testing.T) {
	for _, tt := range []struct {
		in string
		ok bool
	}{
		{"en", true},
		{"EN-us", true},
		{"pt-BR", true},
		{"zh-Hant-TW", true},
		{"de-DE-1996", true},
		{"es-419", true},
		{"sr-Latn", true},
		{"", false},
		{"e", false},
		{"english", false},
		{"en_US", false},
		{"en-", false},
		{"en US", false},
		{"zz", false},
		{"und", false},
		{"und-US", false},
		{"root", false},
		{"x-private", false},
		{"en-QQQQ-ZZZZ", false},
		{"en\x00", false},
		{"\xff", false},
		{"en-x-" + strings.Repeat("a-", 40) + "a", false},
	} {
		if p := checkLanguage(tt.in); p != nil == tt.ok {
			t.Errorf("checkLanguage(%q): %q, want ok %v", tt.in, messageOf(p), tt.ok)
		}
	}
}

func FuzzPlace(f *testing.F) {
	for _, s := range []string{"", "us", "UK", "Europe/Berlin", "../x", "Local", "en-US", "zh-Hant-TW", "x-y", "\xff", "A//B", "I-KLINGON"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if upper, p := checkCountry(s); p == nil && (len(upper) != 2 || !strings.EqualFold(upper, s)) {
			t.Errorf("checkCountry(%q) = %q", s, upper)
		}
		if checkTimezone(s) == nil && (len(s) > timezoneMax || strings.Contains(s, "..")) {
			t.Errorf("checkTimezone accepted %q", s)
		}
		if checkLanguage(s) == nil {
			assertClean(t, s)
			if len(s) > languageMax {
				t.Errorf("checkLanguage accepted %q", s)
			}
		}
	})
}

func BenchmarkCheckTimezone(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		checkTimezone("Europe/Berlin")
	}
}
