package service

import (
	"context"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
)

// validationReader reads validations and the queue of their messages.
type validationReader interface {
	// Validation returns a validation: ValidationNotFound.
	Validation(ctx context.Context, dealer rollcall.DealerID, id rollcall.ValidationID) (rollcall.Validation, error)
	// ValidationByLink returns the validation of any dealer with this LinkHash: ValidationNotFound.
	ValidationByLink(ctx context.Context, hash rollcall.Hash) (rollcall.Validation, error)
	// ValidationByUnsubscribe returns the validation of any dealer with this UnsubscribeHash: ValidationNotFound.
	ValidationByUnsubscribe(ctx context.Context, hash rollcall.Hash) (rollcall.Validation, error)
	// Validations returns the page of the contact's validations, in the order of creation, and how many there are on all pages:
	// SiteNotFound, ContactNotFound.
	Validations(ctx context.Context, dealer rollcall.DealerID, ref rollcall.ContactRef, page Page) ([]rollcall.Validation, int, error)
	// ValidationsOf returns the validations of a contact, soft-deleted or not, the oldest first.
	ValidationsOf(ctx context.Context, c rollcall.Contact) ([]rollcall.Validation, error)
	// DueValidations returns at most limit open validations of all dealers that have expired, in the order of expiry, dealer and
	// validation, starting behind after.
	DueValidations(ctx context.Context, now time.Time, after Due, limit int) ([]Due, error)
	// AgedContacts returns at most limit contacts of all dealers with a confirmation that is older than their dealer's settings
	// allow, or than days without settings, and is not stale yet, in the order of dealer, confirmation, site and place, starting
	// behind after. A contact comes once for each such confirmation.
	AgedContacts(ctx context.Context, now time.Time, days int, after Due, limit int) ([]Due, error)
}

// validationWriter changes validations and the queue of their messages in a transaction.
type validationWriter interface {
	// InsertValidation adds a validation: ContactNotFound. Each contact point has at most one open validation.
	InsertValidation(ctx context.Context, v rollcall.Validation) error
	// LockValidation returns a validation: ValidationNotFound.
	LockValidation(ctx context.Context, dealer rollcall.DealerID, id rollcall.ValidationID) (rollcall.Validation, error)
	// UpdateValidation replaces a validation by its ID: ValidationNotFound.
	UpdateValidation(ctx context.Context, v rollcall.Validation) error
	// OpenValidation returns the open validation of a contact point: ValidationNotFound.
	OpenValidation(ctx context.Context, c rollcall.Contact, p rollcall.PointID) (rollcall.Validation, error)
	// OpenValidationsTo returns at most limit open SMS validations of all dealers to a number, without sandboxes.
	OpenValidationsTo(ctx context.Context, number string, limit int) ([]rollcall.Validation, error)
	// UnexpiredValidationsTo is OpenValidationsTo plus ended validations whose link is still valid.
	UnexpiredValidationsTo(ctx context.Context, number string, now time.Time, limit int) ([]rollcall.Validation, error)
	// CountQueuedValidations returns how many messages of the dealer are queued, at most most.
	CountQueuedValidations(ctx context.Context, dealer rollcall.DealerID, most int) (int, error)
	// CancelValidations cancels the open validation of a contact point, and returns it.
	CancelValidations(ctx context.Context, c rollcall.Contact, p rollcall.PointID) ([]rollcall.Validation, error)
	// Enqueue makes some process run the job after the commit, at NotBefore.
	Enqueue(ctx context.Context, j DeliverJob) error
}

// SendValidation sends the contact a message that asks whether they can be reached: SiteNotFound, ContactNotFound,
// ValidationFailed, PremiumRate, OptedOut, Declined, DeliveryNotConfigured, RateLimited. It replaces an open validation of the same
// contact point. SendValidation returns after the first attempt. If that takes longer than Options.Wait, or the message has to wait
// for quiet hours or a limit, the status is still ValidationQueued and delivery continues.
func (s *Service) SendValidation(ctx context.Context, caller Caller, ref rollcall.ContactRef, in rollcall.ValidationInput) (rollcall.Validation, error) {
	if err := in.Check(); err != nil {
		if _, notFound := s.store.Contact(ctx, caller.Dealer, ref); notFound != nil {
			return rollcall.Validation{}, notFound
		}
		return rollcall.Validation{}, err
	}
	asked := rollcall.Validation{Dealer: caller.Dealer, ID: rollcall.NewValidationID(), Status: rollcall.ValidationQueued}
	v := asked
	tried, leave, waits := s.waiters.enter(v.ID)
	if waits {
		defer leave()
	}
	err := s.change(ctx, caller, func(ch *change) error {
		v = asked // as the transaction may run again
		if err := ch.queueValidation(&v, ref, in); err != nil {
			return err
		}
		ch.respondValidation(&v)
		return nil
	})
	if err != nil || !waits || !v.NotBefore.IsZero() {
		return v, err
	}
	return s.outcome(ctx, v, tried)
}

