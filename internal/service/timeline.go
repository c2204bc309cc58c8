package service

import (
	"context"

	"example.org/rollcall/internal/rollcall"
)

// because is why a validation was canceled.
type because struct{ code, reason string }

var (
	becauseReplaced = because{"replaced", "a newer validation took its place"}
	becauseChanged  = because{"changed", "the contact's phone or e-mail was changed"}
	becauseDeleted  = because{"deleted", "the contact was deleted"}
	becauseAsked    = because{"asked", "somebody of the dealer's canceled it"}
	becauseAttested = because{"attested", "somebody of the dealer's attested the contact point meanwhile"}
	becauseOptedOut = because{"opted_out", "the person wants no more messages"}
)

// note adds to the timeline of a validation: its state now, unless e says something else.
func (s *Service) note(ctx context.Context, tx Tx, who Caller, v *rollcall.Validation, e rollcall.ValidationEvent) error {
	e.Dealer, e.Validation, e.Actor = v.Dealer, v.ID, who.actor()
	if e.What == "" {
		e.What = rollcall.EventKind(v.Status)
	}
	if e.At.IsZero() {
		e.At = s.now()
	}
	return tx.InsertEvent(ctx, e)
}

// cancel cancels an open validation, which is locked, and says why.
func (s *Service) cancel(ctx context.Context, tx Tx, who Caller, v *rollcall.Validation, why because) error {
	v.Status = rollcall.ValidationCanceled
	if err := tx.UpdateValidation(ctx, *v); err != nil {
		return err
	}
	return s.note(ctx, tx, who, v, rollcall.ValidationEvent{Code: why.code, Reason: why.reason})
}

// cancelOlder cancels the open validation in whose place v comes, if there is one: a test validation leaves a live one open,
// and a live one leaves a test validation open.
func (s *Service) cancelOlder(ctx context.Context, tx Tx, who Caller, c *rollcall.Contact, v *rollcall.Validation, why because) error {
	older, err := tx.OpenValidation(ctx, *c, v.Point(), v.Test)
	if err != nil {
		if rollcall.KindOf(err) == rollcall.ValidationNotFound {
			return nil
		}
		return err
	}
	return s.cancel(ctx, tx, who, &older, why)
}

// cancelOpen cancels the open validations of a contact point, live and test, and says why.
func (s *Service) cancelOpen(ctx context.Context, tx Tx, who Caller, c *rollcall.Contact, p rollcall.Point, why because) error {
	canceled, err := tx.CancelValidations(ctx, *c, p)
	if err != nil {
		return err
	}
	for _, id := range canceled {
		v := rollcall.Validation{Dealer: c.Dealer, ID: id, Status: rollcall.ValidationCanceled}
		if err := s.note(ctx, tx, who, &v, rollcall.ValidationEvent{Code: why.code, Reason: why.reason}); err != nil {
			return err
		}
	}
	return nil
}
