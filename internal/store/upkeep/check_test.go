package upkeep_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/store"
	"example.org/rollcall/internal/store/upkeep"
)

const (
	filledDealer = rollcall.DealerID("dealer_1")
	filledPerson = "Wilhelmina Quartermaine"
)

func moment() time.Time { return time.Date(2026, 3, 4, 5, 6, 7, 8000, time.UTC) }

// filled makes a database with a dealer, a key, a site, two contacts, a validation and a captured message, and closes it.
func filled(t *testing.T) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "rollcall.db")
	db := opened(t, path)
	add := func(ctx context.Context, tx service.Tx) error {
		at := moment()
		site := rollcall.Site{Dealer: filledDealer, ID: "site_1", Name: "Pier 9", Status: rollcall.SiteActive, Created: at, Updated: at}
		if err := tx.InsertDealer(ctx, rollcall.Dealer{ID: filledDealer, Name: "Harbour Alarm", Country: "US", Language: "en", Created: at, Updated: at}); err != nil {
			return err
		}
		key := rollcall.Key{Dealer: filledDealer, ID: "key_1", Hash: rollcall.KeyHash{1}, Scopes: rollcall.Scopes{rollcall.ScopeAll}, Created: at}
		if err := tx.InsertKey(ctx, key); err != nil {
			return err
		}
		if _, err := tx.InsertSite(ctx, site); err != nil {
			return err
		}
		for _, id := range []rollcall.ContactID{"contact_1", "contact_2"} {
			if err := addContact(ctx, tx, id); err != nil {
				return err
			}
		}
		v := rollcall.Validation{
			Dealer: filledDealer, ID: "val_1", Site: "site_1", Contact: "contact_1", ContactSeq: 1, Point: "point_1", Kind: rollcall.PhonePoint,
			Method: rollcall.SMS, To: "+12025550100", Status: rollcall.ValidationQueued, Created: at, Expires: at.Add(time.Hour),
		}
		if err := tx.InsertValidation(ctx, v); err != nil {
			return err
		}
		m := rollcall.Message{Dealer: filledDealer, Validation: "val_1", Method: rollcall.SMS, To: "+12025550100", Text: "Hello"}
		return tx.InsertCapturedMessage(ctx, rollcall.CapturedMessage{Message: m, At: at}, 10)
	}
	if err := db.Update(t.Context(), add); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func addContact(ctx context.Context, tx service.Tx, id rollcall.ContactID) error {
	slot, err := tx.ReserveContact(ctx, filledDealer, rollcall.SiteRef{ID: "site_1"})
	if err != nil {
		return err
	}
	return tx.InsertContact(ctx, rollcall.Contact{
		Dealer: filledDealer, Site: slot.Site, Seq: slot.Seq, ID: id, ExternalID: string(id), FirstName: filledPerson, Type: "primary",
		Calling: rollcall.Calling{Position: slot.Count},
		Created: moment(), Updated: moment(),
		Points: []rollcall.Point{
			{ID: "point_1", Kind: "phone", Value: "+1 202 555 0100", E164: "+12025550100", State: rollcall.PointState{Status: rollcall.PointUnconfirmed}},
			{ID: "point_2", Kind: "email", Value: "A@example.org", State: rollcall.PointState{Status: rollcall.PointUnconfirmed}},
		},
	})
}

func opened(t *testing.T, path string) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), store.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return db
}

