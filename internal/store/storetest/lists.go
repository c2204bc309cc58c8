package storetest

import (
	"context"
	"fmt"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// listCase is a list of five, named 1 to 5 in the order in which they were added.
type listCase struct {
	page  service.Page
	terms []string
	want  []string
	total int
}

func pageCases() []listCase {
	all := []string{"1", "2", "3", "4", "5"}
	return []listCase{
		{want: all, total: 5},
		{page: service.Page{Limit: 2}, want: []string{"1", "2"}, total: 5},
		{page: service.Page{Offset: 2, Limit: 2}, want: []string{"3", "4"}, total: 5},
		{page: service.Page{Offset: 4, Limit: 2}, want: []string{"5"}, total: 5},
		{page: service.Page{Offset: 5, Limit: 2}, want: []string{}, total: 5},
		{page: service.Page{Offset: 1 << 31, Limit: 200}, want: []string{}, total: 5},
		{page: service.Page{Limit: 100}, want: all, total: 5},
	}
}

// searchCases look for names in the order of searchNames.
func searchCases() []listCase {
	return []listCase{
		{terms: []string{"100%"}, want: []string{"1"}, total: 1},
		{terms: []string{"%"}, want: []string{"1"}, total: 1},
		{terms: []string{"a_b"}, want: []string{"2"}, total: 1},
		{terms: []string{"_"}, want: []string{"2"}, total: 1},
		{terms: []string{`\`}, want: []string{"3"}, total: 1},
		{terms: []string{"elodie"}, want: []string{"4"}, total: 1},
		{terms: []string{"株式"}, want: []string{"5"}, total: 1},
		{terms: []string{"shared", "sure"}, want: []string{"1"}, total: 1},
		{terms: []string{"shared"}, want: []string{"1", "2", "3", "4", "5"}, total: 5},
		{terms: []string{"shared"}, page: service.Page{Offset: 1, Limit: 1}, want: []string{"2"}, total: 5},
		{terms: []string{"shared", "nothing"}, want: []string{}},
		{terms: []string{"nothing"}, page: service.Page{Limit: 1}, want: []string{}},
		{terms: []string{"'; --"}, want: []string{}},
	}
}

func searchNames() []string {
	return []string{"Shared 100% sure", "Shared a_b", `Shared back\slash`, "Shared Élodie", "Shared 株式会社"}
}

// sites asserts what a list of the dealer d holds.
func (f *fixture) sites(c listCase, status rollcall.SiteStatus) {
	f.Helper()
	sites, total, err := f.Sites(f.Context(), "d", service.SiteFilter{Status: status, Terms: c.terms, Page: c.page})
	f.must(err)
	what := fmt.Sprintf("%+v", c)
	equal(f, what, ids(sites, func(s rollcall.Site) rollcall.SiteID { return s.ID }), c.want)
	equal(f, "total of "+what, total, c.total)
}

// fiveSites are the active sites 1, 3 and 5, and the inactive ones 2 and 4.
func fiveSites(f *fixture) {
	f.dealer("d")
	for i, name := range searchNames() {
		s := plainSite("d", rollcall.SiteID(fmt.Sprint(i+1)))
		s.Name = name
		if i%2 == 1 {
			s.Status = "inactive"
		}
		f.site(s)
	}
}

func siteListTests() []test {
	return []test{
		{"are empty without sites", func(f *fixture) {
			f.dealer("d")
			f.sites(listCase{want: []string{}}, "")
			f.sites(listCase{page: service.Page{Limit: 5}, want: []string{}}, "")
		}},
		{"keep the order in which sites were added", func(f *fixture) {
			f.dealer("d")
			for _, id := range []rollcall.SiteID{"z", "a", "m"} {
				f.site(plainSite("d", id))
			}
			f.change(func(ctx context.Context, tx service.Tx) error { return tx.DeleteSite(ctx, "d", "m") })
			f.site(plainSite("d", "b"))
			f.sites(listCase{want: []string{"z", "a", "b"}, total: 3}, "")
		}},
		{"come in pages", func(f *fixture) {
			fiveSites(f)
			for _, c := range pageCases() {
				f.sites(c, "")
			}
		}},
		{"are searched", func(f *fixture) {
			fiveSites(f)
			for _, c := range searchCases() {
				f.sites(c, "")
			}
		}},
		{"are filtered by status", func(f *fixture) {
			fiveSites(f)
			f.sites(listCase{want: []string{"2", "4"}, total: 2}, "inactive")
			f.sites(listCase{want: []string{"4"}, page: service.Page{Offset: 1, Limit: 1}, total: 2}, "inactive")
			f.sites(listCase{want: []string{}}, "suspended")
		}},
		{"follow updates", func(f *fixture) {
			fiveSites(f)
			s := plainSite("d", "1")
			s.Name = "Renamed"
			f.change(func(ctx context.Context, tx service.Tx) error { return tx.UpdateSite(ctx, s) })
			f.sites(listCase{terms: []string{"sure"}, want: []string{}}, "")
			f.sites(listCase{terms: []string{"renamed"}, want: []string{"1"}, total: 1}, "")
		}},
	}
}

// contacts asserts what a list of a site of the dealer d holds.
func (f *fixture) contacts(c listCase, ref rollcall.SiteRef, filter service.ContactFilter) {
	f.Helper()
	filter.Terms, filter.Page = c.terms, c.page
	contacts, total, err := f.Contacts(f.Context(), "d", ref, filter)
	f.must(err)
	what := fmt.Sprintf("%+v", c)
	equal(f, what, ids(contacts, func(c rollcall.Contact) rollcall.ContactID { return c.ID }), c.want)
	equal(f, "total of "+what, total, c.total)
}

// fiveContacts are the primary owner 1, the emergency contacts 2 and 4, and the primary ones 3 and 5, of a site with the
// reference R.
func fiveContacts(f *fixture) {
	f.dealer("d")
	s := plainSite("d", "s")
	s.Reference = "R"
	f.site(s)
	f.site(plainSite("d", "other"))
	for i, name := range searchNames() {
		c := plainContact("d", "s", rollcall.ContactID(fmt.Sprint(i+1)))
		c.FirstName = name
		if i == 0 {
			c.Role = "owner"
		}
		if i%2 == 1 {
			c.Type = "emergency"
		}
		f.contact(c)
		f.contact(plainContact("d", "other", "other "+c.ID))
	}
}

func contactListTests() []test {
	none := service.ContactFilter{}
	return []test{
		{"are empty without contacts, and not found without the site", func(f *fixture) {
			f.dealer("d")
			f.site(plainSite("d", "s"))
			for _, page := range []service.Page{{}, {Limit: 5}} {
				f.contacts(listCase{page: page, want: []string{}}, siteRef("s"), none)
				for _, ref := range []rollcall.SiteRef{{ID: "none"}, {Reference: "none"}, {}} {
					_, _, err := f.Contacts(f.Context(), "d", ref, service.ContactFilter{Page: page})
					f.kind(err, rollcall.SiteNotFound)
				}
			}
		}},
		{"come in pages, by either identifier of the site", func(f *fixture) {
			fiveContacts(f)
			for _, c := range pageCases() {
				f.contacts(c, siteRef("s"), none)
				f.contacts(c, rollcall.SiteRef{Reference: "R"}, none)
			}
		}},
		{"are searched", func(f *fixture) {
			fiveContacts(f)
			for _, c := range searchCases() {
				f.contacts(c, siteRef("s"), none)
			}
			f.contacts(listCase{terms: []string{"15550123"}, want: []string{"1", "2", "3", "4", "5"}, total: 5}, siteRef("s"), none)
			f.contacts(listCase{terms: []string{"first.last@"}, want: []string{"1", "2", "3", "4", "5"}, total: 5}, siteRef("s"), none)
		}},
		{"are filtered by type and role", func(f *fixture) {
			fiveContacts(f)
			primaryOwner := service.ContactFilter{Type: []rollcall.ContactType{"primary"}, Role: []rollcall.ContactRole{"owner"}}
			primaryOrEmergency := service.ContactFilter{Type: []rollcall.ContactType{"emergency", "primary"}}
			f.contacts(listCase{page: service.Page{Limit: 2}, want: []string{"1", "2"}, total: 5}, siteRef("s"), primaryOrEmergency)
			f.contacts(listCase{want: []string{"2", "4"}, total: 2}, siteRef("s"), service.ContactFilter{Type: []rollcall.ContactType{"emergency"}})
			f.contacts(listCase{want: []string{"1"}, total: 1}, siteRef("s"), service.ContactFilter{Role: []rollcall.ContactRole{"owner"}})
			f.contacts(listCase{want: []string{"1"}, total: 1}, siteRef("s"), primaryOwner)
			f.contacts(listCase{want: []string{}}, siteRef("s"), service.ContactFilter{Type: []rollcall.ContactType{"emergency"}, Role: []rollcall.ContactRole{"owner"}})
			f.contacts(listCase{terms: []string{"100%"}, page: service.Page{Limit: 9}, want: []string{"1"}, total: 1},
				rollcall.SiteRef{Reference: "R"}, primaryOwner)
		}},
		{"keep the order in which contacts were added", func(f *fixture) {
			f.dealer("d")
			f.site(plainSite("d", "s"))
			for _, id := range []rollcall.ContactID{"z", "a", "m"} {
				f.contact(plainContact("d", "s", id))
			}
			f.change(func(ctx context.Context, tx service.Tx) error {
				return softDelete(ctx, tx, "m")
			})
			f.contact(plainContact("d", "s", "b"))
			f.contacts(listCase{want: []string{"z", "a", "b"}, total: 3}, siteRef("s"), none)
		}},
	}
}
