package delivery

import (
	"context"
	"errors"

	"example.org/rollcall/internal/rollcall"
)

// Observe returns a delivery that does what next does, and tells seen of every attempt: the provider's name, and how it
// ended, which is sent, later, never, refused (the set-up) or unknown.
func Observe(next rollcall.Delivery, seen func(provider, outcome string)) rollcall.Delivery {
	return observed{Delivery: next, seen: seen}
}

type observed struct {
	rollcall.Delivery
	seen func(provider, outcome string)
}

// Send implements rollcall.Delivery.
func (o observed) Send(ctx context.Context, m rollcall.Message) (rollcall.Receipt, error) {
	receipt, err := o.Delivery.Send(ctx, m)
	provider := receipt.Provider
	if provider == "" {
		provider = "none"
		if route, ok := o.Route(m.Method, m.Test); ok {
			provider = route.Provider
		}
	}
	o.seen(provider, outcomeOf(err))
	return receipt, err
}

func outcomeOf(err error) string {
	if err == nil {
		return "sent"
	}
	var u *rollcall.Undelivered
	if errors.As(err, &u) {
		switch u.Outcome {
		case rollcall.Later:
			return "later"
		case rollcall.Never:
			return "never"
		case rollcall.SetupRefuse:
			return "refused"
		}
	}
	return "unknown"
}
