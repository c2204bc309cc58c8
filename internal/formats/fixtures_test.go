package formats_test

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.org/rollcall/internal/formats"
)

// describe reads a file as the table's fields: how its columns are mapped, and the fields of each row that are not empty.
func describe(t *testing.T, path string, table *formats.Table) string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := formats.Open(file, formats.Options{})
	if err != nil {
		return err.Error() + "\n"
	}
	defer rows.Close()
	mapping, err := rows.Map(table, nil)
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return text.String() + err.Error() + "\n"
		}
		fields, errs := mapping.Read(row)
		fmt.Fprintf(&text, "%d:", row.Line)
		for _, name := range slices.Sorted(maps.Keys(fields)) {
			if fields[name] != "" {
				fmt.Fprintf(&text, " %s=%q", name, fields[name])
			}
		}
		for _, e := range errs {
			fmt.Fprintf(&text, " error %s in column %d", e.Code, e.Column+1)
		}
		text.WriteString("\n")
	}
	fmt.Fprintf(&text, "ignored: %s\n", strings.Join(mapping.Ignored(), ", "))
	fmt.Fprintf(&text, "secret: %s\n", strings.Join(mapping.Secret(), ", "))
	for _, c := range mapping.Choices() {
		fmt.Fprintf(&text, "choice: %s is %q, or %s\n", c.Column, c.Field, strings.Join(c.Others, ", "))
	}
	return text.String()
}

func TestFixtures(t *testing.T) {
	files, err := filepath.Glob("testdata/*")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != len(fixtures) {
		t.Errorf("%d files in testdata, %d in the table; want each there", len(files), len(fixtures))
	}
	for name, want := range fixtures {
		t.Run(name, func(t *testing.T) {
			table := formats.Contacts()
			if strings.HasPrefix(name, "sites") {
				table = formats.Sites()
			}
			if got := describe(t, filepath.Join("testdata", name), table); got != strings.TrimPrefix(want, "\n") {
				t.Errorf("got\n%s\nwant%s", got, want)
			}
		})
	}
}

