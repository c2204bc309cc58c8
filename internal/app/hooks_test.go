package app_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/testkit"
)

const (
	twilioToken = "t0ken-of-the-account"
	ada         = "+12025550147"
)

// byTwilio has messages leave through a fake Twilio, which notes the forms that it gets.
func byTwilio(t *testing.T) (change func(*app.Options), got <-chan url.Values) {
	t.Helper()
	forms := make(chan url.Values, 100)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		forms <- r.PostForm
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{"sid": "SM1", "status": "queued"}`)
	}))
	t.Cleanup(srv.Close)
	return func(o *app.Options) {
		o.Delivery = "twilio"
		o.Twilio = app.TwilioOptions{
			AccountSID: "AC00000000000000000000000000000001", AuthToken: twilioToken, From: "+12025550100", BaseURL: srv.URL,
		}
	}, forms
}

// twilioCalls posts a form as Twilio does, to an address that begins with the public one, and returns the status and the
// body of the answer.
func twilioCalls(t *testing.T, a *testkit.App, address string, form url.Values, token string) (int, string) {
	t.Helper()
	text := address
	for _, name := range slices.Sorted(maps.Keys(form)) {
		text += name + form.Get(name)
	}
	mac := hmac.New(sha1.New, []byte(token))
	mac.Write([]byte(text))
	r, err := http.NewRequest("POST", a.URL+strings.TrimPrefix(address, "https://rollcall.example.org"), strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Twilio-Signature", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	resp, err := a.Client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

const sitePath = "/ext/v1/sites/site_123abc/contacts"

// newAda adds a contact with a number, has a message sent to it, and returns its path and the form that Twilio got.
func newAda(t *testing.T, a *testkit.App, got <-chan url.Values, method string) (path string, form url.Values) {
	t.Helper()
	path = sitePath + "/ada"
	if status, data := ask(t, a, "POST", sitePath, `{"contact_id": "ada", "first_name": "Ada", "last_name": "Jones", "phone": "`+ada+`", "type": "primary"}`); status != 201 {
		t.Fatalf("create answered %d %v, want 201", status, data)
	}
	if status, data := ask(t, a, "POST", path+"/validation", `{"method": "`+method+`"}`); status != 200 || data["status"] != "sent" {
		t.Fatalf("validation answered %d %v, want 200 sent", status, data)
	}
	return path, <-got
}

func phoneStatus(t *testing.T, a *testkit.App, path string) string {
	t.Helper()
	_, contact := ask(t, a, "GET", path, "")
	return contact["validation"].(map[string]any)["phone"].(map[string]any)["status"].(string)
}

func TestTwilioReportsAndPeopleAnswer(t *testing.T) {
	t.Parallel()
	change, got := byTwilio(t)
	a := testkit.NewApp(t, change)
	path, form := newAda(t, a, got, "sms")
	if form.Get("To") != ada || !strings.Contains(form.Get("Body"), "https://rollcall.example.org/c/") {
		t.Errorf("form to Twilio = %v, want the number and a link", form)
	}
	callback := form.Get("StatusCallback")
	delivered := url.Values{"MessageSid": {"SM1"}, "MessageStatus": {"delivered"}}
	if status, _ := twilioCalls(t, a, callback, delivered, "another token"); status != 403 {
		t.Errorf("a report that Twilio did not sign: %d", status)
	}
	validation := func() string {
		_, list := ask(t, a, "GET", path+"/validations", "")
		return fmt.Sprint(list["validations"].([]any)[0].(map[string]any)["status"])
	}
	if s := validation(); s != "sent" {
		t.Errorf("validation is %s, want sent", s)
	}
	if status, body := twilioCalls(t, a, callback, delivered, twilioToken); status != 204 || validation() != "delivered" {
		t.Errorf("status callback answered %d %s, validation is %s, want 204 and delivered", status, body, validation())
	}
	const inbound = "https://rollcall.example.org/hooks/twilio/sms"
	yes := url.Values{"MessageSid": {"SM2"}, "From": {ada}, "Body": {"Yes"}}
	status, body := twilioCalls(t, a, inbound, yes, twilioToken)
	if status != 200 || !strings.Contains(body, "<Message>") || phoneStatus(t, a, path) != "confirmed" {
		t.Errorf("reply answered %d %s, phone is %s, want 200 and confirmed", status, body, phoneStatus(t, a, path))
	}
	stop := url.Values{"MessageSid": {"SM3"}, "From": {ada}, "Body": {"STOP"}}
	status, body = twilioCalls(t, a, inbound, stop, twilioToken)
	if status != 200 || strings.Contains(body, "<Message>") || phoneStatus(t, a, path) != "opted_out" {
		t.Errorf("STOP: %d %s, and the phone is %s", status, body, phoneStatus(t, a, path))
	}
	if log := a.Log.String(); strings.Contains(log, ada[1:]) || strings.Contains(log, twilioToken) {
		t.Errorf("the log holds the number or the token:\n%s", log)
	}
}

func TestTwilioReportsAFailure(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ code, want string }{
		{"30005", "undeliverable"}, // unknown handset
		{"30006", "unconfirmed"},   // a landline takes no text, which says nothing of a call
	} {
		change, got := byTwilio(t)
		a := testkit.NewApp(t, change)
		path, form := newAda(t, a, got, "sms")
		failed := url.Values{"MessageSid": {"SM1"}, "MessageStatus": {"undelivered"}, "ErrorCode": {tt.code}}
		status, body := twilioCalls(t, a, form.Get("StatusCallback"), failed, twilioToken)
		if state := phoneStatus(t, a, path); status != 204 || state != tt.want {
			t.Errorf("after the error %s: status %d %s, and the phone is %s, want 204 and %s", tt.code, status, body, state, tt.want)
		}
	}
}

func TestTwilioCallIsAnsweredByAKey(t *testing.T) {
	t.Parallel()
	change, got := byTwilio(t)
	a := testkit.NewApp(t, change)
	path, form := newAda(t, a, got, "call")
	_, rest, _ := strings.Cut(form.Get("Twiml"), `action="`)
	action, _, _ := strings.Cut(rest, `"`)
	status, body := twilioCalls(t, a, action, url.Values{"CallSid": {"SM1"}, "Digits": {"7"}}, twilioToken)
	if status != 200 || !strings.Contains(body, "<Gather") || phoneStatus(t, a, path) != "pending" {
		t.Errorf("a key of no meaning: %d %s, and the phone is %s", status, body, phoneStatus(t, a, path))
	}
	status, body = twilioCalls(t, a, action, url.Values{"CallSid": {"SM1"}, "Digits": {"1"}}, twilioToken)
	if status != 200 || !strings.Contains(body, "<Say") || phoneStatus(t, a, path) != "confirmed" {
		t.Errorf("key 1 answered %d %s, phone is %s, want 200 and confirmed", status, body, phoneStatus(t, a, path))
	}
}

