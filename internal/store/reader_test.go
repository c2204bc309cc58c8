package store

import (
	"context"
	"testing"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// A page is read in a transaction, which holds a connection of the readers: nothing in it may need another one, or
// readers that each hold one wait for each other for ever.
func TestAPageNeedsOneConnection(t *testing.T) {
	db := openEmpty(t, Options{})
	defer db.Close()
	lite(db).readers.SetMaxOpenConns(1)
	if err := db.Update(t.Context(), insertDealers("dealer")); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	filter := rollcall.SiteFilter{Terms: []string{"harbour"}, Page: rollcall.Page{Limit: 10}}
	for range 2 {
		sites, total, err := db.Sites(ctx, "dealer", filter)
		if err != nil || total != 0 || len(sites) != 0 {
			t.Fatalf("%d of %d sites, error %v", len(sites), total, err)
		}
	}
}

// What is read in a transaction is prepared once, like everything else.
func TestAPageIsPreparedOnce(t *testing.T) {
	db := openEmpty(t, Options{})
	defer db.Close()
	if err := db.Update(t.Context(), insertDealers("dealer")); err != nil {
		t.Fatal(err)
	}
	filter := rollcall.SiteFilter{Page: rollcall.Page{Limit: 10}}
	if _, _, err := db.Sites(t.Context(), "dealer", filter); err != nil {
		t.Fatal(err)
	}
	statements := db.run.(guarded).runner.(*statements)
	before := len(statements.kept)
	if before == 0 {
		t.Error("no statement was kept")
	}
	if _, _, err := db.Sites(t.Context(), "dealer", filter); err != nil {
		t.Fatal(err)
	}
	if after := len(statements.kept); after != before {
		t.Errorf("%d statements are kept, %d before", after, before)
	}
}
