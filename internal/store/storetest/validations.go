package storetest

import (
	"context"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

func (f *fixture) validation(v rollcall.Validation) rollcall.Validation {
	f.Helper()
	f.change(func(ctx context.Context, tx service.Tx) error { return tx.InsertValidation(ctx, v) })
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
		Dealer: c.Dealer, ID: id, Site: c.Site, Contact: c.ID, ContactSeq: c.Seq, Point: phoneOf(c), Kind: rollcall.PhonePoint,
		Method: rollcall.SMS, To: "+15550123", Text: "Hello", Status: rollcall.ValidationQueued, Created: noon(), Expires: noon().Add(rollcall.ValidationLife),
	}
}

// phoneOf returns the id of the phone of plainContact.
func phoneOf(c rollcall.Contact) rollcall.PointID { return rollcall.PointID("phone-" + c.ID) }

// byMail makes v an e-mail to the address of plainContact.
func byMail(v rollcall.Validation) rollcall.Validation {
	v.Point, v.Kind, v.Method = rollcall.PointID("email-"+v.Contact), rollcall.EmailPoint, rollcall.Email
	return v
}

func validationTests() []test {
	return []test{
		{"are returned as stored, in every state", validationStates},
		{"are found by their links", byLink},
		{"that are queued are counted for their dealer", queued},
		{"that are open are counted by what they wait for", underWay},
		{"that don't exist are not found", func(f *fixture) {
			f.home()
			_, err := f.Validation(f.Context(), "d", "none")
			f.kind(err, rollcall.ValidationNotFound)
			f.refused(rollcall.ValidationNotFound, func(ctx context.Context, tx service.Tx) error {
				_, err := tx.LockValidation(ctx, "d", "none")
				return err
			})
			f.refused(rollcall.ValidationNotFound, func(ctx context.Context, tx service.Tx) error {
				return tx.UpdateValidation(ctx, plainValidation("none"))
			})
			f.refused(rollcall.ContactNotFound, func(ctx context.Context, tx service.Tx) error {
				unknown := rollcall.Contact{Dealer: "d", Site: "s", Seq: 2, ID: "c"}
				return tx.InsertValidation(ctx, validationOf(unknown, "v"))
			})
		}},
		{"are open one at a time, for each contact point", openOneAtATime},
		{"are canceled only while they are open", func(f *fixture) {
			f.home()
			v := f.validation(plainValidation("v"))
			v.Status, v.Failure = rollcall.ValidationFailing, rollcall.Failure{Code: "unknown_number", Message: "no such number"}
			f.change(func(ctx context.Context, tx service.Tx) error { return tx.UpdateValidation(ctx, v) })
			f.change(func(ctx context.Context, tx service.Tx) error {
				canceled, err := tx.CancelValidations(ctx, f.c(), phoneOf(f.c()))
				equal(f, "canceled", len(canceled), 0)
				return err
			})
			f.status("v", rollcall.ValidationFailing)
		}},
		{"are due when they expire, the first to expire first", due},
		{"are listed by contact, in pages", validationLists},
		{"are found by the number that they went to", validationsTo},
		{"contradict themselves if a text message goes to an extension, or the method to another kind of point", impossibleValidations},
		{"may be attestations of either point", attestations},
	}
}

func impossibleValidations(f *fixture) {
	f.home()
	for _, change := range []func(*rollcall.Validation){
		func(v *rollcall.Validation) { v.Extension = "12" },
		func(v *rollcall.Validation) { v.Kind = rollcall.EmailPoint },
		func(v *rollcall.Validation) { v.Point = "" },
	} {
		v := plainValidation("v")
		change(&v)
		f.refused(rollcall.Internal, func(ctx context.Context, tx service.Tx) error { return tx.InsertValidation(ctx, v) })
	}
}

