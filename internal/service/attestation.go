package service

import (
	"context"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
)

// Attest confirms a contact point on the caller's word, and records the note: SiteNotFound, ContactNotFound, ValidationFailed,
// Declined, OptedOut. If the input names another contact of the dealer with the same value, its confirmation and date are taken
// over. An open validation is canceled.
func (s *Service) Attest(ctx context.Context, caller Caller, ref rollcall.ContactRef, in rollcall.AttestationInput) (rollcall.Contact, error) {
	if err := in.Check(); err != nil {
		if _, notFound := s.store.Contact(ctx, caller.Dealer, ref); notFound != nil {
			return rollcall.Contact{}, notFound
		}
		return rollcall.Contact{}, err
	}
	var c rollcall.Contact
	err := s.change(ctx, caller, func(ch *change) (err error) {
		if c, err = ch.tx.LockContact(ch.ctx, caller.Dealer, ref); err != nil {
			return err
		}
		if err := ch.attest(&c, in); err != nil {
			return err
		}
		return ch.respondAbout(&c, c)
	})
	return c, err
}

func (ch *change) attest(c *rollcall.Contact, in rollcall.AttestationInput) error {
	p, err := attested(c, in)
	if err != nil {
		return err
	}
	if err := checkConsent(p); err != nil {
		return err
	}
	now := ch.now()
	v := rollcall.Validation{
		Dealer: c.Dealer, ID: rollcall.NewValidationID(), Site: c.Site, Contact: c.ID, ContactSeq: c.Seq, Method: rollcall.Attestation,
		Point: p.ID, Kind: p.Kind, To: p.Dial(), Extension: p.Extension,
		Status: rollcall.ValidationConfirmed, Created: now, Answered: now, AnsweredBy: rollcall.ByAttestation, Expires: now,
	}
	state := rollcall.PointState{Status: rollcall.PointConfirmed, Method: rollcall.Attestation, Confirmed: now}
	note, from := in.Note.Value, rollcall.ContactID(in.From.Value)
	if from != "" {
		theirs, err := ch.confirmationOf(&v, from)
		if err != nil {
			return err
		}
		state.Confirmed = theirs.Confirmed
	}
	if err := ch.cancelOlder(c, &v, canceledAttested); err != nil {
		return err
	}
	if err := ch.tx.InsertValidation(ch.ctx, v); err != nil {
		return err
	}
	e := rollcall.ValidationEvent{At: now, Way: rollcall.ByAttestation, Note: note, From: from}
	if err := ch.addEvent(&v, e); err != nil {
		return err
	}
	extra := append(audit.Added("attestation.note", note), audit.Added("attestation.from_contact_id", string(from))...)
	return ch.changeState(audit.ValidationAttested, &v, c, state, extra...)
}

// attested returns the contact point of the input: ValidationFailed.
func attested(c *rollcall.Contact, in rollcall.AttestationInput) (*rollcall.Point, error) {
	kind := rollcall.PointKind(in.Point.Value)
	if !in.PointID.Set {
		if p := c.First(kind); p != nil {
			return p, nil
		}
		return nil, rollcall.InvalidField("point", rollcall.CodeInvalid, "the contact has no "+string(kind)+"; add one first")
	}
	p := c.PointByID(rollcall.PointID(in.PointID.Value))
	switch {
	case p == nil:
		return nil, unknownPoint()
	case in.Point.Set && p.Kind != kind:
		return nil, rollcall.InvalidField("point", rollcall.CodeInvalid, "does not agree with point_id, which is "+aKind(p.Kind)+"; leave one of them out")
	}
	return p, nil
}

// confirmationOf returns the confirmed state of another contact's point with the value and extension of v: ValidationFailed.
func (ch *change) confirmationOf(v *rollcall.Validation, from rollcall.ContactID) (rollcall.PointState, error) {
	bad := func(code, message string) (rollcall.PointState, error) {
		return rollcall.PointState{}, rollcall.InvalidField("from_contact_id", code, message)
	}
	other, err := ch.tx.ContactByID(ch.ctx, v.Dealer, from)
	if err != nil && rollcall.KindOf(err) != rollcall.ContactNotFound {
		return rollcall.PointState{}, err
	}
	if err != nil || other.ID == v.Contact {
		return bad(rollcall.CodeInvalid, "must be another contact of this dealer")
	}
	switch theirs := other.PointOf(v); {
	case theirs == nil:
		return bad("not_the_same", "has a different "+string(v.Kind)+"; name a contact with the same one")
	case theirs.State.Status != rollcall.PointConfirmed:
		return bad("not_confirmed", "has no confirmed "+string(v.Kind)+"; send a validation instead")
	default:
		return theirs.State, nil
	}
}
