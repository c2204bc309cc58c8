package gateway_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.org/rollcall/internal/delivery"
	"example.org/rollcall/internal/delivery/deliverytest"
	"example.org/rollcall/internal/delivery/gateway"
	"example.org/rollcall/internal/rollcall"
)

const (
	secret = "s3cret-of-the-gateway"
	to     = "+12025550147"
)

func message() rollcall.Message {
	return rollcall.Message{
		Dealer: "dealer_1", Validation: "val_1", Method: rollcall.SMS, To: to, Language: "en", From: `Harbour "Alarm"`,
		Text: "Can we reach you?\nCode: 123456 </script> \\ \u2028 é",
	}
}

func newSender(t *testing.T, o gateway.Options) *gateway.Sender {
	t.Helper()
	s, err := gateway.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func TestProvider(t *testing.T) {
	call := message()
	call.Method, call.Extension = rollcall.Call, "74,185#"
	for name, m := range map[string]rollcall.Message{"sms": message(), "call to an extension": call} {
		t.Run(name, func(t *testing.T) {
			deliverytest.Run(t, deliverytest.Provider{
				New: func(t *testing.T, url string) delivery.Sender {
					return newSender(t, gateway.Options{URL: url + "/send", Secret: secret, Ref: "id", Never: []int{410, 422}})
				},
				Message: m,
				Taken:   `{"id": "m1"}`,
				Secrets: []string{secret},
				Garbled: "sent", // the status says enough
				Want:    map[int]string{410: "never", 422: "never"},
			})
		})
	}
}

// request is what the service was sent.
type request struct {
	method, path, body string
	header             http.Header
}

func service(t *testing.T, status int, body string) (url string, got *request) {
	t.Helper()
	got = &request{}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		*got = request{r.Method, r.URL.Path, string(text), r.Header}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(srv.Close)
	return srv.URL, got
}

func TestDefaultRequest(t *testing.T) {
	url, got := service(t, 202, `{"id": "m1"}`)
	ref, err := newSender(t, gateway.Options{URL: url + "/send", Secret: secret, Ref: "id"}).Send(t.Context(), message())
	if err != nil || ref != "m1" {
		t.Errorf("Send() = %q, %v, want m1", ref, err)
	}
	var body map[string]string
	if err := json.Unmarshal([]byte(got.body), &body); err != nil {
		t.Fatalf("body is not JSON: %v in %s", err, got.body)
	}
	m := message()
	for name, want := range map[string]string{
		"to": m.To, "extension": "", "text": m.Text, "from": m.From, "language": "en", "method": "sms", "dealer_id": "dealer_1", "validation_id": "val_1",
	} {
		if body[name] != want {
			t.Errorf("%s is %q, want %q", name, body[name], want)
		}
	}
	for name, want := range map[string]string{
		"Authorization": "Bearer " + secret, "Content-Type": "application/json", "Idempotency-Key": "val_1",
	} {
		if value := got.header.Get(name); value != want {
			t.Errorf("%s: %q, want %q", name, value, want)
		}
	}
	if got.method != "POST" || got.path != "/send" {
		t.Errorf("request = %s %s, want POST /send", got.method, got.path)
	}
}

func TestOwnRequest(t *testing.T) {
	url, got := service(t, 200, `{"messages": [{"nr": 12345678901234567890}]}`)
	ref, err := newSender(t, gateway.Options{
		URL: url, HTTPMethod: "put", Secret: secret, Headers: []string{"X-Api-Key: key {secret}", "X-Other:1"},
		ContentType: "application/x-www-form-urlencoded", Template: `to={{urlquery .To}}&text={{urlquery .Text}}`,
		Ref: "messages.0.nr", Success: []int{200},
	}).Send(t.Context(), message())
	if err != nil || ref != "12345678901234567890" {
		t.Errorf("Send() = %q, %v, want 12345678901234567890", ref, err)
	}
	if got.header.Get("X-Api-Key") != "key "+secret || got.header.Get("X-Other") != "1" || got.header.Get("Authorization") != "" || got.method != "PUT" {
		t.Errorf("request = %s with headers %v, want PUT with X-Api-Key and X-Other and no Authorization", got.method, got.header)
	}
	if !strings.HasPrefix(got.body, "to=%2B12025550147&text=Can+we+reach+you%3F%0ACode") {
		t.Errorf("body = %s, want an encoded form that begins with to=%%2B12025550147", got.body)
	}
}

func TestRef(t *testing.T) {
	for _, tt := range []struct{ body, path, want string }{
		{`{"id": "m1"}`, "id", "m1"},
		{`{"a": [{"b": 7}]}`, "a.0.b", "7"},
		{`{"a": [1]}`, "a.1", ""},
		{`{"a": {"b": {}}}`, "a.b", ""},
		{`{"id": null}`, "id", ""},
		{`"m1"`, "id", ""},
		{`{"id": "` + strings.Repeat("x", 1000) + `"}`, "id", ""},
		{`<id>m1</id>`, "id", ""},
	} {
		url, _ := service(t, 200, tt.body)
		if ref, err := newSender(t, gateway.Options{URL: url, Ref: tt.path}).Send(t.Context(), message()); ref != tt.want || err != nil {
			t.Errorf("%s at %s: %q, %v, want %q", tt.body, tt.path, ref, err, tt.want)
		}
	}
}

func TestOptions(t *testing.T) {
	for _, tt := range []struct {
		o    gateway.Options
		want string
	}{
		{gateway.Options{URL: "https://sms.example.org"}, ""},
		{gateway.Options{URL: "sms.example.org"}, "the URL must be"},
		{gateway.Options{URL: "https://sms.example.org", HTTPMethod: "GET"}, "HTTP method"},
		{gateway.Options{URL: "https://sms.example.org", Template: `{"t": "{{.Text}}"}`}, "write {{json .Text}}"},
		{gateway.Options{URL: "https://sms.example.org", Template: `{"t": {{json .Body}}}`}, "cannot be filled"},
		{gateway.Options{URL: "https://sms.example.org", Template: `{"t": {{json .Text}`}, "the template is invalid"},
		{gateway.Options{URL: "https://sms.example.org", Headers: []string{"X"}}, "a header must be"},
		{gateway.Options{URL: "https://sms.example.org", Headers: []string{"X y: z"}}, "a header must be"},
		{gateway.Options{URL: "https://sms.example.org", Secret: secret + "\r\nX: y"}, "line breaks"},
		{gateway.Options{URL: "https://sms.example.org", Never: []int{42}}, "a status must be"},
		{gateway.Options{URL: "https://sms.example.org", Methods: []rollcall.Method{"email"}}, "must be sms or call"},
	} {
		_, err := gateway.New(tt.o)
		if (err == nil) != (tt.want == "") || err != nil && (!strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), secret)) {
			t.Errorf("%+v: %v, want %q", tt.o, err, tt.want)
		}
	}
}

