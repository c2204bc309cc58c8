package rollcall

import (
	"context"
	"errors"
)

// SendValidation sends the contact a message, to find out whether they can be reached: SiteNotFound, ContactNotFound,
// ValidationFailed, DeliveryNotConfigured. An open validation of the same contact point is canceled. It returns the
// validation once the provider took the message or refused it; where that is not known within the time that a request
// may wait, its Status is still ValidationQueued, and delivery goes on.
func (s *Service) SendValidation(ctx context.Context, who Caller, ref ContactRef, in ValidationInput) (Validation, error) {
	if err := in.Check(); err != nil {
		if _, notFound := s.store.Contact(ctx, who.Dealer, ref); notFound != nil {
			return Validation{}, notFound
		}
		return Validation{}, err
	}
	v := Validation{Dealer: who.Dealer, ID: NewValidationID(), Test: who.Test, Status: ValidationQueued}
	tried, leave, waits := s.waiting.enter(v.ID)
	if waits {
		defer leave()
	}
	err := s.change(ctx, who, func(ctx context.Context, tx Tx) (any, error) {
		err := s.queueValidation(ctx, tx, who, &v, ref, in)
		return v, err
	})
	if err != nil || !waits {
		return v, err
	}
	return s.outcome(ctx, v, tried)
}

func (s *Service) queueValidation(ctx context.Context, tx Tx, who Caller, v *Validation, ref ContactRef, in ValidationInput) error {
	c, err := tx.LockContact(ctx, v.Dealer, ref)
	if err != nil {
		return err
	}
	route, err := s.chooseMethod(v, &c, in)
	if err != nil {
		return err
	}
	if v.To, err = destination(v.Method, &c, route); err != nil {
		return err
	}
	v.Site, v.Contact, v.ContactSeq = c.Site, c.ID, c.Seq
	if v.Text = in.Message.Value; !in.Message.Set {
		if v.Text, err = defaultText(ctx, tx, v); err != nil {
			return err
		}
	}
	v.Created = s.now()
	v.Expires = v.Created.Add(ValidationLife)
	if err := tx.CancelValidations(ctx, v.Dealer, c.ID, v.Point()); err != nil {
		return err
	}
	if err := tx.InsertValidation(ctx, *v); err != nil {
		return err
	}
	state := PointState{Status: PointPending, Method: v.Method}
	if err := s.changeState(ctx, tx, who, "validation.requested", v, &c, state); err != nil {
		return err
	}
	return tx.Enqueue(ctx, DeliverJob{Dealer: v.Dealer, Validation: v.ID})
}

// changeState gives the contact point of v its new state, and writes the line that says why.
func (s *Service) changeState(ctx context.Context, tx Tx, who Caller, action string, v *Validation, c *Contact, state PointState) error {
	before := *c
	*c.state(v.Point()) = state
	if *c != before {
		c.StateVersion++
		if err := tx.UpdateContact(ctx, *c); err != nil {
			return err
		}
	}
	line := AuditLine{Site: v.Site, Action: action, Contact: v.Contact, Subject: string(v.ID)}
	if who.Key == "" {
		line.Actor = ActorServer
	}
	return s.record(ctx, tx, who, line, changes(before.auditFields(), c.auditFields()))
}

// state returns the state of a contact point.
func (c *Contact) state(p Point) *PointState {
	if p == EmailPoint {
		return &c.EmailState
	}
	return &c.PhoneState
}

// chooseMethod sets the method of v to the one that was asked for, else to SMS where there is a phone and the
// preferences allow it, else to e-mail, among those that can be carried to this contact.
func (s *Service) chooseMethod(v *Validation, c *Contact, in ValidationInput) (Route, error) {
	if in.Method.Set {
		v.Method = Method(in.Method.Value)
		return s.route(v.Method, v.Test)
	}
	var first error
	for _, m := range []Method{SMS, Email} {
		if m == SMS && (c.Phone == "" || !c.Preferences.SMS) || m == Email && c.Email == "" {
			continue
		}
		route, err := s.route(m, v.Test)
		if err == nil {
			_, err = destination(m, c, route)
		}
		if err == nil {
			v.Method = m
			return route, nil
		}
		if first == nil {
			first = err
		}
	}
	if first == nil {
		first = badMethod("the contact has no e-mail and wants no SMS; ask for sms or call by name, or add an e-mail")
	}
	return Route{}, first
}

