package service

import (
	"context"
	"errors"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
)

// Delivery sends messages. Its methods may be called by several goroutines at once.
type Delivery interface {
	// Route returns the route of a dealer's messages with this method, and false without a provider. Messages of a sandbox get a
	// route that reaches nobody.
	Route(dealer rollcall.DealerID, m rollcall.Method) (rollcall.Route, bool)

	// Send gives a message to the provider of its route. It returns after the provider accepted it, or a *DeliveryError if the
	// provider refused it; after any other error nobody knows, and the message is retried. The message's Validation identifies it
	// to providers that recognize a second copy.
	Send(ctx context.Context, m rollcall.Message) (rollcall.Receipt, error)
}

// DeliverValidation sends the message of a queued validation and records the outcome. It returns nil when nothing is left to do.
// After a *DeliveryError, a *PostponedError or an error of the store, call it again later: in a sandbox, also for the reaction of
// the recipient. Concurrent calls, or a call after a crash, may send the message twice.
func (s *Service) DeliverValidation(ctx context.Context, job DeliverJob) error {
	err := s.deliver(ctx, job)
	if err == nil && job.Dealer.IsSandbox() {
		err = s.react(ctx, job)
	}
	return err
}

func (s *Service) deliver(ctx context.Context, job DeliverJob) error {
	message, err := s.begin(ctx, job)
	if err != nil || message.Validation == "" {
		s.waiters.wake(job.Validation)
		return err
	}
	receipt, sendErr := s.delivery.Send(ctx, message)
	refused := deliveryError(sendErr)
	err = s.update(context.WithoutCancel(ctx), server(job.Dealer), func(ch *change) error {
		if refused != nil {
			return ch.recordRefused(job, refused)
		}
		return ch.recordSent(job, receipt)
	})
	s.waiters.wake(job.Validation)
	if err != nil {
		return err
	}
	if refused != nil && !refused.Permanent() {
		return refused
	}
	return nil
}

// begin returns the message to send, and records the time of the first attempt, from which on a provider may have the message.
// The message is empty if the validation has ended, expired or was deleted. begin fails with *PostponedError if the message has
// to wait.
func (s *Service) begin(ctx context.Context, job DeliverJob) (rollcall.Message, error) {
	var message rollcall.Message
	var wait *rollcall.PostponedError
	err := s.update(ctx, server(job.Dealer), func(ch *change) (err error) {
		message, wait, err = ch.prepare(job)
		return err
	})
	if errors.Is(err, errSuspended) {
		err = s.update(ctx, server(job.Dealer), func(ch *change) error {
			return ch.cancelQueued(job.Dealer, job.Validation, canceledSuspended)
		})
	}
	if err == nil && wait != nil {
		err = wait
	}
	return message, err
}

// errSuspended is the error of prepare for a suspended site.
var errSuspended = errors.New("the site is suspended")

// cancelQueued cancels a validation whose message was not sent.
func (ch *change) cancelQueued(dealer rollcall.DealerID, id rollcall.ValidationID, reason cancelReason) error {
	c, v, err := ch.lockValidationByID(dealer, id)
	if rollcall.KindOf(err) == rollcall.ValidationNotFound {
		return nil
	}
	if err != nil || v.Status != rollcall.ValidationQueued {
		return err
	}
	if err := ch.cancel(&v, reason); err != nil {
		return err
	}
	return ch.changeState(audit.ValidationCanceled, &v, &c, unanswered(stateOf(&c, &v)))
}

