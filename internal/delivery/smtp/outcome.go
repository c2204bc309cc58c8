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

// enhanced finds the code of RFC 3463 where it belongs, or in the text as qmail writes it: (#5.7.1).
var enhanced = regexp.MustCompile(`^([245]\.\d{1,3}\.\d{1,3})(?:\s|$)|#([245]\.\d{1,3}\.\d{1,3})\b`)

// The words by which servers that give no enhanced code, or one that says nothing, tell why.
var (
	aboutUs      = regexp.MustCompile(`(?i)sender|relay|rcpthosts|authenti|log ?in|block|black ?list|spam|reputation|policy|banned|\bspf\b|\bdkim\b|\bdmarc\b|message size|too large`)
	aboutHello   = regexp.MustCompile(`(?i)\b(?:helo|ehlo)\b`)
	noSuchUser   = regexp.MustCompile(`(?i)(?:no such|unknown|invalid|non-?existent) (?:user|recipient|mailbox|account|address|person)|(?:user|recipient|mailbox|account|address)(?: is)? (?:unknown|not found|does(?: not|n't) exist)|no mailbox (?:here )?by that name|(?:user|recipient|mailbox|account) unknown`)
	mailboxFull  = regexp.MustCompile(`(?i)(?:mailbox|account|inbox)(?: is)? (?:full|over quota)|over ?quota|quota exceeded|exceeded (?:its |their )?(?:storage )?quota`)
	mailboxEnded = regexp.MustCompile(`(?i)(?:mailbox|account|user)(?: (?:is|has been))? (?:disabled|inactive|suspended|deactivated)`)
)

// reply is a server's refusal. Its text stays out of errors: it often repeats the recipient.
type reply struct {
	code     int
	enhanced string // RFC 3463; empty: none, or one that says nothing (5.0.0)
	text     string
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
	r := reply{code: answer.Code, text: answer.Msg}
	if found := enhanced.FindStringSubmatch(answer.Msg); found != nil {
		r.enhanced = strings.TrimSuffix(found[1]+found[2], "5.0.0")
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
		return &rollcall.Undelivered{Code: "not_now", Reason: "the mail server asked to retry later"}
	case r.code/100 != 5:
		return setup("not_smtp", "the mail server answers what no mail server should")
	case r.code == 530:
		return setup("login_wanted", "the mail server wants a login first; set user and password in the address of the server")
	}
	if at >= sender && r.helloRefused() {
		return setup("hello_refused", "the mail server does not accept the name by which this machine greets it; set --smtp-ehlo to a name of this machine that the DNS knows")
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
		if u := r.recipient(); u != nil && (r.class("5.1.") || r.class("5.2.")) {
			return u
		}
		return setup("message_refused", "the mail server does not accept the message itself; ask whoever runs it why, for instance whether the address that mail comes from is theirs (SPF, DKIM, DMARC)")
	}
}

func (r reply) class(prefix string) bool { return strings.HasPrefix(r.enhanced, prefix) }

// helloRefused reports whether the server refuses the name in EHLO, which many do only once a recipient is named.
func (r reply) helloRefused() bool {
	return r.code == 504 || r.code == 501 && !r.class("5.1.") || aboutHello.MatchString(r.text)
}

// recipient returns why the recipient cannot be reached, nil where the refusal is about us, or may be. Codes that say which
// are believed; else only words that are about the recipient give it up, since a server that refuses us must not make all
// mailboxes undeliverable.
func (r reply) recipient() *rollcall.Undelivered {
	switch r.enhanced {
	case "5.1.7", "5.1.8": // of the sender
		return nil
	case "5.2.3": // the message is too long
		return nil
	case "", "5.1.0", "5.2.0": // of an address or a mailbox, and nothing more
		return r.byWords()
	case "5.2.2":
		return never("mailbox_full", "the mail server says that this mailbox is full")
	case "5.1.2", "5.1.10", "5.4.4":
		return never("domain_unknown", "the mail server says that no server takes mail for the domain of this address")
	case "5.1.3":
		return never("bad_address", "the mail server says that this is no address")
	case "5.6.7":
		return never("address_not_supported", "the mail server cannot carry addresses with letters beyond ASCII")
	case "5.4.1":
		return noMailbox()
	}
	switch {
	case r.class("5.2."):
		return never("mailbox_disabled", "the mail server says that this mailbox takes no mail")
	case r.class("5.1."):
		return noMailbox()
	}
	return nil
}

// byWords is recipient for a refusal without a code that says more.
func (r reply) byWords() *rollcall.Undelivered {
	switch {
	case aboutUs.MatchString(r.text):
		return nil
	case mailboxFull.MatchString(r.text):
		return never("mailbox_full", "the mail server says that this mailbox is full")
	case mailboxEnded.MatchString(r.text):
		return never("mailbox_disabled", "the mail server says that this mailbox takes no mail")
	case noSuchUser.MatchString(r.text):
		return noMailbox()
	}
	return nil
}

func noMailbox() *rollcall.Undelivered {
	return never("no_such_mailbox", "the mail server says that the mailbox does not exist")
}

func never(code, reason string) *rollcall.Undelivered {
	return &rollcall.Undelivered{Outcome: rollcall.Never, Code: code, Reason: reason}
}

func setup(code, reason string) *rollcall.Undelivered {
	return &rollcall.Undelivered{Outcome: rollcall.SetupRefuse, Code: code, Reason: reason}
}
