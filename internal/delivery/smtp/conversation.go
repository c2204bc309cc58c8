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
	readMax    = 1 << 20 // bytes read from the server for one message
	slowAnswer = 10 * time.Minute
)

// conversation is a connection to the mail server, after the login. It uses go-mail's commands rather than its Client, which
// hides what outcomes are decided by: the command that failed before MAIL, the server's text, whether the network timed
// out, and that STARTTLS is not offered.
type conversation struct {
	client *smtp.Client
	conn   net.Conn
	done   func() bool
}

// connect dials, starts TLS and logs in. The conversation ends with ctx.
func (s *Sender) connect(ctx context.Context) (*conversation, error) {
	var dialer net.Dialer
	raw, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(s.host, s.port))
	if err != nil {
		return nil, delivery.ConnectFailed(err)
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

// begin greets the server, starts TLS and logs in.
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
			return delivery.Misconfigured("tls_not_offered", "the mail server offers no STARTTLS at this port; use another port, or smtps:// for implicit TLS, or ?tls=none for a server on the same machine")
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
		return delivery.Misconfigured("login_not_offered", "the mail server offers no supported login; leave user and password out, or use the submission port (587 or 465)")
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

// auth chooses a login that the server offers; nil: it offers none. Without TLS it prefers one that sends no password.
func (s *Sender) auth(client *smtp.Client) (smtp.Auth, error) {
	_, offered := client.Extension("AUTH")
	offers := map[string]bool{}
	for name := range strings.FieldsSeq(strings.ToUpper(offered)) {
		offers[name] = true
	}
	if s.token != nil {
		if !offers["XOAUTH2"] {
			return nil, delivery.Misconfigured("login_not_offered", "the mail server offers no login with OAuth 2 (XOAUTH2); set a user and a password instead")
		}
		token, err := s.token()
		return smtp.XOAuth2Auth(s.user, token), err
	}
	return s.passwordAuth(offers), nil
}

// passwordAuth is auth for a login by password.
func (s *Sender) passwordAuth(offers map[string]bool) smtp.Auth {
	plaintext := s.tls == nil
	logins := []struct {
		name string
		auth smtp.Auth
	}{
		{"PLAIN", smtp.PlainAuth("", s.user, s.password, s.host, plaintext)},
		{"LOGIN", smtp.LoginAuth(s.user, s.password, s.host, plaintext)},
		{"SCRAM-SHA-256", smtp.ScramSHA256Auth(s.user, s.password)},
		{"CRAM-MD5", smtp.CRAMMD5Auth(s.user, s.password)},
	}
	if plaintext {
		logins = append(logins[2:], logins[:2]...)
	}
	for _, login := range logins {
		if offers[login.name] {
			return login.auth
		}
	}
	return nil
}

// hand sends the message and returns nil once the server has accepted it. Domains are in ASCII, so that only a local part
// beyond ASCII needs SMTPUTF8 (RFC 6531). Between the end of the text and the response the outcome is unknown: the error
// is then not a *rollcall.DeliveryError. But if the server is too slow, it probably has the message, and the retry is late.
func (c *conversation) hand(from, to string, message []byte) error {
	if offered, _ := c.client.Extension("SMTPUTF8"); !offered && (!ascii(from) || !ascii(to)) {
		u := delivery.Misconfigured("smtputf8_missing", "the mail server does not support addresses with letters beyond ASCII before the @; use one that offers SMTPUTF8")
		if ascii(from) {
			u.Suspect = rollcall.SuspectOverRecipients
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
		return &rollcall.DeliveryError{Outcome: rollcall.OutcomeRetry, Code: "slow_answer", RetryAfter: slowAnswer, MaybeSent: true,
			Reason: "the mail server has the whole message and did not answer in time"}
	}
	return errors.New("the connection was lost after the whole message was sent")
}

func ascii(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > 0x7e })
}

// close sends QUIT and closes the connection without waiting for a response.
func (c *conversation) close() {
	c.done()
	if c.client != nil {
		_ = c.conn.SetWriteDeadline(time.Now().Add(time.Second))
		_ = c.client.Text.PrintfLine("QUIT")
	}
	_ = c.conn.Close()
}

// bounded is a connection from which at most a number of bytes is read.
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
