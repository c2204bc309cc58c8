package jobs_test

import (
	"context"
	"testing"
	"time"

	"example.org/rollcall/internal/jobs"
	"example.org/rollcall/internal/service"
)

func TestBacklog(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		queue := d.queue(work{}, jobs.Options{Backoff: func(int) time.Duration { return time.Second }})
		check := func(want int) {
			t.Helper()
			b, err := queue.Backlog(t.Context())
			if err != nil || b.Jobs["available"] != want || len(b.Jobs) != 4 || b.Oldest.IsZero() != (want == 0) {
				t.Errorf("%+v, %v; want %d that can run", b, err, want)
			}
			if age := time.Since(b.Oldest); want > 0 && (age < 0 || age > time.Minute) {
				t.Errorf("oldest job waits for %s, want at most a minute", age)
			}
		}
		check(0)
		for range 3 {
			err := d.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
				return tx.Enqueue(ctx, service.DeliverJob{Dealer: "d", Validation: "v"})
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		check(3)
	})
}
