package service

import (
	"context"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
	"example.org/rollcall/internal/rollcall/phone"
)

// validationReader reads validations and the queue of their messages.
type validationReader interface {
	// Validation returns a validation: ValidationNotFound.
	Validation(ctx context.Context, dealer rollcall.DealerID, id rollcall.ValidationID) (rollcall.Validation, error)
	// ValidationByLink returns the validation whose LinkHash this is, of whatever dealer: ValidationNotFound.
	ValidationByLink(ctx context.Context, hash rollcall.Hash) (rollcall.Validation, error)
	// ValidationByUnsubscribe does the same for UnsubscribeHash.
	ValidationByUnsubscribe(ctx context.Context, hash rollcall.Hash) (rollcall.Validation, error)
	// Validations returns the page of the contact's validations, in the order in which they were made, and how many there
	// are in all: SiteNotFound, ContactNotFound.
	Validations(ctx context.Context, dealer rollcall.DealerID, ref rollcall.ContactRef, page Page) ([]rollcall.Validation, int, error)
	// ValidationsOf returns the validations of a contact, deleted or not, the oldest first.
	ValidationsOf(ctx context.Context, c rollcall.Contact) ([]rollcall.Validation, error)
	// DueValidations returns the open validations of all dealers whose time is up, limit at most, ordered by when it was up, dealer
	// and validation, beginning behind after.
	DueValidations(ctx context.Context, now time.Time, after Due, limit int) ([]Due, error)
	// AgedContacts returns the contacts of all dealers whose contact point was confirmed longer ago than their dealer's settings
	// say, or days where it has none, and is not stale yet, limit at most, ordered by dealer, when they were confirmed, site and
	// place, beginning behind after.
	AgedContacts(ctx context.Context, p rollcall.Point, now time.Time, days int, after Due, limit int) ([]Due, error)
}

// validationWriter changes validations and the queue of their messages in a transaction.
type validationWriter interface {
	// InsertValidation adds a validation: ContactNotFound. A contact point has one open live validation and one open test
	// validation at most.
	InsertValidation(ctx context.Context, v rollcall.Validation) error
	// LockValidation returns a validation: ValidationNotFound.
	LockValidation(ctx context.Context, dealer rollcall.DealerID, id rollcall.ValidationID) (rollcall.Validation, error)
	// UpdateValidation replaces a validation by its ID: ValidationNotFound.
	UpdateValidation(ctx context.Context, v rollcall.Validation) error
	// OpenValidation returns the open validation of a contact point, live or test: ValidationNotFound.
	OpenValidation(ctx context.Context, c rollcall.Contact, p rollcall.Point, test bool) (rollcall.Validation, error)
	// OpenValidationsTo returns the open validations by SMS to a number, of every dealer, but for those that reach nobody
	// because a test key asked for them, limit at most.
	OpenValidationsTo(ctx context.Context, number string, limit int) ([]rollcall.Validation, error)
	// UnexpiredValidationsTo returns what OpenValidationsTo does, and those that are answered, canceled or failed as well, as long
	// as their time is not up.
	UnexpiredValidationsTo(ctx context.Context, number string, now time.Time, limit int) ([]rollcall.Validation, error)
	// CountQueuedValidations returns how many live or test messages of the dealer are queued, most at most.
	CountQueuedValidations(ctx context.Context, dealer rollcall.DealerID, test bool, most int) (int, error)
	// CancelValidations cancels the open validations of a contact point, live and test, and returns which those were.
	CancelValidations(ctx context.Context, c rollcall.Contact, p rollcall.Point) ([]rollcall.ValidationID, error)
	// Enqueue has the job run, by some process, once the transaction is committed and its NotBefore has come.
	Enqueue(ctx context.Context, j DeliverJob) error
}

