package app_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/formats"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit"
)

// importer imports files into the dealer of an App.
type importer struct {
	*testkit.App
	t *testing.T
}

// file imports a file and returns the counts as created/updated/unchanged/refused, and a line for each row with errors or warnings.
func (i importer) file(text string, opts service.ImportOptions) (counts string, notes string) {
	i.t.Helper()
	file, err := formats.OpenContacts(strings.NewReader(text), nil, formats.Options{})
	if err != nil {
		i.t.Fatal(err)
	}
	defer file.Close()
	var lines strings.Builder
	n, err := i.Service().ImportContacts(i.t.Context(), service.Caller{Dealer: i.Dealer}, file, opts, func(rows []service.ImportedRow) error {
		for _, row := range rows {
			for _, e := range row.Errors {
				fmt.Fprintf(&lines, "%d: %s %s\n", row.Line, e.Column, e.Code)
			}
			for _, w := range row.Warnings {
				fmt.Fprintf(&lines, "%d: warning %s %s\n", row.Line, w.Column, w.Code)
			}
		}
		return nil
	})
	if err != nil {
		i.t.Fatal(err)
	}
	if n.Rows != n.Created+n.Updated+n.Unchanged+n.Refused {
		i.t.Errorf("the counts %+v do not add up", n)
	}
	return fmt.Sprintf("%d/%d/%d/%d", n.Created, n.Updated, n.Unchanged, n.Refused), lines.String()
}

// export returns all contacts of the dealer as a file.
func (i importer) export(format string) string {
	i.t.Helper()
	var out bytes.Buffer
	write, err := app.NewContactExport(&out, format)
	if err == nil {
		err = i.Service().ExportContacts(i.t.Context(), service.Caller{Dealer: i.Dealer}, service.AllContactsQuery{}, write)
	}
	if err != nil {
		i.t.Fatal(err)
	}
	return out.String()
}

// list returns the contacts of a site in the order of its call list, each as "first last type/role: points".
func (i importer) list(reference string) []string {
	i.t.Helper()
	contacts, _, err := i.Service().Contacts(i.t.Context(), service.Caller{Dealer: i.Dealer}, rollcall.SiteRef{Reference: reference}, service.ContactQuery{})
	if err != nil {
		i.t.Fatal(err)
	}
	lines := make([]string, len(contacts))
	for n := range contacts {
		c := &contacts[n]
		lines[n] = strings.TrimRight(c.FirstName+" "+c.LastName, " ") + " " + string(c.Type) + "/" + string(c.Role) + ":"
		for _, p := range c.Points {
			lines[n] += " " + p.Value
			if p.Extension != "" {
				lines[n] += " ext " + p.Extension
			}
			if p.Label != "" {
				lines[n] += " (" + string(p.Label) + ")"
			}
		}
	}
	return lines
}

func (i importer) wants(what, text string, opts service.ImportOptions, counts, notes string) {
	i.t.Helper()
	got, lines := i.file(text, opts)
	if got != counts || lines != notes {
		i.t.Errorf("%s = %s\n%s\nwant %s\n%s", what, got, lines, counts, notes)
	}
}

var creating = service.ImportOptions{CreateSites: true}

// TestImportShapes imports every fixture of formats twice, and then what it exports: only the first changes anything.
func TestImportShapes(t *testing.T) {
	files, err := filepath.Glob("../formats/testdata/*")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d fixtures, %v; want at least 20", len(files), err)
	}
	for _, path := range files {
		name := filepath.Base(path)
		if strings.HasPrefix(name, "sites") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			i := importer{testkit.NewApp(t), t}
			opts := service.ImportOptions{CreateSites: true, Site: "site_123abc"}
			created := shapes[name]
			got, notes := i.file(string(content), opts)
			if got != created {
				t.Errorf("the first import = %s\n%s\nwant %s", got, notes, created)
			}
			var c, refused int
			if _, err := fmt.Sscanf(created, "%d/0/0/%d", &c, &refused); err != nil {
				t.Fatal(err)
			}
			again := fmt.Sprintf("0/0/%d/%d", c, refused)
			for _, dry := range []bool{true, false} {
				opts.DryRun = dry
				if got, notes := i.file(string(content), opts); got != again {
					t.Errorf("the import again, dry %t = %s\n%s\nwant %s", dry, got, notes, again)
				}
			}
			all := fmt.Sprintf("0/0/%d/0", c+2) // with John and Jane of the reference
			for _, clears := range []bool{false, true} {
				i.wants("the import of its CSV", i.export("csv"), service.ImportOptions{EmptyClears: clears}, all, "")
				i.wants("the import of its JSON lines", i.export("jsonl"), service.ImportOptions{EmptyClears: clears}, all, "")
			}
		})
	}
}

