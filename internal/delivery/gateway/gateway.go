// Package gateway is the provider for any service for text messages or calls that speaks HTTP: one request for each
// message, whose body the operator writes as a template; and Hooks, which takes what such a service reports later.
package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"time"

	"example.org/rollcall/internal/delivery"
	"example.org/rollcall/internal/rollcall"
)

// DefaultTemplate is the body of a request where none is set.
const DefaultTemplate = `{"to": {{json .To}}, "text": {{json .Text}}, "from": {{json .From}}, "language": {{json .Language}}, ` +
	`"method": {{json .Method}}, "dealer_id": {{json .Dealer}}, "validation_id": {{json .Validation}}}`

const jsonType = "application/json"

// Options say how the service is asked.
type Options struct {
	// URL is where requests go.
	URL string
	// HTTPMethod is POST, PUT or PATCH; empty: POST.
	HTTPMethod string
	// ContentType is that of the body; empty: application/json.
	ContentType string
	// Template is the body, in the language of text/template, over a Fields; empty: DefaultTemplate. The function json
	// writes a value as JSON, with its quotes, and xml writes it for XML. In a form (application/x-www-form-urlencoded)
	// every field is encoded already.
	Template string
	// Headers are sent too, each as "Name: value", where {secret} stands for Secret.
	Headers []string
	// Secret is sent as "Authorization: Bearer …" where no header holds it; empty: none.
	Secret string
	// Success are the statuses by which the service says that it took a message; empty: every 2xx.
	Success []int
	// Never are those by which it says that this recipient cannot be reached; empty: none.
	Never []int
	// Ref is where the service's own name for the message is in its answer, such as "messages.0.id"; empty: nowhere.
	Ref string
	// Methods are what the service can carry; empty: text messages.
	Methods []rollcall.Method
	// Now is the clock; nil: time.Now.
	Now func() time.Time
}

// Fields are what a template may use.
type Fields struct {
	To         string // in E.164, such as +12025550147
	Text       string // what the person reads, or hears
	From       string // the dealer's name
	Language   string // of the text: en, es or fr
	Method     string // sms or call
	Dealer     string // the dealer's and the validation's id, for the service to name in what it reports
	Validation string // the same for every attempt, by which a service can know a second copy
}

// Sender asks a service to send. Make it with New.
type Sender struct {
	opts    Options
	kind    string // the media type of the body
	body    *template.Template
	headers http.Header
	http    *delivery.HTTP
}

// New returns a sender. The error is one line for the operator, without the secret.
func New(o Options) (*Sender, error) {
	u, err := url.Parse(o.URL)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return nil, errors.New("the URL must be one such as https://sms.example.org/send")
	}
	if o.HTTPMethod = strings.ToUpper(o.HTTPMethod); o.HTTPMethod == "" {
		o.HTTPMethod = http.MethodPost
	}
	if !slices.Contains([]string{http.MethodPost, http.MethodPut, http.MethodPatch}, o.HTTPMethod) {
		return nil, errors.New("the HTTP method must be POST, PUT or PATCH")
	}
	if o.ContentType == "" {
		o.ContentType = jsonType
	}
	if len(o.Methods) == 0 {
		o.Methods = []rollcall.Method{rollcall.SMS}
	}
	for _, m := range o.Methods {
		if m != rollcall.SMS && m != rollcall.Call {
			return nil, errors.New("a gateway carries sms and call, nothing else")
		}
	}
	for _, status := range slices.Concat(o.Success, o.Never) {
		if status < 200 || status > 599 {
			return nil, errors.New("a status is a number from 200 to 599")
		}
	}
	s := &Sender{opts: o, http: delivery.NewHTTP(o.Now)}
	if s.headers, err = headers(o); err != nil {
		return nil, err
	}
	return s, s.setTemplate()
}

// headers reads the headers of every request.
func headers(o Options) (http.Header, error) {
	all, holds := http.Header{"Content-Type": {o.ContentType}}, false
	for _, line := range o.Headers {
		name, value, ok := strings.Cut(line, ":")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if !ok || !headerName(name) {
			return nil, errors.New(`a header must be "Name: value"`)
		}
		holds = holds || strings.Contains(value, "{secret}")
		all.Add(name, strings.ReplaceAll(value, "{secret}", o.Secret))
	}
	if o.Secret != "" && !holds {
		all.Set("Authorization", "Bearer "+o.Secret)
	}
	for _, values := range all {
		for _, value := range values {
			if strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == 0x7f }) {
				return nil, errors.New("the secret and the headers must not have line breaks or other control characters")
			}
		}
	}
	return all, nil
}

func headerName(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_'
	})
}

// A template is tried with a text that breaks out of whatever does not encode it.
const tricky = "a \"quote\", 'another', a \\, a%2Bb + c & to=x; <b> and\r\na line"

