package service

import (
	"context"

	"example.org/rollcall/internal/rollcall"
)

// UnsubscribeView returns what the page behind an unsubscribe link shows, and changes nothing: LinkNotFound. The link works as
// long as the contact exists.
func (s *Service) UnsubscribeView(ctx context.Context, token string) (rollcall.LinkView, error) {
	return s.viewOf(ctx, purposeUnsubscribe, token)
}

// Unsubscribe suppresses the address that the link was sent to, for its dealer only: LinkNotFound. Calling it again changes
// nothing. A yes on the page behind a later link ends it.
func (s *Service) Unsubscribe(ctx context.Context, token string) error {
	found, err := s.openToken(ctx, purposeUnsubscribe, token)
	if err != nil {
		return err
	}
	dealer, id := found.Dealer, found.ID
	return asLinkNotFound(s.update(ctx, server(dealer), func(ch *change) error { return ch.unsubscribe(dealer, id) }))
}

func (ch *change) unsubscribe(dealer rollcall.DealerID, id rollcall.ValidationID) error {
	if _, err := ch.tx.LockDealer(ch.ctx, dealer); err != nil { // serializes suppressions of the same value
		return err
	}
	v, err := ch.tx.Validation(ch.ctx, dealer, id)
	if err != nil {
		return err
	}
	made := rollcall.Suppression{Dealer: dealer, ID: rollcall.NewSuppressionID(), Point: v.Kind, Value: v.To, Reason: rollcall.ReasonUnsubscribe}
	_, err = ch.as(person(dealer)).addSuppression(made, v.To)
	return err
}

// resubscribe ends Unsubscribe for the address of v, whose link the person opened to say yes, and reads c again.
func (ch *change) resubscribe(c *rollcall.Contact, v *rollcall.Validation) error {
	if v.Kind != rollcall.EmailPoint || stateOf(c, v).Status != rollcall.PointOptedOut {
		return nil
	}
	contacts, err := ch.tx.ContactsAt(ch.ctx, c.Dealer, rollcall.EmailPoint, v.To)
	if err != nil {
		return err
	}
	if err := ch.tx.DeleteSuppressions(ch.ctx, c.Dealer, rollcall.ReasonUnsubscribe, ch.recipientHashes(rollcall.EmailPoint, v.To)); err != nil {
		return err
	}
	if err := ch.as(person(c.Dealer)).applyToContacts(contacts); err != nil {
		return err
	}
	*c, err = ch.tx.LockContact(ch.ctx, c.Dealer, rollcall.ContactRef{Site: rollcall.SiteRef{ID: c.Site}, ID: c.ID})
	return err
}
