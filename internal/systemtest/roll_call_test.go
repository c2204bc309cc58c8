package systemtest_test

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit/pgtest"
)

const (
	rollCallContacts = 25 // of each site; every fifth is the same person at all of them
	rollCallKills    = 20
)

// rollCallSize is the number of sites of a roll call, and the longest time between two kills.
type rollCallSize struct {
	sites int
	pause time.Duration
}

func sizeOfRollCall() rollCallSize {
	if os.Getenv("ROLLCALL_SOAK") == "1" {
		return rollCallSize{800, 15 * time.Second}
	}
	return rollCallSize{20, 150 * time.Millisecond}
}

// points returns how many contact points the roll call asks.
func (s rollCallSize) points() int { return s.sites * rollCallContacts }

// TestRollCallSurvivesKills kills the process that works on a roll call of 500 contact points again and again, also while its provider
// is down for ten minutes of its clock, and holds it to the promise: nobody is left out, and a message is sent twice only where a crash
// fell between the provider's taking it and our writing so. With ROLLCALL_SOAK=1 there are 20,000 points.
func TestRollCallSurvivesKills(t *testing.T) {
	t.Parallel()
	killRollCall(t, nil)
}

// TestRollCallSurvivesKillsOnPostgreSQL is the same on the other engine, which is killed once too.
func TestRollCallSurvivesKillsOnPostgreSQL(t *testing.T) {
	t.Parallel()
	killRollCall(t, pgtest.New(t, pgtest.Options{}))
}

// killRollCall tests on a server of PostgreSQL, or on SQLite without one.
func killRollCall(t *testing.T, server *pgtest.Server) {
	t.Helper()
	url := ""
	if server != nil {
		url = server.URL("postgres")
	}
	size := sizeOfRollCall()
	folder, dealer, id := size.newRollCall(t, url)
	db := database(t, folder)
	if url != "" {
		var err error
		db, err = sql.Open("pgx", url)
		noError(t, err)
		defer db.Close()
		db.SetMaxIdleConns(-1) // none outlives the server
	}
	began := time.Now()
	args := []string{folder, string(dealer), string(id), fmt.Sprint(began.UnixNano()), url}
	for kill := range rollCallKills {
		child := startAs(t, theRoller, args...)
		child.Out.Await(t, `(rolling)\n`)
		select {
		case <-child.Exited:
			t.Fatalf("the process ended: %s", child.Errs)
		case <-time.After(rand.N(size.pause)):
		}
		if server != nil && kill == rollCallKills/2 {
			noError(t, server.Down("immediate")) // as a crash
			child.Kill(t)
			noError(t, server.Up())
		}
		child.Kill(t)
		size.lookAtItems(t, db)
	}
	child := startAs(t, theRoller, args...)
	child.Out.Await(t, `(nothing left)\n`)
	child.Kill(t)
	size.lookAtItems(t, db)
	size.checkRolled(t, folder, url, db, id, dealer)
}

// newRollCall makes a database with a roll call that has not started.
func (s rollCallSize) newRollCall(t *testing.T, url string) (folder string, dealer rollcall.DealerID, id rollcall.RollCallID) {
	t.Helper()
	folder = t.TempDir()
	a, err := app.Open(t.Context(), app.Options{Data: folder, DatabaseURL: url, Delivery: app.Capture})
	noError(t, err)
	svc := a.Service()
	d, err := svc.CreateDealer(t.Context(), rollcall.DealerInput{Name: rollcall.Given("Harbour Alarm")})
	noError(t, err)
	who := service.Caller{Dealer: d.ID}
	_, err = svc.UpdateSettings(t.Context(), who, rollcall.SettingsInput{SiteHour: rollcall.Given(0), RollCallHour: rollcall.Given(0)})
	noError(t, err)
	for site := range s.sites {
		name := fmt.Sprintf("site-%03d", site)
		_, err = svc.CreateSite(t.Context(), who, rollcall.SiteInput{SiteID: rollcall.Given(name), Name: rollcall.Given(name)})
		noError(t, err)
		for n := range rollCallContacts {
			email := fmt.Sprintf("park%d.%s@example.org", n, name)
			if n%5 == 0 {
				email = fmt.Sprintf("park%d@example.org", n)
			}
			_, err := svc.CreateContact(t.Context(), who, rollcall.SiteRef{ID: rollcall.SiteID(name)}, rollcall.ContactInput{
				FirstName: rollcall.Given("Ada"), LastName: rollcall.Given(fmt.Sprint("Park ", n)), Type: rollcall.Given("primary"),
				Email: rollcall.Given(email),
			})
			noError(t, err)
		}
	}
	made, err := svc.CreateRollCall(t.Context(), who, rollcall.RollCallInput{
		All: rollcall.Given(true), Methods: rollcall.Given([]string{"email"}), PerHour: rollcall.Given(2000),
	})
	noError(t, err)
	noError(t, a.Close())
	return folder, d.ID, made.ID
}

