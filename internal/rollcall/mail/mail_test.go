package mail

import (
	"maps"
	"strings"
	"testing"
	"unicode"
)

func label(r string, n int) string { return strings.Repeat(r, n) }

// checks are addresses, and what Check returns for each.
var checks = map[string]error{
	"john.doe@example.org":                 nil,
	"John.Doe+alarm@Example.ORG":           nil,
	"!#$%&'*+-/=?^_`{|}~@example.org":      nil,
	`"john doe"@example.org`:               nil,
	`"bob"@example.org`:                    nil,
	`"v\ictim"@example.org`:                nil,
	`"a\"b@c"@example.org`:                 nil,
	`"<a>"@example.org`:                    nil,
	"jörg@bücher.example":                  nil,
	"ana@bu\u0308cher.example":             nil,
	"用户@例子.example":                        nil,
	"a@xn--bcher-kva.example":              nil,
	"bob@ｅxample.org":                      nil,
	"bob@example。org":                      nil,
	"a@faß.example":                        nil,
	"a@l·l.example":                        nil,
	"a@उदाहरण.परीक्षा":                     nil,
	"می\u200cخواهم@example.org":            nil,
	"a@1.example":                          nil,
	"a@sub.example.co.uk":                  nil,
	"":                                     ErrInvalid,
	"example.org":                          ErrInvalid,
	"@example.org":                         ErrInvalid,
	"john@":                                ErrDomain,
	"john@@example.org":                    ErrInvalid,
	"john@doe@example.org":                 ErrInvalid,
	"john doe@example.org":                 ErrInvalid,
	" john@example.org":                    ErrInvalid,
	"john@example.org ":                    ErrDomain,
	"john @example.org":                    ErrInvalid,
	"john@ example.org":                    ErrDomain,
	"\u00a0john@example.org":               ErrInvalid,
	"\u200bjohn@example.org":               ErrInvalid,
	"jo\u00adhn@example.org":               ErrInvalid,
	"jo\u2060hn@example.org":               ErrInvalid,
	"jo\u034fhn@example.org":               ErrInvalid,
	"jo\ufe0fhn@example.org":               ErrInvalid,
	"\u3164@example.org":                   ErrInvalid,
	"\u2800@example.org":                   ErrInvalid,
	".john@example.org":                    ErrInvalid,
	"john.@example.org":                    ErrInvalid,
	"john..doe@example.org":                ErrInvalid,
	`""@example.org`:                       ErrInvalid,
	`"@example.org`:                        ErrInvalid,
	`"a"."b"@example.org`:                  ErrInvalid,
	`"a" @example.org`:                     ErrInvalid,
	`"a"(b)@example.org`:                   ErrInvalid,
	`"a" <b"@example.org`:                  ErrInvalid,
	"<john@example.org>":                   ErrInvalid,
	"John <john@example.org>":              ErrInvalid,
	`"John" <john@example.org>`:            ErrInvalid,
	"john@example.org (John)":              ErrDomain,
	"john(x)@example.org":                  ErrInvalid,
	"group: john@example.org;":             ErrInvalid,
	"john@example.org, jane@example.org":   ErrInvalid,
	"mailto:john@example.org":              ErrInvalid,
	"john@example.org\r\nBcc: a@b.example": ErrInvalid,
	"\"a\r\n b\"@example.org":              ErrInvalid,
	"\"a\tb\"@example.org":                 ErrInvalid,
	"john\x00@example.org":                 ErrInvalid,
	"john\u202e@example.org":               ErrInvalid,
	"john\xff@example.org":                 ErrInvalid,
	"john@[192.0.2.1]":                     ErrLiteral,
	"john@[IPv6:2001:db8::1]":              ErrLiteral,
	"john@192.0.2.1":                       ErrLiteral,
	"ann@localhost":                        ErrNoDot,
	"ann@ｌocalhost":                        ErrNoDot,
	"a@b":                                  ErrNoDot,
	"john@example..org":                    ErrDomain,
	"john@.example.org":                    ErrDomain,
	"john@example.org.":                    ErrDomain,
	"john@localhost.":                      ErrDomain,
	"john@example.org。":                    ErrDomain,
	"john@-example.org":                    ErrDomain,
	"john@example-.org":                    ErrDomain,
	"john@ab--cd.org":                      ErrDomain,
	"john@exa_mple.org":                    ErrDomain,
	"john@example.123":                     ErrDomain,
	"john@example.１２３":                     ErrDomain,
	"john@192.0.2.１":                       ErrDomain,
	"john@xn--a.example":                   ErrDomain,
	"john@xn--BCHER-kva.example":           nil,
	"a@email€a.com":                        ErrDomain,
	"a@xn--emaila-vg1b.com":                ErrDomain,
	"a@i❤.example":                         ErrDomain,
	"a@😀.example":                          ErrDomain,
	"a@a⁄b.example":                        ErrDomain,
	"a@a\u0640b.example":                   ErrDomain,
	"a@\u0301a.example":                    ErrDomain,
	"a@ᄀ.example":                          ErrDomain,
	"a@a\u200db.example":                   ErrDomain,
	"a@אa.example":                         ErrDomain,
	"a@a\u00adb.example":                   ErrInvalid,
	"john@" + label("d", 64) + ".example":  ErrDomain,
	"john@" + label("ü", 60) + ".example":  ErrDomain,
	label("l", 65) + "@example.org":        ErrLocalTooLong,
	label("ü", 33) + "@example.org":        ErrLocalTooLong,
}

