package app

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"example.org/rollcall/internal/delivery"
	"example.org/rollcall/internal/delivery/capture"
	"example.org/rollcall/internal/delivery/gateway"
	"example.org/rollcall/internal/delivery/smtp"
	"example.org/rollcall/internal/delivery/twilio"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// The providers that Options.Delivery may name.
const (
	Capture = "capture" // stores messages in the database instead of sending them
	SMTP    = "smtp"
	Twilio  = "twilio"
	Gateway = "gateway"
)

// SMTPOptions are the settings of the provider SMTP.
type SMTPOptions = smtp.Options

// TwilioOptions are the settings of the provider Twilio. Its PublicURL is that of Options.
type TwilioOptions = twilio.Options

// GatewayOptions are the settings of the provider Gateway.
type GatewayOptions struct {
	gateway.Options
	// HookSecret is the secret of the gateway's reports; empty: they are refused.
	HookSecret string
	// AnswersStop says that the gateway itself replies to STOP, START and HELP.
	AnswersStop bool
}

// senders are the chosen providers.
type senders struct {
	live  map[rollcall.Method]delivery.Sender
	names []string
}

// named returns the names of the chosen providers: those in Delivery, or all that have settings.
func named(o Options) []string {
	var names []string
	if o.Delivery != "" {
		for name := range strings.SplitSeq(o.Delivery, ",") {
			names = append(names, strings.TrimSpace(name))
		}
		return names
	}
	if o.SMTP.URL != "" {
		names = append(names, SMTP)
	}
	if o.Twilio.AccountSID != "" {
		names = append(names, Twilio)
	}
	if o.Gateway.URL != "" {
		names = append(names, Gateway)
	}
	return names
}

// newSenders creates the providers. If two support a method, the first gets it. The error is one line for the operator.
func newSenders(o Options, captures *capture.Sender) (senders, error) {
	s := senders{live: map[rollcall.Method]delivery.Sender{}}
	for _, name := range named(o) {
		sender, methods, err := newSender(name, o, captures)
		if err != nil {
			return s, fmt.Errorf("delivery by %s: %w", name, err)
		}
		for _, known := range s.names {
			if known == name || known == Capture || name == Capture {
				return s, errors.New("delivery: name each provider once, and " + Capture + " alone")
			}
		}
		s.names = append(s.names, name)
		for _, m := range methods {
			if _, has := s.live[m]; !has {
				s.live[m] = sender
			}
		}
	}
	return s, nil
}

func newSender(name string, o Options, captures *capture.Sender) (delivery.Sender, []rollcall.Method, error) {
	switch name {
	case Capture:
		return captures, rollcall.Methods(), nil
	case SMTP:
		if o.SMTP.URL == "" || o.SMTP.From == "" {
			return nil, nil, errors.New("set --smtp-url (ROLLCALL_SMTP_URL) and --mail-from (ROLLCALL_MAIL_FROM)")
		}
		o.SMTP.Now = o.Now
		s, err := smtp.New(o.SMTP)
		return s, []rollcall.Method{rollcall.Email}, err
	case Twilio:
		if o.Twilio.AccountSID == "" || o.Twilio.AuthToken == "" {
			return nil, nil, errors.New("set --twilio-account-sid (ROLLCALL_TWILIO_ACCOUNT_SID) and --twilio-auth-token-file (or ROLLCALL_TWILIO_AUTH_TOKEN)")
		}
		o.Twilio.PublicURL, o.Twilio.Now = o.PublicURL, o.Now
		s, err := twilio.New(o.Twilio)
		if err != nil {
			return nil, nil, err
		}
		return s, s.Methods(), nil
	case Gateway:
		if o.Gateway.URL == "" {
			return nil, nil, errors.New("set --gateway-url (ROLLCALL_GATEWAY_URL)")
		}
		o.Gateway.Now = o.Now
		s, err := gateway.New(o.Gateway.Options)
		if err != nil {
			return nil, nil, err
		}
		return s, s.Methods(), nil
	}
	return nil, nil, fmt.Errorf("unknown provider; choose from %s, %s, %s and %s", SMTP, Twilio, Gateway, Capture)
}

// close closes idle connections.
func (s senders) close() {
	for _, sender := range s.live {
		if c, ok := sender.(interface{ Close() }); ok {
			c.Close()
		}
	}
}

