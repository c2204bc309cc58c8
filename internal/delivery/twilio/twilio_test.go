package twilio_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"example.org/rollcall/internal/delivery"
	"example.org/rollcall/internal/delivery/deliverytest"
	"example.org/rollcall/internal/delivery/twilio"
	"example.org/rollcall/internal/rollcall"
)

const (
	sid    = "AC00000000000000000000000000000001"
	token  = "t0ken-of-the-account"
	from   = "+12025550100"
	to     = "+12025550147"
	public = "https://rollcall.example.org"
)

func options(base string) twilio.Options {
	return twilio.Options{AccountSID: sid, AuthToken: token, From: from, BaseURL: base, PublicURL: public}
}

func newSender(t *testing.T, o twilio.Options) *twilio.Sender {
	t.Helper()
	s, err := twilio.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func sms() rollcall.Message {
	return rollcall.Message{
		Dealer: "dealer_1", Validation: "val_1", Method: rollcall.SMS, To: to, Language: "en", From: "Harbour Alarm",
		Text: "Harbour Alarm: can we reach you? Code 123456",
	}
}

func call() rollcall.Message {
	m := sms()
	m.Method, m.Text, m.Language = rollcall.Call, "Press 1 & say <yes>", "es"
	return m
}

// callTo returns a call to an extension.
func callTo(extension string) rollcall.Message {
	m := call()
	m.Extension = extension
	return m
}

func TestProvider(t *testing.T) {
	for name, m := range map[string]rollcall.Message{"sms": sms(), "call": call(), "call to an extension": callTo("74,185#")} {
		t.Run(name, func(t *testing.T) {
			deliverytest.Run(t, deliverytest.Provider{
				New:     func(t *testing.T, url string) delivery.Sender { return newSender(t, options(url)) },
				Message: m,
				Taken:   `{"sid": "SM1", "status": "queued"}`,
				Secrets: []string{sid, token, from},
				Garbled: "unknown",
			})
		})
	}
	t.Run("after an unknown outcome", func(t *testing.T) {
		again := sms()
		again.Before = time.Now()
		deliverytest.Run(t, deliverytest.Provider{
			New:     func(t *testing.T, url string) delivery.Sender { return newSender(t, options(url)) },
			Message: again,
			Taken:   fmt.Sprintf(`{"messages": [{"sid": "SM1", "to": %q, "body": %q}]}`, to, again.Text),
			Secrets: []string{sid, token, from},
			Garbled: "unknown",
		})
	})
}

// fake is a Twilio that notes what it is asked.
type fake struct {
	*httptest.Server
	status int
	body   string
	list   string

	mu    sync.Mutex
	forms []url.Values
	asked []*http.Request
}

func newFake(t *testing.T) *fake {
	t.Helper()
	f := &fake{status: 201, body: `{"sid": "SM1"}`, list: `{"messages": [], "calls": []}`}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		defer f.mu.Unlock()
		_ = r.ParseForm()
		f.asked = append(f.asked, r)
		if r.Method == http.MethodGet {
			fmt.Fprint(w, f.list)
			return
		}
		f.forms = append(f.forms, r.PostForm)
		w.WriteHeader(f.status)
		fmt.Fprint(w, f.body)
	}))
	t.Cleanup(f.Close)
	return f
}

func TestMessage(t *testing.T) {
	f := newFake(t)
	ref, err := newSender(t, options(f.URL)).Send(t.Context(), sms())
	if err != nil || ref != "SM1" {
		t.Fatalf("Send() = %q, %v, want SM1", ref, err)
	}
	want := url.Values{
		"To": {to}, "From": {from}, "Body": {sms().Text}, "StatusCallback": {public + "/hooks/twilio/status/dealer_1/val_1"},
	}
	if got := f.forms[0]; got.Encode() != want.Encode() {
		t.Errorf("sent %v, want %v", got, want)
	}
	user, password, _ := f.asked[0].BasicAuth()
	if path := f.asked[0].URL.Path; path != "/2010-04-01/Accounts/"+sid+"/Messages.json" || user != sid || password != token {
		t.Errorf("requested %s as %s:%s, want Messages.json as the account", path, user, password)
	}
}

func TestMessageByAService(t *testing.T) {
	f := newFake(t)
	o := options(f.URL)
	o.From, o.MessagingServiceSID = "", "MG00000000000000000000000000000001"
	s := newSender(t, o)
	if _, err := s.Send(t.Context(), sms()); err != nil {
		t.Fatal(err)
	}
	if form := f.forms[0]; form.Get("MessagingServiceSid") != o.MessagingServiceSID || form.Has("From") {
		t.Errorf("form = %v, want MessagingServiceSid and no From", form)
	}
	if methods := s.Methods(); len(methods) != 1 {
		t.Errorf("carries %v, want no calls", methods)
	}
	if _, err := s.Send(t.Context(), call()); deliverytest.Outcome(err) != "refused" {
		t.Errorf("a call without a number to call from: %v", err)
	}
}

