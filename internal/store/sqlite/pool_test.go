package sqlite

import (
	"context"
	"fmt"
	"testing"
	"time"

	"example.org/rollcall/internal/store/engine"
)

// A snapshot holds a connection: if a statement in it needed another one, snapshots that each hold one would wait for each
// other for ever.
func TestASnapshotNeedsOneConnection(t *testing.T) {
	t.Parallel()
	p := openEngine(t).reads
	leaveOne(t, p)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	var count int
	for range 2 {
		err := p.Snapshot(ctx, func(run engine.Runner) error {
			var n int
			return run.Snapshot(ctx, func(run engine.Runner) error {
				return run.QueryRow(ctx, `SELECT COUNT(*) FROM items`, nil, &n)
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		if now := len(p.idle[0].prepared); count != 0 && now != count || now == 0 {
			t.Errorf("%d statements are prepared, %d before", now, count)
		}
		count = len(p.idle[0].prepared)
	}
}

// leaveOne takes all connections of the pool but one, until the test ends.
func leaveOne(t *testing.T, p *readPool) {
	t.Helper()
	for range cap(p.free) - 1 {
		c, err := p.take(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { p.give(c) })
	}
}

func TestStatementsKeptAreBounded(t *testing.T) {
	t.Parallel()
	p := openEngine(t).reads
	leaveOne(t, p)
	for n := range 2 * maxPrepared {
		var got int
		if err := p.QueryRow(t.Context(), fmt.Sprintf(`SELECT %d`, n), nil, &got); err != nil || got != n {
			t.Fatalf("got %d, want %d: %v", got, n, err)
		}
		err := p.Query(t.Context(), fmt.Sprintf(`SELECT %d`, n), nil, func(row engine.Row) error { return row.Scan(&got) })
		if err != nil || got != n {
			t.Fatalf("got %d, want %d: %v", got, n, err)
		}
	}
	if count := len(p.idle[0].prepared); count != maxPrepared {
		t.Errorf("%d statements are prepared, want %d", count, maxPrepared)
	}
}
