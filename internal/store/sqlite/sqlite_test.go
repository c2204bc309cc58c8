package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/store/engine"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// openEngine opens a database with the table items for one test.
func openEngine(t *testing.T) *Engine {
	t.Helper()
	e, err := Open(t.Context(), filepath.Join(t.TempDir(), "test.db"), engine.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	err = e.Migrating(t.Context(), func(ctx context.Context, pool *sql.DB) error {
		_, err := pool.ExecContext(ctx, `CREATE TABLE items (id TEXT NOT NULL PRIMARY KEY) STRICT`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func insert(ids ...string) func(context.Context, engine.Tx) error {
	return func(ctx context.Context, tx engine.Tx) error {
		for _, id := range ids {
			if _, err := tx.Exec(ctx, `INSERT INTO items (id) VALUES ($1)`, id); err != nil {
				return err
			}
		}
		return nil
	}
}

func wantItems(t *testing.T, e *Engine, want ...string) {
	t.Helper()
	var got []string
	err := e.Reads().Query(t.Context(), `SELECT id FROM items ORDER BY id`, nil, func(rows engine.Row) error {
		var id string
		err := rows.Scan(&id)
		got = append(got, id)
		return err
	})
	if err != nil || !slices.Equal(got, want) {
		t.Fatalf("items %v, want %v; error %v", got, want, err)
	}
}

// onWriter runs a PRAGMA on the connection that writes.
func onWriter(t *testing.T, e *Engine, pragma string) {
	t.Helper()
	err := e.writer.between(t.Context(), func(tx *transaction) error {
		_, err := tx.ExecContext(t.Context(), pragma)
		return err
	})
	if err != nil {
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
	t.Parallel()
	many := make([]string, 2000)
	for i := range many {
		many[i] = fmt.Sprintf("%01000d", i)
	}
	for name, change := range map[string]func(context.Context, engine.Tx) error{
		"the error is returned": insert(many...),
		"the error is ignored": func(ctx context.Context, tx engine.Tx) error {
			_ = insert(many...)(ctx, tx)
			_ = insert("b")(ctx, tx) // must not commit alone
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := openEngine(t)
			if err := e.Update(t.Context(), "", insert("before")); err != nil {
				t.Fatal(err)
			}
			onWriter(t, e, "PRAGMA max_page_count = 100")
			wantUnavailable(t, e.Update(t.Context(), "", change))
			wantItems(t, e, "before")
			if err := e.Update(t.Context(), "", insert("then")); err != nil { // on another connection
				t.Error(err)
			}
			wantItems(t, e, "before", "then")
		})
	}
}

func TestReadOnlyDatabase(t *testing.T) {
	t.Parallel()
	e := openEngine(t)
	if err := e.Update(t.Context(), "", insert("before")); err != nil {
		t.Fatal(err)
	}
	onWriter(t, e, "PRAGMA query_only = 1")
	wantUnavailable(t, e.Update(t.Context(), "", insert("refused")))
	if err := e.Update(t.Context(), "", insert("then")); err != nil { // on another connection
		t.Error(err)
	}
	wantItems(t, e, "before", "then")
}

func TestScrubLeavesTheBusyTimeout(t *testing.T) {
	t.Parallel()
	e := openEngine(t)
	if err := e.Scrub(t.Context()); err != nil {
		t.Fatal(err)
	}
	var wait int
	err := e.writer.between(t.Context(), func(tx *transaction) error {
		return tx.QueryRow(t.Context(), `PRAGMA busy_timeout`, nil, &wait)
	})
	if err != nil || wait != 10000 {
		t.Errorf("busy_timeout = %d ms, want 10000; error %v", wait, err)
	}
}

func TestLockOfAnotherProcess(t *testing.T) {
	t.Parallel()
	e := openEngine(t)
	if err := e.Update(t.Context(), "", insert("before")); err != nil {
		t.Fatal(err)
	}
	onWriter(t, e, "PRAGMA busy_timeout = 50")
	pool, err := openPool(e.path, toWrite, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	lock, err := pool.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	wantUnavailable(t, e.Update(t.Context(), "", insert("refused")))
	wantItems(t, e, "before") // readers do not wait
	if err := lock.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := e.Update(t.Context(), "", insert("then")); err != nil {
		t.Fatal(err)
	}
	wantItems(t, e, "before", "then")
}
