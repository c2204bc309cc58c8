package app_test

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/testkit"
)

// byMail has messages leave through the mail server at url.
func byMail(url string) func(*app.Options) {
	return func(o *app.Options) {
		o.Delivery, o.SMTP = "smtp", app.SMTPOptions{URL: url, From: "alarms@example.org"}
	}
}

// ask sends a request with a key of every scope, and returns the status and the object that came back.
func ask(t *testing.T, a *testkit.App, method, path, body string) (status int, data map[string]any) {
	t.Helper()
	r, err := http.NewRequest(method, a.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+a.Key("all"))
	r.Header.Set("Content-Type", "application/json")
	resp, err := a.Client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var answer struct{ Data map[string]any }
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, answer.Data
}

// emailStatus returns the state of the contact's e-mail.
func emailStatus(t *testing.T, a *testkit.App) string {
	t.Helper()
	_, contact := ask(t, a, "GET", contactPath, "")
	return contact["validation"].(map[string]any)["email"].(map[string]any)["status"].(string)
}

func TestValidationByMail(t *testing.T) {
	t.Parallel()
	server := testkit.NewMailServer(t, false)
	a := testkit.NewApp(t, byMail(server.URL()))
	status, v := ask(t, a, "POST", contactPath+"/validation", `{"method": "email"}`)
	if status != 200 || v["status"] != "sent" {
		t.Fatalf("validation answered %d %v, want 200 sent", status, v)
	}
	mails := server.Mails()
	if len(mails) != 1 || mails[0].To != "john.doe@example.com" || mails[0].From != "alarms@example.org" {
		t.Fatalf("server received %v, want one mail", mails)
	}
	_, text, _ := strings.Cut(mails[0].Text, "text/plain")
	if link := regexp.MustCompile(`https?://\S+`).FindString(text); !regexp.MustCompile(`^https://rollcall\.example\.org/c/[\w-]{16}$`).MatchString(link) {
		t.Errorf("the first link in the text is %q:\n%s", link, text)
	}
	for _, want := range []string{`From: "Harbour Alarm" <alarms@example.org>`, fmt.Sprintf("Message-ID: <%s@example.org>", v["validation_id"])} {
		if !strings.Contains(mails[0].Text, want) {
			t.Errorf("no %s in\n%s", want, mails[0].Text)
		}
	}
	if got := emailStatus(t, a); got != "pending" {
		t.Errorf("email status = %s, want pending", got)
	}
}

func TestUnknownMailbox(t *testing.T) {
	t.Parallel()
	server := testkit.NewMailServer(t, false)
	server.Fail(t, "rcpt", "550 5.1.1 <john.doe@example.com>: no such user")
	a := testkit.NewApp(t, byMail(server.URL()))
	status, v := ask(t, a, "POST", contactPath+"/validation", `{"method": "email"}`)
	text := fmt.Sprint(v)
	if status != 200 || v["status"] != "failed" || !strings.Contains(text, "no_such_mailbox") || !strings.Contains(text, "the mailbox does not exist") {
		t.Errorf("validation answered %d %v, want 200 failed with no_such_mailbox", status, v)
	}
	if got := emailStatus(t, a); got != "undeliverable" {
		t.Errorf("email status = %s, want undeliverable", got)
	}
	if _, body := fetch(t, a, a.URL+"/readyz?verbose"); !strings.Contains(body, `"refused":[]`) {
		t.Errorf("/readyz?verbose = %s, want no refusals", body)
	}
	if log := a.Log.String(); strings.Contains(log, "john.doe") {
		t.Errorf("the log holds the address:\n%s", log)
	}
}