// setTemplate reads the template, and tries it: a body of a known type must hold every text as it is.
func (s *Sender) setTemplate() error {
	text := s.opts.Template
	if strings.TrimSpace(text) == "" {
		text = DefaultTemplate
	}
	var err error
	if s.kind, _, err = mime.ParseMediaType(s.opts.ContentType); err != nil {
		return errors.New("the content type must be one such as application/json")
	}
	functions := template.FuncMap{"json": toJSON, "xml": toXML}
	if s.kind == formType {
		functions["urlquery"] = func(field string) string { return field } // it is encoded already
	}
	if s.body, err = template.New("template").Funcs(functions).Parse(text); err != nil {
		return fmt.Errorf("the template cannot be read: %w", err)
	}
	plain, err := s.try("a")
	if err != nil {
		return err
	}
	odd, err := s.try(tricky)
	if err != nil {
		return err
	}
	if advice := advices[s.kind]; advice != "" && !slices.Equal(shapeOf(s.kind, plain), shapeOf(s.kind, odd)) {
		return errors.New(advice)
	}
	return nil
}

const (
	formType   = "application/x-www-form-urlencoded"
	jsonAdvice = "the template does not make JSON of every text; write {{json .Text}} without quotes around it"
	xmlAdvice  = "the template does not make XML of every text; write {{xml .Text}}"
)

// advices say what to write where a text can break out of a body of this type. Others cannot be checked.
var advices = map[string]string{
	jsonType: jsonAdvice, formType: "the template does not make a form; write to={{.To}}&text={{.Text}}, whose fields are encoded by themselves",
	"application/xml": xmlAdvice, "text/xml": xmlAdvice,
}

// try fills the template with a text for every field that comes from outside, and checks that the body is one of its type.
func (s *Sender) try(text string) ([]byte, error) {
	body, err := s.fill(rollcall.Message{To: "+12025550123", Text: text, From: text, Language: "en", Method: rollcall.SMS, Dealer: "d", Validation: "v"})
	if err != nil {
		return nil, fmt.Errorf("the template cannot be filled: %w", err)
	}
	if advice := advices[s.kind]; advice != "" && shapeOf(s.kind, body) == nil {
		return nil, errors.New(advice)
	}
	return body, nil
}

func toJSON(v any) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return strings.TrimSuffix(b.String(), "\n"), err
}

func (s *Sender) fill(m rollcall.Message) ([]byte, error) {
	encode := func(text string) string { return text }
	if s.kind == formType {
		encode = url.QueryEscape
	}
	var b bytes.Buffer
	err := s.body.Execute(&b, Fields{
		To: encode(m.To), Text: encode(m.Text), From: encode(m.From), Language: encode(m.Language), Method: encode(string(m.Method)),
		Dealer: encode(string(m.Dealer)), Validation: encode(string(m.Validation)),
	})
	return b.Bytes(), err
}

// Methods returns what the sender can carry.
func (s *Sender) Methods() []rollcall.Method { return s.opts.Methods }

// Close closes the connections that nobody uses.
func (s *Sender) Close() { s.http.Close() }

// Name implements delivery.Sender.
func (*Sender) Name() string { return "gateway" }

// AnyNumber implements delivery.Sender.
func (*Sender) AnyNumber() bool { return false }

// Send implements delivery.Sender. Every attempt carries the validation's id as Idempotency-Key.
func (s *Sender) Send(ctx context.Context, m rollcall.Message) (ref string, err error) {
	body, err := s.fill(m)
	if err != nil {
		return "", &rollcall.Undelivered{Outcome: rollcall.SetupRefuse, Code: "bad_template", Reason: "the gateway's template cannot be filled"}
	}
	r, err := http.NewRequest(s.opts.HTTPMethod, s.opts.URL, bytes.NewReader(body))
	if err != nil {
		return "", &rollcall.Undelivered{Outcome: rollcall.SetupRefuse, Code: "wrong_address", Reason: "the gateway's URL cannot be called"}
	}
	r.Header = s.headers.Clone()
	// Under its usual spelling it would have net/http send the request again by itself.
	r.Header["idempotency-key"] = []string{printable(string(m.Validation))}
	answer, err := s.http.Do(ctx, r)
	if err != nil {
		return "", err
	}
	switch {
	case s.taken(answer.Status):
		return at(answer.Body, s.opts.Ref), nil
	case slices.Contains(s.opts.Never, answer.Status):
		return "", &rollcall.Undelivered{Outcome: rollcall.Never, Code: "refused_by_gateway",
			Reason: fmt.Sprintf("the gateway says that this number cannot be reached (status %d)", answer.Status)}
	}
	return "", answer.Refused("the gateway")
}

func (s *Sender) taken(status int) bool {
	if len(s.opts.Success) > 0 {
		return slices.Contains(s.opts.Success, status)
	}
	return status/100 == 2
}

func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r <= ' ' || r > '~' {
			return -1
		}
		return r
	}, s)
}

const refMax = 200

// at returns the text or the number at a path of an answer in JSON, empty where there is none.
func at(body []byte, path string) string {
	if path == "" {
		return ""
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return ""
	}
	for step := range strings.SplitSeq(path, ".") {
		switch in := v.(type) {
		case map[string]any:
			v = in[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(in) {
				return ""
			}
			v = in[i]
		default:
			return ""
		}
	}
	ref := ""
	switch v := v.(type) {
	case string:
		ref = v
	case json.Number:
		ref = v.String()
	}
	if len(ref) > refMax {
		return ""
	}
	return ref
}
