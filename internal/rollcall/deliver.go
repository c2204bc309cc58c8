package rollcall

import (
	"context"
	"errors"
	"time"
)

// DeliverValidation hands the message of a queued validation to its provider and records what came of it. It returns nil
// where nothing is left to do, and otherwise *Undelivered or the error of the store: call it again later then. Calling it
// twice at once, or again after a crash, sends the same message again at worst.
func (s *Service) DeliverValidation(ctx context.Context, job DeliverJob) error {
	message, err := s.beginAttempt(ctx, job)
	if err != nil || message.Validation == "" {
		return err
	}
	receipt, sendErr := s.delivery.Send(ctx, message)
	err = s.store.Update(context.WithoutCancel(ctx), func(ctx context.Context, tx Tx) error {
		return s.recordAttempt(ctx, tx, job, receipt, sendErr)
	})
	s.waiting.tell(job.Validation)
	if err != nil {
		return err
	}
	if u := undelivered(sendErr); u != nil && u.Outcome != Never {
		return u
	}
	return nil
}

// beginAttempt notes that an attempt begins, so that the one after a crash knows since when a provider may have the
// message, and returns the message. It is empty where there is nothing left to send: the validation is done or gone, or
// the sweep will expire it.
func (s *Service) beginAttempt(ctx context.Context, job DeliverJob) (Message, error) {
	var m Message
	var quiet *Undelivered
	err := s.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		m, quiet = Message{}, nil
		v, err := tx.LockValidation(ctx, job.Dealer, job.Validation)
		switch {
		case err != nil && KindOf(err) == ValidationNotFound:
			return nil
		case err != nil:
			return err
		case v.Status != ValidationQueued || !s.now().Before(v.Expires):
			return nil
		}
		site, dealer, err := whereAsked(ctx, tx, &v)
		if err != nil {
			return err
		}
		if quiet, err = s.waitForMorning(ctx, tx, &v, &site); err != nil || quiet != nil {
			return err
		}
		m = s.compose(&v, &site, &dealer)
		if !v.Attempted.IsZero() {
			return nil
		}
		v.Attempted = s.now()
		return tx.UpdateValidation(ctx, v)
	})
	if err == nil && quiet != nil {
		s.waiting.tell(job.Validation)
		return m, quiet
	}
	return m, err
}

// waitForMorning returns when to try again where a message would disturb somebody now, also one that is tried again, nil where
// it may go out.
func (s *Service) waitForMorning(ctx context.Context, tx Tx, v *Validation, site *Site) (*Undelivered, error) {
	set, err := tx.Settings(ctx, v.Dealer)
	if err != nil {
		return nil, err
	}
	now := s.now()
	at := set.Quiet.after(now, s.place(set.Quiet, site.Timezone))
	if !at.After(now) {
		return nil, nil
	}
	if !at.Equal(v.NotBefore) {
		v.NotBefore = at
		if err := tx.UpdateValidation(ctx, *v); err != nil {
			return nil, err
		}
	}
	return &Undelivered{Outcome: Later, Code: "quiet_hours", Reason: "it waits for the end of quiet hours", RetryAfter: at.Sub(now)}, nil
}

// undelivered returns why a message was not taken, nil where it was.
func undelivered(sendErr error) *Undelivered {
	if sendErr == nil {
		return nil
	}
	var u *Undelivered
	if errors.As(sendErr, &u) {
		return u
	}
	return &Undelivered{Outcome: Later, Code: "unknown", Reason: "the provider did not answer as it should"}
}