// queueValidation completes v, inserts it in place of an open one, and queues its message.
func (ch *change) queueValidation(v *rollcall.Validation, ref rollcall.ContactRef, in rollcall.ValidationInput) error {
	c, err := ch.tx.LockContact(ch.ctx, v.Dealer, ref)
	if err != nil {
		return err
	}
	p, route, err := ch.address(v, &c, in)
	if err != nil {
		return err
	}
	set, err := ch.schedule(v)
	if err != nil {
		return err
	}
	if err := ch.applySuppressionsTo(c.Dealer, p); err != nil {
		return err
	}
	if err := checkConsent(p); err != nil {
		return err
	}
	if err := ch.checkLimits(&set, v, c.FieldOf(p)); err != nil {
		return err
	}
	return ch.insertQueued(v, &c, p, route)
}

// insertQueued inserts v in place of an open one, and queues its message.
func (ch *change) insertQueued(v *rollcall.Validation, c *rollcall.Contact, p *rollcall.Point, route rollcall.Route) error {
	if err := ch.cancelOlder(c, v, canceledReplaced); err != nil {
		return err
	}
	if err := ch.tx.InsertValidation(ch.ctx, *v); err != nil {
		return err
	}
	if err := ch.addEvent(v, rollcall.ValidationEvent{At: v.Created}); err != nil {
		return err
	}
	state := p.State
	if !state.Status.Proven() { // a confirmation stays while the person is asked again
		state = state.With(rollcall.PointPending, v.Method)
	}
	if err := ch.changeState("validation.requested", v, c, state); err != nil {
		return err
	}
	return ch.enqueue(v, route)
}

// address sets the contact, contact point, method, text and links of v, and returns the contact point and the route:
// ValidationFailed, PremiumRate, DeliveryNotConfigured.
func (ch *change) address(v *rollcall.Validation, c *rollcall.Contact, in rollcall.ValidationInput) (*rollcall.Point, rollcall.Route, error) {
	to, route, err := ch.chooseWay(c, in)
	if err != nil {
		return nil, route, err
	}
	v.Site, v.Contact, v.ContactSeq = c.Site, c.ID, c.Seq
	v.Point, v.Kind, v.Method = to.point.ID, to.point.Kind, to.method
	v.To, v.Extension = to.point.Dial(), to.point.Extension
	v.Text = in.Message.Value
	ch.setLinks(v)
	return to.point, route, ch.checkLength(v, c)
}

// schedule sets when v is created, sent and expires, and returns the settings of the dealer.
func (ch *change) schedule(v *rollcall.Validation) (rollcall.Settings, error) {
	v.Created = ch.now()
	set, err := ch.tx.Settings(ch.ctx, v.Dealer)
	if err != nil {
		return set, err
	}
	if v.NotBefore, err = ch.notBefore(&set, v); err != nil {
		return set, err
	}
	v.Expires = later(v.Created, v.NotBefore).Add(rollcall.ValidationLife)
	return set, nil
}

// enqueue adds the job that sends the message of v.
func (ch *change) enqueue(v *rollcall.Validation, route rollcall.Route) error {
	queued, err := ch.tx.CountQueuedValidations(ch.ctx, v.Dealer, queuedMax)
	if err != nil {
		return err
	}
	return ch.tx.Enqueue(ch.ctx, DeliverJob{
		Dealer: v.Dealer, Validation: v.ID, NotBefore: v.NotBefore, Provider: route.Provider, Priority: priority(queued),
	})
}

// queuedMax is the number of queued messages from which the priority no longer changes.
const queuedMax = 1001

// priority returns the priority of a message, 1 before 4, by how many messages of its dealer are queued. So a dealer with
// thousands of messages does not delay others.
func priority(queued int) int {
	switch {
	case queued <= 10:
		return 1
	case queued <= 100:
		return 2
	case queued <= 1000:
		return 3
	}
	return 4
}

// stateOf returns the state of the contact point of v, that of an unknown one if the contact no longer has it.
func stateOf(c *rollcall.Contact, v *rollcall.Validation) rollcall.PointState {
	if p := c.PointOf(v); p != nil {
		return p.State
	}
	return rollcall.PointState{Status: rollcall.PointUnconfirmed}
}

// changeState sets the state of the contact point of v, and writes the audit line with more changes.
func (ch *change) changeState(action string, v *rollcall.Validation, c *rollcall.Contact, state rollcall.PointState, more ...audit.Change) error {
	before := c.Clone()
	if p := c.PointOf(v); p != nil {
		p.State = state
	}
	if !c.Equal(&before) {
		c.StateVersion++
		if err := ch.tx.UpdateContact(ch.ctx, before, *c); err != nil {
			return err
		}
		ch.siteChanged(c.Site)
		ch.contactTouched(c.Dealer, c.Site, c.ID)
	}
	line := audit.Line{Site: v.Site, Action: action, Contact: v.Contact, Subject: string(v.ID), Point: v.Point}
	return ch.record(line, append(audit.ContactChanges(&before, c), more...))
}

