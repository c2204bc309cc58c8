package store

import (
	"context"
	"testing"
	"time"

	"example.org/rollcall/internal/service"
)

// A page is read in a transaction, which holds a connection of the readers: nothing in it may need another one, or
// readers that each hold one wait for each other for ever.
func TestAPageNeedsOneConnection(t *testing.T) {
	db := openEmpty(t, Options{})
	t.Cleanup(func() { db.Close() })
	leaveOne(t, lite(db).reads)
	if err := db.Update(t.Context(), insertDealers("dealer")); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	filter := service.SiteFilter{Terms: []string{"harbour"}, Page: service.Page{Limit: 10}}
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
	t.Cleanup(func() { db.Close() })
	if err := db.Update(t.Context(), insertDealers("dealer")); err != nil {
		t.Fatal(err)
	}
	leaveOne(t, lite(db).reads)
	filter := service.SiteFilter{Page: service.Page{Limit: 10}}
	if _, _, err := db.Sites(t.Context(), "dealer", filter); err != nil {
		t.Fatal(err)
	}
	conn := lite(db).reads.idle[0]
	before := len(conn.kept)
	if before == 0 {
		t.Error("no statement was kept")
	}
	if _, _, err := db.Sites(t.Context(), "dealer", filter); err != nil {
		t.Fatal(err)
	}
	if after := len(conn.kept); after != before {
		t.Errorf("%d statements are kept, %d before", after, before)
	}
}

// leaveOne takes all connections of the pool but one, until the test ends.
func leaveOne(t *testing.T, p *readPool) {
	t.Helper()
	for range cap(p.free) - 1 {
		n, err := p.take(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { p.give(n) })
	}
}
