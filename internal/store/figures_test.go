package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// figures is a SQLite database that is filled through the service, for the figures of docs/performance.md.
type figures struct {
	db      *DB
	service *service.Service
	dealer  rollcall.DealerID
	short   bool         // sites have short identifiers
	people  atomic.Int64 // created so far
}

const figureCallers = 32

func newFigures(tb testing.TB, short bool) *figures {
	tb.Helper()
	db, err := Open(tb.Context(), Options{Path: filepath.Join(tb.TempDir(), "figures.db")})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { db.Close() })
	if err := db.Migrate(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	f := &figures{db: db, dealer: rollcall.NewDealerID(), short: short}
	if short {
		f.dealer = "dealer"
	}
	f.service = service.New(db, nil, service.Options{Now: time.Now, Secrets: [][]byte{make([]byte, 32)}})
	now := time.Now()
	err = db.Update(tb.Context(), func(ctx context.Context, tx service.Tx) error {
		return tx.InsertDealer(ctx, rollcall.Dealer{ID: f.dealer, Name: "D", Country: "US", Language: "en", Created: now, Updated: now})
	})
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

func (f *figures) caller() service.Caller {
	return service.Caller{Dealer: f.dealer, Key: "key_01h455vb4pex5vsknk084sn02q", RequestID: string(rollcall.NewRequestID())}
}

// addSites creates sites and returns their identifiers.
func (f *figures) addSites(tb testing.TB, n int) []rollcall.SiteID {
	tb.Helper()
	ids := make([]rollcall.SiteID, n)
	f.atOnce(tb, n, func(i int) error {
		in := rollcall.SiteInput{Reference: rollcall.Given("ACCT-" + strconv.Itoa(i)), Name: rollcall.Given("Pier 9 offices")}
		if f.short {
			in.SiteID = rollcall.Given("site_" + strconv.Itoa(i))
		}
		site, err := f.service.CreateSite(tb.Context(), f.caller(), in)
		ids[i] = site.ID
		return err
	})
	return ids
}

// addContacts creates n contacts, spread over the sites, and returns how long that took.
func (f *figures) addContacts(tb testing.TB, sites []rollcall.SiteID, n int) time.Duration {
	tb.Helper()
	start := time.Now()
	f.atOnce(tb, n, func(i int) error {
		person := f.people.Add(1) * 7_654_321 % 10_000_000 // neither numbers nor addresses come in their order
		_, err := f.service.CreateContact(tb.Context(), f.caller(), rollcall.SiteRef{ID: sites[i%len(sites)]}, rollcall.ContactInput{
			FirstName: rollcall.Given("Jane"), LastName: rollcall.Given("Smith"),
			Email: rollcall.Given(fmt.Sprintf("jane.smith.%d@example.org", person)),
			Phone: rollcall.Given(fmt.Sprintf("+1 555 01%02d x%05d", person%100, person/100)),
			Type:  rollcall.Given("primary"), Role: rollcall.Given("owner"),
		})
		return err
	})
	return time.Since(start)
}

func (f *figures) atOnce(tb testing.TB, n int, do func(i int) error) {
	tb.Helper()
	var next atomic.Int64
	var all sync.WaitGroup
	for range figureCallers {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				if err := do(i); err != nil {
					tb.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	if tb.Failed() {
		tb.FailNow()
	}
}

// size returns the bytes of all tables and indexes.
func (f *figures) size(tb testing.TB) (bytes int64) {
	tb.Helper()
	if err := f.db.run.QueryRow(tb.Context(), `SELECT page_count * page_size FROM pragma_page_count, pragma_page_size`, nil, &bytes); err != nil {
		tb.Fatal(err)
	}
	return bytes
}

// BenchmarkBytes reports the bytes stored for a contact with its audit line, with 50,000 contacts in 5,000 sites: with
// identifiers that Rollcall makes, and with short ones of a dealer's own.
func BenchmarkBytes(b *testing.B) {
	const contacts = 50_000
	for _, ids := range []string{"made", "short"} {
		b.Run("ids="+ids, func(b *testing.B) {
			f := newFigures(b, ids == "short")
			sites := f.addSites(b, contacts/10)
			before := f.size(b)
			f.addContacts(b, sites, contacts)
			for b.Loop() { // the size does not depend on b.N
			}
			b.ReportMetric(float64(f.size(b)-before)/contacts, "bytes/contact")
		})
	}
}

// BenchmarkPage compares the rate of pages of ten contacts of a site with 365 with those of a site with 11. Both take turns, so
// that whatever else the machine does slows both.
func BenchmarkPage(b *testing.B) {
	const small, large = 11, 365
	f := newFigures(b, false)
	sites := f.addSites(b, 2)
	f.addContacts(b, sites[:1], small)
	f.addContacts(b, sites[1:], large)
	read := func(site rollcall.SiteID, total int) time.Duration {
		start := time.Now()
		f.atOnce(b, 200, func(int) error {
			query := service.ContactQuery{PerPage: rollcall.Given(10)}
			page, n, err := f.service.Contacts(b.Context(), f.caller(), rollcall.SiteRef{ID: site}, query)
			if err == nil && (len(page) != 10 || n != total) {
				err = fmt.Errorf("a page has %d of %d contacts, want 10 of %d", len(page), n, total)
			}
			return err
		})
		return time.Since(start)
	}
	var ofSmall, ofLarge time.Duration
	for b.Loop() {
		ofSmall += read(sites[0], small)
		ofLarge += read(sites[1], large)
	}
	b.ReportMetric(ofSmall.Seconds()/ofLarge.Seconds(), "ratio")
}

// TestCreatesAmongMany compares the rate of creates among many contacts with that in an empty database. Both take turns, so
// that whatever else the machine does slows both. With ROLLCALL_SOAK=1 there are 900,000 contacts in 90,000 sites.
func TestCreatesAmongMany(t *testing.T) {
	contacts, rounds, creates := 2_000, 2, 100
	if os.Getenv("ROLLCALL_SOAK") == "1" {
		contacts, rounds, creates = 900_000, 10, 4_000
	}
	empty, full := newFigures(t, false), newFigures(t, false)
	few, many := empty.addSites(t, min(1_000, contacts/10)), full.addSites(t, contacts/10)
	full.addContacts(t, many, contacts)
	rand.Shuffle(len(many), func(i, j int) { many[i], many[j] = many[j], many[i] })
	var inEmpty, inFull time.Duration
	for range rounds {
		inEmpty += empty.addContacts(t, few, creates)
		inFull += full.addContacts(t, many, creates)
	}
	rate := float64(rounds*creates) / inFull.Seconds()
	ratio := inEmpty.Seconds() / inFull.Seconds()
	t.Logf("figure: %.0f creates a second among %d contacts, %.2f of the rate in an empty database", rate, contacts, ratio)
	if ratio < 0.4 && os.Getenv("ROLLCALL_SOAK") == "1" {
		t.Errorf("creates among %d contacts at %.2f of the rate in an empty database, want 0.4 at least", contacts, ratio)
	}
}
