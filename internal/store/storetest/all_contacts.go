package storetest

import (
	"context"
	"fmt"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// allContacts asserts which contacts of the dealer d a filter finds.
func (f *fixture) allContacts(filter service.AllContactsFilter, want ...string) {
	f.Helper()
	if filter.Limit == 0 {
		filter.Limit = 100
	}
	found, err := f.AllContacts(f.Context(), "d", filter)
	f.must(err)
	got := ids(found, func(c service.SiteContact) rollcall.ContactID { return c.ID })
	equal(f, fmt.Sprintf("contacts of all sites with %+v", filter), got, append([]string{}, want...))
}

// twoSites are the contacts b1 and b2 of site b, a1 and a2 of site a with the reference R, and one of another dealer. a1 has a phone that
// was confirmed an hour before noon and another that is stale since, b2 was declined and is deleted.
func twoSites(f *fixture) {
	for _, dealer := range []rollcall.DealerID{"d", "e"} {
		f.dealer(dealer)
	}
	a := plainSite("d", "a")
	a.Reference = "R"
	for _, s := range []rollcall.Site{plainSite("d", "b"), a, plainSite("e", "a")} {
		f.site(s)
	}
	for _, id := range []rollcall.ContactID{"b1", "b2", "a1", "a2"} {
		c := plainContact("d", rollcall.SiteID(id[:1]), id)
		switch id {
		case "a1":
			c.Points = append(c.Points[:1], rollcall.Point{ID: "second", Kind: "phone", Value: "+12025550147", E164: "+12025550147"}, c.Points[1])
			c.Points[0].State = rollcall.PointState{Status: "confirmed", Method: "attestation", Confirmed: noon().Add(-time.Hour)}
			c.Points[1].State = rollcall.PointState{Status: "stale", Method: "attestation", Confirmed: noon().Add(-2 * time.Hour)}
			c.Points[2].State = rollcall.PointState{Status: "confirmed", Method: "attestation", Confirmed: noon().Add(-time.Hour)}
		case "b1":
			c.FirstName, c.Type, c.Role = "Ann-Marie", "billing", "owner"
			c.Points[1].Value = "B.One@example.org"
		case "b2":
			c.Points[0].State.Status = "declined"
		}
		f.contact(c)
	}
	f.contact(plainContact("e", "a", "other"))
	f.change(func(ctx context.Context, tx service.Tx) error {
		c, err := tx.LockContact(ctx, "d", contactRef("b", "b2"))
		if err != nil {
			return err
		}
		return tx.SoftDeleteContact(ctx, c, noon())
	})
}

type statuses = []rollcall.PointStatus

// selecting returns the filter of the contacts of all sites that a filter of one site's list selects.
func selecting(filter service.ContactFilter) service.AllContactsFilter {
	return service.AllContactsFilter{ContactFilter: filter}
}

func allContactsTests() []test {
	return []test{
		{"come by site, each whole and with the reference of its site", func(f *fixture) {
			twoSites(f)
			f.allContacts(service.AllContactsFilter{}, "a1", "a2", "b1")
			found, err := f.AllContacts(f.Context(), "d", service.AllContactsFilter{Limit: 1})
			f.must(err)
			want, err := f.Contact(f.Context(), "d", contactRef("a", "a1"))
			f.must(err)
			equal(f, "the first contact", found, []service.SiteContact{{Contact: want, Reference: "R", SiteStatus: rollcall.SiteActive}})
		}},
		{"come in pages that end at the limit, with any filter", allContactsPages},
		{"are filtered by site", func(f *fixture) {
			twoSites(f)
			f.allContacts(service.AllContactsFilter{Site: "b"}, "b1")
			f.allContacts(service.AllContactsFilter{Reference: "R"}, "a1", "a2")
			f.allContacts(service.AllContactsFilter{Reference: "R", Site: "b"})
			f.allContacts(service.AllContactsFilter{Site: "none"})
			f.allContacts(service.AllContactsFilter{Reference: "none"})
		}},
		{"are filtered by type, role and the beginnings of words", func(f *fixture) {
			twoSites(f)
			f.allContacts(selecting(service.ContactFilter{Type: []rollcall.ContactType{"billing"}}), "b1")
			f.allContacts(selecting(service.ContactFilter{Role: []rollcall.ContactRole{"owner", "manager"}}), "b1")
			f.allContacts(selecting(service.ContactFilter{Terms: []string{"mar", "one@"}}), "b1")
			f.allContacts(selecting(service.ContactFilter{Terms: []string{"arie"}}))
			f.allContacts(selecting(service.ContactFilter{Terms: []string{"fir", "50147"}}), "a1")
			f.allContacts(selecting(service.ContactFilter{Terms: []string{"%"}}))
		}},
		{"are filtered by number and mailbox", func(f *fixture) {
			twoSites(f)
			f.allContacts(service.AllContactsFilter{PhoneKey: "12025550147"}, "a1")
			f.allContacts(service.AllContactsFilter{EmailKey: "b.one@example.org"}, "b1")
			f.allContacts(service.AllContactsFilter{PhoneKey: "15550123", EmailKey: "b.one@example.org"}, "b1")
			f.allContacts(service.AllContactsFilter{PhoneKey: "15550123", Site: "a"}, "a1", "a2")
			f.allContacts(service.AllContactsFilter{PhoneKey: "12025550148"})
		}},
		{"are filtered by status", allContactsByStatus},
		{"are filtered by the time of the last confirmation", func(f *fixture) {
			twoSites(f)
			f.allContacts(service.AllContactsFilter{ConfirmedBefore: noon().Add(-time.Hour)}, "a1", "a2", "b1")
			f.allContacts(service.AllContactsFilter{ConfirmedBefore: noon().Add(-3 * time.Hour)}, "a2", "b1")
			f.allContacts(service.AllContactsFilter{ConfirmedBefore: noon().Add(-time.Hour), Site: "a"}, "a1", "a2")
			f.allContacts(service.AllContactsFilter{ConfirmedBefore: noon().Add(-3 * time.Hour), Site: "a"}, "a2")
		}},
		{"with a text that cannot be stored are none", func(f *fixture) {
			twoSites(f)
			f.allContacts(service.AllContactsFilter{Site: "\x00"})
			f.allContacts(service.AllContactsFilter{After: service.ContactPlace{Site: "z\x00"}})
		}},
	}
}

func allContactsPages(f *fixture) {
	twoSites(f)
	first := service.ContactPlace{Site: "a", Seq: 1}
	for _, filter := range []service.AllContactsFilter{
		{}, {PhoneKey: "15550123"}, selecting(service.ContactFilter{Phone: statuses{"unconfirmed", "confirmed", "stale"}}), {ConfirmedBefore: noon()},
	} {
		filter.Limit = 1
		f.allContacts(filter, "a1")
		filter.After = first
		f.allContacts(filter, "a2")
		filter.Limit = 5
		f.allContacts(filter, "a2", "b1")
		filter.After = service.ContactPlace{Site: "b", Seq: 9}
		f.allContacts(filter)
	}
}

func allContactsByStatus(f *fixture) {
	twoSites(f)
	f.allContacts(selecting(service.ContactFilter{Phone: statuses{"stale"}}), "a1")
	f.allContacts(selecting(service.ContactFilter{Phone: statuses{"confirmed", "stale"}}), "a1")
	f.allContacts(selecting(service.ContactFilter{Email: statuses{"unconfirmed"}}), "a2", "b1")
	f.allContacts(selecting(service.ContactFilter{Email: statuses{"stale"}}))
	f.allContacts(selecting(service.ContactFilter{Phone: statuses{"declined"}}))
	f.allContacts(selecting(service.ContactFilter{Phone: statuses{"stale"}, Email: statuses{"confirmed"}}), "a1")
	f.allContacts(service.AllContactsFilter{ContactFilter: service.ContactFilter{Phone: statuses{"confirmed"}}, EmailKey: "b.one@example.org"})
}
