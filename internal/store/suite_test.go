package store

import (
	"os"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestSQLite(t *testing.T) {
	empty := openEmpty(t, Options{})
	if err := empty.Close(); err != nil {
		t.Fatal(err)
	}
	template, err := os.ReadFile(empty.opts.Path)
	if err != nil {
		t.Fatal(err)
	}
	storetest.Run(t, func(t *testing.T) service.Store {
		path := filepath.Join(t.TempDir(), "rollcall.db")
		if err := os.WriteFile(path, template, 0o600); err != nil {
			t.Fatal(err)
		}
		return openFor(t, Options{Path: path})
	})
}

func TestPostgreSQL(t *testing.T) {
	storetest.Run(t, func(t *testing.T) service.Store { return openPostgresDB(t, Options{}) })
}

// openFor opens a database, and closes it when the test ends.
func openFor(t *testing.T, opts Options) *DB {
	t.Helper()
	db, err := Open(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	closeAfter(t, db)
	return db
}

func closeAfter(t *testing.T, db *DB) {
	t.Helper()
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
}