func TestTemplatesKeepTextsInTheirPlace(t *testing.T) {
	t.Parallel()
	const (
		form = "application/x-www-form-urlencoded"
		odd  = "a \"b\" & 'c' <d>\r\n%41+e; to=x"
	)
	for _, tt := range []struct{ name, kind, template, want, refused string }{
		{"JSON", "application/json", `{"text": {{json .Text}}}`, `{"text": "a \"b\" & 'c' <d>\r\n%41+e; to=x"}`, ""},
		{"JSON with quotes of its own", "application/json; charset=utf-8", `{"text": "{{.Text}}"}`, "", "write {{json .Text}}"},
		{"JSON whose text adds a field", "application/json", `{"text": {{.Text}}}`, "", "write {{json .Text}}"},
		{"a form", form, `to={{.To}}&text={{.Text}}`, "to=%2B12025550147&text=a+%22b%22+%26+%27c%27+%3Cd%3E%0D%0A%2541%2Be%3B+to%3Dx", ""},
		{"a form that encodes by hand", form, `text={{urlquery .Text}}`, "text=a+%22b%22+%26+%27c%27+%3Cd%3E%0D%0A%2541%2Be%3B+to%3Dx", ""},
		{"JSON said to be a form", form, `{"text": {{json .Text}}}`, "", "is not a valid form"},
		{"XML", "text/xml", `<m to="{{xml .To}}">{{xml .Text}}</m>`, `<m to="+12025550147">a &#34;b&#34; &amp; &#39;c&#39; &lt;d&gt;&#xD;&#xA;%41+e; to=x</m>`, ""},
		{"XML as it is", "application/xml", `<m>{{.Text}}</m>`, "", "write {{xml .Text}}"},
		{"another type", "text/plain", `{{.To}} {{.Text}}`, "+12025550147 " + odd, ""},
		{"an extension in JSON", "application/json", `{"ext": {{json .Extension}}}`, `{"ext": "*12,#"}`, ""},
		{"an extension in JSON with quotes of its own", "application/json", `{"ext": "{{.Extension}}"}`, "", "write {{json .Text}}"},
		{"an extension in a form", form, `ext={{.Extension}}`, "ext=%2A12%2C%23", ""},
		{"an extension in XML", "text/xml", `<e>{{xml .Extension}}</e>`, "<e>*12,#</e>", ""},
		{"no type", "text", `{{.Extension}}`, "*12,#", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := make(chan string, 1)
			server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				got <- string(body)
			}))
			t.Cleanup(server.Close)
			sender, err := gateway.New(gateway.Options{URL: server.URL, ContentType: tt.kind, Template: tt.template})
			if tt.refused != "" {
				if err == nil || !strings.Contains(err.Error(), tt.refused) {
					t.Errorf("New: %v, want an error with %q", err, tt.refused)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(sender.Close)
			m := rollcall.Message{To: "+12025550147", Text: odd, Method: rollcall.Call}
			if strings.Contains(tt.template, ".Extension") {
				m.Extension = "*12,#"
			}
			if _, err := sender.Send(t.Context(), m); err != nil {
				t.Fatal(err)
			}
			if body := <-got; body != tt.want {
				t.Errorf("the body is %s, want %s", body, tt.want)
			}
		})
	}
}

func TestATemplateWithoutTheExtensionRefusesCallsToOne(t *testing.T) {
	url, got := service(t, 200, `{}`)
	sender := newSender(t, gateway.Options{URL: url, Template: `{"to": {{json .To}}}`, Methods: []rollcall.Method{rollcall.Call}})
	m := message()
	m.Method, m.Extension = rollcall.Call, "12"
	if _, err := sender.Send(t.Context(), m); deliverytest.Outcome(err) != "rejected" || got.method != "" {
		t.Errorf("Send() to an extension: %v after the request %q, want it rejected without a request", err, got.body)
	}
	m.Extension = ""
	if _, err := sender.Send(t.Context(), m); err != nil || got.method != "POST" {
		t.Errorf("Send() without an extension: %v, want no error", err)
	}
}
