package store

import (
	"context"
	"database/sql"
	"log/slog"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

const (
	batchMax  = 128                   // changes in one transaction
	batchTime = 20 * time.Millisecond // after which a batch takes no more of them
)

// writer makes changes one after the other, and commits those that wait together. Dealers take turns.
type writer struct {
	db      *sql.DB
	dialect *dialect
	enqueue Enqueue
	log     *slog.Logger
	opts    Options

	mu      sync.Mutex
	queue   queue[*change]
	ready   chan struct{} // something was added to the queue
	calls   chan func()   // run between two batches
	closing chan struct{}
	close   sync.Once
	ended   chan struct{}

	// What follows belongs to the goroutine that writes.
	session *session // nil: to be opened
	batch   []*change
	timer   *time.Timer
	commits int // how many batches became durable
}

// change is one call of Update.
type change struct {
	dealer   rollcall.DealerID
	ctx      context.Context
	fn       func(ctx context.Context, tx service.Tx) error
	err      error
	panicked any
	done     chan struct{} // closed when the rest is set
}

func newWriter(db *sql.DB, d *dialect, opts Options) *writer {
	w := &writer{
		db: db, dialect: d, enqueue: opts.Enqueue, log: opts.Log, opts: opts,
		ready: make(chan struct{}, 1), calls: make(chan func()), closing: make(chan struct{}), ended: make(chan struct{}),
		timer: time.NewTimer(batchTime),
	}
	go w.loop()
	return w
}

// update runs fn in a transaction that it shares with other changes; see rollcall.Store. A change that waits while ctx
// ends is given up; one that has begun goes on to its end. A panic of fn is raised again here, after its change was
// taken back.
func (w *writer) update(ctx context.Context, dealer rollcall.DealerID, fn func(ctx context.Context, tx service.Tx) error) error {
	c := &change{dealer: dealer, ctx: ctx, fn: fn, done: make(chan struct{})}
	select {
	case <-w.closing:
		return closed()
	default:
	}
	w.add(c)
	select {
	case <-c.done:
	case <-ctx.Done():
		if w.giveUp(c) {
			return gaveUp(ctx.Err())
		}
	case <-w.closing:
		if w.giveUp(c) {
			return closed()
		}
	}
	<-c.done
	if c.panicked != nil {
		panic(c.panicked)
	}
	return c.err
}

func (w *writer) add(c *change) {
	w.mu.Lock()
	w.queue.push(c.dealer, c)
	w.mu.Unlock()
	w.tell()
}

// tell has the loop look into the queue.
func (w *writer) tell() {
	select {
	case w.ready <- struct{}{}:
	default: // said before, and not heard yet
	}
}

// giveUp takes a change out of the queue, and reports whether it had not begun.
func (w *writer) giveUp(c *change) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.queue.remove(c.dealer, c)
}

// next takes a change out of the queue, nil where none waits.
func (w *writer) next() *change {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, c, _ := w.queue.pop(nil)
	return c
}

func closed() error {
	return unavailable("the server is stopping; try again", nil)
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
			w.tell() // more may wait
		}
	}
}

// answer tells every change of the batch what came of it; err is what came of the batch as a whole.
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
	if w.session != nil {
		w.session.discard()
		w.session = nil
	}
}

// run makes the changes of a batch and commits them. The error it returns is that of all of them.
func (w *writer) run(first *change) error {
	w.batch = append(w.batch, first)
	if err := w.begin(); err != nil {
		return err
	}
	kept := w.makeChanges(first)
	s := w.session
	switch {
	case s.broken != nil:
		w.drop()
		return w.failed(s.broken)
	case kept == 0:
		if err := s.tx.Rollback(); err != nil {
			w.drop()
		}
		return nil
	}
	if err := w.commit(kept); err != nil {
		w.drop() // it may still be in the transaction
		return w.failed(err)
	}
	w.commits++
	return nil
}

func (w *writer) commit(changes int) error {
	if w.opts.Committed == nil {
		return w.session.tx.Commit()
	}
	start := w.opts.Now()
	if err := w.session.tx.Commit(); err != nil {
		return err
	}
	w.opts.Committed(changes, w.opts.Now().Sub(start))
	return nil
}

func (w *writer) begin() error {
	if err := w.open(); err != nil {
		return w.failed(err)
	}
	if err := w.session.begin(); err != nil {
		w.drop()
		return w.failed(err)
	}
	return nil
}

// open opens the session where there is none.
func (w *writer) open() (err error) {
	if w.session == nil {
		w.session, err = openSession(context.Background(), w.db, w.dialect)
	}
	return err
}

// failed logs why a whole batch failed and returns what its callers see: nothing in it has changed, and none of them is
// to blame.
func (w *writer) failed(err error) error {
	w.log.Error("a batch of changes could not be written", slog.Int("changes", len(w.batch)),
		slog.String("error", err.Error()), slog.String("advice", w.dialect.advice(err)))
	return unavailable("the database cannot be written now; try again", err)
}

// makeChanges makes the first change, then those that wait, and returns how many of them are to be committed. The first
// needs no savepoint: where it fails, the batch ends with it.
func (w *writer) makeChanges(first *change) (kept int) {
	w.timer.Reset(batchTime)
	if !w.makeChange(first) {
		return 0
	}
	s := w.session
	for kept = 1; len(w.batch) < batchMax && s.broken == nil; {
		var next *change
		select {
		case <-w.timer.C:
			return kept
		default:
		}
		if next = w.waiting(); next == nil {
			return kept
		}
		w.batch = append(w.batch, next)
		if w.behindSavepoint(next) {
			kept++
		}
	}
	return kept
}

// waiting returns a change that waits, nil where none does. Those who are about to ask get their turn before the answer is
// no: where the processors have more to do than they can, each would else wait for a commit of another batch.
func (w *writer) waiting() *change {
	if next := w.next(); next != nil {
		return next
	}
	runtime.Gosched()
	return w.next()
}

func (w *writer) behindSavepoint(c *change) (ok bool) {
	s, ctx := w.session, context.Background()
	if _, err := s.Exec(ctx, `SAVEPOINT change`); err != nil {
		s.broken = err
		return false
	}
	if ok = w.makeChange(c); !ok {
		if _, err := s.Exec(ctx, `ROLLBACK TO change`); err != nil {
			s.broken = err
			return false
		}
	}
	// Where the engine has rolled the transaction back by itself, there is no such savepoint any more.
	if _, err := s.Exec(ctx, `RELEASE change`); err != nil {
		s.broken = err
		return false
	}
	return ok
}

// makeChange runs the function of a change and reports whether it is to be committed.
func (w *writer) makeChange(c *change) (ok bool) {
	if err := c.ctx.Err(); err != nil {
		c.err = gaveUp(err)
		return false
	}
	defer func() {
		if v := recover(); v != nil {
			// The value may hold anything, so it is not logged here; the caller gets it.
			w.log.Error("a change panicked and was taken back", slog.String("stack", string(debug.Stack())))
			c.panicked, ok = v, false
		}
	}()
	tx := &transaction{reader: reader{run: w.session, dialect: w.dialect}, session: w.session, enqueue: w.enqueue}
	c.err = c.fn(context.WithoutCancel(c.ctx), tx)
	return c.err == nil
}