// real reports whether there is a provider other than capture.
func (s senders) real() bool { return len(s.names) > 0 && s.names[0] != Capture }

func (s senders) has(name string) bool { return slices.Contains(s.names, name) }

// chooseProviders creates the providers.
func (a *App) chooseProviders() (err error) {
	a.captures = &capture.Sender{Seen: a.opts.OnCaptured}
	a.refusals = &delivery.Refusals{Log: a.opts.Log, Now: a.opts.Now}
	if a.senders, err = newSenders(a.opts, a.captures); err != nil {
		return err
	}
	if a.opts.PublicURL == "" && a.senders.real() {
		return errors.New("delivery: set --public-url (ROLLCALL_PUBLIC_URL) to the public address of this server, such as https://rollcall.example.org")
	}
	a.opts.PublicURL = strings.TrimRight(a.opts.PublicURL, "/")
	return checkPublicURL(a.opts.PublicURL)
}

// outbox returns the delivery of all messages, with metrics and refusals.
func (a *App) outbox() service.Delivery {
	var outbox service.Delivery = delivery.NewOutbox(a.captures, a.senders.live)
	if a.metrics != nil {
		outbox = delivery.Observe(outbox, a.metrics.Sent)
	}
	return a.refusals.Watch(outbox)
}

// refused reports for each provider whether it refuses the settings.
func (a *App) refused() map[string]bool {
	refused := map[string]bool{}
	for _, name := range a.senders.names {
		refused[name] = false
	}
	for _, r := range a.refusals.List() {
		refused[r.Provider] = true
	}
	return refused
}

// details returns the state of the providers for /readyz?verbose.
func (a *App) details() map[string]any {
	type refusal struct {
		Provider string    `json:"provider"`
		Code     string    `json:"code"`
		Message  string    `json:"message"`
		Since    time.Time `json:"since"`
		Times    int       `json:"times"`
	}
	list := []refusal{}
	for _, r := range a.refusals.List() {
		list = append(list, refusal{r.Provider, r.Code, r.Reason, r.Since.UTC().Truncate(time.Second), r.Times})
	}
	providers := a.senders.names
	if providers == nil {
		providers = []string{}
	}
	return map[string]any{"delivery": map[string]any{"providers": providers, "refused": list}}
}

const hooksPath = "/hooks/"

// hooks returns a handler of the providers' hooks, which passes other requests to otherwise.
func (a *App) hooks(otherwise http.Handler) http.Handler {
	common := delivery.Hooks{Core: delivery.Live(a.service), Log: a.opts.Log, Now: a.opts.Now}
	hooked := map[string]http.Handler{}
	if a.senders.has(Twilio) {
		hooked[twilio.Path] = twilio.Hooks{Hooks: common, AuthToken: a.opts.Twilio.AuthToken, PublicURL: a.opts.PublicURL}
	}
	if g := a.opts.Gateway; a.senders.has(Gateway) && g.HookSecret != "" {
		hooked[gateway.Path] = gateway.Hooks{Hooks: common, Secret: g.HookSecret, AnswersStop: g.AnswersStop}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for path, hooks := range hooked {
			if strings.HasPrefix(r.URL.Path, path) {
				hooks.ServeHTTP(w, r)
				return
			}
		}
		otherwise.ServeHTTP(w, r)
	})
}

// SendTest sends a message by the chosen providers, without a database. The error is a *rollcall.DeliveryError from the
// provider, or one for the operator.
func SendTest(ctx context.Context, o Options, m rollcall.Message) (rollcall.Receipt, error) {
	o.PublicURL = "" // without reports
	s, err := newSenders(o, &capture.Sender{Keep: func(context.Context, rollcall.Message) error {
		return errors.New("there is no database to capture messages in")
	}})
	switch {
	case err != nil:
		return rollcall.Receipt{}, err
	case !s.real():
		return rollcall.Receipt{}, errors.New("there is no provider to test; name one with --delivery (ROLLCALL_DELIVERY), such as smtp")
	case s.live[m.Method] == nil:
		return rollcall.Receipt{}, fmt.Errorf("none of the providers (%s) supports %s; choose another with --delivery", strings.Join(s.names, ", "), m.Method)
	}
	defer s.close()
	return delivery.NewOutbox(nil, s.live).Send(ctx, m)
}
