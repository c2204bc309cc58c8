package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"
	"syscall"

	"github.com/pressly/goose/v3"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// sqliteEngine is an open file.
type sqliteEngine struct {
	*dialect
	path   string
	reads  *readPool
	write  *sql.DB
	writer *writer
	health *health

	mu     sync.Mutex
	others []*sql.DB // pools of other rooms
}

func openSQLite(ctx context.Context, opts Options) (*DB, error) {
	d := sqliteDialect()
	if err := checkParts(ctx, opts.Path); err != nil {
		return nil, err
	}
	if err := touch(opts.Path); err != nil {
		return nil, err
	}
	write, err := openPool(d, opts.Path, toWrite, 1)
	if err != nil {
		return nil, err
	}
	e := &sqliteEngine{dialect: d, path: opts.Path, write: write}
	err = awaitReady(ctx, d, write)
	if err == nil {
		err = os.Chmod(opts.Path+indexSuffix, 0o600) // the driver gives the mode of the database to its log alone
	}
	if err != nil {
		write.Close()
		return nil, explain(d, opts.Path, err)
	}
	if e.reads, err = e.openReads(ctx, opts); err != nil {
		write.Close()
		return nil, explain(d, opts.Path, err)
	}
	db := &DB{opts: opts, engine: e, reader: reader{run: e.reads, dialect: d, mayFill: opts.filling}}
	if err = db.checkOldest(ctx); err != nil {
		return nil, errors.Join(explain(d, opts.Path, err), e.reads.close(), write.Close())
	}
	e.health = watch(d, opts.Log)
	e.writer = newWriter(write, d, opts)
	return db, nil
}

func (e *sqliteEngine) openReads(ctx context.Context, opts Options) (*readPool, error) {
	size := min(8, max(4, runtime.NumCPU()))
	readers, err := openPool(e.dialect, opts.Path, toRead, size)
	if err != nil {
		return nil, err
	}
	return openReadPool(ctx, readers, size, opts.Now)
}

// touch makes the file where it is not there. SQLite gives the mode of the file to those that it makes beside it.
func touch(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if errors.Is(err, os.ErrPermission) || errors.Is(err, syscall.EROFS) {
		return fmt.Errorf("%s cannot be opened: %s: %w", path, notWritable, err)
	}
	if err != nil {
		return fmt.Errorf("the database cannot be opened: %w", err)
	}
	return f.Close()
}

func openPool(d *dialect, path string, u use, size int) (*sql.DB, error) {
	source, err := d.source(path, u)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open(d.driver, source)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	return db, nil
}

func (e *sqliteEngine) name() string { return e.path }

func (e *sqliteEngine) folder() (string, goose.Dialect) {
	return "migrations/sqlite", goose.DialectSQLite3
}

func (e *sqliteEngine) update(ctx context.Context, dealer rollcall.DealerID, fn func(ctx context.Context, tx service.Tx) error) error {
	return e.writer.update(ctx, dealer, fn)
}

// pool opens a pool of one connection: the other room must not use two at once, which could wait for each other.
func (e *sqliteEngine) pool() (*sql.DB, error) {
	pool, err := openPool(e.dialect, e.path, forJobs, 1)
	if err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.others = append(e.others, pool)
	return pool, nil
}

// migrating opens a connection of its own, since the writer never gives its one back. Several processes may do so at
// once: each migration is a transaction that notes its own version, so whoever comes second fails, looks again, and finds
// it done.
func (e *sqliteEngine) migrating(ctx context.Context, fn func(ctx context.Context, pool *sql.DB) error) error {
	pool, err := openPool(e.dialect, e.path, toWrite, 1)
	if err != nil {
		return err
	}
	defer pool.Close()
	return fn(ctx, pool)
}

func (e *sqliteEngine) look(context.Context) error { return e.health.look() }

func (e *sqliteEngine) pools() []PoolUse {
	use := []PoolUse{e.reads.use(), poolUse("write", e.write)}
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, pool := range e.others {
		use = append(use, poolUse("jobs", pool))
	}
	return use
}

func (e *sqliteEngine) close() error {
	e.writer.stop()
	e.mu.Lock()
	defer e.mu.Unlock()
	errs := []error{e.reads.close()}
	for _, pool := range e.others {
		errs = append(errs, closePool(pool))
	}
	e.others = nil
	return errors.Join(append(errs, closePool(e.write))...)
}
