package app_test

import (
	"errors"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit"
)

const strangersList = "CS No,Contact,Cell,E-mail,Remark\nA-1,\"Lee, Ann\",+1 202 555 0147,ann@example.org,back door\nA-1,Bob Poe,,,\n"

// keeper is a user who brings lists in.
func (i importer) keeper() service.Caller {
	return service.Caller{Dealer: i.Dealer, User: "user_mia", Role: rollcall.RoleManager}
}

// keep uploads a file that waits.
func (i importer) keep(text string) (service.Import, error) {
	i.t.Helper()
	up, err := i.Service().Upload(i.t.Context(), i.keeper())
	if err != nil {
		i.t.Fatal(err)
	}
	if _, err := up.Write([]byte(text)); err != nil {
		i.t.Fatal(err)
	}
	kept, err := up.Keep("people.csv")
	if err != nil {
		up.Cancel()
	}
	return kept, err
}

// kept uploads a file that waits, which can be read.
func (i importer) kept() rollcall.ImportID {
	i.t.Helper()
	kept, err := i.keep(strangersList)
	if err != nil {
		i.t.Fatal(err)
	}
	return kept.ID
}

func (i importer) start(file rollcall.ImportID, opts service.ImportOptions) service.Import {
	i.t.Helper()
	started, err := i.Service().ImportUploaded(i.t.Context(), i.keeper(), file, opts, map[string]string{"Remark": "role"})
	if err != nil {
		i.t.Fatal(err)
	}
	return started
}

var trying = service.ImportOptions{CreateSites: true, DryRun: true}

func column(name, field string, examples ...string) service.PreviewColumn {
	return service.PreviewColumn{Name: name, Field: field, Examples: examples}
}

// TestUploadedFile previews a file, tries it twice and imports it, all from one upload.
func TestUploadedFile(t *testing.T) {
	i := importer{testkit.NewApp(t), t}
	file := i.kept()
	preview, err := i.Service().PreviewUploaded(t.Context(), i.keeper(), file, map[string]string{"e mail": "", "Remark": "role"})
	want := service.ImportPreview{Named: true, Columns: []service.PreviewColumn{
		column("CS No", "account_reference_id", "A-1"), column("Contact", "name", "Lee, Ann", "Bob Poe"),
		column("Cell", "points.mobile", "+1 202 555 0147"), column("E-mail", "", "ann@example.org"), column("Remark", "role", "back door"),
	}}
	if err != nil || !reflect.DeepEqual(preview, want) {
		t.Errorf("the preview is %+v, %v; want %+v", preview, err, want)
	}
	_, err = i.Service().PreviewUploaded(t.Context(), i.keeper(), file, map[string]string{"Remark": "shoe_size"})
	if rollcall.KindOf(err) != rollcall.ValidationFailed {
		t.Errorf("a field that does not exist gives %v, want validation_failed", err)
	}
	for range 2 {
		tried := i.awaits("ended", i.start(file, trying).ID, hasEnded)
		if want := (service.ImportCounts{Rows: 2, Created: 1, Refused: 1}); tried.Counts != want || tried.FileName != "people.csv" || tried.Columns.Rows != 2 {
			t.Errorf("the dry run is %+v, want %+v of people.csv with 2 rows", tried, want)
		}
		rows, _, err := i.Service().ImportRows(t.Context(), i.keeper(), tried.ID, service.ImportRowsQuery{})
		if err != nil || len(rows) != 2 || rows[0].Name != "Ann Lee" || rows[0].SiteName != "A-1" || rows[1].Name != "Bob Poe" {
			t.Errorf("the rows are %+v, %v; want Ann Lee and Bob Poe at A-1", rows, err)
		}
	}
	run := i.start(file, creating)
	done := i.awaits("ended", run.ID, hasEnded)
	if done.Counts.Created != 1 || done.User != "user_mia" {
		t.Errorf("the import is %+v, want one created by user_mia", done)
	}
	for _, opts := range []service.ImportOptions{creating, trying} {
		if again := i.start(file, opts); again.ID != run.ID {
			t.Errorf("starting it again with %+v gives %s, want the import that ran, %s", opts, again.ID, run.ID)
		}
	}
	found, _, err := i.Service().Imports(t.Context(), i.keeper(), "", 10)
	if err != nil || len(found) != 1 || found[0].ID != run.ID {
		t.Errorf("the imports are %+v, %v; want the one that ran", found, err)
	}
	if _, err := i.Service().PreviewUploaded(t.Context(), i.keeper(), file, nil); rollcall.KindOf(err) != rollcall.ImportNotFound {
		t.Errorf("previewing a file that was imported gives %v, want import_not_found", err)
	}
	again := i.awaits("ended", i.start(i.kept(), service.ImportOptions{}).ID, hasEnded)
	if want := (service.ImportCounts{Rows: 2, Unchanged: 1, Refused: 1}); again.Counts != want {
		t.Errorf("the same file again has %+v, want %+v", again.Counts, want)
	}
}

