package smtp_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	stdmail "net/mail"
	"strings"
	"testing"

	gosmtp "github.com/emersion/go-smtp"

	"example.org/rollcall/internal/delivery/smtp"
	"example.org/rollcall/internal/testkit"
)

func TestDomainsGoOutInASCII(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ from, to, wantFrom, wantTo, wantHeader string }{
		{"alarms@bücher.example", "user@bücher.example", "alarms@xn--bcher-kva.example", "user@xn--bcher-kva.example", "<user@xn--bcher-kva.example>"},
		{"Harbour <alarms@faß.example>", `"a b"@bücher.example`, "alarms@xn--fa-hia.example", "a b@xn--bcher-kva.example", `<"a b"@xn--bcher-kva.example>`}, // the server unquotes
	} {
		s := testkit.NewMailServer(t, false) // without SMTPUTF8
		m := message()
		m.To = tt.to
		sender := newSender(t, smtp.Options{URL: s.URL(), From: tt.from})
		if _, err := send(t, sender, m); err != nil {
			t.Errorf("Send() from %s to %s: %v, want no error", tt.from, tt.to, err)
			continue
		}
		got := s.Mails()[0]
		if got.From != tt.wantFrom || got.To != tt.wantTo {
			t.Errorf("from %s to %s went from %s to %s, want from %s to %s", tt.from, tt.to, got.From, got.To, tt.wantFrom, tt.wantTo)
		}
		read, err := stdmail.ReadMessage(strings.NewReader(got.Text))
		if err != nil {
			t.Fatal(err)
		}
		if to := read.Header.Get("To"); to != tt.wantHeader {
			t.Errorf("the header To is %s, want %s", to, tt.wantHeader)
		}
	}
}

func TestXOAUTH2(t *testing.T) {
	t.Parallel()
	const secret = "s3cret-of-the-client"
	asked := 0
	tokens := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		id, given, _ := r.BasicAuth()
		w.Header().Set("Content-Type", "application/json")
		if id != "client" || given != secret || r.FormValue("scope") != "mail" {
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(w, `{"error": "invalid_client"}`)
			return
		}
		_, _ = io.WriteString(w, `{"access_token": "`+testkit.MailToken+`", "token_type": "Bearer", "expires_in": 3600}`)
	}))
	t.Cleanup(tokens.Close)
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	s := testkit.NewMailServer(t, false)
	for _, tt := range []struct {
		name  string
		oauth smtp.OAuth
		want  string
	}{
		{"taken", smtp.OAuth{TokenURL: tokens.URL, ClientID: "client", ClientSecret: secret, Scope: "mail"}, "sent"},
		{"a wrong secret", smtp.OAuth{TokenURL: tokens.URL, ClientID: "client", ClientSecret: "wrong", Scope: "mail"}, "refused token_refused"},
		{"no service", smtp.OAuth{TokenURL: gone.URL, ClientID: "client", ClientSecret: secret}, "later token_unreachable"},
	} {
		sender := newSender(t, smtp.Options{URL: "smtp://" + user + "@" + s.Address + "?tls=none", From: "alarms@example.org", OAuth: tt.oauth})
		for range 2 {
			if _, err := send(t, sender, message()); outcome(err) != tt.want {
				t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
			}
		}
		if tt.want == "sent" && asked != 1 {
			t.Errorf("two messages asked for a token %d times, want once", asked)
		}
	}
	s.Fail(t, "login", "535 5.7.3 Authentication unsuccessful")
	sender := newSender(t, smtp.Options{URL: "smtp://" + user + "@" + s.Address + "?tls=none", From: "alarms@example.org",
		OAuth: smtp.OAuth{TokenURL: tokens.URL, ClientID: "client", ClientSecret: secret, Scope: "mail"}})
	if _, err := send(t, sender, message()); outcome(err) != "refused login_refused" {
		t.Errorf("a token that the mail server refuses: %v, want refused login_refused", err)
	}
}

func TestHello(t *testing.T) {
	t.Parallel()
	greeted := make(chan string, 1)
	s := testkit.NewMailServer(t, false, func(srv *gosmtp.Server) {
		backend := srv.Backend
		srv.Backend = gosmtp.BackendFunc(func(c *gosmtp.Conn) (gosmtp.Session, error) {
			session, err := backend.NewSession(c)
			greeted <- c.Hostname()
			return session, err
		})
	})
	sender := newSender(t, smtp.Options{URL: s.URL(), From: "alarms@example.org", Hello: "rollcall.example.org"})
	if _, err := send(t, sender, message()); err != nil {
		t.Fatal(err)
	}
	if got := <-greeted; got != "rollcall.example.org" {
		t.Errorf("the server was greeted by %q, want rollcall.example.org", got)
	}
}
