package store

import (
	"context"
	"database/sql"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/store/engine"
	"example.org/rollcall/internal/store/postgres"
	"example.org/rollcall/internal/store/sqlite"
)

// Enqueue adds a job to the queue, in a transaction.
type Enqueue func(ctx context.Context, tx *sql.Tx, job service.DeliverJob) error

// Migration brings the tables of another package up to date, over a pool of one connection. It changes nothing if they are,
// also if another process does the same at once: when it fails, it is called again.
type Migration func(ctx context.Context, pool *sql.DB) error

// Options say where the database is and what it works with.
type Options struct {
	// Path is the file of the database, on SQLite. It is created, readable by its owner alone, if there is none.
	Path string
	// URL names a database on PostgreSQL instead, on one server or on several of which one can be written to. Path is
	// ignored then.
	URL string
	// Connections is how many connections to PostgreSQL serve requests; default 16. Jobs have up to six of their own.
	Connections int
	// Await makes Open wait, until its context ends, for a PostgreSQL that cannot be reached or written to now.
	Await bool
	// Log gets what an operator should see; default: nothing is logged.
	Log *slog.Logger
	// Enqueue adds a job in the transaction of a change. Without it, Tx.Enqueue returns Internal.
	Enqueue Enqueue
	// Migrations bring the tables of other packages up to date: Migrate calls each after the store's own.
	Migrations []Migration
	// Committed is called after each commit with the number of changes in it and the time it took; nil: not called.
	Committed func(changes int, took time.Duration)
	// Now tells the time. Without it, waits and commits are not measured.
	Now func() time.Time
	// Filling opens a database that is being filled from another one; others refuse it.
	Filling bool
	// Unlimited is for maintenance on PostgreSQL: statements take as long as they need.
	Unlimited bool
}

// DB is an open database. It implements service.Store; its methods may be called by several goroutines at once.
type DB struct {
	reader
	engine engine.Engine
	opts   Options
}

var _ service.Store = (*DB)(nil)

// Open opens the database; Migrate creates its tables. The error is for an operator: it names the database and what to do
// if it is damaged, is not one of Rollcall, or needs a later program.
func Open(ctx context.Context, opts Options) (*DB, error) {
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	e, err := openEngine(ctx, opts)
	if err != nil {
		return nil, err
	}
	return &DB{opts: opts, engine: e, reader: reader{run: e.Reads(), Dialect: e.Dialect()}}, nil
}

func openEngine(ctx context.Context, opts Options) (engine.Engine, error) {
	common := engine.Options{Log: opts.Log, Committed: opts.Committed, Now: opts.Now}
	if opts.URL != "" {
		common.Check = check(postgres.Dialect(), opts.Filling)
		return orNil(postgres.Open(ctx, postgres.Options{
			Options: common, URL: opts.URL, Connections: opts.Connections, Await: opts.Await, Unlimited: opts.Unlimited || opts.Filling,
		}))
	}
	common.Check = check(sqlite.Dialect(), opts.Filling)
	return orNil(sqlite.Open(ctx, opts.Path, common))
}

// orNil returns a nil interface, and not a nil pointer in one, with an error.
func orNil[E engine.Engine](e E, err error) (engine.Engine, error) {
	if err != nil {
		return nil, err
	}
	return e, nil
}

// Engine returns the engine, for maintenance.
func (db *DB) Engine() engine.Engine { return db.engine }

// Pool opens a pool of connections for another package that keeps tables of its own in the same database, on SQLite of one
// connection. Close closes it: who uses it must have stopped before.
func (db *DB) Pool() (*sql.DB, error) { return db.engine.Pool() }

// Pools returns how each pool of connections is used.
func (db *DB) Pools() []engine.PoolUse { return db.engine.Pools() }

// Listener returns connections that receive notifications of other processes, nil on SQLite. Close closes them: who uses them
// must have stopped before.
func (db *DB) Listener(ctx context.Context) (*pgxpool.Pool, error) {
	if e, ok := db.engine.(*postgres.Engine); ok {
		return e.Listener(ctx)
	}
	return nil, nil
}

// Update implements service.Store. A panic of fn is raised again once its change is rolled back.
func (db *DB) Update(ctx context.Context, fn func(ctx context.Context, tx service.Tx) error) error {
	return db.UpdateFor(ctx, "", fn)
}

// UpdateFor implements service.Store, as Update does.
func (db *DB) UpdateFor(ctx context.Context, dealer rollcall.DealerID, fn func(ctx context.Context, tx service.Tx) error) error {
	return db.engine.Update(ctx, string(dealer), func(ctx context.Context, tx engine.Tx) error {
		return fn(ctx, &transaction{reader: reader{run: tx, Dialect: db.Dialect}, tx: tx, enqueue: db.opts.Enqueue})
	})
}

// Snapshot implements service.Store.
func (db *DB) Snapshot(ctx context.Context, fn func(r service.Reader) error) error {
	return db.Failed(db.run.Snapshot(ctx, func(run engine.Runner) error {
		return fn(reader{run: run, Dialect: db.Dialect})
	}))
}

// Scrub implements service.Store.
func (db *DB) Scrub(ctx context.Context) error { return db.engine.Scrub(ctx) }

// Close waits for changes that run, refuses those that wait, and closes the database.
func (db *DB) Close() error { return db.engine.Close() }
