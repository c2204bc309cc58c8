package service

import (
	"context"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/message"
)

// lockValidationByID locks the contact of a validation, then the validation: ValidationNotFound if either was deleted.
func (ch *change) lockValidationByID(dealer rollcall.DealerID, id rollcall.ValidationID) (c rollcall.Contact, v rollcall.Validation, err error) {
	if v, err = ch.tx.Validation(ch.ctx, dealer, id); err != nil {
		return c, v, err
	}
	c, err = ch.tx.LockContact(ch.ctx, dealer, rollcall.ContactRef{Site: rollcall.SiteRef{ID: v.Site}, ID: v.Contact})
	switch kind := rollcall.KindOf(err); {
	case err == nil && c.Seq != v.ContactSeq: // another contact, which got the id later
		return c, v, validationNotFound()
	case err != nil && (kind == rollcall.ContactNotFound || kind == rollcall.SiteNotFound):
		return c, v, validationNotFound()
	case err != nil:
		return c, v, err
	}
	v, err = ch.tx.LockValidation(ch.ctx, dealer, id)
	return c, v, err
}

func validationNotFound() error {
	return &rollcall.Error{Kind: rollcall.ValidationNotFound, Message: "validation not found; its contact may have been deleted"}
}

// replacementOf returns the open validation that replaced v, else v. An answer to either proves the same.
func (ch *change) replacementOf(c *rollcall.Contact, v rollcall.Validation) (rollcall.Validation, error) {
	if v.Status.Open() {
		return v, nil
	}
	p := c.PointOf(&v)
	if p == nil {
		return v, nil
	}
	open, err := ch.tx.OpenValidation(ch.ctx, *c, p.ID)
	switch {
	case err == nil && c.PointOf(&open) == p:
		return open, nil
	case err != nil && rollcall.KindOf(err) != rollcall.ValidationNotFound:
		return v, err
	}
	return v, nil
}

// confirm records that the person said yes to v, which is locked after its contact and may still be answered. It confirms the
// validation, or its replacement, and the contact point.
func (ch *change) confirm(c *rollcall.Contact, v rollcall.Validation, way rollcall.AnswerWay) (rollcall.Validation, error) {
	state := rollcall.PointState{Status: rollcall.PointConfirmed, Confirmed: ch.now()}
	return ch.answer(c, v, way, rollcall.ValidationConfirmed, state)
}

// decline records that the person said "this is not me".
func (ch *change) decline(c *rollcall.Contact, v rollcall.Validation, way rollcall.AnswerWay) (rollcall.Validation, error) {
	return ch.answer(c, v, way, rollcall.ValidationDeclined, rollcall.PointState{Status: rollcall.PointDeclined})
}

func (ch *change) answer(c *rollcall.Contact, v rollcall.Validation, way rollcall.AnswerWay, status rollcall.ValidationStatus, state rollcall.PointState) (rollcall.Validation, error) {
	v, err := ch.replacementOf(c, v)
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
	if old := stateOf(c, &v); old.Status == rollcall.PointOptedOut { // only the person can end it, in another way
		state = state.With(rollcall.PointOptedOut, old.Method)
	}
	if err := ch.changeState("validation."+string(status), &v, c, state); err != nil {
		return v, err
	}
	return v, ch.answerSharing(&v)
}

// confirmByNumber confirms the open validations to a number after a yes by text message, if one dealer has all of them. It
// returns how many dealers have any.
func (ch *change) confirmByNumber(number rollcall.PhoneNumber) (confirmed []rollcall.Validation, dealers int, err error) {
	open, err := ch.tx.OpenValidationsTo(ch.ctx, string(number), replyValidationsMax)
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
		c, v, err := ch.lockValidationByID(v.Dealer, v.ID)
		if rollcall.KindOf(err) == rollcall.ValidationNotFound {
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

const replyValidationsMax = 50 // validations that one text message could be about

// confirmByCode confirms the validation to a number whose code was sent by text message. If the code is wrong, found is false and
// the attempt counts for each validation.
func (ch *change) confirmByCode(number rollcall.PhoneNumber, given string) (confirmed rollcall.Validation, found bool, err error) {
	live, err := ch.tx.UnexpiredValidationsTo(ch.ctx, string(number), ch.now(), replyValidationsMax)
	if err != nil {
		return confirmed, false, err
	}
	for _, v := range live {
		if v.WrongCodes >= maxWrongCodes || !ch.hasCode(&v, given) {
			continue
		}
		c, v, err := ch.lockValidationByID(v.Dealer, v.ID)
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
		c, v, err := ch.lockValidationByID(v.Dealer, v.ID)
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

// checkConsent returns Declined or OptedOut if the person refused messages there, else nil.
func checkConsent(p *rollcall.Point) error {
	switch p.State.Status {
	case rollcall.PointDeclined:
		return declined()
	case rollcall.PointOptedOut:
		return optedOut()
	}
	return nil
}

func declined() error {
	return &rollcall.Error{
		Kind:    rollcall.Declined,
		Message: "the person answered that this contact point is not theirs; ask them, then change the contact's phone or e-mail",
	}
}

func optedOut() error {
	return &rollcall.Error{
		Kind:    rollcall.OptedOut,
		Message: "the person opted out of messages; use another phone or e-mail, or ask them to opt in again",
	}
}

// AnswerCall records the key that a person pressed in a call, and returns what to say next: ValidationNotFound. 1 confirms, 2
// declines, 9 opts out of all calls; after any other key the person may press again.
func (s *Service) AnswerCall(ctx context.Context, dealer rollcall.DealerID, id rollcall.ValidationID, key string) (rollcall.CallReply, error) {
	var reply rollcall.CallReply
	err := s.update(ctx, server(dealer), func(ch *change) error {
		c, v, err := ch.lockValidationByID(dealer, id)
		if err != nil {
			return err
		}
		site, of, err := siteAndDealer(ch.ctx, ch.tx, &v)
		if err != nil {
			return err
		}
		texts := textsFor(&c, &site, &of)
		reply = rollcall.CallReply{Language: texts.Language}
		reply.Text, err = ch.answerCall(&c, v, key, texts)
		if reply.Text == "" {
			reply.Text, reply.Again = texts.CallAgain, true
		}
		return err
	})
	return reply, err
}

// answerCall returns what to say, empty for a key without a meaning.
func (ch *change) answerCall(c *rollcall.Contact, v rollcall.Validation, key string, texts *message.Texts) (string, error) {
	state := v.LinkState(c, ch.now())
	over := state == rollcall.LinkExpired || state == rollcall.LinkReplaced
	var err error
	switch {
	case key == "9":
		_, err := ch.optOut(v.Dealer, v.Kind, v.To)
		return texts.CallNever, err
	case key != "1" && key != "2":
		return "", nil
	case over:
		return texts.CallOver, nil
	case key == "1":
		if state != rollcall.LinkConfirmed {
			_, err = ch.as(person(v.Dealer)).confirm(c, v, rollcall.ByCall)
		}
		return texts.CallYes, err
	}
	if state != rollcall.LinkDeclined {
		_, err = ch.as(person(v.Dealer)).decline(c, v, rollcall.ByCall)
	}
	return texts.CallNo, err
}
