package jobs_test

import (
	"context"
	"testing"
	"time"

	"example.org/rollcall/internal/jobs"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// TestNoticeIsRetriedUntilItIsSent has the mail server refuse it twice.
func TestNoticeIsRetriedUntilItIsSent(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		sent := make(chan service.WebhookRef, 1)
		attempts := 0 // one job runs at a time
		d.run(work{tell: func(ref service.WebhookRef) error {
			if attempts++; attempts < 3 {
				return &rollcall.DeliveryError{Code: "busy", Reason: "the mail server is busy"}
			}
			sent <- ref
			return nil
		}}, jobs.Options{Backoff: func(int) time.Duration { return time.Millisecond }})
		want := service.WebhookRef{Dealer: "d", ID: "hook_1"}
		err := d.Update(t.Context(), func(ctx context.Context, tx service.Tx) error { return tx.EnqueueNotice(ctx, want) })
		if err != nil {
			t.Fatal(err)
		}
		if got := await(t, "notice", sent); got != want {
			t.Errorf("the notice is about %+v, want %+v", got, want)
		}
	})
}
