package jobs_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"example.org/rollcall/internal/jobs"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/store"
)

func TestBacklog(t *testing.T) {
	enqueue, err := jobs.NewEnqueuer(nil)
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), store.Options{
		Path: filepath.Join(t.TempDir(), "x.db"), Enqueue: enqueue, Migrations: []store.Migration{jobs.Migrate},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	pool, err := db.Pool()
	if err != nil {
		t.Fatal(err)
	}
	queue, err := jobs.New(pool, work{}, jobs.Options{Backoff: func(int) time.Duration { return time.Second }})
	if err != nil {
		t.Fatal(err)
	}
	check := func(want int) {
		t.Helper()
		b, err := queue.Backlog(t.Context())
		if err != nil || b.Jobs["available"] != want || len(b.Jobs) != 4 || b.Oldest.IsZero() != (want == 0) {
			t.Errorf("%+v, %v; want %d that can run", b, err, want)
		}
		if age := time.Since(b.Oldest); want > 0 && (age < 0 || age > time.Minute) {
			t.Errorf("the oldest waits for %s", age)
		}
	}
	check(0)
	for range 3 {
		err := db.Update(t.Context(), func(ctx context.Context, tx rollcall.Tx) error {
			return tx.Enqueue(ctx, rollcall.DeliverJob{Dealer: "d", Validation: "v"})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	check(3)
}