// lookAtItems holds that no item is missing once the roll call has started, and that each has one status.
func (s rollCallSize) lookAtItems(t *testing.T, db *sql.DB) {
	t.Helper()
	if started := ask(t, db, `SELECT COUNT(*) FROM roll_calls WHERE started_at IS NOT NULL`); started == "0" {
		return
	}
	want := fmt.Sprint(s.points())
	if got := ask(t, db, `SELECT COUNT(*) FROM roll_call_items`); got != want {
		t.Fatalf("%s items, want %s", got, want)
	}
}

// checkRolled holds that everybody was asked, that items ended as their validations did, and that the roll call is finished when the
// last validation has expired, and not before.
func (s rollCallSize) checkRolled(t *testing.T, folder, url string, db *sql.DB, id rollcall.RollCallID, dealer rollcall.DealerID) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, "letters"))
	noError(t, err)
	letters := strings.Split(strings.TrimSpace(string(text)), "\n")
	messages := s.points()*4/5 + rollCallContacts/5 // and one for each person at all sites
	asked := ask(t, db, `SELECT COUNT(*) FROM validations WHERE method = 'email'`)
	if asked != fmt.Sprint(messages) || len(letters) < messages || len(letters) > messages+rollCallKills {
		t.Errorf("%s people were asked by %d messages, want %d people and at most one more message for each of %d kills", asked, len(letters), messages, rollCallKills)
	}
	t.Logf("figure: %d messages, %d of them twice", messages, len(letters)-messages)
	if got := ask(t, db, `SELECT COUNT(*) FROM roll_call_items WHERE status = 'open' AND validation_id IS NULL`); got != "0" {
		t.Errorf("%s items were not asked", got)
	}
	later := func() time.Time { return time.Now().Add(500 * time.Hour) } // the clock of the roll call was fast
	a, err := app.Open(t.Context(), app.Options{Data: folder, DatabaseURL: url, Delivery: app.Capture, Now: later})
	noError(t, err)
	defer func() { noError(t, a.Close()) }()
	who := service.Caller{Dealer: dealer}
	before, err := a.Service().RollCall(t.Context(), who, id)
	noError(t, err)
	if open := before.Counts.Items[rollcall.ItemOpen]; open == 0 || before.Shown() != rollcall.RollCallRunning {
		t.Errorf("the roll call is %s with %d open items, want it running", before.Shown(), open)
	}
	var after service.RollCallReport
	for sweeps := 0; sweeps < 100 && after.Shown() != rollcall.RollCallFinished; sweeps++ { // each ends a bounded number of validations
		noError(t, a.Service().Sweep(t.Context()))
		after, err = a.Service().RollCall(t.Context(), who, id)
		noError(t, err)
	}
	items := after.Counts.Items
	if after.Shown() != rollcall.RollCallFinished || items[rollcall.ItemConfirmed] != before.Counts.Items[rollcall.ItemConfirmed] ||
		items[rollcall.ItemConfirmed]+items[rollcall.ItemExpired] != s.points() {
		t.Errorf("the roll call is %s with %v, want it finished, each item confirmed or expired", after.Shown(), items)
	}
	run(t, append([]string{"check"}, where(folder, url)...)...)
}

func where(folder, url string) []string {
	if url == "" {
		return []string{"--data", folder}
	}
	return []string{"--data", folder, "--database-url", url}
}
