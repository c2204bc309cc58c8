package delivery

import (
	"context"
	"errors"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// Observe returns a delivery that sends with next and calls seen after each attempt, with the provider's name and the
// outcome: sent, later, never, rejected (this message), refused (the settings) or unknown.
func Observe(next service.Delivery, seen func(provider, outcome string)) service.Delivery {
	return observed{Delivery: next, seen: seen}
}

type observed struct {
	service.Delivery
	seen func(provider, outcome string)
}

// Send implements service.Delivery.
func (o observed) Send(ctx context.Context, m rollcall.Message) (rollcall.Receipt, error) {
	receipt, err := o.Delivery.Send(ctx, m)
	o.seen(providerOf(o.Delivery, receipt, m), outcomeOf(err))
	return receipt, err
}

// providerOf returns the name of the message's provider, or "none".
func providerOf(d service.Delivery, receipt rollcall.Receipt, m rollcall.Message) string {
	if receipt.Provider != "" {
		return receipt.Provider
	}
	if route, ok := d.Route(m.Dealer, m.Method); ok {
		return route.Provider
	}
	return "none"
}

func outcomeOf(err error) string {
	if err == nil {
		return "sent"
	}
	var u *rollcall.DeliveryError
	if errors.As(err, &u) {
		switch u.Outcome {
		case rollcall.OutcomeRetry:
			return "later"
		case rollcall.OutcomeUnreachable:
			return "never"
		case rollcall.OutcomeMisconfigured:
			return "refused"
		case rollcall.OutcomeRejected:
			return "rejected"
		}
	}
	return "unknown"
}
