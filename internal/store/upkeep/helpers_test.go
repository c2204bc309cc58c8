package upkeep_test

import (
	"context"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "github.com/ncruces/go-sqlite3/driver"
	"go.uber.org/goleak"

	"example.org/rollcall/internal/store"
	"example.org/rollcall/internal/store/engine"
	"example.org/rollcall/internal/testkit/pgtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// migratedPostgres gives each test a migrated, empty database.
var migratedPostgres = pgtest.Template(func(url string) error {
	db, err := store.Open(context.Background(), store.Options{URL: url})
	if err != nil {
		return err
	}
	defer db.Close()
	return db.Migrate(context.Background())
})

// column returns the values of a statement with one column.
func column(t *testing.T, db *store.DB, query string, args ...any) []string {
	t.Helper()
	values := []string{}
	err := db.Engine().Reads().Query(t.Context(), query, args, func(row engine.Row) error {
		var value string
		err := row.Scan(&value)
		values = append(values, value)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return values
}
