package sqlite

import (
	"context"
	"database/sql"
	"log/slog"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"example.org/rollcall/internal/store/engine"
)

const (
	batchMax  = 128                   // changes in one transaction
	batchTime = 20 * time.Millisecond // after which a batch takes no more changes
)

// writer runs changes one after the other in batches, one transaction each. Dealers take turns.
type writer struct {
	db      *sql.DB
	dialect *engine.Dialect
	opts    engine.Options

	mu      sync.Mutex
	queue   engine.Queue[*change]
	ready   chan struct{} // something was added to the queue
	calls   chan func()   // run between two batches
	closing chan struct{}
	close   sync.Once
	ended   chan struct{}

	// The rest belongs to the goroutine that writes.
	tx    *transaction // nil: to be opened
	batch []*change
	timer *time.Timer
}

// change is one call of Update.
type change struct {
	dealer   string
	ctx      context.Context
	fn       func(ctx context.Context, tx engine.Tx) error
	err      error
	panicked any
	done     chan struct{} // closed when err and panicked are set
}

func newWriter(db *sql.DB, d *engine.Dialect, opts engine.Options) *writer {
	w := &writer{
		db: db, dialect: d, opts: opts,
		ready: make(chan struct{}, 1), calls: make(chan func()), closing: make(chan struct{}), ended: make(chan struct{}),
		timer: time.NewTimer(batchTime),
	}
	go w.loop()
	return w
}

func (w *writer) update(ctx context.Context, dealer string, fn func(ctx context.Context, tx engine.Tx) error) error {
	c := &change{dealer: dealer, ctx: ctx, fn: fn, done: make(chan struct{})}
	select {
	case <-w.closing:
		return engine.Closed()
	default:
	}
	w.mu.Lock()
	w.queue.Push(dealer, c)
	w.mu.Unlock()
	w.wake()
	select {
	case <-c.done:
	case <-ctx.Done():
		if w.withdraw(c) {
			return engine.Canceled(ctx.Err())
		}
	case <-w.closing:
		if w.withdraw(c) {
			return engine.Closed()
		}
	}
	<-c.done
	if c.panicked != nil {
		panic(c.panicked)
	}
	return c.err
}

// wake makes the loop look into the queue.
func (w *writer) wake() {
	select {
	case w.ready <- struct{}{}:
	default: // it is about to look
	}
}

// withdraw takes a change out of the queue, and reports whether it had not begun.
func (w *writer) withdraw(c *change) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.queue.Remove(c.dealer, c)
}

// next takes the next change out of the queue, nil if it is empty.
func (w *writer) next() *change {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, c, _ := w.queue.Pop(nil)
	return c
}

// stop waits for the batch that runs. Changes that wait are refused.
func (w *writer) stop() {
	w.close.Do(func() { close(w.closing) })
	<-w.ended
}

func (w *writer) loop() {
	defer close(w.ended)
	for {
		select {
		case <-w.ready:
		case call := <-w.calls:
			call()
		case <-w.closing:
			w.drop()
			return
		}
		if first := w.next(); first != nil {
			w.answer(w.run(first))
			w.wake() // more may wait
		}
	}
}

// answer returns each change of the batch to its caller, with err if that is set.
func (w *writer) answer(err error) {
	for i, c := range w.batch {
		if err != nil {
			c.err = err
		}
		w.batch[i] = nil
		close(c.done)
	}
	w.batch = w.batch[:0]
}

// drop closes the connection; the next batch opens another.
func (w *writer) drop() {
	if w.tx != nil {
		w.tx.discard()
		w.tx = nil
	}
}

// open opens the connection if there is none.
func (w *writer) open() (err error) {
	if w.tx == nil {
		w.tx, err = openTransaction(w.db)
	}
	return err
}

// run runs the changes of a batch and commits them. Its error is that of every change in it.
func (w *writer) run(first *change) error {
	w.batch = append(w.batch, first)
	if err := w.begin(); err != nil {
		return w.failed(err)
	}
	succeeded := w.runChanges(first)
	switch {
	case w.tx.broken != nil:
		err := w.tx.broken
		w.drop()
		return w.failed(err)
	case succeeded == 0:
		if err := w.tx.tx.Rollback(); err != nil {
			w.drop()
		}
		return nil
	}
	if err := w.opts.Commit(succeeded, w.tx.tx.Commit); err != nil {
		w.drop() // it may still be in the transaction
		return w.failed(err)
	}
	return nil
}

func (w *writer) begin() error {
	if err := w.open(); err != nil {
		return err
	}
	err := w.tx.begin()
	if err != nil {
		w.drop()
	}
	return err
}

// failed logs why a batch failed and returns the error for its callers: nothing of it was written, and none of them is to
// blame.
func (w *writer) failed(err error) error {
	w.opts.Log.Error("a batch of changes could not be written", slog.Int("changes", len(w.batch)),
		slog.String("error", err.Error()), slog.String("advice", advice(err)))
	return engine.Unavailable("the database cannot be written now; try again", err)
}

// runChanges runs the first change, then the waiting ones, and returns how many succeeded. The first needs no savepoint: if
// it fails, the batch ends with it.
func (w *writer) runChanges(first *change) (succeeded int) {
	w.timer.Reset(batchTime)
	if !w.runChange(first) {
		return 0
	}
	for succeeded = 1; len(w.batch) < batchMax && w.tx.broken == nil; {
		select {
		case <-w.timer.C:
			return succeeded
		default:
		}
		next := w.waiting()
		if next == nil {
			return succeeded
		}
		w.batch = append(w.batch, next)
		if w.runInSavepoint(next) {
			succeeded++
		}
	}
	return succeeded
}

// waiting returns the next change, nil if none waits. It lets goroutines that are about to ask run first: on a busy machine
// each would otherwise wait for the commit of another batch.
func (w *writer) waiting() *change {
	if next := w.next(); next != nil {
		return next
	}
	runtime.Gosched()
	return w.next()
}

func (w *writer) runInSavepoint(c *change) (ok bool) {
	if !w.must(`SAVEPOINT change`) {
		return false
	}
	if ok = w.runChange(c); !ok && !w.must(`ROLLBACK TO change`) {
		return false
	}
	// If SQLite has rolled back by itself, the savepoint is missing.
	return w.must(`RELEASE change`) && ok
}

// must runs a statement without which the transaction cannot go on.
func (w *writer) must(statement string) bool {
	if _, err := w.tx.Exec(context.Background(), statement); err != nil {
		w.tx.broken = err
	}
	return w.tx.broken == nil
}

// runChange runs the function of a change and reports whether to commit it.
func (w *writer) runChange(c *change) (ok bool) {
	if err := c.ctx.Err(); err != nil {
		c.err = engine.Canceled(err)
		return false
	}
	defer func() {
		if v := recover(); v != nil {
			// The value may hold anything, so it is not logged here; the caller gets it.
			w.opts.Log.Error("the transaction panicked and was rolled back", slog.String("stack", string(debug.Stack())))
			c.panicked, ok = v, false
		}
	}()
	c.err = c.fn(context.WithoutCancel(c.ctx), w.tx)
	return c.err == nil
}