// TestUploadedFileThatChanges imports another state of a list, whose changes are named.
func TestUploadedFileThatChanges(t *testing.T) {
	i := importer{testkit.NewApp(t), t}
	i.awaits("ended", i.start(i.kept(), creating).ID, hasEnded)
	kept, err := i.keep(strings.Replace(strangersList, "back door", "owner", 1))
	if err != nil {
		t.Fatal(err)
	}
	tried := i.awaits("ended", i.start(kept.ID, trying).ID, hasEnded)
	rows, _, err := i.Service().ImportRows(t.Context(), i.keeper(), tried.ID, service.ImportRowsQuery{Result: rollcall.Given("updated")})
	if err != nil || len(rows) != 1 || !reflect.DeepEqual(rows[0].Changed, []string{"role"}) {
		t.Errorf("the updated rows are %+v, %v; want one whose role changes", rows, err)
	}
}

// TestTwoPressesImportOnce starts an import eight times at once, between dry runs.
func TestTwoPressesImportOnce(t *testing.T) {
	i := importer{testkit.NewApp(t), t}
	file := i.kept()
	var wait sync.WaitGroup
	ids := make([]rollcall.ImportID, 8)
	for n := range ids {
		wait.Go(func() {
			started, err := i.Service().ImportUploaded(t.Context(), i.keeper(), file, creating, nil)
			if err != nil {
				t.Error(err)
			}
			ids[n] = started.ID
		})
	}
	wait.Wait()
	for _, id := range ids {
		if id != ids[0] {
			t.Fatalf("the imports are %v, want one", ids)
		}
	}
	i.awaits("ended", ids[0], hasEnded)
}

// TestUploadedFileIsGone checks that an erasure, a day without use, and a removal take the file, and that nothing is imported then.
func TestUploadedFileIsGone(t *testing.T) {
	clock := testkit.NewClock()
	i := importer{testkit.NewApp(t, func(o *app.Options) { o.Now = clock.Now }), t}
	for what, remove := range map[string]func(rollcall.ImportID){
		"an erasure": func(rollcall.ImportID) {
			if status, answer := i.Do("all", "POST", "/ext/v1/sites/site_123abc/contacts/contact_789ghi/erase", ""); status != 200 {
				t.Fatal(status, answer)
			}
		},
		"a day": func(rollcall.ImportID) {
			clock.Advance(24*time.Hour + time.Second)
			if err := i.Service().Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
		},
		"a removal": func(file rollcall.ImportID) {
			if err := i.Service().DeleteUploaded(t.Context(), i.keeper(), file); err != nil {
				t.Fatal(err)
			}
		},
	} {
		file := i.kept()
		tried := i.awaits("ended", i.start(file, trying).ID, hasEnded)
		remove(file)
		if _, err := i.Service().ImportUploaded(t.Context(), i.keeper(), file, creating, nil); rollcall.KindOf(err) != rollcall.ImportNotFound {
			t.Errorf("after %s, starting the import gives %v, want import_not_found", what, err)
		}
		if got := i.awaits("ended", tried.ID, hasEnded); got.Status != service.ImportFinished {
			t.Errorf("after %s, the dry run is %s, want finished", what, got.Status)
		}
	}
	if _, err := i.Service().Site(t.Context(), i.keeper(), rollcall.SiteRef{Reference: "A-1"}); rollcall.KindOf(err) != rollcall.SiteNotFound {
		t.Errorf("finding the site of the file gives %v, want site_not_found", err)
	}
}

