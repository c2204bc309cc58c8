package jobs

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"

	"example.org/rollcall/internal/service"
)

// Work is what there is to do. Its methods may be called by several goroutines at once, and by several processes.
type Work interface {
	// DeliverValidation delivers one validation. An error means: later again. A *rollcall.Undelivered may say when, and a
	// *rollcall.NotYet says when, and is no attempt.
	DeliverValidation(ctx context.Context, job service.DeliverJob) error
	// Sweep ends what has had its time. One process calls it, every minute.
	Sweep(ctx context.Context) error
}

// Options are the settings of a Queue.
type Options struct {
	// Log gets warnings and errors; default: nothing is logged. Nothing of a job but its identifiers is in it.
	Log *slog.Logger
	// Backoff returns how long to wait after the attempt with this number, counted from 1. It is required.
	Backoff func(attempt int) time.Duration
	// Providers are the names of those whose messages have workers of their own, so that one that hangs holds up no other.
	Providers []string
	// Workers is how many jobs run at once in this process for each provider, and for what names none; default 32.
	Workers int
	// Timeout is how long one delivery may take; default 10 s. A job whose process died runs again no sooner.
	Timeout time.Duration
	// Grace is how long the jobs that run may take to end when Run is to stop, before they are canceled; default 5 s.
	Grace time.Duration
}

// Engine is the kind of database in which the queue's tables lie.
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

// Database is where a queue has its tables.
type Database struct {
	Engine Engine
	// Pool is for the queue alone; SQLite wants it to have one connection.
	Pool *sql.DB
	// Listen hears of new jobs at once on PostgreSQL; nil: they are looked for twice a second.
	Listen *pgxpool.Pool
}

// Queue runs jobs in this process.
type Queue struct {
	client *river.Client[*sql.Tx]
	pool   *sql.DB
	log    *slog.Logger
}

const (
	// Each new job leaves a note that the queue looks for every 50 ms: half of them started within 30 ms, and looking for
	// the jobs themselves five times a second took 100. The poll is for jobs whose time comes, and for notes that got lost.
	pollEvery  = 500 * time.Millisecond
	fetchPause = 20 * time.Millisecond // between two looks for jobs

	sweepEvery = time.Minute
	sweepTime  = 50 * time.Second // of one sweep
	sweepQueue = "sweep"          // its own, so that it never waits for messages
	sweepPoll  = 2 * time.Second
	startPause = time.Second    // between two tries to start
	keptFor    = 24 * time.Hour // a job that is done
)

// New returns a queue. Nothing runs before Run.
func New(db Database, work Work, opts Options) (*Queue, error) {
	workers := river.NewWorkers()
	timeout := cmp.Or(opts.Timeout, 10*time.Second)
	river.AddWorker(workers, &deliverer{work: work, backoff: opts.Backoff, timeout: timeout})
	river.AddWorker(workers, &sweeper{work: work})
	each := river.QueueConfig{MaxWorkers: cmp.Or(opts.Workers, 32)}
	queues := map[string]river.QueueConfig{river.QueueDefault: each, sweepQueue: {MaxWorkers: 1, FetchPollInterval: sweepPoll}}
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
		return nil, fmt.Errorf("the queue cannot be set up: %w", err)
	}
	return &Queue{client: client, pool: db.Pool, log: quiet(opts.Log)}, nil
}

// Run runs jobs until ctx is done. It then takes no more of them, gives those that run the time of Options.Grace to end,
// cancels what is left, and returns once all its goroutines have ended. A queue that cannot be started, for instance
// because the disk is busy with what a process that was killed left, is tried again every second: the API serves meanwhile,
// and what it adds waits.
func (q *Queue) Run(ctx context.Context) error {
	for {
		err := q.client.Start(ctx)
		if err == nil {
			<-q.client.Stopped()
			return nil
		}
		if ctx.Err() != nil {
			return nil // stopped before it began
		}
		q.log.WarnContext(ctx, "the queue cannot be started and is tried again", "error", err.Error())
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(startPause):
		}
	}
}

// NewEnqueuer returns a function that adds a job in a transaction. It runs nothing.
func NewEnqueuer(engine Engine, log *slog.Logger) (func(ctx context.Context, tx *sql.Tx, job service.DeliverJob) error, error) {
	client, err := river.NewClient(engine.driver(nil, nil), &river.Config{
		Logger:        quiet(log),
		FetchCooldown: time.Millisecond, // also the least time between two notes: a job without one waits for the poll
	})
	if err != nil {
		return nil, fmt.Errorf("the queue cannot be set up: %w", err)
	}
	return func(ctx context.Context, tx *sql.Tx, job service.DeliverJob) error {
		opts := &river.InsertOpts{ScheduledAt: job.NotBefore, Queue: job.Provider, Priority: job.Priority}
		_, err := client.InsertTx(ctx, tx, deliverArgs{Dealer: job.Dealer, Validation: job.Validation}, opts)
		return err
	}, nil
}

// Migration returns what brings the queue's tables up to date; where they are, that does nothing. Where several processes
// do so at once, one may fail; it must be called again then.
func Migration(engine Engine) func(ctx context.Context, pool *sql.DB) error {
	return func(ctx context.Context, pool *sql.DB) error {
		migrator, err := rivermigrate.New(engine.driver(pool, nil), &rivermigrate.Config{Logger: quiet(nil)})
		if err != nil {
			return fmt.Errorf("the queue's tables: %w", err)
		}
		if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
			return fmt.Errorf("the queue's tables: %w", err)
		}
		return nil
	}
}
