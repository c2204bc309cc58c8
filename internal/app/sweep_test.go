package app_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit"
	"example.org/rollcall/internal/testkit/pgtest"
)

// idleDealers opens an application on PostgreSQL through a proxy that adds the delay to each trip, with so many dealers.
func idleDealers(t *testing.T, count int, delay time.Duration) (*app.App, *pgtest.Proxy) {
	t.Helper()
	proxy := pgtest.NewProxy(t, testkit.Migrated(t), delay)
	a, err := app.Open(t.Context(), app.Options{DatabaseURL: proxy.URL, Secret: testkit.Secret, Delivery: app.Capture})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	for n := range count {
		if _, err := a.Service().CreateDealer(t.Context(), rollcall.DealerInput{Name: rollcall.Given(fmt.Sprintf("Dealer %d", n))}); err != nil {
			t.Fatal(err)
		}
	}
	return a, proxy
}

// TestIdleDealersCostTheSweepNothing checks that a dealer with nothing due adds no trip to the database. With ROLLCALL_SOAK=1 there are
// 2,000, 1 ms away, and a sweep may take 5 s.
func TestIdleDealersCostTheSweepNothing(t *testing.T) {
	t.Parallel()
	many, delay := 60, time.Duration(0)
	if os.Getenv("ROLLCALL_SOAK") == "1" {
		many, delay = 2000, time.Millisecond
	}
	var trips [2]int64
	for i, count := range []int{1, many} {
		a, proxy := idleDealers(t, count, delay)
		sweep(t, a) // prepares the statements, and gives the audit lines of the new dealers their positions
		before, begun := proxy.Trips.Load(), time.Now()
		sweep(t, a)
		trips[i] = proxy.Trips.Load() - before
		took := time.Since(begun)
		if delay > 0 && took > 5*time.Second {
			t.Errorf("a sweep of %d idle dealers took %v, want 5 s at most", count, took)
		}
		if count == many {
			t.Logf("figure: a sweep over %d idle dealers, %v away, took %v", count, delay, took.Round(time.Millisecond))
		}
	}
	if trips[0] != trips[1] || trips[1] > 40 {
		t.Errorf("a sweep took %d trips with a dealer and %d with %d, want the same and at most 40", trips[0], trips[1], many)
	}
}

func sweep(t *testing.T, a *app.App) {
	t.Helper()
	if err := a.Service().Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// failing makes the database refuse each change of a table where the condition on NEW holds.
func failing(t *testing.T, a *testkit.App, when, table, condition string) {
	t.Helper()
	if testkit.URLOf(a.Folder) != "" {
		a.Execute(t, `CREATE FUNCTION fail() RETURNS trigger AS $$ BEGIN RAISE 'a fault of the test'; END $$ LANGUAGE plpgsql;
			CREATE TRIGGER fail BEFORE `+when+` ON `+table+` FOR EACH ROW WHEN (`+condition+`) EXECUTE FUNCTION fail()`)
		return
	}
	a.Execute(t, `CREATE TRIGGER fail BEFORE `+when+` ON `+table+` WHEN `+condition+` BEGIN SELECT RAISE(ABORT, 'a fault of the test'); END`)
}

// TestSweepPassesOverARecord checks that a record that can't be handled is logged by its identifiers, and that the sweep handles
// the others, also of other dealers.
func TestSweepPassesOverARecord(t *testing.T) {
	clock := testkit.NewClock()
	a := newAsked(t, func(o *app.Options) { o.Now = clock.Now })
	hill, err := a.Service().CreateDealer(t.Context(), rollcall.DealerInput{Name: rollcall.Given("Hill Alarm")})
	a.must(err)
	callers := []service.Caller{a.caller, {Dealer: hill.ID}}
	_, err = a.Service().CreateSite(t.Context(), callers[1], rollcall.SiteInput{SiteID: rollcall.Given("hill"), Name: rollcall.Given("The mill")})
	a.must(err)
	sent, refs := []rollcall.Validation{}, []rollcall.ContactRef{}
	for n := range 4 {
		caller, site := callers[n/3], rollcall.SiteRef{ID: "site_123abc"}
		if n == 3 {
			site.ID = "hill"
		}
		id := fmt.Sprint("person", n)
		_, err := a.Service().CreateContact(t.Context(), caller, site, testkit.Contact(id, "Ada", "Lee", "", fmt.Sprint("+1 202 555 010", n), "primary", ""))
		a.must(err)
		refs = append(refs, rollcall.ContactRef{Site: site, ID: rollcall.ContactID(id)})
		v, err := a.Service().SendValidation(t.Context(), caller, refs[n], rollcall.ValidationInput{})
		a.must(err)
		sent = append(sent, v)
	}
	failing(t, a.App, "UPDATE", "validations", fmt.Sprintf("NEW.status = 'expired' AND NEW.validation_id = '%s'", sent[0].ID))
	clock.Advance(rollcall.ValidationLife)
	statuses := func() (found string) {
		for n, v := range sent {
			got, _, err := a.Service().Timeline(t.Context(), callers[n/3], refs[n], v.ID)
			a.must(err)
			found += string(got.Status) + " "
		}
		return found
	}
	for range 2 {
		a.must(a.Service().Sweep(t.Context()))
		if got, want := statuses(), "sent expired expired expired "; got != want {
			t.Fatalf("the validations are %s, want %s", got, want)
		}
	}
	want := fmt.Sprintf(`"task":"expire a validation","dealer_id":%q,"site_id":"site_123abc","contact_id":"person0","validation_id":%q`, a.Dealer, sent[0].ID)
	if logged := a.Log.String(); strings.Count(logged, want) < 2 { // the server may sweep, too
		t.Errorf("the log does not hold %s at least twice:\n%s", want, logged)
	}
	drop := "DROP TRIGGER fail"
	if testkit.URLOf(a.Folder) != "" {
		drop += " ON validations"
	}
	a.Execute(t, drop)
	a.must(a.Service().Sweep(t.Context()))
	if got, want := statuses(), "expired expired expired expired "; got != want {
		t.Errorf("the validations are %s, want %s", got, want)
	}
}
