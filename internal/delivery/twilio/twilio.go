// Package twilio is the provider that sends text messages and makes calls through Twilio's HTTP API. Hooks receives Twilio's
// later requests: delivery reports, replies and pressed keys.
//
// Twilio has no idempotency key. After an attempt with an unknown outcome, the provider lists what Twilio has sent to the
// number since, before it sends again.
package twilio

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"example.org/rollcall/internal/delivery"
	"example.org/rollcall/internal/rollcall"
)

const defaultBaseURL = "https://api.twilio.com"

// Options are the account and the sender.
type Options struct {
	AccountSID, AuthToken string
	// From is the sender of messages and calls: a number in E.164, or a name, for messages only.
	From string
	// MessagingServiceSID is the service that chooses the sender of messages, instead of From. Calls need From.
	MessagingServiceSID string
	// BaseURL is the address of the API; empty: https://api.twilio.com.
	BaseURL string
	// PublicURL is the address of this server for callbacks; empty: none are requested.
	PublicURL string
	// Now is the clock; nil: time.Now.
	Now func() time.Time
}

// Sender sends text messages and makes calls. Create it with New.
type Sender struct {
	opts Options
	http *delivery.HTTP
	root string // of the account in the API
}

var (
	accountSID = regexp.MustCompile(`^AC[0-9a-zA-Z]{8,64}$`)
	serviceSID = regexp.MustCompile(`^MG[0-9a-zA-Z]{8,64}$`)
	number     = regexp.MustCompile(`^\+[1-9][0-9]{5,14}$`)
)

// New returns a sender. The error is one line for the operator, without the token.
func New(o Options) (*Sender, error) {
	if o.BaseURL == "" {
		o.BaseURL = defaultBaseURL
	}
	base, err := url.Parse(o.BaseURL)
	switch {
	case !accountSID.MatchString(o.AccountSID):
		return nil, errors.New("the account SID must begin with AC, as Twilio's console shows it")
	case o.AuthToken == "" || strings.ContainsFunc(o.AuthToken, func(r rune) bool { return r <= ' ' || r > '~' }):
		return nil, errors.New("the auth token is missing or has invalid characters; copy it from Twilio's console")
	case o.From == "" && o.MessagingServiceSID == "":
		return nil, errors.New("set the number that messages come from, or a messaging service")
	case o.MessagingServiceSID != "" && !serviceSID.MatchString(o.MessagingServiceSID):
		return nil, errors.New("the messaging service SID must begin with MG, as Twilio's console shows it")
	case err != nil || base.Scheme != "https" && base.Scheme != "http" || base.Host == "" || base.RawQuery != "":
		return nil, errors.New("the base URL must be one such as " + defaultBaseURL)
	}
	return &Sender{
		opts: o,
		http: delivery.NewHTTP(o.Now),
		root: strings.TrimRight(o.BaseURL, "/") + "/2010-04-01/Accounts/" + o.AccountSID,
	}, nil
}

// Methods returns the supported methods: calls only with a number in From.
func (s *Sender) Methods() []rollcall.Method {
	if number.MatchString(s.opts.From) {
		return []rollcall.Method{rollcall.SMS, rollcall.Call}
	}
	return []rollcall.Method{rollcall.SMS}
}

// Close closes idle connections.
func (s *Sender) Close() { s.http.Close() }

// Name implements delivery.Sender.
func (*Sender) Name() string { return "twilio" }

// AnyNumber implements delivery.Sender.
func (*Sender) AnyNumber() bool { return false }

// Send implements delivery.Sender. The reference is the SID of the message or the call.
func (s *Sender) Send(ctx context.Context, m rollcall.Message) (ref string, err error) {
	if !number.MatchString(m.To) {
		return "", delivery.Unreachable("bad_number", "this is not a number that Twilio can dial")
	}
	if !m.Before.IsZero() {
		if ref, err := s.find(ctx, m); ref != "" || err != nil {
			return ref, err
		}
	}
	resource, form := "Messages", s.messageForm(m)
	if m.Method == rollcall.Call {
		if resource, form = "Calls", s.callForm(m); form == nil {
			return "", delivery.Misconfigured("no_caller", "calls need a number to come from; set --twilio-from besides the messaging service")
		}
	}
	answer, err := s.call(ctx, http.MethodPost, s.root+"/"+resource+".json", form)
	if err != nil {
		return "", err
	}
	return accepted(answer)
}

func (s *Sender) messageForm(m rollcall.Message) url.Values {
	form := url.Values{"To": {m.To}, "Body": {m.Text}}
	if s.opts.MessagingServiceSID != "" {
		form.Set("MessagingServiceSid", s.opts.MessagingServiceSID)
	} else {
		form.Set("From", s.opts.From)
	}
	if s.opts.PublicURL != "" {
		form.Set("StatusCallback", s.callback(statusPath, m))
	}
	return form
}

// callForm returns nil if there is no number to call from.
func (s *Sender) callForm(m rollcall.Message) url.Values {
	if !number.MatchString(s.opts.From) {
		return nil
	}
	form := url.Values{"To": {m.To}, "From": {s.opts.From}}
	if m.Extension != "" {
		form.Set("SendDigits", sendDigits(m.Extension))
	}
	gather := ""
	if s.opts.PublicURL != "" {
		gather = s.callback(voicePath, m)
		form.Set("StatusCallback", s.callback(statusPath, m))
	}
	form.Set("Twiml", callTwiML(m, gather))
	return form
}

func (s *Sender) callback(path string, m rollcall.Message) string {
	return strings.TrimRight(s.opts.PublicURL, "/") + path + url.PathEscape(string(m.Dealer)) + "/" + url.PathEscape(string(m.Validation))
}

func (s *Sender) call(ctx context.Context, method, address string, form url.Values) (delivery.Answer, error) {
	r, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(form.Encode()))
	if err != nil {
		return delivery.Answer{}, delivery.Misconfigured("wrong_address", "Twilio's base URL cannot be called; correct --twilio-base-url")
	}
	if method == http.MethodGet {
		r.Body, r.GetBody, r.ContentLength = nil, nil, 0
	} else {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("Accept", "application/json")
	r.SetBasicAuth(s.opts.AccountSID, s.opts.AuthToken)
	return s.http.Do(ctx, r)
}
