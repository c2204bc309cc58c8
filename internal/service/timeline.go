package service

import (
	"context"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
)

// timelineReader reads the timelines of validations.
type timelineReader interface {
	// Timeline returns the events of a validation, in order; none for an unknown validation.
	Timeline(ctx context.Context, dealer rollcall.DealerID, id rollcall.ValidationID) ([]rollcall.ValidationEvent, error)
	// TimelinesOf returns the events of all validations of a contact, soft-deleted or not.
	TimelinesOf(ctx context.Context, c rollcall.Contact) ([]rollcall.ValidationEvent, error)
}

// timelineWriter changes the timelines of validations in a transaction.
type timelineWriter interface {
	// InsertEvent adds an event at the end of the timeline of its validation, and ignores its Seq.
	InsertEvent(ctx context.Context, e rollcall.ValidationEvent) error
}

// cancelReason is why a validation was canceled: a code for programs and a text for people.
type cancelReason struct{ code, text string }

var (
	canceledReplaced    = cancelReason{"replaced", "a newer validation replaced it"}
	canceledChanged     = cancelReason{"changed", "the contact's phone or e-mail was changed"}
	canceledDeleted     = cancelReason{"deleted", "the contact was deleted"}
	canceledByRequest   = cancelReason{"asked", "it was canceled by the API"}
	canceledAttested    = cancelReason{"attested", "the contact point was attested"}
	canceledOptedOut    = cancelReason{"opted_out", "the person wants no more messages"}
	canceledPreferences = cancelReason{"preferences", "the contact wants no text messages any more"}
	canceledSuspended   = cancelReason{"suspended", "the site is suspended"}
	canceledRollCall    = cancelReason{"roll_call", "its roll call was canceled"}
	canceledDeclined    = cancelReason{"declined", "the person answered elsewhere that this is not theirs"}
)

// addEvent adds an event to the timeline of a validation. Without What it is the validation's status.
func (ch *change) addEvent(v *rollcall.Validation, e rollcall.ValidationEvent) error {
	e.Dealer, e.Validation, e.Actor = v.Dealer, v.ID, ch.caller.actor()
	if e.What == "" {
		e.What = rollcall.EventKind(v.Status)
	}
	if e.At.IsZero() {
		e.At = ch.now()
	}
	ch.validationMoved(v)
	return ch.tx.InsertEvent(ch.ctx, e)
}

// cancel cancels an open validation, which is locked.
func (ch *change) cancel(v *rollcall.Validation, reason cancelReason) error {
	v.Status = rollcall.ValidationCanceled
	if err := ch.tx.UpdateValidation(ch.ctx, *v); err != nil {
		return err
	}
	return ch.addEvent(v, rollcall.ValidationEvent{Code: reason.code, Reason: reason.text})
}

// cancelOlder cancels the open validation that v replaces, if there is one.
func (ch *change) cancelOlder(c *rollcall.Contact, v *rollcall.Validation, reason cancelReason) error {
	older, err := ch.tx.OpenValidation(ch.ctx, *c, v.Point)
	if err != nil {
		if rollcall.KindOf(err) == rollcall.ValidationNotFound {
			return nil
		}
		return err
	}
	return ch.cancelWith(c, &older, reason)
}

// cancelWith is cancel for a change of the contact that has an audit line of its own, with a line for the validation.
func (ch *change) cancelWith(c *rollcall.Contact, v *rollcall.Validation, reason cancelReason) error {
	if err := ch.cancel(v, reason); err != nil {
		return err
	}
	return ch.recordCanceled(c, v)
}

// cancelOpen is cancelWith for the open validation of a contact point, if there is one.
func (ch *change) cancelOpen(c *rollcall.Contact, p rollcall.PointID, reason cancelReason) error {
	canceled, err := ch.tx.CancelValidations(ch.ctx, *c, p)
	if err != nil {
		return err
	}
	for i := range canceled {
		v := &canceled[i]
		if err := ch.addEvent(v, rollcall.ValidationEvent{Code: reason.code, Reason: reason.text}); err != nil {
			return err
		}
		if err := ch.recordCanceled(c, v); err != nil {
			return err
		}
	}
	return nil
}

func (ch *change) recordCanceled(c *rollcall.Contact, v *rollcall.Validation) error {
	line := audit.Line{Site: c.Site, Action: audit.ValidationCanceled, Contact: c.ID, Subject: string(v.ID), Point: v.Point}
	return ch.record(line, nil)
}
