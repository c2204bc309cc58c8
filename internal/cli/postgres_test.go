package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/rollcall/internal/testkit/pgtest"
)

// TestCommandsOnPostgreSQL tries what a command does there that it does not do in a folder.
func TestCommandsOnPostgreSQL(t *testing.T) {
	url := pgtest.Database(t)
	secret := filepath.Join(t.TempDir(), "secret")
	write(t, secret, strings.Repeat("0a", 32)+"\n")
	t.Setenv("ROLLCALL_DATABASE_URL", url)
	t.Setenv("ROLLCALL_SECRET_FILE", secret)
	dealer := succeedJSON(t, "dealer", "create", "--name", "Harbour Alarm")["dealer_id"].(string)
	site := succeedJSON(t, "site", "create", "--dealer", dealer, "--name", "Pier 9", "--site-id", "1784")
	same(t, site, `{"site_id": "1784"}`)
	if key := succeedJSON(t, "key", "create", "--dealer", dealer, "--scopes", "*")["api_key"].(string); !strings.HasPrefix(key, "rk_live_") {
		t.Errorf("API key does not begin with rk_live_")
	}
	matches(t, succeed(t, "dealer", "list"), `(?s).*Harbour Alarm.*`)
	matches(t, succeed(t, "audit", "verify"), `3 lines in 2 chains are complete and unchanged\.
`)
	matches(t, succeed(t, "check"), `(?s).*constraints +ok
schema +ok
counters +ok.*`)
	matches(t, succeed(t, "migrate"), `the database is up to date
`)
	const elsewhere = "a PostgreSQL database is backed up with PostgreSQL's own tools, see docs/postgresql.md; for a database in a folder, leave --database-url and ROLLCALL_DATABASE_URL out"
	refuse(t, []refusal{
		{[]string{"backup", "--to", "x.db"}, 2, "rollcall: " + elsewhere + "\nSee `rollcall backup --help`.\n"},
		{[]string{"restore", "--from", "x.db"}, 2, "rollcall: " + strings.Replace(elsewhere, "backed up", "restored", 1) + "\nSee `rollcall restore --help`.\n"},
		{[]string{"dealer", "list", "--database-url-file", secret}, 2, "rollcall: set --database-url or --database-url-file, not both " +
			"(they may come from ROLLCALL_DATABASE_URL and ROLLCALL_DATABASE_URL_FILE)\nSee `rollcall dealer list --help`.\n"},
	})
	t.Setenv("ROLLCALL_SECRET_FILE", "")
	if r := run(t, "dealer", "list"); r.status != 1 || !strings.Contains(r.err, "ROLLCALL_SECRET") || strings.Count(r.err, "\n") != 1 {
		t.Errorf("without a secret: status %d, %s, want 1 and a line with ROLLCALL_SECRET", r.status, r.err)
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestDemoAfterMigrate checks that all commands find the server's secret in the same way.
func TestDemoAfterMigrate(t *testing.T) {
	url, secret := pgtest.Database(t), filepath.Join(t.TempDir(), "secret")
	write(t, secret, strings.Repeat("0a", 32)+"\n")
	on := []string{"--database-url", url, "--secret-file", secret}
	succeed(t, append([]string{"migrate"}, on...)...)
	s := start(t, append([]string{"demo", "--listen", "127.0.0.1:0"}, on...)...)
	s.out.Await(t, `Press Ctrl-C`)
	succeed(t, append([]string{"dealer", "list"}, on...)...)
}

// TestMigrateData moves a folder to PostgreSQL and back.
func TestMigrateData(t *testing.T) {
	data, dealer := newDealer(t)
	succeed(t, "site", "create", "--dealer", dealer, "--name", "Pier 9", "--site-id", "1784", "--data", data)
	url, back := pgtest.Database(t), filepath.Join(t.TempDir(), "back")
	file := filepath.Join(t.TempDir(), "url")
	write(t, file, url+"\n")
	secret := filepath.Join(data, "secret")
	matches(t, succeed(t, "migrate-data", "--from", data, "--to", url),
		`Copied \d+ rows, and compared every row, in .*: 1 dealer, 1 site, 0 contacts, 0 validations; 0 messages waiting to be sent.
Give the servers on the target the same secret: ROLLCALL_SECRET_FILE=`+secret+`, or a copy of it.
`)
	same(t, succeedJSON(t, "site", "list", "--dealer", dealer, "--database-url", url, "--secret-file", secret), `{"sites": [{"name": "Pier 9"}]}`)
	same(t, succeedJSON(t, "migrate-data", "--from-file", file, "--to", back), `{"dealers": 1, "sites": 1, "rows_before": 0}`)
	same(t, succeedJSON(t, "site", "list", "--dealer", dealer, "--data", back, "--secret-file", secret), `{"sites": [{"name": "Pier 9"}]}`)
	refuse(t, []refusal{
		{[]string{"migrate-data", "--to", url}, 2, "rollcall: name a folder or a database with --from\nSee `rollcall migrate-data --help`.\n"},
		{[]string{"migrate-data", "--from", data, "--to", data}, 1, "rollcall: the source and the target are the same database; choose another target\n"},
		{[]string{"migrate-data", "--from", data, "--to", back}, 1, "rollcall: " + filepath.Join(back, "rollcall.db") +
			" is not empty; transfer into one that Rollcall has not used yet\n"},
		{[]string{"migrate-data", "--from-file", file, "--to-file", secret}, 2, "rollcall: --to-file " + secret +
			" has no URL; write the URL of the database to it\nSee `rollcall migrate-data --help`.\n"},
	})
}

// TestDatabaseURLIsRefused checks that each wrong URL is one clear line without the password.
func TestDatabaseURLIsRefused(t *testing.T) {
	url := pgtest.Database(t)
	t.Setenv("ROLLCALL_SECRET", strings.Repeat("0a", 32))
	at := url[strings.Index(url, "@"):]
	for _, c := range []struct{ name, url, want string }{
		{"another kind", "mysql://rollcall:hush@127.0.0.1/x", "must begin with postgres://"},
		{"not a URL", "postgres://rollcall:hush@127.0.0.1:port/x", "cannot be read"},
		{"unreachable", "postgres://rollcall:hush@127.0.0.1:1/x", "nothing answers there"},
		{"no such host", "postgres://rollcall:hush@nowhere.invalid/x", "cannot be found"},
		{"a wrong password", "postgres://rollcall:hush" + at, "check the user and the password"},
		{"no such database", url[:strings.LastIndex(url, "/")] + "/nothing_here?sslmode=disable", "the database does not exist on the server"},
		{"no TLS there", strings.Replace(url, "sslmode=disable", "sslmode=require", 1), "cannot be encrypted"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := run(t, "dealer", "list", "--database-url", c.url)
			if r.status != 1 || !strings.Contains(r.err, c.want) || strings.Count(r.err, "\n") != 1 || strings.Contains(r.err, "hush") {
				t.Errorf("status %d, want 1 and one clear line:\n%s", r.status, r.err)
			}
		})
	}
}
