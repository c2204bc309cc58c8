package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/store/sqlite"
)

func TestLevelIsTheNewestMigration(t *testing.T) {
	t.Parallel()
	files, err := fs.Glob(migrations, "migrations/sqlite/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	newest := filepath.Base(slices.Max(files))
	if !strings.HasPrefix(newest, fmt.Sprintf("%05d_", level)) {
		t.Errorf("the newest migration is %s, but level is %d", newest, level)
	}
}

func TestReadyOnceMigrated(t *testing.T) {
	t.Parallel()
	db, err := Open(t.Context(), Options{Path: filepath.Join(t.TempDir(), "rollcall.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if version, err := db.Version(t.Context()); err != nil || version != 0 {
		t.Errorf("version %d of an empty file: %v", version, err)
	}
	if err := db.Ready(t.Context()); rollcall.KindOf(err) != rollcall.Unavailable || !strings.Contains(err.Error(), "rollcall migrate") {
		t.Errorf("an empty file is ready: %v", err)
	}
	for range 2 {
		if err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := db.Ready(t.Context()); err != nil {
			t.Error(err)
		}
		if version, err := db.Version(t.Context()); err != nil || version != level {
			t.Errorf("version %d, want %d: %v", version, level, err)
		}
	}
}

func TestOlderProgramIsRefused(t *testing.T) {
	t.Parallel()
	db := openDB(t, Options{})
	execute(t, db, `UPDATE schema_info SET oldest_level = $1, oldest_version = '9.8.7'`, level+1)
	_, err := Open(t.Context(), Options{Path: db.opts.Path})
	if want := "this database needs Rollcall 9.8.7 or later; upgrade the program"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %q", err, want)
	}
	if err := db.Ready(t.Context()); rollcall.KindOf(err) != rollcall.Unavailable {
		t.Errorf("a program that was overtaken is ready: %v", err)
	}
}

func TestDatabaseFromBeforeTheFirstReleaseIsRefused(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]string{
		"a table of then":               `ALTER TABLE idempotency_records RENAME TO ` + beforeRelease,
		"contacts without a new column": `ALTER TABLE contacts RENAME COLUMN ` + newestColumn + ` TO other`,
	} {
		db := openDB(t, Options{})
		execute(t, db, change)
		_, err := Open(t.Context(), Options{Path: db.opts.Path})
		if want := "this database was made before the first release, and cannot be upgraded; start with an empty one"; err == nil || err.Error() != want {
			t.Errorf("Open with %s: error %v, want %q", name, err, want)
		}
	}
}

func TestFileOfAnotherProgramIsRefusedAndGetsNoTables(t *testing.T) {
	t.Parallel()
	for name, tables := range map[string]string{
		"a table":                      `CREATE TABLE notes (id INTEGER PRIMARY KEY AUTOINCREMENT)`,
		"a table and goose migrations": `CREATE TABLE notes (id INTEGER); CREATE TABLE goose_db_version (id INTEGER, version_id INTEGER)`,
	} {
		path := filepath.Join(t.TempDir(), "rollcall.db")
		other, err := sql.Open("sqlite3", "file:"+filepath.ToSlash(path))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := other.ExecContext(t.Context(), tables); err != nil {
			t.Fatal(err)
		}
		if err := other.Close(); err != nil {
			t.Fatal(err)
		}
		db, err := Open(t.Context(), Options{Path: path})
		if err == nil {
			_ = db.Close()
		}
		if want := "this database belongs to another program; choose another folder"; err == nil || err.Error() != want {
			t.Errorf("a file with %s: error %v, want %q", name, err, want)
		}
	}
}

func TestOlderProgramThatIsAllowedGoesOn(t *testing.T) {
	t.Parallel()
	db := openDB(t, Options{})
	execute(t, db, `INSERT INTO goose_db_version (version_id, is_applied) VALUES ($1, 1)`, level+7)
	execute(t, db, `ALTER TABLE dealers ADD COLUMN of_a_later_program TEXT`)
	older := beside(t, db)
	if err := older.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := older.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := older.Update(t.Context(), insertDealers("d")); err != nil {
		t.Fatal(err)
	}
	wantDealers(t, older, "d")
}

func TestManyProcessesMigrateAtOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "rollcall.db")
	makeTable := func(ctx context.Context, pool *sql.DB) error {
		var tables int
		err := pool.QueryRowContext(ctx, sqlite.Dialect().HasTable, "of_another_room").Scan(&tables)
		if err != nil || tables == 1 {
			return err
		}
		_, err = pool.ExecContext(ctx, `CREATE TABLE of_another_room (id INTEGER) STRICT`)
		return err
	}
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			db, err := Open(t.Context(), Options{Path: path, Migrations: []Migration{makeTable}})
			if err != nil {
				t.Error(err)
				return
			}
			err = errors.Join(
				db.Migrate(t.Context()),
				db.Ready(t.Context()),
				db.Update(t.Context(), insertDealers(rollcall.DealerID(fmt.Sprint(n)))),
				db.Close(),
			)
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	db, err := Open(t.Context(), Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	wantDealers(t, db, "0", "1", "2", "3", "4", "5", "6", "7")
}

func TestMigrationOfAnotherRoomThatFails(t *testing.T) {
	t.Parallel()
	failure := errors.New("on purpose")
	calls := 0
	db, err := Open(t.Context(), Options{
		Path: filepath.Join(t.TempDir(), "rollcall.db"),
		Migrations: []Migration{func(context.Context, *sql.DB) error {
			calls++
			return failure
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Migrate(t.Context()); !errors.Is(err, failure) || !strings.Contains(err.Error(), "rollcall.db") {
		t.Errorf("error %v", err)
	}
	if calls != migrateTries {
		t.Errorf("tried %d times, want %d", calls, migrateTries)
	}
}
