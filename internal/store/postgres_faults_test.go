package store

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/store/engine"
	"example.org/rollcall/internal/testkit/pgtest"
)

// ask runs a statement on a database and returns its one value.
func ask(t *testing.T, url, statement string) string {
	t.Helper()
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var value sql.NullString
	if err := db.QueryRowContext(t.Context(), statement).Scan(&value); err != nil && !errors.Is(err, sql.ErrNoRows) {
		t.Fatal(err)
	}
	return value.String
}

// do runs statements on a database.
func do(t *testing.T, url string, statements ...string) {
	t.Helper()
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, statement := range statements {
		if _, err := db.ExecContext(context.Background(), statement); err != nil { // also when the test has ended
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

// TestPostgreSQLThatDoesNotFit checks that opening a database that cannot be used fails at once, with one line for the operator.
func TestPostgreSQLThatDoesNotFit(t *testing.T) {
	t.Parallel()
	url := pgtest.Database(t)
	base := url[:strings.LastIndex(url, "/")+1]
	name := url[strings.LastIndex(url, "/")+1 : strings.Index(url, "?")]
	do(t, url, `CREATE ROLE `+name+`_r LOGIN PASSWORD 'r'`, `CREATE DATABASE `+name+`_a TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'`,
		`ALTER DATABASE `+name+` SET default_transaction_read_only = off`)
	t.Cleanup(func() {
		do(t, base+"postgres?sslmode=disable", `DROP DATABASE IF EXISTS `+name+`_a WITH (FORCE)`, `DROP OWNED BY `+name+`_r`, `DROP ROLE `+name+`_r`)
	})
	at := strings.Index(base, "@")
	for what, c := range map[string]struct{ url, want string }{
		"another encoding": {base + name + "_a?sslmode=disable", "ENCODING 'UTF8'"},
		"a right is missing": {
			"postgres://" + name + "_r:r" + base[at:] + name + "?sslmode=disable", "GRANT",
		},
		"it can only be read": {url + "&default_transaction_read_only=on", "read-only"},
	} {
		t.Run(what, func(t *testing.T) {
			db, err := Open(t.Context(), Options{URL: c.url})
			if err == nil {
				err = db.Migrate(t.Context())
				if closing := db.Close(); closing != nil {
					t.Error(closing)
				}
			}
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%v; want %q in it", err, c.want)
			}
		})
	}
}

// TestLostConnectionsAreMadeAgain ends the connections of a database repeatedly while clients write: a change whose commit was
// not sent runs again, and each acknowledged change is stored once.
func TestLostConnectionsAreMadeAgain(t *testing.T) {
	t.Parallel()
	db := openPostgresDB(t, Options{})
	seedSite(t, db)
	const writers, each = 8, 40
	ended := make(chan struct{})
	var killer sync.WaitGroup
	killer.Go(func() {
		for {
			select {
			case <-ended:
				return
			case <-time.After(20 * time.Millisecond):
				ask(t, db.opts.URL, `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
					WHERE datname = current_database() AND application_name = 'rollcall' AND random() < 0.5`)
			}
		}
	})
	var all sync.WaitGroup
	var mu sync.Mutex
	acknowledged, unknown := 0, 0
	for range writers {
		all.Go(func() {
			for range each {
				err := db.Update(t.Context(), reserve)
				mu.Lock()
				switch {
				case err == nil:
					acknowledged++
				case rollcall.KindOf(err) != rollcall.Unavailable:
					t.Errorf("%v", err)
				case strings.Contains(err.Error(), "may or may not"):
					unknown++
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	close(ended)
	killer.Wait()
	site, _, err := lockedSite(t, db)
	if err != nil || int(site) < acknowledged || int(site) > acknowledged+unknown || acknowledged < writers*each/2 {
		t.Errorf("%d places are reserved, %d acknowledged, %d unknown: %v", site, acknowledged, unknown, err)
	}
}

func seedSite(t *testing.T, db *DB) {
	t.Helper()
	err := db.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
		if err := tx.InsertDealer(ctx, rollcall.Dealer{ID: "d", Name: "D", Country: "US", Language: "en"}); err != nil {
			return err
		}
		_, err := tx.InsertSite(ctx, rollcall.Site{Dealer: "d", ID: "s", Name: "S", Status: rollcall.SiteActive})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// reserve reserves the next place of the site.
func reserve(ctx context.Context, tx service.Tx) error {
	_, err := tx.ReserveContact(ctx, "d", rollcall.SiteRef{ID: "s"})
	return err
}

func lockedSite(t *testing.T, db *DB) (seq int64, count int, err error) {
	t.Helper()
	err = db.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
		slot, err := tx.ReserveContact(ctx, "d", rollcall.SiteRef{ID: "s"})
		seq, count = slot.Seq-1, slot.Count-1
		return err
	})
	return seq, count, err
}

// TestDeadlocksAreMadeAgain has two changes lock two rows in opposite orders, again and again.
func TestDeadlocksAreMadeAgain(t *testing.T) {
	t.Parallel()
	db := openPostgresDB(t, Options{})
	seedSite(t, db)
	lockDealer := func(ctx context.Context, tx service.Tx) error {
		_, err := tx.LockDealer(ctx, "d")
		return err
	}
	lockSite := func(ctx context.Context, tx service.Tx) error {
		_, _, err := tx.LockSite(ctx, "d", rollcall.SiteRef{ID: "s"})
		return err
	}
	orders := [2][2]func(context.Context, service.Tx) error{{lockDealer, lockSite}, {lockSite, lockDealer}}
	var met sync.WaitGroup
	met.Add(2)
	var all sync.WaitGroup
	var tries [2]int
	for i, order := range orders {
		all.Go(func() {
			err := db.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
				if err := order[0](ctx, tx); err != nil {
					return err
				}
				if tries[i]++; tries[i] == 1 {
					met.Done()
					met.Wait() // both have their first row now
				}
				return order[1](ctx, tx)
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if tries[0]+tries[1] != 3 {
		t.Errorf("tried %v times; want one of them twice", tries)
	}
}

// TestTextThatPostgreSQLCannotHold checks that no record has an identifier with U+0000, and that none is stored with it.
func TestTextThatPostgreSQLCannotHold(t *testing.T) {
	t.Parallel()
	db := openPostgresDB(t, Options{})
	seedSite(t, db)
	if _, err := db.Site(t.Context(), "d", rollcall.SiteRef{ID: "s\x00"}); rollcall.KindOf(err) != rollcall.SiteNotFound {
		t.Errorf("a site: %v", err)
	}
	if _, err := db.Contact(t.Context(), "d", rollcall.ContactRef{Site: rollcall.SiteRef{ID: "s"}, ID: "\x00"}); rollcall.KindOf(err) != rollcall.ContactNotFound {
		t.Errorf("a contact: %v", err)
	}
	err := db.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
		return tx.InsertDealer(ctx, rollcall.Dealer{ID: "e", Name: "\x00"})
	})
	if rollcall.KindOf(err) != rollcall.InvalidRequest {
		t.Errorf("a name: %v", err)
	}
}

// smallDisk mounts a disk of 40 MiB until the test ends, and returns its folder.
func smallDisk(t *testing.T) string {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("only root can mount a small disk")
	}
	folder := t.TempDir()
	if err := os.Chmod(filepath.Dir(folder), 0o755); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=40m,mode=0700", "tmpfs", folder).CombinedOutput(); err != nil {
		t.Skipf("a small disk cannot be mounted: %s", out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", "-l", folder).CombinedOutput(); err != nil {
			t.Errorf("%s", out)
		}
	})
	return folder
}

// TestPostgreSQLWithoutSpace fills the server's disk, a small one, and frees it again.
func TestPostgreSQLWithoutSpace(t *testing.T) {
	t.Parallel()
	folder := smallDisk(t)
	server := pgtest.New(t, pgtest.Options{})
	if err := server.Own(folder); err != nil {
		t.Fatal(err)
	}
	url := server.URL("postgres")
	db, err := Open(t.Context(), Options{URL: url, Connections: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	seedSite(t, db)
	do(t, url, `CREATE TABLESPACE small LOCATION '`+folder+`'`, `ALTER TABLE dealers SET TABLESPACE small`)
	name := strings.Repeat("x", 1_000_000)
	add := func(id string) error {
		return db.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
			return tx.InsertDealer(ctx, rollcall.Dealer{ID: rollcall.DealerID(id), Name: random(name, id)})
		})
	}
	stored := []string{}
	for n := range 200 {
		id := "dealer" + strings.Repeat("i", n)
		if err = add(id); err != nil {
			break
		}
		stored = append(stored, id)
	}
	if rollcall.KindOf(err) != rollcall.Unavailable || !strings.Contains(db.Advice(engine.Cause(err)), "no space") {
		t.Fatalf("after %d: %v", len(stored), err)
	}
	if err := db.Ready(t.Context()); err != nil {
		t.Errorf("reading goes on: %v", err)
	}
	do(t, url, `ALTER TABLE dealers SET TABLESPACE pg_default`)
	if err := add("after"); err != nil {
		t.Errorf("writing goes on once there is space: %v", err)
	}
	for _, id := range stored {
		if _, err := db.Dealer(t.Context(), rollcall.DealerID(id)); err != nil {
			t.Errorf("an acknowledged dealer: %v", err)
		}
	}
}

// random returns a text of the length of like that cannot be compressed.
func random(like, seed string) string {
	text := make([]byte, len(like))
	state := uint64(len(seed))*2862933555777941757 + 3037000493
	for i := range text {
		state = state*6364136223846793005 + 1442695040888963407
		text[i] = 'a' + byte(state>>59)%26
	}
	return string(text)
}
