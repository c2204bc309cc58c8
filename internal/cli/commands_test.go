package cli

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/testkit"
)

// newDealer makes a folder with a dealer in it.
func newDealer(t *testing.T) (data, dealer string) {
	t.Helper()
	data = filepath.Join(t.TempDir(), "data")
	return data, succeedJSON(t, "dealer", "create", "--name", "Harbour Alarm", "--data", data)["dealer_id"].(string)
}

func newKey(t *testing.T, data, dealer string, flags ...string) (id, key string) {
	t.Helper()
	made := succeedJSON(t, append([]string{"key", "create", "--dealer", dealer, "--scopes", "*", "--data", data}, flags...)...)
	return made["key_id"].(string), made["api_key"].(string)
}

func matches(t *testing.T, got, pattern string) {
	t.Helper()
	if !regexp.MustCompile(`^(?:` + pattern + `)$`).MatchString(got) {
		t.Errorf("printed:\n%s\nwant:\n%s", got, pattern)
	}
}

func TestDealers(t *testing.T) {
	data := filepath.Join(t.TempDir(), "my data")
	out := succeed(t, "dealer", "create", "--name", "Harbour Alarm", "--data", data)
	matches(t, out, `Created dealer (dealer_\w{26}) \(Harbour Alarm\)\.

Next, create a key for its programs:

  rollcall key create --dealer dealer_\w{26} --scopes '\*' --data '[^']*/my data'
`)
	checkModes(t, data)
	made := succeedJSON(t, "dealer", "create", "--name", "Alarme Québec", "--country", "ca", "--language", "fr", "--phone", "+1 514 555 0100", "--data", data)
	same(t, made, `{"dealer_id": "any", "name": "Alarme Québec", "country": "CA", "language": "fr", "phone": "+1 514 555 0100",
		"created_at": "time", "updated_at": "time"}`)
	id := made["dealer_id"].(string)

	matches(t, succeed(t, "dealer", "update", "--dealer", id, "--language", "es", "--phone", "", "--data", data),
		`Dealer `+id+` is now Alarme Québec, country CA, language es\.\n`)
	same(t, succeedJSON(t, "dealer", "update", "--dealer", id, "--name", "Alarmas", "--data", data),
		`{"name": "Alarmas", "country": "CA", "language": "es", "phone": null}`)

	same(t, succeedJSON(t, "dealer", "list", "--data", data), `{"dealers": [
		{"dealer_id": "any", "name": "Harbour Alarm", "country": "US", "language": "en", "phone": null},
		{"dealer_id": "`+id+`", "name": "Alarmas", "country": "CA", "language": "es", "phone": null, "suspended_at": null}]}`)
	matches(t, succeed(t, "dealer", "list", "--data", data), `DEALER +NAME +STATUS +COUNTRY +LANGUAGE +PHONE +CREATED
dealer_\w{26}   Harbour Alarm   active   US        en         -       [-\d]+T[:\d]+Z
`+id+`   Alarmas         active   CA        es         -       [-\d]+T[:\d]+Z
`)
}

func TestDealerLeaves(t *testing.T) {
	data, dealer := newDealer(t)
	same(t, succeedJSON(t, "dealer", "suspend", "--dealer", dealer, "--data", data), `{"dealer_id": "`+dealer+`", "suspended": true}`)
	same(t, succeedJSON(t, "dealer", "list", "--data", data), `{"dealers": [{"dealer_id": "`+dealer+`", "suspended_at": "time"}]}`)
	if out := succeed(t, "dealer", "list", "--data", data); !strings.Contains(out, "   suspended   ") {
		t.Errorf("the list does not say that it is suspended:\n%s", out)
	}
	same(t, succeedJSON(t, "dealer", "suspend", "--dealer", dealer, "--lift", "--data", data), `{"dealer_id": "`+dealer+`", "suspended": false}`)
	same(t, succeedJSON(t, "dealer", "list", "--data", data), `{"dealers": [{"dealer_id": "`+dealer+`", "suspended_at": null}]}`)
	same(t, succeedJSON(t, "dealer", "erase", "--dealer", dealer, "--yes", "--data", data), `{"dealer_id": "`+dealer+`", "erased": true}`)
}