func attestations(f *fixture) {
	f.home()
	for i, p := range rollcall.PointKinds() {
		v := plainValidation(rollcall.ValidationID(string(p)))
		v.Method, v.Kind, v.Text = rollcall.Attestation, p, ""
		if p == rollcall.PhonePoint {
			v.Extension = "12"
		}
		v.Status, v.Answered, v.AnsweredBy = rollcall.ValidationConfirmed, noon(), rollcall.ByAttestation
		f.validation(v)
		got, err := f.Validation(f.Context(), "d", v.ID)
		f.must(err)
		equal(f, "attestation", got, v)
		v.ID, v.Status, v.Answered, v.AnsweredBy = rollcall.ValidationID(string(rune('a'+i))), rollcall.ValidationQueued, time.Time{}, ""
		f.refused(rollcall.Internal, func(ctx context.Context, tx service.Tx) error { return tx.InsertValidation(ctx, v) })
	}
}

func queued(f *fixture) {
	f.home()
	count := func(dealer rollcall.DealerID, most, want int) {
		f.change(func(ctx context.Context, tx service.Tx) error {
			n, err := tx.CountQueuedValidations(ctx, dealer, most)
			equal(f, "queued", n, want)
			return err
		})
	}
	count("d", 10, 0)
	f.validation(plainValidation("v1"))
	v := byMail(plainValidation("v2"))
	v.To = "ann@example.org"
	f.validation(v)
	f.closed("v3")
	count("d", 10, 2)
	count("d", 1, 1)
	count("other", 10, 0)
}

func underWay(f *fixture) {
	f.home()
	want := func(dealer rollcall.DealerID, limit int, want service.UnderWay) {
		f.Helper()
		got, err := f.UnderWay(f.Context(), dealer, noon(), limit)
		f.must(err)
		equal(f, "under way of "+string(dealer), got, want)
	}
	want("d", 10, service.UnderWay{})
	postponed := plainValidation("v1")
	postponed.NotBefore, postponed.Attempts = noon().Add(time.Hour), 1
	f.validation(postponed)
	refused := byMail(plainValidation("v2"))
	refused.NotBefore, refused.Attempts = noon(), 2
	f.validation(refused)
	f.closed("v3")
	want("d", 10, service.UnderWay{Open: 2, Postponed: 1, Refused: 1})
	want("d", 1, service.UnderWay{Open: 2, Postponed: 1})
	want("other", 10, service.UnderWay{})
}

func openOneAtATime(f *fixture) {
	f.home()
	f.validation(plainValidation("v1"))
	call := plainValidation("v2")
	call.Method = rollcall.Call
	f.refused(rollcall.Internal, func(ctx context.Context, tx service.Tx) error { return tx.InsertValidation(ctx, call) })
	_, err := f.Validation(f.Context(), "d", "v2")
	f.kind(err, rollcall.ValidationNotFound)
	f.validation(byMail(plainValidation("v3")))
	second := plainValidation("v6") // to another phone, with the same number
	second.Point, second.Method, second.Extension = "phone-2", rollcall.Call, "12,#"
	f.validation(second)
	f.validation(validationOf(f.contact(plainContact("d", "s", "c2")), "v4"))
	f.change(func(ctx context.Context, tx service.Tx) error {
		canceled, err := tx.CancelValidations(ctx, f.c(), phoneOf(f.c()))
		if err != nil {
			return err
		}
		equal(f, "canceled", idsOf(canceled), []rollcall.ValidationID{"v1"})
		return tx.InsertValidation(ctx, call)
	})
	f.softDelete("c", noon())
	again := validationOf(f.contact(plainContact("d", "s", "c")), "v5") // another contact with the same identifier
	f.validation(again)
	f.status("v5", rollcall.ValidationQueued)
	f.status("v1", rollcall.ValidationCanceled)
	f.status("v2", rollcall.ValidationQueued)
	f.status("v3", rollcall.ValidationQueued)
	f.status("v4", rollcall.ValidationQueued)
	f.status("v6", rollcall.ValidationQueued)
	got, err := f.Validation(f.Context(), "d", "v6")
	f.must(err)
	equal(f, "call to an extension", got, second)
}

func idsOf(validations []rollcall.Validation) []rollcall.ValidationID {
	var ids []rollcall.ValidationID
	for i := range validations {
		ids = append(ids, validations[i].ID)
	}
	return ids
}

