// Package delivery is where messages leave for people. Each provider is a small package below it that implements Sender;
// Outbox chooses among them by method, and keeps what test keys send away from people.
//
// It knows the core's words, not the store or the queue. A provider never retries by itself: it says whether to try
// again, and Backoff says when.
package delivery

import (
	"context"
	"math/rand/v2"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// SendTime is how long an attempt may take: less than the queue lets a job run, so that what came of it is written down.
const SendTime = 8 * time.Second

// Sender is one provider. Its methods may be called by several goroutines at once.
type Sender interface {
	// Name is how the provider is called in options, logs and records, such as "capture".
	Name() string
	// AnyNumber reports whether the provider takes phone numbers that cannot be dialled.
	AnyNumber() bool
	// Send hands over one message, and returns the provider's own name for it, where it has one, once the provider took
	// it. An error that is not a *rollcall.Undelivered means that nobody knows. No error holds a secret or the recipient.
	Send(ctx context.Context, m rollcall.Message) (ref string, err error)
}

// Outbox is the Delivery of the core: it sends each message through the provider for its method.
type Outbox struct {
	live map[rollcall.Method]Sender
	test Sender
}

// NewOutbox returns an outbox that sends by the given providers, and gives every message of a test key to test alone. A
// method without a provider cannot be carried.
func NewOutbox(test Sender, live map[rollcall.Method]Sender) *Outbox {
	return &Outbox{live: live, test: test}
}

func (o *Outbox) sender(m rollcall.Method, test bool) (Sender, bool) {
	if test {
		return o.test, true
	}
	s, ok := o.live[m]
	return s, ok
}

// Route implements rollcall.Delivery.
func (o *Outbox) Route(m rollcall.Method, test bool) (rollcall.Route, bool) {
	s, ok := o.sender(m, test)
	if !ok {
		return rollcall.Route{}, false
	}
	return rollcall.Route{Provider: s.Name(), AnyNumber: s.AnyNumber()}, true
}

// Send implements rollcall.Delivery, and takes SendTime at most. A message whose provider is gone since it was queued
// waits for one.
func (o *Outbox) Send(ctx context.Context, m rollcall.Message) (rollcall.Receipt, error) {
	s, ok := o.sender(m.Method, m.Test)
	if !ok {
		return rollcall.Receipt{}, &rollcall.Undelivered{
			Outcome: rollcall.SetupRefuse,
			Code:    "delivery_not_configured",
			Reason:  "no provider for " + string(m.Method) + " is set",
		}
	}
	ctx, cancel := context.WithTimeout(ctx, SendTime)
	defer cancel()
	ref, err := s.Send(ctx, m)
	if err != nil {
		return rollcall.Receipt{}, err
	}
	return rollcall.Receipt{Provider: s.Name(), Ref: ref}, nil
}

const (
	firstRetry = 2 * time.Second
	lastRetry  = 30 * time.Minute
)

// Backoff returns how long to wait after so many failed attempts, from 1: two seconds first, then doubling up to half an
// hour, each up to a quarter longer or shorter, so that many messages that failed together do not come back together.
func Backoff(attempts int) time.Duration {
	wait := lastRetry
	if shift := max(attempts, 1) - 1; shift < 10 {
		wait = firstRetry << shift
	}
	return wait*3/4 + rand.N(wait/2)
}
