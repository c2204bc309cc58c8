package systemtest_test

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// crashed makes a folder as a crash leaves it: with changes in the log that are not in the file of the database.
func crashed(t *testing.T) (folder, key string, acked []int64) {
	t.Helper()
	folder = t.TempDir()
	sites := loadSites(2)
	_, key = prepare(t, folder, sites...)
	server, url := serve(t, folder)
	l := startLoad(t, newClient(t, url, key), sites)
	l.await(t, "writing", func() bool { return l.total() >= 40 })
	l.end()
	server.Kill(t)
	return folder, key, counts(l.acked)
}

// refuseToServe starts a server, which must end with status 1 and one line of error that has each of these texts.
func refuseToServe(t *testing.T, p *process, want ...string) {
	t.Helper()
	status := p.Wait(t)
	var said []string
	for line := range strings.Lines(p.Errs.String()) {
		if strings.HasPrefix(line, "rollcall: ") {
			said = append(said, line)
		}
	}
	if status != 1 || len(said) != 1 || strings.Contains(p.Errs.String(), "msg=ready") {
		t.Fatalf("status %d, %d lines of error:\n%s", status, len(said), p.Errs)
	}
	for _, text := range want {
		if !strings.Contains(said[0], text) {
			t.Errorf("said:\n%swant %q in it", said[0], text)
		}
	}
	t.Log(strings.TrimSpace(said[0]))
}

// TestDamagedFolderIsRefused starts a server on what a crash and then somebody or something else left. It must say what
// to do, and must change nothing: once the parts are back, all that was acknowledged is there.
func TestDamagedFolderIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		damage func(t *testing.T, database string)
		want   []string
	}{
		{"the file is missing, its log is not", func(t *testing.T, database string) { remove(t, database) },
			[]string{"is missing or empty, but rollcall.db-wal", "put the file back", "restore a backup"}},
		{"the file is empty, its log is there", func(t *testing.T, database string) { cut(t, database, 0) },
			[]string{"is missing or empty, but rollcall.db-wal", "put the file back", "restore a backup"}},
		{"the log is missing", func(t *testing.T, database string) { remove(t, database+"-wal") },
			[]string{"rollcall.db-wal is missing", "put it back", "restore a backup"}},
		{"garbage", func(t *testing.T, database string) {
			overwrite(t, database, bytes.Repeat([]byte("garbage "), 8192), 0)
			remove(t, database+"-wal")
			remove(t, database+"-shm")
		}, []string{"is damaged or not a database of Rollcall", "restore a backup"}},
		{"half of the file", func(t *testing.T, database string) {
			checkInOrder(t, filepath.Dir(database)) // which leaves all in the file when it closes it
			cut(t, database, 16384)
		}, []string{"is damaged or not a database of Rollcall", "restore a backup"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			folder, _, acked := crashed(t)
			kept := keep(t, folder)
			database := filepath.Join(folder, "rollcall.db")
			c.damage(t, database)
			refuseToServe(t, start(t, serveArgs(folder)...), c.want...)
			for name, content := range kept {
				if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			serve(t, folder)
			checkPrefix(t, folder, loadSites(2), acked, acked)
		})
	}
}

// keep reads the files of a database into memory.
func keep(t *testing.T, folder string) map[string][]byte {
	t.Helper()
	kept := map[string][]byte{}
	for _, name := range []string{"rollcall.db", "rollcall.db-wal"} {
		content, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		kept[name] = content
	}
	if len(kept["rollcall.db-wal"]) == 0 {
		t.Fatal("the log is empty: the test shows nothing")
	}
	return kept
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

func cut(t *testing.T, path string, size int64) {
	t.Helper()
	if err := os.Truncate(path, size); err != nil {
		t.Fatal(err)
	}
}

func overwrite(t *testing.T, path string, content []byte, at int64) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt(content, at); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

const damagedLine = "the database is damaged; this server counts as not ready"

// TestDamagedPageFoundWhileServing damages the first page of a table and of its indexes under a running server.
func TestDamagedPageFoundWhileServing(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	_, key := prepare(t, folder, "quay")
	db := database(t, folder)
	pages := splitList(ask(t, db, `SELECT 4096 * (rootpage - 1) FROM sqlite_master WHERE tbl_name = 'contacts'`))
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	server, url := serve(t, folder)
	c := newClient(t, url, key)
	c.must(t, 200, "GET", "/readyz", "")
	for _, page := range pages {
		overwrite(t, filepath.Join(folder, "rollcall.db"), bytes.Repeat([]byte{0xa5}, 4096), number(t, page))
	}
	status, answer, err := c.call(t.Context(), http.MethodGet, contactsOf("quay"), "")
	if err != nil || status != 503 || answer["error"].(object)["code"] != "unavailable" {
		t.Errorf("a damaged page: %d %v %v", status, answer, err)
	}
	c.must(t, 503, "GET", "/readyz", "")
	c.must(t, 200, "GET", "/healthz", "")
	if log := server.Errs.String(); strings.Count(log, damagedLine) != 1 || !strings.Contains(log, "restore a backup into another one") {
		t.Errorf("the log does not say what to do:\n%s", log)
	}
	p := start(t, "check", "--data", folder)
	if p.Wait(t) != 1 || !strings.Contains(p.Out.String(), "integrity") {
		t.Errorf("check found nothing:\n%s%s", p.Out, p.Errs)
	}
	p = start(t, "backup", "--data", folder, "--to", filepath.Join(t.TempDir(), "backup.db"))
	if p.Wait(t) != 1 || !strings.Contains(p.Errs.String(), "damaged") {
		t.Errorf("it was backed up:\n%s%s", p.Out, p.Errs)
	}
}

// TestACutLogIsFoundByNotedHeads cuts the log of a crashed server in half. SQLite takes the rest for changes that were never
// committed, so the server starts and nothing but the audit's heads, noted elsewhere, shows what is lost.
func TestACutLogIsFoundByNotedHeads(t *testing.T) {
	t.Parallel()
	folder, _, _ := crashed(t)
	whole := t.TempDir()
	if err := os.CopyFS(whole, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	heads := filepath.Join(t.TempDir(), "heads.txt")
	if err := os.WriteFile(heads, []byte(run(t, "audit", "verify", "--data", whole, "--heads")), 0o600); err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(folder, "rollcall.db-wal")
	info, err := os.Stat(log)
	if err != nil {
		t.Fatal(err)
	}
	cut(t, log, info.Size()/2)
	server, _ := serve(t, folder)
	server.Kill(t)
	checkInOrder(t, folder)
	run(t, "audit", "verify", "--data", folder)
	verify := start(t, "audit", "verify", "--data", folder, "--expect", "@"+heads)
	if status := verify.Wait(t); status != 1 {
		t.Errorf("audit verify --expect = %d, want 1:\n%s", status, verify.Errs)
	}
}
