package twilio_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"example.org/rollcall/internal/delivery"
	"example.org/rollcall/internal/delivery/twilio"
	"example.org/rollcall/internal/rollcall"
)

// core records the calls of Hooks, and returns its reply.
type core struct {
	told  []string
	reply string
	call  rollcall.CallReply
	err   error
}

func (c *core) RecordReport(_ context.Context, d rollcall.DealerID, v rollcall.ValidationID, r rollcall.DeliveryReport) error {
	failure := ""
	if r.Failure != nil {
		failure = r.Failure.Code
	}
	c.told = append(c.told, fmt.Sprintf("report %s %s %s %s %s", d, v, r.Provider, r.Ref, failure))
	return c.err
}

func (c *core) ReceiveMessage(_ context.Context, m rollcall.InboundMessage) (string, error) {
	c.told = append(c.told, fmt.Sprintf("message %s %s %s %q %v", m.Provider, m.Ref, m.From, m.Text, m.AnswersStop)+string(m.Keyword))
	return c.reply, c.err
}

func (c *core) AnswerCall(_ context.Context, d rollcall.DealerID, v rollcall.ValidationID, key string) (rollcall.CallReply, error) {
	c.told = append(c.told, fmt.Sprintf("key %s %s %s", d, v, key))
	return c.call, c.err
}

// signature signs as Twilio's documents say.
func signature(key, address string, form url.Values) string {
	names := make([]string, 0, len(form))
	for name := range form {
		names = append(names, name)
	}
	slices.Sort(names)
	text := address
	for _, name := range names {
		text += name + form.Get(name)
	}
	mac := hmac.New(sha1.New, []byte(key))
	mac.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// post sends Hooks a request signed for an address; empty: its own.
func post(c *core, path string, form url.Values, address string) *httptest.ResponseRecorder {
	if address == "" {
		address = public + path
	}
	r := httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Twilio-Signature", signature(token, address, form))
	w := httptest.NewRecorder()
	twilio.Hooks{AuthToken: token, PublicURL: public, Hooks: delivery.Hooks{Core: c}}.ServeHTTP(w, r)
	return w
}

const head = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"

func TestStatusCallbacks(t *testing.T) {
	const path = "/hooks/twilio/status/dealer_1/val_1"
	for _, tt := range []struct {
		form url.Values
		told string
	}{
		{url.Values{"MessageSid": {"SM1"}, "MessageStatus": {"queued"}}, ""},
		{url.Values{"MessageSid": {"SM1"}, "MessageStatus": {"sent"}}, ""},
		{url.Values{"MessageSid": {"SM1"}, "MessageStatus": {"delivered"}}, "report dealer_1 val_1 twilio SM1 "},
		{url.Values{"MessageSid": {"SM1"}, "MessageStatus": {"undelivered"}, "ErrorCode": {"30006"}}, "report dealer_1 val_1 twilio SM1 not_mobile"},
		{url.Values{"MessageSid": {"SM1"}, "MessageStatus": {"failed"}, "ErrorCode": {"30005"}}, "report dealer_1 val_1 twilio SM1 unknown_number"},
		{url.Values{"MessageSid": {"SM1"}, "MessageStatus": {"failed"}, "ErrorCode": {"21610"}}, "report dealer_1 val_1 twilio SM1 opted_out"},
		{url.Values{"MessageSid": {"SM1"}, "MessageStatus": {"undelivered"}}, "report dealer_1 val_1 twilio SM1 not_delivered"},
		{url.Values{"CallSid": {"CA1"}, "CallStatus": {"ringing"}}, ""},
		{url.Values{"CallSid": {"CA1"}, "CallStatus": {"completed"}}, "report dealer_1 val_1 twilio CA1 "},
		{url.Values{"CallSid": {"CA1"}, "CallStatus": {"completed"}, "AnsweredBy": {"machine_start"}}, ""},
		{url.Values{"CallSid": {"CA1"}, "CallStatus": {"busy"}}, "report dealer_1 val_1 twilio CA1 busy"},
		{url.Values{"CallSid": {"CA1"}, "CallStatus": {"no-answer"}}, "report dealer_1 val_1 twilio CA1 no_answer"},
		{url.Values{"CallSid": {"CA1"}, "CallStatus": {"failed"}}, "report dealer_1 val_1 twilio CA1 unknown_number"},
		{url.Values{"CallSid": {"CA1"}, "CallStatus": {"failed"}, "SipResponseCode": {"404"}}, "report dealer_1 val_1 twilio CA1 number_not_in_service"},
		{url.Values{"CallSid": {"CA1"}, "CallStatus": {"failed"}, "SipResponseCode": {"503"}}, "report dealer_1 val_1 twilio CA1 unknown_number"},
		{url.Values{}, ""},
	} {
		c := &core{}
		w := post(c, path, tt.form, "")
		if got := strings.Join(c.told, "; "); got != tt.told || w.Code != http.StatusNoContent {
			t.Errorf("%v: %d, told %q, want %q", tt.form, w.Code, got, tt.told)
		}
	}
}

func TestInboundMessages(t *testing.T) {
	form := url.Values{"MessageSid": {"SM1"}, "From": {to}, "To": {from}, "Body": {"yes & <more>"}}
	c := &core{reply: "Thank you & <goodbye>"}
	w := post(c, "/hooks/twilio/sms", form, "")
	if want := head + "<Response><Message>Thank you &amp; &lt;goodbye&gt;</Message></Response>"; w.Body.String() != want || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/xml") {
		t.Errorf("answered %s, want %s", w.Body, want)
	}
	if want := `message twilio SM1 ` + to + ` "yes & <more>" true`; len(c.told) != 1 || c.told[0] != want {
		t.Errorf("told %q, want %q", c.told, want)
	}
	for given, want := range map[string]string{"STOP": "STOP", "START": "START", "HELP": "HELP", " stop ": "STOP", "": ""} {
		form.Set("OptOutType", given)
		c = &core{}
		post(c, "/hooks/twilio/sms", form, "")
		if len(c.told) != 1 || !strings.HasSuffix(c.told[0], "true"+want) {
			t.Errorf("OptOutType %q: told %q, want %q at the end", given, c.told, want)
		}
	}
	c = &core{}
	if w := post(c, "/hooks/twilio/sms", form, ""); w.Body.String() != head+"<Response></Response>" {
		t.Errorf("nothing to say, and said %s", w.Body)
	}
	form.Set("From", "22395")
	c = &core{reply: "Hello"}
	if w := post(c, "/hooks/twilio/sms", form, ""); len(c.told) != 0 || w.Body.String() != head+"<Response></Response>" {
		t.Errorf("SMS from a short code: calls %q, answer %s, want none and an empty Response", c.told, w.Body)
	}
}

