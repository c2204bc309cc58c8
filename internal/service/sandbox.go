package service

import (
	"context"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/message"
)

// needSandbox makes the sandbox of a dealer, which is locked, unless there is one.
func (ch *change) needSandbox(dealer rollcall.Dealer) error {
	_, err := ch.tx.Dealer(ch.ctx, dealer.ID.Sandbox())
	if rollcall.KindOf(err) != rollcall.DealerNotFound {
		return err
	}
	dealer.ID, dealer.Created = dealer.ID.Sandbox(), ch.now()
	dealer.Updated = dealer.Created
	if err := ch.tx.InsertDealer(ch.ctx, dealer); err != nil {
		return err
	}
	return ch.recordDealer("dealer.created", nil, &dealer)
}

// isLive returns ValidationFailed for a sandbox, which has no keys and users, and is changed and removed with its dealer.
func isLive(dealer rollcall.DealerID) error {
	if dealer.IsSandbox() {
		return rollcall.InvalidField("dealer_id", rollcall.CodeInvalid, "is that of a sandbox; give the dealer's own, "+string(dealer.Live()))
	}
	return nil
}

// react does what the recipient of a message in a sandbox does by themselves, once it is due, as if they had answered: it fails
// with *PostponedError before that, and does nothing for other recipients, and for a validation that is over or not yet sent.
func (s *Service) react(ctx context.Context, job DeliverJob) error {
	var wait *rollcall.PostponedError
	unsubscribes := false
	err := s.update(ctx, server(job.Dealer), func(ch *change) (err error) {
		wait, unsubscribes = nil, false
		c, v, err := ch.lockValidationByID(job.Dealer, job.Validation)
		if err != nil || v.Status != rollcall.ValidationSent {
			return err
		}
		reaction, after := rollcall.ReactionOf(v.Dealer, v.To)
		if reaction == "" {
			return nil
		}
		if left := v.Sent.Add(after).Sub(ch.now()); left > 0 {
			wait = &rollcall.PostponedError{Reason: "sandbox", After: left}
			return nil
		}
		if unsubscribes = reaction == rollcall.ReactionStop && v.Kind == rollcall.EmailPoint; unsubscribes {
			return nil // it locks the dealer, which comes before the site
		}
		return ch.reactTo(&c, v, reaction)
	})
	if err == nil && unsubscribes {
		err = s.update(ctx, server(job.Dealer), func(ch *change) error { return ch.unsubscribe(job.Dealer, job.Validation) })
	}
	switch {
	case rollcall.KindOf(err) == rollcall.ValidationNotFound:
		return nil
	case err == nil && wait != nil:
		return wait
	}
	return err
}

func (ch *change) reactTo(c *rollcall.Contact, v rollcall.Validation, reaction rollcall.Reaction) error {
	if reaction == rollcall.ReactionSlow {
		return ch.recordReport(c, v, rollcall.DeliveryReport{Provider: v.Provider, Ref: v.Ref})
	}
	if v.Method == rollcall.Call {
		keys := map[rollcall.Reaction]string{rollcall.ReactionConfirm: "1", rollcall.ReactionDecline: "2", rollcall.ReactionStop: "9"}
		_, err := ch.answerCall(c, v, keys[reaction], message.In(""))
		return err
	}
	if reaction != rollcall.ReactionStop {
		_, err := ch.answerLink(c, v, rollcall.LinkAnswer{Confirm: reaction == rollcall.ReactionConfirm})
		return err
	}
	_, err := ch.optOut(v.Dealer, v.Kind, v.To)
	return err
}
