package service

import (
	"context"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
)

// Attest confirms a phone or e-mail of a contact on the caller's word, and records the note: SiteNotFound, ContactNotFound,
// ValidationFailed, Declined, OptedOut. If the input names another contact of the dealer with the same value, its confirmation
// and date are taken over. An open validation is canceled. With a test key, Attest records a test validation and changes nothing
// else.
func (s *Service) Attest(ctx context.Context, caller Caller, ref rollcall.ContactRef, in rollcall.AttestationInput) (rollcall.Contact, error) {
	p, note, from, err := in.Check()
	if err != nil {
		if _, notFound := s.store.Contact(ctx, caller.Dealer, ref); notFound != nil {
			return rollcall.Contact{}, notFound
		}
		return rollcall.Contact{}, err
	}
	var c rollcall.Contact
	err = s.change(ctx, caller, func(ch *change) (err error) {
		if c, err = ch.tx.LockContact(ch.ctx, caller.Dealer, ref); err != nil {
			return err
		}
		if err := ch.attest(&c, p, note, from); err != nil {
			return err
		}
		return ch.respondAbout(&c, c)
	})
	return c, err
}

func (ch *change) attest(c *rollcall.Contact, p rollcall.PointKind, note string, from rollcall.ContactID) error {
	if c.Value(p) == "" {
		return rollcall.InvalidField("point", rollcall.CodeInvalid, "the contact has no "+string(p)+"; add one first")
	}
	if err := checkConsent(c, p); err != nil {
		return err
	}
	now := ch.now()
	state := rollcall.PointState{Status: rollcall.PointConfirmed, Method: rollcall.Attestation, Confirmed: now}
	if from != "" {
		theirs, err := ch.confirmationOf(c, p, from)
		if err != nil {
			return err
		}
		state.Confirmed = theirs.Confirmed
	}
	v := rollcall.Validation{
		Dealer: c.Dealer, ID: rollcall.NewValidationID(), Site: c.Site, Contact: c.ID, ContactSeq: c.Seq, Method: rollcall.Attestation, Attested: p,
		To: c.Value(p), Test: ch.caller.Test, Status: rollcall.ValidationConfirmed, Created: now, Answered: now, AnsweredBy: rollcall.ByAttestation, Expires: now,
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
	return ch.changeState("validation.attested", &v, c, state, extra...)
}

// confirmationOf returns the confirmed state of another contact's phone or e-mail with the same value: ValidationFailed.
func (ch *change) confirmationOf(c *rollcall.Contact, p rollcall.PointKind, from rollcall.ContactID) (rollcall.PointState, error) {
	bad := func(code, message string) (rollcall.PointState, error) {
		return rollcall.PointState{}, rollcall.InvalidField("from_contact_id", code, message)
	}
	other, err := ch.tx.ContactByID(ch.ctx, c.Dealer, from)
	switch {
	case rollcall.KindOf(err) == rollcall.ContactNotFound && err != nil, err == nil && other.ID == c.ID:
		return bad(rollcall.CodeInvalid, "must be another contact of this dealer")
	case err != nil:
		return rollcall.PointState{}, err
	case !c.Has(p, other.Value(p)):
		return bad("not_the_same", "has a different "+string(p)+"; name a contact with the same one")
	case other.State(p).Status != rollcall.PointConfirmed:
		return bad("not_confirmed", "has no confirmed "+string(p)+"; send a validation instead")
	}
	return *other.State(p), nil
}
