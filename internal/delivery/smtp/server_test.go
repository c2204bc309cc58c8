package smtp_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	gosmtp "github.com/emersion/go-smtp"

	"example.org/rollcall/internal/delivery/smtp"
	"example.org/rollcall/internal/rollcall"
)

// server is a mail server on loopback, which answers what the test wants at each stage.
type server struct {
	address string
	wantTLS bool
	fail    map[string]*gosmtp.SMTPError // by stage: login, sender, rcpt, content
	once    bool                         // each stage fails once alone, as a greylist does

	mu   sync.Mutex
	got  []mail
	seen map[string]bool
}

// mail is what the server took.
type mail struct{ from, to, text string }

const (
	user     = "rollcall"
	password = "p4ssw0rd-of-the-mail-server"
)

func newServer(t *testing.T, change func(*server, *gosmtp.Server)) *server {
	t.Helper()
	s := &server{fail: map[string]*gosmtp.SMTPError{}, seen: map[string]bool{}}
	srv := gosmtp.NewServer(gosmtp.BackendFunc(func(c *gosmtp.Conn) (gosmtp.Session, error) {
		return &session{server: s}, nil
	}))
	srv.Domain = "mail.example.org"
	srv.AllowInsecureAuth = true
	srv.ErrorLog = log.New(io.Discard, "", 0)
	if change != nil {
		change(s, srv)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.address = ln.Addr().String()
	if s.wantTLS {
		ln = tls.NewListener(ln, srv.TLSConfig)
	}
	served := make(chan struct{})
	go func() { defer close(served); _ = srv.Serve(ln) }()
	t.Cleanup(func() {
		_ = srv.Close()
		<-served
	})
	return s
}

func (s *server) mails() []mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]mail(nil), s.got...)
}

func (s *server) at(stage string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	failure := s.fail[stage]
	if failure == nil || s.once && s.seen[stage] {
		return nil
	}
	s.seen[stage] = true
	return failure
}

type session struct {
	server *server
	mail   mail
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, u, p string) error {
		if err := s.server.at("login"); err != nil {
			return err
		}
		if u != user || p != password {
			return gosmtp.ErrAuthFailed
		}
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *gosmtp.MailOptions) error {
	s.mail.from = from
	return s.server.at("sender")
}

func (s *session) Rcpt(to string, _ *gosmtp.RcptOptions) error {
	s.mail.to += to
	return s.server.at("rcpt")
}

func (s *session) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := s.server.at("content"); err != nil {
		return err
	}
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.mail.text = string(text)
	s.server.got = append(s.server.got, s.mail)
	return nil
}

func (s *session) Reset()        { s.mail = mail{} }
func (s *session) Logout() error { return nil }

// certificate makes a certificate for names, and the pool that trusts it.
func certificate(t *testing.T, names ...string) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), DNSNames: names,
	}
	for _, name := range names {
		if ip := net.ParseIP(name); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// plain returns a sender that talks to the address without TLS.
func plain(t *testing.T, address string) *smtp.Sender {
	t.Helper()
	return newSender(t, smtp.Options{URL: "smtp://" + user + ":" + password + "@" + address + "?tls=none", From: "alarms@example.org"})
}

func newSender(t *testing.T, o smtp.Options) *smtp.Sender {
	t.Helper()
	s, err := smtp.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const recipient = "ada.jones@example.com"

func message() rollcall.Message {
	return rollcall.Message{
		Dealer: "dealer_1", Validation: "val_1", Method: rollcall.Email, To: recipient, Language: "en",
		From: "Harbour Alarm", Subject: "Can we reach you?",
		Text:        "Hello from Harbour Alarm.\n\nPlease answer here:\nhttps://rollcall.example.org/c/abc-DEF_1\n\nYour code is 123456 & stays so.",
		Link:        "https://rollcall.example.org/c/abc-DEF_1",
		Unsubscribe: "https://rollcall.example.org/c/unsub-1",
	}
}

// send sends the message within a time that no test should need.
func send(t *testing.T, s *smtp.Sender, m rollcall.Message) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	ref, err := s.Send(ctx, m)
	silent(t, err)
	return ref, err
}

// silent fails where an error holds what it must not.
func silent(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		return
	}
	for _, secret := range []string{password, user + ":", recipient, "ada", "Harbour", "123456", "127.0.0.1"} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the error holds %q: %v", secret, err)
		}
	}
}
