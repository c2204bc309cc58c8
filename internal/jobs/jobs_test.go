package jobs_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"example.org/rollcall/internal/jobs"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/store"
	"example.org/rollcall/internal/testkit/pgtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// work hands what it is asked to do to the test.
type work struct {
	deliver func(ctx context.Context, job service.DeliverJob) error
	swept   chan time.Duration // the time limit of each sweep; nil: not recorded

	imports func(id rollcall.ImportID) (more bool, err error)
	advance func(ctx context.Context, job service.RollCallJob) error
	tell    func(ref service.WebhookRef) error
}

func (w work) TellDisabled(_ context.Context, ref service.WebhookRef) error { return w.tell(ref) }

func (w work) AdvanceRollCall(ctx context.Context, job service.RollCallJob) error {
	return w.advance(ctx, job)
}

func (w work) RunImport(_ context.Context, _ rollcall.DealerID, id rollcall.ImportID) (bool, error) {
	return w.imports(id)
}

func (w work) DeliverValidation(ctx context.Context, job service.DeliverJob) error {
	return w.deliver(ctx, job)
}

func (work) DueWebhooks(context.Context) ([]service.WebhookRef, error) { return nil, nil }

func (work) DeliverWebhook(context.Context, service.WebhookRef) error { return nil }

func (w work) Sweep(ctx context.Context) error {
	if w.swept != nil {
		end, _ := ctx.Deadline()
		w.swept <- time.Until(end)
	}
	return nil
}

// desk is a database with a queue.
type desk struct {
	*testing.T
	*store.DB
	engine jobs.Engine
	where  string // the file or the URL
}

// each runs a test on every engine, on a database of its own.
func each(t *testing.T, test func(t *testing.T, d *desk)) {
	t.Parallel()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		test(t, open(t, jobs.SQLite, filepath.Join(t.TempDir(), "rollcall.db")))
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		test(t, open(t, jobs.PostgreSQL, pgtest.Database(t)))
	})
}

// connect opens a database.
func connect(ctx context.Context, engine jobs.Engine, where string) (*store.DB, error) {
	enqueue, err := jobs.NewEnqueuer(engine, nil)
	if err != nil {
		return nil, err
	}
	opts := store.Options{Path: where, Queue: enqueue, Migrations: []store.Migration{jobs.Migration(engine)}}
	if engine == jobs.PostgreSQL {
		opts.Path, opts.URL, opts.Connections = "", where, 4
	}
	return store.Open(ctx, opts)
}

func open(t *testing.T, engine jobs.Engine, where string) *desk {
	t.Helper()
	db, err := connect(t.Context(), engine, where)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return &desk{T: t, DB: db, engine: engine, where: where}
}

// queue returns a queue of the database.
func (d *desk) queue(w jobs.Work, opts jobs.Options) *jobs.Queue {
	d.Helper()
	pool, err := d.Pool()
	if err != nil {
		d.Fatal(err)
	}
	listen, err := d.Listener(d.Context())
	if err != nil {
		d.Fatal(err)
	}
	queue, err := jobs.New(jobs.Database{Engine: d.engine, Pool: pool, Listen: listen}, w, opts)
	if err != nil {
		d.Fatal(err)
	}
	return queue
}

// enqueue adds jobs in one transaction, which ends with result.
func (d *desk) enqueue(result error, ids ...rollcall.ValidationID) {
	d.Helper()
	err := d.Update(d.Context(), func(ctx context.Context, tx service.Tx) error {
		for _, id := range ids {
			if err := tx.Enqueue(ctx, service.DeliverJob{Dealer: "d", Validation: id}); err != nil {
				return err
			}
		}
		return result
	})
	if !errors.Is(err, result) {
		d.Fatal(err)
	}
}

// run runs a queue until stop is called, which waits for it.
func (d *desk) run(w work, opts jobs.Options) (stop func()) {
	d.Helper()
	if opts.Backoff == nil {
		opts.Backoff = func(int) time.Duration { return time.Millisecond }
	}
	queue := d.queue(w, opts)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := queue.Run(ctx); err != nil {
			d.Error(err)
		}
	}()
	stop = sync.OnceFunc(func() {
		cancel()
		<-ended
	})
	d.Cleanup(stop)
	return stop
}

// await returns what comes out of a channel, within the time that a slow machine may take.
func await[T any](t *testing.T, what string, ch <-chan T) T {
	t.Helper()
	select {
	case v := <-ch:
		return v
	case <-time.After(time.Minute):
		t.Fatalf("no %s within a minute", what)
		panic("not reached")
	}
}

func TestJobRunsOnceItsTransactionIsCommitted(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ran := make(chan service.DeliverJob, 10)
		d.run(work{deliver: func(_ context.Context, job service.DeliverJob) error {
			ran <- job
			return nil
		}}, jobs.Options{})
		d.enqueue(errors.New("on purpose"), "rolled back")
		for _, id := range []rollcall.ValidationID{"first", "second", "third"} {
			d.enqueue(nil, id)
			if job, want := await(t, "job", ran), (service.DeliverJob{Dealer: "d", Validation: id}); job != want {
				t.Errorf("ran %v, want %v", job, want)
			}
		}
	})
}

