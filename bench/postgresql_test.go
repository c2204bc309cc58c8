package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/testkit/pgtest"
)

func TestARunOnPostgreSQLInSmall(t *testing.T) {
	url := pgtest.Database(t)
	for _, tool := range []string{"psql", "pgbench"} {
		if _, err := exec.LookPath(tool); err != nil {
			if slices.Contains(strings.Split(os.Getenv("ROLLCALL_TEST_REQUIRE"), ","), "postgresql") {
				t.Fatal(err)
			}
			t.Skip(err)
		}
	}
	var out bytes.Buffer
	errs, err := os.Create(filepath.Join(t.TempDir(), "errors")) // the servers write to it too
	if err != nil {
		t.Fatal(err)
	}
	defer errs.Close()
	err = run(t.Context(), []string{
		"postgresql", "-database-url", url, "-json", "-duration", "300ms", "-warm-up", "50ms", "-rounds", "1", "-connections", "4",
		"-sites", "8", "-contacts", "2", "-large-sites", "16", "-large-contacts", "3",
	}, &out, errs)
	if err != nil {
		text, _ := os.ReadFile(errs.Name())
		t.Fatalf("%v\n%s", err, text)
	}
	var r pgReport
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	var seen []string
	for _, d := range r.Databases {
		seen = append(seen, fmt.Sprintf("%s of %d", d.Name, d.Contacts))
		for _, l := range d.Phases {
			seen = append(seen, l.Name)
			if l.Answers == 0 || l.Rate <= 0 || l.Baseline != "" && l.Ratio <= 0 {
				t.Errorf("%s, %s: %+v", d.Name, l.Name, l)
			}
		}
	}
	for _, g := range r.Growth {
		seen = append(seen, "growth of "+g.Phase)
		if g.Ratio <= 0 {
			t.Errorf("%+v", g)
		}
	}
	const want = "small of 16, pgbench-create, create, pgbench-get, get, large of 48, pgbench-create, create, pgbench-get, get, " +
		"growth of pgbench-create, growth of create, growth of pgbench-get, growth of get"
	if got := strings.Join(seen, ", "); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	left, err := psql(t.Context(), url, `SELECT COUNT(*) FROM pg_database WHERE datname LIKE 'rollcall\_bench\_%'`)
	if err != nil || left != "0" {
		t.Errorf("%s databases were left behind, error %v", left, err)
	}
}

func TestSettingsOnPostgreSQLAreBounded(t *testing.T) {
	t.Setenv("ROLLCALL_DATABASE_URL", "")
	const database = "-database-url postgres://127.0.0.1/rollcall "
	for flags, want := range map[string]string{
		database:                               "",
		"":                                     "-database-url must name a database, such as what deploy/try-postgresql --no-standby --no-servers prints",
		database + "-connections 101":          "-connections must be from 1 to 100",
		database + "-database-connections 101": "-database-connections must be from 0 to 100",
		database + "-contacts 0":               "-contacts and -large-contacts must be from 1 to 100",
		database + "-large-contacts 101":       "-contacts and -large-contacts must be from 1 to 100",
		database + "-large-sites 10001":        "-large-sites must be from 0 to 10000",
		database + "-rounds 0":                 "-rounds must be from 1 to 20",
		database + "quickly":                   `"quickly" is not understood; -help lists what is`,
	} {
		_, err := parsePostgreSQL(strings.Fields(flags), io.Discard)
		if got := fmt.Sprint(err); got != want && (want != "" || err != nil) {
			t.Errorf("%s: %v, want %s", flags, err, want)
		}
	}
}

// TestLogsOfPgbench has two clients: one whose transactions took a second each from second 10 on, one that took half.
func TestLogsOfPgbench(t *testing.T) {
	var files []string
	for name, text := range map[string]string{
		"log.1":   "0 1 1000000 0 11 0\n0 2 1000000 0 12 0\n0 3 1000000 0 13 0\n0 4 1000000 0 14 0\n",
		"log.1.1": "1 1 500000 0 11 250000\n1 2 500000 0 11 750000\n1 3 500000 0 12 250000\n",
	} {
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	o, err := readLogs(files, time.Second, 2*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	// Measured is what began from second 11 to before 13: two of the first client and two of the other.
	if o.sent != 7 || o.times.total != 4 || o.elapsed != 2*time.Second || o.times.max != time.Second || o.rate() != 2 {
		t.Errorf("%d sent, %d measured in %s, at most %s", o.sent, o.times.total, o.elapsed, o.times.max)
	}
	for _, text := range []string{"", "0 1 x 0 11 0\n"} {
		file := filepath.Join(t.TempDir(), "log")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := readLogs([]string{file}, 0, time.Second); err == nil {
			t.Errorf("no error for %q", text)
		}
	}
}