// TestRefusedLogin has the login refused, tells the operator, and sends once it is taken.
func TestRefusedLogin(t *testing.T) {
	t.Parallel()
	server := testkit.NewMailServer(t, false)
	server.Fail(t, "login", "535 5.7.8 wrong password of john.doe@example.com")
	a, admin := newWatched(t, byMail(server.URL()))
	if scrape(t, a, admin)[`rollcall_delivery_refused{provider="smtp"}`] != "0" {
		t.Error("it is refused before anything was sent")
	}
	asked := make(chan string, 1)
	go func() {
		status, v := ask(t, a, "POST", contactPath+"/validation", `{"method": "email"}`)
		asked <- fmt.Sprint(status, " ", v["status"])
	}()
	testkit.Eventually(t, "the refusal", func() bool {
		_, body := fetch(t, a, a.URL+"/readyz?verbose")
		return strings.Contains(body, `"code":"login_refused"`)
	})
	status, body := fetch(t, a, a.URL+"/readyz?verbose")
	var said struct {
		Status   string
		Delivery struct {
			Providers []string
			Refused   []struct {
				Provider, Code, Message string
				Since                   time.Time
			}
		}
	}
	if err := json.Unmarshal([]byte(body), &said); err != nil || status != 200 || said.Status != "ready" {
		t.Fatalf("/readyz?verbose answered %d %s: %v, want 200 ready", status, body, err)
	}
	if r := said.Delivery.Refused; len(r) != 1 || r[0].Provider != "smtp" || time.Since(r[0].Since) > time.Minute || !strings.Contains(r[0].Message, "password") {
		t.Errorf("/readyz?verbose = %s, want one refusal by smtp", body)
	}
	if status, body := fetch(t, a, a.URL+"/readyz"); status != 200 || body != `{"status":"ready"}`+"\n" {
		t.Errorf("/readyz answered %d %s, want 200 ready", status, body)
	}
	if scrape(t, a, admin)[`rollcall_delivery_refused{provider="smtp"}`] != "1" {
		t.Error("the metric does not say so")
	}
	if got := emailStatus(t, a); got != "pending" {
		t.Errorf("email status = %s, want pending", got)
	}
	server.Fail(t, "login", "")
	<-server.Arrived()
	testkit.Eventually(t, "the end of the refusal", func() bool {
		_, body := fetch(t, a, a.URL+"/readyz?verbose")
		return strings.Contains(body, `"refused":[]`)
	})
	t.Logf("the request was answered with %s", <-asked)
	log := a.Log.String()
	if n := strings.Count(log, "provider refuses the settings"); n != 1 {
		t.Errorf("%d lines about it in the log, want one:\n%s", n, log)
	}
	for _, secret := range []string{"john.doe", testkit.MailPassword} {
		if strings.Contains(log+body, secret) {
			t.Errorf("%s in the log or in /readyz", secret)
		}
	}
}

func TestGreylistedMail(t *testing.T) {
	t.Parallel()
	server := testkit.NewMailServer(t, false)
	server.FailOnce(t, "rcpt", "451 4.7.1 greylisted")
	a := testkit.NewApp(t, byMail(server.URL()))
	start := time.Now()
	status, v := ask(t, a, "POST", contactPath+"/validation", `{"method": "email"}`)
	<-server.Arrived()
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("the second attempt came after %v", took)
	}
	if status != 200 && status != 202 {
		t.Errorf("validation answered %d %v, want 200 or 202", status, v)
	}
	if got := emailStatus(t, a); got != "pending" {
		t.Errorf("email status = %s, want pending", got)
	}
}

// TestProviderThatHangs has every worker wait for a mail server that takes connections and says nothing, and creates
// contacts meanwhile.
func TestProviderThatHangs(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	calls := make(chan struct{}, 1000)
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			calls <- struct{}{}
			t.Cleanup(func() { c.Close() })
		}
	}()
	a := testkit.NewApp(t, byMail("smtp://"+ln.Addr().String()+"?tls=none"))
	create := func(i int) time.Duration {
		start := time.Now()
		body := fmt.Sprintf(`{"contact_id": "h%d", "first_name": "Ada", "last_name": "Jones", "email": "ada%d@example.com", "type": "primary"}`, i, i)
		if status, data := ask(t, a, "POST", "/ext/v1/sites/site_123abc/contacts", body); status != 201 {
			t.Fatalf("create answered %d %v, want 201", status, data)
		}
		return time.Since(start)
	}
	const count = 100
	for i := range count {
		create(i)
	}
	var asked sync.WaitGroup
	for i := range count {
		asked.Go(func() {
			ask(t, a, "POST", fmt.Sprintf("/ext/v1/sites/site_123abc/contacts/h%d/validation", i), `{"method": "email"}`)
		})
	}
	for range 32 { // as many as there are workers
		<-calls
	}
	var took []time.Duration
	for i := range count {
		took = append(took, create(count+i))
	}
	asked.Wait()
	slices.Sort(took)
	t.Logf("median %v, slowest %v", took[count/2], took[count-1])
	if took[count/2] > 200*time.Millisecond {
		t.Errorf("half of the creates took more than %v beside a provider that hangs", took[count/2])
	}
}