func TestFailedJobIsRetried(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		type attempt struct {
			id rollcall.ValidationID
			at time.Time
		}
		ran := make(chan attempt, 100)
		var mu sync.Mutex
		var asked []int
		times := make(map[rollcall.ValidationID]int)
		d.run(work{deliver: func(_ context.Context, job service.DeliverJob) error {
			ran <- attempt{job.Validation, time.Now()}
			mu.Lock()
			defer mu.Unlock()
			if times[job.Validation]++; times[job.Validation] == 3 {
				return nil
			}
			if job.Validation == "panics" {
				panic("on purpose")
			}
			return &rollcall.DeliveryError{Code: "busy", Reason: "the provider is busy"}
		}}, jobs.Options{Backoff: func(n int) time.Duration {
			mu.Lock()
			defer mu.Unlock()
			asked = append(asked, n)
			return 300 * time.Millisecond
		}})
		for _, id := range []rollcall.ValidationID{"fails", "panics"} {
			d.enqueue(nil, id)
			var last time.Time
			for n := range 3 {
				got := await(t, "attempt", ran)
				if got.id != id || n > 0 && got.at.Sub(last) < 290*time.Millisecond {
					t.Errorf("attempt %d of %s ran %v after the one before", n+1, got.id, got.at.Sub(last))
				}
				last = got.at
			}
		}
		mu.Lock()
		defer mu.Unlock()
		if got, want := fmt.Sprint(asked), "[1 2 1 2]"; got != want {
			t.Errorf("asked for the back-off after attempts %s, want %s", got, want)
		}
	})
}

func TestRetryAfterDelaysTheRetry(t *testing.T) {
	t.Parallel()
	for name, err := range map[string]error{
		"undelivered": &rollcall.DeliveryError{Code: "busy", Reason: "busy", RetryAfter: 700 * time.Millisecond},
		"store":       fmt.Errorf("wrapped: %w", &rollcall.Error{Kind: rollcall.Unavailable, RetryAfter: 700 * time.Millisecond}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := open(t, jobs.SQLite, filepath.Join(t.TempDir(), "rollcall.db"))
			ran := make(chan time.Time, 100)
			d.run(work{deliver: func(context.Context, service.DeliverJob) error {
				ran <- time.Now()
				return err
			}}, jobs.Options{})
			d.enqueue(nil, "v")
			first := await(t, "attempt", ran)
			if pause := await(t, "attempt", ran).Sub(first); pause < 690*time.Millisecond {
				t.Errorf("retried after %v, want at least 700ms", pause)
			}
		})
	}
}

// TestJobOfAProcessThatDiedRunsAgain leaves a job as a killed process leaves it: in the state running, without a worker.
func TestJobOfAProcessThatDiedRunsAgain(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.enqueue(nil, "v")
		d.execute(map[jobs.Engine]string{
			jobs.SQLite: `UPDATE river_job SET state = 'running', attempt = 1, attempted_at = datetime('now', '-1 minute'),
				attempted_by = jsonb('["a dead process"]')`,
			jobs.PostgreSQL: `UPDATE river_job SET state = 'running', attempt = 1, attempted_at = now() - interval '1 minute',
				attempted_by = '{"a dead process"}'`,
		}[d.engine])
		ran := make(chan service.DeliverJob, 1)
		d.run(work{deliver: func(_ context.Context, job service.DeliverJob) error {
			ran <- job
			return nil
		}}, jobs.Options{Backoff: func(int) time.Duration { return time.Hour }})
		await(t, "job", ran)
	})
}

func (d *desk) execute(statement string) {
	d.Helper()
	pool, err := d.Pool()
	if err != nil {
		d.Fatal(err)
	}
	if _, err := pool.ExecContext(d.Context(), statement); err != nil {
		d.Fatal(err)
	}
}

func TestStopLetsJobsFinish(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		running, release := make(chan struct{}), make(chan struct{})
		finished := false
		stop := d.run(work{deliver: func(ctx context.Context, _ service.DeliverJob) error {
			close(running)
			<-release
			finished = ctx.Err() == nil
			return nil
		}}, jobs.Options{Grace: time.Minute})
		d.enqueue(nil, "v")
		await(t, "job", running)
		time.AfterFunc(50*time.Millisecond, func() { close(release) })
		stop()
		if !finished {
			t.Error("job was canceled, want it to finish")
		}
		if n := d.left(); n != 0 {
			t.Errorf("%d jobs are left, want none", n)
		}
	})
}

// left returns how many deliveries are not done.
func (d *desk) left() (n int) {
	d.Helper()
	pool, err := d.Pool()
	if err != nil {
		d.Fatal(err)
	}
	const query = `SELECT COUNT(*) FROM river_job WHERE kind = 'deliver_validation' AND state <> 'completed'`
	if err := pool.QueryRowContext(d.Context(), query).Scan(&n); err != nil {
		d.Fatal(err)
	}
	return n
}

