package pages_test

import (
	"errors"
	"html"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/pages"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/testkit"
)

// maxPage is the largest size of a page, in bytes. A page loads nothing but the logo.
const maxPage = 30 << 10

// send sends a request, without following redirects. It returns the response and its body with HTML entities replaced.
func (s *server) send(t *testing.T, method, path, body string, header map[string]string) (*http.Response, string) {
	t.Helper()
	resp, answer := s.sendRaw(t, method, path, body, header)
	return resp, html.UnescapeString(answer)
}

// sendRaw is like send, with the body unchanged.
func (s *server) sendRaw(t *testing.T, method, path, form string, header map[string]string) (*http.Response, string) {
	t.Helper()
	return request(t, http.DefaultTransport.RoundTrip, method, s.URL+pages.Path+path, form, header)
}

// request sends a form, or no body if it is empty, and returns the response and its body.
func request(t *testing.T, do func(*http.Request) (*http.Response, error), method, url, form string, header map[string]string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(form))
	if err != nil {
		t.Fatal(err)
	}
	if form != "" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range header {
		req.Header.Set(name, value)
	}
	resp, err := do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

func TestStates(t *testing.T) {
	s := serve(t)
	for _, tt := range []struct {
		token  string
		status int
		title  string
		shows  []string
		lacks  []string
	}{
		{"open", 200, "Can you be reached here? · Harbour Alarm",
			[]string{"Harbour Street warehouse", "tel:+12025550100", "./open/logo", "We call from 7 to 22 only", "Yes, I can be reached here", "This is not me", "<b><bdi>Ann</bdi></b> at <b class=\"number\"><bdi>•••• 0199</bdi></b>"}, []string{"offered"}},
		{"bare", 200, "Can you be reached here? · Hill Alarm",
			[]string{"Mill", "Zoë", "z•••@example.org", "who gave your name to"}, []string{"tel:", "<img", "<blockquote", "contract"}},
		{"confirmed", 200, "Thank you. You can be reached here. · Harbour Alarm",
			[]string{"Save my choices", "This is not me", "Text messages", "E-mails"}, []string{"Yes, I can", "are saved", "push", `class="yes"`}},
		{"confirmed?saved", 200, "Thank you. You can be reached here. · Harbour Alarm", []string{"Your choices are saved"}, nil},
		{"open?saved", 200, "Can you be reached here? · Harbour Alarm", nil, []string{"Your choices are saved"}},
		{"declined", 200, "Thank you for telling us · Harbour Alarm",
			[]string{"tel:+12025550100", "You can still say yes"}, []string{"warehouse", "offered", "This is not me", "Ann", "0199", `class="yes"`}},
		{"expired", 410, "This link has expired · Harbour Alarm", []string{"tel:+12025550100"}, []string{"<form", "warehouse"}},
		{"replaced", 410, "This link is out of date · Harbour Alarm", []string{"tel:+12025550100"}, []string{"<form", "warehouse"}},
		{"unknown", 404, "We do not know this link", []string{"ask the company"}, []string{"<form", "Harbour", "contract"}},
		{"open/else", 404, "We do not know this link", nil, []string{"Harbour"}},
		{"open/logo/", 404, "We do not know this link", nil, []string{"Harbour"}},
		{"", 404, "We do not know this link", nil, nil},
		{"open.", 200, "Can you be reached here? · Harbour Alarm", []string{"./open/logo"}, nil},
		{"stop", 200, "Stop these e-mails? · Harbour Alarm", []string{"List-Unsubscribe", "One-Click"}, []string{"answer"}},
	} {
		t.Run(tt.token, func(t *testing.T) {
			path := tt.token
			if path == "bare" { // a message in Spanish
				path += "?lang=en"
			}
			resp, body := s.send(t, "GET", path, "", map[string]string{"Accept-Language": "en"})
			if resp.StatusCode != tt.status {
				t.Errorf("status = %d, want %d", resp.StatusCode, tt.status)
			}
			for _, text := range append(tt.shows, "<title>"+tt.title+"</title>") {
				if !strings.Contains(body, text) {
					t.Errorf("the page lacks %q:\n%s", text, body)
				}
			}
			for _, text := range tt.lacks {
				if strings.Contains(body, text) {
					t.Errorf("the page has %q, want it left out", text)
				}
			}
			if len(body) > maxPage {
				t.Errorf("the page has %d bytes, want at most %d", len(body), maxPage)
			}
			checkHeaders(t, resp)
		})
	}
	if answers := s.recorded(); answers != nil {
		t.Errorf("GET recorded the answers %+v, want none", answers)
	}
	if s.state("stop") != rollcall.LinkOpen {
		t.Error("GET stopped e-mails, want no change")
	}
}

