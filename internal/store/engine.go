package store

import (
	"context"
	"database/sql"

	"github.com/pressly/goose/v3"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// engine is what each kind of database does in its own way, beyond what its dialect says.
type engine interface {
	// update runs fn in a transaction; see rollcall.Store.
	update(ctx context.Context, dealer rollcall.DealerID, fn func(ctx context.Context, tx service.Tx) error) error
	// scrub does what rollcall.Store wants of Scrub.
	scrub(ctx context.Context) error
	// pool opens a pool of connections for another room, which close closes.
	pool() (*sql.DB, error)
	// look returns an Unavailable error where the database cannot be used as it is now, though it can be read.
	look(ctx context.Context) error
	// migrating calls fn with a pool over which tables may be changed.
	migrating(ctx context.Context, fn func(ctx context.Context, pool *sql.DB) error) error
	// folder is where the migrations lie, and goose is how their tool calls the engine.
	folder() (dir string, goose goose.Dialect)
	// name is how messages call the database. It holds no password.
	name() string
	// pools returns how its pools are used.
	pools() []PoolUse
	// close waits for the changes that run, refuses those that wait, and closes every connection.
	close() error
}
