package cli

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/rollcall/internal/testkit"
)

// fileWith makes a file with a secret.
func fileWith(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestDeliveryTestByMail(t *testing.T) {
	server := testkit.NewMailServer(t, false)
	args := []string{
		"delivery", "test", "--to", "ada.jones@example.com", "--delivery", "smtp", "--mail-from", "alarms@example.org",
		"--smtp-url-file", fileWith(t, server.URL()+"\n"),
	}
	if out := succeed(t, args...); out != "smtp accepted the message; check that it arrives.\n" {
		t.Errorf("printed %q, want that smtp accepted the message", out)
	}
	if mails := server.Mails(); len(mails) != 1 || mails[0].To != "ada.jones@example.com" || !strings.Contains(mails[0].Text, "This is a test message from Rollcall.") {
		t.Errorf("server received %v, want one test mail", mails)
	}
	if got := succeedJSON(t, args...); got["provider"] != "smtp" || got["method"] != "email" {
		t.Errorf("printed %v, want provider smtp and method email", got)
	}
	for _, tt := range []struct{ stage, answer, want string }{
		{"login", "535 5.7.8 no", "the settings do not work: the mail server does not accept the user and the password; check both in its URL (535 5.7.8) [login_refused]"},
		{"rcpt", "550 5.1.1 <ada.jones@example.com>: no", "the settings work, but this recipient cannot be reached: the mail server says that the mailbox does not exist (550 5.1.1) [no_such_mailbox]"},
		{"content", "451 4.3.0 disk full", "not sent: the mail server asked to retry later (451 4.3.0) [not_now]; try again in a moment"},
	} {
		server.Fail(t, tt.stage, tt.answer)
		if r := run(t, args...); r.status != exitFailed || r.err != "rollcall: "+tt.want+"\n" || r.out != "" {
			t.Errorf("%s %s: status %d\n%swant %s", tt.stage, tt.answer, r.status, r.err, tt.want)
		}
		server.Fail(t, tt.stage, "")
	}
}

func TestDeliveryTestByTheEnvironment(t *testing.T) {
	var got *http.Request
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		got = r
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write([]byte(`{"sid": "CA1"}`))
	}))
	defer srv.Close()
	for name, value := range map[string]string{
		"DELIVERY": "smtp,twilio", "SMTP_URL": "smtp://mail.example.org", "MAIL_FROM": "alarms@example.org",
		"TWILIO_ACCOUNT_SID": "AC00000000000000000000000000000001", "TWILIO_AUTH_TOKEN_FILE": fileWith(t, "t0ken\n"),
		"TWILIO_FROM": "+12025550100", "TWILIO_BASE_URL": srv.URL,
	} {
		t.Setenv("ROLLCALL_"+name, value)
	}
	succeed(t, "delivery", "test", "--to", "+1 (202) 555-0147", "--method", "call")
	if _, token, _ := got.BasicAuth(); token != "t0ken" || got.PostForm.Get("To") != "+12025550147" || !strings.Contains(got.PostForm.Get("Twiml"), "This is a test call from Rollcall.") {
		t.Errorf("requested with token %s and form %v, want a test call", token, got.PostForm)
	}
}

func TestDeliveryTestByAGateway(t *testing.T) {
	var header http.Header
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { header = r.Header }))
	defer srv.Close()
	t.Setenv("ROLLCALL_GATEWAY_HEADERS", "X-Api-Key: {secret}; X-Account: 7, main")
	t.Setenv("ROLLCALL_GATEWAY_SECRET", "s3cret")
	succeed(t, "delivery", "test", "--to", "+12025550147", "--delivery", "gateway", "--gateway-url", srv.URL, "--gateway-never", "410,422")
	if header.Get("X-Api-Key") != "s3cret" || header.Get("X-Account") != "7, main" {
		t.Errorf("headers = %v, want X-Api-Key and X-Account", header)
	}
}

func TestDeliveryThatIsNotSetUp(t *testing.T) {
	for _, tt := range []struct {
		status int
		want   string
		args   []string
	}{
		{exitFailed, "there is no provider to test; name one with --delivery", []string{"--to", "+12025550147"}},
		{exitFailed, "set --smtp-url (ROLLCALL_SMTP_URL) and --mail-from", []string{"--to", "a@example.org", "--delivery", "smtp"}},
		{exitFailed, "unknown provider; choose from smtp", []string{"--to", "a@example.org", "--delivery", "pigeon"}},
		{exitFailed, "write {{json .Text}}", []string{"--to", "+12025550147", "--delivery", "gateway", "--gateway-url", "http://127.0.0.1:1", "--gateway-template", `{"t": "{{.Text}}"}`}},
		{exitUsage, "with its country code", []string{"--to", "202 555 0147", "--delivery", "twilio"}},
		{exitUsage, "--to must be an e-mail address for --method email", []string{"--to", "+12025550147", "--method", "email"}},
		{exitUsage, "--to must have a dot in the domain", []string{"--to", "ann@localhost", "--delivery", "smtp"}},
		{exitUsage, "--to must be one address such as name@example.org", []string{"--to", "Ann <ann@example.org>", "--delivery", "smtp"}},
		{exitUsage, "set --smtp-url or --smtp-url-file, not both", []string{"--to", "a@example.org", "--smtp-url", "smtp://x", "--smtp-url-file", "y"}},
		{exitUsage, "--twilio-auth-token-file", []string{"--to", "+12025550147", "--twilio-auth-token-file", filepath.Join(t.TempDir(), "none")}},
		{exitUsage, "is empty", []string{"--to", "+12025550147", "--gateway-secret-file", fileWith(t, "\n")}},
	} {
		r := run(t, append([]string{"delivery", "test"}, tt.args...)...)
		if r.status != tt.status || !strings.Contains(r.err, tt.want) || r.out != "" {
			t.Errorf("%q: status %d\n%swant %d %s", tt.args, r.status, r.err, tt.status, tt.want)
		}
	}
	data := filepath.Join(t.TempDir(), "data")
	r := run(t, "serve", "--data", data, "--listen", "127.0.0.1:0", "--delivery", "smtp", "--smtp-url", "smtp://mail.example.org", "--mail-from", "a@example.org")
	if r.status != exitFailed || !strings.Contains(r.err, "set --public-url (ROLLCALL_PUBLIC_URL)") || strings.Count(r.err, "\n") != 1 {
		t.Errorf("serve without a public address: status %d\n%s", r.status, r.err)
	}
}
