package smtp_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	stdmail "net/mail"
	"strings"
	"testing"
	"time"

	gosmtp "github.com/emersion/go-smtp"

	"example.org/rollcall/internal/delivery/smtp"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/testkit"
)

// outcome says how an attempt ended: "sent", "never CODE", "refused CODE", "later CODE" or "unknown".
func outcome(err error) string {
	var u *rollcall.DeliveryError
	switch {
	case err == nil:
		return "sent"
	case !errors.As(err, &u):
		return "unknown"
	}
	return map[rollcall.Outcome]string{rollcall.OutcomeRetry: "later ", rollcall.OutcomeUnreachable: "never ", rollcall.OutcomeMisconfigured: "refused "}[u.Outcome] + u.Code
}

func TestGreylistAcceptsTheSecondAttempt(t *testing.T) {
	t.Parallel()
	s := testkit.NewMailServer(t, false)
	s.FailOnce(t, "rcpt", "450 4.2.0 greylisted")
	sender := plain(t, s.Address)
	if _, err := send(t, sender, message()); outcome(err) != "later not_now" {
		t.Errorf("first attempt: %v, want later not_now", err)
	}
	first, err := send(t, sender, message())
	if err != nil {
		t.Fatal(err)
	}
	again, err := send(t, sender, message())
	if err != nil || again != first {
		t.Errorf("a copy is called %q, want %q: %v", again, first, err)
	}
	for _, m := range s.Mails() {
		if !strings.Contains(m.Text, "Message-ID: <"+first+">") {
			t.Errorf("no Message-ID %s in message:\n%s", first, m.Text)
		}
	}
}

func TestTLS(t *testing.T) {
	t.Parallel()
	trusted, pool := certificate(t, "127.0.0.1")
	other, otherPool := certificate(t, "mail.example.org")
	for _, tt := range []struct {
		name, scheme, query string
		server              *tls.Certificate
		implicit            bool
		client              *tls.Config
		want                string
	}{
		{"STARTTLS", "smtp", "", &trusted, false, &tls.Config{RootCAs: pool}, "sent"},
		{"implicit", "smtps", "", &trusted, true, &tls.Config{RootCAs: pool}, "sent"},
		{"not offered", "smtp", "", nil, false, nil, "refused tls_not_offered"},
		{"none, as written", "smtp", "?tls=none", nil, false, nil, "sent"},
		{"not trusted", "smtp", "", &trusted, false, nil, "refused tls_untrusted"},
		{"implicit, not trusted", "smtps", "", &trusted, true, nil, "refused tls_untrusted"},
		{"of another host", "smtp", "", &other, false, &tls.Config{RootCAs: otherPool}, "refused tls_untrusted"},
		{"smtps to a plain port", "smtps", "", &trusted, false, &tls.Config{RootCAs: pool}, "refused tls_failed"},
		{"too old", "smtp", "", &trusted, false, &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS13}, "refused tls_failed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := testkit.NewMailServer(t, tt.implicit, func(srv *gosmtp.Server) {
				if tt.server != nil {
					srv.TLSConfig = &tls.Config{Certificates: []tls.Certificate{*tt.server}}
				}
				if tt.name == "too old" {
					srv.TLSConfig.MaxVersion = tls.VersionTLS12
				}
			})
			sender := newSender(t, smtp.Options{
				URL: tt.scheme + "://" + user + ":" + password + "@" + s.Address + tt.query, From: "alarms@example.org", TLS: tt.client,
			})
			_, err := send(t, sender, message())
			if got := outcome(err); got != tt.want {
				t.Errorf("%s, want %s: %v", got, tt.want, err)
			}
		})
	}
}

// script is a server that says its lines, one for each that comes in; "" ends the connection, "…" says nothing more.
func script(t *testing.T, lines ...string) (address string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go perform(c, lines)
		}
	}()
	return ln.Addr().String()
}

