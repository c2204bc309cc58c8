package storetest

import (
	"context"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// fullCalling has a value in every field but Position. It is of a site without a time zone.
func fullCalling() rollcall.Calling {
	return rollcall.Calling{
		Dispatch: rollcall.DispatchAfter,
		Availability: []rollcall.Hours{
			{Days: 1<<time.Monday | 1<<time.Sunday, From: 480, To: 1050}, {Days: 1 << time.Saturday, From: 1320, To: 360},
		},
		Absences: []rollcall.Absence{
			{From: noon(), To: noon().Add(time.Hour), Note: `Zoë's "holiday"`}, {From: noon().AddDate(1, 0, 0), To: noon().AddDate(1, 0, 1)},
		},
		Effective: noon().Add(-time.Hour), Expires: noon().AddDate(2, 0, 0), HoursIgnored: true,
	}
}

func callOrderTests() []test {
	return []test{
		{"are numbered from 1 in the order in which contacts were added", func(f *fixture) {
			fiveContacts(f)
			f.positions("1", "2", "3", "4", "5")
		}},
		{"of an unknown site are empty", func(f *fixture) {
			f.home()
			f.change(func(ctx context.Context, tx service.Tx) error {
				order, err := tx.CallOrder(ctx, "d", "none")
				equal(f, "places", len(order), 0)
				return err
			})
		}},
		{"name each contact by all identifiers", func(f *fixture) {
			f.home()
			unnamed := plainContact("d", "s", "c2")
			unnamed.ExternalID = "c2"
			f.contact(unnamed)
			f.change(func(ctx context.Context, tx service.Tx) error {
				order, err := tx.CallOrder(ctx, "d", "s")
				equal(f, "order", order, []service.CallPlace{{Contact: "c", ExternalID: "ext-c", Seq: 1}, {Contact: "c2", ExternalID: "c2", Seq: 2}})
				return err
			})
		}},
		{"follow a contact that moves, in its own site only", moves},
		{"follow contacts that are placed one by one", func(f *fixture) {
			fiveContacts(f)
			f.softDelete("5", noon())
			f.change(func(ctx context.Context, tx service.Tx) error {
				f.must(tx.PlaceContact(ctx, "d", "s", 1, 2))
				return tx.PlaceContact(ctx, "d", "s", 2, 1)
			})
			f.positions("2", "1", "3", "4")
			f.refused(rollcall.ContactNotFound, func(ctx context.Context, tx service.Tx) error {
				return tx.PlaceContact(ctx, "d", "s", 5, 1) // deleted
			})
			f.refused(rollcall.ContactNotFound, func(ctx context.Context, tx service.Tx) error {
				return tx.PlaceContact(ctx, "d", "none", 1, 1)
			})
		}},
		{"stay when a contact is updated", func(f *fixture) {
			fiveContacts(f)
			before, err := f.Contact(f.Context(), "d", contactRef("s", "3"))
			f.must(err)
			c := before.Clone()
			c.FirstName, c.Position = "Changed", 1
			f.change(func(ctx context.Context, tx service.Tx) error { return tx.UpdateContact(ctx, before, c) })
			f.positions("1", "2", "3", "4", "5")
		}},
	}
}

// positions asserts the order of the call list of the site s, and that its positions have no gaps.
func (f *fixture) positions(want ...string) {
	f.Helper()
	contacts, _, err := f.Contacts(f.Context(), "d", siteRef("s"), service.ContactFilter{})
	f.must(err)
	for i, c := range contacts {
		equal(f, "position of "+string(c.ID), c.Position, i+1)
	}
	order, err := f.CallOrder(f.Context(), "d", "s")
	f.must(err)
	equal(f, "call list", ids(order, func(p service.CallPlace) rollcall.ContactID { return p.Contact }), append([]string{}, want...))
	equal(f, "contacts", ids(contacts, func(c rollcall.Contact) rollcall.ContactID { return c.ID }), append([]string{}, want...))
}

func moves(f *fixture) {
	fiveContacts(f)
	gone := f.softDelete("5", noon())
	for _, m := range []struct {
		from, to int
		want     []string
	}{
		{1, 4, []string{"2", "3", "4", "1"}},
		{4, 1, []string{"1", "2", "3", "4"}},
		{2, 3, []string{"1", "3", "2", "4"}},
		{3, 3, []string{"1", "3", "2", "4"}},
		{4, 2, []string{"1", "4", "3", "2"}},
	} {
		f.change(func(ctx context.Context, tx service.Tx) error { return tx.MoveContact(ctx, "d", "s", m.from, m.to) })
		f.positions(m.want...)
	}
	f.change(func(ctx context.Context, tx service.Tx) error {
		other, err := tx.CallOrder(ctx, "d", "other")
		equal(f, "other site", ids(other, func(p service.CallPlace) rollcall.ContactID { return p.Contact }),
			[]string{"other 1", "other 2", "other 3", "other 4", "other 5"})
		f.must(err)
		deleted, err := tx.LockDeletedContact(ctx, "d", contactRef("s", "5"), time.Time{})
		equal(f, "position of a deleted contact", deleted.Position, gone.Position)
		return err
	})
}
