package store_test

import (
	"context"
	"testing"

	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/store"
	"example.org/rollcall/internal/store/storetest"
	"example.org/rollcall/internal/testkit/pgtest"
)

// postgres gives each test a migrated, empty database.
var postgres = pgtest.Template(func(url string) error {
	db, err := store.Open(context.Background(), store.Options{URL: url})
	if err != nil {
		return err
	}
	defer db.Close()
	return db.Migrate(context.Background())
})

func TestPostgreSQL(t *testing.T) {
	storetest.Run(t, func(t *testing.T) service.Store {
		db, err := store.Open(t.Context(), store.Options{URL: postgres(t), Connections: 4})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
		return db
	})
}