func perform(c net.Conn, lines []string) {
	defer c.Close()
	in := bufio.NewReader(c)
	for i, line := range lines {
		if i > 0 {
			for end := false; !end; { // a line, or all lines of the message
				got, err := in.ReadString('\n')
				if err != nil {
					return
				}
				end = !strings.HasPrefix(lines[i-1], "354") || got == ".\r\n"
			}
		}
		switch line {
		case "":
			return
		case "…":
			_, _ = io.Copy(io.Discard, in)
			return
		}
		if _, err := io.WriteString(c, line+"\r\n"); err != nil {
			return
		}
	}
	_, _ = io.Copy(io.Discard, in)
}

func TestFaultyServers(t *testing.T) {
	t.Parallel()
	hello := []string{"220 mail.example.org", "250 mail.example.org"}
	for _, tt := range []struct {
		name  string
		lines []string
		want  string
	}{
		{"refuses at once", []string{"554 5.7.1 your address is on a list"}, "refused server_refuses"},
		{"busy at once", []string{"421 too many connections"}, "later not_now"},
		{"gone at once", []string{""}, "later connection_lost"},
		{"silent", []string{"…"}, "later connection_lost"},
		{"another protocol", []string{"HTTP/1.1 400 Bad Request"}, "refused not_smtp"},
		{"gone at the sender", append(hello, ""), "later connection_lost"},
		{"silent at the sender", append(hello, "…"), "later connection_lost"},
		{"gone at the recipient", append(hello, "250 ok", ""), "later connection_lost"},
		{"gone at the content", append(hello, "250 ok", "250 ok", ""), "later connection_lost"},
		{"gone after the content", append(hello, "250 ok", "250 ok", "354 go on", ""), "unknown"},
		{"garbage after the content", append(hello, "250 ok", "250 ok", "354 go on", "???"), "unknown"},
		{"silent after the content", append(hello, "250 ok", "250 ok", "354 go on", "…"), "later slow_answer"},
		{"10 MB of greeting", []string{strings.Repeat("220-hello\r\n", 1<<20)}, "later connection_lost"},
		{"takes it and goes", append(hello, "250 ok", "250 ok", "354 go on", "250 ok", ""), "sent"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			sender := newSender(t, smtp.Options{URL: "smtp://" + script(t, tt.lines...) + "?tls=none", From: "alarms@example.org"})
			limit := 20 * time.Second
			if strings.Contains(tt.name, "silent") {
				limit = 300 * time.Millisecond
			}
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			_, err := sender.Send(ctx, message())
			silent(t, err)
			if got := outcome(err); got != tt.want {
				t.Errorf("%s, want %s: %v", got, tt.want, err)
			}
			var undelivered *rollcall.DeliveryError
			if errors.As(err, &undelivered) && undelivered.Code == "slow_answer" && undelivered.RetryAfter != 10*time.Minute {
				t.Errorf("tried again after %v, want 10m", undelivered.RetryAfter)
			}
		})
	}
}

func TestAttemptEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	sender := newSender(t, smtp.Options{URL: "smtp://" + script(t, "220 hello", "…") + "?tls=none", From: "alarms@example.org"})
	time.AfterFunc(50*time.Millisecond, cancel)
	start := time.Now()
	if _, err := sender.Send(ctx, message()); outcome(err) != "later connection_lost" || time.Since(start) > 5*time.Second {
		t.Errorf("canceled attempt ended after %v with %v, want later connection_lost within 5s", time.Since(start), err)
	}
	if _, err := sender.Send(ctx, message()); outcome(err) != "later canceled" {
		t.Errorf("attempt with a canceled context: %v, want later canceled", err)
	}
}

func TestUnreachableServer(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ln.Close()
	if _, err := send(t, plain(t, ln.Addr().String()), message()); outcome(err) != "later unreachable" {
		t.Error(err)
	}
}