// prepare returns the message to send and records the attempt, or returns why the message has to wait. The message is empty if
// there is nothing to send.
func (ch *change) prepare(job DeliverJob) (rollcall.Message, *rollcall.PostponedError, error) {
	none := rollcall.Message{}
	v, err := ch.tx.LockValidation(ch.ctx, job.Dealer, job.Validation)
	if rollcall.KindOf(err) == rollcall.ValidationNotFound {
		return none, nil, nil
	}
	if err != nil || v.Status != rollcall.ValidationQueued || !ch.now().Before(v.Expires) {
		return none, nil, err
	}
	dealer, err := displayedDealer(ch.ctx, ch.tx, v.Dealer)
	if err != nil {
		return none, nil, err
	}
	site, err := ch.tx.Site(ch.ctx, v.Dealer, rollcall.SiteRef{ID: v.Site})
	if err == nil && site.Status == rollcall.SiteSuspended {
		err = errSuspended
	}
	if err != nil {
		return none, nil, err
	}
	set, err := ch.tx.Settings(ch.ctx, v.Dealer)
	if err != nil {
		return none, nil, err
	}
	wait, err := ch.countOrWait(&set, &site, &v)
	if err != nil {
		return none, nil, err
	}
	if wait != nil {
		v.NotBefore = ch.now().Add(wait.After)
		return none, wait, ch.tx.UpdateValidation(ch.ctx, v)
	}
	c, err := ch.tx.Contact(ch.ctx, v.Dealer, rollcall.ContactRef{Site: rollcall.SiteRef{ID: v.Site}, ID: v.Contact})
	if err != nil {
		return none, nil, err
	}
	ch.setLinks(&v)
	if err := ch.nameSites(&v, &c, &site, &dealer); err != nil {
		return none, nil, err
	}
	message := ch.compose(&v, &c, &site, &dealer)
	if v.Attempted.IsZero() {
		v.Attempted = ch.now()
	}
	return message, nil, ch.tx.UpdateValidation(ch.ctx, v)
}

// countOrWait counts a message that is about to be sent, or returns why and how long it has to wait.
func (ch *change) countOrWait(set *rollcall.Settings, site *rollcall.Site, v *rollcall.Validation) (*rollcall.PostponedError, error) {
	if wait := ch.quietHours(set, site); wait != nil {
		return wait, nil
	}
	if wait, err := ch.pausedRollCall(v); wait != nil || err != nil {
		return wait, err
	}
	return ch.countOrPostpone(set, v)
}

// deliveryError returns the error of a message that was not accepted, nil for one that was.
func deliveryError(sendErr error) *rollcall.DeliveryError {
	if sendErr == nil {
		return nil
	}
	var u *rollcall.DeliveryError
	if errors.As(sendErr, &u) {
		return u
	}
	return &rollcall.DeliveryError{Outcome: rollcall.OutcomeRetry, Code: "unknown", Reason: "the provider sent an unexpected response", MaybeSent: true}
}

// recordSent records that a provider accepted a message. The contact does not change.
func (ch *change) recordSent(job DeliverJob, receipt rollcall.Receipt) error {
	v, err := ch.tx.LockValidation(ch.ctx, job.Dealer, job.Validation)
	if rollcall.KindOf(err) == rollcall.ValidationNotFound {
		return nil
	}
	if err != nil || !v.Sent.IsZero() { // reported already
		return err
	}
	caller := server(v.Dealer)
	queued := v.Status == rollcall.ValidationQueued // not answered or canceled
	v.Sent, v.Provider, v.Ref = ch.now(), receipt.Provider, receipt.Ref
	if queued {
		v.Attempts++
		v.Status = rollcall.ValidationSent
	}
	if err := ch.tx.UpdateValidation(ch.ctx, v); err != nil {
		return err
	}
	if err := ch.as(caller).addEvent(&v, rollcall.ValidationEvent{What: rollcall.EventSent, At: v.Sent}); err != nil || !queued {
		return err
	}
	line := audit.Line{Site: v.Site, Action: audit.ValidationSent, Contact: v.Contact, Subject: string(v.ID), Point: v.Point}
	return ch.as(caller).record(line, nil)
}

// recordRefused records that a provider refused a message, for now or permanently.
func (ch *change) recordRefused(job DeliverJob, u *rollcall.DeliveryError) error {
	c, v, err := ch.lockValidationByID(job.Dealer, job.Validation)
	if err != nil {
		if rollcall.KindOf(err) == rollcall.ValidationNotFound {
			return nil
		}
		return err
	}
	if !u.MaybeSent {
		if err := ch.uncount(&v); err != nil {
			return err
		}
	}
	if v.Status != rollcall.ValidationQueued { // answered, canceled or reported already
		return ch.tx.UpdateValidation(ch.ctx, v)
	}
	v.Attempts++
	if u.Permanent() {
		return ch.failed(&c, &v, u)
	}
	if err := ch.tx.UpdateValidation(ch.ctx, v); err != nil {
		return err
	}
	return ch.as(server(v.Dealer)).addEvent(&v, rollcall.ValidationEvent{What: rollcall.EventAttemptFailed, Code: u.Code, Reason: u.Reason})
}

