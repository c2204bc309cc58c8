package service

import (
	"context"

	"example.org/rollcall/internal/rollcall"
)

// captureReader reads captured messages.
type captureReader interface {
	// Captured returns the messages of the dealer that were captured instead of sent, the newest last, limit at most.
	Captured(ctx context.Context, dealer rollcall.DealerID, limit int) ([]rollcall.CapturedMessage, error)
	// CapturedMessagesOf returns the messages to a contact, deleted or not, that were captured, the oldest first.
	CapturedMessagesOf(ctx context.Context, c rollcall.Contact) ([]rollcall.CapturedMessage, error)
}

// captureWriter changes captured messages in a transaction.
type captureWriter interface {
	// InsertCapturedMessage keeps a message, one for each validation, and forgets all but the dealer's keep newest: DealerNotFound.
	// A message of a validation that was deleted is not kept, since the person's data was deleted with it.
	InsertCapturedMessage(ctx context.Context, m rollcall.CapturedMessage, keep int) error
}

const capturedKept = 1000 // messages of a dealer

// StoreCapturedMessage keeps a message that was captured instead of sent, once for each validation, among the dealer's newest
// thousand: DealerNotFound.
func (s *Service) StoreCapturedMessage(ctx context.Context, m rollcall.Message) error {
	captured := rollcall.CapturedMessage{Message: m, At: s.now()}
	return s.update(context.WithoutCancel(ctx), server(m.Dealer), func(ch *change) error {
		return ch.tx.InsertCapturedMessage(ch.ctx, captured, capturedKept)
	})
}