func TestMessage(t *testing.T) {
	t.Parallel()
	s := testkit.NewMailServer(t, false)
	ref, err := send(t, plain(t, s.Address), message())
	if err != nil {
		t.Fatal(err)
	}
	got := s.Mails()[0]
	if got.From != "alarms@example.org" || got.To != recipient {
		t.Errorf("envelope from %s to %s, want from alarms@example.org to the recipient", got.From, got.To)
	}
	m, err := stdmail.ReadMessage(strings.NewReader(got.Text))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"From":                  `"Harbour Alarm" <alarms@example.org>`,
		"To":                    "<" + recipient + ">",
		"Subject":               "Can we reach you?",
		"Message-ID":            "<val_1@example.org>",
		"List-Unsubscribe":      "<https://rollcall.example.org/c/unsub-1>",
		"List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
		"Content-Language":      "en",
		"Auto-Submitted":        "auto-generated",
	} {
		if value := m.Header.Get(name); value != want {
			t.Errorf("%s: %q, want %q", name, value, want)
		}
	}
	if ref != "val_1@example.org" {
		t.Errorf("reference = %q, want val_1@example.org", ref)
	}
	parts := partsOf(t, m)
	if strings.TrimSpace(strings.ReplaceAll(parts["text/plain"], "\r\n", "\n")) != message().Text {
		t.Errorf("text part differs from the message:\n%s", parts["text/plain"])
	}
	html := parts["text/html"]
	for _, want := range []string{
		`<html lang="en">`, `<a class="button" href="https://rollcall.example.org/c/abc-DEF_1" style="display:inline-block`, ">Answer</a>",
		"Your code is 123456 &amp; stays so.",
	} {
		if !strings.Contains(html, want) {
			t.Errorf("no %s in:\n%s", want, html)
		}
	}
	for _, remote := range []string{"<img", "<link", "<script", "src=", "url("} {
		if strings.Contains(html, remote) {
			t.Errorf("HTML part has %s, want nothing remote:\n%s", remote, html)
		}
	}
}

// partsOf returns the parts of a message by their type.
func partsOf(t *testing.T, m *stdmail.Message) map[string]string {
	t.Helper()
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("Content-Type = %s, %v, want multipart/alternative", kind, err)
	}
	parts := map[string]string{}
	for r := multipart.NewReader(m.Body, params["boundary"]); ; {
		part, err := r.NextRawPart()
		if err == io.EOF {
			return parts
		}
		if err != nil {
			t.Fatal(err)
		}
		var body io.Reader = part
		if part.Header.Get("Content-Transfer-Encoding") == "quoted-printable" {
			body = quotedprintable.NewReader(part)
		}
		text, err := io.ReadAll(body)
		if err != nil {
			t.Fatal(err)
		}
		kind, _, _ := mime.ParseMediaType(part.Header.Get("Content-Type"))
		parts[kind] = string(text)
	}
}

// TestNothingIsInjected tries to add headers, recipients and HTML through everything that comes from outside.
func TestNothingIsInjected(t *testing.T) {
	t.Parallel()
	const evil = "x\r\nBcc: eve@example.com\r\n\r\n<img src=https://example.net/x>"
	for name, change := range map[string]func(*rollcall.Message){
		"name":        func(m *rollcall.Message) { m.From = evil },
		"name alone":  func(m *rollcall.Message) { m.From = `"Eve" <eve@example.com>, x` },
		"subject":     func(m *rollcall.Message) { m.Subject = evil },
		"text":        func(m *rollcall.Message) { m.Text = evil + "\r\n.\r\nMAIL FROM:<eve@example.com>\r\n" },
		"link":        func(m *rollcall.Message) { m.Link = `javascript:alert(1)`; m.Text = m.Link },
		"language":    func(m *rollcall.Message) { m.Language = evil },
		"unsubscribe": func(m *rollcall.Message) { m.Unsubscribe = evil },
		"validation":  func(m *rollcall.Message) { m.Validation = evil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := testkit.NewMailServer(t, false)
			m := message()
			change(&m)
			if _, err := send(t, plain(t, s.Address), m); err != nil {
				t.Fatal(err)
			}
			mails := s.Mails()
			if len(mails) != 1 || mails[0].From != "alarms@example.org" || mails[0].To != recipient {
				t.Fatalf("server received %v, want one mail to the recipient", mails)
			}
			got, err := stdmail.ReadMessage(strings.NewReader(mails[0].Text))
			if err != nil {
				t.Fatal(err)
			}
			from, err := got.Header.AddressList("From")
			if got.Header.Get("Bcc") != "" || err != nil || len(from) != 1 || from[0].Address != "alarms@example.org" {
				t.Errorf("headers = %v, want no Bcc and one sender", got.Header)
			}
			html := partsOf(t, got)["text/html"]
			if strings.Contains(html, "<img") || strings.Contains(html, `href="javascript`) {
				t.Errorf("HTML part has an injected tag or link:\n%s", html)
			}
		})
	}
	for _, to := range []string{
		"ada@example.com\r\nRCPT TO:<eve@example.com>", "ada@example.com>, <eve@example.com", "Ada <ada@example.com>",
		"ada@example.com, eve@example.com", "ada@example.com> NOTIFY=SUCCESS", "",
	} {
		s := testkit.NewMailServer(t, false)
		m := message()
		m.To = to
		if _, err := send(t, plain(t, s.Address), m); outcome(err) != "never bad_address" || len(s.Mails()) != 0 {
			t.Errorf("Send() to %q: %v and mails %v, want never bad_address and none", to, err, s.Mails())
		}
	}
}

