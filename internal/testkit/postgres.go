package testkit

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/testkit/pgtest"
)

// Migrated gives each test a database on PostgreSQL with all tables and no records.
var Migrated = pgtest.Template(func(url string) error {
	folder, err := os.MkdirTemp("", "rollcall-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	return app.Migrate(context.Background(), app.Options{Data: folder, DatabaseURL: url, Secret: Secret, Now: time.Now})
})

// Secret is the server secret of every database of Migrated.
const Secret = "5f0c1d6a9e3b7248a1c4e7f0b3d69258c7a4e1f0b3d69258c7a4e1f0b3d69258"

// databases holds the database of each folder.
var databases sync.Map

// databaseOf returns the database that belongs to a folder, and makes it where there is none.
func databaseOf(t testing.TB, folder string) string {
	t.Helper()
	if url, ok := databases.Load(folder); ok {
		return url.(string)
	}
	url := Migrated(t)
	databases.Store(folder, url)
	return url
}

// URLOf returns the database on PostgreSQL of what was started on a folder, empty where it has none.
func URLOf(folder string) string {
	url, _ := databases.Load(folder)
	text, _ := url.(string)
	return text
}

// Execute runs a statement on the database of the application, past it.
func (a *App) Execute(t testing.TB, statement string) {
	t.Helper()
	driver, source := "sqlite3", "file:"+filepath.Join(a.Folder, "rollcall.db")+"?_pragma=busy_timeout(10000)"
	if url, ok := databases.Load(a.Folder); ok {
		driver, source = "pgx", url.(string)
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}