func validationStates(f *fixture) {
	f.home()
	v := byMail(plainValidation("v"))
	v.To, v.Text, v.LinkHash = "zoë@example.com", "Hello 🔔\n%s", rollcall.Hash{1, 2}
	f.validation(v)
	sent, later := noon().Add(time.Minute), noon().Add(time.Hour)
	for _, step := range []struct {
		status    rollcall.ValidationStatus
		attempts  int
		provider  string
		sent      time.Time
		failure   rollcall.Failure
		delivered time.Time
		answered  time.Time
		by        rollcall.AnswerWay
	}{
		{status: rollcall.ValidationQueued},
		{status: rollcall.ValidationQueued, attempts: 1},
		{status: rollcall.ValidationFailing, attempts: 2, failure: rollcall.Failure{Code: "refused", Message: "refused"}},
		{status: rollcall.ValidationFailing, attempts: 2},
		{status: rollcall.ValidationSent, attempts: 3, provider: "smtp", sent: sent},
		{status: rollcall.ValidationCanceled, attempts: 3, provider: "smtp", sent: sent},
		{status: rollcall.ValidationExpired},
		{status: rollcall.ValidationFailing, sent: sent, failure: rollcall.Failure{Code: "bounced"}},
		{status: rollcall.ValidationDelivered, provider: "smtp", sent: sent, delivered: later},
		{status: rollcall.ValidationConfirmed, provider: "smtp", sent: sent, delivered: later, answered: later, by: rollcall.ByLink},
		{status: rollcall.ValidationDeclined, provider: "smtp", sent: sent, answered: later, by: rollcall.ByCall},
		{status: rollcall.ValidationConfirmed, answered: later, by: rollcall.ByCode},
	} {
		v.Status, v.Attempts, v.Provider, v.Sent, v.Failure = step.status, step.attempts, step.provider, step.sent, step.failure
		v.Delivered, v.Answered, v.AnsweredBy = step.delivered, step.answered, step.by
		v.Counted = step.sent
		v.Attempted, v.Ref, v.WrongCodes = step.sent, step.provider, step.attempts
		f.change(func(ctx context.Context, tx service.Tx) error { return tx.UpdateValidation(ctx, v) })
		got, err := f.Validation(f.Context(), "d", "v")
		f.must(err)
		equal(f, "validation", got, v)
		f.change(func(ctx context.Context, tx service.Tx) error {
			got, err := tx.LockValidation(ctx, "d", "v")
			equal(f, "locked validation", got, v)
			return err
		})
	}
	impossibleStates(f, v)
}

// impossibleStates checks that a validation that contradicts itself is refused.
func impossibleStates(f *fixture, v rollcall.Validation) {
	sent, later := noon().Add(time.Minute), noon().Add(time.Hour)
	for _, impossible := range []rollcall.Validation{
		{Status: rollcall.ValidationSent},
		{Status: rollcall.ValidationQueued, Sent: sent},
		{Status: rollcall.ValidationQueued, Failure: rollcall.Failure{Code: "x"}},
		{Status: "unheard of"},
		{Status: rollcall.ValidationDelivered, Sent: sent},
		{Status: rollcall.ValidationSent, Sent: sent, Delivered: later},
		{Status: rollcall.ValidationConfirmed, Sent: sent},
		{Status: rollcall.ValidationConfirmed, Sent: sent, Answered: later},
		{Status: rollcall.ValidationSent, Sent: sent, Answered: later, AnsweredBy: rollcall.ByLink},
		{Status: rollcall.ValidationDeclined, Answered: later, AnsweredBy: "a dream"},
		{Status: rollcall.ValidationCanceled, Delivered: later},
	} {
		v.Status, v.Sent, v.Failure = impossible.Status, impossible.Sent, impossible.Failure
		v.Delivered, v.Answered, v.AnsweredBy = impossible.Delivered, impossible.Answered, impossible.AnsweredBy
		f.refused(rollcall.Internal, func(ctx context.Context, tx service.Tx) error { return tx.UpdateValidation(ctx, v) })
	}
}