func TestTextsArriveUnchanged(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"¿Puede recibir mensajes aquí?\nhttps://rollcall.example.org/c/abc",
		"One\r\ntwo\n.\n..\n\tthree",
		strings.Repeat("x", 1000) + "\n" + strings.Repeat("é", 400),
		"From here\n--\nthere  ",
	} {
		s := testkit.NewMailServer(t, false)
		m := message()
		m.Text, m.Link = text, ""
		if _, err := send(t, plain(t, s.Address), m); err != nil {
			t.Fatal(err)
		}
		got, err := stdmail.ReadMessage(strings.NewReader(s.Mails()[0].Text))
		if err != nil {
			t.Fatal(err)
		}
		even := strings.NewReplacer("\r\n", "\n")
		if found := even.Replace(partsOf(t, got)["text/plain"]); strings.TrimSuffix(found, "\n") != even.Replace(text) {
			t.Errorf("text %q arrived as %q", text, found)
		}
	}
}

func TestRecipientAddresses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		to, want string
		utf8     bool
	}{
		{`"john doe"@example.com`, "sent", false},
		{"jürgen@example.com", "sent", true},
		{"jürgen@example.com", "refused smtputf8_missing", false},
		{"user@bücher.example", "sent", false},
		{"o'neil+alarm@example.com", "sent", false},
	} {
		s := testkit.NewMailServer(t, false, func(srv *gosmtp.Server) { srv.EnableSMTPUTF8 = tt.utf8 })
		m := message()
		m.To = tt.to
		if _, err := send(t, plain(t, s.Address), m); outcome(err) != tt.want {
			t.Errorf("%s: %v, want %s", tt.to, err, tt.want)
		}
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ url, from, want, hello string }{
		{"smtp://mail.example.org", "alarms@example.org", "must be a host name", "two words"},
		{"smtp://mail.example.org", "alarms@example.org", "", "[192.0.2.1]"},
		{"smtp://u:p@mail.example.org:587", "alarms@example.org", "", ""},
		{"smtps://mail.example.org", "Harbour Alarm <alarms@example.org>", "", ""},
		{"smtp://mail.example.org?tls=none", "alarms@bücher.example", "", ""},
		{"mail.example.org:25", "alarms@example.org", "must be smtp://", ""},
		{"https://mail.example.org", "alarms@example.org", "must be smtp://", ""},
		{"smtp://u:" + password + "/x@mail.example.org", "alarms@example.org", "must be smtp://", ""},
		{"smtp://u@mail.example.org", "alarms@example.org", "needs both", ""},
		{"smtps://mail.example.org?tls=none", "alarms@example.org", "takes ?tls=none", ""},
		{"smtp://mail.example.org?verify=no", "alarms@example.org", "takes ?tls=none", ""},
		{"smtp://mail.example.org", "", "must be one address", ""},
		{"smtp://mail.example.org", "alarms@localhost", "must have a dot", ""},
		{"smtp://mail.example.org", "Harbour Alarm <alarms@email€a.com>", "must have a domain name", ""},
		{"smtp://mail.example.org", "a@example.org, b@example.org", "must be one address", ""},
	} {
		_, err := smtp.New(smtp.Options{URL: tt.url, From: tt.from, Hello: tt.hello})
		if (err == nil) != (tt.want == "") || err != nil && (!strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), password)) {
			t.Errorf("%s from %q: %v, want %q", tt.url, tt.from, err, tt.want)
		}
	}
}
