// Package storetest is the conformance suite of service.Store, for every engine: each error kind, the order of lists, that
// dealers see nothing of each other, that a change that fails leaves nothing, and that concurrent changes lose nothing.
// The tests of package store call Run.
package storetest

import (
	"context"
	"reflect"
	"testing"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// Run runs the suite. open returns an empty store and closes it when its test ends; every test opens its own.
func Run(t *testing.T, open func(t *testing.T) service.Store) {
	for _, group := range []struct {
		name  string
		tests []test
	}{
		{"dealers", dealerTests()},
		{"keys", keyTests()},
		{"users", userTests()},
		{"sessions", sessionTests()},
		{"sites", siteTests()},
		{"reviews", reviewTests()},
		{"site lists", siteListTests()},
		{"contacts", contactTests()},
		{"contact lists", contactListTests()},
		{"contacts of all sites", allContactsTests()},
		{"call lists", callOrderTests()},
		{"validations", validationTests()},
		{"timelines", timelineTests()},
		{"histories", historyTests()},
		{"contact points", stateTests()},
		{"former points", formerTests()},
		{"captured", capturedTests()},
		{"roll calls", rollCallTests()},
		{"deleted contacts", deletedTests()},
		{"audit lines", auditTests()},
		{"the audit", auditFollowTests()},
		{"evidence", evidenceTests()},
		{"webhooks", webhookTests()},
		{"exports and erasures", privacyTests()},
		{"idempotency records", idempotencyTests()},
		{"settings and branding", settingsTests()},
		{"readiness", readinessTests()},
		{"suppressions", suppressionTests()},
		{"imports", importTests()},
		{"counts of messages", countTests()},
		{"tenants", tenantTests()},
		{"a sandbox", sandboxTests()},
		{"strangers", strangerTests()},
		{"update", updateTests()},
		{"concurrent changes", concurrentTests()},
	} {
		t.Run(group.name, func(t *testing.T) {
			for _, c := range group.tests {
				t.Run(c.name, func(t *testing.T) {
					t.Parallel()
					c.run(&fixture{T: t, Store: open(t)})
				})
			}
		})
	}
}

type test struct {
	name string
	run  func(f *fixture)
}

// fixture is a store and the methods to fill and compare it, which end the test if they fail.
type fixture struct {
	*testing.T
	service.Store
}

// noon is a time with microseconds, which every engine stores.
func noon() time.Time { return time.Date(2026, 1, 2, 12, 0, 0, 345678000, time.UTC) }

// change runs one Update that must succeed.
func (f *fixture) change(fn func(ctx context.Context, tx service.Tx) error) {
	f.Helper()
	if err := f.Update(f.Context(), fn); err != nil {
		f.Fatalf("update: %v", err)
	}
}

// refused runs one Update that must fail with the kind.
func (f *fixture) refused(want rollcall.Kind, fn func(ctx context.Context, tx service.Tx) error) {
	f.Helper()
	f.kind(f.Update(f.Context(), fn), want)
}

// kind asserts the kind of an error, and that it has a message.
func (f *fixture) kind(err error, want rollcall.Kind) {
	f.Helper()
	if err == nil {
		f.Fatalf("no error, want %s", want)
	}
	e, ok := err.(*rollcall.Error)
	if !ok || e.Kind != want || e.Message == "" {
		f.Fatalf("error %#v, want a *rollcall.Error of kind %s with a message", err, want)
	}
}

// must asserts that nothing failed.
func (f *fixture) must(err error) {
	f.Helper()
	if err != nil {
		f.Fatal(err)
	}
}

// equal asserts that two values are the same, times included.
func equal[T any](f *fixture, what string, got, want T) {
	f.Helper()
	if !reflect.DeepEqual(got, want) {
		f.Fatalf("%s:\n got %+v\nwant %+v", what, got, want)
	}
}

// dealer adds a dealer in US.
func (f *fixture) dealer(id rollcall.DealerID) rollcall.Dealer {
	f.Helper()
	d := rollcall.Dealer{ID: id, Name: "Dealer " + string(id), Country: "US", Language: "en", Created: noon(), Updated: noon()}
	f.change(func(ctx context.Context, tx service.Tx) error { return tx.InsertDealer(ctx, d) })
	return d
}

// site adds a site at the end of its dealer's list.
func (f *fixture) site(s rollcall.Site) rollcall.Site {
	f.Helper()
	f.change(func(ctx context.Context, tx service.Tx) (err error) {
		s.Seq, err = tx.InsertSite(ctx, s)
		return err
	})
	return s
}

func plainSite(dealer rollcall.DealerID, id rollcall.SiteID) rollcall.Site {
	return rollcall.Site{
		Dealer: dealer, ID: id, Name: "Site " + string(id), Status: rollcall.SiteActive, Created: noon(), Updated: noon(),
	}
}

// contact adds a contact at the end of its site's list.
func (f *fixture) contact(c rollcall.Contact) rollcall.Contact {
	f.Helper()
	f.change(func(ctx context.Context, tx service.Tx) error { return insert(ctx, tx, &c) })
	return c
}

func insert(ctx context.Context, tx service.Tx, c *rollcall.Contact) error {
	slot, err := tx.ReserveContact(ctx, c.Dealer, rollcall.SiteRef{ID: c.Site})
	if err != nil {
		return err
	}
	c.Seq, c.Position = slot.Seq, slot.Count
	return tx.InsertContact(ctx, *c)
}

func plainContact(dealer rollcall.DealerID, site rollcall.SiteID, id rollcall.ContactID) rollcall.Contact {
	return rollcall.Contact{
		Dealer: dealer, Site: site, ID: id, ExternalID: "ext-" + string(id), FirstName: "First", LastName: "Last",
		Type: "primary", Created: noon(), Updated: noon(),
		Points: []rollcall.Point{
			{ID: "phone-" + rollcall.PointID(id), Kind: "phone", Value: "+1-555-0123", State: rollcall.PointState{Status: rollcall.PointUnconfirmed}},
			{ID: "email-" + rollcall.PointID(id), Kind: "email", Value: "first.last@example.com", State: rollcall.PointState{Status: rollcall.PointUnconfirmed}},
		},
	}
}

// home is a dealer with a site and a contact: d, s, c.
func (f *fixture) home() rollcall.Contact {
	f.Helper()
	f.dealer("d")
	f.site(plainSite("d", "s"))
	return f.contact(plainContact("d", "s", "c"))
}

// c is the contact of home with its identifiers only.
func (*fixture) c() rollcall.Contact {
	return rollcall.Contact{Dealer: "d", Site: "s", Seq: 1, ID: "c"}
}

// softDelete deletes a contact of home's site.
func softDelete(ctx context.Context, tx service.Tx, id rollcall.ContactID) error {
	c, err := tx.LockContact(ctx, "d", contactRef("s", id))
	if err != nil {
		return err
	}
	return tx.SoftDeleteContact(ctx, c, noon())
}

func siteRef(id rollcall.SiteID) rollcall.SiteRef { return rollcall.SiteRef{ID: id} }

func contactRef(site rollcall.SiteID, id rollcall.ContactID) rollcall.ContactRef {
	return rollcall.ContactRef{Site: siteRef(site), ID: id}
}

// ids returns the identifiers of a list, in its order.
func ids[T any, ID ~string](list []T, id func(T) ID) []string {
	found := []string{}
	for _, item := range list {
		found = append(found, string(id(item)))
	}
	return found
}
