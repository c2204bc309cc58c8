package jobs

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// Work does the jobs. Its methods are called concurrently, also by several processes.
type Work interface {
	// DeliverValidation delivers one validation. After an error it is retried; a *rollcall.DeliveryError may say when. A
	// *rollcall.PostponedError says when, and does not count as an attempt.
	DeliverValidation(ctx context.Context, job service.DeliverJob) error
	// RunImport handles some rows of an import, and reports whether rows are left. After an error it is retried.
	RunImport(ctx context.Context, dealer rollcall.DealerID, id rollcall.ImportID) (more bool, err error)
	// AdvanceRollCall works on a roll call. Its errors are as those of DeliverValidation.
	AdvanceRollCall(ctx context.Context, job service.RollCallJob) error
	// Sweep ends and removes what is due. One process calls it every minute.
	Sweep(ctx context.Context) error
	// DueWebhooks returns webhooks for which DeliverWebhook has something to do.
	DueWebhooks(ctx context.Context) ([]service.WebhookRef, error)
	// DeliverWebhook sends what is due to one webhook.
	DeliverWebhook(ctx context.Context, ref service.WebhookRef) error
	// TellDisabled tells a dealer that a webhook was disabled. After an error it is retried for about a day.
	TellDisabled(ctx context.Context, ref service.WebhookRef) error
}

// Options are the settings of a Queue.
type Options struct {
	// Log gets warnings and errors, with no more of a job than its identifiers; default: none.
	Log *slog.Logger
	// Backoff returns the pause after an attempt, by its number from 1. It is required.
	Backoff func(attempt int) time.Duration
	// Providers are the names of the providers. Each has its own workers, so that one that hangs does not delay others.
	Providers []string
	// Workers is the number of concurrent jobs in this process for each provider, and for jobs without one; default 32.
	Workers int
	// Timeout is the time limit of a delivery, and the time after which a job of a dead process runs again; default 10 s.
	Timeout time.Duration
	// Grace is the time that running jobs get to finish when Run stops, before they are canceled; default 5 s.
	Grace time.Duration
}

// Engine is the kind of database of the queue's tables.
type Engine int

// The engines.
const (
	SQLite Engine = iota
	PostgreSQL
)

func (e Engine) driver(pool *sql.DB, listen *pgxpool.Pool) riverdriver.Driver[*sql.Tx] {
	switch {
	case e == SQLite:
		return riversqlite.New(pool)
	case listen != nil:
		return riverdatabasesql.NewWithPgxListener(pool, listen)
	}
	return riverdatabasesql.New(pool)
}

// Database is the database of a queue.
type Database struct {
	Engine Engine
	// Pool is used only by the queue; on SQLite it must have one connection.
	Pool *sql.DB
	// Listen is for notifications of new jobs on PostgreSQL; nil: the queue polls twice a second.
	Listen *pgxpool.Pool
}

// Queue runs jobs in this process.
type Queue struct {
	client *river.Client[*sql.Tx]
	work   Work
	pool   *sql.DB
	log    *slog.Logger
}

const (
	// pollEvery is for jobs that become due and for lost notifications: River looks for notifications every 50 ms.
	pollEvery  = 500 * time.Millisecond
	fetchPause = 20 * time.Millisecond // between two queries for jobs

	sweepEvery     = time.Minute
	sweepTime      = 50 * time.Second // the time limit of a sweep
	sweepQueue     = "sweep"          // its own, so that it never waits for messages
	sweepPoll      = 2 * time.Second
	importQueue    = "import" // its own, so that no message waits for rows
	importWorkers  = 2
	importTime     = time.Minute // the time limit of one job, most of which take seconds
	webhookQueue   = "webhooks"  // its own, so that receivers never delay messages
	webhookWorkers = 16
	webhookEvery   = time.Second // between two searches for due webhooks

	rollCallQueue   = "roll_calls" // its own, so that they never delay other messages
	rollCallWorkers = 4

	startPause = time.Second    // between two attempts to start
	keptFor    = 24 * time.Hour // completed jobs
)

