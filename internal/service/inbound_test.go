package service

import (
	"strings"
	"testing"

	"example.org/rollcall/internal/rollcall"
)

func TestKeptReply(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", " \n ": "", "Who is this?\n": "Who is this?", "a\x00b\x07c": "abc", "a\u202eb": "ab", "\xff": "\ufffd", "zoë 🙂": "zoë 🙂",
		strings.Repeat("é", 600): strings.Repeat("é", 500),
	} {
		if got := keptReply(text); got != want {
			t.Errorf("keptReply(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestRecipientKey(t *testing.T) {
	t.Parallel()
	for _, same := range []struct {
		p rollcall.PointKind
		a string
		b string
	}{
		{rollcall.PhonePoint, "+12025550147", "12025550147"},
		{rollcall.PhonePoint, "+1-555-0123", "+1 (555) 0123"},
		{rollcall.EmailPoint, "John.Doe@Example.com", "john.doe@example.COM"},
		{rollcall.EmailPoint, "john@bücher.example", "john@xn--bcher-kva.example"},
		{rollcall.EmailPoint, `"a@b"@example.com`, `"A@B"@example.com`},
		{rollcall.EmailPoint, "ana@bücher.example", "ana@bu\u0308cher.example"},
		{rollcall.EmailPoint, "victim@example.com", `"v\ictim"@example.com`},
	} {
		if a, b := recipientKey(same.p, same.a), recipientKey(same.p, same.b); a != b {
			t.Errorf("recipientKey of %s and %s = %q and %q, want the same", same.a, same.b, a, b)
		}
	}
	if a, b := recipientKey(rollcall.EmailPoint, "a.b@example.com"), recipientKey(rollcall.EmailPoint, "ab@example.com"); a == b {
		t.Errorf("recipientKey of two mailboxes = %q, want different ones", a)
	}
}
