package storetest

import (
	"context"
	"fmt"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

func deletedTests() []test {
	return []test{
		{"are found only by the methods for them", hidden},
		{"free their place in the count and their identifiers", freed},
		{"are locked for a restore, the last deleted first", lockDeleted},
		{"are restored at the end of the list, with the given fields", restored},
		{"cannot be restored if their identifiers are taken", restoredTaken},
		{"are found after their time", deletedBefore},
		{"are listed with other contacts of the same identifier, in order", everyContact},
		{"are removed with their own records only", removed},
		{"leave the list without a gap", leaveList},
		{"are removed with their site", func(f *fixture) {
			f.home()
			f.softDelete("c", noon())
			f.change(func(ctx context.Context, tx service.Tx) error { return tx.DeleteSite(ctx, "d", "s") })
			f.withDeleted("s", "c")
			f.site(plainSite("d", "s"))
			f.withDeleted("s", "c")
		}},
	}
}

// softDelete deletes a contact of the site s at a time.
func (f *fixture) softDelete(id rollcall.ContactID, at time.Time) rollcall.Contact {
	f.Helper()
	var c rollcall.Contact
	f.change(func(ctx context.Context, tx service.Tx) (err error) {
		if c, err = tx.LockContact(ctx, "d", contactRef("s", id)); err != nil {
			return err
		}
		return tx.SoftDeleteContact(ctx, c, at)
	})
	c.Deleted = at
	return c
}

// leaveList deletes and restores contacts in several orders.
func leaveList(f *fixture) {
	f.home()
	for _, id := range []rollcall.ContactID{"c1", "c2", "c3"} {
		f.contact(plainContact("d", "s", id))
	}
	ref, restored := siteRef("s"), map[rollcall.ContactID]rollcall.Contact{}
	for _, step := range []struct {
		hide, show rollcall.ContactID
		want       []string
	}{
		{hide: "c2", want: []string{"c", "c1", "c3"}},
		{hide: "c", want: []string{"c1", "c3"}},
		{hide: "c1", want: []string{"c3"}},
		{show: "c1", want: []string{"c3", "c1"}},
		{hide: "c3", want: []string{"c1"}},
		{hide: "c1", want: []string{}},
		{show: "c2", want: []string{"c2"}},
		{show: "c", want: []string{"c2", "c"}},
		{hide: "c", want: []string{"c2"}},
	} {
		if step.hide != "" {
			restored[step.hide] = f.softDelete(step.hide, noon())
		} else {
			c := restored[step.show]
			c.Deleted = time.Time{}
			f.change(func(ctx context.Context, tx service.Tx) error {
				_, err := tx.UndeleteContact(ctx, c)
				return err
			})
		}
		f.contacts(listCase{want: step.want, total: len(step.want)}, ref, service.ContactFilter{})
		f.contacts(listCase{want: step.want, total: len(step.want), page: service.Page{Limit: 9}}, ref, service.ContactFilter{})
		f.positions(step.want...)
	}
	f.contact(plainContact("d", "s", "c4"))
	f.contacts(listCase{want: []string{"c2", "c4"}, total: 2}, ref, service.ContactFilter{})
}

// withDeleted asserts which contacts ContactsWithDeleted returns, by their last names.
func (f *fixture) withDeleted(site rollcall.SiteID, id rollcall.ContactID, want ...string) {
	f.Helper()
	f.change(func(ctx context.Context, tx service.Tx) error {
		found, err := tx.ContactsWithDeleted(ctx, "d", site, id)
		got := ids(found, func(c rollcall.Contact) string { return c.LastName })
		equal(f, "contacts with deleted "+string(id), got, append([]string{}, want...))
		return err
	})
}

func (f *fixture) count(site rollcall.SiteID, want int) {
	f.Helper()
	f.change(func(ctx context.Context, tx service.Tx) error {
		_, got, err := tx.LockSite(ctx, "d", siteRef(site))
		equal(f, "contacts of "+string(site), got, want)
		return err
	})
}

func hidden(f *fixture) {
	siteWithReference(f)
	c := f.contact(fullContact())
	f.softDelete("c", noon())
	for _, ref := range fourRefs() {
		_, err := f.Contact(f.Context(), "d", ref)
		f.kind(err, rollcall.ContactNotFound)
		f.refused(rollcall.ContactNotFound, func(ctx context.Context, tx service.Tx) error {
			_, err := tx.LockContact(ctx, "d", ref)
			return err
		})
	}
	for _, filter := range []service.ContactFilter{{}, {Type: []rollcall.ContactType{c.Type}}, {Role: []rollcall.ContactRole{c.Role}}, {Terms: []string{"brien"}}} {
		for _, page := range []service.Page{{}, {Limit: 10}} {
			f.contacts(listCase{page: page, terms: filter.Terms, want: []string{}}, siteRef("s"), filter)
		}
	}
	f.count("s", 0)
	f.refused(rollcall.ContactNotFound, func(ctx context.Context, tx service.Tx) error { return tx.UpdateContact(ctx, c, c) })
	f.refused(rollcall.ContactNotFound, func(ctx context.Context, tx service.Tx) error { return tx.SoftDeleteContact(ctx, c, noon()) })
	f.count("s", 0)
	elsewhere := c
	elsewhere.Site = "none"
	f.refused(rollcall.SiteNotFound, func(ctx context.Context, tx service.Tx) error {
		return tx.SoftDeleteContact(ctx, elsewhere, noon())
	})
}

func freed(f *fixture) {
	f.home()
	for n := range 3 {
		f.softDelete("c", noon().Add(time.Duration(n)*time.Minute))
		f.count("s", 0)
		c := f.contact(plainContact("d", "s", "c"))
		equal(f, "place", c.Seq, int64(n+2))
		f.count("s", 1)
		f.validation(validationOf(c, rollcall.ValidationID(fmt.Sprint("v", n))))
		f.change(func(ctx context.Context, tx service.Tx) error {
			_, err := tx.CancelValidations(ctx, c, phoneOf(c))
			return err
		})
		f.status(rollcall.ValidationID(fmt.Sprint("v", n)), rollcall.ValidationCanceled)
	}
	f.contacts(listCase{want: []string{"c"}, total: 1}, siteRef("s"), service.ContactFilter{})
}

func lockDeleted(f *fixture) {
	siteWithReference(f)
	f.site(plainSite("d", "other"))
	f.contact(fullContact())
	first := f.softDelete("c", noon())
	f.contact(fullContact())
	second := f.softDelete("c", noon().Add(time.Hour))
	f.contact(fullContact())
	for _, ref := range fourRefs() {
		f.change(func(ctx context.Context, tx service.Tx) error {
			got, err := tx.LockDeletedContact(ctx, "d", ref, noon())
			equal(f, "deleted contact", got, second)
			return err
		})
	}
	for _, c := range []struct {
		ref   rollcall.ContactRef
		after time.Time
		want  rollcall.Kind
	}{
		{contactRef("s", "c"), second.Deleted, rollcall.ContactNotFound},
		{contactRef("s", "none"), time.Time{}, rollcall.ContactNotFound},
		{contactRef("s", "1784"), time.Time{}, rollcall.ContactNotFound},
		{contactRef("other", "c"), time.Time{}, rollcall.ContactNotFound},
		{contactRef("none", "c"), time.Time{}, rollcall.SiteNotFound},
		{rollcall.ContactRef{Site: rollcall.SiteRef{Reference: "none"}, ID: "c"}, time.Time{}, rollcall.SiteNotFound},
		{rollcall.ContactRef{Site: siteRef("s"), ExternalID: "1784"}, second.Deleted, rollcall.ContactNotFound},
		{rollcall.ContactRef{Site: siteRef("s"), ExternalID: "c"}, time.Time{}, rollcall.ContactNotFound},
		{rollcall.ContactRef{Site: siteRef("other"), ExternalID: "1784"}, time.Time{}, rollcall.ContactNotFound},
		{rollcall.ContactRef{Site: rollcall.SiteRef{Reference: "none"}, ExternalID: "1784"}, time.Time{}, rollcall.SiteNotFound},
	} {
		f.refused(c.want, func(ctx context.Context, tx service.Tx) error {
			_, err := tx.LockDeletedContact(ctx, "d", c.ref, c.after)
			return err
		})
	}
	f.change(func(ctx context.Context, tx service.Tx) error {
		f.must(tx.RemoveContact(ctx, second))
		got, err := tx.LockDeletedContact(ctx, "d", contactRef("s", "c"), noon().Add(-time.Microsecond))
		equal(f, "deleted contact", got, first)
		return err
	})
	withoutExternalID := plainContact("d", "s", "unnamed")
	withoutExternalID.ExternalID = "unnamed" // its contact_id
	f.contact(withoutExternalID)
	unnamed := f.softDelete("unnamed", noon())
	f.change(func(ctx context.Context, tx service.Tx) error {
		got, err := tx.LockDeletedContact(ctx, "d", rollcall.ContactRef{Site: siteRef("s"), ExternalID: "unnamed"}, time.Time{})
		equal(f, "deleted contact without an external id", got, unnamed)
		return err
	})
}

func restored(f *fixture) {
	siteWithReference(f)
	f.contact(fullContact())
	f.contact(plainContact("d", "s", "c2"))
	c := f.softDelete("c", noon())
	c.Deleted, c.StateVersion, c.FirstName = time.Time{}, 7, "Changed"
	c.Points = c.Points[:2]
	*c.State(rollcall.EmailPoint) = rollcall.PointState{Status: rollcall.PointUnconfirmed}
	f.change(func(ctx context.Context, tx service.Tx) error {
		count, err := tx.UndeleteContact(ctx, c)
		equal(f, "contacts", count, 2)
		return err
	})
	f.count("s", 2)
	got, err := f.Contact(f.Context(), "d", contactRef("s", "c"))
	f.must(err)
	c.Position = 2
	equal(f, "contact", got, c)
	f.contacts(listCase{want: []string{"c2", "c"}, total: 2}, siteRef("s"), service.ContactFilter{})
	f.contacts(listCase{terms: []string{"changed"}, want: []string{"c"}, total: 1}, siteRef("s"), service.ContactFilter{})
	f.refused(rollcall.ContactNotFound, func(ctx context.Context, tx service.Tx) error { // it is there
		_, err := tx.UndeleteContact(ctx, c)
		return err
	})
	f.count("s", 2)
}

func restoredTaken(f *fixture) {
	siteWithReference(f)
	f.site(plainSite("d", "other"))
	f.contact(fullContact())
	c := f.softDelete("c", noon())
	for _, taker := range []struct {
		site     rollcall.SiteID
		id       rollcall.ContactID
		external string
		want     rollcall.Kind
	}{
		{"s", "c", "1", rollcall.ContactIDTaken},
		{"other", "c", "1784", rollcall.ContactIDTaken},
		{"s", "c", "1784", rollcall.ContactIDTaken},
		{"s", "c3", "1784", rollcall.ExternalContactIDTaken},
	} {
		other := plainContact("d", taker.site, taker.id)
		other.ExternalID = taker.external
		other = f.contact(other)
		f.refused(taker.want, func(ctx context.Context, tx service.Tx) error {
			_, err := tx.UndeleteContact(ctx, c)
			return err
		})
		f.change(func(ctx context.Context, tx service.Tx) error { return tx.SoftDeleteContact(ctx, other, noon()) })
		f.count("s", 0)
	}
	f.change(func(ctx context.Context, tx service.Tx) error {
		_, err := tx.UndeleteContact(ctx, c)
		return err
	})
}

func deletedBefore(f *fixture) {
	f.home()
	f.contact(plainContact("d", "s", "there"))
	for n, id := range []rollcall.ContactID{"c3", "c2", "c1"} {
		f.contact(plainContact("d", "s", id))
		f.softDelete(id, noon().Add(time.Duration(-n)*time.Second))
	}
	found := func(before time.Time, after service.Due, limit int, want ...string) (last service.Due) {
		f.Helper()
		deleted, err := f.DeletedContacts(f.Context(), before, after, limit)
		f.must(err)
		equal(f, "deleted", ids(deleted, func(d service.Due) rollcall.ContactID { return d.Contact }), append([]string{}, want...))
		if len(deleted) > 0 {
			last = deleted[len(deleted)-1]
		}
		return last
	}
	none := service.Due{}
	found(noon().Add(-2*time.Second), none, 10)
	found(noon(), none, 10, "c1", "c2")
	later := noon().Add(time.Microsecond)
	found(later, none, 10, "c1", "c2", "c3")
	last := found(later, none, 2, "c1", "c2")
	equal(f, "last", last, service.Due{At: noon().Add(-time.Second), Dealer: "d", Site: "s", Seq: 4, Contact: "c2"})
	found(later, found(later, last, 10, "c3"), 10)
	for _, refused := range []struct {
		dealer rollcall.DealerID
		seq    int64
		before time.Time
	}{{"d", 4, noon().Add(-time.Second)}, {"d", 2, later}, {"d", 99, later}, {"d2", 4, later}} {
		f.refused(rollcall.ContactNotFound, func(ctx context.Context, tx service.Tx) error {
			return tx.PurgeContact(ctx, refused.dealer, "s", refused.seq, refused.before)
		})
	}
	f.change(func(ctx context.Context, tx service.Tx) error { return tx.PurgeContact(ctx, "d", "s", 4, noon()) })
	found(later, none, 10, "c1", "c3")
}

func everyContact(f *fixture) {
	f.dealer("d")
	f.site(plainSite("d", "s"))
	f.site(plainSite("d", "other"))
	for n, name := range []string{"third", "second", "first"} {
		c := plainContact("d", "s", "c")
		c.LastName = name
		f.contact(c)
		f.softDelete("c", noon().Add(time.Duration(-n)*time.Second))
	}
	f.withDeleted("s", "c", "first", "second", "third")
	c := plainContact("d", "other", "c")
	c.LastName = "elsewhere"
	f.contact(c)
	f.withDeleted("s", "c", "first", "second", "third")
	f.withDeleted("other", "c", "elsewhere")
	f.withDeleted("s", "none")
	f.withDeleted("none", "c")
	f.change(func(ctx context.Context, tx service.Tx) error { return tx.DeleteSite(ctx, "d", "other") })
	c.Site, c.LastName = "s", "there"
	f.contact(c)
	f.withDeleted("s", "c", "first", "second", "third", "there")
}

func removed(f *fixture) {
	first := f.home()
	f.validation(plainValidation("v1"))
	f.capture(captured("v1"), 10)
	f.change(func(ctx context.Context, tx service.Tx) error {
		_, err := tx.CancelValidations(ctx, first, phoneOf(first))
		return err
	})
	f.refused(rollcall.ContactNotFound, func(ctx context.Context, tx service.Tx) error { return tx.RemoveContact(ctx, first) })
	f.softDelete("c", noon())
	second := f.contact(plainContact("d", "s", "c"))
	f.validation(validationOf(second, "v3"))
	early := validationOf(second, "v2")
	early.Status, early.Created = rollcall.ValidationCanceled, noon().Add(-time.Second)
	f.validation(early)
	f.capture(captured("v3"), 10)
	theirs := func(c rollcall.Contact, validations, messages []string) {
		f.Helper()
		f.change(func(ctx context.Context, tx service.Tx) error {
			all, err := tx.ValidationsOf(ctx, c)
			equal(f, "validations", ids(all, func(v rollcall.Validation) rollcall.ValidationID { return v.ID }), validations)
			f.must(err)
			sent, err := tx.CapturedMessagesOf(ctx, c)
			equal(f, "messages", ids(sent, func(m rollcall.CapturedMessage) rollcall.ValidationID { return m.Validation }), messages)
			return err
		})
	}
	theirs(first, []string{"v1"}, []string{"v1"})
	theirs(second, []string{"v2", "v3"}, []string{"v3"})
	f.change(func(ctx context.Context, tx service.Tx) error { return tx.RemoveContact(ctx, first) })
	theirs(first, []string{}, []string{})
	theirs(second, []string{"v2", "v3"}, []string{"v3"})
	f.captured(10, "v3")
	f.count("s", 1)
	f.refused(rollcall.ContactNotFound, func(ctx context.Context, tx service.Tx) error { return tx.RemoveContact(ctx, first) })
}
