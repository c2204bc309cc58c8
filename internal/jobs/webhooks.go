package jobs

import (
	"context"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// webhookArgs are the arguments of the job that sends events to a webhook.
type webhookArgs struct {
	Dealer  rollcall.DealerID  `json:"dealer_id"`
	Webhook rollcall.WebhookID `json:"webhook_id"`
}

// Kind implements river.JobArgs.
func (webhookArgs) Kind() string { return "deliver_webhook" }

// InsertOpts implements river.JobArgsWithInsertOpts. Each webhook has one job at a time, of all processes. There are no retries: what is
// to be sent is in the tables of webhooks, and watchWebhooks adds another job.
func (webhookArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{
		MaxAttempts: 1, Queue: webhookQueue,
		UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
			rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning, rivertype.JobStateRetryable, rivertype.JobStateScheduled,
		}},
	}
}

type webhooker struct {
	river.WorkerDefaults[webhookArgs]
	work Work
}

// Timeout implements river.Worker.
func (w *webhooker) Timeout(*river.Job[webhookArgs]) time.Duration { return service.WebhookJobTime }

// Work implements river.Worker.
func (w *webhooker) Work(ctx context.Context, job *river.Job[webhookArgs]) error {
	return w.work.DeliverWebhook(ctx, service.WebhookRef{Dealer: job.Args.Dealer, ID: job.Args.Webhook})
}

// watchWebhooks adds a job for each webhook that is due, until ctx is done.
func (q *Queue) watchWebhooks(ctx context.Context) {
	tick := time.NewTicker(webhookEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		due, err := q.work.DueWebhooks(ctx)
		for i := 0; err == nil && i < len(due); i++ {
			_, err = q.client.Insert(ctx, webhookArgs{Dealer: due[i].Dealer, Webhook: due[i].ID}, nil)
		}
		if err != nil && ctx.Err() == nil {
			q.log.WarnContext(ctx, "searching for due webhooks failed; retrying", "error", err.Error())
		}
	}
}