// Validation returns a validation: ValidationNotFound.
func (s *Service) Validation(ctx context.Context, caller Caller, id rollcall.ValidationID) (rollcall.Validation, error) {
	return s.store.Validation(ctx, caller.Dealer, id)
}

// ContactValidation returns a validation of a contact: SiteNotFound, ContactNotFound, ValidationNotFound.
func (s *Service) ContactValidation(ctx context.Context, caller Caller, ref rollcall.ContactRef, id rollcall.ValidationID) (rollcall.Validation, error) {
	c, err := s.store.Contact(ctx, caller.Dealer, ref)
	if err != nil {
		return rollcall.Validation{}, err
	}
	v, err := s.store.Validation(ctx, caller.Dealer, id)
	if err == nil && !v.BelongsTo(&c) {
		err = validationNotFound()
	}
	if err != nil {
		return rollcall.Validation{}, err
	}
	return v, nil
}

// Timeline returns a validation of a contact and its events, in order: SiteNotFound, ContactNotFound, ValidationNotFound.
func (s *Service) Timeline(ctx context.Context, caller Caller, ref rollcall.ContactRef, id rollcall.ValidationID) (rollcall.Validation, []rollcall.ValidationEvent, error) {
	v, err := s.ContactValidation(ctx, caller, ref, id)
	if err != nil {
		return rollcall.Validation{}, nil, err
	}
	events, err := s.store.Timeline(ctx, caller.Dealer, id)
	return v, events, err
}

// ValidationQuery selects validations of a contact for a caller. The zero value selects the first 50.
type ValidationQuery struct {
	Page    rollcall.Field[int]
	PerPage rollcall.Field[int]
}

const maxValidationsPerPage = 200

// Validations returns a page of the contact's validations, in the order of creation, and how many there are on all pages:
// SiteNotFound, ContactNotFound, InvalidRequest.
func (s *Service) Validations(ctx context.Context, caller Caller, ref rollcall.ContactRef, q ValidationQuery) ([]rollcall.Validation, int, error) {
	if err := firstBadQuery(badCount("page", q.Page), badCount("per_page", q.PerPage)); err != nil {
		if _, notFound := s.store.Contact(ctx, caller.Dealer, ref); notFound != nil {
			return nil, 0, notFound
		}
		return nil, 0, err
	}
	return s.store.Validations(ctx, caller.Dealer, ref, page(q.Page.ValueOr(1), min(q.PerPage.ValueOr(50), maxValidationsPerPage)))
}

// CancelValidation cancels an open validation of a contact, and leaves an ended one as it is: SiteNotFound, ContactNotFound,
// ValidationNotFound. A message that was sent can still be answered.
func (s *Service) CancelValidation(ctx context.Context, caller Caller, ref rollcall.ContactRef, id rollcall.ValidationID) (rollcall.Validation, error) {
	var v rollcall.Validation
	err := s.change(ctx, caller, func(ch *change) (err error) {
		var c rollcall.Contact
		if c, v, err = ch.lockContactValidation(ref, id); err != nil {
			return err
		}
		ch.respondValidation(&v)
		if !v.Status.Open() {
			return nil
		}
		if err := ch.cancel(&v, canceledByRequest); err != nil {
			return err
		}
		return ch.changeState(audit.ValidationCanceled, &v, &c, unanswered(stateOf(&c, &v)))
	})
	return v, err
}

// cancelQueuedSMS cancels the contact's queued text messages, because the contact no longer wants any.
func (ch *change) cancelQueuedSMS(c *rollcall.Contact) error {
	for i := range c.Points {
		p := &c.Points[i]
		if p.Kind != rollcall.PhonePoint {
			continue
		}
		v, err := ch.tx.OpenValidation(ch.ctx, *c, p.ID)
		if rollcall.KindOf(err) == rollcall.ValidationNotFound {
			continue
		}
		if err != nil {
			return err
		}
		if v.Method != rollcall.SMS || v.Status != rollcall.ValidationQueued {
			continue
		}
		if state := unanswered(p.State); state != p.State {
			p.State = state
			c.StateVersion++
		}
		if err := ch.cancelWith(c, &v, canceledPreferences); err != nil {
			return err
		}
	}
	return nil
}

// unanswered returns the state of a contact point whose open validation ended without an answer.
func unanswered(state rollcall.PointState) rollcall.PointState {
	if state.Status == rollcall.PointPending {
		return state.With(rollcall.PointUnconfirmed, "")
	}
	return state
}
