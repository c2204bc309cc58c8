package smtp

import (
	"errors"
	"fmt"
	"net/textproto"
	"regexp"
	"strings"

	"example.org/rollcall/internal/delivery"
	"example.org/rollcall/internal/rollcall"
)

// stage is the part of a conversation in which a command failed.
type stage int

const (
	greeting stage = iota
	startTLS
	login
	sender
	rcpt
	content
)

// enhanced matches an enhanced status code (RFC 3463) at the start, or in the text as qmail writes it: (#5.7.1).
var enhanced = regexp.MustCompile(`^([245]\.\d{1,3}\.\d{1,3})(?:\s|$)|#([245]\.\d{1,3}\.\d{1,3})\b`)

// The words that tell the cause if there is no enhanced code, or an unspecific one.
var (
	aboutUs      = regexp.MustCompile(`(?i)sender|relay|rcpthosts|authenti|log ?in|block|black ?list|spam|reputation|policy|banned|\bspf\b|\bdkim\b|\bdmarc\b|message size|too large`)
	aboutHello   = regexp.MustCompile(`(?i)\b(?:helo|ehlo)\b`)
	noSuchUser   = regexp.MustCompile(`(?i)(?:no such|unknown|invalid|non-?existent) (?:user|recipient|mailbox|account|address|person)|(?:user|recipient|mailbox|account|address)(?: is)? (?:unknown|not found|does(?: not|n't) exist)|no mailbox (?:here )?by that name|(?:user|recipient|mailbox|account) unknown`)
	mailboxFull  = regexp.MustCompile(`(?i)(?:mailbox|account|inbox)(?: is)? (?:full|over quota)|over ?quota|quota exceeded|exceeded (?:its |their )?(?:storage )?quota`)
	mailboxEnded = regexp.MustCompile(`(?i)(?:mailbox|account|user)(?: (?:is|has been))? (?:disabled|inactive|suspended|deactivated)`)
)

// reply is an error response of a server. Its text is left out of errors, since it often repeats the recipient.
type reply struct {
	code     int
	enhanced string // RFC 3463; empty: none, or 5.0.0
	text     string
}

func replied(err error) bool {
	var answer *textproto.Error
	return errors.As(err, &answer)
}

// refusal returns the error for a failure at a stage before the server could have accepted the message.
func refusal(at stage, err error) error {
	var answer *textproto.Error
	if !errors.As(err, &answer) {
		var garbage textproto.ProtocolError
		if errors.As(err, &garbage) {
			return delivery.Misconfigured("not_smtp", "no mail server answers at this host and port; check both")
		}
		return &rollcall.DeliveryError{Code: "connection_lost", Reason: "the connection to the mail server was lost, or it did not answer in time"}
	}
	r := reply{code: answer.Code, text: answer.Msg}
	if found := enhanced.FindStringSubmatch(answer.Msg); found != nil {
		r.enhanced = strings.TrimSuffix(found[1]+found[2], "5.0.0")
	}
	u := r.meaning(at)
	if u.Outcome == rollcall.OutcomeMisconfigured && (at == rcpt || at == content) && r.code != 530 {
		u.Suspect = rollcall.SuspectOverRecipients // it may concern only this recipient or message
	}
	u.Reason += " (" + strings.TrimSpace(fmt.Sprint(r.code, " ", r.enhanced)) + ")"
	return u
}

// meaning returns what an error response at a stage means.
func (r reply) meaning(at stage) *rollcall.DeliveryError {
	switch {
	case r.code/100 == 4:
		return &rollcall.DeliveryError{Code: "not_now", Reason: "the mail server asked to retry later"}
	case r.code/100 != 5:
		return delivery.Misconfigured("not_smtp", "the mail server sent an invalid response; check its host and port")
	case r.code == 530:
		return delivery.Misconfigured("login_wanted", "the mail server requires a login; set user and password in its URL")
	}
	if at >= sender && r.helloRefused() {
		return delivery.Misconfigured("hello_refused", "the mail server does not accept this machine's name (EHLO); set --smtp-ehlo to a name of this machine in the DNS")
	}
	switch at {
	case greeting:
		return delivery.Misconfigured("server_refuses", "the mail server refuses connections from this machine; ask its operator to allow them")
	case startTLS:
		return delivery.Misconfigured("tls_failed", "the mail server refused to start TLS; check its host and port")
	case login:
		return delivery.Misconfigured("login_refused", "the mail server does not accept the user and the password; check both in its URL")
	case sender:
		return delivery.Misconfigured("sender_refused", "the mail server does not accept the sender address; set one that this user may send from")
	case rcpt:
		if u := r.recipient(); u != nil {
			return u
		}
		return delivery.Misconfigured("relay_refused", "the mail server does not relay mail for this machine or user; log in, or ask its operator to allow it")
	default:
		if u := r.recipient(); u != nil && (r.class("5.1.") || r.class("5.2.")) {
			return u
		}
		return delivery.Misconfigured("message_refused", "the mail server does not accept the message itself; ask its operator why, for example whether the sender address is theirs (SPF, DKIM, DMARC)")
	}
}

func (r reply) class(prefix string) bool { return strings.HasPrefix(r.enhanced, prefix) }

// helloRefused reports whether the server refuses the name of EHLO, which many do only after RCPT.
func (r reply) helloRefused() bool {
	return r.code == 504 || r.code == 501 && !r.class("5.1.") || aboutHello.MatchString(r.text)
}

// recipient returns the error for a recipient who cannot be reached; nil: the refusal is, or may be, about us. Without a
// specific code only words about the recipient count, since a server that refuses us must not make all mailboxes
// undeliverable.
func (r reply) recipient() *rollcall.DeliveryError {
	switch r.enhanced {
	case "5.1.7", "5.1.8": // about the sender
		return nil
	case "5.2.3": // the message is too long
		return nil
	case "", "5.1.0", "5.2.0": // unspecific
		return r.byWords()
	case "5.2.2":
		return delivery.Unreachable("mailbox_full", "the mail server says that this mailbox is full")
	case "5.1.2", "5.1.10", "5.4.4":
		return delivery.Unreachable("domain_unknown", "the mail server says that the domain of this address accepts no mail")
	case "5.1.3":
		return delivery.Unreachable("bad_address", "the mail server says that this is not an address")
	case "5.6.7":
		return delivery.Unreachable("address_not_supported", "the mail server does not support addresses with letters beyond ASCII")
	case "5.4.1":
		return noMailbox()
	}
	switch {
	case r.class("5.2."):
		return delivery.Unreachable("mailbox_disabled", "the mail server says that this mailbox accepts no mail")
	case r.class("5.1."):
		return noMailbox()
	}
	return nil
}

// byWords is recipient for a refusal without a specific code.
func (r reply) byWords() *rollcall.DeliveryError {
	switch {
	case aboutUs.MatchString(r.text):
		return nil
	case mailboxFull.MatchString(r.text):
		return delivery.Unreachable("mailbox_full", "the mail server says that this mailbox is full")
	case mailboxEnded.MatchString(r.text):
		return delivery.Unreachable("mailbox_disabled", "the mail server says that this mailbox accepts no mail")
	case noSuchUser.MatchString(r.text):
		return noMailbox()
	}
	return nil
}

func noMailbox() *rollcall.DeliveryError {
	return delivery.Unreachable("no_such_mailbox", "the mail server says that the mailbox does not exist")
}
