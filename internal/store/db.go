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

// Migration creates or upgrades the tables of another package, with a pool of one connection. Several processes may call it at
// once; after an error it is called again.
type Migration func(ctx context.Context, pool *sql.DB) error

// Options are the options of Open. Path or URL is required.
type Options struct {
	// Path is the file of a SQLite database. If missing, it is created with access only for its owner.
	Path string
	// URL is a PostgreSQL database instead of Path, with one host, or several of which one accepts writes.
	URL string
	// Connections is the number of PostgreSQL connections for requests; default 16. Pool opens up to six more, and Listener two.
	Connections int
	// Await makes Open wait, until its context is done, for a PostgreSQL that cannot be reached or written to.
	Await bool
	// Log is the log for operators; default: none.
	Log *slog.Logger
	// Queue is where changes add jobs. Without it, a change that adds one fails with Internal.
	Queue Queue
	// Migrations are those of other packages. Migrate runs them after the store's own.
	Migrations []Migration
	// Committed is called after each commit with the number of changes in it and the time it took; nil: not called.
	Committed func(changes int, took time.Duration)
	// Now is the clock. Without it, waits and commits are not measured.
	Now func() time.Time
	// Filling allows a database that is being filled from another one. Without it, Open refuses such a database.
	Filling bool
	// Unlimited is for maintenance on PostgreSQL: statements have no time limit.
	Unlimited bool
}

// DB is an open database. It implements service.Store; its methods may be called by several goroutines at once.
type DB struct {
	reader
	engine engine.Engine
	opts   Options
}

var _ service.Store = (*DB)(nil)

// Open opens the database; Migrate creates its tables. The error is for an operator: it names the database and says
// what to do if it is damaged, not one of Rollcall, or needs a later program.
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

// Engine returns the engine, for package upkeep.
func (db *DB) Engine() engine.Engine { return db.engine }

// Pool opens a pool of connections for another package with tables in the same database; on SQLite it has one connection. Close
// closes the pool; its user must have stopped before.
func (db *DB) Pool() (*sql.DB, error) { return db.engine.Pool() }

// Pools returns the use of each pool of connections.
func (db *DB) Pools() []engine.PoolUse { return db.engine.Pools() }

// Listener returns connections that receive notifications from other processes; nil on SQLite. Close closes them; their user
// must have stopped before.
func (db *DB) Listener(ctx context.Context) (*pgxpool.Pool, error) {
	if e, ok := db.engine.(*postgres.Engine); ok {
		return e.Listener(ctx)
	}
	return nil, nil
}

// Update implements service.Store. If fn panics, Update rolls its change back and panics too.
func (db *DB) Update(ctx context.Context, fn func(ctx context.Context, tx service.Tx) error) error {
	return db.UpdateFor(ctx, "", fn)
}

// UpdateFor implements service.Store; see Update.
func (db *DB) UpdateFor(ctx context.Context, dealer rollcall.DealerID, fn func(ctx context.Context, tx service.Tx) error) error {
	return db.engine.Update(ctx, string(dealer), func(ctx context.Context, tx engine.Tx) error {
		return fn(ctx, &transaction{
			reader: reader{run: tx, Dialect: db.Dialect}, tx: tx, queue: db.opts.Queue,
		})
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

// Close waits for running changes, refuses waiting ones, and closes the database.
func (db *DB) Close() error { return db.engine.Close() }