// failed records that a message was refused permanently. Only OutcomeUnreachable makes the contact point undeliverable.
func (ch *change) failed(c *rollcall.Contact, v *rollcall.Validation, u *rollcall.DeliveryError) error {
	if u.Permanent() { // a call that nobody answered has reached the phone and stays counted
		if err := ch.uncount(v); err != nil {
			return err
		}
	}
	v.Status, v.Failure = rollcall.ValidationFailing, rollcall.Failure{Code: u.Code, Message: u.Reason}
	state := stateOf(c, v)
	switch {
	case u.Outcome == rollcall.OutcomeUnreachable && u.Code == codeOptedOut:
		return ch.recordOptedOut(c, v, u)
	case u.Outcome == rollcall.OutcomeUnreachable && state.Status != rollcall.PointOptedOut:
		state = state.With(rollcall.PointUndeliverable, v.Method)
	default:
		state = unanswered(state)
	}
	if v.Method == rollcall.Call && u.Code == rollcall.CodeNotInService {
		state.NotInService = true
	}
	return ch.delivered(c, v, "validation.failed", rollcall.ValidationEvent{Code: u.Code, Reason: u.Reason}, state)
}

// delivered records the new status of a validation, in its timeline, on the contact and in the audit.
func (ch *change) delivered(c *rollcall.Contact, v *rollcall.Validation, action string, e rollcall.ValidationEvent, state rollcall.PointState) error {
	caller := server(v.Dealer)
	if err := ch.tx.UpdateValidation(ch.ctx, *v); err != nil {
		return err
	}
	if err := ch.as(caller).addEvent(v, e); err != nil {
		return err
	}
	return ch.as(caller).changeState(action, v, c, state)
}

// RecordReport records a provider's later report on a message. It ignores a report that is late, about another message, or about
// a validation or contact that does not exist.
func (s *Service) RecordReport(ctx context.Context, dealer rollcall.DealerID, id rollcall.ValidationID, report rollcall.DeliveryReport) error {
	var recorded *rollcall.Validation
	err := s.update(ctx, server(dealer), func(ch *change) error {
		recorded = nil
		c, v, err := ch.lockValidationByID(dealer, id)
		if err != nil || !accepts(&v, report) {
			return err
		}
		recorded = &v
		return ch.recordReport(&c, v, report)
	})
	if err != nil && rollcall.KindOf(err) == rollcall.ValidationNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	s.waiters.wake(id)
	if recorded != nil && s.opts.OnReport != nil {
		s.opts.OnReport(rollcall.Message{Dealer: dealer, Validation: id, Method: recorded.Method, To: recorded.To, Words: words(recorded)}, report)
	}
	return nil
}

// accepts reports whether a report is about the message of v, which is still open.
func accepts(v *rollcall.Validation, report rollcall.DeliveryReport) bool {
	open := v.Status == rollcall.ValidationSent || v.Status == rollcall.ValidationQueued
	return open && (v.Ref == "" || report.Ref == "" || v.Ref == report.Ref)
}

func (ch *change) recordReport(c *rollcall.Contact, v rollcall.Validation, report rollcall.DeliveryReport) error {
	at := report.At
	if at.IsZero() || at.After(ch.now()) {
		at = ch.now()
	}
	if v.Sent.IsZero() { // the report came before the provider's response was recorded
		v.Sent, v.Provider, v.Ref = ch.now(), report.Provider, report.Ref
		if err := ch.as(server(v.Dealer)).addEvent(&v, rollcall.ValidationEvent{What: rollcall.EventSent, At: v.Sent}); err != nil {
			return err
		}
	}
	if report.Failure != nil {
		return ch.failed(c, &v, report.Failure)
	}
	v.Status, v.Delivered = rollcall.ValidationDelivered, later(v.Sent, at)
	state := stateOf(c, &v)
	state.NotInService = false
	return ch.delivered(c, &v, "validation.delivered", rollcall.ValidationEvent{At: v.Delivered}, state)
}

// later returns the later of two times, since a provider's clock may be wrong.
func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b.UTC().Truncate(time.Microsecond)
}