// shapes are the counts of the first import of each fixture. Columns of positions and PINs, rows without a name or a point, and
// numbers that a spreadsheet shortened are among them.
var shapes = map[string]string{
	"automation.jsonl": "2/0/0/0", "crm.csv": "1/0/0/0", "export.csv": "1/0/0/0", "export.jsonl": "2/0/0/0", "german.csv": "1/0/0/0",
	"google-old.csv": "1/0/0/0", "google.csv": "2/0/0/0", "mailing.csv": "1/0/0/0", "numbers-lost.csv": "1/0/0/1", "old-mac.csv": "2/0/0/0",
	"outlook-classic.csv": "1/0/0/0", "outlook.csv": "1/0/0/0", "pipes.txt": "2/0/0/1", "plain.csv": "1/0/0/0", "ragged.csv": "1/0/0/2",
	"station-list.csv": "3/0/0/0", "station-numbered.csv": "2/0/0/0", "station-report.csv": "2/0/0/0", "station-tabs.txt": "2/0/0/0",
	"two-names.csv": "1/0/0/0",
}

const family = `site_ref,position,name,mobile,home,ext,email,relation
ACCT-7,20,"LEE, BOB",202-555-0148,202-555-0101,,,Spouse
ACCT-7,10,Ann Lee,(202) 555-0147,202 555 0101,,ann@example.org,Owner
ACCT-7,30,Cat Dow,,+1 202 555 0149,12,,Neighbour
ACCT-7,40,Dan,,,,,Wizard
`

// TestImportMatchesPeople imports a family whose parents share a landline, and then other lists about them.
func TestImportMatchesPeople(t *testing.T) {
	i := importer{testkit.NewApp(t), t}
	i.wants("without sites", family, service.ImportOptions{}, "0/0/0/4",
		"2: site_ref site_not_found\n3: site_ref site_not_found\n4: site_ref site_not_found\n5: site_ref site_not_found\n")
	const notes = "2: warning relation role_read_as\n4: warning relation role_read_as\n5: email required\n"
	i.wants("a dry run", family, service.ImportOptions{CreateSites: true, DryRun: true}, "3/0/0/1", notes)
	i.wants("the family", family, creating, "3/0/0/1", notes)
	i.has("ACCT-7",
		"Ann Lee secondary/owner: (202) 555-0147 (mobile) 202 555 0101 (home) ann@example.org",
		"BOB LEE secondary/resident: 202-555-0148 (mobile) 202-555-0101 (home)",
		"Cat Dow emergency/: +1 202 555 0149 ext 12 (home)")
	for _, c := range matches {
		i.wants(c.name, c.file, creating, c.counts, c.notes)
	}
	i.has("ACCT-7",
		"Ann Lee secondary/owner: +1 202 555 0146 (mobile) 202 555 0101 (home) ann@example.org 202 555 0144 (work) lee@example.org",
		"Cat Dow emergency/: +1 202 555 0149 ext 12 (home)",
		"Bob Lee secondary/resident: 202-555-0148 (mobile) 202-555-0101 (home)",
		"Bob Lee secondary/: 202-555-0148")
	i.wants("clearing cells", "site_ref,external_contact_id,role,mobile,points.work\nACCT-7,L-1,,,\n", service.ImportOptions{EmptyClears: true}, "0/1/0/0", "")
	i.has("ACCT-7",
		"Ann Lee secondary/: 202 555 0101 (home) ann@example.org lee@example.org",
		"Cat Dow emergency/: +1 202 555 0149 ext 12 (home)",
		"Bob Lee secondary/resident: 202-555-0148 (mobile) 202-555-0101 (home)",
		"Bob Lee secondary/: 202-555-0148")
}

