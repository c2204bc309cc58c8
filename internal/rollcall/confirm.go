package rollcall

import (
	"context"
	"time"

	"example.org/rollcall/internal/rollcall/mail"
	"example.org/rollcall/internal/rollcall/phone"
)

// value returns what a message to the contact point goes to; empty where there is none.
func (c *Contact) value(p Point) string {
	switch {
	case p == EmailPoint:
		return string(c.Email)
	case c.PhoneE164 != "":
		return string(c.PhoneE164)
	}
	return c.Phone
}

// has reports whether the value, in any spelling, is the value of the contact point.
func (c *Contact) has(p Point, value string) bool { return samePoint(p, c.value(p), value) }

// samePoint reports whether two values are spellings of one number or mailbox.
func samePoint(p Point, a, b string) bool {
	return a == b || a != "" && b != "" && pointKey(p, a) == pointKey(p, b)
}

// pointKey returns what all spellings of a contact point's value share.
func pointKey(p Point, value string) string {
	if p == EmailPoint {
		return mail.Key(value)
	}
	return phone.Key(value)
}

// answerable locks the contact of a validation, then the validation: ValidationNotFound where either is gone.
func (s *Service) answerable(ctx context.Context, tx Tx, dealer DealerID, id ValidationID) (c Contact, v Validation, err error) {
	if v, err = tx.Validation(ctx, dealer, id); err != nil {
		return c, v, err
	}
	c, err = tx.LockContact(ctx, dealer, ContactRef{Site: SiteRef{ID: v.Site}, ID: v.Contact})
	switch kind := KindOf(err); {
	case err == nil && c.Seq != v.ContactSeq: // another one that was given the identifier later
		return c, v, validationGone()
	case err != nil && (kind == ContactNotFound || kind == SiteNotFound):
		return c, v, validationGone()
	case err != nil:
		return c, v, err
	}
	v, err = tx.LockValidation(ctx, dealer, id)
	return c, v, err
}

func validationGone() error {
	return &Error{Kind: ValidationNotFound, Message: "validation not found; its contact may have been deleted"}
}

// linkState returns what an answer to the validation meets now. A test validation changes no contact, so it goes by its own
// answer.
func (v *Validation) linkState(c *Contact, now time.Time) LinkState {
	status := c.state(v.Point()).Status
	switch {
	case !now.Before(v.Expires):
		return LinkExpired
	case !c.has(v.Point(), v.To):
		return LinkReplaced
	case v.Status.Open():
		return LinkOpen
	case v.Test && v.Status == ValidationConfirmed:
		return LinkConfirmed
	case v.Test && v.Status == ValidationDeclined:
		return LinkDeclined
	case v.Test:
		return LinkOpen
	case status == PointDeclined:
		return LinkDeclined
	case status.proven(), status == PointOptedOut && v.Status == ValidationConfirmed:
		return LinkConfirmed
	case status == PointOptedOut && v.Status == ValidationDeclined:
		return LinkDeclined
	}
	return LinkOpen
}

// asked returns the validation that an answer to v counts for: the open one where v was replaced by it, since an answer to
// either proves the same, else v.
func (s *Service) asked(ctx context.Context, tx Tx, c *Contact, v Validation) (Validation, error) {
	if v.Status.Open() {
		return v, nil
	}
	open, err := tx.OpenValidation(ctx, *c, v.Point(), v.Test)
	switch {
	case err == nil && samePoint(v.Point(), open.To, v.To):
		return open, nil
	case err != nil && KindOf(err) != ValidationNotFound:
		return v, err
	}
	return v, nil
}

// confirm records that the person can be reached: the validation that v asks, or was replaced by, is confirmed, and so is
// the contact point. Whoever calls it has locked both, and made sure that v may still be answered.
func (s *Service) confirm(ctx context.Context, tx Tx, who Caller, c *Contact, v Validation, way AnswerWay) (Validation, error) {
	state := PointState{Status: PointConfirmed, Confirmed: s.now()}
	return s.answer(ctx, tx, who, c, v, way, ValidationConfirmed, state)
}

