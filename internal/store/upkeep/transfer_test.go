package upkeep_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/store"
	"example.org/rollcall/internal/store/upkeep"
	"example.org/rollcall/internal/testkit/pgtest"
)

// nowhere is a delivery that takes every message and sends none.
type nowhere struct{}

func (nowhere) Route(rollcall.DealerID, rollcall.Method) (rollcall.Route, bool) {
	return rollcall.Route{}, true
}

func (nowhere) Send(context.Context, rollcall.Message) (rollcall.Receipt, error) {
	return rollcall.Receipt{}, nil
}

// filledWith makes a database with something in most tables.
func filledWith(t *testing.T, path string, contacts int) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), onFile(path))
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	svc := service.New(db, nowhere{}, service.Options{Now: time.Now, Secrets: [][]byte{make([]byte, 32)}, Wait: 1, AbuseMode: service.Observe})
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(svc.CheckSecret(t.Context()))
	d, err := svc.CreateDealer(t.Context(), rollcall.DealerInput{Name: rollcall.Given("Harbour Alarm")})
	must(err)
	_, _, err = svc.CreateKey(t.Context(), service.Caller{Dealer: d.ID}, rollcall.KeyInput{Scopes: "*", Test: true})
	must(err)
	caller := service.Caller{Dealer: d.ID}
	link, err := svc.InviteUser(t.Context(), caller, rollcall.UserInput{
		Email: rollcall.Given("zoë@example.org"), Name: rollcall.Given("Zoë"), Role: rollcall.Given("owner"),
	})
	must(err)
	must(svc.SaveSession(t.Context(), rollcall.Session{Dealer: d.ID, User: link.User.ID, Hash: rollcall.Hash{0, 1, 255}}))
	_, err = svc.CreateSite(t.Context(), caller, rollcall.SiteInput{SiteID: rollcall.Given("s"), Name: rollcall.Given("Čapek’s 船")})
	must(err)
	site := rollcall.SiteRef{ID: "s"}
	for range contacts {
		c, err := svc.CreateContact(t.Context(), caller, site, rollcall.ContactInput{
			FirstName: rollcall.Given("Ada"), LastName: rollcall.Given(""), Phone: rollcall.Given("+1 202 555 0147"), Type: rollcall.Given("primary"),
			Language: rollcall.Given("es"),
		})
		must(err)
		_, err = svc.SendValidation(t.Context(), caller, rollcall.ContactRef{Site: site, ID: c.ID}, rollcall.ValidationInput{})
		must(err)
	}
	return db
}

func onFile(path string) store.Options { return withQueue(store.Options{Path: path}) }

func onServer(url string) store.Options { return withQueue(store.Options{URL: url, Connections: 2}) }

