package rollcall

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// assertClean fails where an accepted value is not UTF-8 or has a character that no field may have.
func assertClean(t *testing.T, s string) {
	t.Helper()
	if !utf8.ValidString(s) {
		t.Errorf("%q is not valid UTF-8", s)
	}
	for _, r := range s {
		if unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp) || strings.ContainsRune("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", r) {
			t.Errorf("%q contains %U", s, r)
		}
	}
}

func TestCheckLine(t *testing.T) {
	for _, tt := range []struct {
		in       string
		min, max int
		want     string
		code     string
	}{
		{"Élodie", 1, 100, "Élodie", ""},
		{"  Ana \u3000\n", 1, 100, "Ana", ""},
		{"e\u0301", 1, 2, "e\u0301", ""},
		{"佐藤 花子", 1, 100, "佐藤 花子", ""},
		{"\u200fשרה", 1, 100, "\u200fשרה", ""},
		{"می\u200cخواهم", 1, 100, "می\u200cخواهم", ""},
		{"👩\u200d👧", 3, 3, "👩\u200d👧", ""},
		{strings.Repeat("ß", 100), 1, 100, strings.Repeat("ß", 100), ""},
		{"", 0, 100, "", ""},
		{" \t", 0, 100, "", ""},
		{"", 1, 100, "", CodeRequired},
		{" \u00a0 ", 1, 100, "", CodeRequired},
		{"ab", 3, 100, "ab", CodeInvalid},
		{"\u200b", 1, 100, "\u200b", CodeInvalid},
		{"\u200b", 0, 100, "\u200b", CodeInvalid},
		{"\u3164", 1, 100, "\u3164", CodeInvalid},
		{"\u2800\u2800", 1, 100, "\u2800\u2800", CodeInvalid},
		{"\u115f\u1160\uffa0", 1, 100, "\u115f\u1160\uffa0", CodeInvalid},
		{"\u00ad \ufeff\u2060", 1, 100, "\u00ad \ufeff\u2060", CodeInvalid},
		{"\u0301\ufe0f\u034f", 1, 100, "\u0301\ufe0f\u034f", CodeInvalid},
		{"\u200e\U000e0061", 1, 100, "\u200e\U000e0061", CodeInvalid},
		{"\ufffc", 1, 100, "\ufffc", CodeInvalid},
		{"\u200ba", 1, 100, "\u200ba", ""},
		{".", 1, 100, ".", ""},
		{"🙂", 1, 100, "🙂", ""},
		{"\ue000", 1, 100, "\ue000", ""},
		{"PayPal <service@example.org>", 1, 100, "PayPal <service@example.org>", ""},
		{"=?utf-8?q?a?=", 1, 100, "=?utf-8?q?a?=", ""},
		{strings.Repeat("ß", 101), 1, 100, strings.Repeat("ß", 101), CodeTooLong},
		{"a\x00b", 1, 100, "a\x00b", CodeInvalid},
		{"a\nb", 1, 100, "a\nb", CodeInvalid},
		{"a\tb", 1, 100, "a\tb", CodeInvalid},
		{"a\x7fb", 1, 100, "a\x7fb", CodeInvalid},
		{"a\u0085b", 1, 100, "a\u0085b", CodeInvalid},
		{"a\u2028b", 1, 100, "a\u2028b", CodeInvalid},
		{"a\u2029b", 1, 100, "a\u2029b", CodeInvalid},
		{"a\u202ab", 1, 100, "a\u202ab", CodeInvalid},
		{"a\u202eb", 1, 100, "a\u202eb", CodeInvalid},
		{"a\u2066b", 1, 100, "a\u2066b", CodeInvalid},
		{"a\u2069b", 1, 100, "a\u2069b", CodeInvalid},
		{"a\xc3b", 1, 100, "a\xc3b", CodeInvalid},
		{"\xed\xa0\x80", 1, 100, "\xed\xa0\x80", CodeInvalid},
	} {
		got, p := checkLine(tt.in, tt.min, tt.max)
		if got != tt.want || codeOf(p) != tt.code {
			t.Errorf("checkLine(%q, %d, %d) = %q, %q, want %q, %q", tt.in, tt.min, tt.max, got, codeOf(p), tt.want, tt.code)
		}
	}
}

func TestCheckMessageText(t *testing.T) {
	for _, tt := range []struct{ in, code string }{
		{"Please verify your phone number.", ""},
		{"One\nTwo\r\nThree\tFour", ""},
		{"\n x", ""},
		{strings.Repeat("ü", 1000), ""},
		{strings.Repeat("ü", 1001), CodeTooLong},
		{"", CodeInvalid},
		{" \r\n\t", CodeInvalid},
		{"\u200b\n\u3164", CodeInvalid},
		{"One\rTwo", CodeInvalid},
		{"One\r\r\nTwo", CodeInvalid},
		{"\x1b[31m", CodeInvalid},
		{"a\u202eb", CodeInvalid},
		{"a\u2028b", CodeInvalid},
		{"a\xffb", CodeInvalid},
	} {
		if got := checkMessage(tt.in); codeOf(got) != tt.code {
			t.Errorf("checkMessage(%q) = %q, want %q", tt.in, codeOf(got), tt.code)
		}
	}
}

