package rollcall

import (
	"context"
	"time"
)

// EventKind is what happened to a validation.
type EventKind string

// The kinds of events. But for the failed attempt and the reply, each is named as the state that the validation has then.
const (
	EventQueued        EventKind = "queued"
	EventAttemptFailed EventKind = "attempt_failed" // not taken this time; it is tried again
	EventSent          EventKind = "sent"
	EventDelivered     EventKind = "delivered"
	EventConfirmed     EventKind = "confirmed"
	EventDeclined      EventKind = "declined"
	EventExpired       EventKind = "expired"
	EventCanceled      EventKind = "canceled"
	EventFailed        EventKind = "failed"

	EventReplyNotUnderstood EventKind = "reply_not_understood" // a text message of the person, which may be a refusal
)

// ValidationEvent is one entry in the timeline of a validation.
type ValidationEvent struct {
	Dealer     DealerID
	Validation ValidationID
	Seq        int // the place in the timeline, from 1
	At         time.Time
	What       EventKind
	Way        AnswerWay // of an answer; else empty
	Actor      string    // as in AuditLine
	Code       string    // why, for programs; empty: nothing to say
	Reason     string    // why, in plain words
	Note       string    // of an attestation: what whoever made it wrote; of a reply: its text
	From       ContactID // of an attestation: whose confirmation it took over; else empty
}

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
func (s *Service) note(ctx context.Context, tx Tx, who Caller, v *Validation, e ValidationEvent) error {
	e.Dealer, e.Validation, e.Actor = v.Dealer, v.ID, who.actor()
	if e.What == "" {
		e.What = EventKind(v.Status)
	}
	if e.At.IsZero() {
		e.At = s.now()
	}
	return tx.InsertEvent(ctx, e)
}

// cancel cancels an open validation, which is locked, and says why.
func (s *Service) cancel(ctx context.Context, tx Tx, who Caller, v *Validation, why because) error {
	v.Status = ValidationCanceled
	if err := tx.UpdateValidation(ctx, *v); err != nil {
		return err
	}
	return s.note(ctx, tx, who, v, ValidationEvent{Code: why.code, Reason: why.reason})
}

// cancelOlder cancels the open validation in whose place v comes, if there is one: a test validation leaves a live one open,
// and a live one leaves a test validation open.
func (s *Service) cancelOlder(ctx context.Context, tx Tx, who Caller, c *Contact, v *Validation, why because) error {
	older, err := tx.OpenValidation(ctx, *c, v.Point(), v.Test)
	if err != nil {
		if KindOf(err) == ValidationNotFound {
			return nil
		}
		return err
	}
	return s.cancel(ctx, tx, who, &older, why)
}

// cancelOpen cancels the open validations of a contact point, live and test, and says why.
func (s *Service) cancelOpen(ctx context.Context, tx Tx, who Caller, c *Contact, p Point, why because) error {
	canceled, err := tx.CancelValidations(ctx, *c, p)
	if err != nil {
		return err
	}
	for _, id := range canceled {
		v := Validation{Dealer: c.Dealer, ID: id, Status: ValidationCanceled}
		if err := s.note(ctx, tx, who, &v, ValidationEvent{Code: why.code, Reason: why.reason}); err != nil {
			return err
		}
	}
	return nil
}