func TestHooksExistOnlyForTheirProvider(t *testing.T) {
	t.Parallel()
	change, _ := byTwilio(t)
	gateway := func(secret string) func(*app.Options) {
		return func(o *app.Options) {
			o.Delivery, o.Gateway.URL, o.Gateway.HookSecret = "gateway", "https://sms.example.org", secret
		}
	}
	for _, tt := range []struct {
		name, path string
		change     func(*app.Options)
		want       int
	}{
		{"none", "/hooks/twilio/sms", func(*app.Options) {}, 404},
		{"Twilio", "/hooks/twilio/sms", change, 403},
		{"the gateway's at Twilio", "/hooks/gateway/inbound", change, 404},
		{"a gateway", "/hooks/gateway/inbound", gateway("s3cret"), 403},
		{"a gateway that does not report", "/hooks/gateway/inbound", gateway(""), 404},
		{"a path without its end", "/hooks/twilio", change, 404},
		{"a path that could be cleaned", "/hooks//twilio/../twilio/sms", change, 404},
		{"no path at all", "/hooks/", change, 404},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := testkit.NewApp(t, tt.change)
			resp, body := a.Send(t, testkit.Scenario{Method: "POST", Path: tt.path, Body: "{}"})
			if resp.StatusCode != tt.want {
				t.Errorf("%d, want %d", resp.StatusCode, tt.want)
			}
			if envelope := `"code":"not_found"`; tt.want == 404 && !strings.Contains(string(body), envelope) {
				t.Errorf("%s, want %s", body, envelope)
			}
		})
	}
}
