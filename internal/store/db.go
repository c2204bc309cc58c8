package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"sync"
	"syscall"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// Enqueue adds a job to the queue, in a transaction.
type Enqueue func(ctx context.Context, tx *sql.Tx, job rollcall.DeliverJob) error

// Migration brings the tables of another room up to date, over a pool of one connection. It must do nothing where nothing
// is to be done, and come to that also when another process does the same at once: where it fails, it is called again.
type Migration func(ctx context.Context, pool *sql.DB) error

// Options say where the database is and what it works with.
type Options struct {
	// Path is the file of the database. It is made, readable by its owner alone, where it is not there.
	Path string
	// Log gets what an operator should see; default: nothing is logged.
	Log *slog.Logger
	// Enqueue adds a job in the transaction of a change. Without it, Tx.Enqueue returns Internal.
	Enqueue Enqueue
	// Migrations bring the tables of other rooms up to date: Migrate calls each after the store's own.
	Migrations []Migration
	// Committed is told of every batch of changes that became durable, and how long the commit took by Now, which must
	// then be there; nil: nobody is.
	Committed func(changes int, took time.Duration)
	Now       func() time.Time
}

// DB is an open database. It implements rollcall.Store; its methods may be called by several goroutines at once.
type DB struct {
	reader
	opts    Options
	readers *sql.DB
	write   *sql.DB
	writer  *writer

	mu    sync.Mutex
	pools []*sql.DB // those of other rooms

	health *health
}

var _ rollcall.Store = (*DB)(nil)

// Open opens the database; Migrate makes its tables. The error is for an operator: it names the file and what to do
// where the file is damaged, is no database, or needs a later program.
func Open(ctx context.Context, opts Options) (*DB, error) {
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
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
	db := &DB{opts: opts, write: write}
	if err := awaitReady(ctx, d, write); err != nil {
		write.Close()
		return nil, explain(d, opts.Path, err)
	}
	readers := min(8, max(4, runtime.NumCPU()))
	if db.readers, err = openPool(d, opts.Path, toRead, readers); err != nil {
		write.Close()
		return nil, err
	}
	db.reader = reader{run: newStatements(db.readers), dialect: d}
	err = db.checkOldest(ctx)
	if err == nil {
		err = openAll(ctx, db.readers, readers)
	}
	if err == nil {
		err = db.watch(d, opts)
	}
	if err != nil {
		write.Close()
		db.readers.Close()
		return nil, explain(d, opts.Path, err)
	}
	db.writer = newWriter(write, d, opts)
	db.writer.health = db.health
	return db, nil
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
	db, err := openSame(d, path, source)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	return db, nil
}

// Pool opens a pool of one connection for another room that keeps tables of its own in the same database. Close closes
// it: whoever uses it must have stopped before.
func (db *DB) Pool() (*sql.DB, error) {
	pool, err := openPool(db.dialect, db.opts.Path, forJobs, 1)
	if err != nil {
		return nil, err
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	db.pools = append(db.pools, pool)
	return pool, nil
}

// Update implements rollcall.Store. A panic of fn is raised again once its change is taken back.
func (db *DB) Update(ctx context.Context, fn func(ctx context.Context, tx rollcall.Tx) error) error {
	return db.writer.update(ctx, fn)
}

// Close waits for the changes that run, refuses those that wait, and closes the database.
func (db *DB) Close() error {
	db.writer.stop()
	db.mu.Lock()
	defer db.mu.Unlock()
	errs := []error{db.readers.Close()}
	for _, pool := range db.pools {
		errs = append(errs, pool.Close())
	}
	db.pools = nil
	return errors.Join(append(errs, db.write.Close())...)
}
