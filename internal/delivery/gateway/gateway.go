// Package gateway is the provider for any service for text messages or calls with an HTTP API: it sends one request for
// each message, with a body from a template. Hooks receives the service's later reports.
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

const defaultTemplate = `{"to": {{json .To}}, "extension": {{json .Extension}}, "text": {{json .Text}}, "from": {{json .From}}, ` +
	`"language": {{json .Language}}, ` +
	`"method": {{json .Method}}, "dealer_id": {{json .Dealer}}, "validation_id": {{json .Validation}}}`

const jsonType = "application/json"

// Options describe the service's API.
type Options struct {
	// URL is the address of the API.
	URL string
	// HTTPMethod is POST, PUT or PATCH; empty: POST.
	HTTPMethod string
	// ContentType is that of the body; empty: application/json.
	ContentType string
	// Template is the body, a text/template over Fields; empty: a JSON object of all fields. The function json writes a value as JSON,
	// with quotes, and xml escapes it for XML. In a form (application/x-www-form-urlencoded) all fields are encoded.
	Template string
	// Headers are sent with each request, as "Name: value"; {secret} stands for Secret.
	Headers []string
	// Secret is sent as "Authorization: Bearer …" unless a header holds it; empty: none.
	Secret string
	// Success are the statuses that mean accepted; empty: every 2xx.
	Success []int
	// Never are the statuses that mean that the recipient cannot be reached; empty: none.
	Never []int
	// Ref is the path of the message id in the JSON response, such as "messages.0.id"; empty: none.
	Ref string
	// Methods are the supported methods; empty: text messages.
	Methods []rollcall.Method
	// Now is the clock; nil: time.Now.
	Now func() time.Time
}

// Fields are the fields of a template.
type Fields struct {
	To         string // in E.164, such as +12025550147
	Extension  string // of a call: to dial after the number is answered: digits, * and #, and a comma for a pause; empty: none
	Text       string // to read, or to say
	From       string // the dealer's name
	Language   string // of the text: en, es or fr
	Method     string // sms or call
	Dealer     string // the dealer's id, to send back in reports
	Validation string // the validation's id, to send back in reports; the same in every attempt
}

// Sender sends through the service. Create it with New.
type Sender struct {
	opts       Options
	kind       string // the media type of the body
	body       *template.Template
	extensions bool // the template has the extension
	headers    http.Header
	http       *delivery.HTTP
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
			return nil, errors.New("the methods of a gateway must be sms or call")
		}
	}
	for _, status := range slices.Concat(o.Success, o.Never) {
		if status < 200 || status > 599 {
			return nil, errors.New("a status must be a number from 200 to 599")
		}
	}
	s := &Sender{opts: o, http: delivery.NewHTTP(o.Now)}
	if s.headers, err = headers(o); err != nil {
		return nil, err
	}
	return s, s.setTemplate()
}

// headers returns the headers of every request.
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

// tricky is a text that breaks a body in which it is not encoded.
const tricky = "a \"quote\", 'another', a \\, a%2Bb + c & to=x; <b> and\r\na line"

// setTemplate parses the template and tests that texts cannot break a body of a known type.
func (s *Sender) setTemplate() error {
	text := s.opts.Template
	if strings.TrimSpace(text) == "" {
		text = defaultTemplate
	}
	var err error
	if s.kind, _, err = mime.ParseMediaType(s.opts.ContentType); err != nil {
		return errors.New("the content type must be one such as application/json")
	}
	functions := template.FuncMap{"json": toJSON, "xml": toXML}
	if s.kind == formType {
		functions["urlquery"] = func(field string) string { return field } // already encoded
	}
	if s.body, err = template.New("template").Funcs(functions).Parse(text); err != nil {
		return fmt.Errorf("the template is invalid: %w", err)
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
	return s.setExtensions()
}

// setExtensions finds out whether the template has the extension.
func (s *Sender) setExtensions() error {
	m := rollcall.Message{To: "+12025550123", Method: rollcall.Call}
	without, err := s.fill(m)
	if err != nil {
		return fmt.Errorf("the template cannot be filled: %w", err)
	}
	m.Extension = "12"
	with, err := s.fill(m)
	s.extensions = err == nil && !bytes.Equal(with, without)
	return err
}

const (
	formType   = "application/x-www-form-urlencoded"
	jsonAdvice = "the template is not valid JSON for every text; write {{json .Text}}, without quotes"
	xmlAdvice  = "the template is not valid XML for every text; write {{xml .Text}}"
)

// advices has what to write for each type of body that can be checked.
var advices = map[string]string{
	jsonType: jsonAdvice, formType: "the template is not a valid form; write to={{.To}}&text={{.Text}}, without encoding the fields",
	"application/xml": xmlAdvice, "text/xml": xmlAdvice,
}

// try fills the template with a text in each field from outside, and checks that the body is valid.
func (s *Sender) try(text string) ([]byte, error) {
	body, err := s.fill(rollcall.Message{
		To: "+12025550123", Extension: text, Text: text, From: text, Language: "en", Method: rollcall.Call, Dealer: "d", Validation: "v",
	})
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
		To: encode(m.To), Extension: encode(m.Extension), Text: encode(m.Text), From: encode(m.From), Language: encode(m.Language), Method: encode(string(m.Method)),
		Dealer: encode(string(m.Dealer)), Validation: encode(string(m.Validation)),
	})
	return b.Bytes(), err
}

// Methods returns the supported methods.
func (s *Sender) Methods() []rollcall.Method { return s.opts.Methods }

// Close closes idle connections.
func (s *Sender) Close() { s.http.Close() }

// Name implements delivery.Sender.
func (*Sender) Name() string { return "gateway" }

// AnyNumber implements delivery.Sender.
func (*Sender) AnyNumber() bool { return false }

// Send implements delivery.Sender. The Idempotency-Key of every attempt is the validation's id.
func (s *Sender) Send(ctx context.Context, m rollcall.Message) (ref string, err error) {
	if m.Extension != "" && !s.extensions { // it would ring somebody else, whose yes would count
		return "", &rollcall.DeliveryError{Outcome: rollcall.OutcomeRejected, Code: "no_extension", Reason: noExtension}
	}
	body, err := s.fill(m)
	if err != nil {
		return "", delivery.Misconfigured("bad_template", "the gateway's template cannot be filled; correct --gateway-template")
	}
	r, err := http.NewRequestWithContext(ctx, s.opts.HTTPMethod, s.opts.URL, bytes.NewReader(body))
	if err != nil {
		return "", delivery.Misconfigured("wrong_address", "the gateway's URL cannot be called; correct --gateway-url")
	}
	r.Header = s.headers.Clone()
	// In canonical form it would make net/http retry the request.
	r.Header["idempotency-key"] = []string{printable(string(m.Validation))}
	answer, err := s.http.Do(ctx, r)
	if err != nil {
		return "", err
	}
	switch {
	case s.taken(answer.Status):
		return at(answer.Body, s.opts.Ref), nil
	case slices.Contains(s.opts.Never, answer.Status):
		return "", delivery.Unreachable("refused_by_gateway", fmt.Sprintf("the gateway says that this number cannot be reached (status %d)", answer.Status))
	}
	return "", answer.Refused("the gateway")
}

const noExtension = "the gateway's template has no field for the extension; add {{json .Extension}} to --gateway-template, or validate another phone"

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

const refMax = 200 // bytes

// at returns the text or number at a path of a JSON document; empty: none.
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
