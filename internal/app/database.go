package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"example.org/rollcall/internal/delivery"
	"example.org/rollcall/internal/jobs"
	"example.org/rollcall/internal/store"
)

const (
	databaseFile = "rollcall.db"
	lockFile     = "serve.lock"
)

// engine returns the kind of database.
func (o *Options) engine() jobs.Engine {
	if o.DatabaseURL != "" {
		return jobs.PostgreSQL
	}
	return jobs.SQLite
}

// storeOptions returns the options of the store. It creates a missing folder.
func (a *App) storeOptions() (store.Options, error) {
	opts := &a.opts
	if opts.Data != "" {
		if err := os.MkdirAll(opts.Data, 0o700); err != nil {
			return store.Options{}, fmt.Errorf("the data folder cannot be created: %w", err)
		}
	}
	if opts.DatabaseURL != "" && opts.Data == "" && opts.Secret == "" {
		return store.Options{}, errors.New("the server secret is missing: set ROLLCALL_SECRET or ROLLCALL_SECRET_FILE to one that all " +
			"processes on this database share, such as `openssl rand -hex 32` makes, or --data to a folder that has it")
	}
	enqueue, err := jobs.NewEnqueuer(opts.engine(), opts.Log)
	if err != nil {
		return store.Options{}, err
	}
	return store.Options{
		Path:        filepath.Join(opts.Data, databaseFile),
		URL:         opts.DatabaseURL,
		Connections: opts.Connections,
		Await:       opts.Await,
		Log:         opts.Log,
		Queue:       enqueue,
		Migrations:  []store.Migration{jobs.Migration(opts.engine())},
		Now:         opts.Now,
	}, nil
}

func (a *App) queue(ctx context.Context) (*jobs.Queue, error) {
	db := jobs.Database{Engine: a.opts.engine()}
	var err error
	if db.Pool, err = a.db.Pool(); err != nil {
		return nil, err
	}
	if db.Listen, err = a.db.Listener(ctx); err != nil {
		return nil, err
	}
	return jobs.New(db, a.service, jobs.Options{
		Log: a.opts.Log, Backoff: delivery.Backoff, Providers: []string{SMTP, Twilio, Gateway, Capture},
		Timeout: delivery.SendTime + 2*time.Second, // the rest is for recording the outcome
	})
}
