package jobs

import (
	"context"
	"errors"
	"time"

	"github.com/riverqueue/river"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// attemptsMax is more than the attempts before a validation expires: DeliverValidation decides when to stop.
const attemptsMax = 10_000

// deliverArgs are the arguments of the job that delivers a validation.
type deliverArgs struct {
	Dealer     rollcall.DealerID     `json:"dealer_id"`
	Validation rollcall.ValidationID `json:"validation_id"`

	// The outcome of this attempt, for NextRetry. tried is false if the process died during it.
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
	err := result(ctx, d.work.DeliverValidation(ctx, service.DeliverJob{Dealer: job.Args.Dealer, Validation: job.Args.Validation}))
	var u *rollcall.DeliveryError
	var e *rollcall.Error
	switch {
	case errors.As(err, &u):
		job.Args.retryAfter = u.RetryAfter
	case errors.As(err, &e):
		job.Args.retryAfter = e.RetryAfter
	}
	return err
}

// result returns what River makes of the end of a job: it is canceled with the context, and one that has to wait is not counted as
// an attempt.
func result(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		err = errors.Join(err, ctx.Err()) // tells River that the job was canceled
	}
	var wait *rollcall.PostponedError
	if errors.As(err, &wait) {
		return river.JobSnooze(max(wait.After, 0))
	}
	return err
}

// NextRetry implements river.Worker. It returns the end of the back-off or of the provider's Retry-After, whichever is later.
func (d *deliverer) NextRetry(job *river.Job[deliverArgs]) time.Time {
	return nextRetry(job.Args.tried, max(d.backoff(job.Attempt), job.Args.retryAfter))
}

// nextRetry returns the time of the next attempt after a pause, and now if the process died during the last one: then it was not
// tried.
func nextRetry(tried bool, pause time.Duration) time.Time {
	if !tried {
		pause = 0
	}
	return time.Now().Add(pause)
}

// sweepArgs are the arguments of the periodic job: none.
type sweepArgs struct{}

// Kind implements river.JobArgs.
func (sweepArgs) Kind() string { return "sweep" }

// InsertOpts implements river.JobArgsWithInsertOpts. There are no retries, since the next sweep is due in a minute.
func (sweepArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{MaxAttempts: 1, Queue: sweepQueue}
}

type sweeper struct {
	river.WorkerDefaults[sweepArgs]
	work Work
}

// Timeout implements river.Worker. A sweep ends before the next begins, which continues it.
func (s *sweeper) Timeout(*river.Job[sweepArgs]) time.Duration { return sweepTime }

// Work implements river.Worker.
func (s *sweeper) Work(ctx context.Context, _ *river.Job[sweepArgs]) error {
	return s.work.Sweep(ctx)
}
