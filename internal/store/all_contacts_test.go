package store

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// allContactsFilters returns the filters for which a list of the contacts of all sites has an index, each alone.
func allContactsFilters() map[string]service.AllContactsFilter {
	status := func(phone, email []rollcall.PointStatus) service.AllContactsFilter {
		return service.AllContactsFilter{ContactFilter: service.ContactFilter{Phone: phone, Email: email}}
	}
	return map[string]service.AllContactsFilter{
		"none":                  {},
		"site_id":               {Site: "site 70"},
		"account_reference_id":  {Reference: "ref 70"},
		"phone":                 {PhoneKey: "12025000777"},
		"email":                 {EmailKey: "person777@example.org"},
		"email of every site":   {EmailKey: "station@example.org"},
		"phone_status common":   status([]rollcall.PointStatus{"unconfirmed"}, nil),
		"phone_status rare":     status([]rollcall.PointStatus{"declined"}, nil),
		"phone_status none":     status([]rollcall.PointStatus{"opted_out"}, nil),
		"email_status several":  status(nil, []rollcall.PointStatus{"stale", "confirmed", "declined"}),
		"older_than_days":       {ConfirmedBefore: day(-30)},
		"older_than_days, both": {ConfirmedBefore: day(-30), ContactFilter: service.ContactFilter{Phone: []rollcall.PointStatus{"confirmed"}}},
	}
}

func day(n int) time.Time { return time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC).AddDate(0, 0, n) }

func TestListsOfAllContactsUseAnIndex(t *testing.T) {
	t.Parallel()
	db := openDB(t, Options{})
	wants := map[string]string{
		"none":                  "SEARCH c USING INDEX sqlite_autoindex_contacts_1 (dealer_id=? AND (site_id,seq)>(?,?))",
		"site_id":               "SEARCH c USING INDEX sqlite_autoindex_contacts_1 (dealer_id=? AND site_id=?)",
		"account_reference_id":  "SEARCH c USING INDEX sqlite_autoindex_contacts_1 (dealer_id=? AND site_id=?)",
		"phone":                 "SEARCH p USING INDEX points_key (<expr>=? AND dealer_id=? AND (site_id,contact_seq)>(?,?))",
		"email":                 "SEARCH p USING INDEX points_key (<expr>=? AND dealer_id=? AND (site_id,contact_seq)>(?,?))",
		"email of every site":   "SEARCH p USING INDEX points_key (<expr>=? AND dealer_id=? AND (site_id,contact_seq)>(?,?))",
		"phone_status common":   byStatus,
		"phone_status rare":     byStatus,
		"phone_status none":     byStatus,
		"email_status several":  byStatus,
		"older_than_days":       byStatus,
		"older_than_days, both": byStatus,
	}
	for name, filter := range allContactsFilters() {
		query, _ := allContacts("d", filter)
		steps := plan(t, db, query)
		if !slices.Contains(steps, wants[name]) {
			t.Errorf("%s: no step %q in\n%s", name, wants[name], strings.Join(steps, "\n"))
		}
		for _, step := range steps {
			if strings.HasPrefix(step, "SCAN ") && step != "SCAN found" && !strings.HasPrefix(step, "SCAN arm") {
				t.Errorf("%s: %s\n%s", name, step, strings.Join(steps, "\n"))
			}
		}
	}
}

const byStatus = "SEARCH p USING COVERING INDEX points_status (dealer_id=? AND status=? AND (site_id,contact_seq)>(?,?))"

// TestListsOfAllContactsAreFast reads pages of the contacts of all sites, from random places. With ROLLCALL_SOAK=1 there are 200,000
// contacts of one dealer in 2,000 sites, and 95 of 100 pages with a filter that has an index take at most 50 ms.
func TestListsOfAllContactsAreFast(t *testing.T) {
	contacts, pages := 2_000, 2
	if os.Getenv("ROLLCALL_SOAK") == "1" {
		contacts, pages = 200_000, 40
	}
	for engine, open := range map[string]func(*testing.T, Options) *DB{"SQLite": openDB, "PostgreSQL": openPostgresDB} {
		t.Run(engine, func(t *testing.T) {
			db := open(t, Options{})
			fillSites(t, db, contacts)
			if engine == "PostgreSQL" {
				column(t, db, `ANALYZE`)
			}
			for _, search := range []string{"person", "person77", "nobody", "example.org smith"} {
				pageTimes(t, db, "search "+search, pages, service.AllContactsFilter{ContactFilter: service.ContactFilter{Terms: strings.Fields(search)}})
			}
			for name, filter := range allContactsFilters() {
				if p95 := pageTimes(t, db, name, pages, filter); p95 > 50*time.Millisecond && pages > 2 {
					t.Errorf("p95 of a page with the filter %s is %s, want at most 50 ms", name, p95)
				}
			}
		})
	}
}