func TestProvidersOfTheOptions(t *testing.T) {
	t.Parallel()
	mail := app.SMTPOptions{URL: "smtp://rollcall:p4ssw0rd@mail.example.org", From: "alarms@example.org"}
	sms := app.TwilioOptions{AccountSID: "AC00000000000000000000000000000001", AuthToken: "t0ken", From: "+12025550100"}
	const public = "https://rollcall.example.org"
	for _, tt := range []struct {
		name    string
		options app.Options
		want    string // empty: it opens
	}{
		{"none", app.Options{}, ""},
		{"capture", app.Options{Delivery: "capture"}, ""},
		{"all", app.Options{Delivery: "smtp, twilio", SMTP: mail, Twilio: sms, PublicURL: public + "/"}, ""},
		{"by their settings", app.Options{SMTP: mail, Twilio: sms, PublicURL: public}, ""},
		{"by their settings, without a public address", app.Options{SMTP: mail}, "ROLLCALL_PUBLIC_URL"},
		{"unknown", app.Options{Delivery: "pigeon"}, "unknown provider"},
		{"twice", app.Options{Delivery: "smtp,smtp", SMTP: mail, PublicURL: public}, "each provider once"},
		{"capture beside others", app.Options{Delivery: "smtp,capture", SMTP: mail, PublicURL: public}, "capture alone"},
		{"mail without a server", app.Options{Delivery: "smtp", PublicURL: public}, "ROLLCALL_SMTP_URL"},
		{"no mail server", app.Options{Delivery: "smtp", SMTP: app.SMTPOptions{URL: "p4ssw0rd", From: "a@example.org"}, PublicURL: public}, "must be smtp://"},
		{"Twilio without an account", app.Options{Delivery: "twilio", PublicURL: public}, "ROLLCALL_TWILIO_ACCOUNT_SID"},
		{"a gateway without a URL", app.Options{Delivery: "gateway", PublicURL: public}, "ROLLCALL_GATEWAY_URL"},
		{"no public address", app.Options{Delivery: "smtp", SMTP: mail}, "ROLLCALL_PUBLIC_URL"},
		{"a public address that is none", app.Options{Delivery: "smtp", SMTP: mail, PublicURL: "rollcall.example.org"}, "--public-url must be an address"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.options.Data = t.TempDir()
			a, err := app.Open(t.Context(), tt.options)
			if err == nil {
				err = a.Close()
			}
			if (err == nil) != (tt.want == "") || err != nil && (!strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "p4ssw0rd")) {
				t.Errorf("%v, want %q", err, tt.want)
			}
		})
	}
}

func TestSendTest(t *testing.T) {
	t.Parallel()
	server := testkit.NewMailServer(t, false)
	options := app.Options{}
	byMail(server.URL())(&options)
	m := rollcall.Message{Method: rollcall.Email, To: "ada.jones@example.com", Dealer: "test", Validation: "val_1", Text: "A test"}
	receipt, err := app.SendTest(t.Context(), options, m)
	if err != nil || receipt.Provider != "smtp" || len(server.Mails()) != 1 {
		t.Errorf("SendTest() = %+v, %v, want one mail by smtp", receipt, err)
	}
	m.Method = rollcall.SMS
	if _, err := app.SendTest(t.Context(), options, m); err == nil || !strings.Contains(err.Error(), "supports sms") {
		t.Errorf("SendTest() by sms = %v, want that smtp does not support it", err)
	}
	for _, name := range []string{"", "capture"} {
		if _, err := app.SendTest(t.Context(), app.Options{Delivery: name}, m); err == nil || !strings.Contains(err.Error(), "no provider to test") {
			t.Errorf("SendTest() with delivery %q = %v, want that there is no provider", name, err)
		}
	}
}

var (
	firstForm   = regexp.MustCompile(`(?s)<form method="post"[^>]*>(.*?)</form>`)
	firstButton = regexp.MustCompile(`<button[^>]* name="([^"]+)" value="([^"]+)"`)
	oneClick    = regexp.MustCompile(`(?s)List-Unsubscribe:\s+<https://rollcall\.example\.org(\S+)>`)
)

// TestPersonAnswersByMail follows the first link of the mail's text, presses the first button of its page as a browser
// without a referrer does, and then has the mail program stop the mails.
func TestPersonAnswersByMail(t *testing.T) {
	t.Parallel()
	server := testkit.NewMailServer(t, false)
	a := testkit.NewApp(t, byMail(server.URL()))
	if status, v := ask(t, a, "POST", contactPath+"/validation", `{"method": "email"}`); status != 200 || v["status"] != "sent" {
		t.Fatalf("validation answered %d %v, want 200 sent", status, v)
	}
	mail := server.Mails()[0].Text
	_, text, _ := strings.Cut(mail, "text/plain")
	link := a.URL + strings.TrimPrefix(regexp.MustCompile(`https?://\S+`).FindString(text), "https://rollcall.example.org")
	status, page := fetch(t, a, link)
	form := firstForm.FindStringSubmatch(page)
	if status != 200 || form == nil {
		t.Fatalf("page answered %d, want 200 and a form: %s", status, page)
	}
	if got := emailStatus(t, a); got != "pending" {
		t.Errorf("once the page was seen the e-mail is %s", got)
	}
	button := firstButton.FindStringSubmatch(form[1])
	if status := press(t, a, link, url.Values{button[1]: {button[2]}}); status != 200 && status != 303 || emailStatus(t, a) != "confirmed" {
		t.Errorf("answer: status %d, email status %s, want confirmed", status, emailStatus(t, a))
	}
	stop := oneClick.FindStringSubmatch(mail)
	if stop == nil {
		t.Fatalf("no way to stop in\n%s", mail)
	}
	if status := press(t, a, a.URL+stop[1], url.Values{"List-Unsubscribe": {"One-Click"}}); status != 200 || emailStatus(t, a) != "opted_out" {
		t.Errorf("unsubscribe: status %d, email status %s, want 200 and opted_out", status, emailStatus(t, a))
	}
}

// press posts a form as a browser does from a page that names no referrer.
func press(t *testing.T, a *testkit.App, address string, form url.Values) (status int) {
	t.Helper()
	r, err := http.NewRequest("POST", address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "null")
	resp, err := a.Client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}
