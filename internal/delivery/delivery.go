// Package delivery sends messages to people. Each provider is a package below it that implements Sender; Outbox chooses
// the provider by method, and gives messages of sandboxes to one that reaches no person.
//
// It imports the core, not the store or the queue. A provider never retries: its error says whether to retry, and Backoff
// says when.
package delivery

import (
	"context"
	"math/rand/v2"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// SendTime is the time limit of an attempt. It is shorter than a job's, which also records the outcome.
const SendTime = 8 * time.Second

// Sender is a provider. Its methods are safe for concurrent use.
type Sender interface {
	// Name returns the provider's name in options, logs and records, such as "capture".
	Name() string
	// AnyNumber reports whether the provider accepts phone numbers that cannot be dialled.
	AnyNumber() bool
	// Send sends a message and returns once the provider has accepted or refused it. The reference is the provider's id of
	// the message, if it has one. An error that is not a *rollcall.DeliveryError means that the outcome is unknown. No error
	// holds a secret or the recipient.
	Send(ctx context.Context, m rollcall.Message) (ref string, err error)
}

// Outbox sends each message through the provider of its method. It implements service.Delivery.
type Outbox struct {
	live    map[rollcall.Method]Sender
	sandbox Sender
}

// NewOutbox returns an outbox with the provider of each method, and one for all messages of sandboxes.
func NewOutbox(sandbox Sender, live map[rollcall.Method]Sender) *Outbox {
	return &Outbox{live: live, sandbox: sandbox}
}

func (o *Outbox) sender(dealer rollcall.DealerID, m rollcall.Method) (Sender, bool) {
	if dealer.IsSandbox() {
		return o.sandbox, true
	}
	s, ok := o.live[m]
	return s, ok
}

// Route implements service.Delivery.
func (o *Outbox) Route(dealer rollcall.DealerID, m rollcall.Method) (rollcall.Route, bool) {
	s, ok := o.sender(dealer, m)
	if !ok {
		return rollcall.Route{}, false
	}
	return rollcall.Route{Provider: s.Name(), AnyNumber: s.AnyNumber()}, true
}

// Send implements service.Delivery. It takes at most SendTime. A message whose provider was removed since it was queued
// waits for another.
func (o *Outbox) Send(ctx context.Context, m rollcall.Message) (rollcall.Receipt, error) {
	s, ok := o.sender(m.Dealer, m.Method)
	if !ok {
		return rollcall.Receipt{}, Misconfigured("delivery_not_configured", "no provider for "+string(m.Method)+" is set up")
	}
	ctx, cancel := context.WithTimeout(ctx, SendTime)
	defer cancel()
	err := refusal(m)
	ref := ""
	if err == nil {
		ref, err = s.Send(ctx, m)
	}
	if err != nil {
		return rollcall.Receipt{}, err
	}
	return rollcall.Receipt{Provider: s.Name(), Ref: ref}, nil
}

// refusal returns the error for a recipient in a sandbox who can't be reached, or whose provider is down.
func refusal(m rollcall.Message) error {
	switch reaction, _ := rollcall.ReactionOf(m.Dealer, m.To); reaction {
	case rollcall.ReactionUnreachable:
		return Unreachable("unreachable", "this recipient of the sandbox can't be reached")
	case rollcall.ReactionDown:
		return &rollcall.DeliveryError{Outcome: rollcall.OutcomeRetry, Code: "unavailable", Reason: "the provider of this recipient of the sandbox is down"}
	}
	return nil
}

// Unreachable returns the refusal of a recipient who cannot be reached.
func Unreachable(code, reason string) *rollcall.DeliveryError {
	return &rollcall.DeliveryError{Outcome: rollcall.OutcomeUnreachable, Code: code, Reason: reason}
}

// Misconfigured returns a refusal of the settings. The reason says what to change.
func Misconfigured(code, reason string) *rollcall.DeliveryError {
	return &rollcall.DeliveryError{Outcome: rollcall.OutcomeMisconfigured, Code: code, Reason: reason}
}

const (
	firstRetry = 2 * time.Second
	lastRetry  = 30 * time.Minute
)

// Backoff returns the pause after a number of failed attempts, counted from 1: two seconds, doubled each time up to half
// an hour, and up to a quarter longer or shorter, so that messages that failed together are not retried together.
func Backoff(attempts int) time.Duration {
	wait := lastRetry
	if shift := max(attempts, 1) - 1; shift < 10 {
		wait = firstRetry << shift
	}
	return wait*3/4 + rand.N(wait/2)
}
