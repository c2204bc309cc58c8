package smtp

import (
	"errors"
	"fmt"
	"net/textproto"
	"regexp"
	"strings"

	"example.org/rollcall/internal/rollcall"
)

// stage is how far a conversation came.
type stage int

const (
	greeting stage = iota
	startTLS
	login
	sender
	rcpt
	content
)

var enhanced = regexp.MustCompile(`^([245]\.\d{1,3}\.\d{1,3})(?:\s|$)`)

// reply is a server's refusal. Its text stays out of what is told: it often repeats the recipient.
type reply struct {
	code     int
	enhanced string // RFC 3463; empty: none
	relaying bool   // it speaks of relaying
}

func replied(err error) bool {
	var answer *textproto.Error
	return errors.As(err, &answer)
}

// refusal returns what became of a message that was refused, or whose connection failed, at a stage before the server
// could have taken it.
func refusal(at stage, err error) error {
	var answer *textproto.Error
	if !errors.As(err, &answer) {
		var garbage textproto.ProtocolError
		if errors.As(err, &garbage) {
			return setup("not_smtp", "what answers at this host and port is no mail server; check both")
		}
		return &rollcall.Undelivered{Code: "connection_lost", Reason: "the connection to the mail server was lost, or it did not answer in time"}
	}
	r := reply{code: answer.Code, relaying: strings.Contains(strings.ToLower(answer.Msg), "relay")}
	if found := enhanced.FindStringSubmatch(answer.Msg); found != nil {
		r.enhanced = found[1]
	}
	u := r.meaning(at)
	if u.Outcome == rollcall.SetupRefuse && (at == rcpt || at == content) && r.code != 530 {
		u.Suspect = rollcall.OverRecipients // it may be about this recipient or message alone
	}
	u.Reason += " (" + strings.TrimSpace(fmt.Sprint(r.code, " ", r.enhanced)) + ")"
	return u
}

// meaning says what a refusal at a stage comes to.
func (r reply) meaning(at stage) *rollcall.Undelivered {
	switch {
	case r.code/100 == 4:
		return &rollcall.Undelivered{Code: "not_now", Reason: "the mail server takes the message later"}
	case r.code/100 != 5:
		return setup("not_smtp", "the mail server answers what no mail server should")
	case r.code == 530:
		return setup("login_wanted", "the mail server wants a login first; set user and password in the address of the server")
	}
	switch at {
	case greeting:
		return setup("server_refuses", "the mail server does not talk to this machine; ask whoever runs it to allow that")
	case startTLS:
		return setup("tls_failed", "the mail server does not begin TLS")
	case login:
		return setup("login_refused", "the mail server does not accept the user and the password that are set")
	case sender:
		return setup("sender_refused", "the mail server does not accept the address that mail comes from; set one that this user may send from")
	case rcpt:
		if u := r.recipient(); u != nil {
			return u
		}
		return setup("relay_refused", "the mail server does not carry mail to others for this machine or user; log in, or ask whoever runs it to allow that")
	default:
		if r.enhanced != "" && (r.class("5.1.") || r.class("5.2.")) {
			if u := r.recipient(); u != nil {
				return u
			}
		}
		return setup("message_refused", "the mail server does not accept the message itself; ask whoever runs it why, for instance whether the address that mail comes from is theirs (SPF, DKIM, DMARC)")
	}
}

func (r reply) class(prefix string) bool { return strings.HasPrefix(r.enhanced, prefix) }

// recipient returns why the recipient cannot be reached, nil where the refusal is about us.
func (r reply) recipient() *rollcall.Undelivered {
	switch {
	case r.enhanced == "5.1.7", r.enhanced == "5.1.8": // of the sender
		return nil
	case r.enhanced == "5.2.2" || r.enhanced == "" && r.code == 552:
		return never("mailbox_full", "the mail server says that this mailbox is full")
	case r.class("5.2."):
		return never("mailbox_disabled", "the mail server says that this mailbox takes no mail")
	case r.enhanced == "5.1.2", r.enhanced == "5.1.10", r.enhanced == "5.4.4":
		return never("domain_unknown", "the mail server says that nobody takes mail for the domain of this address")
	case r.enhanced == "5.1.3" || r.enhanced == "" && (r.code == 501 || r.code == 553):
		return never("bad_address", "the mail server says that this is no address")
	case r.class("5.1."), r.enhanced == "5.4.1":
		return never("no_such_mailbox", "the mail server says that there is no such mailbox")
	case r.enhanced == "5.6.7":
		return never("address_not_supported", "the mail server cannot carry addresses with letters beyond ASCII")
	case r.enhanced == "" && (r.code == 550 || r.code == 551) && !r.relaying:
		return never("no_such_mailbox", "the mail server says that there is no such mailbox")
	}
	return nil
}

func never(code, reason string) *rollcall.Undelivered {
	return &rollcall.Undelivered{Outcome: rollcall.Never, Code: code, Reason: reason}
}

func setup(code, reason string) *rollcall.Undelivered {
	return &rollcall.Undelivered{Outcome: rollcall.SetupRefuse, Code: code, Reason: reason}
}