// spoil runs statements without the checks that guard the tables, as the sqlite3 program can.
func spoil(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+path+"?_pragma=foreign_keys(0)&_pragma=ignore_check_constraints(1)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

// verdict returns a line for each problem.
func verdict(t *testing.T, path string, tables ...string) (lines []string) {
	t.Helper()
	report, err := upkeep.Check(t.Context(), upkeep.CheckOptions{Path: path, Tables: tables})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range report.Checks {
		for _, p := range c.Problems {
			lines = append(lines, strings.TrimSpace(c.Name+": "+p.Table+" "+p.Key)+": "+p.What)
		}
	}
	return lines
}

func TestCheckFindsNothingWhereAllIsInOrder(t *testing.T) {
	path := filled(t)
	report, err := upkeep.Check(t.Context(), upkeep.CheckOptions{Path: path, Tables: []string{"schema_info"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range report.Checks {
		if c.Found != 0 {
			t.Errorf("%s: %+v", c.Name, c.Problems)
		}
	}
	if report.Dealers != 1 || report.Sites != 1 || report.Contacts != 2 || report.Validations != 1 || report.Level == 0 {
		t.Errorf("counted %+v", report.Contents)
	}
}

// spoilings are changes of a database, and what rollcall check says of each.
var spoilings = []struct {
	name  string
	spoil []string
	want  string
}{
	{"a count", []string{`UPDATE sites SET contact_count = 5`},
		"counters: sites dealer_1/site_1: contact_count is not the number of its contacts"},
	{"a gap in a call list", []string{`UPDATE contacts SET position = 3 WHERE position = 2`},
		"counters: sites dealer_1/site_1: the positions of its contacts are not 1, 2, 3 and so on"},
	{"two contacts at one position", []string{`UPDATE contacts SET position = 1`},
		"counters: sites dealer_1/site_1: the positions of its contacts are not 1, 2, 3 and so on"},
	{"a place of contacts", []string{`UPDATE sites SET contact_seq = 1`}, "counters: sites dealer_1/site_1: contact_seq is behind its newest contact"},
	{"a count of sites", []string{`UPDATE dealers SET site_count = 5`}, "counters: dealers dealer_1: site_count is not the number of its sites"},
	{"a place of sites", []string{`UPDATE dealers SET site_seq = 0`}, "counters: dealers dealer_1: site_seq is behind its newest site"},
	{"a place of messages", []string{`UPDATE dealers SET captured_seq = 0`}, "counters: dealers dealer_1: captured_seq is behind its newest message"},
	{"a second head", []string{`INSERT INTO audit_heads VALUES ('dealer_1', 'site_1', 1, zeroblob(32), zeroblob(32))`},
		"counters: audit_heads dealer_1/site_1: its site has a head of its own"},
	{"a line without a dealer", []string{`INSERT INTO audit_lines (dealer_id, site_id, seq, at, actor, request_id, action, subject, hash, pos)
		VALUES ('dealer_9', '', 1, 1, '', '', 'test', '', zeroblob(32), 1)`}, "counters: audit_lines dealer_9: its dealer does not exist"},
	{"an orphan without rowid", []string{`INSERT INTO contacts SELECT dealer_id, 'site_2', 9, 'contact_9', NULL, first_name, last_name,
		type, role, language, prefers_email, prefers_sms, prefers_push, created_at, updated_at, deleted_at, version, state_version, search,
		position, dispatch, availability, absences, effective_at, expires_at FROM contacts LIMIT 1`,
		`INSERT INTO points (dealer_id, site_id, contact_seq, place, point_id, kind, value, value_key, e164, cause, extension, label, status, method, not_in_service, status_before)
		SELECT dealer_id, 'site_2', 9, place, point_id, kind, value, value_key, e164, cause, extension, label, status, method, not_in_service, status_before FROM points WHERE contact_seq = 1`}, "foreign keys: contacts dealer_1/site_2/9: it refers to a missing row of sites"},
	{"an orphan with rowid", []string{`DELETE FROM captured_messages`, `UPDATE validations SET contact_seq = 7`},
		"foreign keys: validations dealer_1/val_1: it refers to a missing row of contacts"},
	{"scopes", []string{`UPDATE api_keys SET scopes = 'everything'`}, "rows: api_keys dealer_1/key_1: the row cannot be read"},
	{"a name that search does not find", []string{`UPDATE contacts SET first_name = 'Ada' WHERE contact_id = 'contact_2'`},
		"rows: contacts dealer_1/contact_2: the search text does not match the row"},
	{"a site that search does not find", []string{`UPDATE sites SET city = 'Springfield'`},
		"rows: sites dealer_1/site_1: the search text does not match the row"},
	{"a state", []string{`UPDATE points SET status = 'pending' WHERE kind = 'email' AND contact_seq = 1`},
		"validations: points dealer_1/contact_1/2: it is pending without an open validation"},
	{"a proof", []string{`UPDATE points SET status = 'stale', confirmed_at = 1 WHERE kind = 'phone' AND contact_seq = 2`},
		"validations: points dealer_1/contact_2/1: it is confirmed without a confirmed validation"},
	{"a contact of a validation", []string{`UPDATE validations SET contact_id = 'contact_9'`}, "validations: validations dealer_1/val_1: its contact has another identifier"},
	{"a value", []string{`UPDATE contacts SET type = 'friend' WHERE contact_id = 'contact_1'`}, "integrity:: CHECK constraint failed in contacts"},
	{"the key of an e-mail", []string{`UPDATE points SET value_key = 'x' WHERE kind = 'email' AND contact_seq = 1`},
		"rows: contacts dealer_1/contact_1: value_key is not the key of its value"},
	{"a place of points", []string{`DELETE FROM points WHERE kind = 'phone' AND contact_seq = 1`},
		"rows: contacts dealer_1/contact_1: the places of its points are not 1, 2 and so on"},
	{"a table", []string{`DROP TABLE river_job`}, "schema: river_job: the table is missing; run rollcall migrate"},
}

func TestCheckNamesWhatIsWrong(t *testing.T) {
	for _, c := range spoilings {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := filled(t)
			spoil(t, path, append([]string{`CREATE TABLE river_job (id INTEGER)`}, c.spoil...)...)
			got := verdict(t, path, "river_job")
			if len(got) != 1 || got[0] != c.want {
				t.Errorf("found:\n%s\nwant:\n%s", strings.Join(got, "\n"), c.want)
			}
			if strings.Contains(strings.Join(got, "\n"), filledPerson) {
				t.Error("a problem shows a name")
			}
		})
	}
}

func TestCheckFindsTwoOpenValidationsOfAPoint(t *testing.T) {
	path := filled(t)
	spoil(t, path, `DROP INDEX validations_open`, `INSERT INTO validations SELECT dealer_id, 'val_2', site_id, contact_seq, contact_id, point_id, point, method, recipient, extension, text,
		status, attempts, attempted_at, provider, provider_ref, failure_code, failure_message, created_at, sent_at, delivered_at,
		answered_at, answered_by, wrong_codes, expires_at, not_before, counted_at, NULL, NULL, NULL FROM validations`)
	got := strings.Join(verdict(t, path), "\n")
	want := "validations: validations dealer_1/val_1: its contact point has more than one open validation\n" +
		"validations: validations dealer_1/val_2: its contact point has more than one open validation"
	if got != want {
		t.Errorf("found:\n%s\nwant:\n%s", got, want)
	}
}

func TestCheckSeesOneMomentBesideAWriter(t *testing.T) {
	path := filled(t)
	db := opened(t, path)
	defer db.Close()
	ctx, stop := context.WithCancel(t.Context())
	wrote := make(chan error, 1)
	go func() {
		n := 0
		for ctx.Err() == nil {
			n++
			err := db.Update(context.Background(), func(ctx context.Context, tx service.Tx) error {
				return addContact(ctx, tx, rollcall.ContactID(fmt.Sprint("more_", n)))
			})
			if err != nil {
				wrote <- err
				return
			}
		}
		wrote <- nil
	}()
	for range 10 {
		if got := verdict(t, path); got != nil {
			t.Errorf("beside a writer: %s", got)
		}
	}
	stop()
	if err := <-wrote; err != nil {
		t.Error(err)
	}
}

// pageOf returns where the root of a table or an index is in the file.
func pageOf(t *testing.T, path, name string) int64 {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var page int64
	if err := db.QueryRow(`SELECT rootpage FROM sqlite_master WHERE name = $1`, name).Scan(&page); err != nil {
		t.Fatal(err)
	}
	return (page - 1) * 4096
}

// overwrite damages a page of the file.
func overwrite(t *testing.T, path string, at int64) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt([]byte(strings.Repeat("\xa5", 4096)), at); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestCheckGoesOnWhereAPageIsDamaged(t *testing.T) {
	path := filled(t)
	overwrite(t, path, pageOf(t, path, "contacts"))
	report, err := upkeep.Check(t.Context(), upkeep.CheckOptions{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	for _, c := range report.Checks {
		found[c.Name] = c.Found
	}
	if found["integrity"] == 0 || found["rows"] == 0 || found["schema"] != 0 || len(found) != 6 {
		t.Errorf("found %v", found)
	}
}