// New returns a queue. Call Run to start it.
func New(db Database, work Work, opts Options) (*Queue, error) {
	workers := river.NewWorkers()
	timeout := cmp.Or(opts.Timeout, 10*time.Second)
	river.AddWorker(workers, &deliverer{work: work, backoff: opts.Backoff, timeout: timeout})
	river.AddWorker(workers, &caller{work: work, backoff: opts.Backoff, timeout: timeout})
	river.AddWorker(workers, &sweeper{work: work})
	river.AddWorker(workers, &importer{work: work, backoff: opts.Backoff})
	river.AddWorker(workers, &webhooker{work: work})
	river.AddWorker(workers, &notifier{work: work, backoff: opts.Backoff})
	each := river.QueueConfig{MaxWorkers: cmp.Or(opts.Workers, 32)}
	queues := map[string]river.QueueConfig{river.QueueDefault: each, sweepQueue: {MaxWorkers: 1, FetchPollInterval: sweepPoll},
		importQueue: {MaxWorkers: importWorkers}, webhookQueue: {MaxWorkers: webhookWorkers},
		rollCallQueue: {MaxWorkers: rollCallWorkers}}
	for _, name := range opts.Providers {
		queues[name] = each
	}
	client, err := river.NewClient(db.Engine.driver(db.Pool, db.Listen), &river.Config{
		Workers:                     workers,
		Queues:                      queues,
		FetchCooldown:               fetchPause,
		FetchPollInterval:           pollEvery,
		JobTimeout:                  timeout,
		RescueStuckJobsAfter:        timeout,
		SoftStopTimeout:             cmp.Or(opts.Grace, 5*time.Second),
		CompletedJobRetentionPeriod: keptFor,
		Logger:                      quiet(opts.Log),
		PeriodicJobs: []*river.PeriodicJob{
			river.NewPeriodicJob(river.PeriodicInterval(sweepEvery),
				func() (river.JobArgs, *river.InsertOpts) { return sweepArgs{}, nil },
				&river.PeriodicJobOpts{RunOnStart: true}),
		},
	})
	if err != nil {
		return nil, fmt.Errorf("setting up the queue: %w", err)
	}
	return &Queue{client: client, work: work, pool: db.Pool, log: quiet(opts.Log)}, nil
}

// Run runs jobs until ctx is done. It then starts no more jobs, cancels running ones after Options.Grace, and returns once
// all its goroutines have ended. If the queue cannot be started, for example because the disk is busy after a crash, Run
// retries every second; the API serves meanwhile, and its jobs wait.
func (q *Queue) Run(ctx context.Context) error {
	for {
		err := q.client.Start(ctx)
		if err == nil {
			watch, stop := context.WithCancel(ctx)
			var watching sync.WaitGroup
			watching.Go(func() { q.watchWebhooks(watch) })
			<-q.client.Stopped()
			stop()
			watching.Wait()
			return nil
		}
		if ctx.Err() != nil {
			return nil // stopped before it started
		}
		q.log.WarnContext(ctx, "starting the queue failed; retrying", "error", err.Error())
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(startPause):
		}
	}
}

// Enqueuer adds jobs in transactions.
type Enqueuer struct{ client *river.Client[*sql.Tx] }

// NewEnqueuer returns an Enqueuer.
func NewEnqueuer(engine Engine, log *slog.Logger) (*Enqueuer, error) {
	client, err := river.NewClient(engine.driver(nil, nil), &river.Config{
		Logger:        quiet(log),
		FetchCooldown: time.Millisecond, // also the time between notifications: a job without one waits for a poll
	})
	if err != nil {
		return nil, fmt.Errorf("setting up the queue: %w", err)
	}
	return &Enqueuer{client}, nil
}

// Deliver adds the job that delivers a validation.
func (e *Enqueuer) Deliver(ctx context.Context, tx *sql.Tx, job service.DeliverJob) error {
	opts := &river.InsertOpts{ScheduledAt: job.NotBefore, Queue: job.Provider, Priority: job.Priority}
	_, err := e.client.InsertTx(ctx, tx, deliverArgs{Dealer: job.Dealer, Validation: job.Validation}, opts)
	return err
}

// Import adds the job that runs an import.
func (e *Enqueuer) Import(ctx context.Context, tx *sql.Tx, dealer rollcall.DealerID, id rollcall.ImportID) error {
	_, err := e.client.InsertTx(ctx, tx, importArgs{Dealer: dealer, Import: id}, nil)
	return err
}

// RollCall adds the job that works on a roll call.
func (e *Enqueuer) RollCall(ctx context.Context, tx *sql.Tx, job service.RollCallJob) error {
	args := rollCallArgs{Dealer: job.Dealer, RollCall: job.RollCall, Run: job.Run}
	_, err := e.client.InsertTx(ctx, tx, args, &river.InsertOpts{ScheduledAt: job.NotBefore})
	return err
}

// Notice adds the job that tells a dealer that a webhook was disabled.
func (e *Enqueuer) Notice(ctx context.Context, tx *sql.Tx, ref service.WebhookRef) error {
	_, err := e.client.InsertTx(ctx, tx, noticeArgs{Dealer: ref.Dealer, Webhook: ref.ID}, nil)
	return err
}

// Migration returns a function that creates or upgrades the queue's tables. Several processes may call it at once, but all
// except one may then fail and must call it again.
func Migration(engine Engine) func(ctx context.Context, pool *sql.DB) error {
	return func(ctx context.Context, pool *sql.DB) error {
		migrator, err := rivermigrate.New(engine.driver(pool, nil), &rivermigrate.Config{Logger: quiet(nil)})
		if err != nil {
			return fmt.Errorf("migrating the queue's tables: %w", err)
		}
		if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
			return fmt.Errorf("migrating the queue's tables: %w", err)
		}
		return nil
	}
}
