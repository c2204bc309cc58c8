package testkit

import (
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// The login that a MailServer takes.
const (
	MailUser     = "rollcall"
	MailPassword = "p4ssw0rd-of-the-mail-server"
	// MailToken is the access token that it takes from MailUser by XOAUTH2.
	MailToken = "t0ken-of-the-mail-server"
)

// MailServer is a mail server on loopback, which keeps what it takes, and refuses what the test wants refused.
type MailServer struct {
	Address string

	mu      sync.Mutex
	got     []Mail
	fail    map[string]*smtp.SMTPError // by stage
	once    map[string]bool
	arrived chan struct{}
	held    chan struct{} // nil: nothing is held
}

// Mail is what a mail server took.
type Mail struct{ From, To, Text string }

// NewMailServer starts a mail server, until the test ends. Each of the changes is applied to it first. With a TLSConfig
// it offers STARTTLS; where implicit is true TLS comes first.
func NewMailServer(t testing.TB, implicit bool, changes ...func(*smtp.Server)) *MailServer {
	t.Helper()
	m := &MailServer{fail: map[string]*smtp.SMTPError{}, once: map[string]bool{}, arrived: make(chan struct{}, 1000)}
	srv := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &mailSession{server: m}, nil }))
	srv.Domain = "mail.example.org"
	srv.AllowInsecureAuth = true
	srv.ErrorLog = log.New(io.Discard, "", 0)
	for _, change := range changes {
		change(srv)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m.Address = ln.Addr().String()
	if implicit {
		ln = tls.NewListener(ln, srv.TLSConfig)
	}
	served := make(chan struct{})
	go func() { defer close(served); _ = srv.Serve(ln) }()
	t.Cleanup(func() {
		_ = srv.Close()
		<-served
	})
	return m
}

// URL is how Rollcall is told of the server, without TLS.
func (m *MailServer) URL() string {
	return "smtp://" + MailUser + ":" + MailPassword + "@" + m.Address + "?tls=none"
}

// Fail has a stage, which is login, sender, rcpt or content, end with an answer such as "550 5.1.1 no such user"; with
// the enhanced code 0.0.0 it has none. An empty answer: with success again.
func (m *MailServer) Fail(t testing.TB, stage, answer string) {
	t.Helper()
	var e *smtp.SMTPError
	if answer != "" {
		e = &smtp.SMTPError{}
		c := &e.EnhancedCode
		if _, err := fmt.Sscanf(answer, "%d %d.%d.%d", &e.Code, &c[0], &c[1], &c[2]); err != nil {
			t.Fatal(err)
		}
		if c[0] == 0 {
			*c = smtp.NoEnhancedCode
		}
		e.Message = answer[len("550 5.1.1 "):]
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fail[stage] = e
}

// FailOnce is Fail for the next attempt alone.
func (m *MailServer) FailOnce(t testing.TB, stage, answer string) {
	t.Helper()
	m.Fail(t, stage, answer)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.once[stage] = true
}

// Mails returns what was taken so far.
func (m *MailServer) Mails() []Mail {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]Mail(nil), m.got...)
}

// Hold has the server say nothing of the mails that it takes from now on, until release is called.
func (m *MailServer) Hold() (release func()) {
	held := make(chan struct{})
	m.mu.Lock()
	defer m.mu.Unlock()
	m.held = held
	return sync.OnceFunc(func() {
		m.mu.Lock()
		m.held = nil
		m.mu.Unlock()
		close(held)
	})
}

// Arrived is sent to for each mail that was taken.
func (m *MailServer) Arrived() <-chan struct{} { return m.arrived }

func (m *MailServer) at(stage string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	failure := m.fail[stage]
	if m.once[stage] {
		m.fail[stage], m.once[stage] = nil, false
	}
	if failure == nil {
		return nil
	}
	return failure
}

// mailSession implements smtp.Session and smtp.AuthSession.
type mailSession struct {
	server *MailServer
	mail   Mail
}

func (s *mailSession) AuthMechanisms() []string { return []string{sasl.Plain, "XOAUTH2"} }

func (s *mailSession) Auth(mechanism string) (sasl.Server, error) {
	if mechanism == "XOAUTH2" {
		return bearer{s.server}, nil
	}
	return sasl.NewPlainServer(func(_, user, password string) error {
		if err := s.server.at("login"); err != nil {
			return err
		}
		if user != MailUser || password != MailPassword {
			return smtp.ErrAuthFailed
		}
		return nil
	}), nil
}

// bearer is the server's side of XOAUTH2.
type bearer struct{ server *MailServer }

// Next implements sasl.Server.
func (b bearer) Next(response []byte) (challenge []byte, done bool, err error) {
	if err := b.server.at("login"); err != nil {
		return nil, true, err
	}
	if string(response) != "user="+MailUser+"\x01auth=Bearer "+MailToken+"\x01\x01" {
		return nil, true, smtp.ErrAuthFailed
	}
	return nil, true, nil
}

func (s *mailSession) Mail(from string, _ *smtp.MailOptions) error {
	s.mail.From = from
	return s.server.at("sender")
}

func (s *mailSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mail.To += to
	return s.server.at("rcpt")
}

func (s *mailSession) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := s.server.at("content"); err != nil {
		return err
	}
	s.mail.Text = string(text)
	if held := s.server.take(s.mail); held != nil {
		<-held
	}
	return nil
}

// take keeps a mail, and returns what its sender waits for.
func (m *MailServer) take(mail Mail) (held chan struct{}) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.got = append(m.got, mail)
	select {
	case m.arrived <- struct{}{}:
	default:
	}
	return m.held
}

func (s *mailSession) Reset()        { s.mail = Mail{} }
func (s *mailSession) Logout() error { return nil }