// checkHeaders checks the headers that every page has.
func checkHeaders(t *testing.T, resp *http.Response) {
	t.Helper()
	for name, want := range map[string]string{
		"Content-Type":           "text/html; charset=utf-8",
		"Referrer-Policy":        "no-referrer",
		"X-Robots-Tag":           "noindex, nofollow",
		"Cache-Control":          "no-store",
		"X-Content-Type-Options": "nosniff",
		"Set-Cookie":             "",
	} {
		if got := resp.Header.Get(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	policy := resp.Header.Get("Content-Security-Policy")
	for _, part := range []string{
		"default-src 'none'", "style-src 'sha256-", "img-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
	} {
		if !strings.Contains(policy, part) {
			t.Errorf("Content-Security-Policy = %q, want %q in it", policy, part)
		}
	}
	if strings.Contains(policy, "unsafe") || strings.Contains(policy, "script-src") {
		t.Errorf("Content-Security-Policy = %q, want no script and nothing unsafe", policy)
	}
}

func TestHead(t *testing.T) {
	s := serve(t)
	for token, status := range map[string]int{"open": 200, "expired": 410, "unknown": 404, "open/logo": 200, "stop": 200} {
		resp, body := s.send(t, "HEAD", token, "", nil)
		if resp.StatusCode != status || body != "" {
			t.Errorf("HEAD %s = %d with %d bytes, want %d without", token, resp.StatusCode, len(body), status)
		}
	}
}

func confirmed(p rollcall.PreferencesInput) []rollcall.LinkAnswer {
	return []rollcall.LinkAnswer{{Confirm: true, Preferences: p}}
}

func TestAnswers(t *testing.T) {
	yes, no := rollcall.Given(true), rollcall.Given(false)
	for _, tt := range []struct {
		name   string
		token  string
		form   string
		status int
		to     string // Location
		want   []rollcall.LinkAnswer
		state  rollcall.LinkState
	}{
		{"yes", "open", "answer=yes", 303, "./open", confirmed(rollcall.PreferencesInput{}), rollcall.LinkConfirmed},
		{"yes, with every checkbox ticked", "open", "offered=sms&wanted=sms&offered=email&wanted=email&offered=push&wanted=push&answer=yes", 303,
			"./open", confirmed(rollcall.PreferencesInput{Email: yes, SMS: yes, Push: yes}), rollcall.LinkConfirmed},
		{"yes, with a checkbox that is not ticked", "open", "offered=sms&offered=email&wanted=email&answer=yes", 303,
			"./open", confirmed(rollcall.PreferencesInput{Email: yes, SMS: no}), rollcall.LinkConfirmed},
		{"a choice that was not offered", "open", "wanted=push&answer=yes", 303,
			"./open", confirmed(rollcall.PreferencesInput{}), rollcall.LinkConfirmed},
		{"a choice that does not exist", "open", "offered=fax&wanted=fax&answer=yes", 303, "./open", confirmed(rollcall.PreferencesInput{}), rollcall.LinkConfirmed},
		{"yes, in a chosen language", "open?lang=fr", "answer=yes", 303, "./open?lang=fr", confirmed(rollcall.PreferencesInput{}), rollcall.LinkConfirmed},
		{"save, in a chosen language", "confirmed?lang=es", "answer=save", 303, "./confirmed?lang=es&saved", confirmed(rollcall.PreferencesInput{}), rollcall.LinkConfirmed},
		{"no, in an unknown language", "open?lang=xx%0d%0a", "answer=no", 303, "./open", []rollcall.LinkAnswer{{}}, rollcall.LinkDeclined},
		{"no", "open", "answer=no", 303, "./open", []rollcall.LinkAnswer{{}}, rollcall.LinkDeclined},
		{"no, with choices, which it does not change", "open", "answer=no&offered=sms", 303, "./open", []rollcall.LinkAnswer{{}}, rollcall.LinkDeclined},
		{"yes again", "confirmed", "answer=yes", 303, "./confirmed", confirmed(rollcall.PreferencesInput{}), rollcall.LinkConfirmed},
		{"save other choices later", "confirmed", "answer=save&offered=sms", 303,
			"./confirmed?saved", confirmed(rollcall.PreferencesInput{SMS: no}), rollcall.LinkConfirmed},
		{"no after yes", "confirmed", "answer=no", 303, "./confirmed", []rollcall.LinkAnswer{{}}, rollcall.LinkDeclined},
		{"yes after no", "declined", "answer=yes", 303, "./declined", confirmed(rollcall.PreferencesInput{}), rollcall.LinkConfirmed},
		{"yes on an expired link", "expired", "answer=yes", 303, "./expired", nil, rollcall.LinkExpired},
		{"save on a replaced link", "replaced", "answer=save", 303, "./replaced", nil, rollcall.LinkReplaced},
		{"an empty form", "open", "", 400, "", nil, rollcall.LinkOpen},
		{"an unknown answer", "open", "answer=maybe", 400, "", nil, rollcall.LinkOpen},
		{"two answers", "open", "answer=yes&answer=no", 400, "", nil, rollcall.LinkOpen},
		{"an answer in the query", "open?answer=yes", "", 400, "", nil, rollcall.LinkOpen},
		{"a malformed form", "open", "answer=yes&x=%zz", 400, "", nil, rollcall.LinkOpen},
		{"a one-click unsubscribe on another link", "open", "List-Unsubscribe=One-Click", 400, "", nil, rollcall.LinkOpen},
		{"a form that is too long", "open", "answer=yes&x=" + strings.Repeat("x", 9<<10), 413, "", nil, rollcall.LinkOpen},
		{"yes on an unknown link", "unknown", "answer=yes", 404, "", nil, ""},
		{"an empty form on an unknown link", "unknown", "", 404, "", nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t)
			for range 2 { // pressing again changes nothing
				resp, _ := s.send(t, "POST", tt.token, tt.form, map[string]string{"Origin": "null"})
				if resp.StatusCode != tt.status || resp.Header.Get("Location") != tt.to {
					t.Errorf("response = %d to %q, want %d to %q", resp.StatusCode, resp.Header.Get("Location"), tt.status, tt.to)
				}
			}
			answers := s.recorded()
			if len(answers) > 1 {
				answers = answers[:1]
			}
			token, _, _ := strings.Cut(tt.token, "?")
			if !reflect.DeepEqual(answers, tt.want) || s.state(token) != tt.state {
				t.Errorf("recorded %+v, state %s, want %+v, %s", answers, s.state(token), tt.want, tt.state)
			}
		})
	}
}

