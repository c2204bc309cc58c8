package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

func TestReadSites(t *testing.T) {
	pier := rollcall.SiteInput{
		SiteID: rollcall.Given("1784"), Name: rollcall.Given("Pier 9, offices"),
		Address: rollcall.Given(rollcall.AddressInput{City: rollcall.Given("San Francisco"), Country: rollcall.Given("us")}),
	}
	for _, c := range []struct {
		name, file string
		want       []siteRow
	}{
		{"commas", "site_id,name,city,country\n1784,\"Pier 9, offices\",San Francisco,us\n", []siteRow{{2, pier}}},
		{"semicolons", "site_id;name;city;country\n1784;Pier 9, offices;San Francisco;us\n", []siteRow{{2, pier}}},
		{"Windows-1252, other programs' names, tabs", "Customer Name\tPost Code\tNote\nCaf\xe9\tBA1 1AA\t-\n", []siteRow{{2, rollcall.SiteInput{
			Name: rollcall.Given("Café"), Address: rollcall.Given(rollcall.AddressInput{Zip: rollcall.Given("BA1 1AA")}),
		}}}},
		{"JSON lines", `{"site_id":"1784","name":"Pier 9, offices","city":"San Francisco","country":"us","zip":null}`, []siteRow{{1, pier}}},
		{"any order and case", "Country,CITY,Name,Site ID\nus,San Francisco,\"Pier 9, offices\",1784\n", []siteRow{{2, pier}}},
		{"byte order mark, CRLF", "\ufeffsite_id,name,city,country\r\n1784,\"Pier 9, offices\",San Francisco,us\r\n", []siteRow{{2, pier}}},
		{"blank lines", "\n\nsite_id,name,city,country\n\n,,,\n1784,\"Pier 9, offices\",San Francisco,us\n\n", []siteRow{{6, pier}}},
		{"empty columns of a spreadsheet", "site_id;name;city;country;;\n1784;Pier 9, offices;San Francisco;us;;;;\n", []siteRow{{2, pier}}},
		{"one column", "name\nA\nB", []siteRow{
			{2, rollcall.SiteInput{Name: rollcall.Given("A"), Address: rollcall.Given(rollcall.AddressInput{})}},
			{3, rollcall.SiteInput{Name: rollcall.Given("B"), Address: rollcall.Given(rollcall.AddressInput{})}},
		}},
		{"columns that are not ours", "site_id,note,name,Cell Phone,city,country\n1784,N,\"Pier 9, offices\",+1,San Francisco,us\n", []siteRow{{2, pier}}},
		{"line breaks in quotes count", "name,street\nA,\"1\n2\"\n", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := readSites(strings.NewReader(c.file), nil)
			if c.want == nil {
				if err == nil {
					t.Fatalf("got %+v, want an error", got)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if fmt.Sprint(got.rows) != fmt.Sprint(c.want) {
				t.Errorf("got  %+v\nwant %+v", got.rows, c.want)
			}
			ignored := map[string][]string{
				"columns that are not ours": {"note", "Cell Phone"}, "Windows-1252, other programs' names, tabs": {"Note"},
			}[c.name]
			if fmt.Sprint(got.notRead()) != fmt.Sprint(ignored) {
				t.Errorf("ignored %v, want %v", got.notRead(), ignored)
			}
		})
	}
}

func TestReadSitesRefuses(t *testing.T) {
	for _, c := range []struct{ name, file, want string }{
		{"empty", "", "the file is empty; its first row must name the columns"},
		{"header alone", "name\n", "the file has no rows below its header"},
		{"no name", "site_id\n1\n", "no column is the name, which every site needs; name one \"name\", or use --map \"COLUMN=name\""},
		{"column twice", "name,Name\nA,B\n", `line 1, column 2: column 1 has the same name, "Name"; rename one`},
		{"a quote that does not end", "name,country\nA,XX\n\"B,US\nC,US\n", "line 3, column 1: the quote that begins here has no end; add it, or remove this one"},
		{"mixed encodings", "name\nZoë\nCaf\xe9\n", "line 3, column 1: this is not UTF-8, and the rest is; save the whole file in one encoding (in Excel: “CSV UTF-8”)"},
		{"too many", "name\n" + strings.Repeat("A\n", 50_001), "the file has more than 50000 rows; import it in parts"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := readSites(strings.NewReader(c.file), nil); err == nil || err.Error() != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

func TestReadSitesNamesEveryBadRow(t *testing.T) {
	many := "name,country\n" + strings.Repeat("A,XX\n", 23)
	var manyItems []string
	for line := 2; line <= 21; line++ {
		manyItems = append(manyItems, fmt.Sprintf("line %d: country must be a two-letter country code (ISO 3166-1), such as US", line))
	}
	for _, c := range []struct {
		name, file, summary string
		items               []string
	}{
		{
			"several fields of several rows", "site_id,name,country,status\n1,,XX,active\n2,B,US,gone\n3,C,US,\n",
			"2 rows are wrong; nothing was imported",
			[]string{
				"line 2: name is required; country must be a two-letter country code (ISO 3166-1), such as US",
				"line 3: status must be one of active, inactive, suspended",
			},
		},
		{
			"numbers that are none, or too many", "name,min_people,min_numbers,premises_phone\nA,two,21,none\n",
			"1 row is wrong; nothing was imported",
			[]string{"line 2: min_people must be a whole number; premises_phone must contain digits, such as +1 202 555 0123; min_numbers must be a whole number from 0 to 20"},
		},
		{
			"the same id twice", "name,site_id,account_reference_id\nA,1,X\nB,2,Y\nC,1,Y\n",
			"1 row is wrong; nothing was imported",
			[]string{"line 4: site_id is the same as in line 2; account_reference_id is the same as in line 3"},
		},
		{
			"more values than columns", "name\nA,B\nC\n",
			"1 row is wrong; nothing was imported",
			[]string{"line 2: column 2 has a value, but no name in the header; a value that contains a separator needs quotes"},
		},
		{
			"a number that a spreadsheet shortened", "name,account_number\nA,1.20256E+10\n",
			"1 row is wrong; nothing was imported",
			[]string{`line 2: "account_number" was shortened by a spreadsheet, which lost digits; format the column as text, enter the number again, and save the file again`},
		},
		{"many", many, "23 rows are wrong; nothing was imported", append(manyItems, "and 3 more")},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := readSites(strings.NewReader(c.file), nil)
			var list *listError
			if !errors.As(err, &list) {
				t.Fatalf("got %v, want a list", err)
			}
			if list.summary != c.summary {
				t.Errorf("summary %q, want %q", list.summary, c.summary)
			}
			if got, want := strings.Join(list.items, "\n"), strings.Join(c.items, "\n"); got != want {
				t.Errorf("items:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

func TestReadSitesMapsColumnsAsAsked(t *testing.T) {
	const file = "Customer,name,Ref\nMill,N,R-1\n"
	got, err := readSites(strings.NewReader(file), map[string]string{"Customer": "name", "Name": "", "Ref": "account_reference_id"})
	if err != nil || len(got.rows) != 1 || got.rows[0].in.Name.Value != "Mill" || got.rows[0].in.Reference.Value != "R-1" {
		t.Errorf("got %+v, %v; want the site Mill with the reference R-1", got.rows, err)
	}
	_, err = readSites(strings.NewReader(file), map[string]string{"Fax": "name", "Ref": "reference"})
	want := "--map does not fit the file; nothing was imported: Fax is not a column of the file; the columns are Customer, name, Ref; " +
		`Ref is mapped to the field "reference", which does not exist; the fields are site_id, account_reference_id, account_number, ` +
		"name, street, city, state, zip, country, timezone, language, status, premises_phone, min_people, min_numbers, exempt_reason"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestReadSitesBoundsTheFile(t *testing.T) {
	_, err := readSites(io.MultiReader(strings.NewReader("name\n"), endless{}), nil)
	if want := "the file is larger than 64 MiB; import it in parts"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '\n'
	}
	return len(p), nil
}

func FuzzSiteFile(f *testing.F) {
	for _, seed := range []string{
		"name\nA\n", "site_id;name\n1;\"A;B\"\n", "\ufeffname,country\r\nA,US\r\n", "name,name\n", "\"", "name\n\"", ",\n,\n",
		"name,street\nA,\"1\n2\"\n", "\xff\xfen\x00", "name\n\xe9\n", "name;\nA;B\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, file string) {
		read, err := readSites(strings.NewReader(file), nil)
		if err != nil {
			if err.Error() == "" {
				t.Error("an error that says nothing")
			}
			return
		}
		last, lines := 0, strings.Count(file, "\n")+strings.Count(file, "\r")+1
		for _, row := range read.rows {
			if row.line <= last || row.line > lines {
				t.Errorf("row at line %d after line %d of %d, want ascending lines", row.line, last, lines)
			}
			last = row.line
			if err := service.CheckSite(row.in); err != nil {
				t.Errorf("invalid row at line %d was accepted: %v", row.line, err)
			}
		}
	})
}