// withQueue adds a queue of one table.
func withQueue(opts store.Options) store.Options {
	opts.Migrations = []store.Migration{func(ctx context.Context, pool *sql.DB) error {
		_, err := pool.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS waiting (validation_id TEXT NOT NULL)`)
		return err
	}}
	opts.Queue = waiting{}
	return opts
}

// waiting is a queue of one table.
type waiting struct{ store.Queue }

func (waiting) Deliver(ctx context.Context, tx *sql.Tx, job service.DeliverJob) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO waiting (validation_id) VALUES ($1)`, string(job.Validation))
	return err
}

func TestTransferThereAndBack(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "rollcall.db")
	if err := filledWith(t, path, 20).Close(); err != nil {
		t.Fatal(err)
	}
	url, back := pgtest.Database(t), filepath.Join(t.TempDir(), "rollcall.db")
	there, err := upkeep.Transfer(t.Context(), store.Options{Path: path}, onServer(url), nil)
	if err != nil {
		t.Fatal(err)
	}
	cursor := followed(t, onServer(url), "", 44)
	followedWrite(t, onServer(url))
	again, err := upkeep.Transfer(t.Context(), store.Options{URL: url}, onFile(back), nil)
	if err != nil {
		t.Fatal(err)
	}
	if there.Rows+2 != again.Rows || there.Contacts != 20 || there.Jobs != 20 || again.Jobs != 20 || there.Before != 0 {
		t.Errorf("there %+v, back %+v", there, again)
	}
	followed(t, onFile(back), cursor, 1)
	for _, opts := range []store.Options{onServer(url), onFile(back)} {
		db, err := store.Open(t.Context(), opts)
		if err != nil {
			t.Fatal(err)
		}
		if left := column(t, db, `SELECT validation_id FROM waiting`); len(left) != 20 {
			t.Errorf("%d jobs, want 20", len(left))
		}
		report, err := service.New(db, nil, service.Options{Now: time.Now, Secrets: [][]byte{make([]byte, 32)}}).VerifyAudit(t.Context(), nil)
		if err != nil || len(report.Faults) > 0 || report.Lines != 46 {
			t.Errorf("the audit: %+v, %v", report, err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
}

// followed reads the audit of the dealer after a cursor, and returns the cursor at its end.
func followed(t *testing.T, opts store.Options, after string, want int) string {
	t.Helper()
	lines, next := 0, ""
	withDealer(t, opts, func(svc *service.Service, caller service.Caller) {
		var read []audit.Line
		var err error
		if read, next, err = svc.Audit(t.Context(), caller, service.AuditQuery{After: after, Limit: rollcall.Given(500)}); err != nil {
			t.Fatal(err)
		}
		lines = len(read)
	})
	if lines != want {
		t.Errorf("%d lines after %q, want %d", lines, after, want)
	}
	return next
}

// followedWrite writes a line that has no position when the transfer begins.
func followedWrite(t *testing.T, opts store.Options) {
	t.Helper()
	withDealer(t, opts, func(svc *service.Service, caller service.Caller) {
		in := rollcall.SiteInput{SiteID: rollcall.Given("later"), Name: rollcall.Given("N")}
		if _, err := svc.CreateSite(t.Context(), caller, in); err != nil {
			t.Fatal(err)
		}
	})
}

// withDealer opens a database with one dealer.
func withDealer(t *testing.T, opts store.Options, fn func(svc *service.Service, caller service.Caller)) {
	t.Helper()
	db, err := store.Open(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	svc := service.New(db, nil, service.Options{Now: time.Now, Secrets: [][]byte{make([]byte, 32)}})
	dealers, err := svc.Dealers(t.Context())
	if err != nil || len(dealers) != 1 {
		t.Fatalf("dealers %v, %v", dealers, err)
	}
	fn(svc, service.Caller{Dealer: dealers[0].ID})
}

// TestTransferGoesOn interrupts a transfer again and again.
func TestTransferGoesOn(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "rollcall.db")
	if err := filledWith(t, path, 20).Close(); err != nil {
		t.Fatal(err)
	}
	url := pgtest.Database(t)
	to := onServer(url)
	interrupted := 0
	for stop := int64(1); ; stop += 17 {
		ctx, cancel := context.WithCancel(t.Context())
		done, err := upkeep.Transfer(ctx, store.Options{Path: path}, to, func(done, _ int64) {
			if done >= stop {
				cancel()
			}
		})
		cancel()
		if err == nil {
			if interrupted < 3 || done.Before == 0 || done.Rows != 133 || done.Dealers != 1 {
				t.Errorf("after %d interruptions %+v, want 3 at least, and 133 rows of one dealer and its sandbox, some of them from before", interrupted, done)
			}
			break
		}
		interrupted++
		if _, err := store.Open(t.Context(), store.Options{URL: url}); err == nil || !strings.Contains(err.Error(), "migrate-data") {
			t.Fatalf("a database that is not whole can be opened: %v", err)
		}
		if interrupted > 50 {
			t.Fatal(err)
		}
	}
	if _, err := upkeep.Transfer(t.Context(), store.Options{Path: path}, to, nil); err == nil || !strings.Contains(err.Error(), "not empty") {
		t.Errorf("a second transfer: %v", err)
	}
}

func TestTransferRefuses(t *testing.T) {
	t.Parallel()
	path, url := filepath.Join(t.TempDir(), "rollcall.db"), migratedPostgres(t)
	open, err := store.Open(t.Context(), store.Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := upkeep.Transfer(t.Context(), store.Options{URL: url}, onFile(path), nil); err == nil || !strings.Contains(err.Error(), "is open in a server") {
		t.Errorf("a source in use: %v", err)
	}
	if err := open.Close(); err != nil {
		t.Fatal(err)
	}
	empty := filepath.Join(t.TempDir(), "empty.db")
	for _, from := range []store.Options{{Path: empty}, {URL: pgtest.Database(t)}} {
		if from.Path != "" {
			if err := os.WriteFile(from.Path, nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := upkeep.Transfer(t.Context(), from, onFile(path), nil); err == nil || !strings.Contains(err.Error(), "not a database of Rollcall") {
			t.Errorf("an empty source: %v", err)
		}
	}
}

// TestTransferFindsWhatDiffers changes the target behind the back of a transfer that was interrupted.
func TestTransferFindsWhatDiffers(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "rollcall.db")
	if err := filledWith(t, path, 5).Close(); err != nil {
		t.Fatal(err)
	}
	url := pgtest.Database(t)
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := upkeep.Transfer(ctx, store.Options{Path: path}, onServer(url), func(done, _ int64) {
		if done > 5 {
			cancel()
		}
	}); err == nil {
		t.Fatal("it was not interrupted")
	}
	opts := store.Options{URL: url, Filling: true}
	db, err := store.Open(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.Engine().Reads().Exec(t.Context(), `UPDATE sites SET name = 'Another'`)
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := upkeep.Transfer(t.Context(), store.Options{Path: path}, onServer(url), nil); err == nil || !strings.Contains(err.Error(), "the rows of sites differ") {
		t.Errorf("what differs was not found: %v", err)
	}
}