func badMethod(message string) error {
	return problems{{Field: "method", Code: codeInvalid, Message: message}}.err()
}

func (s *Service) route(m Method, test bool) (Route, error) {
	if route, ok := s.delivery.Route(m, test); ok {
		return route, nil
	}
	return Route{}, &Error{
		Kind:    DeliveryNotConfigured,
		Message: "this server cannot send by " + string(m) + "; its operator can choose a provider with --delivery (ROLLCALL_DELIVERY)",
	}
}

// destination returns where a message by the method goes: ValidationFailed where the contact has no such point, or the
// number cannot be dialled by the provider of the route.
func destination(m Method, c *Contact, route Route) (string, error) {
	switch {
	case m == Email && c.Email == "":
		return "", badMethod("the contact has no e-mail; add one first")
	case m == Email:
		return string(c.Email), nil
	case c.Phone == "":
		return "", badMethod("the contact has no phone; add one first")
	case c.PhoneE164 != "":
		return string(c.PhoneE164), nil
	case route.AnyNumber:
		return c.Phone, nil
	}
	return "", problems{{Field: "phone", Code: "not_dialable", Message: notDialable}}.err()
}

// Validation returns a validation: ValidationNotFound.
func (s *Service) Validation(ctx context.Context, who Caller, id ValidationID) (Validation, error) {
	return s.store.Validation(ctx, who.Dealer, id)
}

// DeliverValidation hands the message of a queued validation to its provider and records what came of it. It returns nil
// where nothing is left to do, and otherwise *Undelivered or the error of the store: call it again later then. Calling it
// twice at once, or again after a crash, sends the same message again at worst.
func (s *Service) DeliverValidation(ctx context.Context, job DeliverJob) error {
	v, err := s.store.Validation(ctx, job.Dealer, job.Validation)
	if KindOf(err) == ValidationNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	if v.Status != ValidationQueued || !s.now().Before(v.Expires) {
		return nil // done, or the sweep will expire it
	}
	receipt, sendErr := s.delivery.Send(ctx, Message{
		Dealer: v.Dealer, Validation: v.ID, Method: v.Method, To: v.To, Text: v.Text, Test: v.Test,
	})
	err = s.store.Update(context.WithoutCancel(ctx), func(ctx context.Context, tx Tx) error {
		return s.recordAttempt(ctx, tx, job, receipt, sendErr)
	})
	s.waiting.tell(v.ID)
	if err != nil {
		return err
	}
	if u := undelivered(sendErr); u != nil && u.Outcome != Never {
		return u
	}
	return nil
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
	v, err := tx.LockValidation(ctx, job.Dealer, job.Validation)
	if err != nil {
		if KindOf(err) == ValidationNotFound {
			return nil
		}
		return err
	}
	if v.Status != ValidationQueued {
		return nil
	}
	c, err := tx.LockContact(ctx, v.Dealer, ContactRef{Site: SiteRef{ID: v.Site}, ID: v.Contact})
	if err != nil {
		return err
	}
	v.Attempts++
	action, state := "", *c.state(v.Point())
	switch u := undelivered(sendErr); {
	case u == nil:
		v.Status, v.Sent, v.Provider = ValidationSent, s.now(), receipt.Provider
		action = "validation.sent"
	case u.Outcome == Never:
		v.Status, v.Failure = ValidationFailing, Failure{Code: u.Code, Message: u.Reason}
		action, state.Status = "validation.failed", PointUndeliverable
	}
	if err := tx.UpdateValidation(ctx, v); err != nil || action == "" {
		return err
	}
	return s.changeState(ctx, tx, Caller{Dealer: v.Dealer}, action, &v, &c, state)
}

const capturedKept = 1000 // messages of a dealer

// KeepCaptured keeps a message that was captured instead of sent, once for each validation, among the dealer's newest
// thousand.
func (s *Service) KeepCaptured(ctx context.Context, m Message) error {
	return s.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		return tx.InsertCaptured(ctx, CapturedMessage{Message: m, At: s.now()}, capturedKept)
	})
}

// Captured returns the dealer's messages that were captured instead of sent, the newest last, limit at most:
// DealerNotFound.
func (s *Service) Captured(ctx context.Context, dealer DealerID, limit int) ([]CapturedMessage, error) {
	if _, err := s.store.Dealer(ctx, dealer); err != nil {
		return nil, err
	}
	return s.store.Captured(ctx, dealer, limit)
}
