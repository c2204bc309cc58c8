// Package capture is the provider that keeps messages instead of sending them: for trying Rollcall out, and for whatever
// a test key sends. It reaches nobody.
package capture

import (
	"context"

	"example.org/rollcall/internal/rollcall"
)

// Sender keeps each message once.
type Sender struct {
	// Keep stores a message durably, once for each validation.
	Keep func(ctx context.Context, m rollcall.Message) error
	// Seen is called with each message that was kept; nil: not.
	Seen func(m rollcall.Message)
}

// Name implements delivery.Sender.
func (*Sender) Name() string { return "capture" }

// AnyNumber implements delivery.Sender: numbers are not dialled here.
func (*Sender) AnyNumber() bool { return true }

// Send implements delivery.Sender. A message that cannot be kept now is to be tried again.
func (s *Sender) Send(ctx context.Context, m rollcall.Message) (ref string, err error) {
	if err := s.Keep(ctx, m); err != nil {
		return "", &rollcall.Undelivered{
			Outcome: rollcall.Later,
			Code:    "not_kept",
			Reason:  "the message could not be kept in the database (" + string(rollcall.KindOf(err)) + ")",
		}
	}
	if s.Seen != nil {
		s.Seen(m)
	}
	return "", nil
}
