package pages_test

import (
	"encoding/base64"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/testkit"
)

const john = "/ext/v1/sites/site_123abc/contacts/contact_789ghi"

// real is the whole program with a clock that the test moves.
type real struct {
	*testkit.App
	clock *testkit.Clock

	mu   sync.Mutex
	sent []rollcall.Message
}

func startReal(t *testing.T, changes ...func(*app.Options)) *real {
	t.Helper()
	r := &real{clock: testkit.NewClock()}
	r.App = testkit.NewApp(t, append([]func(*app.Options){func(o *app.Options) {
		o.Now = r.clock.Now
		o.OnCaptured = func(m rollcall.Message) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.sent = append(r.sent, m)
		}
	}}, changes...)...)
	return r
}

// validate sends a message to John. It returns the path of its link, and that of the link that stops e-mails, if any.
func (r *real) validate(t *testing.T, method string) (link, stop string) {
	t.Helper()
	status, answer := r.Do("all", "POST", john+"/validation", `{"method": "`+method+`"}`)
	if status != http.StatusOK {
		t.Fatalf("status = %d, want success: %v", status, answer)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	const public = "https://rollcall.example.org"
	sent := r.sent[len(r.sent)-1]
	link, ok := strings.CutPrefix(sent.Link, public)
	if !ok {
		t.Fatal("the message has no link that begins with the public address")
	}
	return link, strings.TrimPrefix(sent.Unsubscribe, public)
}

// page gets a page, or posts a form unless it is empty, and follows redirects.
func (r *real) page(t *testing.T, path, form string) (int, string) {
	t.Helper()
	method, header := http.MethodGet, map[string]string{}
	if form != "" {
		method, header = http.MethodPost, map[string]string{"Origin": "null"}
	}
	resp, body := request(t, r.Client.Do, method, r.URL+path, form, header)
	return resp.StatusCode, body
}

// status returns the status of John's phone or e-mail.
func (r *real) status(t *testing.T, point string) string {
	t.Helper()
	status, answer := r.Do("all", "GET", john, "")
	if status != http.StatusOK {
		t.Fatalf("status = %d, want success: %v", status, answer)
	}
	contact := answer["data"].(map[string]any)
	return contact["validation"].(map[string]any)[point].(map[string]any)["status"].(string)
}

// step is something that a person does, and what they see then.
type step struct {
	name   string
	form   string // empty: get the page
	status int
	page   string // heading
	point  string // status of John's phone
}

func (r *real) walk(t *testing.T, path string, steps []step) {
	t.Helper()
	for _, s := range steps {
		status, body := r.page(t, path, s.form)
		if status != s.status || !strings.Contains(body, "<h1>"+s.page+"</h1>") {
			t.Errorf("%s: status = %d, want %d with %q: %s", s.name, status, s.status, s.page, body)
		}
		if point := r.status(t, "phone"); point != s.point {
			t.Errorf("%s: status of the phone = %s, want %s", s.name, point, s.point)
		}
	}
}

const (
	asks    = "Can you be reached here?"
	thanks  = "Thank you. You can be reached here."
	sorry   = "Thank you for telling us"
	tooLate = "This link has expired"
	old     = "This link is out of date"
	none    = "We do not know this link"
)

func TestRealLink(t *testing.T) {
	r := startReal(t)
	path, _ := r.validate(t, "sms")
	r.walk(t, path, []step{
		{"get the page", "", 200, asks, "pending"},
		{"get the page again", "", 200, asks, "pending"},
		{"a form without an answer", "x=y", 400, "That did not work", "pending"},
		{"yes", "offered=email&offered=sms&wanted=sms&answer=yes", 200, thanks, "confirmed"},
		{"yes again", "answer=yes", 200, thanks, "confirmed"},
		{"no", "answer=no", 200, sorry, "declined"},
		{"yes after no", "answer=yes", 200, thanks, "confirmed"},
	})
	_, answer := r.Do("all", "GET", john, "")
	wants := answer["data"].(map[string]any)["notification_preferences"].(map[string]any)
	if wants["email"] != false || wants["sms"] != true {
		t.Errorf("preferences = %v, want sms only", wants)
	}
	wrong := path[:len(path)-1] + string('A'+(path[len(path)-1]-'A'+4)%26)
	r.walk(t, wrong, []step{{"get a wrong link", "", 404, none, "confirmed"}, {"answer a wrong link", "answer=no", 404, none, "confirmed"}})

	r.clock.Advance(80 * time.Hour)
	r.walk(t, path, []step{{"get the page after 80 hours", "", 410, tooLate, "confirmed"}})
	for _, secret := range []string{strings.TrimPrefix(path, "/c/"), "555-0123"} {
		if strings.Contains(r.Log.String(), secret) {
			t.Error("the log has a link or a phone, want none")
		}
	}
}

func TestRealLinkExpired(t *testing.T) {
	r := startReal(t)
	path, _ := r.validate(t, "sms")
	r.clock.Advance(72*time.Hour + time.Second)
	if status, body := r.page(t, path, "answer=yes"); status != http.StatusGone || !strings.Contains(body, tooLate) {
		t.Errorf("yes on an expired link = %d %s, want 410", status, body)
	}
	if r.status(t, "phone") == "confirmed" {
		t.Error("the phone is confirmed by an expired link, want it unchanged")
	}
}

func TestRealLinkReplaced(t *testing.T) {
	r := startReal(t)
	path, _ := r.validate(t, "sms")
	if status, answer := r.Do("all", "PUT", john, `{"phone": "+1-555-0199"}`); status != http.StatusOK {
		t.Fatalf("status = %d, want success: %v", status, answer)
	}
	r.walk(t, path, []step{{"get the page", "", 410, old, "unconfirmed"}, {"yes", "answer=yes", 410, old, "unconfirmed"}})
	if status, answer := r.Do("all", "DELETE", john, ""); status != http.StatusNoContent && status != http.StatusOK {
		t.Fatalf("status = %d, want success: %v", status, answer)
	}
	if status, body := r.page(t, path, "answer=yes"); status != http.StatusNotFound || !strings.Contains(body, none) {
		t.Errorf("yes on the link of a deleted contact = %d %s, want 404", status, body)
	}
}

// TestRealPagesInTheContactsLanguage opens the links of a contact who reads Spanish, at an English site, with an English browser.
func TestRealPagesInTheContactsLanguage(t *testing.T) {
	r := startReal(t)
	for path, body := range map[string]string{john: `{"language": "es-MX"}`, "/ext/v1/sites/site_123abc": `{"language": "en"}`} {
		if status, answer := r.Do("all", "PATCH", path, body); status != http.StatusOK {
			t.Fatalf("PATCH %s = %d %v, want 200", path, status, answer)
		}
	}
	link, stop := r.validate(t, "email")
	for _, tt := range []struct{ path, form, heading string }{
		{link, "", "¿Podemos localizarle aquí?"},
		{link + "?lang=en", "", asks},
		{link, "x=y", "No ha funcionado"},
		{link, "answer=yes", "Gracias. Aquí pueden localizarle."},
		{stop, "", "¿Dejar de recibir estos correos?"},
		{stop, "List-Unsubscribe=One-Click", "Ya no recibirá estos correos"},
	} {
		method, header := http.MethodGet, map[string]string{"Accept-Language": "en"}
		if tt.form != "" {
			method, header["Origin"] = http.MethodPost, "null"
		}
		_, body := request(t, r.Client.Do, method, r.URL+tt.path, tt.form, header)
		if !strings.Contains(body, "<h1>"+tt.heading+"</h1>") {
			t.Errorf("%s %s: the page lacks the heading %q: %s", method, tt.form, tt.heading, body)
		}
	}
	r.clock.Advance(80 * time.Hour)
	if _, body := r.page(t, link, ""); !strings.Contains(body, `<html lang="es">`) || !strings.Contains(body, "Este enlace ha caducado") {
		t.Errorf("the page of an expired link is not in Spanish: %s", body)
	}
}

func TestRealUnsubscribe(t *testing.T) {
	r := startReal(t)
	link, stop := r.validate(t, "email")
	if status, body := r.page(t, stop, ""); status != http.StatusOK || !strings.Contains(body, "<h1>Stop these e-mails?</h1>") {
		t.Fatalf("status = %d, want 200: %s", status, body)
	}
	if status := r.status(t, "email"); status != "pending" {
		t.Errorf("status of the e-mail after GET = %s, want pending", status)
	}
	for range 2 {
		status, body := r.page(t, stop, "List-Unsubscribe=One-Click")
		if status != http.StatusOK || !strings.Contains(body, "<h1>These e-mails have stopped</h1>") {
			t.Fatalf("status = %d, want 200: %s", status, body)
		}
	}
	if status := r.status(t, "email"); status != "opted_out" {
		t.Errorf("status of the e-mail = %s, want opted_out", status)
	}
	if status, answer := r.Do("all", "POST", john+"/validation", `{"method": "email"}`); status != http.StatusConflict {
		t.Errorf("a validation by e-mail = %d %v, want 409", status, answer)
	}
	if status, body := r.page(t, link, "answer=yes"); status != http.StatusOK || !strings.Contains(body, thanks) {
		t.Errorf("yes after the opt-out = %d %s, want 200", status, body)
	}
	if status := r.status(t, "email"); status != "confirmed" {
		t.Errorf("status of the e-mail after yes = %s, want confirmed", status)
	}
}

func TestRealBranding(t *testing.T) {
	r := startReal(t)
	path, stop := r.validate(t, "email")
	if status, _ := r.page(t, path+"/logo", ""); status != http.StatusNotFound {
		t.Errorf("GET of a missing logo = %d, want 404", status)
	}
	logo := testkit.PNG(t, 160, 40)
	picture := base64.StdEncoding.EncodeToString(logo)
	status, answer := r.Do("all", "PUT", "/ext/v1/branding",
		`{"display_name": "Harbour & Sons", "welcome": "Hello there", "logo": {"data": "`+picture+`"}}`)
	if status != http.StatusOK {
		t.Fatalf("status = %d, want success: %v", status, answer)
	}
	for _, link := range []string{path, stop} {
		_, body := r.page(t, link, "")
		if !strings.Contains(body, "<bdi>Harbour &amp; Sons</bdi>") || !strings.Contains(body, `src=".`+strings.TrimPrefix(link, "/c")+`/logo"`) {
			t.Errorf("the page lacks the dealer's display name or logo: %s", body)
		}
		if status, got := r.page(t, link+"/logo", ""); status != http.StatusOK || got != string(logo) {
			t.Errorf("GET of the logo = %d with %d bytes, want 200 with the picture", status, len(got))
		}
	}
	if _, body := r.page(t, path, ""); !strings.Contains(body, "Hello there") {
		t.Errorf("the page lacks the welcome text: %s", body)
	}
}

func TestRealFailuresArePages(t *testing.T) {
	r := startReal(t)
	status, body := r.page(t, "/c/x?"+strings.Repeat("x", 9<<10), "")
	if status != http.StatusBadRequest || !strings.HasPrefix(body, "<!doctype html>") {
		t.Errorf("GET of a long URL = %d %.200s, want 400 and a page", status, body)
	}
	if status, body := r.page(t, "/ca", ""); strings.HasPrefix(body, "<!doctype html>") {
		t.Errorf("GET /ca = %d %.200s, want no page", status, body)
	}
}
