package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"example.org/rollcall/internal/jobs"
	"example.org/rollcall/internal/store"
	"example.org/rollcall/internal/store/upkeep"
)

// TransferOptions are the options of MigrateData. From and To are each a folder or the URL of a PostgreSQL database.
type TransferOptions struct {
	From, To string
	// Now is the clock; default time.Now.
	Now func() time.Time
	// Progress is called now and then with the rows copied so far and in all.
	Progress func(done, all int64)
}

// Transferred says what MigrateData copied.
type Transferred struct {
	upkeep.Transferred
	Took time.Duration
}

// MigrateData copies a database to another and finally compares every row. The target must be empty, or left by an
// interrupted call with the same source. The source must not be used meanwhile: a folder is locked, and a PostgreSQL
// database that a server or command has open is refused. The error is for the operator.
func MigrateData(ctx context.Context, opts TransferOptions) (_ Transferred, err error) {
	now := opts.Now
	if now == nil {
		now = time.Now
	}
	began := now()
	from, to := end(opts.From), end(opts.To)
	if from.Data == to.Data && from.DatabaseURL == to.DatabaseURL {
		return Transferred{}, errors.New("the source and the target are the same database; choose another target")
	}
	for _, e := range []Options{from, to} {
		if e.DatabaseURL != "" {
			continue
		}
		if err := os.MkdirAll(e.Data, 0o700); err != nil {
			return Transferred{}, fmt.Errorf("the data folder cannot be created: %w", err)
		}
		unlock, err := takeFolder(e.Data, "a server runs on %s; stop it first")
		if err != nil {
			return Transferred{}, err
		}
		defer func() { err = errors.Join(err, unlock()) }()
	}
	source, err := from.transferred()
	if err != nil {
		return Transferred{}, err
	}
	target, err := to.transferred()
	if err != nil {
		return Transferred{}, err
	}
	done, err := upkeep.Transfer(ctx, source, target, opts.Progress)
	if err != nil {
		return Transferred{}, err
	}
	return Transferred{Transferred: done, Took: now().Sub(began)}, nil
}

func end(name string) Options {
	if strings.Contains(name, "://") {
		return Options{DatabaseURL: name}
	}
	return Options{Data: name}
}

// transferred returns the store's options for the source or the target.
func (o *Options) transferred() (store.Options, error) {
	enqueue, err := jobs.NewEnqueuer(o.engine(), o.Log)
	return store.Options{
		Path: filepath.Join(o.Data, databaseFile), URL: o.DatabaseURL, Connections: 2, Queue: enqueue,
		Migrations: []store.Migration{jobs.Migration(o.engine())},
	}, err
}
