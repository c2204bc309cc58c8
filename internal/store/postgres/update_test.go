package postgres

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"testing"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/store/engine"
	"example.org/rollcall/internal/testkit/pgtest"
)

// template gives each test a database with the table items.
var template = pgtest.Template(func(url string) error {
	db, err := sql.Open("pgx", url)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(context.Background(), `CREATE TABLE items (id TEXT PRIMARY KEY)`)
	return errors.Join(err, db.Close())
})

func openEngine(t *testing.T) *Engine {
	t.Helper()
	e, err := Open(t.Context(), Options{Options: engine.Options{Log: slog.New(slog.DiscardHandler)}, URL: template(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

func insert(ctx context.Context, tx engine.Tx) error {
	_, err := tx.Exec(ctx, `INSERT INTO items (id) VALUES ('a')`)
	return err
}

func wantItems(t *testing.T, e *Engine, want int) {
	t.Helper()
	var got int
	if err := e.Reads().QueryRow(t.Context(), `SELECT COUNT(*) FROM items`, nil, &got); err != nil || got != want {
		t.Errorf("%d items, want %d; error %v", got, want, err)
	}
}

func wantUnavailable(t *testing.T, err error) {
	t.Helper()
	var e *rollcall.Error
	if !errors.As(err, &e) || e.Kind != rollcall.Unavailable || e.RetryAfter != time.Second || e.Cause == nil {
		t.Fatalf("error %#v, want Unavailable with a cause", err)
	}
}

// TestAChangeThatTakesTooLongIsMadeOnce checks that our own deadline isn't taken for a lost connection, after which a change is made
// again: it would take as long eight times.
func TestAChangeThatTakesTooLongIsMadeOnce(t *testing.T) {
	t.Parallel()
	sleep := func(ctx context.Context, tx engine.Tx) error {
		_, err := tx.Exec(ctx, `SELECT pg_sleep(60)`)
		return err
	}
	for what, fn := range map[string]func(ctx context.Context, tx engine.Tx) error{
		"in a statement":     sleep,
		"between statements": func(ctx context.Context, tx engine.Tx) error { <-ctx.Done(); return insert(ctx, tx) },
		"before the commit":  func(ctx context.Context, _ engine.Tx) error { <-ctx.Done(); return nil },
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			e := openEngine(t)
			e.timeout = 100 * time.Millisecond
			made := 0
			err := e.Update(t.Context(), "", func(ctx context.Context, tx engine.Tx) error {
				made++
				return fn(ctx, tx)
			})
			if made != 1 {
				t.Errorf("it was made %d times, want once", made)
			}
			wantUnavailable(t, err)
			wantItems(t, e, 0)
		})
	}
	t.Run("waiting for a turn", func(t *testing.T) {
		t.Parallel()
		e := openEngine(t)
		var leaves []func()
		for range e.turns.each {
			leave, err := e.turns.enter(t.Context(), "greedy")
			if err != nil {
				t.Fatal(err)
			}
			leaves = append(leaves, leave)
		}
		e.timeout = 100 * time.Millisecond
		wantUnavailable(t, e.Update(t.Context(), "greedy", insert))
		if err := e.Update(t.Context(), "other", insert); err != nil {
			t.Errorf("a change of another dealer: %v", err)
		}
		for _, leave := range leaves {
			leave()
		}
		wantItems(t, e, 1)
	})
}
