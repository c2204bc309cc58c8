// Package upkeep backs up, restores, checks and moves the database. Every function works beside servers that use it, except
// where it says otherwise. The errors are for an operator.
package upkeep

import (
	"context"
	"errors"
	"fmt"

	"example.org/rollcall/internal/store"
	"example.org/rollcall/internal/store/engine"
	"example.org/rollcall/internal/store/postgres"
	"example.org/rollcall/internal/store/sqlite"
)

// database is one state of a database, of either engine.
type database struct {
	*engine.Dialect
	run  engine.Runner
	name string
	file *sqlite.File // nil on PostgreSQL
}

// readFile calls fn with the state of a database file, on a connection that cannot change it.
func readFile(ctx context.Context, path string, fn func(db *database) error) (err error) {
	if err := sqlite.CheckFiles(ctx, path); err != nil {
		return err
	}
	file, err := sqlite.OpenReadOnly(ctx, path)
	if err != nil {
		return engine.Explain(sqlite.Dialect(), path, err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return file.Snapshot(ctx, func(run engine.Runner) error {
		db := &database{Dialect: sqlite.Dialect(), run: run, name: path, file: file}
		if err := db.checkOurs(ctx); err != nil {
			return engine.Explain(db.Dialect, path, err)
		}
		return fn(db)
	})
}

// readServer calls fn with the state of a database on PostgreSQL. With alone it fails if a server or a command of Rollcall has
// the database open.
func readServer(ctx context.Context, opts store.Options, alone bool, fn func(db *database) error) (err error) {
	opts.Unlimited = true
	opened, err := store.Open(ctx, opts)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, opened.Close()) }()
	if alone {
		if err := checkAlone(ctx, opened.Engine()); err != nil {
			return err
		}
	}
	e := opened.Engine()
	return e.Reads().Snapshot(ctx, func(run engine.Runner) error {
		db := &database{Dialect: e.Dialect(), run: run, name: e.Name()}
		if err := db.checkOurs(ctx); err != nil {
			return err
		}
		return fn(db)
	})
}

func checkAlone(ctx context.Context, e engine.Engine) error {
	if server, ok := e.(*postgres.Engine); ok {
		return server.CheckAlone(ctx)
	}
	return nil
}

// checkOurs returns an error if this is no database of Rollcall, or one that this program cannot read.
func (db *database) checkOurs(ctx context.Context) error {
	version, err := db.version(ctx)
	if err != nil {
		return err
	}
	if version == 0 {
		return &engine.OperatorError{Text: fmt.Sprintf("%s is not a database of Rollcall, or an empty one", db.name)}
	}
	return store.CheckUsable(ctx, db.run, db.Dialect)
}

func (db *database) version(ctx context.Context) (int64, error) {
	return store.Version(ctx, db.run, db.Dialect)
}

// Contents says how much a database holds.
type Contents struct {
	Level       int64 // the newest migration that it has
	Dealers     int64 // without sandboxes
	Sites       int64
	Contacts    int64
	Validations int64
}

// isSandbox is the condition that a row is of the sandbox of a dealer.
const isSandbox = `substr(dealer_id, 1, 8) = 'sandbox_'`

const countAll = `SELECT (SELECT COUNT(*) FROM dealers WHERE NOT ` + isSandbox + `), (SELECT COUNT(*) FROM sites), (SELECT COUNT(*) FROM contacts),
	(SELECT COUNT(*) FROM validations)`

func (db *database) contents(ctx context.Context) (c Contents, err error) {
	if c.Level, err = db.version(ctx); err != nil {
		return c, err
	}
	return c, db.run.QueryRow(ctx, countAll, nil, &c.Dealers, &c.Sites, &c.Contacts, &c.Validations)
}
