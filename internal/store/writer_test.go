package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// The tests of this file run in a synctest bubble, so that they can wait until each change waits for its turn.

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

// behind starts the changes while another one runs, so that they wait together, and returns the error of each.
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
		if kind := rollcall.KindOf(err); err != nil && kind != rollcall.Unavailable { // it fails with its batch
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
	counting(t, func(t *testing.T, db *DB, _ func() int) { fn(t, db) })
}

// counting is bubble for tests that count commits.
func counting(t *testing.T, fn func(t *testing.T, db *DB, commits func() int)) {
	synctest.Test(t, func(t *testing.T) {
		var commits atomic.Int64
		db := openEmpty(t, Options{Now: time.Now, Committed: func(int, time.Duration) { commits.Add(1) }})
		defer func() {
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		}()
		fn(t, db, func() int { return int(commits.Load()) })
	})
}

func TestChangesThatWaitAreCommittedTogether(t *testing.T) {
	for _, c := range []struct{ changes, commits int }{{1, 1}, {50, 1}, {127, 1}, {128, 2}, {383, 3}} {
		t.Run(fmt.Sprint(c.changes), func(t *testing.T) {
			counting(t, func(t *testing.T, db *DB, commits func() int) {
				changes := make([]func(context.Context, service.Tx) error, c.changes)
				for i := range changes {
					changes[i] = insertDealers(rollcall.DealerID(fmt.Sprint(i)))
				}
				before := commits()
				if err := errors.Join(behind(t, db, changes...)...); err != nil {
					t.Fatal(err)
				}
				if got := commits() - before; got != c.commits {
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
	counting(t, func(t *testing.T, db *DB, commits func() int) {
		before := commits()
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
		if commits() != before+1 {
			t.Errorf("%d commits, want 1", commits()-before)
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

// wantUnavailable asserts that an error says when to retry, and does not name the engine.
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

// TestAChangeOfAnotherDealerIsInTheNextBatch has a thousand changes of one dealer wait before one of another.
func TestAChangeOfAnotherDealerIsInTheNextBatch(t *testing.T) {
	counting(t, func(t *testing.T, db *DB, committed func() int) {
		release := make(chan struct{})
		var all sync.WaitGroup
		commits := make(map[rollcall.DealerID][]int)
		change := func(dealer rollcall.DealerID) {
			all.Go(func() {
				err := db.UpdateFor(t.Context(), dealer, func(ctx context.Context, tx service.Tx) error {
					commits[dealer] = append(commits[dealer], committed())
					return insertDealers(rollcall.NewDealerID())(ctx, tx)
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Go(func() {
			err := db.UpdateFor(t.Context(), "greedy", func(context.Context, service.Tx) error {
				<-release
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		begun := committed()
		for range 1000 {
			change("greedy")
		}
		synctest.Wait()
		change("other")
		synctest.Wait()
		close(release)
		all.Wait()
		if got := commits["other"]; len(got) != 1 || got[0] != begun {
			t.Errorf("the change of the other dealer came in batch %v, want %d", got, begun)
		}
		if got := commits["greedy"]; len(got) != 1000 || got[999] < begun+7 {
			t.Errorf("%d changes of the dealer were made, the last in batch %d", len(got), got[len(got)-1])
		}
	})
}
