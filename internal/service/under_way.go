package service

import (
	"context"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// underWayReader counts open validations.
type underWayReader interface {
	// UnderWay counts the dealer's open validations. It looks at limit queued ones at most.
	UnderWay(ctx context.Context, dealer rollcall.DealerID, now time.Time, limit int) (UnderWay, error)
}

// UnderWay counts the validations of a dealer that wait for something.
type UnderWay struct {
	Open      int // wait for an answer, or to be sent
	Postponed int // of these, wait for the end of quiet hours or of a limit
	Refused   int // of these, were not accepted by the provider and are tried again
}

// underWayMax is how many queued validations are looked at; beyond it, Postponed and Refused are too small.
const underWayMax = 10_000

// UnderWay counts the dealer's open validations.
func (s *Service) UnderWay(ctx context.Context, caller Caller) (UnderWay, error) {
	return s.store.UnderWay(ctx, caller.Dealer, s.now(), underWayMax)
}

// CannotSend returns the methods for which the server has no provider.
func (s *Service) CannotSend() []rollcall.Method {
	var missing []rollcall.Method
	for _, m := range rollcall.Methods() {
		if _, ok := s.delivery.Route("", m); !ok {
			missing = append(missing, m)
		}
	}
	return missing
}
