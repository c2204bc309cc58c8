package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const peopleFile = `Acct #,Seq,Name,Cell Phone,Relation,Passcode,Shoe size
ACCT-9,1,Ann Lee,+1 202 555 0147,Owner,1234,38
ACCT-9,2,"Lee, Bob",2.02556E+9,Spouse,,44
ACCT-9,3,Cat Dow,202 555 0149,Keyholder,,
`

// TestContactImport imports a file, mends its refused row, and imports both again.
func TestContactImport(t *testing.T) {
	data, dealer := newDealer(t)
	file, refused := filepath.Join(t.TempDir(), "people.csv"), filepath.Join(t.TempDir(), "refused.csv")
	write := func(name, text string) {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	with := func(args ...string) []string {
		return append([]string{"contact", "import"}, append(args, "--dealer", dealer, "--data", data)...)
	}
	write(file, peopleFile)
	const reason = "  line 3: Cell Phone was shortened by a spreadsheet, which lost digits; format the column as text, enter the number again, and save the file again\n"
	for _, c := range []struct {
		args []string
		out  string
		err  string
	}{
		{with(file), `0 contacts created, 0 updated, 0 unchanged, 3 refused for `, "line 2: Acct # is that of no site"},
		{with(file, "--create-sites", "--dry-run"), `3 rows: 2 contacts created, 0 updated, 0 unchanged, 1 refused. Nothing was changed;`, reason},
		{with(file, "--create-sites", "--refused", refused), "2 contacts created, 0 updated, 0 unchanged, 1 refused for ", ": 1 row was refused\n" + reason},
		{with(file), "0 contacts created, 0 updated, 2 unchanged, 1 refused", reason},
	} {
		r := run(t, c.args...)
		if r.status != exitFailed || !strings.Contains(r.out, c.out) || !strings.Contains(r.err, c.err) {
			t.Errorf("rollcall %q: status %d, %q, %q; want 1, %q and %q", c.args, r.status, r.out, r.err, c.out, c.err)
		}
		if want := `Ignored columns: ["Shoe size" "Passcode"].`; !strings.HasPrefix(r.out, want) {
			t.Errorf("rollcall %q printed %q, want %q first", c.args, r.out, want)
		}
	}
	content, err := os.ReadFile(refused)
	if err != nil || !strings.Contains(string(content), `again",ACCT-9,2,"Lee, Bob",2.02556E+9,Spouse,,44,`) {
		t.Fatalf("%s has %q, %v; want the refused row", refused, content, err)
	}
	write(refused, strings.Replace(string(content), "2.02556E+9", "2025550148", 1))
	matches(t, succeed(t, with(refused)...), "Ignored columns: .*\n1 contact created, 0 updated, 0 unchanged, 0 refused for .*\n")
	write(file, strings.Replace(peopleFile, "2.02556E+9", "2025550148", 1))
	same(t, succeedJSON(t, with(file)...), `{"created": 0, "updated": 0, "unchanged": 3, "refused": 0, "rows": 3, "dry_run": false, "refused_rows": [],
		"ignored_columns": ["Shoe size", "Passcode"], "mapping": {"Acct #": "account_reference_id", "Cell Phone": "points.mobile", "Name": "name", "Relation": "role", "Seq": "position"}}`)
	var names []string
	for _, line := range strings.Split(succeed(t, "contact", "export", "--dealer", dealer, "--data", data), "\n")[1:] {
		if cells := strings.Split(line, ","); len(cells) > 5 {
			names = append(names, cells[4]+" "+cells[5])
		}
	}
	if got := strings.Join(names, ", "); got != "1 Ann, 3 Cat, 2 Bob" {
		t.Errorf("the contacts are %s, want 1 Ann, 3 Cat, 2 Bob", got)
	}
}

// TestContactImportFails checks files that cannot be read, which change nothing.
func TestContactImportFails(t *testing.T) {
	data, dealer := newDealer(t)
	succeed(t, "site", "create", "--name", "Pier 9", "--site-id", "pier", "--dealer", dealer, "--data", data)
	with := func(args ...string) []string {
		return append([]string{"contact", "import"}, append(args, "--dealer", dealer, "--data", data)...)
	}
	good := "name,phone\nAnn,2025550147\n"
	broken := "name,phone\n" + strings.Repeat("Ann,2025550147\n", 300) + "Bob,\"2025550148\n"
	folder := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, c := range []struct {
		input string
		args  []string
		want  string
	}{
		{"", with(filepath.Join(folder, "none.csv")), "none.csv: no such file"},
		{"", with(file("empty.csv", "")), "the file is empty"},
		{"", with(file("header.csv", "name,phone\n")), "no rows below its header"},
		{"", with(file("strange.csv", "color,size\nred,1\n")), "no column is the name of a contact"},
		{"", with(file("broken.csv", broken), "--site", "pier"), "line 302, column 2: the quote that begins here has no end"},
		{"", with(file("good.csv", good), "--map", "Phone=points.fax", "--site", "pier"), "does not exist"},
		{"", with(file("good.csv", good), "--site", "none"), "site not found"},
		{"", with(file("good.csv", good), "--site", "pier", "--type", "owner"), "must be one of primary"},
		{"", with(file("good.csv", good), "--site", "pier", "--refused", file("taken.csv", "")), "file exists"},
		{broken, with("-", "--site", "pier"), "before, 1 contact created, 0 updated, 0 unchanged, 299 refused; import the file again for the rest"},
	} {
		if r := runWith(t, c.input, c.args...); r.status == exitOK || !strings.Contains(r.err, c.want) {
			t.Errorf("rollcall %q: status %d, %q; want an error with %q", c.args, r.status, r.err, c.want)
		}
	}
}
