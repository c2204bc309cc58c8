package store_test

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/store"
	"example.org/rollcall/internal/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestSQLite(t *testing.T) {
	template := template(t)
	storetest.Run(t, func(t *testing.T) service.Store {
		return openCopy(t, template(), store.Options{})
	})
}

// template returns a function that returns a migrated, empty database, which is made once.
func template(t *testing.T) func() []byte {
	return sync.OnceValue(func() []byte {
		path := filepath.Join(t.TempDir(), "template.db")
		db, err := store.Open(t.Context(), store.Options{Path: path})
		if err == nil {
			err = db.Migrate(t.Context())
		}
		if err == nil {
			err = db.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		bytes, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return bytes
	})
}

// openCopy opens a database of its own for a test.
func openCopy(t *testing.T, template []byte, opts store.Options) *store.DB {
	t.Helper()
	opts.Path = filepath.Join(t.TempDir(), "rollcall.db")
	if err := os.WriteFile(opts.Path, template, 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}
