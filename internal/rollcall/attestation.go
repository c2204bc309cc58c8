package rollcall

import (
	"context"
	"strings"
	"unicode/utf8"
)

// AttestationInput is what staff of a dealer say of a contact point that they know to be right. Note may be absent where
// From names a contact whose confirmation counts for this one too.
type AttestationInput struct {
	Point Field[string]
	Note  Field[string]
	From  Field[string]
}

const noteMax = 500 // characters

func checkNote(s string) problem {
	switch p := checkText(strings.ReplaceAll(s, "\r\n", "\n"), "\n\t"); {
	case p.bad():
		return p
	case utf8.RuneCountInString(s) > noteMax:
		return tooLong(noteMax)
	case isBlank(s):
		return problem{codeRequired, "must not be blank; say how you know"}
	}
	return problem{}
}

// check returns what is wrong with the input for any contact, and what it says.
func (in *AttestationInput) check() (p Point, note string, from ContactID, err error) {
	var bad problems
	p = Point(bad.text("point", in.Point, "", true, oneOf(Points())))
	note = bad.text("note", in.Note, "", !in.From.Set, asGiven(checkNote))
	from = ContactID(bad.text("from_contact_id", in.From, "", false, asGiven(checkID)))
	return p, note, from, bad.err()
}

// Attest confirms a contact point by the word of whoever calls, which goes on record with their note: SiteNotFound,
// ContactNotFound, ValidationFailed, Declined, OptedOut. Where another contact of the dealer is named whose point is
// confirmed, of the same value, its confirmation counts for this one too, as old as it is. An open validation of the point
// is canceled. By a test key it is a test validation, which changes neither the contact nor a live validation.
func (s *Service) Attest(ctx context.Context, who Caller, ref ContactRef, in AttestationInput) (Contact, error) {
	p, note, from, err := in.check()
	if err != nil {
		if _, notFound := s.store.Contact(ctx, who.Dealer, ref); notFound != nil {
			return Contact{}, notFound
		}
		return Contact{}, err
	}
	var c Contact
	err = s.change(ctx, who, func(ctx context.Context, tx Tx) (_ any, err error) {
		if c, err = tx.LockContact(ctx, who.Dealer, ref); err != nil {
			return nil, err
		}
		err = s.attest(ctx, tx, who, &c, p, note, from)
		return c, err
	})
	return c, err
}

func (s *Service) attest(ctx context.Context, tx Tx, who Caller, c *Contact, p Point, note string, from ContactID) error {
	if c.value(p) == "" {
		return problems{{Field: "point", Code: codeInvalid, Message: "the contact has no " + string(p) + "; add one first"}}.err()
	}
	if err := mayAsk(c, p); err != nil {
		return err
	}
	now := s.now()
	state := PointState{Status: PointConfirmed, Method: Attestation, Confirmed: now}
	if from != "" {
		theirs, err := proofOf(ctx, tx, c, p, from)
		if err != nil {
			return err
		}
		state.Confirmed = theirs.Confirmed
	}
	v := Validation{
		Dealer: c.Dealer, ID: NewValidationID(), Site: c.Site, Contact: c.ID, ContactSeq: c.Seq, Method: Attestation, Attested: p,
		To: c.value(p), Test: who.Test, Status: ValidationConfirmed, Created: now, Answered: now, AnsweredBy: ByAttestation, Expires: now,
	}
	if err := s.cancelOlder(ctx, tx, who, c, &v, becauseAttested); err != nil {
		return err
	}
	if err := tx.InsertValidation(ctx, v); err != nil {
		return err
	}
	e := ValidationEvent{At: now, Way: ByAttestation, Note: note, From: from}
	if err := s.note(ctx, tx, who, &v, e); err != nil {
		return err
	}
	extra := changes(nil, []auditField{{"attestation.note", note}, {"attestation.from_contact_id", string(from)}})
	return s.changeState(ctx, tx, who, "validation.attested", &v, c, state, extra...)
}

// mayAsk returns why a contact point may not be asked, or be said to be right: Declined, OptedOut; nil where it may.
func mayAsk(c *Contact, p Point) error {
	switch c.state(p).Status {
	case PointDeclined:
		return declined()
	case PointOptedOut:
		return optedOut()
	}
	return nil
}

// proofOf returns the confirmed state of another contact's point, which has the same value as that of c: ValidationFailed.
func proofOf(ctx context.Context, tx Tx, c *Contact, p Point, from ContactID) (PointState, error) {
	bad := func(code, message string) (PointState, error) {
		return PointState{}, problems{{Field: "from_contact_id", Code: code, Message: message}}.err()
	}
	other, err := tx.ContactByID(ctx, c.Dealer, from)
	switch {
	case KindOf(err) == ContactNotFound && err != nil, err == nil && other.ID == c.ID:
		return bad(codeInvalid, "must be another contact of yours")
	case err != nil:
		return PointState{}, err
	case !c.has(p, other.value(p)):
		return bad("not_the_same", "has another "+string(p)+", so that nothing follows from it")
	case other.state(p).Status != PointConfirmed:
		return bad("not_confirmed", "is not confirmed at its "+string(p)+"; send a validation instead")
	}
	return *other.state(p), nil
}
