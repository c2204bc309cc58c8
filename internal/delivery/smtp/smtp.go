// Package smtp is the provider that sends e-mail through a mail server (RFC 5321), over a connection for each message, and
// with TLS unless the settings say otherwise.
//
// All attempts to send a message have the same Message-ID, so that a mailbox can recognize a copy.
package smtp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"

	"example.org/rollcall/internal/delivery"
	"example.org/rollcall/internal/rollcall"
	address "example.org/rollcall/internal/rollcall/mail"
)

// Options are the mail server, the login and the sender.
type Options struct {
	// URL is smtp://USER:PASSWORD@HOST:PORT, which requires STARTTLS, or smtps:// for implicit TLS; the default ports are
	// 587 and 465. Without USER:PASSWORD@ there is no login. ?tls=none goes without TLS, for a server on the same machine.
	URL string
	// From is the sender's address, such as alarms@example.org, optionally with a name, for messages without one.
	From string
	// Hello is the host name for EHLO; empty: the machine's own.
	Hello string
	// OAuth is for a login by XOAUTH2, with the user of the URL and an access token; zero: by the password of the URL.
	OAuth OAuth
	// TLS has the trusted certificates; nil: those of the machine.
	TLS *tls.Config
	// Now is the clock; nil: time.Now.
	Now func() time.Time
}

// Sender sends e-mail. Make it with New.
type Sender struct {
	host, port     string
	user, password string
	tls            *tls.Config            // nil: no TLS
	implicit       bool                   // TLS without STARTTLS
	token          func() (string, error) // nil: log in with the password
	from           mail.Address
	envelope       string // the address of from, for MAIL FROM
	hello          string
	now            func() time.Time
}

// New returns a sender. The error is one line for the operator, without the password.
func New(o Options) (*Sender, error) {
	u, err := url.Parse(o.URL)
	if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" || u.Fragment != "" {
		return nil, errors.New("the mail server's URL must be smtp://USER:PASSWORD@HOST:PORT or smtps://…, with special characters in the password percent-encoded")
	}
	s := &Sender{host: u.Hostname(), port: u.Port(), implicit: u.Scheme == "smtps", hello: o.Hello, now: o.Now}
	if o.OAuth != (OAuth{}) {
		if s.token, err = o.OAuth.tokens(); err != nil {
			return nil, err
		}
	}
	if s.hello == "" {
		s.hello = machine()
	} else if !helloName.MatchString(s.hello) {
		return nil, errors.New("the name for EHLO must be a host name such as rollcall.example.org")
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.port == "" {
		s.port = map[bool]string{false: "587", true: "465"}[s.implicit]
	}
	s.tls = &tls.Config{MinVersion: tls.VersionTLS12}
	if o.TLS != nil {
		s.tls = o.TLS.Clone()
	}
	s.tls.ServerName = s.host
	for name, values := range u.Query() {
		if name != "tls" || len(values) != 1 || values[0] != "none" || s.implicit {
			return nil, errors.New("the mail server's URL takes ?tls=none after smtp://, and no other parameter")
		}
		s.tls = nil
	}
	if u.User != nil {
		s.user = u.User.Username()
		s.password, _ = u.User.Password()
		switch {
		case s.token != nil && s.password != "":
			return nil, errors.New("the mail server's URL must have no PASSWORD with OAuth 2")
		case s.user == "" || s.password == "" && s.token == nil:
			return nil, errors.New("the mail server's URL needs both USER and PASSWORD before the @, or neither")
		}
	}
	if s.token != nil && s.user == "" {
		return nil, errors.New("the mail server's URL needs USER before the @ for OAuth 2")
	}
	return s, s.setFrom(o.From)
}

func (s *Sender) setFrom(from string) error {
	parsed, err := mail.ParseAddress(from)
	if err != nil {
		return errors.New("the sender address must be one address such as alarms@example.org")
	}
	bare := strings.Trim((&mail.Address{Address: parsed.Address}).String(), "<>")
	if err := address.Check(bare); err != nil {
		return fmt.Errorf("the sender address %w", err)
	}
	s.from, s.envelope = *parsed, address.ASCII(bare)
	s.from.Address = address.ASCII(parsed.Address)
	return nil
}

// domain returns the domain of the sender address in ASCII.
func (s *Sender) domain() string { return s.envelope[strings.LastIndexByte(s.envelope, '@')+1:] }

// helloName is a host name, or an address in brackets (RFC 5321 4.1.3).
var helloName = regexp.MustCompile(`^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?|\[[0-9A-Fa-f.:IPv]+\])$`)

// machine returns the machine's name for EHLO.
func machine() string {
	name, err := os.Hostname()
	if err != nil || strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "localhost"
	}
	return name
}

// Name implements delivery.Sender.
func (*Sender) Name() string { return "smtp" }

// AnyNumber implements delivery.Sender.
func (*Sender) AnyNumber() bool { return false }

// Send implements delivery.Sender. The reference is the Message-ID.
func (s *Sender) Send(ctx context.Context, m rollcall.Message) (ref string, err error) {
	to, err := recipient(m.To)
	if err != nil {
		return "", err
	}
	message, id, err := s.compose(m, to)
	if err != nil {
		return "", err
	}
	c, err := s.connect(ctx)
	if err != nil {
		return "", err
	}
	defer c.close()
	if err := c.hand(s.envelope, address.ASCII(m.To), message); err != nil {
		return "", err
	}
	return id, nil
}

// recipient reads the address of a message. The core has checked it; here it must be a single address, so that no part of
// it can be read as a command.
func recipient(given string) (*mail.Address, error) {
	to, err := mail.ParseAddress(given)
	if err != nil || to.Name != "" || strings.ContainsFunc(given, func(r rune) bool { return r < ' ' || r == 0x7f || r == '<' || r == '>' }) {
		return nil, delivery.Unreachable("bad_address", "this is not one e-mail address")
	}
	to.Address = address.ASCII(to.Address)
	return to, nil
}
