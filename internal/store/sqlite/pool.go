package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"time"

	"example.org/rollcall/internal/store/engine"
)

// readPool implements engine.Runner over connections that cannot write.
type readPool struct {
	db   *sql.DB
	now  func() time.Time
	free chan struct{} // one for each idle connection

	closing chan struct{}
	once    sync.Once

	mu     sync.Mutex
	idle   []*conn // the last one is used next, since its cache is warm
	waits  int64
	waited time.Duration
}

// openReadPool opens a pool of size connections. now measures how long a statement waits for one; nil: nothing is measured.
func openReadPool(ctx context.Context, db *sql.DB, size int, now func() time.Time) (*readPool, error) {
	if now == nil {
		now = func() time.Time { return time.Time{} }
	}
	p := &readPool{db: db, now: now, free: make(chan struct{}, size), closing: make(chan struct{})}
	for range size {
		c, err := openConn(ctx, db)
		if err == nil {
			p.give(c)
			var version int
			err = c.QueryRow(ctx, `PRAGMA schema_version`, nil, &version) // it opens the log
		}
		if err != nil {
			return nil, errors.Join(err, p.closeIdle())
		}
	}
	return p, nil
}

// take waits for a connection, which give takes back.
func (p *readPool) take(ctx context.Context) (*conn, error) {
	select {
	case <-p.free:
	default:
		if err := p.wait(ctx); err != nil {
			return nil, err
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	last := len(p.idle) - 1
	c := p.idle[last]
	p.idle = p.idle[:last]
	return c, nil
}

func (p *readPool) wait(ctx context.Context) error {
	start := p.now()
	defer func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.waits++
		p.waited += p.now().Sub(start)
	}()
	select {
	case <-p.free:
		return nil
	case <-p.closing:
		return sql.ErrConnDone
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p *readPool) give(c *conn) {
	p.mu.Lock()
	p.idle = append(p.idle, c)
	p.mu.Unlock()
	p.free <- struct{}{}
}

// close refuses new statements, waits for running ones, and closes the connections.
func (p *readPool) close() (err error) {
	p.once.Do(func() {
		close(p.closing)
		for range cap(p.free) {
			<-p.free
		}
		err = p.closeIdle()
	})
	return err
}

func (p *readPool) closeIdle() error {
	var errs []error
	for _, c := range p.idle {
		errs = append(errs, c.Close())
	}
	p.idle = nil
	return errors.Join(append(errs, engine.ClosePool(p.db))...)
}

func (p *readPool) use() engine.PoolUse {
	p.mu.Lock()
	defer p.mu.Unlock()
	size := cap(p.free)
	return engine.PoolUse{Name: "read", Most: size, Open: p.db.Stats().OpenConnections, InUse: size - len(p.free), Waits: p.waits, Waited: p.waited}
}

// QueryRow implements engine.Runner.
func (p *readPool) QueryRow(ctx context.Context, query string, args []any, dest ...any) error {
	return p.with(ctx, func(c *conn) error { return c.QueryRow(ctx, query, args, dest...) })
}

// Query implements engine.Runner.
func (p *readPool) Query(ctx context.Context, query string, args []any, each func(rows engine.Row) error) error {
	return p.with(ctx, func(c *conn) error { return c.Query(ctx, query, args, each) })
}

// Exec implements engine.Runner. The connections of the pool refuse to write.
func (p *readPool) Exec(ctx context.Context, query string, args ...any) (n int64, err error) {
	err = p.with(ctx, func(c *conn) error {
		n, err = c.Exec(ctx, query, args...)
		return err
	})
	return n, err
}

// Snapshot implements engine.Runner.
func (p *readPool) Snapshot(ctx context.Context, fn func(engine.Runner) error) error {
	return p.with(ctx, func(c *conn) error { return c.Snapshot(ctx, fn) })
}

func (p *readPool) with(ctx context.Context, fn func(c *conn) error) error {
	c, err := p.take(ctx)
	if err != nil {
		return err
	}
	defer p.give(c)
	return fn(c)
}