func TestAnswersFromAnyOrigin(t *testing.T) {
	for _, header := range []map[string]string{
		{"Origin": "null"},
		{"Origin": "https://mail.example.com", "Sec-Fetch-Site": "cross-site"},
		{"Content-Type": "multipart/form-data; boundary=x"},
	} {
		s := serve(t)
		body := "answer=yes"
		if header["Content-Type"] != "" {
			body = "--x\r\nContent-Disposition: form-data; name=\"answer\"\r\n\r\nyes\r\n--x--\r\n"
		}
		resp, _ := s.send(t, "POST", "open", body, header)
		if resp.StatusCode != http.StatusSeeOther || s.state("open") != rollcall.LinkConfirmed {
			t.Errorf("%v: status = %d, state %s, want 303, confirmed", header, resp.StatusCode, s.state("open"))
		}
	}
}

func TestOneClick(t *testing.T) {
	for name, tt := range map[string]struct{ body, contentType string }{
		"as in RFC 8058":      {"List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"},
		"as a multipart form": {"--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n", "multipart/form-data; boundary=x"},
		"as text":             {"List-Unsubscribe=One-Click", "text/plain"},
		"as a form cut short": {"--x\r\nContent-Dispo", "multipart/form-data; boundary=x"},
		"without a boundary":  {"List-Unsubscribe=One-Click", "multipart/form-data"},
		"with no body":        {"", "application/x-www-form-urlencoded"},
		"from the page":       {url.Values{"List-Unsubscribe": {"One-Click"}}.Encode(), "application/x-www-form-urlencoded"},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t)
			for range 2 {
				resp, body := s.send(t, "POST", "stop", tt.body, map[string]string{"Content-Type": tt.contentType})
				if resp.StatusCode != 200 || !strings.Contains(body, "These e-mails have stopped") {
					t.Errorf("response = %d %s, want 200 and the page of the end", resp.StatusCode, body)
				}
				checkHeaders(t, resp)
			}
			if s.state("stop") != rollcall.LinkDeclined {
				t.Error("state of the link is not declined, want e-mails stopped")
			}
		})
	}
}

func TestMethods(t *testing.T) {
	s := serve(t)
	for _, tt := range []struct{ method, path, allow string }{
		{"PUT", "open", "GET, HEAD, POST"},
		{"DELETE", "open", "GET, HEAD, POST"},
		{"OPTIONS", "unknown", "GET, HEAD, POST"},
		{"POST", "open/logo", "GET, HEAD"},
	} {
		resp, _ := s.send(t, tt.method, tt.path, "", nil)
		if resp.StatusCode != http.StatusMethodNotAllowed || resp.Header.Get("Allow") != tt.allow {
			t.Errorf("%s %s = %d with Allow %q, want 405 with %q", tt.method, tt.path, resp.StatusCode, resp.Header.Get("Allow"), tt.allow)
		}
		checkHeaders(t, resp)
	}
}

