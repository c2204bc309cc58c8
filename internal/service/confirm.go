package service

import (
	"example.org/rollcall/internal/rollcall"
)

// answerable locks the contact of a validation, then the validation: ValidationNotFound where either is gone.
func (ch *change) answerable(dealer rollcall.DealerID, id rollcall.ValidationID) (c rollcall.Contact, v rollcall.Validation, err error) {
	if v, err = ch.tx.Validation(ch.ctx, dealer, id); err != nil {
		return c, v, err
	}
	c, err = ch.tx.LockContact(ch.ctx, dealer, rollcall.ContactRef{Site: rollcall.SiteRef{ID: v.Site}, ID: v.Contact})
	switch kind := rollcall.KindOf(err); {
	case err == nil && c.Seq != v.ContactSeq: // another one that was given the identifier later
		return c, v, validationGone()
	case err != nil && (kind == rollcall.ContactNotFound || kind == rollcall.SiteNotFound):
		return c, v, validationGone()
	case err != nil:
		return c, v, err
	}
	v, err = ch.tx.LockValidation(ch.ctx, dealer, id)
	return c, v, err
}

func validationGone() error {
	return &rollcall.Error{Kind: rollcall.ValidationNotFound, Message: "validation not found; its contact may have been deleted"}
}

// asked returns the validation that an answer to v counts for: the open one where v was replaced by it, since an answer to
// either proves the same, else v.
func (ch *change) asked(c *rollcall.Contact, v rollcall.Validation) (rollcall.Validation, error) {
	if v.Status.Open() {
		return v, nil
	}
	open, err := ch.tx.OpenValidation(ch.ctx, *c, v.Point(), v.Test)
	switch {
	case err == nil && rollcall.SamePoint(v.Point(), open.To, v.To):
		return open, nil
	case err != nil && rollcall.KindOf(err) != rollcall.ValidationNotFound:
		return v, err
	}
	return v, nil
}

// confirm records that the person can be reached: the validation that v asks, or was replaced by, is confirmed, and so is
// the contact point. Whoever calls it has locked both, and made sure that v may still be answered.
func (ch *change) confirm(c *rollcall.Contact, v rollcall.Validation, way rollcall.AnswerWay) (rollcall.Validation, error) {
	state := rollcall.PointState{Status: rollcall.PointConfirmed, Confirmed: ch.now()}
	return ch.answer(c, v, way, rollcall.ValidationConfirmed, state)
}

// decline records that the person who was asked is somebody else.
func (ch *change) decline(c *rollcall.Contact, v rollcall.Validation, way rollcall.AnswerWay) (rollcall.Validation, error) {
	return ch.answer(c, v, way, rollcall.ValidationDeclined, rollcall.PointState{Status: rollcall.PointDeclined})
}

func (ch *change) answer(c *rollcall.Contact, v rollcall.Validation, way rollcall.AnswerWay, status rollcall.ValidationStatus, state rollcall.PointState) (rollcall.Validation, error) {
	v, err := ch.asked(c, v)
	if err != nil {
		return v, err
	}
	if status == rollcall.ValidationConfirmed && v.Status != status {
		if err := ch.countConfirmed(&v); err != nil {
			return v, err
		}
	}
	v.Status, v.Answered, v.AnsweredBy, v.Failure = status, ch.now(), way, rollcall.Failure{}
	if err := ch.tx.UpdateValidation(ch.ctx, v); err != nil {
		return v, err
	}
	if err := ch.addEvent(&v, rollcall.ValidationEvent{At: v.Answered, Way: way}); err != nil {
		return v, err
	}
	state.Method = v.Method
	if c.State(v.Point()).Status == rollcall.PointOptedOut {
		state = *c.State(v.Point()) // which holds until the person lifts it
	}
	return v, ch.changeState("validation."+string(status), &v, c, state)
}

// confirmByNumber confirms what a person says yes to by a text message from the number: the open validations to it, where
// all are of one dealer. dealers is how many have any; nothing is confirmed unless it is 1.
func (ch *change) confirmByNumber(number rollcall.PhoneNumber) (confirmed []rollcall.Validation, dealers int, err error) {
	open, err := ch.tx.OpenValidationsTo(ch.ctx, string(number), replyLooks)
	if err != nil {
		return nil, 0, err
	}
	seen := map[rollcall.DealerID]bool{}
	for _, v := range open {
		if ch.now().Before(v.Expires) {
			seen[v.Dealer] = true
		}
	}
	if len(seen) != 1 {
		return nil, len(seen), nil
	}
	for _, v := range open {
		c, v, err := ch.answerable(v.Dealer, v.ID)
		if rollcall.KindOf(err) == rollcall.ValidationNotFound && err != nil {
			continue
		}
		if err != nil {
			return nil, 0, err
		}
		if !v.Status.Open() || v.LinkState(&c, ch.now()) != rollcall.LinkOpen {
			continue
		}
		if v, err = ch.as(person(v.Dealer)).confirm(&c, v, rollcall.ByReply); err != nil {
			return nil, 0, err
		}
		confirmed = append(confirmed, v)
	}
	return confirmed, len(seen), nil
}

const replyLooks = 50 // validations that one text message could be about

// confirmByCode confirms the validation to the number whose code a person sent by a text message. found is false where it
// is the code of none, which counts as a wrong try for each.
func (ch *change) confirmByCode(number rollcall.PhoneNumber, given string) (confirmed rollcall.Validation, found bool, err error) {
	live, err := ch.tx.UnexpiredValidationsTo(ch.ctx, string(number), ch.now(), replyLooks)
	if err != nil {
		return confirmed, false, err
	}
	for _, v := range live {
		if v.WrongCodes >= codeTries || !ch.hasCode(&v, given) {
			continue
		}
		c, v, err := ch.answerable(v.Dealer, v.ID)
		if err != nil {
			return confirmed, false, err
		}
		switch v.LinkState(&c, ch.now()) {
		case rollcall.LinkOpen:
			confirmed, err = ch.as(person(v.Dealer)).confirm(&c, v, rollcall.ByCode)
			return confirmed, err == nil, err
		case rollcall.LinkConfirmed:
			return v, true, nil
		}
	}
	for _, v := range live {
		c, v, err := ch.answerable(v.Dealer, v.ID)
		if err == nil && v.LinkState(&c, ch.now()) == rollcall.LinkOpen {
			v.WrongCodes++
			err = ch.tx.UpdateValidation(ch.ctx, v)
		}
		if err != nil && rollcall.KindOf(err) != rollcall.ValidationNotFound {
			return confirmed, false, err
		}
	}
	return confirmed, false, nil
}
