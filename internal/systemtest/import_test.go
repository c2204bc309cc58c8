package systemtest_test

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"regexp"
	"testing"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit/pgtest"
)

const importKills = 10

// importOn is a Rollcall without its API and queue, which works on an import until it has ended, for a test to kill. Its arguments are
// the folder, the dealer, the import, and the address of a database on PostgreSQL or nothing.
func importOn() int {
	ctx := context.Background()
	a, err := app.Open(ctx, app.Options{Data: os.Args[1], DatabaseURL: os.Args[4], Delivery: app.Capture})
	fmt.Println("importing")
	for more := true; more && err == nil; {
		more, err = a.Service().RunImport(ctx, rollcall.DealerID(os.Args[2]), rollcall.ImportID(os.Args[3]))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Println("ended")
	select {}
}

// TestImportSurvivesKills kills the process that works on an import of 2,000 rows again and again: each row is handled once, and what
// people have answered stays. With ROLLCALL_SOAK=1 there are 100,000 rows.
func TestImportSurvivesKills(t *testing.T) {
	t.Parallel()
	killImport(t, "")
}

// TestImportSurvivesKillsOnPostgreSQL is the same on the other engine.
func TestImportSurvivesKillsOnPostgreSQL(t *testing.T) {
	t.Parallel()
	killImport(t, pgtest.Database(t))
}

func killImport(t *testing.T, url string) {
	t.Helper()
	rows := 2000
	if os.Getenv("ROLLCALL_SOAK") == "1" {
		rows = 100_000
	}
	folder := t.TempDir()
	dealer, caller := newDealerWithAnswers(t, folder, url)
	db := database(t, folder)
	if url != "" {
		var err error
		db, err = sql.Open("pgx", url)
		noError(t, err)
		defer db.Close()
	}
	const states = `SELECT value FROM points WHERE status IN ('confirmed', 'opted_out') ORDER BY value`
	answers := ask(t, db, states)
	id := uploadCrowd(t, folder, url, caller, rows)
	args := []string{folder, string(dealer), string(id), url}
	killed := 0
	for handled := 0; killed < importKills && handled < rows; killed++ {
		child := startAs(t, theImporter, args...)
		child.Out.Await(t, `(importing)\n`)
		pause := time.Duration(rand.IntN(rows/10)+20) * time.Millisecond
		select {
		case <-child.Exited:
			t.Fatalf("the process ended: %s", child.Errs)
		case <-time.After(pause):
		}
		child.Kill(t)
		text := ask(t, db, `SELECT row_count FROM imports WHERE import_id = $1`, string(id))
		now := 0
		_, err := fmt.Sscan(text, &now)
		noError(t, err)
		if now < handled {
			t.Fatalf("%d rows are handled after %d", now, handled)
		}
		handled = now
	}
	t.Logf("figure: killed %d times; the rest took %s", killed, finishImport(t, args...))
	wantImported(t, folder, url, caller, id, service.ImportCounts{Rows: rows, Created: rows*9/10 - 2, Unchanged: 2, Refused: rows / 10})
	if got, want := ask(t, db, `SELECT COUNT(*) FROM contacts WHERE last_name LIKE 'Lee %'`), fmt.Sprint(rows*9/10); got != want {
		t.Errorf("there are %s contacts, want %s", got, want)
	}
	if got := ask(t, db, states); got != answers {
		t.Errorf("confirmed or opted out are %s, want %s as before", got, answers)
	}
	again := uploadCrowd(t, folder, url, caller, rows)
	t.Logf("figure: a second import took %s", finishImport(t, folder, string(dealer), string(again), url))
	wantImported(t, folder, url, caller, again, service.ImportCounts{Rows: rows, Unchanged: rows * 9 / 10, Refused: rows / 10})
}

// newDealerWithAnswers makes a dealer whose first site has two people of the import, one of whom was confirmed and one has opted out.
func newDealerWithAnswers(t *testing.T, folder, url string) (rollcall.DealerID, service.Caller) {
	t.Helper()
	a, err := app.Open(t.Context(), app.Options{Data: folder, DatabaseURL: url, Delivery: app.Capture})
	noError(t, err)
	defer a.Close()
	svc := a.Service()
	d, err := svc.CreateDealer(t.Context(), rollcall.DealerInput{Name: rollcall.Given("Harbour Alarm")})
	noError(t, err)
	who, site := service.Caller{Dealer: d.ID}, rollcall.SiteRef{ID: "A-0"}
	_, err = svc.CreateSite(t.Context(), who, rollcall.SiteInput{SiteID: rollcall.Given("A-0"), Reference: rollcall.Given("A-0"), Name: rollcall.Given("A-0")})
	noError(t, err)
	for _, n := range []int{5, 6} {
		_, err := svc.CreateContact(t.Context(), who, site, rollcall.ContactInput{
			ContactID: rollcall.Given(fmt.Sprint("lee-", n)), FirstName: rollcall.Given("Ann"), LastName: rollcall.Given(fmt.Sprint("Lee ", n)),
			Type: rollcall.Given("primary"), Phone: rollcall.Given(fmt.Sprintf("+1 202 555 0147 x%d", n)), Email: rollcall.Given(fmt.Sprintf("lee%d@example.org", n)),
		})
		noError(t, err)
	}
	_, err = svc.Attest(t.Context(), who, rollcall.ContactRef{Site: site, ID: "lee-5"}, rollcall.AttestationInput{Point: rollcall.Given("phone"), Note: rollcall.Given("called")})
	noError(t, err)
	_, err = svc.CreateSuppression(t.Context(), who, rollcall.SuppressionInput{Point: rollcall.Given("email"), Value: rollcall.Given("lee6@example.org")})
	noError(t, err)
	return d.ID, who
}

// uploadCrowd begins an import of people at sites of a hundred, a tenth of whom have no number.
func uploadCrowd(t *testing.T, folder, url string, caller service.Caller, rows int) rollcall.ImportID {
	t.Helper()
	a, err := app.Open(t.Context(), app.Options{Data: folder, DatabaseURL: url, Delivery: app.Capture})
	noError(t, err)
	defer a.Close()
	up, err := a.Service().Upload(t.Context(), caller)
	noError(t, err)
	_, err = io.WriteString(up, "account_reference_id,first_name,last_name,phone\n")
	for n := 0; n < rows && err == nil; n++ {
		number := fmt.Sprintf("+1 202 555 0147 x%d", n)
		if n%10 == 9 {
			number = ""
		}
		_, err = fmt.Fprintf(up, "A-%d,Ann,Lee %d,%s\n", n/100, n, number)
	}
	noError(t, err)
	made, err := up.Start(caller, service.ImportOptions{CreateSites: true}, nil)
	noError(t, err)
	return made.ID
}

// finishImport runs an import to its end in a process of its own, and returns how long that took and the most memory it had.
func finishImport(t *testing.T, args ...string) (figures string) {
	t.Helper()
	began := time.Now()
	child := startAs(t, theImporter, args...)
	child.Out.Await(t, `(ended)\n`)
	figures = time.Since(began).Round(10 * time.Millisecond).String()
	if status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", child.PID())); err == nil { // Linux
		if peak := regexp.MustCompile(`VmHWM:\s*(\d+ kB)`).FindSubmatch(status); peak != nil {
			figures += " and at most " + string(peak[1])
		}
	}
	child.Kill(t)
	return figures
}

func wantImported(t *testing.T, folder, url string, caller service.Caller, id rollcall.ImportID, want service.ImportCounts) {
	t.Helper()
	a, err := app.Open(t.Context(), app.Options{Data: folder, DatabaseURL: url, Delivery: app.Capture})
	noError(t, err)
	defer a.Close()
	found, err := a.Service().Import(t.Context(), caller, id)
	noError(t, err)
	if found.Status != service.ImportFinished || found.Counts != want {
		t.Errorf("the import is %s with %+v, want it finished with %+v", found.Status, found.Counts, want)
	}
}