func TestLogo(t *testing.T) {
	s := serve(t)
	resp, body := s.sendRaw(t, "GET", "open/logo", "", nil)
	policy := resp.Header.Get("Content-Security-Policy")
	if resp.StatusCode != 200 || body != string(testkit.PNG(t, 160, 40)) || resp.Header.Get("Content-Type") != "image/png" {
		t.Errorf("logo = %d with %s, %d bytes, want 200 with image/png", resp.StatusCode, resp.Header.Get("Content-Type"), len(body))
	}
	if !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "sandbox") || strings.Contains(policy, "script") {
		t.Errorf("Content-Security-Policy of the logo = %q, want a sandbox without scripts", policy)
	}
	for _, token := range []string{"bare", "unknown"} {
		if resp, _ := s.send(t, "GET", token+"/logo", "", nil); resp.StatusCode != 404 {
			t.Errorf("logo of %s = %d, want 404", token, resp.StatusCode)
		}
	}
}

func TestWrongLinks(t *testing.T) {
	s := serve(t)
	for i := range 10 {
		if resp, _ := s.send(t, "GET", "wrong", "", nil); resp.StatusCode != 404 {
			t.Fatalf("wrong link %d = %d, want 404", i+1, resp.StatusCode)
		}
	}
	for _, method := range []string{"GET", "POST"} {
		resp, body := s.send(t, method, "wrong", "", nil)
		if resp.StatusCode != 429 || resp.Header.Get("Retry-After") != "6" || !strings.Contains(body, "Please wait a minute") {
			t.Errorf("%s of the 11th wrong link = %d, Retry-After %q, want 429, 6: %s", method, resp.StatusCode, resp.Header.Get("Retry-After"), body)
		}
		checkHeaders(t, resp)
	}
	if resp, _ := s.send(t, "GET", "open", "", nil); resp.StatusCode != 200 {
		t.Errorf("a valid link from the same address = %d, want 200", resp.StatusCode)
	}
	s.Clock.Advance(6 * time.Second)
	if resp, _ := s.send(t, "GET", "wrong", "", nil); resp.StatusCode != 404 {
		t.Errorf("a wrong link after 6 s = %d, want 404", resp.StatusCode)
	}
}

func TestFailures(t *testing.T) {
	for _, tt := range []struct {
		err    error
		status int
		text   string
	}{
		{errors.New("the disk is gone"), 500, "Something went wrong on our side"},
		{&rollcall.Error{Kind: rollcall.Unavailable, Message: "busy"}, 503, "Something went wrong on our side"},
		{&rollcall.Error{Kind: rollcall.RateLimited, RetryAfter: time.Minute}, 429, "Please wait a minute"},
		{&rollcall.Error{Kind: rollcall.InvalidRequest, Message: "no"}, 400, "That did not work"},
	} {
		s := serve(t)
		s.broken = tt.err
		for _, method := range []string{"GET", "POST"} {
			resp, body := s.send(t, method, "open", "answer=yes", map[string]string{"X-Request-Id": "#req"})
			if resp.StatusCode != tt.status || !strings.Contains(body, tt.text) {
				t.Errorf("%v: response = %d %s, want %d with %q", tt.err, resp.StatusCode, body, tt.status, tt.text)
			}
			if tt.status >= 500 && !strings.Contains(body, "<code>#req</code>") || strings.Contains(body, "disk") {
				t.Errorf("%v: the page lacks the request id, or has the cause: %s", tt.err, body)
			}
			if again := resp.Header.Get("Retry-After"); (tt.status == 503 || tt.status == 429) != (again != "") {
				t.Errorf("%v: Retry-After = %q, want it only with 429 and 503", tt.err, again)
			}
			checkHeaders(t, resp)
		}
		if logged := strings.Contains(s.Log.String(), "the disk is gone"); logged != (tt.status == 500) {
			t.Errorf("%v: cause logged = %t, want %t", tt.err, logged, tt.status == 500)
		}
	}
}

func TestLog(t *testing.T) {
	s := serve(t)
	for _, path := range []string{"open", "open/logo", "unknown-secret", "stop"} {
		s.send(t, "GET", path, "", nil)
		s.send(t, "POST", path, "answer=yes", nil)
	}
	for _, secret := range []string{"open", "secret", "stop", "Harbour", "202 555"} {
		if strings.Contains(s.Log.String(), secret) {
			t.Errorf("the log has %q, want it left out:\n%s", secret, s.Log)
		}
	}
	if n := strings.Count(s.Log.String(), `"route":"/c/…"`); n != 8 {
		t.Errorf("%d log lines have the route, want 8:\n%s", n, s.Log)
	}
}
