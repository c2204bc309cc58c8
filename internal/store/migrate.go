package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/pressly/goose/v3"

	"example.org/rollcall/internal/store/engine"
)

//go:embed migrations
var migrations embed.FS

// level is the newest migration that this program knows. A database that needs a later one is refused.
const level = 1

const migrateTries = 5

// beforeRelease is a table that databases had before the first release, when the first migration was still rewritten.
const beforeRelease = "kept_answers"

// newestColumn is the last column of contacts that the first migration got before the first release.
const newestColumn = "expires_at"

const oldest = `SELECT oldest_level, oldest_version, filling IS NOT NULL FROM schema_info`

// CheckUsable returns an error if the database needs a later program than this one, is being filled from another one, or is a
// file of another program.
func CheckUsable(ctx context.Context, run engine.Runner, d *engine.Dialect) error {
	return check(d, false)(ctx, run)
}

// check returns CheckUsable, which accepts a database that is being filled if filling says so.
func check(d *engine.Dialect, filling bool) func(ctx context.Context, run engine.Runner) error {
	return func(ctx context.Context, run engine.Runner) error {
		known, err := hasTable(ctx, run, d, "schema_info")
		if err != nil {
			return err
		}
		if !known {
			return checkEmpty(ctx, run, d)
		}
		old, err := isBeforeRelease(ctx, run, d)
		if err != nil {
			return err
		}
		var oldestLevel int
		var version string
		var isFilling bool
		if !old {
			if err := run.QueryRow(ctx, oldest, nil, &oldestLevel, &version, &isFilling); err != nil {
				return d.Failed(err)
			}
		}
		switch {
		case old:
			return engine.Unavailable("this database was made before the first release, and cannot be upgraded; start with an empty one", nil)
		case isFilling && !filling:
			return engine.Unavailable("this database is being filled by rollcall migrate-data, and is not whole yet; run that command again to finish it", nil)
		case oldestLevel > level:
			return engine.Unavailable("this database needs Rollcall "+version+" or later; upgrade the program", nil)
		}
		return nil
	}
}

// isBeforeRelease reports whether the tables are those of a build before the first release.
func isBeforeRelease(ctx context.Context, run engine.Runner, d *engine.Dialect) (old bool, err error) {
	if old, err = hasTable(ctx, run, d, beforeRelease); old || err != nil {
		return old, err
	}
	if old, err = hasTable(ctx, run, d, "contacts"); !old || err != nil { // a missing table is for rollcall check
		return false, err
	}
	err = run.Query(ctx, d.Columns, []any{"contacts"}, func(row engine.Row) error {
		var name string
		var boolean bool
		err := row.Scan(&name, &boolean)
		old = old && name != newestColumn
		return err
	})
	return old, d.Failed(err)
}

// checkEmpty returns an error if a database without Rollcall's tables has those of another program.
func checkEmpty(ctx context.Context, run engine.Runner, d *engine.Dialect) error {
	if d.OtherTables == "" {
		return nil
	}
	var tables int
	if err := run.QueryRow(ctx, d.OtherTables, nil, &tables); err != nil {
		return d.Failed(err)
	}
	if tables > 0 {
		return engine.Unavailable("this database belongs to another program; choose another folder", nil)
	}
	return nil
}

func hasTable(ctx context.Context, run engine.Runner, d *engine.Dialect, table string) (found bool, err error) {
	err = run.QueryRow(ctx, d.HasTable, []any{table}, &found)
	return found, d.Failed(err)
}

const newest = `SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version`

// Version returns the newest migration that the database has, 0 for an empty one.
func Version(ctx context.Context, run engine.Runner, d *engine.Dialect) (version int64, err error) {
	known, err := hasTable(ctx, run, d, "goose_db_version")
	if err != nil || !known {
		return 0, err
	}
	err = run.QueryRow(ctx, newest, nil, &version)
	return version, d.Failed(err)
}

// Level is the newest migration that this program knows.
func Level() int64 { return level }

// Version returns the newest migration that the database has, 0 for an empty one.
func (db *DB) Version(ctx context.Context) (int64, error) { return Version(ctx, db.run, db.Dialect) }

// Ready returns an Unavailable error that says what to do if the database cannot be read or written to, lacks tables that
// this program needs, needs a later program, or is damaged as far as is known.
func (db *DB) Ready(ctx context.Context) error {
	if err := check(db.Dialect, db.opts.Filling)(ctx, db.run); err != nil {
		return err
	}
	if err := db.engine.Writable(ctx); err != nil {
		return err
	}
	version, err := db.Version(ctx)
	if err == nil && version < level {
		err = engine.Unavailable("the tables of this database are not up to date; run rollcall migrate", nil)
	}
	return err
}

// Migrate brings the tables up to date, those of other packages too. A database with migrations of a later program that
// still allows this one stays as it is. Several processes may call it at once.
func (db *DB) Migrate(ctx context.Context) error {
	err := engine.Retry(ctx, migrateTries, engine.Always, func() error { return db.engine.Migrating(ctx, db.migrate) })
	if err != nil {
		return fmt.Errorf("%s cannot be migrated: %w", db.engine.Name(), err)
	}
	return nil
}

func (db *DB) migrate(ctx context.Context, pool *sql.DB) error {
	if err := db.migrateOwn(ctx, pool); err != nil {
		return err
	}
	for _, migrate := range db.opts.Migrations {
		if err := migrate(ctx, pool); err != nil {
			return err
		}
	}
	return nil
}

func (db *DB) migrateOwn(ctx context.Context, pool *sql.DB) error {
	files, err := fs.Sub(migrations, db.Migrations)
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(db.Goose, pool, files,
		goose.WithDisableGlobalRegistry(true), goose.WithSlog(slog.New(slog.DiscardHandler)))
	if err != nil {
		return err
	}
	done, err := provider.Up(ctx)
	for _, m := range done {
		db.opts.Log.Info("database migrated", slog.Int64("version", m.Source.Version))
	}
	return err
}