// matches are files about the family, imported one after the other.
var matches = []struct{ name, file, counts, notes string }{
	{"other numbers and a reference", "site_ref,external_contact_id,name,mobile,work,email\nACCT-7,L-1,ann  LEE,+1 202 555 0146,202 555 0144,ann@example.org\n", "0/1/0/0", ""},
	{"the same again", "site_ref,external_contact_id,name,mobile,work,email\nACCT-7,L-1,ann  LEE,+1 202 555 0146,202 555 0144,ann@example.org\n", "0/0/1/0", ""},
	{"by reference alone, with a second e-mail", "site_ref,external_contact_id,email,email 2\nACCT-7,L-1,ann@example.org,lee@example.org\n", "0/1/0/0", ""},
	{
		"another reference is another person, and without a name no contact", "site_ref,external_contact_id,name,mobile\nACCT-7,L-2,Ann Lee,\nACCT-7,L-3,,2025550147\n",
		"0/0/0/2", "2: email required\n3: name required\n",
	},
	{"names in two columns", "site_ref,first_name,last_name,phone\nACCT-7,Bob,Lee,+12025550148\n", "0/1/0/0", ""},
	{"a position at the end", "site_ref,position,name,phone\nACCT-7,9,Bob Lee,+12025550148\n", "0/0/1/0", ""},
	{"a namesake with a reference of his own", "site_ref,external_contact_id,name,phone\nACCT-7,L-4,Bob Lee,202-555-0148\n", "0/1/0/0", ""},
	{"another namesake", "site_ref,external_contact_id,name,phone\nACCT-7,L-5,Bob Lee,202-555-0148\n", "1/0/0/0", ""},
	{"a name that two share", "site_ref,name,phone\nACCT-7,Bob Lee,202-555-0148\n", "0/0/0/1", "2: external_contact_id ambiguous\n"},
	{
		"one person twice", "site_ref,name,phone\nACCT-7,Cat Dow,202-555-0149\nACCT-7,cat dow,202-555-0149\nACCT-8,Eve,202-555-0143\nACCT-8,Eve,202-555-0143\n",
		"1/0/1/2", "3:  duplicate_row\n5:  duplicate_row\n",
	},
	{"one new person twice, in a site of her own", "site_ref,external_contact_id,name,phone\nACCT-9,E-1,Eve,202-555-0143\nACCT-9,E-1,Eve,202-555-0142\n", "1/0/0/1", "3:  duplicate_row\n"},
}