func TestJobThatDoesNotFinishRunsAgainAtTheNextStart(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ran := make(chan struct{}, 10)
		hang := work{deliver: func(ctx context.Context, _ service.DeliverJob) error {
			ran <- struct{}{}
			<-ctx.Done()
			return &rollcall.DeliveryError{Code: "canceled", Reason: "canceled"} // as a provider sees it
		}}
		opts := jobs.Options{Grace: time.Millisecond, Backoff: func(int) time.Duration { return time.Hour }}
		stop := d.run(hang, opts)
		d.enqueue(nil, "v")
		await(t, "job", ran)
		stop()
		d.run(hang, opts)
		await(t, "job", ran)
	})
}

func TestTimeoutEndsAJob(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ran := make(chan error, 10)
		d.run(work{deliver: func(ctx context.Context, _ service.DeliverJob) error {
			<-ctx.Done()
			ran <- ctx.Err()
			return ctx.Err()
		}}, jobs.Options{Timeout: 50 * time.Millisecond, Backoff: func(int) time.Duration { return time.Hour }})
		d.enqueue(nil, "v")
		if err := await(t, "job", ran); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("job ended with %v, want its deadline exceeded", err)
		}
	})
}

func TestTwoProcessesRunEachJobOnce(t *testing.T) {
	each(t, func(t *testing.T, first *desk) {
		second := open(t, first.engine, first.where)
		const count = 100
		ran := make(chan rollcall.ValidationID, 2*count)
		w := work{deliver: func(_ context.Context, job service.DeliverJob) error {
			ran <- job.Validation
			return nil
		}}
		stops := []func(){first.run(w, jobs.Options{}), second.run(w, jobs.Options{})}
		seen := make(map[rollcall.ValidationID]int)
		for n := range count {
			d := first
			if n%2 == 1 {
				d = second
			}
			d.enqueue(nil, rollcall.ValidationID(fmt.Sprint(n)))
		}
		for range count {
			seen[await(t, "job", ran)]++
		}
		for _, stop := range stops {
			stop()
		}
		if len(seen) != count || len(ran) != 0 || first.left() != 0 {
			t.Errorf("%d jobs of %d ran, %d runs too many, %d left", len(seen), count, len(ran), first.left())
		}
	})
}

func TestLogSaysNothingOfJobsThatFail(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		var log bytes.Buffer
		ran := make(chan struct{}, 1)
		stop := d.run(work{deliver: func(context.Context, service.DeliverJob) error {
			ran <- struct{}{}
			return &rollcall.DeliveryError{Code: "busy", Reason: "the provider is busy"}
		}}, jobs.Options{Log: slog.New(slog.NewTextHandler(&log, nil)), Backoff: func(int) time.Duration { return time.Hour }})
		d.enqueue(nil, "v-1")
		await(t, "job", ran)
		stop()
		if strings.Contains(log.String(), "v-1") || strings.Contains(log.String(), "INFO") {
			t.Errorf("log has ids or INFO:\n%s", log.String())
		}
	})
}

func TestMigrateOnceForMany(t *testing.T) {
	t.Parallel()
	for engine, where := range map[jobs.Engine]string{
		jobs.SQLite: filepath.Join(t.TempDir(), "rollcall.db"), jobs.PostgreSQL: pgtest.Database(t),
	} {
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				db, err := connect(t.Context(), engine, where)
				if err != nil {
					t.Error(err)
					return
				}
				if err := errors.Join(db.Migrate(t.Context()), db.Migrate(t.Context()), db.Close()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		d := open(t, engine, where)
		list := `SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'river%' ORDER BY name`
		if engine == jobs.PostgreSQL {
			list = `SELECT tablename FROM pg_tables WHERE tablename LIKE 'river%' ORDER BY tablename`
		}
		if made := d.column(list); !slices.Equal(made, jobs.Tables()) {
			t.Errorf("made %q, want %q", made, jobs.Tables())
		}
	}
}

// column returns what a statement finds.
func (d *desk) column(query string) (found []string) {
	d.Helper()
	pool, err := d.Pool()
	if err != nil {
		d.Fatal(err)
	}
	rows, err := pool.QueryContext(d.Context(), query)
	if err != nil {
		d.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			d.Fatal(err)
		}
		found = append(found, name)
	}
	if err := rows.Err(); err != nil {
		d.Fatal(err)
	}
	return found
}

func TestJobWaitsForItsTime(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		at := time.Now().Add(2 * time.Second)
		ran := make(chan rollcall.ValidationID, 2)
		stop := d.run(work{deliver: func(_ context.Context, job service.DeliverJob) error {
			if job.Validation == "later" && time.Now().Before(at) {
				t.Error("it ran before its time")
			}
			ran <- job.Validation
			return nil
		}}, jobs.Options{})
		defer stop()
		err := d.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
			return tx.Enqueue(ctx, service.DeliverJob{Dealer: "d", Validation: "later", NotBefore: at})
		})
		if err != nil {
			t.Fatal(err)
		}
		d.enqueue(nil, "now")
		for _, want := range []rollcall.ValidationID{"now", "later"} {
			if got := <-ran; got != want {
				t.Fatalf("%s ran, want %s", got, want)
			}
		}
	})
}
