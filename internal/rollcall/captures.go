package rollcall

import "context"

const capturedKept = 1000 // messages of a dealer

// KeepCaptured keeps a message that was captured instead of sent, once for each validation, among the dealer's newest
// thousand: DealerNotFound.
func (s *Service) KeepCaptured(ctx context.Context, m Message) error {
	return s.captures.do(context.WithoutCancel(ctx), CapturedMessage{Message: m, At: s.now()})
}

func (s *Service) keepCaptured(ctx context.Context, messages []CapturedMessage) error {
	byDealer := groupBy(messages, func(m CapturedMessage) DealerID { return m.Dealer })
	return s.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		for _, dealer := range inOrder(byDealer) {
			if err := tx.InsertCaptured(ctx, dealer, byDealer[dealer], capturedKept); err != nil {
				return err
			}
		}
		return nil
	})
}