// has compares a call list.
func (i importer) has(reference string, want ...string) {
	i.t.Helper()
	if got := i.list(reference); strings.Join(got, "\n") != strings.Join(want, "\n") {
		i.t.Errorf("the call list of %s is\n%s\nwant\n%s", reference, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestImportKeepsAnswers checks that an import touches no confirmation, opt-out, decline or other contact.
func TestImportKeepsAnswers(t *testing.T) {
	i := importer{testkit.NewApp(t), t}
	people := "/ext/v1/sites/site_123abc/contacts/"
	for _, change := range []struct{ path, body string }{
		{people + "contact_789ghi/attestation", `{"point": "phone", "note": "called"}`},
		{people + "contact_789ghi/validation", `{"method": "email"}`},
		{people + "contact_abc123/attestation", `{"point": "email", "note": "called"}`},
		{"/ext/v1/suppressions", `{"point": "email", "value": "jane.smith@example.com"}`},
	} {
		if status, answer := i.Do("all", "POST", change.path, change.body); status > 299 {
			t.Fatal(change.path, status, answer)
		}
	}
	before := i.export("jsonl")
	for _, status := range []string{"confirmed", "pending", "opted_out"} {
		if !strings.Contains(before, `"status":"`+status+`"`) {
			t.Fatalf("the contacts are\n%s\nwant one that is %s", before, status)
		}
	}
	i.wants("the same numbers, spelled in another way", "account_reference_id,name,phone,email\nACCT-1001,JOHN  DOE,+1 (555) 0123,JOHN.DOE@example.com\n",
		service.ImportOptions{}, "0/0/1/0", "")
	i.wants("its export", before, service.ImportOptions{EmptyClears: true}, "0/0/2/0", "")
	if after := i.export("jsonl"); after != before {
		t.Errorf("the contacts are\n%s\nwant\n%s", after, before)
	}
}

// TestImportIsRefused checks options and rows that cannot be used; every error of a row is named.
func TestImportIsRefused(t *testing.T) {
	i := importer{testkit.NewApp(t), t}
	for _, opts := range []service.ImportOptions{{Site: "none"}, {DefaultType: "owner"}} {
		file, err := formats.OpenContacts(strings.NewReader("name,phone\nAnn,2025550147\n"), nil, formats.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err = i.Service().ImportContacts(t.Context(), service.Caller{Dealer: i.Dealer}, file, opts, nil); err == nil {
			t.Errorf("an import with %+v succeeds, want an error", opts)
		}
	}
	for _, c := range refusals {
		i.wants(c.name, c.file, service.ImportOptions{Site: "site_123abc", CreateSites: true}, c.counts, c.notes)
	}
}

var refusals = []struct{ name, file, counts, notes string }{
	{
		"every wrong cell", "name,phone,email,position,dispatch,availability,effective_at,notification_preferences.sms\nAnn,none,x@,first,Sometimes,mon,soon,perhaps\n",
		"0/0/0/1", "2: position invalid\n2: availability invalid\n2: notification_preferences.sms invalid\n2: phone invalid\n2: email invalid\n" +
			"2: dispatch invalid\n2: effective_at invalid\n",
	},
	{"rules of the whole contact", "name,phone,dispatch,effective_at\nAnn,2025550147,Sometimes,soon\n", "0/0/0/1", "2: dispatch invalid\n2: effective_at invalid\n"},
	{"a site that is wrong", "site_ref,name,phone,site.country\nACCT-5,Ann,2025550147,Mexico\n", "0/0/0/1", "2: site.country invalid\n"},
	{"a fax, and a number in two columns", "name,phone 1,phone 1 type,phone 2,phone 2 type,mobile\nAnn,2025550146,Work Fax,2025550147,C,2025550147\n", "1/0/0/0",
		"2: warning phone 1 not_a_phone\n2: warning mobile same_value\n"},
	{"unknown words", "name,phone,type,role\nAnn,2025550141,Keyholder,Wizard\nBob,2025550142,Wizard,\n", "2/0/0/0",
		"2: warning role role_unknown\n2: warning type type_read_as\n3: warning type type_unknown\n"},
	{"a lost zero, read in the country of the site", "site_ref,name,phone,site.country\nACCT-6,Ann,2079460147,GB\n", "1/0/0/0", ""},
	{"too many points", "name,phone,phone 2,phone 3,phone 4,phone 5,phone 6,phone 7,phone 8,phone 9,phone 10,email\n" +
		"Ann,2025550101,2025550102,2025550103,2025550104,2025550105,2025550106,2025550107,2025550108,2025550109,2025550110,ann@example.org\n", "0/0/0/1", "2: points too_long\n"},
}

// TestImportGoesOnWithContacts checks that an import that fails continues where it ended, and that the site's limit refuses rows. With
// ROLLCALL_SOAK=1 it has 100,000 rows.
func TestImportGoesOnWithContacts(t *testing.T) {
	i := importer{testkit.NewApp(t), t}
	sites := 20
	if os.Getenv("ROLLCALL_SOAK") == "1" {
		sites = 1000
	}
	var text strings.Builder
	text.WriteString("account_reference_id,position,first_name,last_name,mobile,home,role\n")
	for n := range sites * 100 {
		fmt.Fprintf(&text, "A-%d,%d,Ann,Lee %d,+1 202 555 0147 x%d,+1 202 555 0101,owner\n", n/100, n%100+1, n, n)
	}
	fails := sites*50 + 7
	failing(t, i.App, "INSERT", "contacts", fmt.Sprintf("NEW.last_name = 'Lee %d'", fails))
	caller := service.Caller{Dealer: i.Dealer}
	for _, want := range []string{fmt.Sprintf("{Rows:%d Created:%[1]d Updated:0 Unchanged:0 Refused:0}", fails-fails%100),
		fmt.Sprintf("{Rows:%d Created:0 Updated:0 Unchanged:%[1]d Refused:0}", fails-fails%100)} {
		file, err := formats.OpenContacts(strings.NewReader(text.String()), nil, formats.Options{})
		if err != nil {
			t.Fatal(err)
		}
		n, err := i.Service().ImportContacts(t.Context(), caller, file, creating, nil)
		if got := fmt.Sprintf("%+v", n); err == nil || got != want {
			t.Fatalf("an import that fails = %s, %v; want %s and an error", got, err, want)
		}
	}
	drop := "DROP TRIGGER fail"
	if testkit.URLOf(i.Folder) != "" {
		drop += " ON contacts"
	}
	i.Execute(t, drop)
	all, stored := sites*100, fails-fails%100
	begun := time.Now()
	i.wants("the import again", text.String(), creating, fmt.Sprintf("%d/0/%d/0", all-stored, stored), "")
	t.Logf("figure: %d contacts created in %v", all-stored, time.Since(begun).Round(time.Millisecond))
	begun = time.Now()
	i.wants("a second import", text.String(), creating, fmt.Sprintf("0/0/%d/0", all), "")
	t.Logf("figure: %d contacts unchanged in %v", all, time.Since(begun).Round(time.Millisecond))
	if got := i.list("A-1"); len(got) != 100 || !strings.HasPrefix(got[41], "Ann Lee 141 ") {
		t.Errorf("the call list has %d contacts, the 42nd is %s; want 100, and Ann Lee 141", len(got), got[41])
	}
}