var fixtures = map[string]string{
	"automation.jsonl": `
1: first_name="Ann" last_name="Lee" points.mobile="12025550147" position="1" site_id="1784"
2: first_name="Bob" last_name="Dow" points.home="+1 202 555 0148" position="2" site_id="1784"
ignored: keys
secret: passcode
`,
	"crm.csv": `
3: account_reference_id="ACCT-1" email="ann@example.org" first_name="Ann" language="en" last_name="Lee" points.mobile="+1 202 555 0147"
ignored: Cell Phone (private)
secret: 
choice: Account Number is "account_reference_id", or site.account_number
`,
	"export.csv": `
2: account_reference_id="ACCT-1" external_contact_id="c-1" first_name="Ann" last_name="'t Hooft" points.1.extension="12" points.1.kind="phone" points.1.label="mobile" points.1.value="+1 202 555 0147" points.2.kind="email" points.2.value="ann@example.org" position="1" role="owner" site_id="1784" type="primary"
ignored: 
secret: 
`,
	"export.jsonl": `
1: availability.1.days.1="mon" availability.1.days.2="tue" availability.1.from="08:00" availability.1.to="17:30" first_name="Ann" last_name="-" points.1.kind="phone" points.1.label="mobile" points.1.value="+1 202 555 0147" site_id="1784"
2: first_name="Bob" last_name="Dow" points.1.extension="4" points.1.kind="phone" points.1.label="work" points.1.value="+1 202 555 0148" points.2.kind="email" points.2.value="bob@example.org" site_id="1784"
ignored: 
secret: 
`,
	"german.csv": `
2: email="juergen@example.org" first_name="Jürgen" last_name="Groß" phone="+49 30 23125 101" points.mobile="+49 1525 550 101"
ignored: 
secret: Kennwort
`,
	"google-old.csv": `
2: email="ann@example.org" first_name="Ann" last_name="Lee" phone="+1 202 555 0147" phone.2="+1 202 555 0101" phone.2.label="Home" phone.label="Mobile"
ignored: Name, Additional Name, Group Membership, E-mail 1 - Type, Organization 1 - Name
secret: 
`,
	"google.csv": `
2: email="ann.lee@example.org" first_name="Ann" last_name="Lee" phone="+1 202-555-0147" phone.2="(202) 555-0148" phone.2.label="Work" phone.label="Mobile"
4: first_name="Bob" last_name="Dow" phone="+1 202-555-0149" phone.3="+1 202-555-0150" phone.3.label="Mobile" phone.label="Mobile"
ignored: Middle Name, Phonetic First Name, Phonetic Middle Name, Phonetic Last Name, Name Prefix, Name Suffix, Nickname, File As, Organization Name, Organization Title, Organization Department, Birthday, Notes, Photo, Labels, E-mail 1 - Label, E-mail 2 - Label
secret: 
`,
	"mailing.csv": `
2: email="ann@example.org" email.2="lee@example.org" name="Ann Lee" points.other="202-555-0150" points.work="202-555-0148" points.work.extension="12"
ignored: 
secret: 
`,
	"numbers-lost.csv": `
2: first_name="Ann" last_name="Lee" phone="1.20256E+10" error spreadsheet_number in column 3
3: first_name="Bob" last_name="Dow" phone="2025550148"
ignored: 
secret: 
`,
	"old-mac.csv": `
2: name="José Núñez" phone="+34 915 550 101"
3: name="Zoë Dow" points.mobile="+44 20 7946 0147"
ignored: 
secret: 
`,
	"outlook-classic.csv": `
2: email="ann@example.org" first_name="Ann" last_name="Lee" points.mobile="+1 (202) 555-0147" points.work="+1 (202) 555-0148 x12"
ignored: Title, Middle Name, Company, E-mail Type, E-mail Display Name
secret: 
choice: Title is "", or role
`,
	"outlook.csv": `
2: email="zoe@example.org" first_name="Zoë" last_name="Dow" points.home="(202) 555-0101" points.mobile="(202) 555-0147" points.work="(202) 555-0148" points.work.2="(202) 555-0149"
ignored: Middle Name, Title, Suffix, Nickname, Car Phone, Pager, Business Fax, Home Fax, Assistant's Phone, Job Title, Company, Business Street, Notes, Birthday
secret: 
choice: Title is "", or role
`,
	"pipes.txt": `
2: account_reference_id="ACCT-1" email="ann@example.org" name="Ann Lee" phone="+1 202 555 0147"
3: account_reference_id="ACCT-1" name="Bob" phone="+1 202 555 0148"
4: account_reference_id="ACCT-1" name="Cat" phone="+1 202 555 0149" error no_column in column 5
ignored: 
secret: 
`,
	"plain.csv": `
2: email="ann@example.org" first_name="Ann" last_name="Lee" phone="+1 202 555 0147" site_id="1784"
ignored: 
secret: 
`,
	"ragged.csv": `
2: first_name="Ann" last_name="Lee" phone="+1 202 555 0147"
3: first_name="Bob"
6: first_name="Cat" last_name="Dow" error no_column in column 4
ignored: 
secret: 
`,
	"sites-crm.csv": `
2: account_number="1784" city="Bath" country="GB" name="Mill; north" site_id="S-1" street="9 Pier Rd" timezone="Europe/London" zip="BA1 1AA"
ignored: Salesperson
secret: 
`,
	"sites.jsonl": `
1: city="Bath" country="GB" name="Mill" site_id="S-1"
ignored: note
secret: 
`,
	"station-list.csv": `
2: account_reference_id="1784" name="LEE, ANN" points.mobile="202-555-0147" points.work="202-555-0148" points.work.extension="12" position="1" role="OWNER"
3: account_reference_id="1784" name="DOW, BOB" points.home="202-555-0101" position="2" role="KEYHOLDER"
4: account_reference_id="1785" name="PIER 9 FRONT DESK" points.work="2025550149" position="1" role="TENANT"
ignored: 
secret: PIN
choice: Acct # is "account_reference_id", or site.account_number
`,
	"station-numbered.csv": `
2: account_reference_id="A-100" first_name="Ann" last_name="Lee" phone="202-555-0147" phone.2="202-555-0148" phone.2.extension="12" phone.2.label="B" phone.label="C" position="10"
3: account_reference_id="A-100" first_name="Bob" last_name="Dow" phone="202-555-0101" phone.label="H" position="20"
ignored: ECV, Has Keys
secret: Passcode
choice: CS No is "account_reference_id", or site.account_number
`,
	"station-report.csv": `
4: name="Ann Lee" phone="202-555-0147" position="1" role="Manager" site.name="Pier 9 offices"
6: name="Bob Dow" phone="202-555-0148" phone.extension="4" position="1" role="Owner" site.name="Mill"
ignored: 
secret: 
`,
	"station-tabs.txt": `
2: name="Ann Lee" points.home="202-555-0101" points.mobile="202-555-0147"
3: name="Cat Dow" points.home="202-555-0102"
ignored: User #, Title, Pager
secret: Verbal Code
choice: User # is "", or position
choice: Title is "", or role
`,
	"two-names.csv": `
2: name="Ann Lee" phone="+1 202 555 0147"
ignored: Contact Name
secret: 
choice: Contact Name is "", or name
`,
}