// decline records that the person who was asked is somebody else.
func (s *Service) decline(ctx context.Context, tx Tx, who Caller, c *Contact, v Validation, way AnswerWay) (Validation, error) {
	return s.answer(ctx, tx, who, c, v, way, ValidationDeclined, PointState{Status: PointDeclined})
}

func (s *Service) answer(
	ctx context.Context, tx Tx, who Caller, c *Contact, v Validation, way AnswerWay, status ValidationStatus, state PointState,
) (Validation, error) {
	v, err := s.asked(ctx, tx, c, v)
	if err != nil {
		return v, err
	}
	if status == ValidationConfirmed && v.Status != status {
		if err := s.countConfirmed(ctx, tx, &v); err != nil {
			return v, err
		}
	}
	v.Status, v.Answered, v.AnsweredBy, v.Failure = status, s.now(), way, Failure{}
	if err := tx.UpdateValidation(ctx, v); err != nil {
		return v, err
	}
	if err := s.note(ctx, tx, who, &v, ValidationEvent{At: v.Answered, Way: way}); err != nil {
		return v, err
	}
	state.Method = v.Method
	if c.state(v.Point()).Status == PointOptedOut {
		state = *c.state(v.Point()) // which holds until the person lifts it
	}
	return v, s.changeState(ctx, tx, who, "validation."+string(status), &v, c, state)
}

// confirmByNumber confirms what a person says yes to by a text message from the number: the open validations to it, where
// all are of one dealer. dealers is how many have any; nothing is confirmed unless it is 1.
func (s *Service) confirmByNumber(ctx context.Context, tx Tx, number PhoneNumber) (confirmed []Validation, dealers int, err error) {
	open, err := tx.OpenValidationsTo(ctx, string(number), replyLooks)
	if err != nil {
		return nil, 0, err
	}
	seen := map[DealerID]bool{}
	for _, v := range open {
		if s.now().Before(v.Expires) {
			seen[v.Dealer] = true
		}
	}
	if len(seen) != 1 {
		return nil, len(seen), nil
	}
	for _, v := range open {
		c, v, err := s.answerable(ctx, tx, v.Dealer, v.ID)
		if KindOf(err) == ValidationNotFound && err != nil {
			continue
		}
		if err != nil {
			return nil, 0, err
		}
		if !v.Status.Open() || v.linkState(&c, s.now()) != LinkOpen {
			continue
		}
		if v, err = s.confirm(ctx, tx, person(v.Dealer), &c, v, ByReply); err != nil {
			return nil, 0, err
		}
		confirmed = append(confirmed, v)
	}
	return confirmed, len(seen), nil
}

const replyLooks = 50 // validations that one text message could be about

// confirmByCode confirms the validation to the number whose code a person sent by a text message. found is false where it
// is the code of none, which counts as a wrong try for each.
func (s *Service) confirmByCode(ctx context.Context, tx Tx, number PhoneNumber, given string) (confirmed Validation, found bool, err error) {
	live, err := tx.LiveValidationsTo(ctx, string(number), s.now(), replyLooks)
	if err != nil {
		return confirmed, false, err
	}
	for _, v := range live {
		if v.WrongCodes >= codeTries || !s.hasCode(&v, given) {
			continue
		}
		c, v, err := s.answerable(ctx, tx, v.Dealer, v.ID)
		if err != nil {
			return confirmed, false, err
		}
		switch v.linkState(&c, s.now()) {
		case LinkOpen:
			confirmed, err = s.confirm(ctx, tx, person(v.Dealer), &c, v, ByCode)
			return confirmed, err == nil, err
		case LinkConfirmed:
			return v, true, nil
		}
	}
	for _, v := range live {
		c, v, err := s.answerable(ctx, tx, v.Dealer, v.ID)
		if err == nil && v.linkState(&c, s.now()) == LinkOpen {
			v.WrongCodes++
			err = tx.UpdateValidation(ctx, v)
		}
		if err != nil && KindOf(err) != ValidationNotFound {
			return confirmed, false, err
		}
	}
	return confirmed, false, nil
}