// TestFileOfARunningImportIsKept lets a day pass while the import of a file is stuck.
func TestFileOfARunningImportIsKept(t *testing.T) {
	clock := testkit.NewClock()
	i := importer{testkit.NewApp(t, func(o *app.Options) { o.Now = clock.Now }), t}
	failing(t, i.App, "INSERT", "contacts", "NEW.last_name = 'Lee'")
	file := i.kept()
	run := i.start(file, creating)
	i.awaits("running", run.ID, func(i service.Import) bool { return i.Status == service.ImportRunning })
	clock.Advance(8 * 24 * time.Hour)
	if err := i.Service().Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if kept, err := i.Service().Uploaded(t.Context(), i.keeper(), file); err != nil || kept.Run != run.ID {
		t.Errorf("the file is %+v, %v; want it kept for %s", kept, err, run.ID)
	}
}

// TestUploadedFilesAreOfADealer tries the file of another dealer, and more files than may wait.
func TestUploadedFilesAreOfADealer(t *testing.T) {
	i := importer{testkit.NewApp(t), t}
	file := i.kept()
	stranger := service.Caller{Dealer: "dealer_other", User: "user_eve"}
	_, started := i.Service().ImportUploaded(t.Context(), stranger, file, creating, nil)
	_, previewed := i.Service().PreviewUploaded(t.Context(), stranger, file, nil)
	_, found := i.Service().Uploaded(t.Context(), stranger, file)
	_, asImport := i.Service().Import(t.Context(), i.keeper(), file)
	for what, err := range map[string]error{
		"starting": started, "previewing": previewed, "finding": found, "finding it as an import": asImport,
		"removing": i.Service().DeleteUploaded(t.Context(), stranger, file),
	} {
		if rollcall.KindOf(err) != rollcall.ImportNotFound {
			t.Errorf("%s gives %v, want import_not_found", what, err)
		}
	}
	for range 9 {
		i.kept()
	}
	if _, err := i.keep(strangersList); rollcall.KindOf(err) != rollcall.QuotaReached {
		t.Errorf("the eleventh file gives %v, want quota_reached", err)
	}
}

// TestFilesThatCannotBeKept uploads files that are no lists.
func TestFilesThatCannotBeKept(t *testing.T) {
	i := importer{testkit.NewApp(t), t}
	for text, want := range map[string]string{
		"":                                  "file_empty",
		"name,phone\n":                      "file_empty",
		"%PDF-1.7":                          "not_text",
		"a,a\n1,2\n":                        "same_column",
		strings.Repeat("a,", 10_000) + "\n": "too_many_columns",
		"ann@example.org,+1 202 555 0147\nbob@example.org,+1 202 555 0148\n": "no_header",
	} {
		_, err := i.keep(text)
		var failure *service.ImportFailure
		if !errors.As(err, &failure) || failure.Code != want {
			t.Errorf("a file that begins with %.20q gives %v, want %s", text, err, want)
		}
	}
	found, _, err := i.Service().Imports(t.Context(), i.keeper(), "", 10)
	if err != nil || len(found) != 0 {
		t.Errorf("the imports are %+v, %v; want none", found, err)
	}
}
