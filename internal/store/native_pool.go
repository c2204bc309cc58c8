package store

import (
	"context"
	"database/sql"
	"sync"
	"time"
)

// nativePool implements runner over connections of a pool that it takes as they are needed, and keeps.
type nativePool struct {
	pool *sql.DB
	now  func() time.Time
	room chan struct{} // a token for each statement, or snapshot, that runs

	closing chan struct{}
	once    sync.Once

	mu     sync.Mutex
	idle   []*native // the one that was used last is used next: it has the pages in its cache
	waits  int64
	waited time.Duration
}

func newNativePool(pool *sql.DB, size int, now func() time.Time) *nativePool {
	if now == nil {
		now = func() time.Time { return time.Time{} }
	}
	return &nativePool{pool: pool, now: now, room: make(chan struct{}, size), closing: make(chan struct{})}
}

// take returns a connection, which give takes back.
func (p *nativePool) take(ctx context.Context) (*native, error) {
	select {
	case p.room <- struct{}{}:
	default:
		if err := p.wait(ctx); err != nil {
			return nil, err
		}
	}
	p.mu.Lock()
	if last := len(p.idle) - 1; last >= 0 {
		n := p.idle[last]
		p.idle = p.idle[:last]
		p.mu.Unlock()
		return n, nil
	}
	p.mu.Unlock()
	n, err := p.another(ctx)
	if err != nil {
		<-p.room
	}
	return n, err
}

// wait waits for a token, and counts.
func (p *nativePool) wait(ctx context.Context) error {
	start := p.now()
	defer func() {
		p.mu.Lock()
		p.waits++
		p.waited += p.now().Sub(start)
		p.mu.Unlock()
	}()
	select {
	case p.room <- struct{}{}:
		return nil
	case <-p.closing:
		return sql.ErrConnDone
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p *nativePool) another(ctx context.Context) (*native, error) {
	conn, err := p.pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	n, err := openNative(conn)
	if err != nil {
		_ = conn.Close()
	}
	return n, err
}

// openAll opens as many connections as there may be.
func (p *nativePool) openAll(ctx context.Context) error {
	var version int
	var all []*native
	defer func() {
		for _, n := range all {
			p.give(n)
		}
	}()
	for range cap(p.room) {
		n, err := p.take(ctx)
		if err != nil {
			return err
		}
		all = append(all, n)
		if err := n.one(ctx, `PRAGMA schema_version`, nil, &version); err != nil { // it opens the log
			return err
		}
	}
	return nil
}

func (p *nativePool) give(n *native) {
	p.mu.Lock()
	p.idle = append(p.idle, n)
	p.mu.Unlock()
	<-p.room
}

// close refuses what is to come, waits for what runs, and gives the connections back.
func (p *nativePool) close() {
	p.once.Do(func() {
		close(p.closing)
		for range cap(p.room) {
			p.room <- struct{}{} // it is never taken out again
		}
		for _, n := range p.idle {
			n.close()
			_ = n.conn.Close()
		}
		p.idle = nil
	})
}

func (p *nativePool) use(name string) PoolUse {
	p.mu.Lock()
	defer p.mu.Unlock()
	return PoolUse{
		Name: name, Most: cap(p.room), Open: p.pool.Stats().OpenConnections, InUse: len(p.room), Waits: p.waits, Waited: p.waited,
	}
}

func (p *nativePool) one(ctx context.Context, query string, args []any, dest ...any) error {
	n, err := p.take(ctx)
	if err != nil {
		return err
	}
	defer p.give(n)
	return n.one(ctx, query, args, dest...)
}

func (p *nativePool) many(ctx context.Context, query string, args []any, each func(rowScanner) error) error {
	n, err := p.take(ctx)
	if err != nil {
		return err
	}
	defer p.give(n)
	return n.many(ctx, query, args, each)
}

func (p *nativePool) exec(ctx context.Context, query string, args ...any) (int64, error) {
	n, err := p.take(ctx)
	if err != nil {
		return 0, err
	}
	defer p.give(n)
	return n.exec(ctx, query, args...)
}

func (p *nativePool) snapshot(ctx context.Context, fn func(runner) error) error {
	n, err := p.take(ctx)
	if err != nil {
		return err
	}
	defer p.give(n)
	return n.snapshot(ctx, fn)
}
