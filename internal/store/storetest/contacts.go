package storetest

import (
	"context"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

func fullContact() rollcall.Contact {
	return rollcall.Contact{
		Dealer: "d", Site: "s", ID: "c", ExternalID: "1784", FirstName: "Zoë 李", LastName: "O'Brien-Ñandú",
		Type: "billing", Role: "resident", Language: "es-US",
		Preferences: rollcall.Preferences{Email: true, Push: true},
		Points: []rollcall.Point{
			{
				ID: "p1", Kind: "phone", Value: " +1 (217) 555-0123 x5*,1#", E164: "+12175550123", Cause: "unknown_prefix", Extension: "5*,1#", Label: "work",
				State: rollcall.PointState{Status: rollcall.PointUndeliverable, Method: rollcall.Call, NotInService: true},
			},
			{ID: "p2", Kind: "email", Value: "Zoë@例え.example", State: rollcall.PointState{Status: rollcall.PointPending, Method: rollcall.Email}},
			{ID: "p3", Kind: "phone", Value: "555 0123", Cause: "local_only", Label: "other", State: rollcall.PointState{Status: rollcall.PointUnconfirmed}},
		},
		Created: noon(), Updated: noon().Add(time.Microsecond), Version: 3, StateVersion: 1 << 40,
		Calling: fullCalling(),
	}
}

// fourRefs are the ways to name the contact c (1784) of the site s (R).
func fourRefs() []rollcall.ContactRef {
	byID, byReference := rollcall.SiteRef{ID: "s"}, rollcall.SiteRef{Reference: "R"}
	return []rollcall.ContactRef{
		{Site: byID, ID: "c"}, {Site: byID, ExternalID: "1784"},
		{Site: byReference, ID: "c"}, {Site: byReference, ExternalID: "1784"},
	}
}

func siteWithReference(f *fixture) {
	f.dealer("d")
	s := plainSite("d", "s")
	s.Reference = "R"
	f.site(s)
}

func contactTests() []test {
	return []test{
		{"are returned as stored, by each identifier", func(f *fixture) {
			siteWithReference(f)
			f.contact(plainContact("d", "s", "first"))
			want := f.contact(fullContact())
			equal(f, "place", want.Seq, 2)
			for _, ref := range fourRefs() {
				got, err := f.Contact(f.Context(), "d", ref)
				f.must(err)
				equal(f, "contact", got, want)
				f.change(func(ctx context.Context, tx service.Tx) error {
					got, err := tx.LockContact(ctx, "d", ref)
					equal(f, "locked contact", got, want)
					return err
				})
			}
		}},
		{"that don't exist are not found, nor those of a site that doesn't exist", contactNotFound},
		{"get a place, a count and a country", reserve},
		{"cannot have the identifiers of others", contactTaken},
		{"are replaced by an update, except their place and identifiers", func(f *fixture) {
			siteWithReference(f)
			before := f.contact(fullContact())
			c := before.Clone()
			c.FirstName, c.LastName = "A", ""
			c.Type, c.Role, c.Language, c.Preferences = "primary", "", "", rollcall.Preferences{SMS: true}
			c.Points = []rollcall.Point{{ID: "p9", Kind: "phone", Value: "1", State: rollcall.PointState{Status: rollcall.PointPending, Method: rollcall.SMS}}}
			c.Updated, c.Version, c.StateVersion = noon().Add(time.Hour), 4, 5
			f.change(func(ctx context.Context, tx service.Tx) error { return tx.UpdateContact(ctx, before, c) })
			got, err := f.Contact(f.Context(), "d", contactRef("s", "c"))
			f.must(err)
			equal(f, "contact", got, c)
			f.contacts(listCase{terms: []string{"brien"}, want: []string{}}, siteRef("s"), service.ContactFilter{})
		}},
		{"get an external identifier later, which no other contact of the site has", externalIDGiven},
		{"are removed with their validations, and free their identifiers", contactRemoved},
	}
}

func externalIDGiven(f *fixture) {
	siteWithReference(f)
	f.contact(fullContact())
	c := f.contact(plainContact("d", "s", "c2"))
	for _, taken := range []string{"1784", "c2"} { // of the full contact, and its own
		f.refused(rollcall.ExternalContactIDTaken, func(ctx context.Context, tx service.Tx) error { return tx.SetExternalID(ctx, c, taken) })
	}
	f.change(func(ctx context.Context, tx service.Tx) error { return tx.SetExternalID(ctx, c, "E-2") })
	got, err := f.Contact(f.Context(), "d", rollcall.ContactRef{Site: siteRef("s"), ExternalID: "E-2"})
	f.must(err)
	c.ExternalID = "E-2"
	equal(f, "contact", got, c)
	none := plainContact("d", "s", "none")
	none.Seq = 9
	f.refused(rollcall.ContactNotFound, func(ctx context.Context, tx service.Tx) error { return tx.SetExternalID(ctx, none, "E-3") })
}

func contactRemoved(f *fixture) {
	for _, ref := range fourRefs() {
		f := &fixture{T: f.T, Store: f.Store}
		if _, err := f.Site(f.Context(), "d", siteRef("s")); err != nil {
			siteWithReference(f)
		}
		f.validation(validationOf(f.contact(fullContact()), "v"))
		f.change(func(ctx context.Context, tx service.Tx) error {
			c, err := tx.LockContact(ctx, "d", ref)
			f.must(err)
			f.must(tx.SoftDeleteContact(ctx, c, noon()))
			return tx.RemoveContact(ctx, c)
		})
		_, err := f.Contact(f.Context(), "d", contactRef("s", "c"))
		f.kind(err, rollcall.ContactNotFound)
		_, err = f.Validation(f.Context(), "d", "v")
		f.kind(err, rollcall.ValidationNotFound)
		f.change(func(ctx context.Context, tx service.Tx) error {
			_, contacts, err := tx.LockSite(ctx, "d", siteRef("s"))
			equal(f, "contacts", contacts, 0)
			return err
		})
	}
}

func contactNotFound(f *fixture) {
	siteWithReference(f)
	f.site(plainSite("d", "other"))
	f.contact(fullContact())
	byID := rollcall.SiteRef{ID: "s"}
	for _, c := range []struct {
		ref  rollcall.ContactRef
		want rollcall.Kind
	}{
		{rollcall.ContactRef{Site: byID, ID: "none"}, rollcall.ContactNotFound},
		{rollcall.ContactRef{Site: byID, ID: "1784"}, rollcall.ContactNotFound},
		{rollcall.ContactRef{Site: byID, ExternalID: "c"}, rollcall.ContactNotFound},
		{rollcall.ContactRef{Site: byID}, rollcall.ContactNotFound},
		{rollcall.ContactRef{Site: rollcall.SiteRef{Reference: "R"}, ExternalID: "none"}, rollcall.ContactNotFound},
		{contactRef("other", "c"), rollcall.ContactNotFound},
		{contactRef("none", "c"), rollcall.SiteNotFound},
		{rollcall.ContactRef{Site: rollcall.SiteRef{Reference: "none"}, ID: "c"}, rollcall.SiteNotFound},
		{rollcall.ContactRef{}, rollcall.SiteNotFound},
	} {
		_, err := f.Contact(f.Context(), "d", c.ref)
		f.kind(err, c.want)
		f.refused(c.want, func(ctx context.Context, tx service.Tx) error {
			_, err := tx.LockContact(ctx, "d", c.ref)
			return err
		})
	}
	f.refused(rollcall.ContactNotFound, func(ctx context.Context, tx service.Tx) error {
		none := plainContact("d", "s", "none")
		return tx.UpdateContact(ctx, none, none)
	})
}

func reserve(f *fixture) {
	siteWithReference(f)
	french := plainSite("d", "fr")
	french.Address.Country = "FR"
	f.site(french)
	for _, c := range []struct {
		ref  rollcall.SiteRef
		want service.ContactSlot
	}{
		{rollcall.SiteRef{ID: "s"}, service.ContactSlot{Site: "s", Seq: 1, Count: 1, Country: "US"}},
		{rollcall.SiteRef{Reference: "R"}, service.ContactSlot{Site: "s", Seq: 2, Count: 2, Country: "US"}},
		{rollcall.SiteRef{ID: "fr"}, service.ContactSlot{Site: "fr", Seq: 1, Count: 1, Country: "FR"}},
	} {
		f.change(func(ctx context.Context, tx service.Tx) error {
			slot, err := tx.ReserveContact(ctx, "d", c.ref)
			equal(f, "slot", slot, c.want)
			return err
		})
	}
	for _, ref := range []rollcall.SiteRef{{ID: "none"}, {Reference: "none"}, {}} {
		f.refused(rollcall.SiteNotFound, func(ctx context.Context, tx service.Tx) error {
			_, err := tx.ReserveContact(ctx, "d", ref)
			return err
		})
	}
}

func contactTaken(f *fixture) {
	siteWithReference(f)
	f.site(plainSite("d", "other"))
	f.contact(fullContact())
	sameID, sameExternal := plainContact("d", "other", "c"), plainContact("d", "s", "c2")
	sameExternal.ExternalID = "1784"
	for _, c := range []struct {
		contact rollcall.Contact
		kind    rollcall.Kind
		field   string
	}{
		{sameID, rollcall.ContactIDTaken, "contact_id"},
		{sameExternal, rollcall.ExternalContactIDTaken, "external_contact_id"},
	} {
		err := f.Update(f.Context(), func(ctx context.Context, tx service.Tx) error { return insert(ctx, tx, &c.contact) })
		f.kind(err, c.kind)
		equal(f, "field", err.(*rollcall.Error).Field, c.field)
	}
	elsewhere := plainContact("d", "other", "c3")
	elsewhere.ExternalID = "1784"
	f.contact(elsewhere)
	next := f.contact(plainContact("d", "s", "c4"))
	equal(f, "place after those that were refused", next.Seq, 2)
}
