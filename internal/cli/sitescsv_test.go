package cli

import (
	"errors"
	"fmt"
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
			got, err := readSites(strings.NewReader(c.file))
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
			ignored := []string(nil)
			if c.name == "columns that are not ours" {
				ignored = []string{"note", "Cell Phone"}
			}
			if fmt.Sprint(got.ignored) != fmt.Sprint(ignored) {
				t.Errorf("ignored %v, want %v", got.ignored, ignored)
			}
		})
	}
}

func TestReadSitesRefuses(t *testing.T) {
	for _, c := range []struct{ name, file, want string }{
		{"empty", "", "the file is empty; its first line must name the columns, such as site_id,name,city,country"},
		{"header alone", "name\n", "the file has no rows below its header"},
		{"no name", "site_id\n1\n", "the first line has no column \"name\", which every site needs; write a first line such as site_id,name,city,country"},
		{"column twice", "name,Name\nA,B\n", "the header names the column name twice"},
		{"broken header", "\"name\nA\n", `line 1 is not CSV: extraneous or missing " in quoted-field`},
		{"UTF-16", "\xff\xfen\x00a\x00m\x00e\x00", "the file is UTF-16 or not text; save it as CSV in UTF-8 (in Excel: “CSV UTF-8”)"},
		{"UTF-16 without a mark", "n\x00a\x00m\x00e\x00", "the file is UTF-16 or not text; save it as CSV in UTF-8 (in Excel: “CSV UTF-8”)"},
		{"Latin-1", "name\nA\nCaf\xe9\n", "line 3 is not UTF-8; save it as CSV in UTF-8 (in Excel: “CSV UTF-8”)"},
		{"too many", "name\n" + strings.Repeat("A\n", 50_001), "the file has more than 50000 rows; import it in parts"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := readSites(strings.NewReader(c.file)); err == nil || err.Error() != c.want {
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
			"the same id twice", "name,site_id,account_reference_id\nA,1,X\nB,2,Y\nC,1,Y\n",
			"1 row is wrong; nothing was imported",
			[]string{"line 4: site_id is the same as in line 2; account_reference_id is the same as in line 3"},
		},
		{
			"more values than columns", "name\nA,B\nC\n",
			"1 row is wrong; nothing was imported",
			[]string{"line 2: value 2 has no column"},
		},
		{
			"a quote that does not end", "name,country\nA,XX\n\"B,US\nC,US\n",
			"2 rows are wrong; nothing was imported",
			[]string{
				"line 2: country must be a two-letter country code (ISO 3166-1), such as US",
				`line 3: extraneous or missing " in quoted-field; the lines below were not read`,
			},
		},
		{"many", many, "23 rows are wrong; nothing was imported", append(manyItems, "and 3 more")},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := readSites(strings.NewReader(c.file))
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

func TestReadSitesBoundsTheFile(t *testing.T) {
	_, err := readSites(endless{})
	if want := "the file is larger than 64 MiB; import it in parts"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func FuzzSitesCSV(f *testing.F) {
	for _, seed := range []string{
		"name\nA\n", "site_id;name\n1;\"A;B\"\n", "\ufeffname,country\r\nA,US\r\n", "name,name\n", "\"", "name\n\"", ",\n,\n",
		"name,street\nA,\"1\n2\"\n", "\xff\xfen\x00", "name\n\xe9\n", "name;\nA;B\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, file string) {
		read, err := readSites(strings.NewReader(file))
		if err != nil {
			if err.Error() == "" {
				t.Error("an error that says nothing")
			}
			return
		}
		last, lines := 1, strings.Count(file, "\n")+1
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
