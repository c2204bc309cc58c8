package store

import (
	"context"
	"database/sql"
	"log/slog"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// Enqueue adds a job to the queue, in a transaction.
type Enqueue func(ctx context.Context, tx *sql.Tx, job service.DeliverJob) error

// Migration brings the tables of another room up to date, over a pool of one connection. It must do nothing where nothing
// is to be done, and come to that also when another process does the same at once: where it fails, it is called again.
type Migration func(ctx context.Context, pool *sql.DB) error

// Options say where the database is and what it works with.
type Options struct {
	// Path is the file of the database, on SQLite. It is made, readable by its owner alone, where it is not there.
	Path string
	// URL names a database on PostgreSQL instead, or several servers of which one can be written to. Path does not count
	// then.
	URL string
	// Connections is how many connections to PostgreSQL serve requests; default 16. Jobs have up to eight of their own.
	Connections int
	// Await has Open wait, until its context is done, for a PostgreSQL that cannot be reached or written to now.
	Await bool
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

	filling bool // it may be one that is being filled
	apart   bool // it is read beside nobody
	whole   bool // whole tables are read
}

// DB is an open database. It implements rollcall.Store; its methods may be called by several goroutines at once.
type DB struct {
	reader
	engine
	opts Options
}

var _ service.Store = (*DB)(nil)

// Open opens the database; Migrate makes its tables. The error is for an operator: it names the database and what to do
// where it is damaged, is none of ours, or needs a later program.
func Open(ctx context.Context, opts Options) (*DB, error) {
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	if opts.URL != "" {
		return openPostgres(ctx, opts)
	}
	return openSQLite(ctx, opts)
}

// Pool opens a pool of connections for another room that keeps tables of its own in the same database, on SQLite of one
// connection. Close closes it: whoever uses it must have stopped before.
func (db *DB) Pool() (*sql.DB, error) { return db.pool() }

// Update implements rollcall.Store. A panic of fn is raised again once its change is taken back.
func (db *DB) Update(ctx context.Context, fn func(ctx context.Context, tx service.Tx) error) error {
	return db.update(ctx, "", fn)
}

// UpdateFor implements rollcall.Store, as Update does.
func (db *DB) UpdateFor(ctx context.Context, dealer rollcall.DealerID, fn func(ctx context.Context, tx service.Tx) error) error {
	return db.update(ctx, dealer, fn)
}

// Snapshot implements rollcall.Store.
func (db *DB) Snapshot(ctx context.Context, fn func(r service.Reader) error) error {
	return db.Failed(db.run.Snapshot(ctx, func(run runner) error {
		r := db.reader
		r.run = run
		return fn(r)
	}))
}

// Scrub implements rollcall.Store.
func (db *DB) Scrub(ctx context.Context) error { return db.scrub(ctx) }

// Close waits for the changes that run, refuses those that wait, and closes the database.
func (db *DB) Close() error { return db.close() }
