package service

import (
	"context"
	"errors"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// Delivery carries messages to people. Every method may be called by several goroutines at once.
type Delivery interface {
	// Route returns how a message by this method would go, and false where no provider could carry it. Messages of a
	// test key take a route that ends at no person.
	Route(m rollcall.Method, test bool) (rollcall.Route, bool)

	// Send hands one message to the provider of its route. It returns once the provider took it or refused it, an
	// *Undelivered in the second case; any other error means that nobody knows, and counts as Later. Handing over the
	// same message again, by its ValidationID, must not make a second one where the provider can tell.
	Send(ctx context.Context, m rollcall.Message) (rollcall.Receipt, error)
}

// DeliverValidation hands the message of a queued validation to its provider and records the outcome. It returns nil when
// nothing is left to do, and otherwise *Undelivered, *NotYet or the error of the store: call it again later then. Calling it twice at
// once, or again after a crash, sends the same message again at worst.
func (s *Service) DeliverValidation(ctx context.Context, job DeliverJob) error {
	message, err := s.begin(ctx, job)
	if err != nil {
		s.waiting.tell(job.Validation)
		return err
	}
	if message.Validation == "" {
		return nil
	}
	receipt, sendErr := s.delivery.Send(ctx, message)
	refused := undelivered(sendErr)
	err = s.store.UpdateFor(context.WithoutCancel(ctx), job.Dealer, func(ctx context.Context, tx Tx) error {
		if refused != nil {
			return s.recordRefused(ctx, tx, job, refused)
		}
		return s.recordSent(ctx, tx, job, receipt)
	})
	s.waiting.tell(job.Validation)
	if err != nil {
		return err
	}
	if refused != nil && !refused.Final() {
		return refused
	}
	return nil
}

// begin records that an attempt begins, so that the one after a crash knows since when a provider may have the message, and
// returns the message. It is empty when nothing is left to send: the validation is over or deleted, or the sweep will expire
// it. The error is *NotYet when the message has to wait.
func (s *Service) begin(ctx context.Context, job DeliverJob) (rollcall.Message, error) {
	var message rollcall.Message
	var wait *rollcall.NotYet
	err := s.store.UpdateFor(ctx, job.Dealer, func(ctx context.Context, tx Tx) (err error) {
		message, wait, err = s.beginIn(ctx, tx, job)
		return err
	})
	if err == nil && wait != nil {
		err = wait
	}
	return message, err
}

func (s *Service) beginIn(ctx context.Context, tx Tx, job DeliverJob) (rollcall.Message, *rollcall.NotYet, error) {
	none := rollcall.Message{}
	v, err := tx.LockValidation(ctx, job.Dealer, job.Validation)
	if rollcall.KindOf(err) == rollcall.ValidationNotFound {
		return none, nil, nil
	}
	if err != nil || v.Status != rollcall.ValidationQueued || !s.now().Before(v.Expires) {
		return none, nil, err
	}
	dealer, err := shownDealer(ctx, tx, v.Dealer)
	if err != nil {
		return none, nil, err
	}
	site, err := tx.Site(ctx, v.Dealer, rollcall.SiteRef{ID: v.Site})
	if err != nil {
		return none, nil, err
	}
	set, err := tx.Settings(ctx, v.Dealer)
	if err != nil {
		return none, nil, err
	}
	wait := s.untilMorning(&set, &site)
	if wait == nil {
		wait, err = s.takePlace(ctx, tx, &set, &v)
	}
	if err != nil {
		return none, nil, err
	}
	if wait != nil {
		v.NotBefore = s.now().Add(wait.After)
		return none, wait, tx.UpdateValidation(ctx, v)
	}
	s.setLinks(&v)
	message := s.compose(&v, &site, &dealer)
	if v.Attempted.IsZero() {
		v.Attempted = s.now()
	}
	return message, nil, tx.UpdateValidation(ctx, v)
}

// untilMorning returns until when a message would disturb somebody, nil where it may leave now.
func (s *Service) untilMorning(set *rollcall.Settings, site *rollcall.Site) *rollcall.NotYet {
	now := s.now()
	at := set.Quiet.After(now, s.place(set.Quiet, site.Timezone))
	if !at.After(now) {
		return nil
	}
	return &rollcall.NotYet{Reason: "quiet_hours", After: at.Sub(now)}
}

// undelivered returns why a message was not taken, nil where it was.
func undelivered(sendErr error) *rollcall.Undelivered {
	if sendErr == nil {
		return nil
	}
	var u *rollcall.Undelivered
	if errors.As(sendErr, &u) {
		return u
	}
	return &rollcall.Undelivered{Outcome: rollcall.Later, Code: "unknown", Reason: "the provider did not answer as it should", Unknown: true}
}

// recordSent records that a provider took a message. The contact stays as it is.
func (s *Service) recordSent(ctx context.Context, tx Tx, job DeliverJob, receipt rollcall.Receipt) error {
	v, err := tx.LockValidation(ctx, job.Dealer, job.Validation)
	if rollcall.KindOf(err) == rollcall.ValidationNotFound {
		return nil
	}
	if err != nil || !v.Sent.IsZero() { // reported meanwhile
		return err
	}
	who := server(v.Dealer)
	queued := v.Status == rollcall.ValidationQueued // and not answered or canceled meanwhile
	v.Sent, v.Provider, v.Ref = s.now(), receipt.Provider, receipt.Ref
	if queued {
		v.Attempts++
		v.Status = rollcall.ValidationSent
	}
	if err := tx.UpdateValidation(ctx, v); err != nil {
		return err
	}
	if err := s.note(ctx, tx, who, &v, rollcall.ValidationEvent{What: rollcall.EventSent, At: v.Sent}); err != nil || !queued {
		return err
	}
	line := rollcall.AuditLine{Site: v.Site, Action: "validation.sent", Contact: v.Contact, Subject: string(v.ID)}
	return s.record(ctx, tx, who, line, testChange(&v))
}

// recordRefused records that a provider did not take a message, for now or for good.
func (s *Service) recordRefused(ctx context.Context, tx Tx, job DeliverJob, u *rollcall.Undelivered) error {
	c, v, err := s.answerable(ctx, tx, job.Dealer, job.Validation)
	if err != nil {
		if rollcall.KindOf(err) == rollcall.ValidationNotFound {
			return nil
		}
		return err
	}
	if !u.Unknown {
		if err := s.giveBack(ctx, tx, &v); err != nil {
			return err
		}
	}
	if v.Status != rollcall.ValidationQueued { // answered, canceled or reported meanwhile
		return tx.UpdateValidation(ctx, v)
	}
	v.Attempts++
	if u.Final() {
		return s.failed(ctx, tx, &c, &v, u)
	}
	if err := tx.UpdateValidation(ctx, v); err != nil {
		return err
	}
	return s.note(ctx, tx, server(v.Dealer), &v, rollcall.ValidationEvent{What: rollcall.EventAttemptFailed, Code: u.Code, Reason: u.Reason})
}

// failed records that a message was refused for good. Only Never says anything about the contact point.
func (s *Service) failed(ctx context.Context, tx Tx, c *rollcall.Contact, v *rollcall.Validation, u *rollcall.Undelivered) error {
	if u.Final() { // a call that nobody answered rang all the same
		if err := s.giveBack(ctx, tx, v); err != nil {
			return err
		}
	}
	v.Status, v.Failure = rollcall.ValidationFailing, rollcall.Failure{Code: u.Code, Message: u.Reason}
	state := *c.State(v.Point())
	switch {
	case u.Outcome == rollcall.Never && u.Code == codeOptedOut && !v.Test:
		return s.refusedByPerson(ctx, tx, c, v, u)
	case u.Outcome == rollcall.Never && state.Status != rollcall.PointOptedOut:
		state = rollcall.PointState{Status: rollcall.PointUndeliverable, Method: v.Method}
	default:
		state = unasked(state)
	}
	return s.delivered(ctx, tx, c, v, "validation.failed", rollcall.ValidationEvent{Code: u.Code, Reason: u.Reason}, state)
}

// delivered records how far a message came, on the validation, in its timeline, on the contact and in the audit.
func (s *Service) delivered(
	ctx context.Context, tx Tx, c *rollcall.Contact, v *rollcall.Validation, action string, e rollcall.ValidationEvent, state rollcall.PointState,
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
func (s *Service) RecordReport(ctx context.Context, dealer rollcall.DealerID, id rollcall.ValidationID, report rollcall.DeliveryReport) error {
	var counted *rollcall.Validation
	err := s.store.UpdateFor(ctx, dealer, func(ctx context.Context, tx Tx) error {
		counted = nil
		c, v, err := s.answerable(ctx, tx, dealer, id)
		if err != nil || !takes(&v, report) {
			return err
		}
		counted = &v
		return s.recordReport(ctx, tx, &c, v, report)
	})
	if err != nil && rollcall.KindOf(err) == rollcall.ValidationNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	s.waiting.tell(id)
	if counted != nil && s.opts.OnReport != nil {
		s.opts.OnReport(rollcall.Message{Dealer: dealer, Validation: id, Method: counted.Method, To: counted.To, Words: words(counted)}, report)
	}
	return nil
}

// takes reports whether a report is of the message of v, and news.
func takes(v *rollcall.Validation, report rollcall.DeliveryReport) bool {
	open := v.Status == rollcall.ValidationSent || v.Status == rollcall.ValidationQueued
	return open && (v.Ref == "" || report.Ref == "" || v.Ref == report.Ref)
}

func (s *Service) recordReport(ctx context.Context, tx Tx, c *rollcall.Contact, v rollcall.Validation, report rollcall.DeliveryReport) error {
	at := report.At
	if at.IsZero() || at.After(s.now()) {
		at = s.now()
	}
	if v.Sent.IsZero() { // it comes before we could write down that the provider took the message
		v.Sent, v.Provider, v.Ref = s.now(), report.Provider, report.Ref
		if err := s.note(ctx, tx, server(v.Dealer), &v, rollcall.ValidationEvent{What: rollcall.EventSent, At: v.Sent}); err != nil {
			return err
		}
	}
	if report.Failure != nil {
		return s.failed(ctx, tx, c, &v, report.Failure)
	}
	v.Status, v.Delivered = rollcall.ValidationDelivered, later(v.Sent, at)
	return s.delivered(ctx, tx, c, &v, "validation.delivered", rollcall.ValidationEvent{At: v.Delivered}, *c.State(v.Point()))
}

// later returns the later of two moments: the clock of a provider need not agree with ours.
func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b.UTC().Truncate(time.Microsecond)
}
