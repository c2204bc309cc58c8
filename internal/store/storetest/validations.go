package storetest

import (
	"context"
	"time"

	"example.org/rollcall/internal/rollcall"
)

func (f *fixture) validation(v rollcall.Validation) rollcall.Validation {
	f.Helper()
	f.change(func(ctx context.Context, tx rollcall.Tx) error { return tx.InsertValidation(ctx, v) })
	return v
}

func (f *fixture) status(id rollcall.ValidationID, want rollcall.ValidationStatus) {
	f.Helper()
	v, err := f.Validation(f.Context(), "d", id)
	f.must(err)
	equal(f, "status of "+string(id), v.Status, want)
}

// plainValidation is a queued SMS to the contact of home.
func plainValidation(id rollcall.ValidationID) rollcall.Validation {
	return validationOf(rollcall.Contact{Dealer: "d", Site: "s", Seq: 1, ID: "c"}, id)
}

// validationOf is a queued SMS to a contact.
func validationOf(c rollcall.Contact, id rollcall.ValidationID) rollcall.Validation {
	return rollcall.Validation{
		Dealer: c.Dealer, ID: id, Site: c.Site, Contact: c.ID, ContactSeq: c.Seq, Method: rollcall.SMS, To: "+15550123", Text: "Hello",
		Status: rollcall.ValidationQueued, Created: noon(), Expires: noon().Add(rollcall.ValidationLife),
	}
}

func validationTests() []test {
	return []test{
		{"come back as they went in, in every state", validationStates},
		{"that are not there are not found", func(f *fixture) {
			f.home()
			_, err := f.Validation(f.Context(), "d", "none")
			f.kind(err, rollcall.ValidationNotFound)
			f.refused(rollcall.ValidationNotFound, func(ctx context.Context, tx rollcall.Tx) error {
				_, err := tx.LockValidation(ctx, "d", "none")
				return err
			})
			f.refused(rollcall.ValidationNotFound, func(ctx context.Context, tx rollcall.Tx) error {
				return tx.UpdateValidation(ctx, plainValidation("none"))
			})
			f.refused(rollcall.ContactNotFound, func(ctx context.Context, tx rollcall.Tx) error {
				nobody := rollcall.Contact{Dealer: "d", Site: "s", Seq: 2, ID: "c"}
				return tx.InsertValidation(ctx, validationOf(nobody, "v"))
			})
		}},
		{"are open one at a time, for each contact point", openOneAtATime},
		{"are canceled only while they are open", func(f *fixture) {
			f.home()
			v := f.validation(plainValidation("v"))
			v.Status, v.Failure = rollcall.ValidationFailing, rollcall.Failure{Code: "unknown_number", Message: "no such number"}
			f.change(func(ctx context.Context, tx rollcall.Tx) error { return tx.UpdateValidation(ctx, v) })
			f.change(func(ctx context.Context, tx rollcall.Tx) error {
				canceled, err := tx.CancelValidations(ctx, f.c(), rollcall.PhonePoint)
				equal(f, "canceled", len(canceled), 0)
				return err
			})
			f.status("v", rollcall.ValidationFailing)
		}},
		{"are due when their time is up, the first first", due},
	}
}

func openOneAtATime(f *fixture) {
	f.home()
	f.validation(plainValidation("v1"))
	call := plainValidation("v2")
	call.Method = rollcall.Call
	f.refused(rollcall.Internal, func(ctx context.Context, tx rollcall.Tx) error { return tx.InsertValidation(ctx, call) })
	_, err := f.Validation(f.Context(), "d", "v2")
	f.kind(err, rollcall.ValidationNotFound)
	mail := plainValidation("v3")
	mail.Method = rollcall.Email
	f.validation(mail)
	f.validation(validationOf(f.contact(plainContact("d", "s", "c2")), "v4"))
	f.change(func(ctx context.Context, tx rollcall.Tx) error {
		canceled, err := tx.CancelValidations(ctx, f.c(), rollcall.PhonePoint)
		if err != nil {
			return err
		}
		equal(f, "canceled", canceled, []rollcall.ValidationID{"v1"})
		return tx.InsertValidation(ctx, call)
	})
	f.hide("c", noon())
	again := validationOf(f.contact(plainContact("d", "s", "c")), "v5") // another contact, whatever its name
	f.validation(again)
	f.status("v5", rollcall.ValidationQueued)
	f.status("v1", rollcall.ValidationCanceled)
	f.status("v2", rollcall.ValidationQueued)
	f.status("v3", rollcall.ValidationQueued)
	f.status("v4", rollcall.ValidationQueued)
}

