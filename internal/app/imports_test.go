package app_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit"
)

// upload sends a file of contacts as a request does.
func (i importer) upload(text string, opts service.ImportOptions) rollcall.ImportID {
	i.t.Helper()
	caller := service.Caller{Dealer: i.Dealer}
	up, err := i.Service().Upload(i.t.Context(), caller)
	if err != nil {
		i.t.Fatal(err)
	}
	if _, err := up.Write([]byte(text)); err != nil {
		i.t.Fatal(err)
	}
	started, err := up.Start(caller, opts, nil)
	if err != nil {
		i.t.Fatal(err)
	}
	return started.ID
}

// awaits returns an import once it is as wanted.
func (i importer) awaits(what string, id rollcall.ImportID, is func(service.Import) bool) service.Import {
	i.t.Helper()
	var got service.Import
	testkit.Eventually(i.t, "the import "+what, func() bool {
		var err error
		if got, err = i.Service().Import(i.t.Context(), service.Caller{Dealer: i.Dealer}, id); err != nil {
			i.t.Fatal(err)
		}
		return is(got)
	})
	return got
}

func hasEnded(i service.Import) bool { return i.Status.Ended() }

// crowd returns a file of contacts of a few sites, a tenth of whom have no number.
func crowd(rows int) string {
	var text strings.Builder
	text.WriteString("account_reference_id,position,first_name,last_name,mobile\n")
	for n := range rows {
		number := fmt.Sprintf("+1 202 555 0147 x%d", n)
		if n%10 == 9 {
			number = ""
		}
		fmt.Fprintf(&text, "A-%d,%d,Ann,Lee %d,%s\n", n/100, n%100+1, n, number)
	}
	return text.String()
}

// TestImportContinuesAfterAFailure lets the database fail in the middle of an import, whose rows are handled once all the same.
func TestImportContinuesAfterAFailure(t *testing.T) {
	i := importer{testkit.NewApp(t), t}
	failing(t, i.App, "INSERT", "contacts", "NEW.last_name = 'Lee 431'")
	id := i.upload(crowd(1000), creating)
	stuck := i.awaits("stuck", id, func(i service.Import) bool { return i.Counts.Rows == 400 })
	if want := (service.ImportCounts{Rows: 400, Created: 360, Refused: 40}); stuck.Counts != want || stuck.Status != service.ImportRunning {
		t.Errorf("the import that fails is %s with %+v, want it running with %+v", stuck.Status, stuck.Counts, want)
	}
	drop := "DROP TRIGGER fail"
	if testkit.URLOf(i.Folder) != "" {
		drop += " ON contacts"
	}
	i.Execute(t, drop)
	done := i.awaits("ended", id, hasEnded)
	if want := (service.ImportCounts{Rows: 1000, Created: 900, Refused: 100}); done.Counts != want || done.Status != service.ImportFinished {
		t.Errorf("the import is %s with %+v, want it finished with %+v", done.Status, done.Counts, want)
	}
	if got := i.list("A-4"); len(got) != 90 || !strings.HasPrefix(got[32], "Ann Lee 435 ") {
		t.Errorf("a call list has %d contacts, the 33rd is %s; want 90, and Ann Lee 435", len(got), got[32])
	}
	again := i.awaits("ended", i.upload(crowd(1000), service.ImportOptions{}), hasEnded)
	if want := (service.ImportCounts{Rows: 1000, Unchanged: 900, Refused: 100}); again.Counts != want {
		t.Errorf("the second import has %+v, want %+v", again.Counts, want)
	}
}

// TestImportsHaveLimits checks how many imports of a dealer may run or wait, that the sweep continues one whose job was lost, and that it
// removes an upload that was broken off.
func TestImportsHaveLimits(t *testing.T) {
	clock := testkit.NewClock()
	i := importer{testkit.NewApp(t, func(o *app.Options) { o.Now = clock.Now }), t}
	caller := service.Caller{Dealer: i.Dealer}
	for n := range 6 {
		_, err := i.Service().Upload(t.Context(), caller)
		if got, want := rollcall.KindOf(err) == rollcall.QuotaReached, n == 5; got != want {
			t.Errorf("upload %d fails with %v, want quota_reached: %t", n+1, err, want)
		}
	}
	clock.Advance(time.Hour + time.Second)
	if err := i.Service().Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	failing(t, i.App, "INSERT", "contacts", "NEW.last_name = 'Lee 3'")
	id := i.upload(crowd(10), creating)
	i.awaits("running", id, func(i service.Import) bool { return i.Status == service.ImportRunning })
	drop := "DROP TRIGGER fail"
	if testkit.URLOf(i.Folder) != "" {
		drop += " ON contacts"
	}
	i.Execute(t, "DELETE FROM river_job WHERE kind = 'import'")
	i.Execute(t, drop)
	// The job that still runs may take part of the rows, or none.
	sweeping := func(found service.Import) bool {
		clock.Advance(11 * time.Second)
		if err := i.Service().Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		return hasEnded(found)
	}
	if done := i.awaits("ended", id, sweeping); done.Counts.Created != 9 {
		t.Errorf("the import whose job was lost has %+v, want 9 created", done.Counts)
	}
}

// TestErasureEndsImports checks that an import that has not ended fails when a person is erased, and creates nobody afterwards.
func TestErasureEndsImports(t *testing.T) {
	i := importer{testkit.NewApp(t), t}
	failing(t, i.App, "INSERT", "contacts", "NEW.last_name = 'Lee 431'")
	id := i.upload(crowd(1000), creating)
	i.awaits("stuck", id, func(i service.Import) bool { return i.Counts.Rows == 400 })
	if status, answer := i.Do("all", "POST", "/ext/v1/sites/site_123abc/contacts/contact_789ghi/erase", ""); status != 200 {
		t.Fatal(status, answer)
	}
	done := i.awaits("ended", id, hasEnded)
	if done.Status != service.ImportFailed || done.Failure.Code != "erased" || done.Counts.Rows != 400 {
		t.Errorf("the import is %+v, want it failed after 400 rows as erased", done)
	}
	q := service.EventQuery{Types: rollcall.Given([]string{"import.finished"})}
	events, _, err := i.Service().Events(t.Context(), service.Caller{Dealer: i.Dealer}, q)
	if err != nil || len(events) != 1 || events[0].Import != id {
		t.Errorf("the events are %+v, %v; want one import.finished of %s", events, err, id)
	}
	if more, err := i.Service().RunImport(t.Context(), i.Dealer, id); more || err != nil {
		t.Errorf("running it again returns %t and %v, want false and no error", more, err)
	}
	err = i.Service().ExportDealer(t.Context(), i.Dealer, func(table string, _ map[string]any) error {
		if table == "import_parts" || table == "import_rows" {
			t.Errorf("a record of %s is left", table)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
