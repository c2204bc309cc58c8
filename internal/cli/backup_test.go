package cli

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	_ "github.com/ncruces/go-sqlite3/driver"
)

func TestBackupRestoreCheck(t *testing.T) {
	data, dealer := newDealer(t)
	succeed(t, "site", "create", "--dealer", dealer, "--name", "Pier 9", "--data", data)
	folder := t.TempDir()
	file := filepath.Join(folder, "backup.db")
	matches(t, succeed(t, "backup", "--data", data, "--to", file),
		`Backed up [\d.]+ KiB to `+regexp.QuoteMeta(file)+` in [\d.]+m?s: 1 dealer, 1 site, 0 contacts, 0 validations\.
The server's secret is not in the backup: keep a copy of `+regexp.QuoteMeta(data)+`/secret elsewhere\.
`)
	same(t, succeedJSON(t, "backup", "--data", data, "--to", file, "--force"), `{"file": "`+file+`", "dealers": 1, "sites": 1, "contacts": 0,
		"validations": 0, "taken_at": "time", "has_secret": true}`)
	restored := filepath.Join(folder, "restored")
	matches(t, succeed(t, "restore", "--from", file, "--data", restored),
		`Restored [\d.]+ KiB into `+regexp.QuoteMeta(restored)+` in [\d.]+m?s: 1 dealer, 1 site, 0 contacts, 0 validations\.
The backup was taken at \S+Z, \d+ seconds? ago; later changes are not in it\.
Put the secret of the server that was backed up into .*
`)
	checkModes(t, restored)
	matches(t, succeed(t, "check", "--data", restored), `CHECK +RESULT
integrity +ok
foreign keys +ok
schema +ok
counters +ok
validations +ok
rows +ok
readiness +ok
audit, signatures not checked +ok

Read 1 dealer, 1 site, 0 contacts, 0 validations in [\d.µ]+m?s\.
`)
	secret, err := os.ReadFile(filepath.Join(data, "secret"))
	if err == nil {
		err = os.WriteFile(filepath.Join(restored, "secret"), secret, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	same(t, succeedJSON(t, "site", "list", "--dealer", dealer, "--data", restored), `{"sites": [{"name": "Pier 9"}]}`)
	refuse(t, []refusal{
		{[]string{"backup", "--data", data, "--to", file}, 1, "rollcall: " + file + " already exists; name another file, or replace it with --force\n"},
		{[]string{"restore", "--from", file, "--data", restored}, 1, "rollcall: " + filepath.Join(restored, "rollcall.db") +
			" already exists; restore into a folder without a database, or first move it away with the files beside it\n"},
		{[]string{"check", "--data", folder}, 1, "rollcall: " + folder + " has no Rollcall database; check --data, or create one with " +
			"`rollcall dealer create --name NAME --data " + folder + "`\n"},
		{[]string{"backup", "--data", data, "--to", ""}, 2, "rollcall: set the file to write with --to FILE\nSee `rollcall backup --help`.\n"},
		{[]string{"restore", "--data", data, "--from", ""}, 2, "rollcall: name the backup with --from FILE\nSee `rollcall restore --help`.\n"},
	})
}

func TestCheckNamesProblems(t *testing.T) {
	data, dealer := newDealer(t)
	succeed(t, "site", "create", "--dealer", dealer, "--name", "Pier 9", "--site-id", "site_1", "--data", data)
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(data, "rollcall.db"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`UPDATE sites SET contact_count = 3`); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	r := run(t, "check", "--data", data)
	wantErr := "rollcall: " + data + " has 1 problem; keep a copy of the folder as it is, and restore a backup unless you know the cause\n"
	if r.status != exitFailed || r.err != wantErr || !strings.Contains(r.out, "counters       1 problem\n") ||
		!strings.Contains(r.out, "\ncounters:\n  sites "+dealer+"/site_1: contact_count is not the number of its contacts\n") {
		t.Errorf("check: status %d, want 1 with the wrong counter:\n%s%s", r.status, r.out, r.err)
	}
	r = run(t, "check", "--data", data, "--format", "json")
	if r.status != exitFailed {
		t.Errorf("check as JSON: status %d, want 1", r.status)
	}
	same(t, object(t, r.out), `{"ok": false, "problems": 1, "checks": [{"name": "integrity"}, {"name": "foreign keys"}, {"name": "schema"},
		{"name": "counters", "problems": 1, "first": [{"table": "sites", "key": "`+dealer+`/site_1", "problem": "any"}]},
		{"name": "validations"}, {"name": "rows", "first": []}]}`)
}

func TestRestoreKeepsASecretThatIsThere(t *testing.T) {
	data, _ := newDealer(t)
	file := filepath.Join(t.TempDir(), "backup.db")
	succeed(t, "backup", "--data", data, "--to", file)
	target := t.TempDir()
	secret, err := os.ReadFile(filepath.Join(data, "secret"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(target, "secret"), secret, 0o600); err != nil {
		t.Fatal(err)
	}
	if out := succeed(t, "restore", "--from", file, "--data", target); strings.Contains(out, "Put the secret") {
		t.Errorf("it asks for a secret that is there:\n%s", out)
	}
	kept, err := os.ReadFile(filepath.Join(target, "secret"))
	if err != nil || string(kept) != string(secret) {
		t.Errorf("restore changed the secret: %v", err)
	}
}

func TestRestoreRefusesAFolderWithOtherFiles(t *testing.T) {
	data, _ := newDealer(t)
	file := filepath.Join(t.TempDir(), "backup.db")
	succeed(t, "backup", "--data", data, "--to", file)
	target := t.TempDir()
	if err := os.WriteFile(filepath.Join(target, "notes.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	refuse(t, []refusal{{[]string{"restore", "--from", file, "--data", target}, 1,
		"rollcall: " + target + " is not empty: it has notes.txt; choose an empty folder\n"}})
	if _, err := os.Stat(filepath.Join(target, databaseFile)); err == nil {
		t.Error("it was restored all the same")
	}
}

// TestBackupReplacesBackupsAlone names with --force what is no backup: nothing of it may be lost.
func TestBackupReplacesBackupsAlone(t *testing.T) {
	data, _ := newDealer(t)
	other, _ := newDealer(t)
	notes, file := filepath.Join(t.TempDir(), "notes.txt"), filepath.Join(t.TempDir(), "backup.db")
	if err := os.WriteFile(notes, []byte("notes"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(other, "serve.lock"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{
		filepath.Join(data, "secret"), filepath.Join(data, "..", filepath.Base(data), "secret"), filepath.Join(data, "Secret"),
		filepath.Join(data, "rollcall.db"), filepath.Join(data, "rollcall.db-wal"), filepath.Join(data, "rollcall.db.new"),
		filepath.Join(data, "serve.lock"), filepath.Join(other, "secret"), filepath.Join(other, "rollcall.db"), notes,
		filepath.Join(other, "serve.lock"), // empty, and held by a server
	} {
		before, _ := os.ReadFile(target)
		r := run(t, "backup", "--data", data, "--to", target, "--force")
		if r.status != exitFailed || !strings.Contains(r.err, "name another file") {
			t.Errorf("backup --to %s --force: status %d, %swant it refused", target, r.status, r.err)
		}
		if after, _ := os.ReadFile(target); !bytes.Equal(before, after) {
			t.Errorf("backup --to %s --force changed it", target)
		}
	}
	succeed(t, "backup", "--data", data, "--to", file)
	succeed(t, "backup", "--data", data, "--to", file, "--force")
}

func TestCheckWalksTheAudit(t *testing.T) {
	data, dealer := newDealer(t)
	same(t, succeedJSON(t, "check", "--data", data), `{"ok": true}`)
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(data, "rollcall.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), `UPDATE audit_lines SET actor = 'nobody' WHERE seq = 1`); err != nil {
		t.Fatal(err)
	}
	r := run(t, "check", "--data", data)
	if want := dealer + "//1: it or the line before it was changed"; r.status != exitFailed || !strings.Contains(r.out, want) {
		t.Errorf("status %d\n%swant %s", r.status, r.out, want)
	}
}

// What a damaged file says to an operator is what to do, never that of an API to its caller.
func TestDamagedFileSaysWhatToDo(t *testing.T) {
	data, dealer := newDealer(t)
	file := filepath.Join(t.TempDir(), "backup.db")
	succeed(t, "backup", "--data", data, "--to", file)
	damage(t, filepath.Join(data, databaseFile), "schema_info")
	damage(t, file, "schema_info")
	database := filepath.Join(data, databaseFile) + " is damaged or not a database of Rollcall; restore a backup, or choose another folder: "
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"check", "--data", data}, database},
		{[]string{"audit", "verify", "--data", data}, database},
		{[]string{"site", "list", "--dealer", dealer, "--data", data}, database},
		{[]string{"backup", "--data", data, "--to", file + ".2"}, database},
		{[]string{"restore", "--from", file, "--data", t.TempDir()}, file + " is damaged or not a backup of Rollcall; restore another one: "},
	} {
		r := run(t, c.args...)
		if r.status != exitFailed || !strings.HasPrefix(r.err, "rollcall: "+c.want) || strings.Count(r.err, "\n") != 1 {
			t.Errorf("%s: status %d\n%swant %s", c.args[0], r.status, r.err, c.want)
		}
	}
}

// damage overwrites the first page of a table.
func damage(t *testing.T, path, table string) {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	var page int64
	if err := db.QueryRow(`SELECT rootpage FROM sqlite_master WHERE name = ?`, table).Scan(&page); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt(bytes.Repeat([]byte{0xa5}, 4096), 4096*(page-1)); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