func TestKeys(t *testing.T) {
	data, dealer := newDealer(t)
	matches(t, succeed(t, "key", "list", "--dealer", dealer, "--data", data),
		"The dealer has no key yet. Create one:\n\n  rollcall key create --dealer "+dealer+` --scopes '\*' --data \S+\n`)
	matches(t, succeed(t, "key", "create", "--dealer", dealer, "--scopes", "contacts:read", "--expires", "90d", "--data", data),
		`Created key key_\w{26}, which expires at [-\d]+T[:\d]+Z\.

  rk_live_\w{36}

It cannot be shown again: keep it like a password\.
`)
	made := succeedJSON(t, "key", "create", "--dealer", dealer, "--scopes", "contacts:write,sites:read", "--test", "--name", "ours",
		"--rate", "600", "--data", data)
	same(t, made, `{"key_id": "any", "api_key": "any", "dealer_id": "`+dealer+`", "scopes": ["sites:read", "contacts:write"],
		"test": true, "name": "ours", "rate": 600, "burst": 50, "status": "active",
		"expires_at": null, "last_used_at": null, "revoked_at": null}`)
	key, id := made["api_key"].(string), made["key_id"].(string)
	if !strings.HasPrefix(key, "rk_test_") {
		t.Error("a test key must begin with rk_test_")
	}

	matches(t, succeed(t, "key", "revoke", id, "--dealer", dealer, "--data", data), "Revoked key "+id+`: no server accepts it any more\.\n`)
	same(t, succeedJSON(t, "key", "revoke", id, "--dealer", dealer, "--data", data), `{"key_id": "`+id+`", "revoked": true}`)
	list := succeed(t, "key", "list", "--dealer", dealer, "--data", data, "--format", "json")
	same(t, object(t, list), `{"keys": [
		{"name": null, "scopes": ["contacts:read"], "rate": null, "burst": null, "status": "active", "expires_at": "time", "revoked_at": null},
		{"key_id": "`+id+`", "name": "ours", "test": true, "status": "revoked", "revoked_at": "time"}]}`)
	table := succeed(t, "key", "list", "--dealer", dealer, "--data", data)
	matches(t, table, `KEY +NAME +KIND +STATUS +SCOPES +RATE +CREATED +EXPIRES +LAST USED
key_\w{26}   -      live   active    contacts:read               the server's          \S+Z   \S+Z   -
`+id+`   ours   test   revoked   sites:read,contacts:write   600/min, 50 at once   \S+Z   - +-
`)
	if strings.Contains(list+table, key[len("rk_test_"):]) {
		t.Error("key list shows the secret of a key")
	}
}

