package jobs

import (
	"context"
	"errors"
	"time"

	"github.com/riverqueue/river"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// attemptsMax is beyond what fits into the life of a validation: DeliverValidation says when enough is enough.
const attemptsMax = 10_000

// deliverArgs are the arguments of the job that delivers a validation.
type deliverArgs struct {
	Dealer     rollcall.DealerID     `json:"dealer_id"`
	Validation rollcall.ValidationID `json:"validation_id"`

	// What came of this attempt, which NextRetry is not told. tried is false where the process died in it.
	tried      bool
	retryAfter time.Duration
}

// Kind implements river.JobArgs.
func (deliverArgs) Kind() string { return "deliver_validation" }

// InsertOpts implements river.JobArgsWithInsertOpts.
func (deliverArgs) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: attemptsMax} }

type deliverer struct {
	river.WorkerDefaults[deliverArgs]
	work    Work
	backoff func(attempt int) time.Duration
	timeout time.Duration
}

// Timeout implements river.Worker.
func (d *deliverer) Timeout(*river.Job[deliverArgs]) time.Duration { return d.timeout }

// Work implements river.Worker.
func (d *deliverer) Work(ctx context.Context, job *river.Job[deliverArgs]) error {
	job.Args.tried = true
	err := d.work.DeliverValidation(ctx, service.DeliverJob{Dealer: job.Args.Dealer, Validation: job.Args.Validation})
	if err != nil && ctx.Err() != nil {
		err = errors.Join(err, ctx.Err()) // by which the queue knows a job that was cut short when it stopped
	}
	var wait *rollcall.NotYet
	if errors.As(err, &wait) {
		return river.JobSnooze(max(wait.After, 0))
	}
	var u *rollcall.Undelivered
	var e *rollcall.Error
	switch {
	case errors.As(err, &u):
		job.Args.retryAfter = u.RetryAfter
	case errors.As(err, &e):
		job.Args.retryAfter = e.RetryAfter
	}
	return err
}

// NextRetry implements river.Worker: after the back-off, but no sooner than the provider wants, and at once where the
// attempt was cut short by the death of its process.
func (d *deliverer) NextRetry(job *river.Job[deliverArgs]) time.Time {
	now := time.Now()
	if !job.Args.tried {
		return now
	}
	return now.Add(max(d.backoff(job.Attempt), job.Args.retryAfter))
}

// sweepArgs are the arguments of the periodic job, which has none.
type sweepArgs struct{}

// Kind implements river.JobArgs.
func (sweepArgs) Kind() string { return "sweep" }

// InsertOpts implements river.JobArgsWithInsertOpts. The next one comes in a minute anyway.
func (sweepArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{MaxAttempts: 1, Queue: sweepQueue}
}

type sweeper struct {
	river.WorkerDefaults[sweepArgs]
	work Work
}

// Timeout implements river.Worker: a sweep ends before the next one begins, which continues it.
func (s *sweeper) Timeout(*river.Job[sweepArgs]) time.Duration { return sweepTime }

// Work implements river.Worker.
func (s *sweeper) Work(ctx context.Context, _ *river.Job[sweepArgs]) error {
	return s.work.Sweep(ctx)
}