func TestCall(t *testing.T) {
	f := newFake(t)
	f.body = `{"sid": "CA1", "status": "queued"}`
	ref, err := newSender(t, options(f.URL)).Send(t.Context(), call())
	if err != nil || ref != "CA1" {
		t.Fatalf("Send() = %q, %v, want CA1", ref, err)
	}
	const want = `<?xml version="1.0" encoding="UTF-8"?>` + "\n" +
		`<Response><Gather numDigits="1" timeout="10" action="` + public + `/hooks/twilio/voice/dealer_1/val_1" method="POST">` +
		`<Say language="es-MX">Press 1 &amp; say &lt;yes&gt;</Say></Gather><Hangup></Hangup></Response>`
	form := f.forms[0]
	if got := form.Get("Twiml"); got != want {
		t.Errorf("TwiML:\n%s\nwant\n%s", got, want)
	}
	if form.Has("SendDigits") || form.Get("From") != from || form.Get("To") != to || !strings.HasSuffix(f.asked[0].URL.Path, "/Calls.json") {
		t.Errorf("%s with %v, want Calls.json with From and To, without SendDigits", f.asked[0].URL.Path, form)
	}
}

func TestCallToAnExtension(t *testing.T) {
	for _, tt := range []struct{ extension, want string }{
		{"12", "ww12"},
		{"*12#", "ww*12#"},
		{"1,2", "ww1wwww2"},
		{",,12,,3", "wwwwwwwwww12wwwwwwww3"},
		{strings.Repeat("1,", 10), "ww" + strings.Repeat("1ww", 10)},
		{strings.Repeat("1", 10) + strings.Repeat(",", 9) + "2", "ww1111111111" + strings.Repeat("ww", 9) + "2"},
		{strings.Repeat(",", 19) + "1", "ww" + strings.Repeat("w", 19) + "1"},
	} {
		f := newFake(t)
		if _, err := newSender(t, options(f.URL)).Send(t.Context(), callTo(tt.extension)); err != nil {
			t.Fatal(err)
		}
		form := f.forms[0]
		if got := form.Get("SendDigits"); got != tt.want || len(got) > 32 {
			t.Errorf("SendDigits for %q = %q, want %q, which has at most 32 characters", tt.extension, got, tt.want)
		}
		if got := form.Get("Twiml"); !strings.Contains(got, `<Say language="es-MX" loop="2">`) {
			t.Errorf("TwiML says the text once, want twice: %s", got)
		}
	}
}

func TestCodes(t *testing.T) {
	f := newFake(t)
	s := newSender(t, options(f.URL))
	for _, tt := range []struct {
		status, code int
		want         string
	}{
		{400, 21211, "never unknown_number"},
		{400, 21217, "never unknown_number"},
		{400, 21614, "rejected not_mobile"},
		{400, 21635, "rejected not_mobile"},
		{400, 21265, "never bad_number"},
		{400, 21266, "never bad_number"},
		{400, 21268, "never premium_rate"},
		{400, 21202, "never premium_rate"},
		{400, 21216, "rejected call_refused, suspect over recipients"},
		{400, 13224, "rejected call_failed"},
		{400, 30007, "rejected filtered, suspect over texts"},
		{400, 21617, "rejected message_refused, suspect over texts"},
		{400, 30019, "rejected message_refused, suspect over texts"},
		{400, 30036, "later not_delivered"},
		{400, 21263, "refused request_refused, suspect over recipients"},
		{400, 21401, "refused bad_sender"},
		{400, 21407, "refused request_refused, suspect over recipients"},
		{400, 21612, "refused no_route, suspect over recipients"},
		{400, 21610, "never opted_out"},
		{400, 21408, "refused no_geo_permission, suspect over recipients"},
		{400, 21606, "refused bad_sender, suspect over recipients"},
		{400, 21603, "refused bad_sender"},
		{400, 21608, "refused trial_account, suspect over recipients"},
		{400, 99999, "refused request_refused, suspect over recipients"},
		{401, 20003, "refused login_refused"},
		{403, 20003, "refused login_refused"},
		{403, 20005, "refused account_suspended"},
		{404, 20404, "refused wrong_address, suspect over recipients"},
		{429, 20429, "later too_many"},
		{400, 21611, "later too_many"},
		{503, 20503, "later unavailable"},
		{500, 20500, "unknown"},
	} {
		f.status = tt.status
		f.body = fmt.Sprintf(`{"code": %d, "message": "The number %s is wrong", "status": %d}`, tt.code, to, tt.status)
		_, err := s.Send(t.Context(), sms())
		if got := outcome(err); got != tt.want {
			t.Errorf("%d %d: %s, want %s: %v", tt.status, tt.code, got, tt.want, err)
		}
		if err != nil && strings.Contains(err.Error(), to) {
			t.Errorf("the error holds the number: %v", err)
		}
	}
	m := sms()
	for _, number := range []string{"", "12025550147", "+1202555014x", "+12025550147\r\nX: y", "client:ada"} {
		m.To = number
		if _, err := s.Send(t.Context(), m); outcome(err) != "never bad_number" {
			t.Errorf("Send() to %q: %v, want never bad_number", number, err)
		}
	}
}

