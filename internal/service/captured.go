package service

import (
	"context"
	"slices"

	"example.org/rollcall/internal/rollcall"
)

// captureReader reads captured messages.
type captureReader interface {
	// CapturedMessages returns the dealer's captured messages that match, the newest first.
	CapturedMessages(ctx context.Context, dealer rollcall.DealerID, filter CapturedFilter) ([]rollcall.CapturedMessage, error)
	// CapturedMessagesOf returns the captured messages to a contact, soft-deleted or not, the oldest first.
	CapturedMessagesOf(ctx context.Context, c rollcall.Contact) ([]rollcall.CapturedMessage, error)
}

// captureWriter changes captured messages in a transaction.
type captureWriter interface {
	// InsertCapturedMessage adds a message, one for each validation, and removes all but the dealer's keep newest: DealerNotFound.
	// It ignores a message whose validation was deleted, since the person's data was deleted with it.
	InsertCapturedMessage(ctx context.Context, m rollcall.CapturedMessage, keep int) error
}

// CapturedFilter selects captured messages.
type CapturedFilter struct {
	Before int64 // only with a smaller Seq; 0: all
	Limit  int
}

// capturedMax is how many captured messages of a dealer are kept.
const capturedMax = 1000

// StoreCapturedMessage stores a message that was captured instead of sent, once for each validation: DealerNotFound. Only the
// dealer's newest 1,000 are kept.
func (s *Service) StoreCapturedMessage(ctx context.Context, m rollcall.Message) error {
	if m.Method == rollcall.Call { // nobody hears the link
		m.Link = ""
	}
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
	messages, err := s.store.CapturedMessages(ctx, dealer, CapturedFilter{Limit: limit})
	slices.Reverse(messages)
	return messages, err
}

// CapturesMessages reports whether the caller's messages are captured instead of sent.
func (s *Service) CapturesMessages(caller Caller) bool {
	return caller.Dealer.IsSandbox() || s.opts.Captures
}

// MessageQuery selects captured messages for a caller. The zero value selects the newest 100.
type MessageQuery struct {
	After rollcall.Field[string] // the cursor that came with the page before
	Limit rollcall.Field[int]    // at most 500
}

// Messages returns a page of the captured messages, the newest first, and the cursor of the next page, empty on the last one:
// InvalidRequest, PermissionDenied if the caller's messages are sent.
func (s *Service) Messages(ctx context.Context, caller Caller, q MessageQuery) (found []rollcall.CapturedMessage, next string, err error) {
	if !s.CapturesMessages(caller) {
		return nil, "", &rollcall.Error{
			Kind:    rollcall.PermissionDenied,
			Message: "this server captures only the messages of test keys; use a test key, or start the server with --delivery capture",
		}
	}
	var filter CapturedFilter
	if err := firstBadQuery(readCursor(q.After, &filter.Before), badCount("limit", q.Limit)); err != nil {
		return nil, "", err
	}
	limit := min(q.Limit.ValueOr(listLimit), maxListLimit)
	filter.Limit = limit + 1 // whether there is another page
	found, err = s.store.CapturedMessages(ctx, caller.Dealer, filter)
	if err == nil && len(found) > limit {
		found = found[:limit]
		next = cursor(found[limit-1].Seq)
	}
	return found, next, err
}
