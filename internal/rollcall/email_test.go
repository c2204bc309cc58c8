package rollcall

import (
	"strings"
	"testing"
)

func TestEmailRule(t *testing.T) {
	for _, tt := range []struct{ in, want, code, message string }{
		{"ann@example.org", "ann@example.org", "", ""},
		{" ann@example.org ", "ann@example.org", "", ""},
		{"\u00a0Ann@Example.org\r\n", "Ann@Example.org", "", ""},
		{`"bob"@example.org`, `"bob"@example.org`, "", ""},
		{"bob@ｅxample.org", "bob@ｅxample.org", "", ""},
		{"", "", CodeInvalid, "must be one address such as name@example.org"},
		{" ", "", CodeInvalid, "must be one address such as name@example.org"},
		{"ann @example.org", "ann @example.org", CodeInvalid, "must be one address such as name@example.org"},
		{"Ann <ann@example.org>", "Ann <ann@example.org>", CodeInvalid, "must be one address such as name@example.org"},
		{"ann@localhost", "ann@localhost", CodeInvalid, "must have a dot in the domain after the @, such as name@example.org"},
		{"ann@192.0.2.1", "ann@192.0.2.1", CodeInvalid, "must name a domain after the @, such as name@example.org, not an IP address"},
		{"a@email€a.com", "a@email€a.com", CodeInvalid, "must have a domain name after the @ that can be looked up, such as name@example.org"},
		{strings.Repeat("l", 65) + "@example.org", strings.Repeat("l", 65) + "@example.org", CodeTooLong, "must have at most 64 bytes before the @"},
	} {
		got, p := emailRule(tt.in)
		if got != tt.want || codeOf(p) != tt.code || messageOf(p) != tt.message {
			t.Errorf("emailRule(%q) = %q, %q %q, want %q, %q %q", tt.in, got, codeOf(p), messageOf(p), tt.want, tt.code, tt.message)
		}
	}
}

func TestEmailKey(t *testing.T) {
	for in, want := range map[EmailAddress]string{"": "", `"Bob"@ｅxample.org`: "bob@example.org"} {
		if got := in.Key(); got != want {
			t.Errorf("%q.Key() = %q, want %q", in, got, want)
		}
	}
}
