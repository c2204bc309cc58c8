package smtp_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/delivery/smtp"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/testkit"
)

const (
	user     = testkit.MailUser
	password = testkit.MailPassword
)

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
		Button:      "Answer",
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
			t.Errorf("error has the private text %q: %v", secret, err)
		}
	}
}
