package storetest

import (
	"context"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

func tenantTests() []test {
	return []test{
		{"may use the same names", func(f *fixture) {
			for _, dealer := range []rollcall.DealerID{"d1", "d2"} {
				f.dealer(dealer)
				s := plainSite(dealer, "s")
				s.Reference, s.Name = "R", "Site of "+string(dealer)
				f.site(s)
				c := plainContact(dealer, "s", "c")
				c.LastName = string(dealer)
				f.contact(c)
				v := plainValidation("v")
				v.Dealer, v.Text = dealer, string(dealer)
				f.validation(v)
			}
			for _, dealer := range []rollcall.DealerID{"d1", "d2"} {
				s, err := f.Site(f.Context(), dealer, rollcall.SiteRef{Reference: "R"})
				f.must(err)
				equal(f, "site", s.Name, "Site of "+string(dealer))
				c, err := f.Contact(f.Context(), dealer, contactRef("s", "c"))
				f.must(err)
				equal(f, "contact", c.LastName, string(dealer))
				v, err := f.Validation(f.Context(), dealer, "v")
				f.must(err)
				equal(f, "validation", v.Text, string(dealer))
				list, total, err := f.Contacts(f.Context(), dealer, siteRef("s"), service.ContactFilter{})
				f.must(err)
				equal(f, "contacts", total, 1)
				equal(f, "contact in list", list[0].LastName, string(dealer))
			}
			f.change(func(ctx context.Context, tx service.Tx) error { return tx.DeleteSite(ctx, "d1", "s") })
			_, err := f.Contact(f.Context(), "d2", contactRef("s", "c"))
			f.must(err)
			_, err = f.Validation(f.Context(), "d2", "v")
			f.must(err)
		}},
		{"read nothing of each other", strangerReads},
		{"change nothing of each other", strangerChanges},
		{"change no users of each other", strangerChangesUsers},
	}
}

// tenant fills the dealer d, and adds a dealer stranger without records.
func tenant(f *fixture) {
	f.home()
	f.dealer("stranger")
	f.key(rollcall.Key{Dealer: "d", ID: "k", Hash: rollcall.KeyHash{1}, Scopes: rollcall.Scopes{rollcall.ScopeAll}, Created: noon()})
	f.user(plainUser())
	f.session(plainSession())
	f.validation(plainValidation("v"))
	f.change(func(ctx context.Context, tx service.Tx) error {
		m := rollcall.Message{Dealer: "d", Validation: "v", Method: rollcall.SMS, To: "1", Text: "T"}
		return tx.InsertCapturedMessage(ctx, rollcall.CapturedMessage{Message: m, At: noon()}, 10)
	})
}

func strangerReads(f *fixture) {
	tenant(f)
	ctx := f.Context()
	_, err := f.Site(ctx, "stranger", siteRef("s"))
	f.kind(err, rollcall.SiteNotFound)
	_, err = f.Contact(ctx, "stranger", contactRef("s", "c"))
	f.kind(err, rollcall.SiteNotFound)
	_, _, err = f.Contacts(ctx, "stranger", siteRef("s"), service.ContactFilter{})
	f.kind(err, rollcall.SiteNotFound)
	_, err = f.Validation(ctx, "stranger", "v")
	f.kind(err, rollcall.ValidationNotFound)
	sites, total, err := f.Sites(ctx, "stranger", service.SiteFilter{Page: service.Page{Limit: 10}})
	f.must(err)
	equal(f, "sites", len(sites)+total, 0)
	keys, err := f.Keys(ctx, "stranger")
	f.must(err)
	equal(f, "keys", len(keys), 0)
	users, err := f.Users(ctx, "stranger")
	f.must(err)
	equal(f, "users", len(users), 0)
	_, err = f.User(ctx, "stranger", "u")
	f.kind(err, rollcall.UserNotFound)
	sessions, err := f.Sessions(ctx, "stranger", "u")
	f.must(err)
	equal(f, "sessions", len(sessions), 0)
	messages, err := f.CapturedMessages(ctx, "stranger", service.CapturedFilter{Limit: 10})
	f.must(err)
	equal(f, "captured", len(messages), 0)
}

func strangerChanges(f *fixture) {
	tenant(f)
	s, c, v := plainSite("stranger", "s"), plainContact("stranger", "s", "c"), plainValidation("v")
	v.Dealer = "stranger"
	for _, change := range []struct {
		want rollcall.Kind
		fn   func(ctx context.Context, tx service.Tx) error
	}{
		{rollcall.KeyNotFound, func(ctx context.Context, tx service.Tx) error { return tx.RevokeKey(ctx, "stranger", "k", noon()) }},
		{rollcall.SiteNotFound, func(ctx context.Context, tx service.Tx) error {
			_, _, err := tx.LockSite(ctx, "stranger", siteRef("s"))
			return err
		}},
		{rollcall.SiteNotFound, func(ctx context.Context, tx service.Tx) error { return tx.UpdateSite(ctx, s) }},
		{rollcall.SiteNotFound, func(ctx context.Context, tx service.Tx) error { return tx.DeleteSite(ctx, "stranger", "s") }},
		{rollcall.SiteNotFound, func(ctx context.Context, tx service.Tx) error {
			_, err := tx.ReserveContact(ctx, "stranger", siteRef("s"))
			return err
		}},
		{rollcall.SiteNotFound, func(ctx context.Context, tx service.Tx) error {
			_, err := tx.Country(ctx, "stranger", "s")
			return err
		}},
		{rollcall.SiteNotFound, func(ctx context.Context, tx service.Tx) error {
			_, err := tx.LockContact(ctx, "stranger", contactRef("s", "c"))
			return err
		}},
		{rollcall.ContactNotFound, func(ctx context.Context, tx service.Tx) error { return tx.UpdateContact(ctx, c, c) }},
		{rollcall.ContactNotFound, func(ctx context.Context, tx service.Tx) error { return tx.SetExternalID(ctx, c, "E") }},
		{rollcall.SiteNotFound, func(ctx context.Context, tx service.Tx) error {
			return tx.SoftDeleteContact(ctx, c, noon())
		}},
		{rollcall.ContactNotFound, func(ctx context.Context, tx service.Tx) error { return tx.InsertValidation(ctx, v) }},
		{rollcall.ValidationNotFound, func(ctx context.Context, tx service.Tx) error {
			_, err := tx.LockValidation(ctx, "stranger", "v")
			return err
		}},
		{rollcall.ValidationNotFound, func(ctx context.Context, tx service.Tx) error { return tx.UpdateValidation(ctx, v) }},
	} {
		f.refused(change.want, change.fn)
	}
	f.change(func(ctx context.Context, tx service.Tx) error {
		f.must(tx.SetKeyLastUsed(ctx, "stranger", "k", noon()))
		canceled, err := tx.CancelValidations(ctx, c, phoneOf(c))
		f.must(err)
		equal(f, "canceled", len(canceled), 0)
		return nil
	})
	equal(f, "last used", f.keyByHash(rollcall.KeyHash{1}).LastUsed, time.Time{})
	f.status("v", rollcall.ValidationQueued)
	got, err := f.Contact(f.Context(), "d", contactRef("s", "c"))
	f.must(err)
	want := plainContact("d", "s", "c")
	want.Seq, want.Position = 1, 1
	equal(f, "contact", got, want)
}