func TestCheck(t *testing.T) {
	long := label("l", 64) + "@" + label("d", 63) + "." + label("d", 63) + "." // 193 bytes
	cases := map[string]error{
		long + label("d", 61): nil,
		long + label("d", 62): ErrTooLong,
		// 172 bytes as given, and 268 with an ASCII domain.
		label("l", 64) + "@" + strings.Repeat("例.", 24) + "example.org": ErrTooLong,
	}
	maps.Copy(cases, checks)
	for in, want := range cases {
		if got := Check(in); got != want {
			t.Errorf("Check(%q) = %v, want %v", in, got, want)
		}
	}
}

// keys are addresses, and the key of each.
var keys = map[string]string{
	"bob@example.org":              "bob@example.org",
	"BOB@EXAMPLE.org":              "bob@example.org",
	`"bob"@example.org`:            "bob@example.org",
	`"b\ob"@example.org`:           "bob@example.org",
	`"\b\o\b"@example.org`:         "bob@example.org",
	"bob@ｅxample.org":              "bob@example.org",
	"bob@example。org":              "bob@example.org",
	"bob@example．org":              "bob@example.org",
	"ana@bücher.example":           "ana@xn--bcher-kva.example",
	"ana@bu\u0308cher.example":     "ana@xn--bcher-kva.example",
	"ana@BÜCHER.example":           "ana@xn--bcher-kva.example",
	"ana@xn--bcher-kva.example":    "ana@xn--bcher-kva.example",
	"ana@XN--BCHER-KVA.example":    "ana@xn--bcher-kva.example",
	"a@faß.example":                "a@xn--fa-hia.example",
	"a@fass.example":               "a@fass.example",
	"JÖRG@example.org":             "jörg@example.org",
	"jo\u0308rg@example.org":       "jörg@example.org",
	"ΝΊΚΟΣ@example.org":            "νίκοσ@example.org",
	"νίκος@example.org":            "νίκοσ@example.org",
	"\u212Aate@example.org":        "kate@example.org",
	"straße@example.org":           "straße@example.org",
	"strasse@example.org":          "strasse@example.org",
	"ılgaz@example.org":            "ılgaz@example.org",
	"ilgaz@example.org":            "ilgaz@example.org",
	"bob+alarm@example.org":        "bob+alarm@example.org",
	`"john doe"@example.org`:       `"john doe"@example.org`,
	`"john\ doe"@example.org`:      `"john doe"@example.org`,
	`"a\"b"@example.org`:           `"a\"b"@example.org`,
	`"\"bob\""@example.org`:        `"\"bob\""@example.org`,
	`"a@b"@example.org`:            `"a@b"@example.org`,
	`"bob."@example.org`:           `"bob."@example.org`,
	`"a.b"@example.org`:            "a.b@example.org",
	`"v\ictim"@xn--bcher-kva.test`: "victim@xn--bcher-kva.test",
	"":                             "",
	"Bob":                          "bob",
	"@":                            `""@`,
}

