package smtp_test

import (
	"testing"

	"example.org/rollcall/internal/testkit"
)

// refusalsAtEachStage are responses of servers with the outcome of the message.
var refusalsAtEachStage = []struct {
	stage, answer string // code, enhanced code, text
	want          string
}{
	{"login", "535 5.7.8 wrong", "refused login_refused"},
	{"login", "454 4.7.0 try again", "later not_now"},
	{"sender", "530 5.7.0 log in first", "refused login_wanted"},
	{"sender", "550 5.1.0 bad sender", "refused sender_refused"},
	{"sender", "553 5.7.1 not owned", "refused sender_refused"},
	{"sender", "451 4.3.0 later", "later not_now"},
	{"sender", "421 4.3.2 shutting down", "later not_now"},
	{"rcpt", "550 5.1.1 <ada.jones@example.com>: no such user", "never no_such_mailbox"},
	{"rcpt", "550 5.1.10 null mx", "never domain_unknown"},
	{"rcpt", "550 5.1.2 bad host", "never domain_unknown"},
	{"rcpt", "553 5.1.3 bad syntax", "never bad_address"},
	{"rcpt", "550 5.2.1 disabled", "never mailbox_disabled"},
	{"rcpt", "552 5.2.2 full", "never mailbox_full"},
	{"rcpt", "550 5.4.1 Recipient address rejected: Access denied", "never no_such_mailbox"},
	{"rcpt", "550 0.0.0 no such user", "never no_such_mailbox"},
	{"rcpt", "550 0.0.0 relaying denied", "refused relay_refused"},
	{"rcpt", "554 5.7.1 <ada.jones@example.com>: Relay access denied", "refused relay_refused"},
	{"rcpt", "550 5.1.8 sender's domain", "refused relay_refused"},
	{"rcpt", "553 0.0.0 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", "refused relay_refused"},
	{"rcpt", "550 0.0.0 authentication required", "refused relay_refused"},
	{"rcpt", "550 0.0.0 Sender verify failed", "refused relay_refused"},
	{"rcpt", "550 0.0.0 rejected because 192.0.2.1 is in a black list", "refused relay_refused"},
	{"rcpt", "554 0.0.0 Service unavailable; Client host blocked using a blocklist", "refused relay_refused"},
	{"rcpt", "552 0.0.0 Message size exceeds fixed limit", "refused relay_refused"},
	{"rcpt", "552 5.2.3 message too long", "refused relay_refused"},
	{"rcpt", "550 0.0.0 Requested action not taken: mailbox unavailable", "refused relay_refused"},
	{"rcpt", "550 0.0.0 unknown user of this relay; log in", "refused relay_refused"},
	{"rcpt", "550 5.1.0 Address rejected", "refused relay_refused"},
	{"rcpt", "550 5.1.0 User unknown", "never no_such_mailbox"},
	{"rcpt", "550 5.0.0 <ada.jones@example.com>... User unknown", "never no_such_mailbox"},
	{"rcpt", "550 0.0.0 sorry, no mailbox here by that name (#5.1.1)", "never no_such_mailbox"},
	{"rcpt", "550 0.0.0 sorry, no mailbox here by that name", "never no_such_mailbox"},
	{"rcpt", "551 0.0.0 recipient does not exist", "never no_such_mailbox"},
	{"rcpt", "552 0.0.0 mailbox is full", "never mailbox_full"},
	{"rcpt", "550 0.0.0 account disabled", "never mailbox_disabled"},
	{"rcpt", "504 5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname", "refused hello_refused"},
	{"rcpt", "501 0.0.0 bad name", "refused hello_refused"},
	{"rcpt", "501 5.1.3 bad address syntax", "never bad_address"},
	{"rcpt", "550 0.0.0 HELO must not be an address in private space", "refused hello_refused"},
	{"content", "550 0.0.0 no such user", "refused message_refused"},
	{"rcpt", "554 0.0.0 no", "refused relay_refused"},
	{"rcpt", "450 4.2.0 greylisted", "later not_now"},
	{"rcpt", "452 4.2.2 full for now", "later not_now"},
	{"content", "550 5.7.1 spam", "refused message_refused"},
	{"content", "554 0.0.0 transaction failed", "refused message_refused"},
	{"content", "550 5.1.1 after all", "never no_such_mailbox"},
	{"content", "451 4.3.0 disk full", "later not_now"},
}

func TestRefusalsAtEachStage(t *testing.T) {
	t.Parallel()
	for _, tt := range refusalsAtEachStage {
		t.Run(tt.stage+" "+tt.answer, func(t *testing.T) {
			t.Parallel()
			s := testkit.NewMailServer(t, false)
			s.Fail(t, tt.stage, tt.answer)
			_, err := send(t, plain(t, s.Address), message())
			if got := outcome(err); got != tt.want {
				t.Errorf("%s, want %s: %v", got, tt.want, err)
			}
			if len(s.Mails()) != 0 {
				t.Error("the server accepted the message after its refusal")
			}
		})
	}
}
