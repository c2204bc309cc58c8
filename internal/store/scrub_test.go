package store

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

func logSize(t *testing.T, db *DB) int64 {
	t.Helper()
	info, err := os.Stat(db.opts.Path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// snapshotOf begins a snapshot of the database, and returns the function that ends it.
func snapshotOf(t *testing.T, db *DB) (end func()) {
	t.Helper()
	pool := rawPool(t, db)
	tx, err := pool.BeginTx(t.Context(), &sql.TxOptions{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := tx.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM dealers`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := errors.Join(tx.Rollback(), pool.Close()); err != nil {
			t.Error(err)
		}
	}
}

func TestScrubEmptiesTheLog(t *testing.T) {
	t.Parallel()
	db := openDB(t, Options{})
	beside(t, db)
	for range 3 {
		if err := db.Update(t.Context(), insertDealers("a")); err != nil {
			t.Fatal(err)
		}
		if logSize(t, db) == 0 {
			t.Fatal("nothing is in the log after a change")
		}
		if err := db.Scrub(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := logSize(t, db); n != 0 {
			t.Errorf("%d bytes are in the log", n)
		}
		remove := func(ctx context.Context, tx service.Tx) error { return tx.DeleteDealer(ctx, "a") }
		if err := db.Update(t.Context(), remove); err != nil {
			t.Fatal(err)
		}
	}
}

func TestScrubWaitsForReadersWhileOthersWrite(t *testing.T) {
	t.Parallel()
	db := openDB(t, Options{})
	end := snapshotOf(t, db)
	if err := db.Update(t.Context(), insertDealers("a")); err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { done <- db.Scrub(t.Context()) }()
	for _, id := range []rollcall.DealerID{"b", "c", "d"} {
		if err := db.Update(t.Context(), insertDealers(id)); err != nil {
			t.Fatal(err)
		}
	}
	select {
	case err := <-done:
		t.Fatalf("Scrub returned during a read of the log: %v", err)
	default:
	}
	end()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if n := logSize(t, db); n != 0 {
		t.Errorf("%d bytes are in the log", n)
	}
	wantDealers(t, db, "a", "b", "c", "d")
}

func TestScrubGivesUp(t *testing.T) {
	t.Parallel()
	db := openDB(t, Options{})
	end := snapshotOf(t, db)
	defer end()
	if err := db.Update(t.Context(), insertDealers("a")); err != nil {
		t.Fatal(err)
	}
	err := db.Scrub(t.Context())
	wantUnavailable(t, err)
	if !strings.Contains(err.Error(), "backup") {
		t.Errorf("error %v does not say what to do", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	wantUnavailable(t, db.Scrub(ctx))
}

func TestScrubAfterClose(t *testing.T) {
	t.Parallel()
	db := openEmpty(t, Options{})
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := db.Scrub(t.Context()); rollcall.KindOf(err) != rollcall.Unavailable {
		t.Errorf("error %v, want Unavailable", err)
	}
}

// TestErasureIsRememberedUntilTheLogIsEmpty ends a process after an erasure, during a read: the next process empties the log.
func TestErasureIsRememberedUntilTheLogIsEmpty(t *testing.T) {
	t.Parallel()
	db := openDB(t, Options{})
	later := beside(t, db)
	if err := db.Update(t.Context(), insertDealers("a", "b")); err != nil {
		t.Fatal(err)
	}
	end := snapshotOf(t, later)
	opts := service.Options{Now: time.Now, Secrets: [][]byte{[]byte("the secret of a test")}}
	if err := service.New(db, nil, opts).EraseDealer(t.Context(), "a"); err != nil {
		t.Fatalf("an erasure that is done returned %v", err)
	}
	if n, err := later.ScrubRequests(t.Context()); n == 0 || err != nil {
		t.Errorf("ScrubRequests() = %d, %v, want a removal", n, err)
	}
	end()
	if err := service.New(later, nil, opts).Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n, err := later.ScrubRequests(t.Context()); n != 0 || err != nil {
		t.Errorf("after a sweep ScrubRequests() = %d, %v, want 0", n, err)
	}
}
