package web_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/web"
)

// pair is a self-signed certificate and its key, in files.
type pair struct {
	certFile, keyFile string
	roots             *x509.CertPool
}

func newPair(t *testing.T) *pair {
	t.Helper()
	folder := t.TempDir()
	p := &pair{certFile: filepath.Join(folder, "cert.pem"), keyFile: filepath.Join(folder, "key.pem"), roots: x509.NewCertPool()}
	p.write(t, 1)
	return p
}

// write replaces both files by a new pair with the serial number.
func (p *pair) write(t *testing.T, serial int64) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "rollcall.test"}, DNSNames: []string{"rollcall.test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert})
	p.roots.AppendCertsFromPEM(block)
	replace(t, p.certFile, string(block), serial)
	replace(t, p.keyFile, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})), serial)
}

// replace writes a file whose modification time depends on the version only.
func replace(t *testing.T, name, content string, version int64) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 1, 1, 0, 0, int(version), 0, time.UTC)
	if err := os.Chtimes(name, at, at); err != nil {
		t.Fatal(err)
	}
}

// startTLS serves h with the pair until the test ends.
func startTLS(t *testing.T, p *pair, h http.Handler) (address string, c *clock, book *logBook) {
	t.Helper()
	c, book = newClock(), &logBook{}
	certificate, err := web.LoadCertificate(p.certFile, p.keyFile, book.logger(), c.now)
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	stopped := make(chan error, 1)
	go func() {
		stopped <- web.Server{Handler: h, Log: book.logger(), Certificate: certificate, MaxConnections: 10}.Serve(ctx, ln)
	}()
	t.Cleanup(func() {
		stop()
		if err := <-stopped; err != nil {
			t.Errorf("Serve = %v, want nil", err)
		}
	})
	return ln.Addr().String(), c, book
}

// serial returns the serial number of the certificate that a new connection gets.
func (p *pair) serial(t *testing.T, address string) int64 {
	t.Helper()
	conn, err := tls.Dial("tcp", address, &tls.Config{RootCAs: p.roots, ServerName: "rollcall.test"})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	return conn.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
}

func TestCertificateFollowsItsFiles(t *testing.T) {
	p := newPair(t)
	address, c, book := startTLS(t, p, http.NotFoundHandler())
	broken := func(name string) func() {
		return func() { replace(t, name, "-----BEGIN NONSENSE-----", 100) }
	}
	for _, step := range []struct {
		name   string
		change func()
		after  time.Duration
		want   int64
		log    string // of the new lines
	}{
		{"the files at the start", func() {}, 0, 1, ""},
		{"a new pair after a second", func() { p.write(t, 2) }, time.Second, 1, ""},
		{"a new pair after five seconds", func() {}, 5 * time.Second, 2, "certificate reloaded"},
		{"the same pair again", func() {}, 5 * time.Second, 2, ""},
		{"a broken certificate", broken(p.certFile), 5 * time.Second, 2, "certificate not reloaded"},
		{"the same broken certificate again", func() {}, 5 * time.Second, 2, ""},
		{"a missing file", func() { _ = os.Remove(p.keyFile) }, 5 * time.Second, 2, "certificate not reloaded"},
		{"a valid pair again", func() { p.write(t, 3) }, 5 * time.Second, 3, "certificate reloaded"},
		{"a broken key", broken(p.keyFile), 5 * time.Second, 3, "certificate not reloaded"},
		{"a clock that is set back", func() { p.write(t, 4) }, -time.Hour, 4, "certificate reloaded"},
	} {
		step.change()
		c.add(step.after)
		before := len(book.text())
		if got := p.serial(t, address); got != step.want {
			t.Errorf("%s: serial number = %d, want %d", step.name, got, step.want)
		}
		if said := book.text()[before:]; (said == "") != (step.log == "") || !strings.Contains(said, step.log) {
			t.Errorf("%s: logged %q, want %q in it", step.name, said, step.log)
		}
	}
	if strings.Contains(book.text(), "PRIVATE") {
		t.Error("the log has a private key, want none")
	}
}

func TestLoadCertificateFails(t *testing.T) {
	p, other := newPair(t), newPair(t)
	for _, files := range [][2]string{
		{p.certFile, "nowhere"}, {"nowhere", p.keyFile}, {p.keyFile, p.certFile}, {p.certFile, other.keyFile}, {p.certFile, ""},
	} {
		if _, err := web.LoadCertificate(files[0], files[1], nil, time.Now); err == nil || !strings.Contains(err.Error(), "the certificate") {
			t.Errorf("LoadCertificate(%q) = %v, want an error that names the certificate", files, err)
		}
	}
}

func TestTLS(t *testing.T) {
	p := newPair(t)
	h := web.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(w, r.Body)
	}), web.Options{Error: fail})
	address, _, _ := startTLS(t, p, h)
	for _, test := range []struct {
		name     string
		min, max uint16
		http2    bool
		want     string // the protocol; empty: refused
	}{
		{"HTTP/2", tls.VersionTLS12, tls.VersionTLS13, true, "HTTP/2.0"},
		{"HTTP/2 over TLS 1.2", tls.VersionTLS12, tls.VersionTLS12, true, "HTTP/2.0"},
		{"HTTP/1.1", tls.VersionTLS12, tls.VersionTLS13, false, "HTTP/1.1"},
		{"TLS 1.1", tls.VersionTLS10, tls.VersionTLS11, false, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			protocols := new(http.Protocols)
			protocols.SetHTTP1(true)
			protocols.SetHTTP2(test.http2)
			transport := &http.Transport{Protocols: protocols, TLSClientConfig: &tls.Config{
				RootCAs: p.roots, ServerName: "rollcall.test", MinVersion: test.min, MaxVersion: test.max,
			}}
			defer transport.CloseIdleConnections()
			resp, err := (&http.Client{Transport: transport}).Post("https://"+address, "text/plain", strings.NewReader("hello"))
			if err != nil {
				if test.want != "" {
					t.Fatal(err)
				}
				return
			}
			defer resp.Body.Close()
			body, err := io.ReadAll(resp.Body)
			if err != nil || string(body) != "hello" || resp.Proto != test.want {
				t.Errorf("response = %q by %s, %v, want hello by %s", body, resp.Proto, err, test.want)
			}
			if got := resp.Header.Get("Strict-Transport-Security"); got != "max-age=31536000" {
				t.Errorf("Strict-Transport-Security = %q, want max-age=31536000", got)
			}
		})
	}
}

func TestNoStrictTransportSecurityWithoutTLS(t *testing.T) {
	address, _ := startServer(t, func(http.ResponseWriter, *http.Request) {})
	if got := mustSend(t, address, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); got.Header.Get("Strict-Transport-Security") != "" {
		t.Error("Strict-Transport-Security is set without TLS, want it left out")
	}
}
