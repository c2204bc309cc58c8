package service

import (
	"context"

	"example.org/rollcall/internal/rollcall"
)

// answerable locks the contact of a validation, then the validation: ValidationNotFound where either is gone.
func (s *Service) answerable(ctx context.Context, tx Tx, dealer rollcall.DealerID, id rollcall.ValidationID) (c rollcall.Contact, v rollcall.Validation, err error) {
	if v, err = tx.Validation(ctx, dealer, id); err != nil {
		return c, v, err
	}
	c, err = tx.LockContact(ctx, dealer, rollcall.ContactRef{Site: rollcall.SiteRef{ID: v.Site}, ID: v.Contact})
	switch kind := rollcall.KindOf(err); {
	case err == nil && c.Seq != v.ContactSeq: // another one that was given the identifier later
		return c, v, validationGone()
	case err != nil && (kind == rollcall.ContactNotFound || kind == rollcall.SiteNotFound):
		return c, v, validationGone()
	case err != nil:
		return c, v, err
	}
	v, err = tx.LockValidation(ctx, dealer, id)
	return c, v, err
}

func validationGone() error {
	return &rollcall.Error{Kind: rollcall.ValidationNotFound, Message: "validation not found; its contact may have been deleted"}
}

// asked returns the validation that an answer to v counts for: the open one where v was replaced by it, since an answer to
// either proves the same, else v.
func (s *Service) asked(ctx context.Context, tx Tx, c *rollcall.Contact, v rollcall.Validation) (rollcall.Validation, error) {
	if v.Status.Open() {
		return v, nil
	}
	open, err := tx.OpenValidation(ctx, *c, v.Point(), v.Test)
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
func (s *Service) confirm(ctx context.Context, tx Tx, who Caller, c *rollcall.Contact, v rollcall.Validation, way rollcall.AnswerWay) (rollcall.Validation, error) {
	state := rollcall.PointState{Status: rollcall.PointConfirmed, Confirmed: s.now()}
	return s.answer(ctx, tx, who, c, v, way, rollcall.ValidationConfirmed, state)
}

// decline records that the person who was asked is somebody else.
func (s *Service) decline(ctx context.Context, tx Tx, who Caller, c *rollcall.Contact, v rollcall.Validation, way rollcall.AnswerWay) (rollcall.Validation, error) {
	return s.answer(ctx, tx, who, c, v, way, rollcall.ValidationDeclined, rollcall.PointState{Status: rollcall.PointDeclined})
}

func (s *Service) answer(
	ctx context.Context, tx Tx, who Caller, c *rollcall.Contact, v rollcall.Validation, way rollcall.AnswerWay, status rollcall.ValidationStatus, state rollcall.PointState,
) (rollcall.Validation, error) {
	v, err := s.asked(ctx, tx, c, v)
	if err != nil {
		return v, err
	}
	if status == rollcall.ValidationConfirmed && v.Status != status {
		if err := s.countConfirmed(ctx, tx, &v); err != nil {
			return v, err
		}
	}
	v.Status, v.Answered, v.AnsweredBy, v.Failure = status, s.now(), way, rollcall.Failure{}
	if err := tx.UpdateValidation(ctx, v); err != nil {
		return v, err
	}
	if err := s.note(ctx, tx, who, &v, rollcall.ValidationEvent{At: v.Answered, Way: way}); err != nil {
		return v, err
	}
	state.Method = v.Method
	if c.State(v.Point()).Status == rollcall.PointOptedOut {
		state = *c.State(v.Point()) // which holds until the person lifts it
	}
	return v, s.changeState(ctx, tx, who, "validation."+string(status), &v, c, state)
}

// confirmByNumber confirms what a person says yes to by a text message from the number: the open validations to it, where
// all are of one dealer. dealers is how many have any; nothing is confirmed unless it is 1.
func (s *Service) confirmByNumber(ctx context.Context, tx Tx, number rollcall.PhoneNumber) (confirmed []rollcall.Validation, dealers int, err error) {
	open, err := tx.OpenValidationsTo(ctx, string(number), replyLooks)
	if err != nil {
		return nil, 0, err
	}
	seen := map[rollcall.DealerID]bool{}
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
		if rollcall.KindOf(err) == rollcall.ValidationNotFound && err != nil {
			continue
		}
		if err != nil {
			return nil, 0, err
		}
		if !v.Status.Open() || v.LinkState(&c, s.now()) != rollcall.LinkOpen {
			continue
		}
		if v, err = s.confirm(ctx, tx, person(v.Dealer), &c, v, rollcall.ByReply); err != nil {
			return nil, 0, err
		}
		confirmed = append(confirmed, v)
	}
	return confirmed, len(seen), nil
}

const replyLooks = 50 // validations that one text message could be about

// confirmByCode confirms the validation to the number whose code a person sent by a text message. found is false where it
// is the code of none, which counts as a wrong try for each.
func (s *Service) confirmByCode(ctx context.Context, tx Tx, number rollcall.PhoneNumber, given string) (confirmed rollcall.Validation, found bool, err error) {
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
		switch v.LinkState(&c, s.now()) {
		case rollcall.LinkOpen:
			confirmed, err = s.confirm(ctx, tx, person(v.Dealer), &c, v, rollcall.ByCode)
			return confirmed, err == nil, err
		case rollcall.LinkConfirmed:
			return v, true, nil
		}
	}
	for _, v := range live {
		c, v, err := s.answerable(ctx, tx, v.Dealer, v.ID)
		if err == nil && v.LinkState(&c, s.now()) == rollcall.LinkOpen {
			v.WrongCodes++
			err = tx.UpdateValidation(ctx, v)
		}
		if err != nil && rollcall.KindOf(err) != rollcall.ValidationNotFound {
			return confirmed, false, err
		}
	}
	return confirmed, false, nil
}
