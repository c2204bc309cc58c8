package smtp_test

import (
	"mime"
	stdmail "net/mail"
	"strings"
	"testing"

	"example.org/rollcall/internal/testkit"
)

// TestNamesAreShownAsTyped checks that a name in the subject and before the sender's address is read back as it was typed.
func TestNamesAreShownAsTyped(t *testing.T) {
	t.Parallel()
	s := testkit.NewMailServer(t, false)
	for _, name := range []string{
		"Harbour Alarm",
		"Harbour & Sons, Inc.",
		`Harbour "24/7" Alarm`,
		"Alarmes Élysée",
		"حراسة الميناء",
		"=?utf-8?q?=E2=80=AElaPyaP?=",
		"=?utf-8?b?UGF5UGFs?= Alarm",
		"Alarm =?utf-8?q?a?= =?utf-8?q?b?=",
		"PayPal <service@paypal.example>",
		"service@paypal.example",
		`"PayPal" <service@paypal.example>`,
		strings.Repeat("=?utf-8?q?long?= name <", 8),
		"=?Élysée?= <service@paypal.example>",
	} {
		m := message()
		m.From, m.Subject = name, name+": can we reach you here?"
		if _, err := send(t, plain(t, s.Address), m); err != nil {
			t.Fatal(err)
		}
		mails := s.Mails()
		got, err := stdmail.ReadMessage(strings.NewReader(mails[len(mails)-1].Text))
		if err != nil {
			t.Fatal(err)
		}
		from, err := stdmail.ParseAddress(got.Header.Get("From"))
		if err != nil || from.Name != name || from.Address != "alarms@example.org" {
			t.Errorf("From of %q is read as %+v, %v (%q)", name, from, err, got.Header.Get("From"))
		}
		if strings.Contains(name, "paypal") && strings.Contains(got.Header.Get("From"), "service@") {
			t.Errorf("From of %q holds a second address: %q", name, got.Header.Get("From"))
		}
		subject, err := new(mime.WordDecoder).DecodeHeader(got.Header.Get("Subject"))
		if err != nil || subject != m.Subject {
			t.Errorf("Subject %q is read as %q, %v", m.Subject, subject, err)
		}
		head, _, _ := strings.Cut(mails[len(mails)-1].Text, "\r\n\r\n")
		for line := range strings.SplitSeq(head, "\r\n") {
			if len(line) > 78 && !strings.HasPrefix(line, "List-") {
				t.Errorf("name %q: header line of %d characters, want at most 78: %q", name, len(line), line)
			}
		}
	}
}
