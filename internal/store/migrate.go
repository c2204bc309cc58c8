package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"github.com/pressly/goose/v3"

	"example.org/rollcall/internal/rollcall"
)

//go:embed migrations
var migrations embed.FS

// level is the newest migration that this program knows. A database that says that it needs a later one is refused.
const level = 1

const (
	busyTries    = 100 // with pause between them: 10 s, as long as a write waits
	migrateTries = 5
	pause        = 100 * time.Millisecond
)

// awaitReady opens the first connection. While another process makes the file a database of write-ahead logging, SQLite
// refuses it without waiting.
func awaitReady(ctx context.Context, d *dialect, db *sql.DB) error {
	return again(ctx, busyTries, d.busy, func() error {
		var n int
		return db.QueryRowContext(ctx, d.HasTable, "schema_info").Scan(&n)
	})
}

// again calls try until it succeeds, fails with an error for which trying again is no use, or was called so many times.
func again(ctx context.Context, times int, useful func(error) bool, try func() error) error {
	ticker := time.NewTicker(pause)
	defer ticker.Stop()
	for n := 1; ; n++ {
		err := try()
		if err == nil || n == times || !useful(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-ticker.C:
		}
	}
}

// explain tells an operator why a database cannot be opened.
func explain(d *dialect, path string, err error) error {
	var known *rollcall.Error
	if errors.As(err, &known) && known.Cause == nil {
		return errors.New(known.Message)
	}
	err = forOperator(err)
	if d.damaged(err) {
		return fmt.Errorf("%s is damaged or not a database of Rollcall; restore a backup, or choose another folder: %w", path, err)
	}
	if advice := d.advice(err); advice != "" {
		return fmt.Errorf("%s cannot be opened: %s: %w", path, advice, err)
	}
	return fmt.Errorf("%s cannot be opened: %w", path, err)
}

// forOperator returns what lies behind an error of rollcall, whose message is for a caller and would hide the advice that
// an operator needs; any other error, and one with nothing behind it, stays.
func forOperator(err error) error {
	var known *rollcall.Error
	if errors.As(err, &known) && known.Cause != nil {
		return known.Cause
	}
	return err
}

// beforeRelease is a table that databases had before the first release, when the first migration was still rewritten.
const beforeRelease = "kept_answers"

const oldest = `SELECT oldest_level, oldest_version, filling IS NOT NULL FROM schema_info`

// checkOldest returns an error where the database needs a later program than this one, or is being filled.
func (r reader) checkOldest(ctx context.Context) error {
	var tables int
	if err := r.run.QueryRow(ctx, r.HasTable, []any{"schema_info"}, &tables); err != nil || tables == 0 {
		return r.Failed(err)
	}
	if err := r.run.QueryRow(ctx, r.HasTable, []any{beforeRelease}, &tables); err != nil {
		return r.Failed(err)
	}
	if tables > 0 {
		return unavailable("this database was made before the first release, and cannot be upgraded; start with an empty one", nil)
	}
	var oldestLevel int
	var version string
	var filling bool
	if err := r.run.QueryRow(ctx, oldest, nil, &oldestLevel, &version, &filling); err != nil {
		return r.Failed(err)
	}
	if filling && !r.mayFill {
		return unavailable("this database is being filled by rollcall migrate-data, and is not whole yet; run that command again to finish it", nil)
	}
	if oldestLevel > level {
		return unavailable("this database needs Rollcall "+version+" or later; upgrade the program", nil)
	}
	return nil
}

const newest = `SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version`

// Version returns the newest migration that the database has, 0 for an empty one.
func (r reader) Version(ctx context.Context) (int64, error) {
	var tables int
	if err := r.run.QueryRow(ctx, r.HasTable, []any{"goose_db_version"}, &tables); err != nil || tables == 0 {
		return 0, r.Failed(err)
	}
	var version int64
	err := r.run.QueryRow(ctx, newest, nil, &version)
	return version, r.Failed(err)
}

// Ready returns nil where the database can be read, has the tables that this program needs, needs no later program, was
// found damaged by nobody since Open, and is where it was then; otherwise an Unavailable error that says what to do.
func (db *DB) Ready(ctx context.Context) error {
	if err := db.checkOldest(ctx); err != nil {
		return err
	}
	if err := db.look(ctx); err != nil {
		return err
	}
	version, err := db.Version(ctx)
	if err == nil && version < level {
		err = unavailable("the tables of this database are not up to date; run rollcall migrate", nil)
	}
	return err
}

// Migrate brings the tables up to date, those of other rooms too; where they are, it changes nothing. A database that has
// migrations of a later program, and still allows this one, stays as it is. Several processes may call it at once.
func (db *DB) Migrate(ctx context.Context) error {
	always := func(error) bool { return true }
	err := again(ctx, migrateTries, always, func() error { return db.migrating(ctx, db.migrate) })
	if err != nil {
		return fmt.Errorf("%s cannot be migrated: %w", db.name(), err)
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
	dir, dialect := db.folder()
	files, err := fs.Sub(migrations, dir)
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(dialect, pool, files,
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
