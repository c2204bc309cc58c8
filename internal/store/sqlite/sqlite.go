// Package sqlite keeps the store in one SQLite file, which several processes may use at once.
//
// # Writing
//
// One goroutine owns the one connection that writes. It runs every change that waits, each behind a savepoint, and commits
// them together, so that they share the flush to the disk that makes them durable. A change that fails rolls back its own
// statements only. No caller is answered before the commit: a change sees those before it in the batch, and an answer must
// not rest on what may yet be lost.
//
// # Reading
//
// Reads go to a pool of connections that cannot write. Each statement sees the newest commit, whichever process made it.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/driver"

	"example.org/rollcall/internal/store/engine"
)

// Engine is an open database. It implements engine.Engine; its methods may be called by several goroutines at once.
type Engine struct {
	dialect *engine.Dialect
	path    string
	reads   *readPool
	write   *sql.DB
	writer  *writer
	damage  atomic.Pointer[error] // the first that a statement found

	mu     sync.Mutex
	others []*sql.DB // pools of other packages
}

var _ engine.Engine = (*Engine)(nil)

// Open opens the database at path. It creates the file, readable by its owner alone, if there is none. Its error is for an
// operator.
func Open(ctx context.Context, path string, opts engine.Options) (*Engine, error) {
	e := &Engine{dialect: Dialect(), path: path}
	if err := CheckFiles(ctx, path); err != nil {
		return nil, err
	}
	if err := create(path); err != nil {
		return nil, err
	}
	if err := e.open(ctx, opts); err != nil {
		return nil, engine.Explain(e.dialect, path, err)
	}
	e.dialect.OnDamage = func(err error) {
		if e.damage.CompareAndSwap(nil, &err) {
			opts.Log.Error("the database is damaged; this server counts as not ready from now on",
				slog.String("error", err.Error()), slog.String("advice", advice(err)))
		}
	}
	e.writer = newWriter(e.write, e.dialect, opts)
	return e, nil
}

const busyTries = 100 // 10 s, as long as a write waits

// open opens the pools.
func (e *Engine) open(ctx context.Context, opts engine.Options) (err error) {
	if e.write, err = openPool(e.path, toWrite, 1); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, e.write.Close())
		}
	}()
	// While another process turns on write-ahead logging, SQLite fails without waiting.
	err = engine.Retry(ctx, busyTries, isBusy, func() error {
		var tables int
		return plain(e.write.QueryRowContext(ctx, `SELECT COUNT(*) FROM sqlite_master`).Scan(&tables))
	})
	if err != nil {
		return err
	}
	if err := os.Chmod(e.path+indexSuffix, 0o600); err != nil { // the driver gives the mode of the database to its log alone
		return err
	}
	size := min(8, max(4, runtime.NumCPU()))
	readers, err := openPool(e.path, toRead, size)
	if err != nil {
		return err
	}
	if e.reads, err = openReadPool(ctx, readers, size, opts.Now); err != nil {
		return err
	}
	if opts.Check != nil {
		if err := opts.Check(ctx, e.reads); err != nil {
			return errors.Join(err, e.reads.close())
		}
	}
	return nil
}

// create creates the file if there is none. The files that SQLite makes beside it get its mode.
func create(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if errors.Is(err, os.ErrPermission) || errors.Is(err, syscall.EROFS) {
		return fmt.Errorf("%s cannot be opened: %s: %w", path, notWritable, err)
	}
	if err != nil {
		return fmt.Errorf("the database cannot be opened: %w", err)
	}
	return f.Close()
}

func openPool(path string, u use, size int) (*sql.DB, error) {
	source, err := source(path, u)
	if err != nil {
		return nil, err
	}
	db, err := driver.Open(source, keepPlans)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	return db, nil
}

// keepPlans has a prepared statement keep its plan. Without it, SQLite plans some statements again, such as a list of contacts, for
// each new value of a parameter.
func keepPlans(c *sqlite3.Conn) error {
	_, err := c.Config(sqlite3.DBCONFIG_ENABLE_QPSG, true)
	return err
}

// Dialect implements engine.Engine.
func (e *Engine) Dialect() *engine.Dialect { return e.dialect }

// Name implements engine.Engine: it is the path of the file.
func (e *Engine) Name() string { return e.path }

// Reads implements engine.Engine.
func (e *Engine) Reads() engine.Runner { return e.reads }

// Update implements engine.Engine. A change that waits when ctx ends is given up; one that has begun runs to its end.
func (e *Engine) Update(ctx context.Context, dealer string, fn func(ctx context.Context, tx engine.Tx) error) error {
	return e.writer.update(ctx, dealer, fn)
}

// Pool implements engine.Engine. The pool has one connection: with two, the other package could wait for itself.
func (e *Engine) Pool() (*sql.DB, error) {
	pool, err := openPool(e.path, forJobs, 1)
	if err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.others = append(e.others, pool)
	return pool, nil
}

// Migrating implements engine.Engine. It opens another connection, since the writer keeps its own. Several processes may call
// it at once: each migration is a transaction that notes its version, so the second one fails, looks again and finds it
// done.
func (e *Engine) Migrating(ctx context.Context, fn func(ctx context.Context, pool *sql.DB) error) error {
	pool, err := openPool(e.path, toWrite, 1)
	if err != nil {
		return err
	}
	defer pool.Close()
	return fn(ctx, pool)
}

// Writable implements engine.Engine: it fails once a statement found damage.
func (e *Engine) Writable(context.Context) error {
	if damage := e.damage.Load(); damage != nil {
		return engine.Unavailable("the database is damaged; run rollcall check", *damage)
	}
	return nil
}

// Pools implements engine.Engine.
func (e *Engine) Pools() []engine.PoolUse {
	use := []engine.PoolUse{e.reads.use(), engine.UseOf("write", e.write)}
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, pool := range e.others {
		use = append(use, engine.UseOf("jobs", pool))
	}
	return use
}

// Close implements engine.Engine.
func (e *Engine) Close() error {
	e.writer.stop()
	e.mu.Lock()
	defer e.mu.Unlock()
	errs := []error{e.reads.close()}
	for _, pool := range e.others {
		errs = append(errs, engine.ClosePool(pool))
	}
	e.others = nil
	return errors.Join(append(errs, engine.ClosePool(e.write))...)
}
