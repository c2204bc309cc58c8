package rollcall

import (
	"net/url"
	"slices"
	"strings"
	"time"
)

// WebhookID identifies a webhook of a dealer.
type WebhookID string

// NewWebhookID returns a new identifier.
func NewWebhookID() WebhookID { return WebhookID(newID("hook_")) }

// NewEventID returns a new identifier, for an event that is no line of the audit.
func NewEventID() EventID { return EventID(newID("evt_")) }

// WebhookTestEvent is the type of the event that tests a webhook. It is in no list of events.
const WebhookTestEvent EventType = "webhook.test"

// WebhookStatus says whether events are sent to a webhook.
type WebhookStatus string

// The statuses of a webhook.
const (
	WebhookActive   WebhookStatus = "active"
	WebhookDisabled WebhookStatus = "disabled"
)

// Why the server disabled a webhook.
const (
	WebhookGone    = "gone"    // the receiver answered 410
	WebhookFailing = "failing" // nothing was delivered for WebhookPatience
)

// Webhook is an address to which the events of a dealer are sent.
type Webhook struct {
	Dealer      DealerID
	ID          WebhookID
	URL         string
	Types       []EventType // empty: all
	Description string
	Status      WebhookStatus
	Reason      string // why the server disabled it; empty: it did not
	// Secret signs the messages, and OldSecret too until OldUntil. The store has them encrypted.
	Secret, OldSecret []byte
	OldUntil          time.Time // zero: there is no old secret
	// Pos is the position in the audit up to which events became deliveries.
	Pos int64
	// Failures are the failed attempts since the last success, Failing the time of the first of them, and NotBefore the end of the
	// pause that follows.
	Failures  int
	Failing   time.Time
	NotBefore time.Time
	Created   time.Time
	Updated   time.Time
}

// WebhooksMax is the maximum number of webhooks of a dealer.
const WebhooksMax = 20

// WebhookStatuses returns all statuses.
func WebhookStatuses() []WebhookStatus { return []WebhookStatus{WebhookActive, WebhookDisabled} }

// WebhookInput describes a new webhook, or a change of one: an absent field stays as it is.
type WebhookInput struct {
	URL         Field[string]
	Types       Field[[]string] // null and empty: all
	Description Field[string]
	Status      Field[string]
}

const (
	webhookURLMax         = 2048 // bytes
	webhookDescriptionMax = 200
)

// Apply sets the input on w: ValidationFailed. A webhook that becomes active again has a clean record.
func (in *WebhookInput) Apply(w *Webhook) error {
	var bad fieldErrors
	before := w.Status
	w.URL = bad.text("url", in.URL, w.URL, w.URL == "", unchanged(checkWebhookURL))
	w.Description = bad.optional("description", in.Description, w.Description, textLine(0, webhookDescriptionMax))
	if in.Types.Set {
		w.Types = bad.eventTypes(in.Types.Value)
	}
	w.Status = WebhookStatus(bad.text("status", in.Status, string(w.Status), false, oneOf(WebhookStatuses())))
	if w.Status == WebhookActive && before != WebhookActive {
		w.Reason, w.Failures, w.Failing, w.NotBefore = "", 0, time.Time{}, time.Time{}
	}
	return bad.err()
}

// eventTypes checks a list of types, in any order, and returns it without duplicates.
func (es *fieldErrors) eventTypes(given []string) []EventType {
	var types []EventType
	for _, name := range given {
		t := EventType(name)
		if e := CheckOneOf(name, EventTypes()); e != nil {
			es.add("types", e)
			return nil
		}
		if !slices.Contains(types, t) {
			types = append(types, t)
		}
	}
	return types
}

var badWebhookURL = invalid("must be an address such as https://example.org/hooks, without a user, a password or a fragment")

func checkWebhookURL(s string) *FieldError {
	if len(s) > webhookURLMax {
		return tooLong(webhookURLMax)
	}
	u, err := url.Parse(s)
	switch {
	case err != nil, strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }):
		return badWebhookURL
	case u.Scheme != "https" && u.Scheme != "http", u.Hostname() == "", u.User != nil, u.Fragment != "":
		return badWebhookURL
	}
	return nil
}

// DeliveryStatus is the status of the delivery of an event to a webhook.
type DeliveryStatus string

// The statuses of a delivery.
const (
	DeliveryPending   DeliveryStatus = "pending"
	DeliveryDelivered DeliveryStatus = "delivered"
	DeliveryFailed    DeliveryStatus = "failed" // it is not tried again
)

// WebhookDelivery is an event on its way to a webhook. Its event identifies it.
type WebhookDelivery struct {
	Dealer         DealerID
	Webhook        WebhookID
	Event          EventID
	Type           EventType
	Body           []byte // the event as JSON
	Status         DeliveryStatus
	Attempts       int
	Due            time.Time // of the next attempt; zero unless pending
	Created        time.Time
	Attempted      time.Time // the last attempt; zero: none
	ResponseStatus int       // of the last attempt; 0: no response
	Error          string    // a code for why the last attempt failed; empty: it did not
}

// WebhookPatience is how long a webhook may fail before it is disabled.
const WebhookPatience = 5 * 24 * time.Hour

// webhookRetries are the pauses after the first attempts of a delivery: three days in all.
var webhookRetries = []time.Duration{
	5 * time.Second, time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 14 * time.Hour,
	16 * time.Hour, 24 * time.Hour,
}

const (
	webhookPauseMax = 15 * time.Minute
	webhookPause    = 5 * time.Second
)

// Attempt is the outcome of one attempt to deliver an event.
type Attempt struct {
	At         time.Time
	Status     int           // of the response; 0: none
	Error      string        // a code; empty: it was delivered
	RetryAfter time.Duration // that the receiver asked for; 0: none
}

// gone is the status of a receiver that wants no more events.
const gone = 410

// Record sets the outcome of an attempt on d. A delivery that failed too often or is gone is not tried again.
func (d *WebhookDelivery) Record(a Attempt) {
	d.Attempts++
	d.Attempted, d.ResponseStatus, d.Error, d.Due = a.At, a.Status, a.Error, time.Time{}
	switch {
	case a.Error == "":
		d.Status = DeliveryDelivered
	case a.Status == gone, d.Attempts > len(webhookRetries), d.Type == WebhookTestEvent:
		d.Status = DeliveryFailed
	default:
		d.Status, d.Due = DeliveryPending, a.At.Add(max(webhookRetries[d.Attempts-1], a.RetryAfter))
	}
}

// Record sets the outcome of attempts that were made at once on w. After failures without a success it pauses, so that a dead
// receiver costs little; it is disabled after 410, or once nothing was delivered for WebhookPatience.
func (w *Webhook) Record(attempts []Attempt) {
	delivered := slices.ContainsFunc(attempts, func(a Attempt) bool { return a.Error == "" })
	if delivered {
		w.Failures, w.Failing, w.NotBefore = 0, time.Time{}, time.Time{}
	}
	for _, a := range attempts {
		if a.Status == gone {
			w.Status, w.Reason = WebhookDisabled, WebhookGone
		}
	}
	if delivered || len(attempts) == 0 || w.Status != WebhookActive {
		return
	}
	last := attempts[len(attempts)-1]
	w.Failures++
	if w.Failing.IsZero() {
		w.Failing = last.At
	}
	w.NotBefore = last.At.Add(max(min(webhookPause<<min(w.Failures-1, 10), webhookPauseMax), last.RetryAfter))
	if last.At.Sub(w.Failing) >= WebhookPatience {
		w.Status, w.Reason = WebhookDisabled, WebhookFailing
	}
}
