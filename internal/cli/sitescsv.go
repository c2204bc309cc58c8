package cli

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

const (
	maxSiteRows  = 50_000
	maxSiteBytes = 64 << 20
	shownRows    = 20 // wrong rows that are listed
)

// siteRow is one site of a CSV file.
type siteRow struct {
	line int // of the file, from 1
	in   rollcall.SiteInput
}

// siteFile is the content of a CSV file of sites.
type siteFile struct {
	rows    []siteRow
	ignored []string // unknown columns, as the file names them
}

// siteColumns returns all columns, in the order of the help.
func siteColumns() []string {
	return []string{
		"site_id", "account_reference_id", "account_number", "name", "street", "city", "state", "zip", "country",
		"timezone", "language", "status",
	}
}

// readSites reads a CSV file of sites (RFC 4180, UTF-8, separated by commas or semicolons) whose first line names the
// columns. It makes all checks that need no database, and returns a *listError with the wrong rows.
func readSites(r io.Reader) (siteFile, error) {
	content, err := io.ReadAll(io.LimitReader(r, maxSiteBytes+1))
	if err != nil {
		return siteFile{}, err
	}
	if content, err = asText(content); err != nil {
		return siteFile{}, err
	}
	s := siteReader{csv: csv.NewReader(bytes.NewReader(content))}
	s.csv.Comma = separatorOf(content)
	s.csv.FieldsPerRecord = -1
	if err := s.header(); err != nil {
		return siteFile{}, err
	}
	if err := s.rows(); err != nil {
		return siteFile{}, err
	}
	s.findTwins()
	if len(s.bad) > 0 {
		return siteFile{}, s.bad.err()
	}
	if len(s.found) == 0 {
		return siteFile{}, errors.New("the file has no rows below its header")
	}
	return siteFile{s.found, s.ignored}, nil
}

// asText returns the content without a byte order mark, or an error that says how to save it as UTF-8.
func asText(content []byte) ([]byte, error) {
	const advice = "save it as CSV in UTF-8 (in Excel: “CSV UTF-8”)"
	if len(content) > maxSiteBytes {
		return nil, errors.New("the file is larger than 64 MiB; import it in parts")
	}
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	head := content[:min(len(content), 4)]
	if bytes.HasPrefix(head, []byte{0xff, 0xfe}) || bytes.HasPrefix(head, []byte{0xfe, 0xff}) || bytes.IndexByte(head, 0) >= 0 {
		return nil, errors.New("the file is UTF-16 or not text; " + advice)
	}
	line := 1
	for text := range bytes.Lines(content) {
		if !utf8.Valid(text) {
			return nil, fmt.Errorf("line %d is not UTF-8; %s", line, advice)
		}
		line++
	}
	return content, nil
}

// separatorOf returns the separator of the first line that is not empty. No column name has one.
func separatorOf(content []byte) rune {
	for line := range bytes.Lines(content) {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		if bytes.Count(line, []byte(";")) > bytes.Count(line, []byte(",")) {
			return ';'
		}
		break
	}
	return ','
}

type siteReader struct {
	csv     *csv.Reader
	columns []string // by position; empty: without a name; "-": ignored
	ignored []string
	found   []siteRow
	bad     badRows
}

func (s *siteReader) header() error {
	cells, err := s.csv.Read()
	if errors.Is(err, io.EOF) {
		return errors.New("the file is empty; its first line must name the columns, such as " + exampleHeader)
	}
	if err != nil {
		return brokenCSV(err)
	}
	known := siteColumns()
	for _, cell := range cells {
		name := strings.NewReplacer(" ", "_", "-", "_").Replace(strings.ToLower(strings.TrimSpace(cell)))
		switch {
		case name != "" && !slices.Contains(known, name):
			s.ignored = append(s.ignored, strings.TrimSpace(cell))
			name = ignoredColumn
		case name != "" && slices.Contains(s.columns, name):
			return fmt.Errorf("the header names the column %s twice", name)
		}
		s.columns = append(s.columns, name)
	}
	if !slices.Contains(s.columns, "name") {
		return errors.New("the first line has no column \"name\", which every site needs; write a first line such as " + exampleHeader)
	}
	return nil
}

// ignoredColumn is the name of an unknown column.
const ignoredColumn = "-"

const exampleHeader = "site_id,name,city,country"

func (s *siteReader) rows() error {
	for {
		cells, err := s.csv.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		var parse *csv.ParseError
		if errors.As(err, &parse) {
			s.bad.add(parse.StartLine, parse.Err.Error()+"; the lines below were not read")
			return nil
		}
		if err != nil {
			return err
		}
		if strings.Join(cells, "") == "" {
			continue
		}
		if len(s.found) == maxSiteRows {
			return fmt.Errorf("the file has more than %d rows; import it in parts", maxSiteRows)
		}
		line, _ := s.csv.FieldPos(0)
		s.row(line, cells)
	}
}

func (s *siteReader) row(line int, cells []string) {
	row := siteRow{line: line}
	var address rollcall.AddressInput
	for i, cell := range cells {
		if cell == "" || i < len(s.columns) && s.columns[i] == ignoredColumn {
			continue
		}
		if i >= len(s.columns) || s.columns[i] == "" {
			s.bad.add(line, fmt.Sprintf("value %d has no column", i+1))
			break
		}
		*fieldOf(&row.in, &address, s.columns[i]) = rollcall.Given(cell)
	}
	row.in.Address = rollcall.Given(address)
	s.bad.addError(line, service.CheckSite(row.in))
	s.found = append(s.found, row)
}

// fieldOf returns the field for a column of siteColumns.
func fieldOf(in *rollcall.SiteInput, a *rollcall.AddressInput, column string) *rollcall.Field[string] {
	fields := map[string]*rollcall.Field[string]{
		"site_id": &in.SiteID, "account_reference_id": &in.Reference, "account_number": &in.AccountNumber, "name": &in.Name,
		"street": &a.Street, "city": &a.City, "state": &a.State, "zip": &a.Zip, "country": &a.Country,
		"timezone": &in.Timezone, "language": &in.Language, "status": &in.Status,
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

func brokenCSV(err error) error {
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		return fmt.Errorf("line %d is not CSV: %w", parse.StartLine, parse.Err)
	}
	return err
}