func TestKeys(t *testing.T) {
	const path = "/hooks/twilio/voice/dealer_1/val_1"
	c := &core{call: rollcall.CallReply{Text: "Merci", Language: "fr"}}
	w := post(c, path, url.Values{"Digits": {"1"}, "CallSid": {"CA1"}}, "")
	if want := head + `<Response><Say language="fr-FR">Merci</Say><Hangup></Hangup></Response>`; w.Body.String() != want || fmt.Sprint(c.told) != "[key dealer_1 val_1 1]" {
		t.Errorf("pressed key: calls %q, answer %s, want Say", c.told, w.Body)
	}
	c = &core{call: rollcall.CallReply{Text: "Press 1", Language: "en", Again: true}}
	w = post(c, path, url.Values{"Digits": {"5"}}, "")
	if want := `action="` + public + path + `"`; !strings.Contains(w.Body.String(), want) {
		t.Errorf("answer = %s, want Gather with the action again", w.Body)
	}
	c = &core{}
	w = post(c, path, url.Values{"Digits": {"1"}, "AnsweredBy": {"machine_end_beep"}}, "")
	if want := head + `<Response><Hangup></Hangup></Response>`; len(c.told) != 0 || w.Body.String() != want {
		t.Errorf("an answering machine: told %q, answered %s", c.told, w.Body)
	}
}

