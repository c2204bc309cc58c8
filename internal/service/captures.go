package service

import (
	"context"

	"example.org/rollcall/internal/rollcall"
)

const capturedKept = 1000 // messages of a dealer

// KeepCaptured keeps a message that was captured instead of sent, once for each validation, among the dealer's newest
// thousand: DealerNotFound.
func (s *Service) KeepCaptured(ctx context.Context, m rollcall.Message) error {
	captured := rollcall.CapturedMessage{Message: m, At: s.now()}
	return s.update(context.WithoutCancel(ctx), server(m.Dealer), func(ch *change) error {
		return ch.tx.InsertCaptured(ch.ctx, captured, capturedKept)
	})
}