// SendValidation sends the contact a message, to find out whether they can be reached: SiteNotFound, ContactNotFound,
// ValidationFailed, OptedOut, Declined, DeliveryNotConfigured, RateLimited. An open validation of the same contact point is
// canceled; that of a test key cancels none but a test validation, and changes nothing of the contact. It returns the
// validation once the provider took the message or refused it; where that is not known within the time that a request may
// wait, or it must wait for the end of quiet hours or for room under a limit, its Status is still ValidationQueued, and
// delivery goes on.
func (s *Service) SendValidation(ctx context.Context, caller Caller, ref rollcall.ContactRef, in rollcall.ValidationInput) (rollcall.Validation, error) {
	if err := in.Check(); err != nil {
		if _, notFound := s.store.Contact(ctx, caller.Dealer, ref); notFound != nil {
			return rollcall.Validation{}, notFound
		}
		return rollcall.Validation{}, err
	}
	v := rollcall.Validation{Dealer: caller.Dealer, ID: rollcall.NewValidationID(), Test: caller.Test, Status: rollcall.ValidationQueued}
	tried, leave, waits := s.waiters.enter(v.ID)
	if waits {
		defer leave()
	}
	err := s.change(ctx, caller, func(ch *change) error {
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

func (ch *change) queueValidation(v *rollcall.Validation, ref rollcall.ContactRef, in rollcall.ValidationInput) error {
	c, err := ch.tx.LockContact(ch.ctx, v.Dealer, ref)
	if err != nil {
		return err
	}
	route, err := ch.chooseMethod(v, &c, in)
	if err != nil {
		return err
	}
	if v.To, err = ch.destination(v.Method, &c, route); err != nil {
		return err
	}
	v.Site, v.Contact, v.ContactSeq = c.Site, c.ID, c.Seq
	v.Text = in.Message.Value
	ch.setLinks(v)
	if err := ch.checkLength(v); err != nil {
		return err
	}
	v.Created = ch.now()
	set, err := ch.tx.Settings(ch.ctx, v.Dealer)
	if err != nil {
		return err
	}
	if set.Quiet.IsSet() {
		site, err := ch.tx.Site(ch.ctx, v.Dealer, rollcall.SiteRef{ID: v.Site})
		if err != nil {
			return err
		}
		v.NotBefore = ch.quietUntil(&set, &site)
	}
	v.Expires = later(v.Created, v.NotBefore).Add(rollcall.ValidationLife)
	if err := ch.applySuppressions(&c, v.Point()); err != nil {
		return err
	}
	if err := checkConsent(&c, v.Point()); err != nil {
		return err
	}
	if err := ch.checkSending(&set, v); err != nil {
		return err
	}
	if err := ch.cancelOlder(&c, v, canceledReplaced); err != nil {
		return err
	}
	if err := ch.tx.InsertValidation(ch.ctx, *v); err != nil {
		return err
	}
	if err := ch.addEvent(v, rollcall.ValidationEvent{At: v.Created}); err != nil {
		return err
	}
	state := *c.State(v.Point())
	if !state.Status.Proven() { // what was confirmed counts until something else is known
		state = rollcall.PointState{Status: rollcall.PointPending, Method: v.Method}
	}
	if err := ch.changeState("validation.requested", v, &c, state); err != nil {
		return err
	}
	queued, err := ch.tx.CountQueuedValidations(ch.ctx, v.Dealer, v.Test, queuedMost)
	if err != nil {
		return err
	}
	return ch.tx.Enqueue(ch.ctx, DeliverJob{
		Dealer: v.Dealer, Validation: v.ID, NotBefore: v.NotBefore, Provider: route.Provider, Priority: priority(queued),
	})
}

// queuedMost is how many queued messages of a dealer priority tells apart.
const queuedMost = 1001

// priority returns which of a provider's messages leave first, 1 before 4: those of a dealer that has few queued, this one
// included. So a dealer with thousands of messages does not hold up another dealer's one.
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

// changeState gives the contact point of v its new state, and writes the line that says why, with what else it should hold.
// A test validation changes no contact; its line says that it is one.
func (ch *change) changeState(action string, v *rollcall.Validation, c *rollcall.Contact, state rollcall.PointState, more ...audit.Change) error {
	before := *c
	if v.Test {
		state = *c.State(v.Point())
	}
	*c.State(v.Point()) = state
	if *c != before {
		c.StateVersion++
		if err := ch.tx.UpdateContact(ch.ctx, *c); err != nil {
			return err
		}
	}
	line := audit.Line{Site: v.Site, Action: action, Contact: v.Contact, Subject: string(v.ID)}
	changed := append(audit.ContactChanges(&before, c), more...)
	return ch.record(line, append(changed, testChange(v)...))
}

// testChange returns what lines of the audit say of a test validation; nil for a live one.
func testChange(v *rollcall.Validation) []audit.Change {
	if !v.Test {
		return nil
	}
	return audit.Added("test", "true")
}

// chooseMethod sets the method of v to the one that was asked for, else to SMS where there is a phone and the
// preferences allow it, else to e-mail, among those that can be carried to this contact.
func (s *Service) chooseMethod(v *rollcall.Validation, c *rollcall.Contact, in rollcall.ValidationInput) (rollcall.Route, error) {
	if in.Method.Set {
		v.Method = rollcall.Method(in.Method.Value)
		return s.route(v.Method, v.Test)
	}
	var first error
	for _, m := range []rollcall.Method{rollcall.SMS, rollcall.Email} {
		if m == rollcall.SMS && (c.Phone == "" || !c.Preferences.SMS) || m == rollcall.Email && c.Email == "" {
			continue
		}
		route, err := s.route(m, v.Test)
		if err == nil {
			_, err = s.destination(m, c, route)
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
		first = badMethod("the contact has no e-mail and wants no SMS; set method to sms or call, or add an e-mail")
	}
	return rollcall.Route{}, first
}

func badMethod(message string) error {
	return rollcall.InvalidField("method", rollcall.CodeInvalid, message)
}

func (s *Service) route(m rollcall.Method, test bool) (rollcall.Route, error) {
	if route, ok := s.delivery.Route(m, test); ok {
		return route, nil
	}
	return rollcall.Route{}, &rollcall.Error{
		Kind:    rollcall.DeliveryNotConfigured,
		Message: "this server cannot send by " + string(m) + "; its operator can choose a provider with --delivery (ROLLCALL_DELIVERY)",
	}
}

// destination returns where a message by the method goes: ValidationFailed where the contact has no such point, or the
// number cannot be dialled by the provider of the route, PremiumRate where whoever has the number would earn by it.
func (s *Service) destination(m rollcall.Method, c *rollcall.Contact, route rollcall.Route) (string, error) {
	switch {
	case m == rollcall.Email && c.Email == "":
		return "", badMethod("the contact has no e-mail; add one first")
	case m == rollcall.Email:
		return string(c.Email), nil
	case c.Phone == "":
		return "", badMethod("the contact has no phone; add one first")
	case !s.opts.AllowPremiumRate && c.PhoneCause == phone.PremiumRate:
		return "", &rollcall.Error{
			Kind: rollcall.PremiumRate, Field: "phone",
			Message: "phone: " + rollcall.PhoneAdvice(phone.PremiumRate),
		}
	case c.PhoneE164 != "":
		return string(c.PhoneE164), nil
	case route.AnyNumber:
		return c.Phone, nil
	}
	return "", rollcall.InvalidField("phone", rollcall.CodeNotDialable, rollcall.PhoneAdvice(c.PhoneCause))
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

// Timeline returns a validation of a contact, and what happened to it so far, in order: SiteNotFound, ContactNotFound,
// ValidationNotFound.
func (s *Service) Timeline(ctx context.Context, caller Caller, ref rollcall.ContactRef, id rollcall.ValidationID) (rollcall.Validation, []rollcall.ValidationEvent, error) {
	v, err := s.ContactValidation(ctx, caller, ref, id)
	if err != nil {
		return rollcall.Validation{}, nil, err
	}
	events, err := s.store.Timeline(ctx, caller.Dealer, id)
	return v, events, err
}

// ValidationQuery chooses validations of a contact for a caller. Its zero value chooses every one.
type ValidationQuery struct {
	Page    rollcall.Field[int]
	PerPage rollcall.Field[int]
}

const maxValidationsPerPage = 200

// Validations returns a page of the contact's validations, 50 unless the query says otherwise, in the order in which they
// were made, and how many there are in all: SiteNotFound, ContactNotFound, InvalidRequest.
func (s *Service) Validations(ctx context.Context, caller Caller, ref rollcall.ContactRef, q ValidationQuery) ([]rollcall.Validation, int, error) {
	if err := firstBadQuery(badCount("page", q.Page), badCount("per_page", q.PerPage)); err != nil {
		if _, notFound := s.store.Contact(ctx, caller.Dealer, ref); notFound != nil {
			return nil, 0, notFound
		}
		return nil, 0, err
	}
	return s.store.Validations(ctx, caller.Dealer, ref, page(q.Page.ValueOr(1), min(q.PerPage.ValueOr(50), maxValidationsPerPage)))
}

// CancelValidation ends an open validation of a contact, and one that is over stays as it is: SiteNotFound,
// ContactNotFound, ValidationNotFound, PermissionDenied where a test key asks it of a live one. A message that is out can
// still be answered.
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
		return ch.changeState("validation.canceled", &v, &c, unanswered(*c.State(v.Point())))
	})
	return v, err
}

// cancelQueuedSMS cancels the text message to a contact that is still queued, if there is one, since the contact no longer wants
// any.
func (ch *change) cancelQueuedSMS(c *rollcall.Contact) error {
	v, err := ch.tx.OpenValidation(ch.ctx, *c, rollcall.PhonePoint, false)
	if rollcall.KindOf(err) == rollcall.ValidationNotFound {
		return nil
	}
	if err != nil || v.Method != rollcall.SMS || v.Status != rollcall.ValidationQueued {
		return err
	}
	if state := unanswered(c.PhoneState); state != c.PhoneState {
		c.PhoneState = state
		c.StateVersion++
	}
	return ch.cancel(&v, canceledPreferences)
}

// unanswered returns the state of a contact point whose open validation has ended without an answer.
func unanswered(state rollcall.PointState) rollcall.PointState {
	if state.Status == rollcall.PointPending {
		return rollcall.PointState{Status: rollcall.PointUnconfirmed}
	}
	return state
}