func byLink(f *fixture) {
	f.home()
	v := byMail(plainValidation("v"))
	v.To = "ann@example.org"
	v.LinkHash, v.UnsubscribeHash = rollcall.Hash{1}, rollcall.Hash{2}
	f.validation(v)
	f.validation(plainValidation("w")) // without links
	find := func(by func(context.Context, rollcall.Hash) (rollcall.Validation, error), first byte) rollcall.ValidationID {
		found, err := by(f.Context(), rollcall.Hash{first})
		if err != nil {
			equal(f, "kind", rollcall.KindOf(err), rollcall.ValidationNotFound)
		}
		return found.ID
	}
	for _, tt := range []struct {
		first             byte
		link, unsubscribe rollcall.ValidationID
	}{{1, "v", ""}, {2, "", "v"}, {0, "", ""}, {3, "", ""}} {
		equal(f, "by link", find(f.ValidationByLink, tt.first), tt.link)
		equal(f, "by unsubscribe", find(f.ValidationByUnsubscribe, tt.first), tt.unsubscribe)
	}
	v.LinkHash = rollcall.Hash{3}
	f.change(func(ctx context.Context, tx service.Tx) error { return tx.UpdateValidation(ctx, v) })
	equal(f, "by the new link", find(f.ValidationByLink, 3), v.ID)
	equal(f, "by the old link", find(f.ValidationByLink, 1), "")
}

func due(f *fixture) {
	f.home()
	f.dealer("d2")
	end := noon().Add(rollcall.ValidationLife)
	f.site(plainSite("d2", "s"))
	found := func(now time.Time, after service.Due, limit int, want ...string) (last service.Due) {
		f.Helper()
		due, err := f.DueValidations(f.Context(), now, after, limit)
		f.must(err)
		equal(f, "due", ids(due, func(d service.Due) rollcall.ValidationID { return d.Validation }), append([]string{}, want...))
		if len(due) > 0 {
			last = due[len(due)-1]
		}
		return last
	}
	for i, id := range []rollcall.ContactID{"c3", "c2", "c1"} {
		v := validationOf(f.contact(plainContact("d", "s", id)), rollcall.ValidationID("v-"+id))
		v.Expires = end.Add(time.Duration(-i) * time.Second)
		f.validation(v)
	}
	canceled := plainValidation("canceled")
	canceled.Status = rollcall.ValidationCanceled
	f.validation(canceled)

	v := validationOf(f.contact(plainContact("d2", "s", "c")), "v-d2")
	v.Expires = end.Add(-time.Second)
	f.validation(v)

	none := service.Due{}
	found(end.Add(-3*time.Second), none, 10)
	found(end.Add(-time.Microsecond), none, 10, "v-c1", "v-c2", "v-d2")
	found(end, none, 10, "v-c1", "v-c2", "v-d2", "v-c3")
	last := found(end, none, 2, "v-c1", "v-c2")
	equal(f, "last", last, service.Due{
		At: end.Add(-time.Second), Dealer: "d", Site: "s", Seq: 3, Contact: "c2", Validation: "v-c2",
	})
	last = found(end, last, 1, "v-d2")
	found(end, found(end, last, 10, "v-c3"), 10)
	f.change(func(ctx context.Context, tx service.Tx) error {
		v, err := tx.Validation(ctx, "d", "v-c1")
		f.must(err)
		v.Status = rollcall.ValidationExpired
		return tx.UpdateValidation(ctx, v)
	})
	found(end, none, 10, "v-c2", "v-d2", "v-c3")
}