func TestHooksNeedASignature(t *testing.T) {
	const path = "/hooks/twilio/status/dealer_1/val_1"
	form := url.Values{"MessageSid": {"SM1"}, "MessageStatus": {"delivered"}}
	good := signature(token, public+path, form)
	for _, tt := range []struct {
		name, signature, path, body string
		want                        int
	}{
		{"none", "", path, form.Encode(), 403},
		{"of another token", signature("other", public+path, form), path, form.Encode(), 403},
		{"no base64", "***", path, form.Encode(), 403},
		{"cut short", good[:8], path, form.Encode(), 403},
		{"of another form", good, path, "MessageSid=SM1&MessageStatus=failed", 403},
		{"of another validation", good, "/hooks/twilio/status/dealer_1/val_2", form.Encode(), 403},
		{"of another query", good, path + "?a=b", form.Encode(), 403},
		{"more in the form", good, path, form.Encode() + "&ErrorCode=30006", 403},
		{"not a form", good, path, "%zz", 403},
		{"too large", good, path, "x=" + strings.Repeat("y", 100<<10), 413},
		{"good", good, path, form.Encode(), 204},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var log strings.Builder
			c := &core{}
			r := httptest.NewRequest("POST", tt.path, strings.NewReader(tt.body))
			r.Header.Set("X-Twilio-Signature", tt.signature)
			w := httptest.NewRecorder()
			twilio.Hooks{AuthToken: token, PublicURL: public, Hooks: delivery.Hooks{Core: c, Log: slog.New(slog.NewTextHandler(&log, nil))}}.ServeHTTP(w, r)
			if w.Code != tt.want || (len(c.told) == 1) != (tt.want == 204) {
				t.Errorf("%d %s, told %q; want %d", w.Code, w.Body, c.told, tt.want)
			}
			if w.Code != 204 && w.Header().Get("Content-Type") != "text/plain; charset=utf-8" {
				t.Errorf("Content-Type = %s, want text/plain", w.Header().Get("Content-Type"))
			}
			if strings.Contains(log.String(), "SM1") || strings.Contains(log.String(), "val_") {
				t.Errorf("log has ids: %s", log.String())
			}
		})
	}
	w := httptest.NewRecorder()
	twilio.Hooks{AuthToken: token, PublicURL: public, Hooks: delivery.Hooks{Core: &core{}}}.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	if w.Code != 405 {
		t.Errorf("GET answered %d, want 405", w.Code)
	}
}

func TestSignatureWithAnotherPort(t *testing.T) {
	const path = "/hooks/twilio/sms"
	form := url.Values{"From": {to}, "Body": {"yes"}}
	for address, want := range map[string]int{
		public + path:                            200,
		public + ":443" + path:                   200,
		public + ":8443" + path:                  403,
		"http://rollcall.example.org" + path:     403,
		"https://rollcall.example.net" + path:    403,
		"https://rollcall.example.org:80" + path: 403,
	} {
		if w := post(&core{}, path, form, address); w.Code != want {
			t.Errorf("signed for %s: %d, want %d", address, w.Code, want)
		}
	}
}

func TestHooksThatFail(t *testing.T) {
	form := url.Values{"MessageSid": {"SM1"}, "MessageStatus": {"delivered"}, "From": {to}}
	for _, path := range []string{"/hooks/twilio/status/dealer_1/val_1", "/hooks/twilio/sms", "/hooks/twilio/voice/dealer_1/val_1"} {
		for _, tt := range []struct {
			err  error
			want int
		}{
			{&rollcall.Error{Kind: rollcall.ValidationNotFound}, 404},
			{&rollcall.Error{Kind: rollcall.Unavailable}, 503},
			{errors.New("disk"), 503},
		} {
			if w := post(&core{err: tt.err}, path, form, ""); w.Code != tt.want || strings.Contains(w.Body.String(), "disk") {
				t.Errorf("%s: %d %s, want %d", path, w.Code, w.Body, tt.want)
			}
		}
	}
	for _, path := range []string{"/hooks/twilio/", "/hooks/twilio/other", "/hooks/twilio/status/", "/hooks/twilio/status/dealer_1", "/hooks/twilio/status/dealer_1/val_1/x"} {
		if w := post(&core{}, path, form, ""); w.Code != 404 {
			t.Errorf("%s answered %d, want 404", path, w.Code)
		}
	}
}
