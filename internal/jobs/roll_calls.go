package jobs

import (
	"context"
	"time"

	"github.com/riverqueue/river"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// rollCallArgs are the arguments of the job that works on a roll call.
type rollCallArgs struct {
	Dealer   rollcall.DealerID   `json:"dealer_id"`
	RollCall rollcall.RollCallID `json:"roll_call_id"`
	Run      int                 `json:"run"`
}

// Kind implements river.JobArgs.
func (rollCallArgs) Kind() string { return "roll_call" }

// InsertOpts implements river.JobArgsWithInsertOpts.
func (rollCallArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{MaxAttempts: attemptsMax, Queue: rollCallQueue}
}

// caller works on roll calls. A job continues until the roll call has nothing left to send.
type caller struct {
	river.WorkerDefaults[rollCallArgs]
	work    Work
	backoff func(attempt int) time.Duration
	timeout time.Duration
}

// Timeout implements river.Worker.
func (c *caller) Timeout(*river.Job[rollCallArgs]) time.Duration { return c.timeout }

// NextRetry implements river.Worker. Only an error of the database is retried, which has nothing to do with earlier ones.
func (c *caller) NextRetry(*river.Job[rollCallArgs]) time.Time { return time.Now().Add(c.backoff(1)) }

// Work implements river.Worker.
func (c *caller) Work(ctx context.Context, job *river.Job[rollCallArgs]) error {
	return result(ctx, c.work.AdvanceRollCall(ctx, service.RollCallJob{Dealer: job.Args.Dealer, RollCall: job.Args.RollCall, Run: job.Args.Run}))
}