func outcome(err error) string {
	if u, ok := err.(*rollcall.DeliveryError); ok {
		suspect := map[rollcall.Suspicion]string{
			rollcall.SuspectOverRecipients: ", suspect over recipients", rollcall.SuspectOverTexts: ", suspect over texts",
		}
		return deliverytest.Outcome(err) + " " + u.Code + suspect[u.Suspect]
	}
	return deliverytest.Outcome(err)
}

// TestAttemptAfterAnUnknownOne counts what is sent when Twilio has, or has not, the message of the earlier attempt.
func TestAttemptAfterAnUnknownOne(t *testing.T) {
	before := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	entry := func(change map[string]any) string {
		e := map[string]any{
			"sid": "SM7", "to": to, "from": from, "body": sms().Text, "status": "queued", "direction": "outbound-api",
			"date_created": before.Add(2 * time.Second).Format(time.RFC1123Z), "date_sent": nil, "error_code": nil,
		}
		for name, value := range change {
			e[name] = value
		}
		text, _ := json.Marshal(map[string]any{"messages": []any{e}, "calls": []any{e}})
		return string(text)
	}
	for _, tt := range []struct {
		name, list string
		m          rollcall.Message
		sent       int
		want       string
	}{
		{"none", `{"messages": []}`, sms(), 1, "sent"},
		{"the same", entry(nil), sms(), 0, "sent"},
		{"the same, undated", entry(map[string]any{"date_created": nil}), sms(), 0, "sent"},
		{"another text", entry(map[string]any{"body": "Hello"}), sms(), 1, "sent"},
		{"to another", entry(map[string]any{"to": from}), sms(), 1, "sent"},
		{"to the other number of the phone", entry(map[string]any{"to": "+5215512345678"}), toMexico(), 0, "sent"},
		{"long before", entry(map[string]any{"date_created": before.Add(-time.Hour).Format(time.RFC1123Z)}), sms(), 1, "sent"},
		{"from the person", entry(map[string]any{"direction": "inbound"}), sms(), 1, "sent"},
		{"failed since", entry(map[string]any{"status": "undelivered", "error_code": 30006}), sms(), 0, "rejected not_mobile"},
		{"filtered since", entry(map[string]any{"status": "undelivered", "error_code": 30007}), sms(), 0, "rejected filtered, suspect over texts"},
		{"not a list", `[]`, sms(), 0, "unknown"},
		{"a call", entry(map[string]any{"sid": "CA7"}), call(), 0, "sent"},
		{"no call", `{"calls": []}`, call(), 1, "sent"},
		{"an older call", entry(map[string]any{"date_created": before.Add(-time.Hour).Format(time.RFC1123Z)}), call(), 1, "sent"},
		{"a call from another number", entry(map[string]any{"from": to}), call(), 1, "sent"},
		{"lost since", entry(map[string]any{"status": "undelivered", "error_code": 30003}), sms(), 0, "sent"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := newFake(t)
			f.list = tt.list
			tt.m.Before = before
			ref, err := newSender(t, options(f.URL)).Send(t.Context(), tt.m)
			if got := outcome(err); got != tt.want || len(f.forms) != tt.sent || (err == nil) != (ref != "") {
				t.Errorf("%q, %s with %d sent, want %s with %d: %v", ref, got, len(f.forms), tt.want, tt.sent, err)
			}
			if query := f.asked[0].URL.Query(); f.asked[0].Method != "GET" || query.Get("To") != tt.m.To {
				t.Errorf("first request = %s %s, want GET with To", f.asked[0].Method, f.asked[0].URL)
			}
		})
	}
}

// toMexico returns a message to a phone that goes by two numbers.
func toMexico() rollcall.Message {
	m := sms()
	m.To = "+525512345678"
	return m
}

func TestOptions(t *testing.T) {
	for _, tt := range []struct {
		change func(*twilio.Options)
		want   string
	}{
		{func(*twilio.Options) {}, ""},
		{func(o *twilio.Options) { o.AccountSID = "SK1" }, "account SID"},
		{func(o *twilio.Options) { o.AccountSID = sid + "/../x" }, "account SID"},
		{func(o *twilio.Options) { o.AuthToken = "" }, "auth token"},
		{func(o *twilio.Options) { o.AuthToken = token + "\n" }, "auth token"},
		{func(o *twilio.Options) { o.From = "" }, "set the number"},
		{func(o *twilio.Options) { o.MessagingServiceSID = "x" }, "begin with MG"},
		{func(o *twilio.Options) { o.BaseURL = "api.twilio.com" }, "base URL"},
	} {
		o := options("")
		tt.change(&o)
		_, err := twilio.New(o)
		if (err == nil) != (tt.want == "") || err != nil && (!strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), token)) {
			t.Errorf("%v, want %q", err, tt.want)
		}
	}
}
