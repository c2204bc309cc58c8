package rollcall

import (
	"strings"
	"testing"
	"unicode"
)

func TestCheckEmailAccepts(t *testing.T) {
	label63 := strings.Repeat("d", 63)
	long := strings.Repeat("l", 64) + "@" + label63 + "." + label63 + "." // 193 bytes
	for _, in := range []string{
		"john.doe@example.org",
		"John.Doe+alarm@Example.ORG",
		"a@b",
		"root@localhost",
		"!#$%&'*+-/=?^_`{|}~@example.org",
		`"john doe"@example.org`,
		`"a\"b@c"@example.org`,
		"jörg@bücher.example",
		"用户@例子.example",
		"a@xn--bcher-kva.example",
		"می\u200cخواهم@example.org",
		"a@1.example",
		long + strings.Repeat("d", 61),
	} {
		if got := checkEmail(in); got.bad() {
			t.Errorf("checkEmail(%q) = %q: %s", in, got.code, got.message)
		}
	}
}

func TestCheckEmailBounds(t *testing.T) {
	label63 := strings.Repeat("d", 63)
	long := strings.Repeat("l", 64) + "@" + label63 + "." + label63 + "." // 193 bytes
	for _, in := range []string{
		long + strings.Repeat("d", 62),
		strings.Repeat("l", 65) + "@example.org",
		strings.Repeat("ü", 33) + "@example.org",
	} {
		if got := checkEmail(in); got.code != codeTooLong {
			t.Errorf("checkEmail(%q) = %q, want %q", in, got.code, codeTooLong)
		}
	}
}

func TestCheckEmailRefuses(t *testing.T) {
	for _, in := range []string{
		"",
		"example.org",
		"@example.org",
		"john@",
		"john@@example.org",
		"john@doe@example.org",
		"john doe@example.org",
		" john@example.org",
		"john@example.org ",
		"john @example.org",
		"john@ example.org",
		"\u00a0john@example.org",
		"\u200bjohn@example.org",
		".john@example.org",
		"john.@example.org",
		"john..doe@example.org",
		`""@example.org`,
		`"a"."b"@example.org`,
		`"a" @example.org`,
		`"a"(b)@example.org`,
		"<john@example.org>",
		"John <john@example.org>",
		`"John" <john@example.org>`,
		"john@example.org (John)",
		"john(x)@example.org",
		"group: john@example.org;",
		"john@example.org, jane@example.org",
		"mailto:john@example.org",
		"john@example.org\r\nBcc: jane@example.org",
		"\"a\r\n b\"@example.org",
		"\"a\tb\"@example.org",
		"john\x00@example.org",
		"john\u202e@example.org",
		"john\xff@example.org",
	} {
		if got := checkEmail(in); got.code != codeInvalid {
			t.Errorf("checkEmail(%q) = %q, want %q", in, got.code, codeInvalid)
		}
	}
}

func TestCheckEmailDomain(t *testing.T) {
	for _, in := range []string{
		"john@[192.0.2.1]",
		"john@[IPv6:2001:db8::1]",
		"john@192.0.2.1",
		"john@example..org",
		"john@example.org.",
		"john@-example.org",
		"john@exa_mple.org",
		"john@xn--a.example",
		"john@" + strings.Repeat("d", 64) + ".example",
		"john@" + strings.Repeat("ü", 60) + ".example",
	} {
		if got := checkEmail(in); got.code != codeInvalid {
			t.Errorf("checkEmail(%q) = %q, want %q", in, got.code, codeInvalid)
		}
	}
}

func TestCheckEmailAddressLiteral(t *testing.T) {
	want := "must name a domain after the @, such as name@example.org, not an IP address"
	for _, in := range []string{"john@[192.0.2.1]", "john@[IPv6:2001:db8::1]", "john@192.0.2.1"} {
		if got := checkEmail(in); got.message != want {
			t.Errorf("checkEmail(%q) says %q", in, got.message)
		}
	}
}

func FuzzEmail(f *testing.F) {
	for _, s := range []string{
		"", "@", "john.doe@example.org", `"john doe"@example.org`, `"a\"b@c"@example.org`, "jörg@bücher.example",
		"John <john@example.org>", "john@example.org (x)", "a@[192.0.2.1]", "a@192.0.2.1", "g: a@example.org;",
		"a@b,c@d", "a@example.org\r\nBcc: b@example.org", "=?utf-8?q?a?=@example.org", "a@xn--a", "a\u202e@b", "\xff@b",
		"a@b\u3002example", `"a" <b@example.org>`, `"@"@example.org`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if checkEmail(s).bad() {
			return
		}
		assertClean(t, s)
		local, domain := s[:strings.LastIndexByte(s, '@')], s[strings.LastIndexByte(s, '@')+1:]
		if len(s) > emailMax || local == "" || len(local) > emailLocalMax || domain == "" {
			t.Errorf("%q was accepted", s)
		}
		if strings.ContainsAny(domain, " <>()[],;:\"\\") || strings.ContainsFunc(domain, unicode.IsSpace) {
			t.Errorf("%q was accepted with such a domain", s)
		}
		if local[0] != '"' && strings.ContainsAny(local, " <>()[],;:\"\\@") {
			t.Errorf("%q was accepted with such a local part", s)
		}
	})
}

func BenchmarkCheckEmail(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		checkEmail("john.doe@example.org")
	}
}
