package rollcall

import (
	"context"
	"errors"
	"slices"
	"time"
)

// attempt is one try to deliver a validation.
type attempt struct {
	job     DeliverJob
	message Message      // empty: there is nothing left to send
	wait    *Undelivered // why it is to wait; nil: it need not
	receipt Receipt
}

// attemptsAtOnce is how many changes of many attempts are made at once, where the engine can.
const attemptsAtOnce = 4

// DeliverValidation hands the message of a queued validation to its provider and records what came of it. It returns nil
// where nothing is left to do, and otherwise *Undelivered or the error of the store: call it again later then. Calling it
// twice at once, or again after a crash, sends the same message again at worst.
func (s *Service) DeliverValidation(ctx context.Context, job DeliverJob) error {
	a := &attempt{job: job}
	if err := s.beginning.do(ctx, a); err != nil {
		return err
	}
	if a.wait != nil {
		s.waiting.tell(job.Validation)
		return a.wait
	}
	if a.message.Validation == "" {
		return nil
	}
	var sendErr, err error
	a.receipt, sendErr = s.delivery.Send(ctx, a.message)
	refused := undelivered(sendErr)
	if refused == nil {
		err = s.sent.do(context.WithoutCancel(ctx), a)
	} else {
		err = s.store.Update(context.WithoutCancel(ctx), func(ctx context.Context, tx Tx) error {
			return s.recordRefused(ctx, tx, job, refused)
		})
	}
	s.waiting.tell(job.Validation)
	if err != nil {
		return err
	}
	if refused != nil && refused.Outcome != Never {
		return refused
	}
	return nil
}

// begin notes that attempts begin, so that the one after a crash knows since when a provider may have a message, and gives
// each its message. That is empty where there is nothing left to send: the validation is done or gone, or the sweep will
// expire it.
func (s *Service) begin(ctx context.Context, attempts []*attempt) error {
	byDealer := groupBy(attempts, func(a *attempt) DealerID { return a.job.Dealer })
	return s.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		for _, a := range attempts {
			a.message, a.wait = Message{}, nil // of a change that is made again
		}
		for _, dealer := range inOrder(byDealer) {
			if err := s.beginOf(ctx, tx, dealer, byDealer[dealer]); err != nil {
				return err
			}
		}
		return nil
	})
}

// beginOf is begin for the attempts of one dealer.
func (s *Service) beginOf(ctx context.Context, tx Tx, dealer DealerID, attempts []*attempt) error {
	validations, err := tx.LockValidations(ctx, dealer, jobsOf(attempts))
	if err != nil || len(validations) == 0 {
		return err
	}
	dealerNow, sites, err := whereAllAsked(ctx, tx, dealer, validations)
	if err != nil {
		return err
	}
	set, err := tx.Settings(ctx, dealer)
	if err != nil {
		return err
	}
	var first []ValidationID
	for _, a := range attempts {
		v, ok := validations[a.job.Validation]
		if !ok || v.Status != ValidationQueued || !s.now().Before(v.Expires) {
			continue
		}
		site := sites[v.Site]
		waits := s.waitForMorning(a, &v, &set, &site)
		if a.wait == nil {
			a.message = s.compose(&v, &site, &dealerNow)
			if v.Attempted.IsZero() {
				first = append(first, v.ID)
			}
		}
		if waits {
			if err := tx.UpdateValidation(ctx, v); err != nil {
				return err
			}
		}
	}
	return tx.MarkAttempted(ctx, dealer, first, s.now())
}

