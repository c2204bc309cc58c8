package app_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit"
)

func setQuotas(t *testing.T, a *testkit.App, in rollcall.SettingsInput) {
	t.Helper()
	if _, err := a.Service().UpdateSettings(t.Context(), service.Caller{Dealer: a.Dealer}, in); err != nil {
		t.Fatal(err)
	}
}

// TestQuotaAtOnce has many callers take the last places at once: a process gives each out once.
func TestQuotaAtOnce(t *testing.T) {
	a := testkit.NewApp(t)
	setQuotas(t, a, rollcall.SettingsInput{MaxContacts: rollcall.Given(7)})
	caller, site := service.Caller{Dealer: a.Dealer}, rollcall.SiteRef{ID: "site_123abc"}
	var wg sync.WaitGroup
	results := make(chan error, 40)
	for n := range cap(results) {
		wg.Go(func() {
			in := testkit.Contact("", "Ada", fmt.Sprint("Park ", n), "", "+12025550142", "emergency", "")
			_, err := a.Service().CreateContact(t.Context(), caller, site, in)
			results <- err
		})
	}
	wg.Wait()
	close(results)
	counts := map[rollcall.Kind]int{}
	for err := range results {
		if err != nil {
			counts[rollcall.KindOf(err)]++
		}
	}
	if counts[rollcall.QuotaReached] != 35 || len(counts) != 1 {
		t.Errorf("40 contacts where 5 have room: refused %v, want 35 times quota_reached", counts)
	}
	if _, total, err := a.Service().Contacts(t.Context(), caller, site, service.ContactQuery{}); err != nil || total != 7 {
		t.Errorf("Contacts = %d, %v; want 7", total, err)
	}
}

// TestQuotaOfKeys checks that keys that are revoked or expired make room.
func TestQuotaOfKeys(t *testing.T) {
	clock := testkit.NewClock()
	a := testkit.NewApp(t, func(o *app.Options) { o.Now = clock.Now })
	setQuotas(t, a, rollcall.SettingsInput{MaxKeys: rollcall.Given(2)})
	create := func(want rollcall.Kind, expires time.Duration) rollcall.Key {
		t.Helper()
		key, _, err := a.Service().CreateKey(t.Context(), service.Caller{Dealer: a.Dealer}, rollcall.KeyInput{Scopes: "*", Expires: expires})
		if want == "" && err != nil || want != "" && rollcall.KindOf(err) != want {
			t.Fatalf("CreateKey = %v, want %q", err, want)
		}
		return key
	}
	first := create("", 0)
	create("", time.Hour)
	create(rollcall.QuotaReached, 0)
	if err := a.Service().RevokeKey(t.Context(), service.Caller{Dealer: a.Dealer}, first.ID); err != nil {
		t.Fatal(err)
	}
	create("", 0)
	create(rollcall.QuotaReached, 0)
	clock.Advance(2 * time.Hour)
	create("", 0)
	create(rollcall.QuotaReached, 0)
}

// TestQuotaOfAnswersIsFreedByTheSweep checks that room comes back with the records that are removed after a day.
func TestQuotaOfAnswersIsFreedByTheSweep(t *testing.T) {
	clock := testkit.NewClock()
	a := testkit.NewApp(t, func(o *app.Options) { o.Now = clock.Now })
	setQuotas(t, a, rollcall.SettingsInput{MaxIdempotencyRecords: rollcall.Given(1)})
	key := a.Key("all")
	post := func(once string, want int) {
		t.Helper()
		if status, _ := answer(t, a, a.URL, key, "POST", "/ext/v1/sites", `{"name":"Pier 7"}`, once); status != want {
			t.Fatalf("a site under %s: %d, want %d", once, status, want)
		}
	}
	post("k1", 201)
	post("k2", 409)
	clock.Advance(25 * time.Hour)
	if err := a.Service().Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	post("k2", 201)
}

// TestImportKeepsTheQuota checks that an import over the quota names the first row over it, and changes nothing.
func TestImportKeepsTheQuota(t *testing.T) {
	a := testkit.NewApp(t)
	setQuotas(t, a, rollcall.SettingsInput{MaxSites: rollcall.Given(61)})
	rows := importOf(61)
	rows[3] = rollcall.SiteInput{SiteID: rollcall.Given("site_123abc"), Name: rollcall.Given("The mill")} // an update needs no room
	for _, dry := range []bool{true, false} {
		got, err := a.Service().ImportSites(t.Context(), service.Caller{Dealer: a.Dealer}, append(rows, importOf(62)[61]), dry, nil)
		var refused service.RowErrors
		if !errors.As(err, &refused) || len(refused) != 1 || refused[0].Row != 61 || rollcall.KindOf(refused[0].Err) != rollcall.QuotaReached || got != (service.ImportedSites{}) {
			t.Errorf("ImportSites(dry %v) = %+v, %v; want row 62 refused with quota_reached, and nothing done", dry, got, err)
		}
	}
	if got, err := a.Service().ImportSites(t.Context(), service.Caller{Dealer: a.Dealer}, rows, false, nil); err != nil || got.Created != 60 || got.Updated != 1 {
		t.Errorf("ImportSites = %+v, %v; want 60 created and 1 updated", got, err)
	}
}

// TestProcessesCountForQuotas checks that a process learns within a minute what another added, and within a second that there is
// room again.
func TestProcessesCountForQuotas(t *testing.T) {
	clock := testkit.NewClock()
	one, two := newProcesses(t, func(o *app.Options) { o.Now = clock.Now })
	caller := service.Caller{Dealer: one.Dealer}
	setQuotas(t, one, rollcall.SettingsInput{MaxSites: rollcall.Given(4)})
	create := func(a *testkit.App, id string, want rollcall.Kind) {
		t.Helper()
		_, err := a.Service().CreateSite(t.Context(), caller, rollcall.SiteInput{SiteID: rollcall.Given(id), Name: rollcall.Given("Pier 7")})
		if want == "" && err != nil || want != "" && rollcall.KindOf(err) != want {
			t.Fatalf("CreateSite(%s) = %v, want %q", id, err, want)
		}
	}
	create(one, "a", "")
	create(two, "b", "")
	create(two, "c", "")
	create(two, "d", rollcall.QuotaReached)
	clock.Advance(time.Minute)
	create(one, "d", rollcall.QuotaReached)
	if err := two.Service().DeleteSite(t.Context(), caller, rollcall.SiteRef{ID: "c"}, false); err != nil {
		t.Fatal(err)
	}
	clock.Advance(time.Second)
	create(one, "d", "")
}
