package cli

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"example.org/rollcall/internal/formats"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

const (
	maxSiteRows  = 50_000
	maxSiteBytes = 64 << 20
	shownRows    = 20 // wrong rows that are listed
)

// siteRow is one site of a file.
type siteRow struct {
	line int // of the file, from 1
	in   rollcall.SiteInput
}

// siteFile is the content of a file of sites.
type siteFile struct {
	rows    []siteRow
	mapping *formats.Mapping
}

// readSites reads a file of sites as package formats describes them; columns maps columns to fields where their names don't
// say it. It makes all checks that need no database, and returns a *listError with the wrong rows.
func readSites(r io.Reader, columns map[string]string) (siteFile, error) {
	file, err := formats.Open(r, formats.Options{MaxBytes: maxSiteBytes})
	if err != nil {
		return siteFile{}, err
	}
	defer file.Close()
	mapping, err := file.Map(formats.Sites(), columns)
	if err != nil {
		return siteFile{}, wrongMap(err)
	}
	if !mapping.Has("name") {
		return siteFile{}, errors.New("no column is the name, which every site needs; name one \"name\", or use --map \"COLUMN=name\"")
	}
	s := siteReader{rows: file, mapping: mapping}
	if err := s.read(); err != nil {
		return siteFile{}, err
	}
	s.findTwins()
	if len(s.bad) > 0 {
		return siteFile{}, s.bad.err()
	}
	if len(s.found) == 0 {
		return siteFile{}, errors.New("the file has no rows below its header")
	}
	return siteFile{s.found, mapping}, nil
}

// wrongMap returns the error of a --map that doesn't fit the file.
func wrongMap(err error) error {
	var e *rollcall.Error
	if !errors.As(err, &e) {
		return err
	}
	var items []string
	for _, d := range e.Details {
		items = append(items, strings.TrimPrefix(d.Field, "mapping.")+" "+d.Message)
	}
	return &listError{summary: "--map does not fit the file; nothing was imported", items: items}
}

type siteReader struct {
	rows    *formats.Rows
	mapping *formats.Mapping
	found   []siteRow
	bad     badRows
}

func (s *siteReader) read() error {
	for {
		row, err := s.rows.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if len(s.found) == maxSiteRows {
			return fmt.Errorf("the file has more than %d rows; import it in parts", maxSiteRows)
		}
		s.row(row)
	}
}

func (s *siteReader) row(row formats.Row) {
	fields, wrong := s.mapping.Read(row)
	for _, e := range wrong {
		s.bad.add(row.Line, s.column(e.Column)+" "+e.Message)
	}
	site := siteRow{line: row.Line}
	var address rollcall.AddressInput
	for field, value := range fields {
		if to := fieldOf(&site.in, &address, field); to != nil && value != "" {
			*to = rollcall.Given(value)
		}
	}
	site.in.Address = rollcall.Given(address)
	s.rules(&site, fields)
	s.bad.addError(row.Line, service.CheckSite(site.in))
	s.found = append(s.found, site)
}

// rules reads the fields of readiness rules.
func (s *siteReader) rules(site *siteRow, fields map[string]string) {
	var rules rollcall.SiteReadinessRulesInput
	for _, n := range []struct {
		field string
		to    *rollcall.Field[int]
	}{{"min_people", &rules.MinPeople}, {"min_numbers", &rules.MinNumbers}} {
		value := fields[n.field]
		if value == "" {
			continue
		}
		number, err := strconv.Atoi(value)
		if err != nil {
			s.bad.add(site.line, n.field+" must be a whole number")
			continue
		}
		*n.to = rollcall.Given(number)
	}
	if reason := fields["exempt_reason"]; reason != "" {
		rules.ExemptReason = rollcall.Given(reason)
	}
	if rules != (rollcall.SiteReadinessRulesInput{}) {
		site.in.ReadinessRules = rollcall.Given(rules)
	}
}

// column returns what to call a column in an error.
func (s *siteReader) column(index int) string {
	if names := s.rows.Columns(); index < len(names) && names[index] != "" {
		return fmt.Sprintf("%.60q", names[index])
	}
	return fmt.Sprintf("column %d", index+1)
}

// fieldOf returns the field for a field of formats.Sites, and nil for one of the rules.
func fieldOf(in *rollcall.SiteInput, a *rollcall.AddressInput, column string) *rollcall.Field[string] {
	fields := map[string]*rollcall.Field[string]{
		"site_id": &in.SiteID, "account_reference_id": &in.Reference, "account_number": &in.AccountNumber, "name": &in.Name,
		"street": &a.Street, "city": &a.City, "state": &a.State, "zip": &a.Zip, "country": &a.Country,
		"timezone": &in.Timezone, "language": &in.Language, "status": &in.Status, "premises_phone": &in.PremisesPhone,
	}
	return fields[column]
}

// findTwins adds ids that two rows share to s.bad.
func (s *siteReader) findTwins() {
	ids, references := map[string]int{}, map[string]int{}
	for _, row := range s.found {
		s.bad.twin(ids, "site_id", row.in.SiteID, row.line)
		s.bad.twin(references, "account_reference_id", row.in.Reference, row.line)
	}
}

// badRows are the errors of a file, in the order in which they were found.
type badRows []badRow

type badRow struct {
	line    int
	message string
}

func (b *badRows) add(line int, message string) { *b = append(*b, badRow{line, message}) }

// addError adds an error of the core about a row, with column names.
func (b *badRows) addError(line int, err error) {
	var e *rollcall.Error
	switch {
	case err == nil:
	case errors.As(err, &e) && len(e.Details) > 0:
		for _, d := range e.Details {
			b.add(line, columnOf(d.Field)+" "+d.Message)
		}
	case errors.As(err, &e):
		b.add(line, e.Message)
	default:
		b.add(line, err.Error())
	}
}

func (b *badRows) twin(seen map[string]int, column string, value rollcall.Field[string], line int) {
	if !value.Set {
		return
	}
	if first, twice := seen[value.Value]; twice {
		b.add(line, fmt.Sprintf("%s is the same as in line %d", column, first))
		return
	}
	seen[value.Value] = line
}

// err returns an error that lists the first wrong rows and the number of others.
func (b badRows) err() *listError {
	slices.SortStableFunc(b, func(x, y badRow) int { return x.line - y.line })
	var items []string
	rows, last := 0, 0
	for _, bad := range b {
		if bad.line != last {
			rows, last = rows+1, bad.line
			if rows <= shownRows {
				items = append(items, fmt.Sprintf("line %d: %s", bad.line, bad.message))
			}
		} else if rows <= shownRows {
			items[len(items)-1] += "; " + bad.message
		}
	}
	if rows > shownRows {
		items = append(items, fmt.Sprintf("and %d more", rows-shownRows))
	}
	summary := fmt.Sprintf("%d rows are wrong; nothing was imported", rows)
	if rows == 1 {
		summary = "1 row is wrong; nothing was imported"
	}
	return &listError{summary: summary, items: items}
}