func (s *Service) recordAttempt(ctx context.Context, tx Tx, job DeliverJob, receipt Receipt, sendErr error) error {
	c, v, err := s.answerable(ctx, tx, job.Dealer, job.Validation)
	if err != nil {
		if KindOf(err) == ValidationNotFound {
			return nil
		}
		return err
	}
	who := server(v.Dealer)
	u := undelivered(sendErr)
	if v.Status != ValidationQueued { // answered, canceled or reported meanwhile
		if u != nil || !v.Sent.IsZero() {
			return nil
		}
		v.Sent, v.Provider, v.Ref = s.now(), receipt.Provider, receipt.Ref
		if err := tx.UpdateValidation(ctx, v); err != nil {
			return err
		}
		return s.note(ctx, tx, who, &v, ValidationEvent{What: EventSent, At: v.Sent})
	}
	v.Attempts++
	switch {
	case u == nil:
		v.Status, v.Sent, v.Provider, v.Ref = ValidationSent, s.now(), receipt.Provider, receipt.Ref
		return s.delivered(ctx, tx, &c, &v, "validation.sent", ValidationEvent{At: v.Sent}, *c.state(v.Point()))
	case u.Outcome == Never:
		return s.failed(ctx, tx, &c, &v, u)
	}
	if err := tx.UpdateValidation(ctx, v); err != nil {
		return err
	}
	return s.note(ctx, tx, who, &v, ValidationEvent{What: EventAttemptFailed, Code: u.Code, Reason: u.Reason})
}

// failed records that a message was refused for good.
func (s *Service) failed(ctx context.Context, tx Tx, c *Contact, v *Validation, u *Undelivered) error {
	v.Status, v.Failure = ValidationFailing, Failure{Code: u.Code, Message: u.Reason}
	state := *c.state(v.Point())
	switch {
	case u.Outcome == Never && u.Code == codeOptedOut:
		return s.refusedByPerson(ctx, tx, c, v, u)
	case u.Outcome == Never && state.Status != PointOptedOut:
		state = PointState{Status: PointUndeliverable, Method: v.Method}
	case state.Status == PointPending: // the message is lost, which says nothing of the recipient
		state.Status = PointUnconfirmed
	}
	return s.delivered(ctx, tx, c, v, "validation.failed", ValidationEvent{Code: u.Code, Reason: u.Reason}, state)
}

// delivered records how far a message came, on the validation, in its timeline, on the contact and in the audit.
func (s *Service) delivered(
	ctx context.Context, tx Tx, c *Contact, v *Validation, action string, e ValidationEvent, state PointState,
) error {
	who := server(v.Dealer)
	if err := tx.UpdateValidation(ctx, *v); err != nil {
		return err
	}
	if err := s.note(ctx, tx, who, v, e); err != nil {
		return err
	}
	return s.changeState(ctx, tx, who, action, v, c, state)
}

// RecordReport records what a provider says, later, of a message that it took. A report that comes late, or is of another
// message, of an unknown validation or of a contact that is gone, changes nothing.
func (s *Service) RecordReport(ctx context.Context, dealer DealerID, id ValidationID, report DeliveryReport) error {
	err := s.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		c, v, err := s.answerable(ctx, tx, dealer, id)
		if err != nil {
			return err
		}
		return s.recordReport(ctx, tx, &c, v, report)
	})
	if err != nil && KindOf(err) == ValidationNotFound {
		return nil
	}
	if err == nil {
		s.waiting.tell(id)
	}
	return err
}

func (s *Service) recordReport(ctx context.Context, tx Tx, c *Contact, v Validation, report DeliveryReport) error {
	if v.Status != ValidationSent && v.Status != ValidationQueued || v.Ref != "" && report.Ref != "" && v.Ref != report.Ref {
		return nil
	}
	at := report.At
	if at.IsZero() || at.After(s.now()) {
		at = s.now()
	}
	if v.Sent.IsZero() { // it comes before we could write down that the provider took the message
		v.Sent, v.Provider, v.Ref = s.now(), report.Provider, report.Ref
		if err := s.note(ctx, tx, server(v.Dealer), &v, ValidationEvent{What: EventSent, At: v.Sent}); err != nil {
			return err
		}
	}
	if report.Failure != nil {
		return s.failed(ctx, tx, c, &v, report.Failure)
	}
	v.Status, v.Delivered = ValidationDelivered, later(v.Sent, at)
	return s.delivered(ctx, tx, c, &v, "validation.delivered", ValidationEvent{At: v.Delivered}, *c.state(v.Point()))
}

// later returns the later of two moments: the clock of a provider need not agree with ours.
func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b.UTC().Truncate(time.Microsecond)
}
