package storetest

import (
	"context"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

func fullSite() rollcall.Site {
	return rollcall.Site{
		Dealer: "d", ID: "s", Reference: "ACCT-1001", AccountNumber: "77/1", Name: "Café Ünïcode 株式会社",
		Address:  rollcall.Address{Street: "1 Main St", City: "Springfield", State: "IL", Zip: "62701", Country: "US"},
		Timezone: "America/Chicago", Language: "es-US", Status: "suspended",
		Created: noon(), Updated: noon().Add(time.Microsecond),
		PremisesPhone: rollcall.PremisesPhone{Value: "(217) 555-0123", E164: "+12175550123", Cause: "unknown_prefix"},
		ReadinessRules: rollcall.SiteReadinessRules{
			MinPeople: rollcall.Override[int]{Value: 1, Set: true}, MinNumbers: rollcall.Override[int]{Set: true},
			PremisesPhone: rollcall.Override[bool]{Value: true, Set: true}, ExemptReason: "Vacant",
		},
	}
}

func siteTests() []test {
	return []test{
		{"are returned as stored, by either identifier", siteRoundTrip},
		{"that don't exist are not found", siteNotFound},
		{"need a dealer", func(f *fixture) {
			f.refused(rollcall.DealerNotFound, func(ctx context.Context, tx service.Tx) error {
				_, err := tx.InsertSite(ctx, plainSite("none", "s"))
				return err
			})
		}},
		{"cannot have the identifiers of others", siteTaken},
		{"are replaced by an update, except their place", func(f *fixture) {
			f.dealer("d")
			f.site(plainSite("d", "first"))
			s := f.site(fullSite())
			s.Reference, s.AccountNumber, s.Name, s.Address = "", "9", "N", rollcall.Address{Country: "FR"}
			s.Timezone, s.Language, s.Status = "", "", rollcall.SiteActive
			s.Updated, s.Version = noon().Add(time.Hour), 8
			f.change(func(ctx context.Context, tx service.Tx) error { return tx.UpdateSite(ctx, s) })
			got, err := f.Site(f.Context(), "d", siteRef("s"))
			f.must(err)
			equal(f, "site", got, s)
			_, err = f.Site(f.Context(), "d", rollcall.SiteRef{Reference: "ACCT-1001"})
			f.kind(err, rollcall.SiteNotFound)
		}},
		{"are removed with all that is in them", siteCascade},
		{"know the country in which phones are read", func(f *fixture) {
			f.dealer("d")
			f.site(plainSite("d", "of the dealer"))
			french := plainSite("d", "its own")
			french.Address.Country = "FR"
			f.site(french)
			for id, want := range map[rollcall.SiteID]string{"of the dealer": "US", "its own": "FR"} {
				f.change(func(ctx context.Context, tx service.Tx) error {
					got, err := tx.Country(ctx, "d", id)
					equal(f, "country", got, want)
					return err
				})
			}
		}},
	}
}

func siteRoundTrip(f *fixture) {
	f.dealer("d")
	want := f.site(fullSite())
	equal(f, "place", want.Seq, 1)
	for _, ref := range []rollcall.SiteRef{{ID: "s"}, {Reference: "ACCT-1001"}, {ID: "s", Reference: "another"}} {
		got, err := f.Site(f.Context(), "d", ref)
		f.must(err)
		equal(f, "site", got, want)
		f.change(func(ctx context.Context, tx service.Tx) error {
			got, contacts, err := tx.LockSite(ctx, "d", ref)
			equal(f, "locked site", got, want)
			equal(f, "contacts", contacts, 0)
			return err
		})
	}
	plain := f.site(plainSite("d", "plain"))
	got, err := f.Site(f.Context(), "d", siteRef("plain"))
	f.must(err)
	equal(f, "plain site", got, plain)
}

func siteNotFound(f *fixture) {
	f.dealer("d")
	f.site(fullSite())
	f.site(plainSite("d", "no reference"))
	for _, ref := range []rollcall.SiteRef{{ID: "none"}, {Reference: "acct-1001"}, {}, {ID: "S"}} {
		_, err := f.Site(f.Context(), "d", ref)
		f.kind(err, rollcall.SiteNotFound)
		f.refused(rollcall.SiteNotFound, func(ctx context.Context, tx service.Tx) error {
			_, _, err := tx.LockSite(ctx, "d", ref)
			return err
		})
	}
	f.refused(rollcall.SiteNotFound, func(ctx context.Context, tx service.Tx) error {
		return tx.UpdateSite(ctx, plainSite("d", "none"))
	})
	f.refused(rollcall.SiteNotFound, func(ctx context.Context, tx service.Tx) error {
		return tx.DeleteSite(ctx, "d", "none")
	})
	f.refused(rollcall.SiteNotFound, func(ctx context.Context, tx service.Tx) error {
		_, err := tx.Country(ctx, "d", "none")
		return err
	})
}

func siteTaken(f *fixture) {
	f.dealer("d")
	first := f.site(fullSite())
	second := f.site(plainSite("d", "s2"))
	sameID, sameReference := plainSite("d", "s"), plainSite("d", "s3")
	sameReference.Reference = first.Reference
	second.Reference = first.Reference
	for _, c := range []struct {
		change func(ctx context.Context, tx service.Tx) error
		kind   rollcall.Kind
		field  string
	}{
		{func(ctx context.Context, tx service.Tx) error { _, err := tx.InsertSite(ctx, sameID); return err },
			rollcall.SiteIDTaken, "site_id"},
		{func(ctx context.Context, tx service.Tx) error {
			_, err := tx.InsertSite(ctx, sameReference)
			return err
		},
			rollcall.AccountReferenceTaken, "account_reference_id"},
		{func(ctx context.Context, tx service.Tx) error { return tx.UpdateSite(ctx, second) },
			rollcall.AccountReferenceTaken, "account_reference_id"},
	} {
		err := f.Update(f.Context(), c.change)
		f.kind(err, c.kind)
		equal(f, "field", err.(*rollcall.Error).Field, c.field)
	}
	third := f.site(plainSite("d", "s3"))
	equal(f, "place after those that were refused", third.Seq, 3)
}

func siteCascade(f *fixture) {
	f.home()
	f.site(plainSite("d", "other"))
	other := f.contact(plainContact("d", "other", "other"))
	f.validation(plainValidation("v"))
	f.change(func(ctx context.Context, tx service.Tx) error {
		if _, contacts, err := tx.LockSite(ctx, "d", siteRef("s")); err != nil || contacts != 1 {
			f.Errorf("%d contacts, want 1: %v", contacts, err)
		}
		return tx.DeleteSite(ctx, "d", "s")
	})
	_, err := f.Site(f.Context(), "d", siteRef("s"))
	f.kind(err, rollcall.SiteNotFound)
	_, err = f.Contact(f.Context(), "d", contactRef("s", "c"))
	f.kind(err, rollcall.SiteNotFound)
	_, err = f.Validation(f.Context(), "d", "v")
	f.kind(err, rollcall.ValidationNotFound)
	got, err := f.Contact(f.Context(), "d", contactRef("other", "other"))
	f.must(err)
	equal(f, "contact of another site", got, other)
	f.site(plainSite("d", "s"))
	f.contact(plainContact("d", "s", "c"))
}
