package systemtest_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"example.org/rollcall/internal/testkit/pgtest"
)

// add creates contacts at the quay.
func (c *client) add(t *testing.T, from, to int) {
	t.Helper()
	for n := from; n < to; n++ {
		body := fmt.Sprintf(`{"contact_id": "ann-%d", "first_name": "Ann", "last_name": "Lee", "email": "ann%d@example.org", "type": "primary"}`, n, n)
		c.must(t, 201, "POST", contactsOf("quay"), body)
	}
}

// wantMade checks that f has read one contact.created of each contact up to a number, and of no other.
func (f *follower) wantMade(t *testing.T, to int) {
	t.Helper()
	for n := range to {
		if times := f.made[fmt.Sprint("ann-", n)]; times != 1 {
			t.Errorf("contact.created of ann-%d was read %d times, want once", n, times)
		}
	}
	if len(f.made) != to {
		t.Errorf("contact.created was read of %d contacts, want %d", len(f.made), to)
	}
}

// TestCursorsAfterARestore follows the events over a restored backup: a cursor from before the backup continues, and one that has seen
// what was lost has expired, also when other lines have taken its place.
func TestCursorsAfterARestore(t *testing.T) {
	t.Parallel()
	folder, restored := t.TempDir(), filepath.Join(t.TempDir(), "restored")
	_, key := prepare(t, folder, "quay")
	server, url := serve(t, folder)
	c := newClient(t, url, key)
	c.add(t, 0, 10)
	before, after := newFollower(), newFollower()
	before.readAll(t, c)
	file := filepath.Join(t.TempDir(), "backup.db")
	run(t, "backup", "--data", folder, "--to", file)
	c.add(t, 100, 103)
	after.readAll(t, c)
	server.Kill(t)
	run(t, "restore", "--from", file, "--data", restored, "--secret-file", filepath.Join(folder, "secret"))
	_, url = serve(t, restored, "--secret-file", filepath.Join(folder, "secret"))
	c = newClient(t, url, key)
	for lines := 10; lines <= 30; lines += 10 { // fewer lines than the cursor has seen, and more
		c.must(t, 410, "GET", "/ext/v1/events?after="+after.after, "")
		c.add(t, lines, lines+10)
		before.readAll(t, c)
	}
	before.wantMade(t, 40)
	before.check(t, c)
}

// TestCursorsAfterAMove follows the events from SQLite to PostgreSQL and back.
func TestCursorsAfterAMove(t *testing.T) {
	t.Parallel()
	folder, back, database := t.TempDir(), filepath.Join(t.TempDir(), "back"), pgtest.Database(t)
	_, key := prepare(t, folder, "quay")
	secret := filepath.Join(folder, "secret")
	reader := newFollower()
	made := 0
	step := func(folder string, flags ...string) {
		t.Helper()
		server, url := serve(t, folder, flags...)
		c := newClient(t, url, key)
		reader.readAll(t, c)
		c.add(t, made, made+5)
		made += 5
		reader.readAll(t, c)
		c.add(t, made, made+5) // read after the move
		made += 5
		server.Kill(t)
	}
	step(folder)
	run(t, "migrate-data", "--from", folder, "--to", database)
	step(t.TempDir(), "--database-url", database, "--secret-file", secret)
	run(t, "migrate-data", "--from", database, "--to", back)
	step(back, "--secret-file", secret)
	_, url := serve(t, back, "--secret-file", secret)
	c := newClient(t, url, key)
	reader.readAll(t, c)
	reader.wantMade(t, made)
	reader.check(t, c)
}