func TestKey(t *testing.T) {
	for in, want := range keys {
		got := Key(in)
		if got != want {
			t.Errorf("Key(%q) = %q, want %q", in, got, want)
		}
		if again := Key(got); again != got {
			t.Errorf("Key(Key(%q)) = %q, want %q", in, again, got)
		}
	}
}

// TestKeyOfEveryCharacter holds that the key of a key is the key, for every character that a local part or a domain may have.
func TestKeyOfEveryCharacter(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if unicode.In(r, unicode.Han, unicode.Hangul, unicode.Tangut, unicode.Co, unicode.Cs) && r&0xFF != 0 {
			continue // of these, one in 256 will do
		}
		spellings := []string{string(r) + "@example.org", "a\u0345" + string(r) + "\u0301@example.org"}
		if r < 0x20000 && unicode.IsGraphic(r) {
			spellings = append(spellings, "a@a"+string(r)+".example")
		}
		for _, s := range spellings {
			key := Key(s)
			if again := Key(key); again != key {
				t.Fatalf("Key(Key(%+q)) = %+q, want %+q", s, again, key)
			}
			if Check(s) == nil && Check(key) != nil {
				t.Fatalf("Check(Key(%+q)) = %v, want nil", s, Check(key))
			}
		}
	}
}

func TestASCII(t *testing.T) {
	for in, want := range map[string]string{
		"user@bücher.example":    "user@xn--bcher-kva.example",
		"User@Example.ORG":       "User@example.org",
		"jörg@bücher.example":    "jörg@xn--bcher-kva.example",
		`"a@b c"@example。org`:    `"a@b c"@example.org`,
		"user@faß.example":       "user@xn--fa-hia.example",
		"user@bu\u0308cher.test": "user@xn--bcher-kva.test",
	} {
		if got := ASCII(in); got != want {
			t.Errorf("ASCII(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestDomain(t *testing.T) {
	for in, want := range map[string]string{
		"ana@xn--bcher-kva.example": "bücher.example",
		"ana@example.org":           "example.org",
		"ana@xn--a.example":         "xn--a.example",
	} {
		if got := Domain(in); got != want {
			t.Errorf("Domain(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzAddress(f *testing.F) {
	for _, s := range []string{
		"", "@", "john.doe@example.org", `"john doe"@example.org`, `"a\"b@c"@example.org`, "jörg@bücher.example",
		"John <john@example.org>", "john@example.org (x)", "a@[192.0.2.1]", "a@192.0.2.1", "g: a@example.org;",
		"a@b,c@d", "a@example.org\r\nBcc: b@example.org", "=?utf-8?q?a?=@example.org", "a@xn--a", "a\u202e@b", "\xff@b",
		"a@b\u3002example", `"a" <b@example.org>`, `"@"@example.org`, "ana@bu\u0308cher.example", "a@email€a.com", `"\"@example.org`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		key := Key(s)
		if again := Key(key); again != key {
			t.Fatalf("Key(Key(%q)) = %q, want %q", s, again, key)
		}
		if Check(s) != nil {
			return
		}
		local, domain := s[:strings.LastIndexByte(s, '@')], s[strings.LastIndexByte(s, '@')+1:]
		if len(s) > addressMax || local == "" || len(local) > localMax || !strings.Contains(ASCII(s), ".") {
			t.Errorf("Check(%q) = nil, want an error", s)
		}
		if strings.ContainsAny(domain, " <>()[],;:\"\\") || strings.ContainsFunc(domain, unicode.IsSpace) {
			t.Errorf("Check(%q) = nil, want an error about the domain", s)
		}
		if local[0] != '"' && strings.ContainsAny(local, " <>()[],;:\"\\@") {
			t.Errorf("Check(%q) = nil, want an error about the local part", s)
		}
		for _, other := range []string{ASCII(s), quoted(unquote(local)) + "@" + domain, local + "@" + strings.ToUpper(ASCII("@" + domain)[1:])} {
			if Key(s) != Key(other) {
				t.Errorf("Key(%q) = %q, want %q, as of %q", other, Key(other), key, s)
			}
		}
	})
}

func quoted(local string) string {
	var b strings.Builder
	for _, r := range local {
		b.WriteString(`\` + string(r))
	}
	return `"` + b.String() + `"`
}

func BenchmarkCheck(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_ = Check("john.doe@example.org")
	}
}

func BenchmarkKey(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Key("john.doe@example.org")
	}
}
