package service

import (
	"context"

	"example.org/rollcall/internal/rollcall"
)

// captureReader reads captured messages.
type captureReader interface {
	// CapturedMessages returns the dealer's newest captured messages, at most limit, the newest last.
	CapturedMessages(ctx context.Context, dealer rollcall.DealerID, limit int) ([]rollcall.CapturedMessage, error)
	// CapturedMessagesOf returns the captured messages to a contact, soft-deleted or not, the oldest first.
	CapturedMessagesOf(ctx context.Context, c rollcall.Contact) ([]rollcall.CapturedMessage, error)
}

// captureWriter changes captured messages in a transaction.
type captureWriter interface {
	// InsertCapturedMessage adds a message, one for each validation, and removes all but the dealer's keep newest: DealerNotFound.
	// It ignores a message whose validation was deleted, since the person's data was deleted with it.
	InsertCapturedMessage(ctx context.Context, m rollcall.CapturedMessage, keep int) error
}

// capturedMax is how many captured messages of a dealer are kept.
const capturedMax = 1000

// StoreCapturedMessage stores a message that was captured instead of sent, once for each validation: DealerNotFound. Only the
// dealer's newest 1,000 are kept.
func (s *Service) StoreCapturedMessage(ctx context.Context, m rollcall.Message) error {
	captured := rollcall.CapturedMessage{Message: m, At: s.now()}
	return s.update(context.WithoutCancel(ctx), server(m.Dealer), func(ch *change) error {
		return ch.tx.InsertCapturedMessage(ch.ctx, captured, capturedMax)
	})
}

// CapturedMessages returns the dealer's newest captured messages, at most limit, the newest last: DealerNotFound.
func (s *Service) CapturedMessages(ctx context.Context, dealer rollcall.DealerID, limit int) ([]rollcall.CapturedMessage, error) {
	if _, err := s.store.Dealer(ctx, dealer); err != nil {
		return nil, err
	}
	return s.store.CapturedMessages(ctx, dealer, limit)
}
