package storetest

import (
	"context"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// confirmed adds a contact to home's site whose points were confirmed so long after noon.
func (f *fixture) confirmed(id rollcall.ContactID, phone, email time.Duration) rollcall.Contact {
	f.Helper()
	c := plainContact("d", "s", id)
	*c.State(rollcall.PhonePoint) = rollcall.PointState{Status: rollcall.PointConfirmed, Method: rollcall.Attestation, Confirmed: noon().Add(phone)}
	*c.State(rollcall.EmailPoint) = rollcall.PointState{Status: rollcall.PointConfirmed, Method: rollcall.Email, Confirmed: noon().Add(email)}
	return f.contact(c)
}

func stateTests() []test {
	return []test{
		{"are returned as stored, and refused if impossible", statesComeBack},
		{"filter contacts", func(f *fixture) {
			f.home()
			f.confirmed("c2", 0, 0)
			for _, tt := range []struct {
				phone, email []rollcall.PointStatus
				want         []string
			}{
				{[]rollcall.PointStatus{rollcall.PointConfirmed}, nil, []string{"c2"}},
				{nil, []rollcall.PointStatus{rollcall.PointUnconfirmed}, []string{"c"}},
				{[]rollcall.PointStatus{rollcall.PointConfirmed}, []rollcall.PointStatus{rollcall.PointUnconfirmed}, []string{}},
				{[]rollcall.PointStatus{rollcall.PointStale}, nil, []string{}},
				{[]rollcall.PointStatus{rollcall.PointStale, rollcall.PointConfirmed}, nil, []string{"c2"}},
			} {
				filter := service.ContactFilter{Phone: tt.phone, Email: tt.email}
				f.contacts(listCase{want: tt.want, total: len(tt.want)}, siteRef("s"), filter)
			}
		}},
		{"are found when they are old, the oldest first", grownOld},
		{"are found by the contact's identifier at any site", contactByID},
	}
}

func with(c rollcall.Contact, phone, email rollcall.PointState) rollcall.Contact {
	c = c.Clone()
	*c.State(rollcall.PhonePoint), *c.State(rollcall.EmailPoint) = phone, email
	return c
}

func statesComeBack(f *fixture) {
	c := f.home()
	optedOut := rollcall.PointState{Status: rollcall.PointOptedOut, Method: rollcall.Attestation, Before: rollcall.PointStale, Confirmed: noon()}
	states := []rollcall.PointState{optedOut}
	for _, status := range rollcall.PointStatuses() {
		states = append(states, rollcall.PointState{Status: status, Method: rollcall.Attestation})
	}
	for _, state := range states {
		impossible := state
		impossible.Confirmed = noon()
		switch {
		case state.Status.Proven():
			state, impossible = impossible, state
		case state.Before != "":
			impossible.Status = rollcall.PointPending
		}
		before := c
		c = with(c, state, state)
		f.change(func(ctx context.Context, tx service.Tx) error { return tx.UpdateContact(ctx, before, c) })
		got, err := f.Contact(f.Context(), "d", contactRef("s", "c"))
		f.must(err)
		equal(f, "contact", got, c)
		for _, bad := range []rollcall.Contact{
			with(c, impossible, state), with(c, state, impossible), with(c, state, rollcall.PointState{Status: "lost"}),
			with(c, state, rollcall.PointState{Status: rollcall.PointUnconfirmed, NotInService: true}), // an e-mail
		} {
			f.refused(rollcall.Internal, func(ctx context.Context, tx service.Tx) error { return tx.UpdateContact(ctx, c, bad) })
		}
	}
}

func grownOld(f *fixture) {
	f.home()
	f.dealer("stranger")
	f.confirmed("c1", 3*time.Minute, time.Minute)
	f.confirmed("c2", time.Minute, 4*time.Minute)
	f.confirmed("c3", 0, 0)
	f.softDelete("c3", noon())
	f.site(plainSite("stranger", "s"))
	theirs := plainContact("stranger", "s", "theirs")
	*theirs.State(rollcall.PhonePoint) = rollcall.PointState{
		Status: rollcall.PointOptedOut, Before: rollcall.PointConfirmed, Method: rollcall.SMS, Confirmed: noon(),
	}
	f.contact(theirs)
	const day = 24 * time.Hour
	found := func(ago time.Duration, after service.Due, limit int, want ...string) (last service.Due) {
		f.Helper()
		got, err := f.AgedContacts(f.Context(), noon().Add(ago), 10, after, limit)
		f.must(err)
		equal(f, "old", ids(got, func(d service.Due) rollcall.ContactID { return d.Contact }), append([]string{}, want...))
		if len(got) > 0 {
			last = got[len(got)-1]
		}
		return last
	}
	none := service.Due{}
	found(10*day, none, 10)
	found(10*day+2*time.Minute, none, 10, "c1", "c2", "theirs")
	last := found(10*day+time.Hour, none, 3, "c1", "c2", "c1")
	equal(f, "last", last, service.Due{At: noon().Add(3 * time.Minute), Dealer: "d", Site: "s", Seq: 2, Contact: "c1"})
	found(10*day+time.Hour, found(10*day+time.Hour, last, 10, "c2", "theirs"), 10)
	f.change(func(ctx context.Context, tx service.Tx) error {
		return tx.PutSettings(ctx, rollcall.Settings{Dealer: "d", StaleAfterDays: 20, Updated: noon(), Version: 1})
	})
	found(10*day+time.Hour, none, 10, "theirs")
	found(20*day+time.Hour, none, 10, "c1", "c2", "c1", "c2", "theirs")
}

func contactByID(f *fixture) {
	want := f.home()
	f.dealer("stranger")
	f.change(func(ctx context.Context, tx service.Tx) error {
		got, err := tx.ContactByID(ctx, "d", "c")
		equal(f, "contact", got, want)
		return err
	})
	for dealer, id := range map[rollcall.DealerID]rollcall.ContactID{"d": "none", "stranger": "c"} {
		f.refused(rollcall.ContactNotFound, func(ctx context.Context, tx service.Tx) error {
			_, err := tx.ContactByID(ctx, dealer, id)
			return err
		})
	}
	f.softDelete("c", noon())
	f.refused(rollcall.ContactNotFound, func(ctx context.Context, tx service.Tx) error {
		_, err := tx.ContactByID(ctx, "d", "c")
		return err
	})
}
