package store

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

const (
	benchSites    = 100
	benchContacts = 10 // of each site
)

// BenchmarkCreate creates contacts as the use case does, by so many callers at once; every one is durable when its call
// returns.
func BenchmarkCreate(b *testing.B) {
	for _, writers := range []int{1, 8, 64} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			db := benchDB(b)
			var next atomic.Int64
			atOnce(b, writers, func() error {
				n := next.Add(1)
				return createContact(b.Context(), db, rollcall.SiteID("site_"+strconv.Itoa(int(n)%benchSites)), rollcall.NewContactID())
			})
		})
	}
}

// BenchmarkCreateByService creates contacts through the use case, with an audit line and, if once is true, an idempotency record
// for each. "without audit" writes the contact alone, for comparison.
func BenchmarkCreateByService(b *testing.B) {
	const callers = 32
	b.Run("without audit", func(b *testing.B) {
		db := benchDB(b)
		var next atomic.Int64
		atOnce(b, callers, func() error {
			return createContact(b.Context(), db, benchSiteID(next.Add(1)), rollcall.NewContactID())
		})
	})
	for _, once := range []bool{false, true} {
		b.Run(fmt.Sprintf("once=%t", once), func(b *testing.B) {
			db := benchDB(b)
			svc := service.New(db, nil, service.Options{Now: time.Now, Secrets: [][]byte{make([]byte, 32)}})
			var next atomic.Int64
			atOnce(b, callers, func() error {
				n := next.Add(1)
				caller := service.Caller{Dealer: "dealer", Key: "key_01h455vb4pex5vsknk084sn02q", RequestID: string(rollcall.NewRequestID())}
				if once {
					caller.IdempotencyKey = &service.IdempotencyKey{Key: caller.RequestID, Operation: "createContact", Respond: benchResponse}
				}
				_, err := svc.CreateContact(b.Context(), caller, rollcall.SiteRef{ID: benchSiteID(n)}, benchInput())
				return err
			})
		})
	}
}

func benchSiteID(n int64) rollcall.SiteID {
	return rollcall.SiteID("site_" + strconv.FormatInt(n%benchSites, 10))
}

func benchInput() rollcall.ContactInput {
	return rollcall.ContactInput{
		FirstName: rollcall.Given("Jane"), LastName: rollcall.Given("Smith"), Email: rollcall.Given("jane.smith@example.com"),
		Phone: rollcall.Given("+1-555-0123"), Type: rollcall.Given("primary"), Role: rollcall.Given("owner"),
	}
}

// benchResponse is as large as that of a contact.
func benchResponse(any) (service.Response, error) {
	return service.Response{Status: 201, ETag: "gzvhtnd3x-1-1", Body: bytes.Repeat([]byte("x"), 800)}, nil
}

func BenchmarkContact(b *testing.B) {
	db := benchDB(b)
	for _, readers := range []int{1, 32} {
		b.Run(fmt.Sprintf("readers=%d", readers), func(b *testing.B) {
			var next atomic.Int64
			atOnce(b, readers, func() error {
				n := int(next.Add(1))
				_, err := db.Contact(b.Context(), "dealer", rollcall.ContactRef{
					Site: rollcall.SiteRef{ID: rollcall.SiteID("site_" + strconv.Itoa(n%benchSites))},
					ID:   benchContactID(n%benchSites, n%benchContacts),
				})
				return err
			})
		})
	}
}

func BenchmarkContacts(b *testing.B) {
	db := benchDB(b)
	for _, readers := range []int{1, 32} {
		b.Run(fmt.Sprintf("readers=%d", readers), func(b *testing.B) {
			var next atomic.Int64
			atOnce(b, readers, func() error {
				n := int(next.Add(1))
				_, total, err := db.Contacts(b.Context(), "dealer",
					rollcall.SiteRef{ID: rollcall.SiteID("site_" + strconv.Itoa(n%benchSites))}, service.ContactFilter{})
				if err == nil && total != benchContacts {
					return fmt.Errorf("%d contacts", total)
				}
				return err
			})
		})
	}
}

func BenchmarkKeyByHash(b *testing.B) {
	db := benchDB(b)
	for _, readers := range []int{1, 32} {
		b.Run(fmt.Sprintf("readers=%d", readers), func(b *testing.B) {
			atOnce(b, readers, func() error {
				_, err := db.KeyByHash(b.Context(), rollcall.KeyHash{1})
				return err
			})
		})
	}
}

// atOnce calls do b.N times, from so many goroutines.
func atOnce(b *testing.B, goroutines int, do func() error) {
	b.ReportAllocs()
	b.ResetTimer()
	var left atomic.Int64
	left.Store(int64(b.N))
	var all sync.WaitGroup
	for range goroutines {
		all.Go(func() {
			for left.Add(-1) >= 0 {
				if err := do(); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	b.StopTimer()
}

func benchContactID(site, n int) rollcall.ContactID {
	return rollcall.ContactID("contact_" + strconv.Itoa(site) + "_" + strconv.Itoa(n))
}

func createContact(ctx context.Context, db *DB, site rollcall.SiteID, id rollcall.ContactID) error {
	now := time.Now()
	c := rollcall.Contact{
		Dealer: "dealer", ID: id, ExternalID: string(id), FirstName: "Jane", LastName: "Smith",
		Type: "primary", Role: "owner", Created: now, Updated: now,
		Points: []rollcall.Point{
			{ID: rollcall.NewPointID(), Kind: "phone", Value: "+1-555-0123", State: rollcall.PointState{Status: rollcall.PointUnconfirmed}},
			{ID: rollcall.NewPointID(), Kind: "email", Value: "jane.smith@example.com", State: rollcall.PointState{Status: rollcall.PointUnconfirmed}},
		},
	}
	return db.Update(ctx, func(ctx context.Context, tx service.Tx) error {
		slot, err := tx.ReserveContact(ctx, c.Dealer, rollcall.SiteRef{ID: site})
		if err != nil {
			return err
		}
		c.Site, c.Seq, c.Position = slot.Site, slot.Seq, slot.Count
		return tx.InsertContact(ctx, c)
	})
}

func benchDB(b *testing.B) *DB {
	b.Helper()
	db, err := Open(b.Context(), Options{Path: filepath.Join(b.TempDir(), "bench.db")})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	if err := db.Migrate(b.Context()); err != nil {
		b.Fatal(err)
	}
	now := time.Now()
	err = db.Update(b.Context(), func(ctx context.Context, tx service.Tx) error {
		err := tx.InsertDealer(ctx, rollcall.Dealer{ID: "dealer", Name: "D", Country: "US", Language: "en", Created: now, Updated: now})
		if err != nil {
			return err
		}
		for n := range benchSites {
			site := rollcall.Site{Dealer: "dealer", ID: rollcall.SiteID("site_" + strconv.Itoa(n)), Name: "S", Status: "active", Created: now, Updated: now}
			if _, err := tx.InsertSite(ctx, site); err != nil {
				return err
			}
		}
		return tx.InsertKey(ctx, rollcall.Key{Dealer: "dealer", ID: "key", Hash: rollcall.KeyHash{1}, Scopes: rollcall.Scopes{"*"}, Created: now})
	})
	if err != nil {
		b.Fatal(err)
	}
	for n := range benchSites * benchContacts {
		site, nth := n/benchContacts, n%benchContacts
		if err := createContact(b.Context(), db, rollcall.SiteID("site_"+strconv.Itoa(site)), benchContactID(site, nth)); err != nil {
			b.Fatal(err)
		}
	}
	return db
}
