package systemtest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/rollcall/internal/service"
)

// TestBackupUnderLoad takes backups while clients write, and holds what each restores to against what was acknowledged
// when it began and sent when it ended: for each client a prefix, whose end is between the two.
func TestBackupUnderLoad(t *testing.T) {
	t.Parallel()
	const backups = 3
	folder, sites := t.TempDir(), loadSites(16)
	_, key := prepare(t, folder, sites...)
	_, url := serve(t, folder, "--max-contacts-per-site", "1000000")
	l := startLoad(t, newClient(t, url, key), sites)
	file := filepath.Join(t.TempDir(), "backup.db")
	grew := int64(0)
	for i := range backups {
		l.await(t, "writing goes on", func() bool { return l.total() >= grew+200 })
		least := counts(l.acked)
		before := l.total()
		_, quiet, quiet99 := l.percentiles()
		made := runJSON(t, "backup", "--data", folder, "--to", file, "--force")
		most := counts(l.sent)
		grew = l.total()
		_, busy, busy99 := l.percentiles()
		t.Logf("backup %d: %v contacts in %v s, %d acknowledged meanwhile; a write took %v (p99 %v), before it %v (p99 %v)",
			i, made["contacts"], made["seconds"], grew-before, busy, busy99, quiet, quiet99)
		restored := filepath.Join(t.TempDir(), "restored")
		back := runJSON(t, "restore", "--from", file, "--data", restored)
		if back["contacts"] != made["contacts"] || back["taken_at"] != made["taken_at"] {
			t.Errorf("restored %v, want %v", back, made)
		}
		checkPrefix(t, restored, sites, least, most)
		checkInOrder(t, restored)
	}
	l.end()
	checkInOrder(t, folder)
}

// checkInOrder fails where rollcall check does.
func checkInOrder(t *testing.T, folder string) {
	t.Helper()
	if verdict := runJSON(t, "check", "--data", folder); verdict["ok"] != true || verdict["problems"] != 0.0 {
		t.Errorf("check: %v", verdict)
	}
}

// TestARestoredServerGoesOn serves what was restored, once the secret is there: keys work, and writing goes on.
func TestARestoredServerGoesOn(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	_, key := prepare(t, folder, "quay")
	file := filepath.Join(t.TempDir(), "backup.db")
	run(t, "backup", "--data", folder, "--to", file)
	restored := filepath.Join(t.TempDir(), "restored")
	out := run(t, "restore", "--from", file, "--data", restored)
	if !strings.Contains(out, "Put the secret of the server") {
		t.Errorf("nothing about the secret:\n%s", out)
	}
	if _, err := os.Stat(filepath.Join(restored, "secret")); err == nil {
		t.Error("the backup held the secret")
	}
	refuseToServe(t, start(t, serveArgs(restored)...), "the server secret cannot be read", "put its file back")
	secret, err := os.ReadFile(filepath.Join(folder, "secret"))
	if err == nil {
		err = os.WriteFile(filepath.Join(restored, "secret"), secret, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	_, url := serve(t, restored)
	newClient(t, url, key).must(t, 201, "POST", contactsOf("quay"), `{"first_name": "Ada", "last_name": "Q", "email": "ada@example.com", "type": "primary"}`)
	for _, target := range []string{folder, restored} {
		p := start(t, "restore", "--from", file, "--data", target)
		if p.Wait(t) != 1 || strings.Count(p.Errs.String(), "\n") != 1 {
			t.Errorf("restored over a database:\n%s%s", p.Out, p.Errs)
		}
	}
	if err := os.Rename(filepath.Join(restored, "rollcall.db"), filepath.Join(restored, "moved.db")); err != nil {
		t.Fatal(err)
	}
	p := start(t, "restore", "--from", file, "--data", restored)
	if p.Wait(t) != 1 || !strings.Contains(p.Errs.String(), "a server runs on") {
		t.Errorf("restored under a server:\n%s%s", p.Out, p.Errs)
	}
}

// TestCommandsBesideALoadedServer runs commands that write while clients do.
func TestCommandsBesideALoadedServer(t *testing.T) {
	t.Parallel()
	const rounds, imported = 3, 300
	folder, sites := t.TempDir(), loadSites(16)
	dealer, key := prepare(t, folder, sites...)
	server, url := serve(t, folder, "--max-contacts-per-site", "1000000")
	c := newClient(t, url, key)
	l := startLoad(t, c, sites)
	file := filepath.Join(t.TempDir(), "sites.csv")
	for round := range rounds {
		other := runJSON(t, "dealer", "create", "--name", fmt.Sprint("Dealer ", round), "--data", folder)["dealer_id"].(string)
		made := runJSON(t, "key", "create", "--dealer", string(dealer), "--scopes", "sites:read", "--data", folder)
		run(t, "site", "create", "--dealer", other, "--name", "Pier 9", "--data", folder)
		var rows strings.Builder
		rows.WriteString("site_id,name\n")
		for i := range imported {
			fmt.Fprintf(&rows, "import-%d-%d,Pier %d\n", round, i, i)
		}
		if err := os.WriteFile(file, []byte(rows.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		run(t, "site", "import", file, "--dealer", string(dealer), "--data", folder)
		theirs := newClient(t, url, made["api_key"].(string))
		theirs.must(t, 200, "GET", fmt.Sprintf("/ext/v1/sites/import-%d-%d", round, imported-1), "")
		run(t, "key", "revoke", made["key_id"].(string), "--dealer", string(dealer), "--data", folder)
		theirs.must(t, 401, "GET", "/ext/v1/sites", "")
	}
	l.await(t, "writing goes on", func() bool { return l.total() > 100 })
	l.end()
	if l.refused.Load() > 0 {
		t.Errorf("%d requests were answered 503:\n%s", l.refused.Load(), faults(server))
	}
	checkInOrder(t, folder)
	acked := counts(l.acked)
	checkPrefix(t, folder, sites, acked, acked)
	found, total, err := open(t, folder).Service().Sites(t.Context(), service.Caller{Dealer: dealer}, service.SiteQuery{})
	if err != nil || total != len(sites)+rounds*imported {
		t.Errorf("%d sites, %d in all, %v; want %d", len(found), total, err, len(sites)+rounds*imported)
	}
}

// faults returns the lines of a server's log that say what went wrong.
func faults(server *process) string {
	var lines strings.Builder
	for line := range strings.Lines(server.Errs.String()) {
		if strings.Contains(line, "level=ERROR") {
			lines.WriteString(line)
		}
	}
	return fmt.Sprintf("%.4000s", lines.String())
}
