package service

import (
	"context"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/message"
)

// codeTries is how many wrong codes a validation takes before it takes none any more.
const codeTries = 5

// wrongCode is the answer to a code that is not the one of the validation, and to any code where none counts any more.
func wrongCode() error {
	return rollcall.InvalidField("code", "wrong_code",
		"is not the code of this validation, or its time is over; ask for it again, or send a new validation")
}

// CheckCode confirms a validation of a contact by the code that the person reads out: SiteNotFound, ContactNotFound,
// ValidationNotFound, PermissionDenied where a test key asks it of a live one, Declined where the person said no before,
// ValidationFailed where the code is wrong, and RateLimited after ten wrong ones from one address within a minute. After five wrong ones no code is right, just as when its time is
// over.
func (s *Service) CheckCode(ctx context.Context, caller Caller, ref rollcall.ContactRef, id rollcall.ValidationID, in rollcall.CodeInput) (rollcall.Validation, error) {
	given, err := in.Check()
	if err != nil {
		if _, notFound := s.ContactValidation(ctx, caller, ref, id); notFound != nil {
			return rollcall.Validation{}, notFound
		}
		return rollcall.Validation{}, err
	}
	right, err := s.guesses.take(caller.Address, s.now())
	if err != nil {
		return rollcall.Validation{}, err
	}
	var v rollcall.Validation
	wrong := false
	err = s.change(ctx, caller, func(ch *change) (err error) {
		if v, wrong, err = ch.checkCode(ref, id, given); err != nil {
			return err
		}
		if wrong {
			ch.idempotency = nil // the caller may correct the code and retry with the same key
			return nil
		}
		ch.respondValidation(&v)
		return nil
	})
	if err != nil || !wrong {
		right()
	}
	if err == nil && wrong {
		err = wrongCode()
	}
	return v, err
}

// checkCode returns the confirmed validation, or wrong for a wrong code, which it counts.
func (ch *change) checkCode(ref rollcall.ContactRef, id rollcall.ValidationID, given string) (v rollcall.Validation, wrong bool, err error) {
	c, v, err := ch.lockValidation(ref, id)
	if err != nil {
		return v, false, err
	}
	state := v.LinkState(&c, ch.now())
	switch {
	case state == rollcall.LinkExpired, state == rollcall.LinkReplaced, v.WrongCodes >= codeTries:
		return v, true, nil
	case !ch.hasCode(&v, given):
		v.WrongCodes++
		return v, true, ch.tx.UpdateValidation(ch.ctx, v)
	case state == rollcall.LinkDeclined:
		return v, false, declined()
	case state == rollcall.LinkConfirmed:
		return v, false, nil
	}
	v, err = ch.confirm(&c, v, rollcall.ByCode)
	return v, false, err
}

// lockValidation locks a contact, then a validation of it, for a change: SiteNotFound, ContactNotFound, ValidationNotFound,
// PermissionDenied.
func (ch *change) lockValidation(ref rollcall.ContactRef, id rollcall.ValidationID) (rollcall.Contact, rollcall.Validation, error) {
	c, err := ch.tx.LockContact(ch.ctx, ch.caller.Dealer, ref)
	if err != nil {
		return rollcall.Contact{}, rollcall.Validation{}, err
	}
	v, err := ch.tx.LockValidation(ch.ctx, ch.caller.Dealer, id)
	switch {
	case err != nil:
	case !v.BelongsTo(&c):
		err = validationGone()
	case ch.caller.Test && !v.Test:
		err = testKeyRefused("a live validation")
	}
	return c, v, err
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
		Message: "the person opted out of messages; only they can opt in again, or change the contact's phone or e-mail",
	}
}

// AnswerCall records the key that a person pressed in a call, and returns what they hear next: ValidationNotFound. 1
// confirms, 2 says that this is somebody else, 9 asks never to be called again; any other lets them press again.
func (s *Service) AnswerCall(ctx context.Context, dealer rollcall.DealerID, id rollcall.ValidationID, key string) (rollcall.CallReply, error) {
	var reply rollcall.CallReply
	err := s.update(ctx, server(dealer), func(ch *change) error {
		c, v, err := ch.answerable(dealer, id)
		if err != nil {
			return err
		}
		site, of, err := whereAsked(ch.ctx, ch.tx, &v)
		if err != nil {
			return err
		}
		texts := message.In(site.Language, of.Language)
		reply = rollcall.CallReply{Language: texts.Language}
		reply.Text, err = ch.answerCall(&c, v, key, texts)
		if reply.Text == "" {
			reply.Text, reply.Again = texts.CallAgain, true
		}
		return err
	})
	return reply, err
}

// answerCall returns what to say, empty where the key means nothing.
func (ch *change) answerCall(c *rollcall.Contact, v rollcall.Validation, key string, texts *message.Texts) (string, error) {
	state := v.LinkState(c, ch.now())
	over := state == rollcall.LinkExpired || state == rollcall.LinkReplaced
	var err error
	switch {
	case key == "9":
		if v.Test {
			return texts.CallNever, ch.stopTest(c, &v)
		}
		return texts.CallNever, ch.neverAgain(&v)
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
