package rollcall

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestNewID(t *testing.T) {
	for prefix, next := range map[string]func() string{
		"dealer_":  func() string { return string(NewDealerID()) },
		"site_":    func() string { return string(NewSiteID()) },
		"contact_": func() string { return string(NewContactID()) },
		"val_":     func() string { return string(NewValidationID()) },
		"key_":     func() string { return string(NewKeyID()) },
		"req_":     func() string { return string(NewRequestID()) },
	} {
		before := ""
		for range 10_000 {
			id := next()
			rest, ok := strings.CutPrefix(id, prefix)
			if !ok || len(rest) != 26 || strings.Trim(rest, crockford) != "" || rest[0] > '7' {
				t.Fatalf("new identifier = %q, want %s and 26 characters of base32", id, prefix)
			}
			if id <= before {
				t.Fatalf("new identifier = %q, want it to sort after %q", id, before)
			}
			if p := checkID(id); p != nil {
				t.Fatalf("checkID(%q) = %q, want no error", id, messageOf(p))
			}
			before = id
		}
	}
}

func TestIDKeepsEveryBit(t *testing.T) {
	for _, tt := range []struct {
		high, low uint64
		want      string
	}{
		{0, 0, "00000000000000000000000000"},
		{0, 1, "00000000000000000000000001"},
		{0, 1 << 63, "00000000000008000000000000"},
		{1, 0, "0000000000000g000000000000"},
		{1 << 63, 0, "40000000000000000000000000"},
		{1<<64 - 1, 1<<64 - 1, "7zzzzzzzzzzzzzzzzzzzzzzzzz"},
	} {
		if got := encodeID("", tt.high, tt.low); got != tt.want {
			t.Errorf("encodeID(%x, %x) = %s, want %s", tt.high, tt.low, got, tt.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		h1, l1 := rapid.Uint64().Draw(t, "h1"), rapid.Uint64().Draw(t, "l1")
		h2, l2 := rapid.Uint64().Draw(t, "h2"), rapid.Uint64().Draw(t, "l2")
		less := h1 < h2 || h1 == h2 && l1 < l2
		if a, b := encodeID("key_", h1, l1), encodeID("key_", h2, l2); (a < b) != less {
			t.Fatalf("encodeID: %s and %s are not in the order of their bits", a, b)
		}
	})
}

func TestCheckID(t *testing.T) {
	for _, tt := range []struct{ in, code string }{
		{"contact_789ghi", ""},
		{"site_123abc", ""},
		{"1784", ""},
		{"a", ""},
		{"...", ""},
		{"a/b?c=d#e%20f", ""},
		{"Haus 7, Tür 2", ""},
		{"現場-12", ""},
		{strings.Repeat("x", 128), ""},
		{strings.Repeat("ü", 128), ""},
		{"", CodeInvalid},
		{".", CodeInvalid},
		{"..", CodeInvalid},
		{" a", CodeInvalid},
		{"a\u00a0", CodeInvalid},
		{"a\x00b", CodeInvalid},
		{"a\nb", CodeInvalid},
		{"a\u202eb", CodeInvalid},
		{"a\u2066b", CodeInvalid},
		{"\u3164", CodeInvalid},
		{"\u2800", CodeInvalid},
		{"a\u200bb", CodeInvalid},
		{"a\ufeffb", CodeInvalid},
		{"a\xffb", CodeInvalid},
		{strings.Repeat("x", 129), CodeTooLong},
		{strings.Repeat("ü", 129), CodeTooLong},
	} {
		if got := checkID(tt.in); codeOf(got) != tt.code {
			t.Errorf("checkID(%q) = %q, want %q", tt.in, codeOf(got), tt.code)
		}
	}
}

func FuzzID(f *testing.F) {
	for _, s := range []string{
		"", ".", "..", "contact_789ghi", "1784", "a/b", "%2e%2e", "a b", " a ", "現場-12", "e\u0301", "a\u202eb", "\xff",
		strings.Repeat("x", 129),
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if checkID(s) != nil {
			return
		}
		if n := utf8.RuneCountInString(s); n < 1 || n > idMax {
			t.Errorf("checkID accepted %q, which has %d characters", s, n)
		}
		assertClean(t, s)
		if strings.TrimSpace(s) != s || s == "." || s == ".." {
			t.Errorf("checkID accepted %q", s)
		}
	})
}

func BenchmarkNewContactID(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		NewContactID()
	}
}