func TestFold(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"", ""},
		{"O'Brien-Smith 7", "o'brien-smith 7"},
		{"ÉLODIE", "elodie"},
		{"E\u0301lodie", "elodie"},
		{"Müller", "muller"},
		{"GROẞ Groß gross", "gross gross gross"},
		{"ΣΊΣΥΦΟΣ Σίσυφος", "σισυφοσ σισυφοσ"},
		{"İstanbul Iğdır", "istanbul igdir"},
		{"Ａｎａ ﬁn ①", "ana fin 1"},
		{"Nguyễn Thị Đào", "nguyen thi dao"},
		{"Søren Łukasz", "soren lukasz"},
		{"Œuvre Cœur ÆGIR", "oeuvre coeur aegir"},
		{"Þór Guðrún ÐURIĆ", "thor gudrun duric"},
		{"Ħamrun Ŋaŋa", "hamrun nana"},
		{"O’Brien Oʼbrien O`Brien O´Brien O＇Brien", "o'brien o'brien o'brien o'brien o'brien"},
		{"O`Brien", "o'brien"},
		{"Ǿrsted Ǽ", "orsted ae"},
		{"Ёлка", "елка"},
		{"a\u00a0b", "a b"},
		{"ab\xff", "ab\ufffd"},
		{"é\xff", "e\ufffd"},
	} {
		if got := Fold(tt.in); got != tt.want {
			t.Errorf("Fold(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestSenderName(t *testing.T) {
	for in, want := range map[string]string{
		" Harbour Alarm ":                  "",
		"Müller & Söhne, Inc. (24/7)":      "",
		"Alarms @ Home":                    "",
		"A@B Security":                     "",
		"@harbour":                         "",
		"harbour.example":                  "",
		"":                                 CodeRequired,
		"\u3164":                           CodeInvalid,
		"PayPal <service@example.org>":     CodeInvalid,
		"PayPal ＜service＠example．org＞":     CodeInvalid,
		"service@example.org":              CodeInvalid,
		"PayPal (service@example.org)":     CodeInvalid,
		"a > b":                            CodeInvalid,
		"=?utf-8?q?=E2=80=AEmralA?= Alarm": CodeInvalid,
	} {
		if _, p := senderName(100)(in); codeOf(p) != want {
			t.Errorf("senderName(100)(%q) = %q, want %q", in, codeOf(p), want)
		}
	}
}

func TestSearchTextOfAnAddress(t *testing.T) {
	for in, want := range map[EmailAddress]string{
		"":                          "",
		"John.Doe@Example.com":      "john.doe@example.com",
		`"bob"@example.org`:         `"bob"@example.org bob@example.org`,
		"bob@ｅxample.org":           "bob@example.org",
		"bob@example。org":           "bob@example。org bob@example.org",
		"ana@bücher.example":        "ana@bucher.example ana@xn--bcher-kva.example",
		"ana@xn--bcher-kva.example": "ana@xn--bcher-kva.example ana@bucher.example",
		"O`Neil@example.org":        "o'neil@example.org",
	} {
		if got := in.searchText(); got != want {
			t.Errorf("%q.searchText() = %q, want %q", in, got, want)
		}
	}
}

func TestFoldEveryCharacter(t *testing.T) {
	for r := range unicode.MaxRune + 1 {
		s := Fold(string(r))
		if again := Fold(s); again != s {
			t.Errorf("Fold(%U) = %+q, and folded again %+q", r, s, again)
		}
		// A mark that has an upper case of its own is the one letter that cannot be found by it.
		if r == 0x0345 {
			continue
		}
		for _, other := range []string{strings.ToUpper(string(r)), strings.ToLower(string(r))} {
			if got := Fold(other); got != s {
				t.Errorf("Fold(%U) = %+q, but in the other case %+q", r, s, got)
			}
		}
	}
}

func TestFoldProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.String().Draw(t, "a"), rapid.String().Draw(t, "b")
		if Fold(Fold(a)) != Fold(a) {
			t.Fatalf("Fold of %q changes when it is folded again", a)
		}
		if Fold(a+" "+b) != Fold(a)+" "+Fold(b) {
			t.Fatalf("Fold of %q and %q is not the fold of each", a, b)
		}
		if !utf8.ValidString(Fold(a)) {
			t.Fatalf("Fold(%q) is not valid UTF-8", a)
		}
	})
}

func FuzzName(f *testing.F) {
	for _, s := range []string{
		"", " ", "John", " Élodie\n", "O'Brien", "佐藤", "\u200fשרה", "a\u202eb", "\u2066a\u2069", "\xff", "a\x00", "e\u0301",
		"İ", "ﬃ", "ΐ", "\u0345", strings.Repeat("ß", 101),
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, term := range SearchTerms(s) {
			if term == "" || !utf8.ValidString(term) || strings.ContainsFunc(term, unicode.IsSpace) {
				t.Errorf("SearchTerms(%q) contains %q", s, term)
			}
		}
		if checkMessage(s) == nil {
			assertClean(t, strings.NewReplacer("\r\n", "", "\n", "", "\t", "").Replace(s))
		}
		name, p := checkLine(s, 1, 100)
		if p != nil {
			return
		}
		if n := utf8.RuneCountInString(name); n < 1 || n > 100 {
			t.Errorf("checkLine accepted %q, which has %d characters", name, n)
		}
		assertClean(t, name)
		if again, p := checkLine(name, 1, 100); p != nil || again != name {
			t.Errorf("checkLine accepted %q, and then refused it: %q", name, messageOf(p))
		}
		if !strings.Contains(s, name) {
			t.Errorf("checkLine(%q) = %q, want it unchanged", s, name)
		}
	})
}

func BenchmarkFold(b *testing.B) {
	for _, bb := range []struct{ name, text string }{
		{"ascii", "John Doe john.doe@example.org"},
		{"latin", "Élodie Müller elodie@example.org"},
		{"kana", "サトウ ハナコ hanako@example.org"},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Fold(bb.text)
			}
		})
	}
}
