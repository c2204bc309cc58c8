package jobs_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"example.org/rollcall/internal/jobs"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// TestImportRunsUntilNoRowsAreLeft runs an import in three parts, the second of which fails once.
func TestImportRunsUntilNoRowsAreLeft(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ran := make(chan rollcall.ImportID, 100)
		runs := 0 // one job runs at a time
		d.run(work{imports: func(id rollcall.ImportID) (bool, error) {
			ran <- id
			if runs++; runs == 2 {
				return false, errors.New("the database is busy")
			}
			return runs < 4, nil
		}}, jobs.Options{Backoff: func(int) time.Duration { return time.Millisecond }})
		err := d.Update(t.Context(), func(ctx context.Context, tx service.Tx) error { return tx.EnqueueImport(ctx, "d", "i") })
		if err != nil {
			t.Fatal(err)
		}
		for n := range 4 {
			if id := await(t, "part of the import", ran); id != "i" {
				t.Errorf("part %d is of %s, want i", n+1, id)
			}
		}
	})
}
