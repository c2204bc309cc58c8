package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// The tests of this file run in a bubble, where the test can wait until every goroutine is blocked: so it knows that
// changes wait for their turn.

// openEmpty opens a migrated database; the caller closes it.
func openEmpty(t testing.TB, opts Options) *DB {
	t.Helper()
	opts.Path = filepath.Join(t.TempDir(), "rollcall.db")
	db, err := Open(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return db
}

func insertDealers(ids ...rollcall.DealerID) func(context.Context, service.Tx) error {
	return func(ctx context.Context, tx service.Tx) error {
		for _, id := range ids {
			d := rollcall.Dealer{ID: id, Name: "D", Country: "US", Language: "en", Created: time.Now(), Updated: time.Now()}
			if err := tx.InsertDealer(ctx, d); err != nil {
				return err
			}
		}
		return nil
	}
}

func wantDealers(t *testing.T, db *DB, want ...rollcall.DealerID) {
	t.Helper()
	list, err := db.Dealers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := []rollcall.DealerID{}
	for _, d := range list {
		got = append(got, d.ID)
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Fatalf("dealers %v, want %v", got, want)
	}
}

// behind starts the changes while another one runs, so that they wait together, and returns what came of each.
func behind(t *testing.T, db *DB, changes ...func(context.Context, service.Tx) error) []error {
	t.Helper()
	release := make(chan struct{})
	errs := make([]error, len(changes))
	var all sync.WaitGroup
	all.Go(func() {
		err := db.Update(t.Context(), func(context.Context, service.Tx) error {
			<-release
			return nil
		})
		if kind := rollcall.KindOf(err); err != nil && kind != rollcall.Unavailable { // it shares the fate of its batch
			t.Error(err)
		}
	})
	synctest.Wait()
	for i, change := range changes {
		all.Go(func() { errs[i] = db.Update(t.Context(), change) })
		synctest.Wait() // they wait in this order
	}
	close(release)
	all.Wait()
	return errs
}

func bubble(t *testing.T, fn func(t *testing.T, db *DB)) {
	synctest.Test(t, func(t *testing.T) {
		db := openEmpty(t, Options{})
		defer func() {
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		}()
		fn(t, db)
	})
}

func TestChangesThatWaitAreCommittedTogether(t *testing.T) {
	for _, c := range []struct{ changes, commits int }{{1, 1}, {50, 1}, {batchMax - 1, 1}, {batchMax, 2}, {3*batchMax - 1, 3}} {
		t.Run(fmt.Sprint(c.changes), func(t *testing.T) {
			bubble(t, func(t *testing.T, db *DB) {
				changes := make([]func(context.Context, service.Tx) error, c.changes)
				for i := range changes {
					changes[i] = insertDealers(rollcall.DealerID(fmt.Sprint(i)))
				}
				before := lite(db).writer.commits
				if err := errors.Join(behind(t, db, changes...)...); err != nil {
					t.Fatal(err)
				}
				if got := lite(db).writer.commits - before; got != c.commits {
					t.Errorf("%d changes behind another took %d commits, want %d", c.changes, got, c.commits)
				}
				if list, err := db.Dealers(t.Context()); err != nil || len(list) != c.changes {
					t.Errorf("%d dealers, want %d: %v", len(list), c.changes, err)
				}
			})
		})
	}
}

func TestChangeThatFailsHurtsNoOther(t *testing.T) {
	failure := errors.New("on purpose")
	bubble(t, func(t *testing.T, db *DB) {
		before := lite(db).writer.commits
		errs := behind(t, db,
			insertDealers("a"),
			func(ctx context.Context, tx service.Tx) error {
				return errors.Join(insertDealers("b")(ctx, tx), failure)
			},
			insertDealers("c", "c"), // refused by the database
			insertDealers("d"),
		)
		if errs[0] != nil || !errors.Is(errs[1], failure) || rollcall.KindOf(errs[2]) != rollcall.Internal || errs[3] != nil {
			t.Errorf("errors %v", errs)
		}
		if lite(db).writer.commits != before+1 {
			t.Errorf("%d commits, want 1", lite(db).writer.commits-before)
		}
		wantDealers(t, db, "a", "d")
	})
}

func TestChangeThatPanicsHurtsNoOther(t *testing.T) {
	bubble(t, func(t *testing.T, db *DB) {
		var recovered any
		errs := behind(t, db,
			insertDealers("a"),
			insertDealers("b"),
		)
		func() {
			defer func() { recovered = recover() }()
			_ = db.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
				if err := insertDealers("c")(ctx, tx); err != nil {
					return err
				}
				panic("on purpose")
			})
		}()
		if recovered != "on purpose" {
			t.Errorf("recovered %v", recovered)
		}
		if err := errors.Join(errs...); err != nil {
			t.Error(err)
		}
		wantDealers(t, db, "a", "b")
	})
}