func TestSites(t *testing.T) {
	data, dealer := newDealer(t)
	matches(t, succeed(t, "site", "create", "--dealer", dealer, "--name", "Pier 9", "--data", data), `Created site site_\w{26} \(Pier 9\)\.\n`)
	same(t, succeedJSON(t, "site", "create", "--dealer", dealer, "--name", "Harbour Street", "--site-id", "1784",
		"--account-reference-id", "ACCT-1", "--account-number", "1001", "--street", "12 Harbour Street", "--city", "Springfield",
		"--state", "IL", "--zip", "62701", "--country", "us", "--timezone", "America/Chicago", "--language", "en", "--status", "suspended",
		"--premises-phone", "+1 202 555 0100", "--min-people", "1", "--exempt-reason", "Vacant",
		"--data", data),
		`{"site_id": "1784", "account_reference_id": "ACCT-1", "account_number": "1001", "name": "Harbour Street",
		"address": {"street": "12 Harbour Street", "city": "Springfield", "state": "IL", "zip": "62701", "country": "US"},
		"timezone": "America/Chicago", "language": "en", "status": "suspended", "premises_phone": "+1 202 555 0100",
		"readiness_rules": {"min_people": 1, "min_numbers": null, "premises_phone": null, "exempt_reason": "Vacant"}, "created_at": "time", "updated_at": "time"}`)
	same(t, succeedJSON(t, "site", "list", "--dealer", dealer, "--data", data), `{"sites": [
		{"site_id": "any", "account_reference_id": null, "name": "Pier 9", "address": {"city": null}, "status": "active"},
		{"site_id": "1784", "account_reference_id": "ACCT-1", "name": "Harbour Street", "status": "suspended"}], "total_count": 2}`)
	same(t, succeedJSON(t, "site", "list", "--dealer", dealer, "--status", "suspended", "--data", data), `{"sites": [{"site_id": "1784"}], "total_count": 1}`)
	same(t, succeedJSON(t, "site", "list", "--dealer", dealer, "--search", "nowhere", "--data", data), `{"sites": [], "total_count": 0}`)
	matches(t, succeed(t, "site", "list", "--dealer", dealer, "--search", "harbour springfield", "--data", data),
		`SITE   ACCOUNT REFERENCE   NAME             PLACE                 STATUS
1784   ACCT-1              Harbour Street   Springfield, IL, US   suspended
`)
}

