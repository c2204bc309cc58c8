// Package capture is the provider that stores messages instead of sending them, for the demo and for sandboxes.
package capture

import (
	"context"

	"example.org/rollcall/internal/rollcall"
)

// Sender stores each message once.
type Sender struct {
	// Keep stores a message durably, once for each validation.
	Keep func(ctx context.Context, m rollcall.Message) error
	// Seen is called with each stored message; nil: never.
	Seen func(m rollcall.Message)
}

// Name implements delivery.Sender.
func (*Sender) Name() string { return "capture" }

// AnyNumber implements delivery.Sender.
func (*Sender) AnyNumber() bool { return true }

// Send implements delivery.Sender. If a message cannot be stored, it fails with OutcomeRetry.
func (s *Sender) Send(ctx context.Context, m rollcall.Message) (ref string, err error) {
	if err := s.Keep(ctx, m); err != nil {
		return "", &rollcall.DeliveryError{
			Outcome: rollcall.OutcomeRetry,
			Code:    "not_kept",
			Reason:  "the message could not be stored (" + string(rollcall.KindOf(err)) + ")",
		}
	}
	if s.Seen != nil {
		s.Seen(m)
	}
	return "", nil
}
