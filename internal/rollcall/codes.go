package rollcall

import (
	"context"
	"strings"

	"example.org/rollcall/internal/rollcall/message"
)

// codeTries is how many wrong codes a validation takes before it takes none any more.
const codeTries = 5

// wrongCode is the answer to a code that is not the one of the validation, and to any code where none counts any more.
var wrongCode = FieldError{
	Field: "code", Code: "wrong_code",
	Message: "is not the code of this validation, or its time is over; ask for it again, or send a new validation",
}

// CodeInput is a code that a person read out.
type CodeInput struct {
	Code Field[string]
}

// CheckCode confirms a validation of a contact by the code that the person reads out: SiteNotFound, ContactNotFound,
// ValidationNotFound, PermissionDenied where a test key asks it of a live one, Declined where the person said no before,
// ValidationFailed where the code is wrong, and RateLimited after ten wrong ones from one address within a minute. After five wrong ones no code is right, just as when its time is
// over.
func (s *Service) CheckCode(ctx context.Context, who Caller, ref ContactRef, id ValidationID, in CodeInput) (Validation, error) {
	given, bad := readCode(in.Code)
	if err := bad.err(); err != nil {
		if _, notFound := s.ContactValidation(ctx, who, ref, id); notFound != nil {
			return Validation{}, notFound
		}
		return Validation{}, err
	}
	right, err := s.guesses.take(who.Address, s.now())
	if err != nil {
		return Validation{}, err
	}
	var v Validation
	err = s.change(ctx, who, func(ctx context.Context, tx Tx) (_ any, err error) {
		if v, err = s.checkCode(ctx, tx, who, ref, id, given); err != nil {
			return nil, err
		}
		return v, nil
	})
	if KindOf(err) != ValidationFailed || err == nil {
		right()
	}
	return v, err
}

func (s *Service) checkCode(ctx context.Context, tx Tx, who Caller, ref ContactRef, id ValidationID, given string) (Validation, error) {
	c, v, err := lockValidation(ctx, tx, who, ref, id)
	if err != nil {
		return v, err
	}
	state := v.linkState(&c, s.now())
	wrong := problems{wrongCode}.err()
	switch {
	case state == LinkExpired, state == LinkReplaced, v.WrongCodes >= codeTries:
		return v, wrong
	case !s.hasCode(&v, given):
		v.WrongCodes++
		if err := tx.UpdateValidation(ctx, v); err != nil {
			return v, err
		}
		return v, &counted{wrong}
	case state == LinkDeclined:
		return v, declined()
	case state == LinkConfirmed:
		return v, nil
	}
	return s.confirm(ctx, tx, who, &c, v, ByCode)
}

// lockValidation locks a contact, then a validation of it, for a change: SiteNotFound, ContactNotFound, ValidationNotFound,
// PermissionDenied.
func lockValidation(ctx context.Context, tx Tx, who Caller, ref ContactRef, id ValidationID) (Contact, Validation, error) {
	c, err := tx.LockContact(ctx, who.Dealer, ref)
	if err != nil {
		return Contact{}, Validation{}, err
	}
	v, err := tx.LockValidation(ctx, who.Dealer, id)
	switch {
	case err != nil:
	case !v.of(&c):
		err = validationGone()
	case who.Test && !v.Test:
		err = testKeyRefused("a live validation")
	}
	return c, v, err
}

// of reports whether the validation is one of the contact.
func (v *Validation) of(c *Contact) bool { return v.Site == c.Site && v.ContactSeq == c.Seq }

// readCode reads a code, which may be written with spaces and dashes between its digits.
func readCode(in Field[string]) (code string, bad problems) {
	code = bad.text("code", in, "", true, func(s string) (string, problem) {
		s = strings.NewReplacer(" ", "", "-", "").Replace(s)
		if len(s) != codeDigits || strings.Trim(s, "0123456789") != "" {
			return s, problem{codeInvalid, "must be the six digits of the message"}
		}
		return s, problem{}
	})
	return code, bad
}

func declined() error {
	return &Error{
		Kind:    Declined,
		Message: "the person said that this is not theirs; ask them, then change the contact's phone or e-mail",
	}
}

func optedOut() error {
	return &Error{
		Kind:    OptedOut,
		Message: "the person wants no more messages there; only they can lift that, or you change the contact's phone or e-mail",
	}
}

// AnswerCall records the key that a person pressed in a call, and returns what they hear next: ValidationNotFound. 1
// confirms, 2 says that this is somebody else, 9 asks never to be called again; any other lets them press again.
func (s *Service) AnswerCall(ctx context.Context, dealer DealerID, id ValidationID, key string) (CallReply, error) {
	var reply CallReply
	err := s.store.UpdateFor(ctx, dealer, func(ctx context.Context, tx Tx) error {
		c, v, err := s.answerable(ctx, tx, dealer, id)
		if err != nil {
			return err
		}
		site, of, err := whereAsked(ctx, tx, &v)
		if err != nil {
			return err
		}
		texts := message.In(site.Language, of.Language)
		reply = CallReply{Language: texts.Language}
		reply.Text, err = s.answerCall(ctx, tx, &c, v, key, texts)
		if reply.Text == "" {
			reply.Text, reply.Again = texts.CallAgain, true
		}
		return err
	})
	return reply, err
}

// answerCall returns what to say, empty where the key means nothing.
func (s *Service) answerCall(ctx context.Context, tx Tx, c *Contact, v Validation, key string, texts *message.Texts) (string, error) {
	state := v.linkState(c, s.now())
	over := state == LinkExpired || state == LinkReplaced
	var err error
	switch {
	case key == "9":
		if v.Test {
			return texts.CallNever, s.stopTest(ctx, tx, c, &v)
		}
		return texts.CallNever, s.neverAgain(ctx, tx, &v)
	case key != "1" && key != "2":
		return "", nil
	case over:
		return texts.CallOver, nil
	case key == "1":
		if state != LinkConfirmed {
			_, err = s.confirm(ctx, tx, person(v.Dealer), c, v, ByCall)
		}
		return texts.CallYes, err
	}
	if state != LinkDeclined {
		_, err = s.decline(ctx, tx, person(v.Dealer), c, v, ByCall)
	}
	return texts.CallNo, err
}