func TestSiteImport(t *testing.T) {
	data, dealer := newDealer(t)
	into := []string{"--dealer", dealer, "--data", data}
	var lines strings.Builder
	lines.WriteString("site_id,account_reference_id,name\n")
	for range 450 {
		lines.WriteString(",,Anywhere\n")
	}
	lines.WriteString("1784,ACCT-1,Pier 9\n")
	file := filepath.Join(t.TempDir(), "sites.csv")
	if err := os.WriteFile(file, []byte(lines.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	count := func() any { return succeedJSON(t, append([]string{"site", "list"}, into...)...)["total_count"] }

	matches(t, succeed(t, append([]string{"site", "import", file, "--dry-run"}, into...)...),
		regexp.QuoteMeta(file)+`: 451 rows can be imported: 451 sites created, 0 updated, 0 unchanged\. Nothing was changed; run it again without --dry-run\.\n`)
	if count() != 0.0 {
		t.Error("a dry run created sites")
	}
	same(t, succeedJSON(t, append([]string{"site", "import", file}, into...)...), `{"created": 451, "updated": 0, "unchanged": 0, "rows": 451,
		"mapping": {"site_id": "site_id", "account_reference_id": "account_reference_id", "name": "name"}, "ignored_columns": [], "dry_run": false}`)
	if count() != 451.0 {
		t.Errorf("%v sites, want 451", count())
	}

	for _, c := range []struct{ name, input, want string }{
		{"taken", "name,site_id,account_reference_id\nNew,,\nTwin,8,ACCT-1\n",
			"rollcall: -: 1 row is wrong; nothing was imported\n" +
				"  line 3: account_reference_id is taken by the site 1784\n"},
		{"bad", "name,country\nNew,US\nOld,XX\n",
			"rollcall: -: 1 row is wrong; nothing was imported\n" +
				"  line 3: country must be a two-letter country code (ISO 3166-1), such as US\n"},
		{"no rows", "name\n", "rollcall: -: the file has no rows below its header\n"},
	} {
		if r := runWith(t, c.input, append([]string{"site", "import", "-"}, into...)...); r.status != exitFailed || r.err != c.want {
			t.Errorf("%s: status %d:\n%swant:\n%s", c.name, r.status, r.err, c.want)
		}
	}
	if count() != 451.0 {
		t.Errorf("%v sites after imports that were refused, want 451", count())
	}
	again := "account_reference_id,site_id,name,note\n,1784,Pier 9,N\nACCT-1,,Pier 9,N\nACCT-2,2,Mill,N\n"
	for _, want := range []string{
		`{"created": 1, "updated": 0, "unchanged": 2, "rows": 3, "mapping": {"site_id": "site_id", "account_reference_id": "account_reference_id", "name": "name"}, "ignored_columns": ["note"], "dry_run": false}`,
		`{"created": 0, "updated": 0, "unchanged": 3, "rows": 3, "mapping": {"site_id": "site_id", "account_reference_id": "account_reference_id", "name": "name"}, "ignored_columns": ["note"], "dry_run": false}`,
		`{"created": 0, "updated": 1, "unchanged": 2, "rows": 3, "mapping": {"site_id": "site_id", "account_reference_id": "account_reference_id", "name": "name"}, "ignored_columns": ["note"], "dry_run": false}`,
	} {
		r := runWith(t, again, append([]string{"site", "import", "-", "--format", "json"}, into...)...)
		same(t, object(t, r.out), want)
		if strings.Contains(want, `"unchanged": 3`) {
			again = strings.Replace(again, "Mill", "The mill", 1)
		}
	}
	r := runWith(t, "Customer;Note\rFrom a pipe;N\r", append([]string{"site", "import", "-", "--map", "Customer=name", "--map", "Note="}, into...)...)
	if r.status != exitOK || r.out != "Ignored columns: [\"Note\"].\n1 site created, 0 updated, 0 unchanged for Harbour Alarm.\n" {
		t.Errorf("import from stdin: status %d, want 0: %s%s", r.status, r.out, r.err)
	}
}

func TestMigrateAndVersion(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	if out := succeed(t, "migrate", "--data", data); strings.Count(out, "\n") != 1 {
		t.Errorf("printed %q, want one line", out)
	}
	same(t, succeedJSON(t, "migrate", "--data", data), `{"result": "any"}`)
	succeed(t, "dealer", "list", "--data", data)
	same(t, succeedJSON(t, "version"), `{"version": "any", "go": "any", "os": "any", "arch": "any"}`)
	matches(t, succeed(t, "version"), `rollcall \S+ \(go\S+, \w+/\w+\)\n`)
}

type refusal struct {
	args   []string
	status int
	want   string // on stderr; nothing is on stdout
}

func refuse(t *testing.T, refusals []refusal) {
	t.Helper()
	for _, c := range refusals {
		if r := run(t, c.args...); r.status != c.status || r.err != c.want || r.out != "" {
			t.Errorf("rollcall %q: status %d, %s\n%swant status %d\n%s", c.args, r.status, r.out, r.err, c.status, c.want)
		}
	}
}

func TestWrongUsage(t *testing.T) {
	data, dealer := newDealer(t)
	_, key := newKey(t, data, dealer)
	none := filepath.Join(t.TempDir(), "none")
	refuse(t, []refusal{
		{[]string{"dealer", "list"}, 2,
			"rollcall: name the folder of the database with --data DIR or ROLLCALL_DATA, or a database on PostgreSQL with --database-url URL or ROLLCALL_DATABASE_URL\nSee `rollcall dealer list --help`.\n"},
		{[]string{"dealer", "list", "--data"}, 2, "rollcall: --data: needs a value\nSee `rollcall dealer list --help`.\n"},
		{[]string{"dealer", "list", "--data", ""}, 2,
			"rollcall: name the folder of the database with --data DIR or ROLLCALL_DATA, or a database on PostgreSQL with --database-url URL or ROLLCALL_DATABASE_URL\nSee `rollcall dealer list --help`.\n"},
		{[]string{"dealer", "set", "--max-sites", "1.5"}, 2, "rollcall: --max-sites must be a whole number, not \"1.5\"\nSee `rollcall dealer set --help`.\n"},
		{[]string{"key", "create", "--test=maybe"}, 2, "rollcall: --test must be true or false, not \"maybe\"\nSee `rollcall key create --help`.\n"},
		{[]string{"version", "--log-level", "loud"}, 2,
			"rollcall: --log-level must be one of \"debug\",\"info\",\"warn\",\"error\" but got \"loud\"\nSee `rollcall version --help`.\n"},
		{[]string{"restore", "--from", none, "--data", none}, 1, "rollcall: the backup cannot be read: stat " + none + ": no such file or directory\n"},
		{[]string{"dealer", "lst"}, 2, "rollcall: unexpected argument lst, did you mean one of \"list\", \"set\"?\nSee `rollcall dealer --help`.\n"},
		{[]string{"serv"}, 2, "rollcall: unexpected argument serv, did you mean one of \"serve\", \"user\"?\nSee `rollcall --help`.\n"},
		{[]string{"dealer", "list", "--data", data, "--format", "xml"}, 2,
			"rollcall: --format must be one of \"text\",\"json\" but got \"xml\"\nSee `rollcall dealer list --help`.\n"},
		{[]string{"dealer", "update", "--dealer", dealer, "--data", data}, 2,
			"rollcall: give what to change: --name, --country, --language or --phone\nSee `rollcall dealer update --help`.\n"},
		{[]string{"key", "create", "--dealer", dealer, "--scopes", "*", "--expires", "soon", "--data", data}, 2,
			"rollcall: --expires: must be a time span such as 24h, 90d, 12w or 1y\nSee `rollcall key create --help`.\n"},
		{[]string{"key", "revoke", key, "--dealer", dealer, "--data", data}, 2,
			"rollcall: that is the key itself; give its id, as `rollcall key list` shows it\nSee `rollcall key revoke --help`.\n"},
		{[]string{"message", "list", "--dealer", dealer, "--limit", "0", "--data", data}, 2,
			"rollcall: --limit must be a whole number from 1\nSee `rollcall message list --help`.\n"},
		{[]string{"serve", "--data", data, "--listen", "8080"}, 2,
			"rollcall: --listen must be HOST:PORT, such as 127.0.0.1:8080, not \"8080\"\nSee `rollcall serve --help`.\n"},
		{[]string{"serve", "--data", data, "--max-contacts-per-site", "0"}, 2,
			"rollcall: --max-contacts-per-site must be a whole number from 1\nSee `rollcall serve --help`.\n"},
		{[]string{"serve", "--data", data, "--secret", "ab", "--secret-file", none}, 2,
			"rollcall: set --secret or --secret-file, not both (they may come from ROLLCALL_SECRET and ROLLCALL_SECRET_FILE)\nSee `rollcall serve --help`.\n"},
		{[]string{"serve", "--data", data, "--secret-file", none}, 2,
			"rollcall: --secret-file " + none + ": no such file or directory\nSee `rollcall serve --help`.\n"},
	})
}

func TestRefusals(t *testing.T) {
	data, dealer := newDealer(t)
	empty := t.TempDir()
	file := filepath.Join(empty, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	refuse(t, []refusal{
		{[]string{"dealer", "update", "--dealer", dealer, "--phone", "555-0100", "--data", data}, 1,
			"rollcall: --phone works only inside its area or country; give the full number with its country code, such as +1 202 555 0123\n"},
		{[]string{"serve", "--data", file}, 1, "rollcall: " + file + " is a file; --data must name a folder\n"},
		{[]string{"dealer", "list", "--data", empty}, 1, "rollcall: " + empty + " has no Rollcall database; check --data, or create one with " +
			"`rollcall dealer create --name NAME --data " + empty + "`\n"},
		{[]string{"dealer", "create", "--name", " ", "--data", data}, 1, "rollcall: --name must not be blank\n"},
		{[]string{"dealer", "create", "--name", "A", "--country", "XX", "--language", "??", "--data", data}, 1,
			"rollcall: 2 values are wrong\n  --country must be a two-letter country code (ISO 3166-1), such as US\n" +
				"  --language must be a language tag (BCP 47), such as en or pt-BR\n"},
		{[]string{"site", "create", "--dealer", dealer, "--name", "A", "--site-id", "..", "--country", "XX", "--data", data}, 1,
			"rollcall: 2 values are wrong\n  --site-id must be 1 to 128 visible characters, without spaces at the start or end, and must not be . or ..\n" +
				"  --country must be a two-letter country code (ISO 3166-1), such as US\n"},
		{[]string{"key", "create", "--dealer", dealer, "--scopes", "everything", "--data", data}, 1,
			"rollcall: --scopes must be one or more of sites:read,sites:write,contacts:read,contacts:write,validations:read,validations:write,events:read,audit:read,privacy:write,settings:write,*\n"},
		{[]string{"key", "list", "--dealer", "nobody", "--data", data}, 1,
			"rollcall: dealer nobody not found; `rollcall dealer list --data " + data + "` lists the dealers\n"},
		{[]string{"site", "list", "--dealer", "nobody", "--data", data}, 1,
			"rollcall: dealer nobody not found; `rollcall dealer list --data " + data + "` lists the dealers\n"},
		{[]string{"site", "import", filepath.Join(empty, "none.csv"), "--dealer", dealer, "--data", data}, 1,
			"rollcall: " + filepath.Join(empty, "none.csv") + ": no such file or directory\n"},
	})
	if _, err := os.Stat(filepath.Join(empty, "rollcall.db")); err == nil {
		t.Error("a command that was refused made a database")
	}
}

func TestDebugLogsTheCode(t *testing.T) {
	data, _ := newDealer(t)
	for level, want := range map[string]bool{"debug": true, "info": false} {
		r := run(t, "dealer", "create", "--name", " ", "--data", data, "--log-level", level)
		if r.status != exitFailed || !strings.Contains(r.err, "rollcall: --name must not be blank\n") ||
			strings.Contains(r.err, "code=validation_failed") != want {
			t.Errorf("--log-level %s: status %d, %s, want the code only for debug", level, r.status, r.err)
		}
	}
}

func TestAnImportThatWaitsForInputCanBeStopped(t *testing.T) {
	data, dealer := newDealer(t)
	never, writer := io.Pipe()
	defer writer.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	errs := testkit.NewOutput()
	status := Run(ctx, []string{"site", "import", "-", "--dealer", dealer, "--data", data}, never, io.Discard, errs)
	if want := "rollcall: -: stopped; nothing was imported\n"; status != exitFailed || errs.String() != want {
		t.Errorf("status %d, %swant %s", status, errs, want)
	}
}

func TestVariablesSetFlags(t *testing.T) {
	data, dealer := newDealer(t)
	t.Setenv("ROLLCALL_DATA", data)
	t.Setenv("ROLLCALL_DEALER", dealer)
	t.Setenv("ROLLCALL_FORMAT", "json")
	t.Setenv("ROLLCALL_SITE_CREATE_NAME", "Pier 9")
	t.Setenv("ROLLCALL_SITE_ID", "site_123abc") // as in demo.env: it is not for this command
	made := object(t, succeed(t, "site", "create"))
	same(t, made, `{"name": "Pier 9"}`)
	if made["site_id"] == "site_123abc" {
		t.Error("a variable for programs that call the API chose the id of a new site")
	}
}

func TestHelp(t *testing.T) {
	for _, c := range []struct {
		args           []string
		status         int
		onOut, onError string
	}{
		{nil, 2, "", "Usage: rollcall <command> [flags]"},
		{[]string{"--help"}, 0, "Usage: rollcall <command> [flags]", ""},
		{[]string{"key", "create", "--help"}, 0, "$ROLLCALL_KEY_CREATE_EXPIRES", ""},
		{[]string{"serve", "--help"}, 0, "[default 127.0.0.1:8080,", ""},
	} {
		r := run(t, c.args...)
		if r.status != c.status || !strings.Contains(r.out, c.onOut) || !strings.Contains(r.err, c.onError) || (r.out != "") == (r.err != "") {
			t.Errorf("rollcall %q: status %d, want that and the output of the case\n%s%s", c.args, r.status, r.out, r.err)
		}
	}
}

func TestHelpNamesEveryScope(t *testing.T) {
	_, err := rollcall.ParseScopes("none of them")
	_, list, _ := strings.Cut(err.Error(), "one or more of ")
	help := succeed(t, "key", "create", "--help")
	for scope := range strings.SplitSeq(list, ",") {
		if !strings.Contains(help, scope) {
			t.Errorf("the help of key create does not name %s", scope)
		}
	}
}

func TestCommandsBesideAServer(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	s, url := serve(t, data, "--delivery", "capture", "--abuse-mode", "observe")
	matches(t, s.out.String(), `There is no dealer yet\. While this server runs, create one and a key for it in another terminal:

  rollcall dealer create --name "My Company" --data \S+
  rollcall key create --dealer DEALER_ID --scopes '\*' --data \S+

`)
	dealer := succeedJSON(t, "dealer", "create", "--name", "Harbour Alarm", "--data", data)["dealer_id"].(string)
	id, key := newKey(t, data, dealer)
	contacts := url + "/ext/v1/sites/site_1/contacts"
	if status, _ := call(t, key, http.MethodGet, contacts, ""); status != 404 {
		t.Errorf("a new key, before there is a site: %d", status)
	}
	succeed(t, "site", "create", "--dealer", dealer, "--name", "Pier 9", "--site-id", "site_1", "--data", data)
	status, body := call(t, key, http.MethodPost, contacts,
		`{"contact_id": "c1", "first_name": "Ada", "last_name": "Jones", "email": "ada@example.com", "type": "primary"}`)
	if status != 201 {
		t.Fatalf("create answered %d %v, want 201", status, body)
	}
	for _, text := range []string{"One", "Two\nlines"} {
		status, body = call(t, key, http.MethodPost, contacts+"/c1/validation", `{"message": "`+strings.ReplaceAll(text, "\n", `\n`)+`"}`)
		if status != 200 {
			t.Fatalf("validation answered %d %v, want 200", status, body)
		}
	}
	messages := succeedJSON(t, "message", "list", "--dealer", dealer, "--data", data)
	same(t, messages, `{"messages": [
		{"validation_id": "any", "method": "email", "to": "ada@example.com", "text": "any", "test": false, "captured_at": "time"},
		{"validation_id": "any"}]}`)
	for i, text := range []string{"One", "Two\nlines"} {
		got := messages["messages"].([]any)[i].(map[string]any)["text"].(string)
		matches(t, got, `Harbour Alarm, Pier 9: `+regexp.QuoteMeta(text)+`\n\nHarbour Alarm has you on the list .*\n\nYour code is \d{6}\. .*\n\nIf this is not for you, .*`)
	}
	matches(t, succeed(t, "message", "list", "--dealer", dealer, "--limit", "1", "--data", data),
		`CAPTURED +METHOD   TO                TEXT
\S+Z   email    ada@example\.com   Harbour Alarm, Pier 9: Two lines Harbour Alarm has you .*
`)
	same(t, succeedJSON(t, "migrate", "--data", data), `{"result": "any"}`)

	succeed(t, "key", "revoke", id, "--dealer", dealer, "--data", data)
	if status, body := call(t, key, http.MethodGet, contacts, ""); status != 401 {
		t.Errorf("revoked key: answered %d %v, want 401", status, body)
	}
	if status := s.stop(t); status != exitOK {
		t.Errorf("serve exited with status %d, want 0", status)
	}
	for _, private := range []string{key, "ada@example.com", "Ada"} {
		if strings.Contains(s.err.String(), private) {
			t.Errorf("log has the private text %q:\n%s", private, s.err)
		}
	}
}
