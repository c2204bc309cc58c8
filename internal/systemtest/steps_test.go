package systemtest_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit/pgtest"
)

// TestKilledAtEveryStep kills the process at each step between the request for a validation and the person's answer, starts
// it again, and holds it to the promise: each message at least once, a second copy only where the crash fell between the
// provider's taking it and our writing so, and never two confirmations.
func TestKilledAtEveryStep(t *testing.T) {
	t.Parallel()
	killAtEveryStep(t, func(*testing.T) string { return "" })
}

// TestKilledAtEveryStepOnPostgreSQL is the same on the other engine, where what is not committed ends with the connection.
func TestKilledAtEveryStepOnPostgreSQL(t *testing.T) {
	t.Parallel()
	killAtEveryStep(t, func(t *testing.T) string { return pgtest.Database(t) })
}

func killAtEveryStep(t *testing.T, newDatabase func(t *testing.T) (url string)) {
	twice := []string{"after the provider has it", "inside sent"}
	died := []string{"inside attempt", "after attempt", "before the provider has it", "after the provider has it", "inside sent"} // and its job
	all := []string{"before the provider has it", "after the provider has it"}
	for _, write := range written() {
		all = append(all, "inside "+write, "after "+write)
	}
	for _, step := range all {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			url := newDatabase(t)
			folder, dealer := askedPier(t, url)
			first := startAs(t, theSteps, folder, string(dealer), step, url)
			first.Out.Await(t, `stopped at (`+step+`)\n`)
			first.Kill(t)
			args := []string{folder, string(dealer), "", url}
			if slices.Contains(died, step) {
				args = append(args, "rescue")
			}
			second := startAs(t, theSteps, args...)
			second.Out.Await(t, `(lived through)\n`)
			second.Kill(t)
			checkAsked(t, folder, url)
			checkLetters(t, folder, slices.Contains(twice, step))
		})
	}
}

// askedPier makes a database with a site and a contact there, c0: that of the folder, or one on PostgreSQL.
func askedPier(t *testing.T, url string) (folder string, dealer rollcall.DealerID) {
	t.Helper()
	folder = t.TempDir()
	a, err := app.Open(t.Context(), app.Options{Data: folder, DatabaseURL: url})
	noError(t, err)
	svc := a.Service()
	d, err := svc.CreateDealer(t.Context(), rollcall.DealerInput{Name: rollcall.Given("Harbour Alarm")})
	noError(t, err)
	who := service.Caller{Dealer: d.ID}
	_, err = svc.CreateSite(t.Context(), who, rollcall.SiteInput{SiteID: rollcall.Given(pier), Name: rollcall.Given("The pier")})
	noError(t, err)
	_, err = svc.CreateContact(t.Context(), who, rollcall.SiteRef{ID: pier}, rollcall.ContactInput{
		ContactID: rollcall.Given("c0"), FirstName: rollcall.Given("Ada"), LastName: rollcall.Given("Park"),
		Phone: rollcall.Given("+12025550100"), Type: rollcall.Given("primary"),
	})
	noError(t, err)
	noError(t, a.Close())
	return folder, d.ID
}

// checkAsked holds that everything happened once, and that the database is in order.
func checkAsked(t *testing.T, folder, url string) {
	t.Helper()
	db := database(t, folder)
	where := []string{"--data", folder}
	if url != "" {
		var err error
		db, err = sql.Open("pgx", url)
		noError(t, err)
		defer db.Close()
		where = append(where, "--database-url", url)
	}
	for query, want := range map[string]string{
		`SELECT what FROM validation_events ORDER BY validation_id, seq`:         "queued,sent,delivered,confirmed",
		`SELECT status FROM points WHERE kind = 'phone'`:                         "confirmed",
		`SELECT COUNT(*) FROM audit_lines WHERE action = 'validation.confirmed'`: "1",
		`SELECT COUNT(*) FROM validations WHERE status <> 'confirmed'`:           "0",
	} {
		if got := ask(t, db, query); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	run(t, append([]string{"audit", "verify"}, where...)...)
	run(t, append([]string{"check"}, where...)...)
}

// checkLetters holds that the provider has the message once, or twice with the same link, and was told the second time.
func checkLetters(t *testing.T, folder string, twice bool) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, "letters"))
	if err != nil {
		t.Fatal(err)
	}
	letters := strings.Split(strings.TrimSpace(string(text)), "\n")
	want := 1
	if twice {
		want = 2
	}
	if len(letters) != want {
		t.Fatalf("the provider has %d copies, want %d", len(letters), want)
	}
	if !twice {
		return
	}
	before, after := strings.Fields(letters[0]), strings.Fields(letters[1])
	if before[0] != after[0] || before[1] != after[1] || before[2] != "true" || after[2] != "false" {
		t.Errorf("the copies differ, or the second does not say that there was a first: %v %v", before, after)
	}
}

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