func validationLists(f *fixture) {
	f.home()
	other := f.contact(plainContact("d", "s", "c2"))
	for i, id := range []rollcall.ValidationID{"v3", "v1", "v2"} {
		v := plainValidation(id)
		v.Status, v.Created = rollcall.ValidationCanceled, noon().Add(time.Duration(i)*time.Minute)
		f.validation(v)
	}
	f.validation(validationOf(other, "v4"))
	list := func(ref rollcall.ContactRef, page service.Page, total int, want ...string) {
		f.Helper()
		found, n, err := f.Validations(f.Context(), "d", ref, page)
		f.must(err)
		equal(f, "validations", ids(found, func(v rollcall.Validation) rollcall.ValidationID { return v.ID }), append([]string{}, want...))
		equal(f, "total", n, total)
	}
	list(contactRef("s", "c"), service.Page{}, 3, "v3", "v1", "v2")
	list(contactRef("s", "c"), service.Page{Offset: 1, Limit: 1}, 3, "v1")
	list(contactRef("s", "c"), service.Page{Offset: 9, Limit: 1}, 3)
	list(rollcall.ContactRef{Site: siteRef("s"), ExternalID: "ext-c2"}, service.Page{}, 1, "v4")
	for ref, kind := range map[rollcall.ContactRef]rollcall.Kind{
		contactRef("s", "none"): rollcall.ContactNotFound, contactRef("none", "c"): rollcall.SiteNotFound,
	} {
		_, _, err := f.Validations(f.Context(), "d", ref, service.Page{})
		f.kind(err, kind)
	}
	f.softDelete("c", noon())
	f.contact(plainContact("d", "s", "c"))
	list(contactRef("s", "c"), service.Page{}, 0) // another contact with the same identifier
}

func validationsTo(f *fixture) {
	f.home()
	f.dealer("d2")
	f.site(plainSite("d2", "s"))
	theirs := f.contact(plainContact("d2", "s", "c"))
	const number = "+12025550123"
	add := func(c rollcall.Contact, id rollcall.ValidationID, life time.Duration, change func(v *rollcall.Validation)) {
		f.Helper()
		v := validationOf(c, id)
		v.To, v.Expires = number, noon().Add(life)
		change(&v)
		f.validation(v)
	}
	plain := func(*rollcall.Validation) {}
	add(f.c(), "ours", time.Hour, plain)
	add(theirs, "theirs", 2*time.Hour, plain)
	add(f.c(), "over", 3*time.Hour, func(v *rollcall.Validation) { v.Status = rollcall.ValidationCanceled })
	add(f.c(), "mail", time.Hour, func(v *rollcall.Validation) { *v = byMail(*v) })
	for i, change := range []func(v *rollcall.Validation){
		func(v *rollcall.Validation) { v.Method = rollcall.Call },
		func(v *rollcall.Validation) { v.To = number + "4" },
	} {
		id := string(rune('k' + i))
		add(f.contact(plainContact("d", "s", rollcall.ContactID(id))), rollcall.ValidationID(id), time.Hour, change)
	}
	add(f.contact(plainContact("d", "s", "ar")), "twin", time.Hour, func(v *rollcall.Validation) { v.To = "+5491123456789" })
	f.change(func(ctx context.Context, tx service.Tx) error {
		of := func(v rollcall.Validation) rollcall.ValidationID { return v.ID }
		open, err := tx.OpenValidationsTo(ctx, number, 10)
		f.must(err)
		equal(f, "open", ids(open, of), []string{"theirs", "ours"})
		open, err = tx.OpenValidationsTo(ctx, number, 1)
		f.must(err)
		equal(f, "the first that is open", ids(open, of), []string{"theirs"})
		live, err := tx.UnexpiredValidationsTo(ctx, number, noon().Add(time.Hour), 10)
		f.must(err)
		equal(f, "live", ids(live, of), []string{"over", "theirs"})
		open, err = tx.OpenValidationsTo(ctx, "+541123456789", 10)
		f.must(err)
		equal(f, "open under the other number of an Argentine phone", ids(open, of), []string{"twin"})
		live, err = tx.UnexpiredValidationsTo(ctx, "+541123456789", noon(), 10)
		f.must(err)
		equal(f, "live under the other number of an Argentine phone", ids(live, of), []string{"twin"})
		v, err := tx.OpenValidation(ctx, f.c(), phoneOf(f.c()))
		f.must(err)
		equal(f, "open of the phone", v.ID, rollcall.ValidationID("ours"))
		return nil
	})
	for _, c := range []rollcall.Contact{{Dealer: "d", Site: "s", Seq: 99}, {Dealer: "none", Site: "s", Seq: 1}} {
		f.refused(rollcall.ValidationNotFound, func(ctx context.Context, tx service.Tx) error {
			_, err := tx.OpenValidation(ctx, c, "phone-c")
			return err
		})
	}
}
