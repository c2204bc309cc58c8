package upkeep_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/store/upkeep"
)

func backUp(t *testing.T, from, to string) upkeep.Copied {
	t.Helper()
	done, err := upkeep.Backup(t.Context(), upkeep.CopyOptions{From: from, To: to, At: moment()})
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func TestBackupAndRestore(t *testing.T) {
	path := filled(t)
	db := opened(t, path) // in use
	defer db.Close()
	folder, other := t.TempDir(), t.TempDir()
	file := filepath.Join(folder, "nightly.db")
	var last, all int64
	done, err := upkeep.Backup(t.Context(), upkeep.CopyOptions{
		From: path, To: file, At: moment(), Progress: func(d, a int64) { last, all = d, a },
	})
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 || info.Size() != done.Bytes || done.Contacts != 2 || done.Level == 0 {
		t.Errorf("%v, %+v, %v", info, done, err)
	}
	if last == 0 || last != all {
		t.Errorf("progress ended at %d of %d", last, all)
	}
	if got := filesOf(t, folder); got != "nightly.db" {
		t.Errorf("left behind: %s", got)
	}
	before := content(t, file)
	back, err := upkeep.Restore(t.Context(), upkeep.CopyOptions{From: file, To: filepath.Join(other, "rollcall.db")})
	if err != nil || back.Contacts != 2 || !back.At.Equal(moment().Truncate(time.Second)) {
		t.Errorf("%+v, %v", back, err)
	}
	if got := filesOf(t, other) + " " + filesOf(t, folder); got != "rollcall.db nightly.db" || !bytes.Equal(content(t, file), before) {
		t.Errorf("restoring changed the backup, or left %s", got)
	}
	restored := opened(t, filepath.Join(other, "rollcall.db"))
	c, err := restored.Contact(t.Context(), filledDealer, rollcall.ContactRef{Site: rollcall.SiteRef{ID: "site_1"}, ID: "contact_2"})
	if err != nil || c.FirstName != filledPerson {
		t.Errorf("restored %+v, %v", c, err)
	}
	if err := restored.Close(); err != nil {
		t.Error(err)
	}
	if got := verdict(t, filepath.Join(other, "rollcall.db")); got != nil {
		t.Errorf("restored with %s", got)
	}
}

func content(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestBackupRefusesATarget(t *testing.T) {
	path := filled(t)
	folder := t.TempDir()
	file := filepath.Join(folder, "a.db")
	for _, c := range []struct {
		name, to string
		there    []string
		replace  bool
		want     string
	}{
		{"there", file, []string{file}, false, "already exists; name another file, or replace it with --force"},
		{"a folder", folder, nil, true, "is a folder; name a file in it"},
		{"no folder", filepath.Join(folder, "none", "a.db"), nil, false, "cannot be written: no such file or directory"},
		{"the database", path, nil, true, "is the database itself; name another file"},
		{"a log beside", file, []string{file + "-wal"}, false, "-wal would be taken for a part of the backup"},
	} {
		for _, name := range c.there {
			if err := os.WriteFile(name, []byte("mine"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		_, err := upkeep.Backup(t.Context(), upkeep.CopyOptions{From: path, To: c.to, Replace: c.replace, At: moment()})
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), ".part") {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
		for _, name := range c.there {
			if string(content(t, name)) != "mine" {
				t.Errorf("%s: the file was changed", c.name)
			}
			if err := os.Remove(name); err != nil {
				t.Fatal(err)
			}
		}
	}
	if got := filesOf(t, folder); got != "" {
		t.Errorf("left behind: %s", got)
	}
}

func TestABackupThatFailsLeavesTheLastOne(t *testing.T) {
	path := filled(t)
	file := filepath.Join(t.TempDir(), "a.db")
	backUp(t, path, file)
	before := content(t, file)
	overwrite(t, path, pageOf(t, path, "contacts"))
	_, err := upkeep.Backup(t.Context(), upkeep.CopyOptions{From: path, To: file, Replace: true, At: moment()})
	if err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("a damaged database: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := upkeep.Backup(ctx, upkeep.CopyOptions{From: path, To: file, Replace: true, At: moment()}); err == nil {
		t.Error("a backup that was canceled succeeded")
	}
	if !bytes.Equal(content(t, file), before) || filesOf(t, filepath.Dir(file)) != "a.db" {
		t.Error("the last backup was changed, or something was left behind")
	}
}

func TestRestoreRefuses(t *testing.T) {
	path := filled(t)
	folder := t.TempDir()
	good := filepath.Join(folder, "good.db")
	backUp(t, path, good)
	whole := content(t, good)
	newer := filepath.Join(folder, "newer.db")
	write(t, newer, whole)
	spoil(t, newer, `UPDATE schema_info SET oldest_level = 999, oldest_version = '9.9.9'`)
	write(t, filepath.Join(folder, "short.db"), whole[:len(whole)/2])
	write(t, filepath.Join(folder, "garbage.db"), bytes.Repeat([]byte("garbage "), 2000))
	write(t, filepath.Join(folder, "empty.db"), nil)
	spoil(t, filepath.Join(folder, "other.db"), `CREATE TABLE books (title TEXT)`)
	damaged := filepath.Join(folder, "damaged.db")
	write(t, damaged, whole)
	overwrite(t, damaged, pageOf(t, good, "contacts"))
	write(t, filepath.Join(folder, "used.db"), whole)
	write(t, filepath.Join(folder, "used.db-wal"), []byte("log"))
	for _, c := range []struct{ from, beside, want string }{
		{"none.db", "", "no such file"},
		{"short.db", "", "damaged"},
		{"garbage.db", "", "damaged"},
		{"damaged.db", "", "damaged"},
		{"empty.db", "", "not a database of Rollcall, or an empty one"},
		{"other.db", "", "not a database of Rollcall, or an empty one"},
		{"newer.db", "", "newer.db cannot be restored: this database needs Rollcall 9.9.9 or later"},
		{"used.db", "", "take one with rollcall backup"},
		{"", "", "is not a file"},
		{"good.db", "rollcall.db", "already exists"},
		{"good.db", "rollcall.db-wal", "already exists"},
	} {
		target := t.TempDir()
		if c.beside != "" {
			write(t, filepath.Join(target, c.beside), []byte("mine"))
		}
		_, err := upkeep.Restore(t.Context(), upkeep.CopyOptions{From: filepath.Join(folder, c.from), To: filepath.Join(target, "rollcall.db")})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.from, err, c.want)
		}
		if got := filesOf(t, target); got != c.beside {
			t.Errorf("%s: left behind: %s", c.from, got)
		}
	}
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestRestoreOfAPlainCopyIsAsOldAsItsFile(t *testing.T) {
	path := filled(t)
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	if err := os.Chtimes(path, at, at); err != nil {
		t.Fatal(err)
	}
	done, err := upkeep.Restore(t.Context(), upkeep.CopyOptions{From: path, To: filepath.Join(t.TempDir(), "rollcall.db")})
	if err != nil || !done.At.Equal(at) {
		t.Errorf("%+v, %v", done, err)
	}
}
