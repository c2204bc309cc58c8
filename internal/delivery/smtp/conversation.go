package smtp

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"example.org/rollcall/internal/delivery"
	"example.org/rollcall/internal/rollcall"
)

const (
	readMax    = 1 << 20 // bytes of a server's answers to one message
	slowAnswer = 10 * time.Minute
)

// conversation is a connection to the mail server, ready for a message.
type conversation struct {
	client *smtp.Client
	conn   net.Conn
	done   func() bool
}

// connect dials, brings TLS about and logs in. Whatever happens, the conversation ends with ctx.
func (s *Sender) connect(ctx context.Context) (*conversation, error) {
	var dialer net.Dialer
	raw, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(s.host, s.port))
	if err != nil {
		return nil, delivery.Unreachable(err)
	}
	if end, bounded := ctx.Deadline(); bounded {
		_ = raw.SetDeadline(end)
	}
	c := &conversation{conn: &bounded{Conn: raw, left: readMax}}
	c.done = context.AfterFunc(ctx, func() { _ = raw.SetDeadline(time.Unix(1, 0)) })
	if err := s.begin(ctx, c); err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

// begin takes a new connection to where a message can be handed over.
func (s *Sender) begin(ctx context.Context, c *conversation) error {
	if s.implicit {
		secure := tls.Client(c.conn, s.tls)
		if err := secure.HandshakeContext(ctx); err != nil {
			return tlsFailed(err)
		}
		c.conn = secure
	}
	client, err := smtp.NewClient(c.conn, s.host)
	if err != nil {
		return refusal(greeting, err)
	}
	c.client = client
	if err := client.Hello(s.hello); err != nil {
		return refusal(greeting, err)
	}
	if s.tls != nil && !s.implicit {
		if offered, _ := client.Extension("STARTTLS"); !offered {
			return setup("tls_not_offered", "the mail server offers no TLS at this port; use the port that does, smtps:// where TLS comes first, or write ?tls=none where it is on the same machine")
		}
		if err := client.StartTLS(s.tls); err != nil {
			return tlsFailed(err)
		}
	}
	if s.user == "" {
		return nil
	}
	auth, err := s.auth(client)
	if err != nil {
		return err
	}
	if auth == nil {
		return setup("login_not_offered", "the mail server offers no way to log in that is known here; leave user and password out, or use the port for sending (587 or 465)")
	}
	if err := client.Auth(auth); err != nil {
		return refusal(login, err)
	}
	return nil
}

func tlsFailed(err error) error {
	if u := delivery.TLSRefused(err); u != nil {
		return u
	}
	return refusal(startTLS, err)
}

// auth chooses how to log in: by the token where there is one; else what sends no password first, where there is no TLS.
// It returns nil where the server offers nothing that is known here.
func (s *Sender) auth(client *smtp.Client) (smtp.Auth, error) {
	_, offered := client.Extension("AUTH")
	offers := map[string]bool{}
	for name := range strings.FieldsSeq(strings.ToUpper(offered)) {
		offers[name] = true
	}
	if s.token != nil {
		if !offers["XOAUTH2"] {
			return nil, setup("login_not_offered", "the mail server offers no login with OAuth 2 (XOAUTH2); set a user and a password instead")
		}
		token, err := s.token()
		return smtp.XOAuth2Auth(s.user, token), err
	}
	return s.passwordAuth(offers), nil
}

func (s *Sender) passwordAuth(offers map[string]bool) smtp.Auth {
	open := s.tls == nil
	switch {
	case open && offers["SCRAM-SHA-256"]:
		return smtp.ScramSHA256Auth(s.user, s.password)
	case open && offers["CRAM-MD5"]:
		return smtp.CRAMMD5Auth(s.user, s.password)
	case offers["PLAIN"]:
		return smtp.PlainAuth("", s.user, s.password, s.host, open)
	case offers["LOGIN"]:
		return smtp.LoginAuth(s.user, s.password, s.host, open)
	case offers["SCRAM-SHA-256"]:
		return smtp.ScramSHA256Auth(s.user, s.password)
	case offers["CRAM-MD5"]:
		return smtp.CRAMMD5Auth(s.user, s.password)
	}
	return nil
}

// hand gives the server the message for one recipient, and returns nil once it took it. Addresses have A-labels as their
// domains, so that only a local part beyond ASCII needs SMTPUTF8 (RFC 6531). From the end of the text to the
// server's answer nobody can know: an error then is no *rollcall.Undelivered, unless the server was too slow, when it is
// likely to have the message and is left alone for a while.
func (c *conversation) hand(from, to string, message []byte) error {
	if offered, _ := c.client.Extension("SMTPUTF8"); !offered && (!ascii(from) || !ascii(to)) {
		u := setup("smtputf8_missing", "the mail server cannot carry an address with letters beyond ASCII before the @; use one that offers SMTPUTF8")
		if ascii(from) {
			u.Suspect = rollcall.OverRecipients
		}
		return u
	}
	c.client.SkipSMTPUTF8(ascii(from) && ascii(to))
	if err := c.client.Mail("<" + from + ">"); err != nil {
		return refusal(sender, err)
	}
	if err := c.client.Rcpt("<" + to + ">"); err != nil {
		return refusal(rcpt, err)
	}
	w, err := c.client.Data()
	if err != nil {
		return refusal(content, err)
	}
	if _, err := w.Write(message); err != nil {
		return refusal(content, err)
	}
	err = w.Close()
	var timeout net.Error
	switch {
	case err == nil:
		return nil
	case replied(err):
		return refusal(content, err)
	case errors.As(err, &timeout) && timeout.Timeout():
		return &rollcall.Undelivered{Outcome: rollcall.Later, Code: "slow_answer", RetryAfter: slowAnswer, Unknown: true,
			Reason: "the mail server got the whole message and did not answer in time"}
	}
	return errors.New("the mail server got the whole message and went away without an answer")
}

func ascii(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > 0x7e })
}

// close says goodbye, and waits for nothing.
func (c *conversation) close() {
	c.done()
	if c.client != nil {
		_ = c.conn.SetWriteDeadline(time.Now().Add(time.Second))
		_ = c.client.Text.PrintfLine("QUIT")
	}
	_ = c.conn.Close()
}

// bounded is a connection from which no more is read than an honest server says.
type bounded struct {
	net.Conn
	left int
}

// Read implements net.Conn.
func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, io.ErrUnexpectedEOF
	}
	n, err := b.Conn.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}