func validationStates(f *fixture) {
	f.home()
	v := plainValidation("v")
	v.Method, v.To, v.Text, v.Test = rollcall.Email, "zoë@example.com", "Hello 🔔\n%s", true
	f.validation(v)
	sent := noon().Add(time.Minute)
	for _, step := range []struct {
		status   rollcall.ValidationStatus
		attempts int
		provider string
		sent     time.Time
		failure  rollcall.Failure
	}{
		{status: rollcall.ValidationQueued},
		{status: rollcall.ValidationQueued, attempts: 1},
		{status: rollcall.ValidationFailing, attempts: 2, failure: rollcall.Failure{Code: "refused", Message: "refused"}},
		{status: rollcall.ValidationFailing, attempts: 2},
		{status: rollcall.ValidationSent, attempts: 3, provider: "smtp", sent: sent},
		{status: rollcall.ValidationCanceled, attempts: 3, provider: "smtp", sent: sent},
		{status: rollcall.ValidationExpired},
	} {
		v.Status, v.Attempts, v.Provider, v.Sent, v.Failure = step.status, step.attempts, step.provider, step.sent, step.failure
		f.change(func(ctx context.Context, tx rollcall.Tx) error { return tx.UpdateValidation(ctx, v) })
		got, err := f.Validation(f.Context(), "d", "v")
		f.must(err)
		equal(f, "validation", got, v)
		f.change(func(ctx context.Context, tx rollcall.Tx) error {
			got, err := tx.LockValidation(ctx, "d", "v")
			equal(f, "locked validation", got, v)
			return err
		})
	}
	for _, impossible := range []rollcall.Validation{
		{Status: rollcall.ValidationSent},
		{Status: rollcall.ValidationQueued, Sent: sent},
		{Status: rollcall.ValidationQueued, Failure: rollcall.Failure{Code: "x"}},
		{Status: "unheard of"},
	} {
		v.Status, v.Sent, v.Failure = impossible.Status, impossible.Sent, impossible.Failure
		f.refused(rollcall.Internal, func(ctx context.Context, tx rollcall.Tx) error { return tx.UpdateValidation(ctx, v) })
	}
}

func due(f *fixture) {
	f.home()
	f.dealer("d2")
	end := noon().Add(rollcall.ValidationLife)
	found := func(dealer rollcall.DealerID, now time.Time, limit int, want ...string) {
		f.Helper()
		f.change(func(ctx context.Context, tx rollcall.Tx) error {
			due, err := tx.DueValidations(ctx, dealer, now, limit)
			equal(f, "due", ids(due, func(v rollcall.Validation) rollcall.ValidationID { return v.ID }), append([]string{}, want...))
			return err
		})
	}
	for i, id := range []rollcall.ContactID{"c3", "c2", "c1"} {
		v := validationOf(f.contact(plainContact("d", "s", id)), rollcall.ValidationID("v-"+id))
		v.Expires = end.Add(time.Duration(-i) * time.Second)
		f.validation(v)
	}
	canceled := plainValidation("canceled")
	canceled.Status = rollcall.ValidationCanceled
	f.validation(canceled)

	found("d", end.Add(-3*time.Second), 10)
	found("d2", end, 10)
	found("d", end.Add(-time.Microsecond), 10, "v-c1", "v-c2")
	found("d", end, 10, "v-c1", "v-c2", "v-c3")
	found("d", end, 2, "v-c1", "v-c2")
	f.change(func(ctx context.Context, tx rollcall.Tx) error {
		due, err := tx.DueValidations(ctx, "d", end, 1)
		f.must(err)
		want, err := tx.Validation(ctx, "d", "v-c1")
		equal(f, "due", due, []rollcall.Validation{want})
		due[0].Status = rollcall.ValidationExpired
		f.must(tx.UpdateValidation(ctx, due[0]))
		return err
	})
	found("d", end, 10, "v-c2", "v-c3")
}
