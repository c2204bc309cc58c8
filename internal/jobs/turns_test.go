package jobs_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"example.org/rollcall/internal/jobs"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// TestWaitingIsNoAttempt checks that a message that may not leave yet comes back when it says, and not after the
// back-off.
func TestWaitingIsNoAttempt(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ran := make(chan struct{}, 100)
		var times atomic.Int32
		d.run(work{deliver: func(context.Context, service.DeliverJob) error {
			ran <- struct{}{}
			if times.Add(1) == 3 {
				return nil
			}
			return &rollcall.PostponedError{Reason: "quiet_hours", After: 100 * time.Millisecond}
		}}, jobs.Options{Backoff: func(int) time.Duration { return time.Hour }})
		d.enqueue(nil, "v")
		for range 3 {
			await(t, "the job", ran)
		}
	})
}

// add adds a job.
func (d *desk) add(job service.DeliverJob) {
	d.Helper()
	err := d.Update(d.Context(), func(ctx context.Context, tx service.Tx) error { return tx.Enqueue(ctx, job) })
	if err != nil {
		d.Fatal(err)
	}
}

// TestProviderThatHangsHoldsUpNoOther has every worker of a provider wait.
func TestProviderThatHangsHoldsUpNoOther(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		began, ran := make(chan struct{}, 100), make(chan rollcall.ValidationID, 100)
		d.run(work{deliver: func(ctx context.Context, job service.DeliverJob) error {
			if job.Validation == "hangs" {
				began <- struct{}{}
				<-ctx.Done()
				return ctx.Err()
			}
			ran <- job.Validation
			return nil
		}}, jobs.Options{Providers: []string{"one", "two"}, Workers: 2, Timeout: time.Minute, Grace: time.Millisecond})
		for range 6 {
			d.add(service.DeliverJob{Dealer: "d", Validation: "hangs", Provider: "one"})
		}
		for range 2 {
			await(t, "a job that hangs", began)
		}
		d.add(service.DeliverJob{Dealer: "d2", Validation: "two", Provider: "two"})
		if got := await(t, "the job of the other provider", ran); got != "two" {
			t.Errorf("ran %s, want two", got)
		}
		d.add(service.DeliverJob{Dealer: "d2", Validation: "none"})
		if got := await(t, "the job without a provider", ran); got != "none" {
			t.Errorf("ran %s, want none", got)
		}
	})
}

// TestHighPriorityOvertakes checks that a job with a high priority overtakes waiting jobs.
func TestHighPriorityOvertakes(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ran, goOn := make(chan rollcall.DealerID, 100), make(chan struct{})
		for range 20 {
			d.add(service.DeliverJob{Dealer: "many", Validation: "v", Provider: "one", Priority: 4})
		}
		d.run(work{deliver: func(_ context.Context, job service.DeliverJob) error {
			ran <- job.Dealer
			<-goOn
			return nil
		}}, jobs.Options{Providers: []string{"one"}, Workers: 1, Timeout: time.Minute})
		await(t, "the first job", ran)
		d.add(service.DeliverJob{Dealer: "few", Validation: "v", Provider: "one", Priority: 1})
		close(goOn)
		if got := await(t, "the second job", ran); got != "few" {
			t.Errorf("the second job is of the dealer %q, want few", got)
		}
	})
}