// pageTimes returns the 95th percentile of the times of pages that begin at different sites.
func pageTimes(t *testing.T, db *DB, name string, pages int, filter service.AllContactsFilter) time.Duration {
	t.Helper()
	filter.Limit = 101
	times := make([]time.Duration, pages)
	found := 0
	for i := range times {
		if i > 0 {
			filter.After.Site = rollcall.SiteID(fmt.Sprintf("site %d", i*7))
		}
		start := time.Now()
		contacts, err := db.AllContacts(t.Context(), "d", filter)
		if err != nil {
			t.Fatal(err)
		}
		times[i] = time.Since(start)
		found = max(found, len(contacts))
	}
	slices.Sort(times)
	p95 := times[pages*95/100]
	t.Logf("figure: %s: p95 %.1f ms, median %.1f ms, at most %d contacts", name, ms(p95), ms(times[pages/2]), found)
	return p95
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// fillSites adds a dealer d with a site for each 100 contacts.
func fillSites(t *testing.T, db *DB, contacts int) {
	t.Helper()
	update := func(fn func(ctx context.Context, tx *transaction) error) {
		t.Helper()
		if err := db.Update(t.Context(), func(ctx context.Context, tx service.Tx) error { return fn(ctx, tx.(*transaction)) }); err != nil {
			t.Fatal(err)
		}
	}
	update(func(ctx context.Context, tx *transaction) error {
		return tx.InsertDealer(ctx, rollcall.Dealer{ID: "d", Name: "D", Country: "US", Language: "en"})
	})
	const some = 10_000
	for from := 0; from < contacts; from += some {
		update(func(ctx context.Context, tx *transaction) error {
			for i := from / 100; i < min(from+some, contacts)/100; i++ {
				_, err := tx.InsertSite(ctx, rollcall.Site{
					Dealer: "d", ID: rollcall.SiteID(fmt.Sprintf("site %d", i)), Reference: fmt.Sprintf("ref %d", i), Name: "Site", Status: rollcall.SiteActive,
				})
				if err != nil {
					return err
				}
			}
			for _, statement := range fillStatements(from, min(from+some, contacts)) {
				if _, err := tx.run.Exec(ctx, statement); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

// fillStatements returns the statements that add contacts from one number to before another.
func fillStatements(from, to int) []string {
	numbers := fmt.Sprintf(` WITH RECURSIVE numbers(i) AS (SELECT %d UNION ALL SELECT i + 1 FROM numbers WHERE i < %d) SELECT `, from, to-1)
	const place = `'d', 'site ' || (i / 100), i % 100 + 1, `
	return []string{
		`INSERT INTO contacts (dealer_id, site_id, seq, contact_id, first_name, last_name, type, role, language, prefers_email, prefers_sms,
		prefers_push, created_at, updated_at, version, state_version, search, position, dispatch, availability, absences)` + numbers + place +
			`'contact ' || i, 'Person' || i, 'Smith', 'primary', 'owner', '', 1 = 1, 1 = 1, 1 = 0, 0, 0, 1, 1,
		'person' || i || ' smith person' || i || '@example.org' || '` + "\n" + `' || (12025000000 + i), i % 100 + 1, '', '', '' FROM numbers`,
		`INSERT INTO points (dealer_id, site_id, contact_seq, place, point_id, kind, value, e164, cause, extension, label, status, method, confirmed_at, not_in_service, status_before)` +
			numbers + place + `1, 'phone ' || i, 'phone', '+' || (12025000000 + i), '+' || (12025000000 + i), '', '', '', ` + someStatus + `, 1 = 0, '' FROM numbers`,
		`INSERT INTO points (dealer_id, site_id, contact_seq, place, point_id, kind, value, cause, extension, label, status, method, confirmed_at, not_in_service, status_before)` +
			numbers + place + `2, 'email ' || i, 'email', CASE WHEN i % 100 = 0 THEN 'station' ELSE 'person' || i END || '@example.org',
		'', '', '', ` + someStatus + `, 1 = 0, '' FROM numbers`,
	}
}

// someStatus is the status, method and confirmed_at of a contact point: half are unconfirmed, a few declined, others confirmed within 300
// days.
var someStatus = fmt.Sprintf(`CASE WHEN i %% 10000 = 7 THEN 'declined' WHEN i %% 2 = 0 THEN 'confirmed' ELSE 'unconfirmed' END, '',
	CASE WHEN i %% 2 = 0 THEN %d - (i %% 300) * 86400000000 END`, micros(day(0)))