// jobsOf returns the validations of attempts, each once.
func jobsOf(attempts []*attempt) []ValidationID {
	ids := make([]ValidationID, len(attempts))
	for i, a := range attempts {
		ids[i] = a.job.Validation
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// whereAllAsked returns the dealer of validations, by the name that people see, and their sites.
func whereAllAsked(ctx context.Context, tx Tx, dealer DealerID, validations map[ValidationID]Validation) (Dealer, map[SiteID]Site, error) {
	shown, err := shownDealer(ctx, tx, dealer)
	if err != nil {
		return Dealer{}, nil, err
	}
	ids := map[SiteID]bool{}
	for _, v := range validations {
		ids[v.Site] = true
	}
	sites, err := tx.SitesNamed(ctx, dealer, inOrder(ids))
	return shown, sites, err
}

// waitForMorning sets a.wait where a message would disturb somebody now, also one that is tried again, and reports whether
// that changed v.
func (s *Service) waitForMorning(a *attempt, v *Validation, set *Settings, site *Site) (changed bool) {
	now := s.now()
	at := set.Quiet.after(now, s.place(set.Quiet, site.Timezone))
	if !at.After(now) {
		return false
	}
	a.wait = &Undelivered{Outcome: Later, Code: "quiet_hours", Reason: "it waits for the end of quiet hours", RetryAfter: at.Sub(now)}
	changed = !at.Equal(v.NotBefore)
	v.NotBefore = at
	return changed
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

// recordSent records that providers took messages.
func (s *Service) recordSent(ctx context.Context, attempts []*attempt) error {
	byDealer := groupBy(attempts, func(a *attempt) DealerID { return a.job.Dealer })
	return s.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		for _, dealer := range inOrder(byDealer) {
			if err := s.recordSentOf(ctx, tx, dealer, byDealer[dealer]); err != nil {
				return err
			}
		}
		return nil
	})
}

// recordSentOf is recordSent for the messages of one dealer. Contacts stay as they are.
func (s *Service) recordSentOf(ctx context.Context, tx Tx, dealer DealerID, attempts []*attempt) error {
	validations, err := tx.LockValidations(ctx, dealer, jobsOf(attempts))
	if err != nil {
		return err
	}
	who, now := server(dealer), s.now()
	var told []ValidationID
	alike := map[string][]ValidationID{} // by their provider
	lines := map[SiteID][]AuditLine{}
	for _, a := range attempts {
		v, ok := validations[a.job.Validation]
		if !ok || !v.Sent.IsZero() { // gone, or reported meanwhile
			continue
		}
		queued := v.Status == ValidationQueued // and not answered or canceled meanwhile
		v.Sent, v.Provider, v.Ref = now, a.receipt.Provider, a.receipt.Ref
		if queued {
			v.Attempts++
			v.Status = ValidationSent
			line := AuditLine{Site: v.Site, Action: "validation.sent", Contact: v.Contact, Subject: string(v.ID)}
			lines[v.Site] = append(lines[v.Site], line)
		}
		validations[v.ID], told = v, append(told, v.ID) // another attempt of the same finds it sent
		if queued && v.Ref == "" {
			alike[v.Provider] = append(alike[v.Provider], v.ID)
		} else if err := tx.UpdateValidation(ctx, v); err != nil {
			return err
		}
	}
	for _, provider := range inOrder(alike) {
		if err := tx.MarkSent(ctx, dealer, alike[provider], provider, now); err != nil {
			return err
		}
	}
	sent := ValidationEvent{Dealer: dealer, What: EventSent, At: now, Actor: who.actor()}
	if err := tx.InsertEvents(ctx, sent, told); err != nil {
		return err
	}
	return s.recordAll(ctx, tx, who, lines)
}

// recordRefused records that a provider did not take a message, for now or for good.
func (s *Service) recordRefused(ctx context.Context, tx Tx, job DeliverJob, u *Undelivered) error {
	c, v, err := s.answerable(ctx, tx, job.Dealer, job.Validation)
	if err != nil {
		if KindOf(err) == ValidationNotFound {
			return nil
		}
		return err
	}
	if v.Status != ValidationQueued { // answered, canceled or reported meanwhile
		return nil
	}
	v.Attempts++
	if u.Outcome == Never {
		return s.failed(ctx, tx, &c, &v, u)
	}
	if err := tx.UpdateValidation(ctx, v); err != nil {
		return err
	}
	return s.note(ctx, tx, server(v.Dealer), &v, ValidationEvent{What: EventAttemptFailed, Code: u.Code, Reason: u.Reason})
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
