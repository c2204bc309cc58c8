package jobs

import (
	"context"
	"time"

	"github.com/riverqueue/river"

	"example.org/rollcall/internal/rollcall"
)

// importArgs are the arguments of the job that runs an import.
type importArgs struct {
	Dealer rollcall.DealerID `json:"dealer_id"`
	Import rollcall.ImportID `json:"import_id"`

	tried bool // false if the process died during the attempt
}

// Kind implements river.JobArgs.
func (importArgs) Kind() string { return "import" }

// InsertOpts implements river.JobArgsWithInsertOpts.
func (importArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{MaxAttempts: attemptsMax, Queue: importQueue}
}

type importer struct {
	river.WorkerDefaults[importArgs]
	work    Work
	backoff func(attempt int) time.Duration
}

// Timeout implements river.Worker.
func (*importer) Timeout(*river.Job[importArgs]) time.Duration { return importTime }

// Work implements river.Worker. Between two parts of an import, others get their turn.
func (i *importer) Work(ctx context.Context, job *river.Job[importArgs]) error {
	job.Args.tried = true
	more, err := i.work.RunImport(ctx, job.Args.Dealer, job.Args.Import)
	if err == nil && more {
		return river.JobSnooze(0)
	}
	return result(ctx, err)
}

// NextRetry implements river.Worker.
func (i *importer) NextRetry(job *river.Job[importArgs]) time.Time {
	return nextRetry(job.Args.tried, i.backoff(job.Attempt))
}
