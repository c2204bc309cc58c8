package jobs

import (
	"context"
	"time"

	"github.com/riverqueue/river"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// noticeArgs are the arguments of the job that tells a dealer that a webhook was disabled.
type noticeArgs struct {
	Dealer  rollcall.DealerID  `json:"dealer_id"`
	Webhook rollcall.WebhookID `json:"webhook_id"`
}

// noticeAttempts take about a day with delivery.Backoff.
const noticeAttempts = 60

// Kind implements river.JobArgs.
func (noticeArgs) Kind() string { return "notice" }

// InsertOpts implements river.JobArgsWithInsertOpts.
func (noticeArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{MaxAttempts: noticeAttempts, Queue: webhookQueue}
}

// notifier sends notices.
type notifier struct {
	river.WorkerDefaults[noticeArgs]
	work    Work
	backoff func(attempt int) time.Duration
}

// NextRetry implements river.Worker.
func (n *notifier) NextRetry(job *river.Job[noticeArgs]) time.Time {
	return time.Now().Add(n.backoff(job.Attempt))
}

// Work implements river.Worker.
func (n *notifier) Work(ctx context.Context, job *river.Job[noticeArgs]) error {
	return result(ctx, n.work.TellDisabled(ctx, service.WebhookRef{Dealer: job.Args.Dealer, ID: job.Args.Webhook}))
}