func TestChangeThatWaitsCanBeGivenUp(t *testing.T) {
	bubble(t, func(t *testing.T, db *DB) {
		ctx, cancel := context.WithCancel(t.Context())
		release := make(chan struct{})
		var all sync.WaitGroup
		all.Go(func() {
			err := db.Update(t.Context(), func(context.Context, service.Tx) error {
				<-release
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		all.Go(func() {
			if err := db.Update(ctx, insertDealers("a")); !errors.Is(err, context.Canceled) {
				t.Errorf("error %v", err)
			}
		})
		synctest.Wait()
		cancel()
		synctest.Wait() // it has returned, while the first still runs
		close(release)
		all.Wait()
		wantDealers(t, db)
	})
}

func TestCloseWaitsForWhatRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := openEmpty(t, Options{})
		path := db.opts.Path
		release := make(chan struct{})
		var all sync.WaitGroup
		all.Go(func() {
			err := db.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
				<-release
				return insertDealers("runs")(ctx, tx)
			})
			if err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		all.Go(func() {
			if err := db.Update(t.Context(), insertDealers("waits")); rollcall.KindOf(err) != rollcall.Unavailable {
				t.Errorf("a change that waited: %v", err)
			}
		})
		closed := false
		all.Go(func() {
			if err := db.Close(); err != nil {
				t.Error(err)
			}
			closed = true
		})
		synctest.Wait()
		if closed {
			t.Error("closed under a change that ran")
		}
		close(release)
		all.Wait()
		if err := db.Update(t.Context(), insertDealers("late")); rollcall.KindOf(err) != rollcall.Unavailable {
			t.Errorf("a change after Close: %v", err)
		}
		db, err := Open(t.Context(), Options{Path: path})
		if err != nil {
			t.Fatal(err)
		}
		wantDealers(t, db, "runs")
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
}

// onWriter runs a PRAGMA on the connection that writes.
func onWriter(t *testing.T, db *DB, pragma string) {
	t.Helper()
	if _, err := lite(db).writer.session.conn.ExecContext(t.Context(), pragma); err != nil {
		t.Fatal(err)
	}
}

// wantUnavailable asserts that callers learn nothing of the engine, and when to come back.
func wantUnavailable(t *testing.T, err error) {
	t.Helper()
	var e *rollcall.Error
	if !errors.As(err, &e) || e.Kind != rollcall.Unavailable || e.RetryAfter != time.Second || e.Cause == nil {
		t.Fatalf("error %#v, want Unavailable with a cause", err)
	}
	if strings.Contains(strings.ToLower(e.Message), "sql") {
		t.Errorf("message %q names the engine", e.Message)
	}
}

func TestFullDisk(t *testing.T) {
	many := make([]rollcall.DealerID, 2000)
	for i := range many {
		many[i] = rollcall.DealerID(fmt.Sprintf("%01000d", i))
	}
	for _, c := range []struct {
		name    string
		changes []func(context.Context, service.Tx) error
	}{
		{"minded", []func(context.Context, service.Tx) error{insertDealers("a"), insertDealers(many...)}},
		{"not minded", []func(context.Context, service.Tx) error{
			func(ctx context.Context, tx service.Tx) error {
				_ = insertDealers(many...)(ctx, tx)
				_ = insertDealers("b")(ctx, tx) // must not stand alone
				return nil
			},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, func(t *testing.T, db *DB) {
				if err := db.Update(t.Context(), insertDealers("before")); err != nil {
					t.Fatal(err)
				}
				onWriter(t, db, "PRAGMA max_page_count = 100")
				for _, err := range behind(t, db, c.changes...) {
					wantUnavailable(t, err)
				}
				wantDealers(t, db, "before")
				if err := db.Update(t.Context(), insertDealers("then")); err != nil { // on another connection
					t.Error(err)
				}
				wantDealers(t, db, "before", "then")
			})
		})
	}
}

func TestReadOnlyDatabase(t *testing.T) {
	db := openDB(t, Options{})
	if err := db.Update(t.Context(), insertDealers("before")); err != nil {
		t.Fatal(err)
	}
	onWriter(t, db, "PRAGMA query_only = 1")
	wantUnavailable(t, db.Update(t.Context(), insertDealers("refused")))
	if err := db.Update(t.Context(), insertDealers("then")); err != nil { // on another connection
		t.Error(err)
	}
	wantDealers(t, db, "before", "then")
}
