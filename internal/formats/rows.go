package formats

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

// exportMark is the name of a column that marks a CSV file as an export of Rollcall, so that the quotes that CSVWriter puts in
// front of cells are removed again.
const exportMark = "rollcall_export"

// Options say how a file is read.
type Options struct {
	// MaxBytes is the size from which a file is refused with TooLarge; 0: no limit. An .xlsx file has one of 64 MiB in any case.
	MaxBytes int64
}

// Row is one row of a file.
type Row struct {
	Line   int         // from 1, as an editor numbers lines and a spreadsheet rows; of a record of several lines, the first
	Cells  []string    // as the file has them, by the index of Rows.Columns; there may be fewer or more
	Errors []CellError // cells that cannot be used

	given  []bool // in JSON lines: the columns that the object has
	marked bool   // of an export of Rollcall
	json   bool
}

// Value returns the cell at an index without white space around it, and the text of a formula such as ="00123"; for an empty or missing cell, "". The package comment says
// which cells are empty. Of an export of Rollcall it returns what was exported: white space stays, and the quote that CSVWriter
// put in front is removed.
func (r Row) Value(column int) string {
	if column >= len(r.Cells) {
		return ""
	}
	value := r.Cells[column]
	switch {
	case r.json:
		return value
	case r.marked:
		plain := unguard(value)
		if plain != value && strings.TrimSpace(plain) != "" {
			return plain // a last name may be a hyphen
		}
		value = plain
	default:
		value = strings.TrimSpace(value)
		if text := textFormula.FindStringSubmatch(value); text != nil {
			value = text[1]
		}
	}
	if emptyWord.MatchString(value) || strings.TrimSpace(value) == "" {
		return ""
	}
	return value
}

// Has reports whether the row has a cell at an index, be it empty.
func (r Row) Has(column int) bool {
	return column < len(r.Cells) && (r.given == nil || r.given[column])
}

var (
	emptyWord = regexp.MustCompile(`^(NULL|#?[nN]/[aA]|\\N|[-–—]+)$`)
	// How some programs keep a spreadsheet from reading digits as a number: ="00123".
	textFormula = regexp.MustCompile(`^="([^"]*)"$`)
	// A long number as a spreadsheet shows it, in a country with decimal points or commas.
	spreadsheetNumber = regexp.MustCompile(`^[+-]?[0-9]([.,][0-9]+)?[eE]\+[0-9]{1,3}$`)
	jsonArray         = regexp.MustCompile(`^\[\s*[{\]]`)
	// A cell that is a value, and so no column's name.
	dataCell = regexp.MustCompile(`^\S+@\S+\.\S+$|^\+?[0-9(][0-9 ().\-/]{5,}[0-9]$`)
)

// record is a row as a source reads it.
type record struct {
	line  int
	cells []string
	given []bool
}

// source reads the records of one format. After the last it returns io.EOF.
type source interface {
	next() (record, error)
}

// Rows are the rows of a file, read one after the other. Close it after use.
type Rows struct {
	source  source
	json    *jsonSource // the source of JSON lines, which finds further columns as it reads
	columns []string
	mapping *Mapping
	marked  bool
	close   func() error
}

// Open reads the beginning of a file: its format, encoding, separator and header. It fails with a *FileError, or with an error
// of r. Except for .xlsx, memory doesn't grow with the file.
func Open(r io.Reader, o Options) (*Rows, error) {
	if o.MaxBytes > 0 {
		r = &limited{src: r, left: o.MaxBytes, limit: o.MaxBytes}
	}
	src := bufio.NewReaderSize(r, prefixSize)
	head, err := src.Peek(512)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	rows := &Rows{close: func() error { return nil }}
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		sheet, err := openXLSX(src)
		if err != nil {
			return nil, err
		}
		rows.source, rows.close = sheet, sheet.close
	case wrongFormat(head) != "":
		return nil, &FileError{Problem: NotText, Message: wrongFormat(head)}
	default:
		if err := rows.openText(src); err != nil {
			return nil, err
		}
	}
	if rows.json != nil {
		return rows, nil
	}
	if err := rows.header(); err != nil {
		return nil, errors.Join(err, rows.Close())
	}
	return rows, nil
}

// wrongFormat returns what to do with a file that begins with head, if it is of a format that is not read; otherwise "".
func wrongFormat(head []byte) string {
	const save = "; save it as .xlsx or as CSV in UTF-8"
	for _, f := range []struct{ begin, message string }{
		{"\xd0\xcf\x11\xe0", "this is an old Excel file (.xls), or one with a password" + save},
		{"\x1f\x8b", "this file is compressed; unpack it first"},
		{"PK\x05\x06", "this archive is empty" + save},
		{"%PDF", "this is a PDF; export the list as .xlsx or CSV"},
		{"{\\rtf", "this is a text document" + save},
	} {
		if bytes.HasPrefix(head, []byte(f.begin)) {
			return f.message
		}
	}
	text := strings.ToLower(strings.TrimLeft(string(bytes.TrimPrefix(head, []byte("\ufeff"))), " \t\r\n"))
	switch {
	case strings.HasPrefix(text, "<"):
		return "this is HTML or XML, even if its name ends with .xls" + save
	case strings.HasPrefix(text, "begin:vcard"):
		return "these are vCards; export the contacts as CSV"
	}
	return ""
}

// openText opens CSV or JSON lines.
func (r *Rows) openText(src *bufio.Reader) error {
	plain, err := newDecoder(src)
	if err != nil {
		return err
	}
	text := bufio.NewReaderSize(plain, 256<<10)
	head, err := text.Peek(4096)
	if len(head) == 0 && err != nil && !errors.Is(err, io.EOF) {
		return placed(err, 1, 1)
	}
	begin := bytes.TrimLeft(head, " \t\r\n")
	switch {
	case len(begin) > 0 && begin[0] == '{':
		r.json, err = openJSON(text)
		r.source = r.json
	case jsonArray.Match(begin):
		return &FileError{BadJSON, 1, 1, "this is a JSON array; write one object a line instead (with jq: jq -c '.[]')"}
	default:
		r.source, err = openCSV(text)
	}
	return err
}

// placed gives a FileError without a place one.
func placed(err error, line, column int) error {
	var file *FileError
	if errors.As(err, &file) {
		return file.at(line, column)
	}
	return err
}

// header reads the first row that is not empty as the names of the columns.
func (r *Rows) header() error {
	for {
		rec, err := r.source.next()
		if errors.Is(err, io.EOF) {
			return &FileError{Problem: Empty, Message: "the file is empty; its first row must name the columns"}
		}
		if err != nil {
			return err
		}
		if isEmpty(Row{Cells: rec.cells}) {
			continue
		}
		seen := map[string]int{}
		for i, cell := range rec.cells {
			name := strings.TrimSpace(cell)
			if dataCell.MatchString(name) {
				return &FileError{NoHeader, rec.line, i + 1, "this is a value; put a row above that names the columns, such as first_name,last_name,phone"}
			}
			r.columns = append(r.columns, name)
			if first, twice := seen[plainName(name)]; twice {
				return &FileError{DuplicateColumn, rec.line, i + 1, fmt.Sprintf("column %d has the same name, %q; rename one", first, short(name))}
			}
			if name != "" {
				seen[plainName(name)] = i + 1
			}
			r.marked = r.marked || name == exportMark
		}
		return nil
	}
}

// Columns returns the names of the columns, as the header has them; a column without a name is "". In JSON lines the names are
// paths, such as points.1.value, and later rows may add some.
func (r *Rows) Columns() []string {
	if r.json != nil {
		return slices.Clone(r.json.columns)
	}
	return slices.Clone(r.columns)
}

// Next returns the next row that is neither empty nor the header again. After the last it fails with io.EOF; a *FileError says
// why the rest cannot be read.
func (r *Rows) Next() (Row, error) {
	for {
		rec, err := r.source.next()
		if err != nil {
			return Row{}, err
		}
		row := Row{Line: rec.line, Cells: rec.cells, given: rec.given, marked: r.marked, json: r.json != nil}
		if r.json != nil && r.mapping != nil {
			r.mapping.extend(r.json.columns)
		}
		if isEmpty(row) || r.isHeader(row) {
			continue
		}
		r.check(&row)
		return row, nil
	}
}

// check finds the cells of a row that cannot be used.
func (r *Rows) check(row *Row) {
	for i := range row.Cells {
		switch {
		case r.json == nil && (i >= len(r.columns) || r.columns[i] == "") && row.Value(i) != "":
			row.Errors = append(row.Errors, CellError{i, NoColumn, "has a value, but no name in the header; a value that contains a separator needs quotes"})
			return
		case spreadsheetNumber.MatchString(row.Value(i)):
			row.Errors = append(row.Errors, CellError{i, SpreadsheetNumber,
				"was shortened by a spreadsheet, which lost digits; format the column as text, enter the number again, and save the file again"})
		}
	}
}

func isEmpty(row Row) bool {
	for i := range row.Cells {
		if row.Value(i) != "" {
			return false
		}
	}
	return true
}

func (r *Rows) isHeader(row Row) bool {
	if r.json != nil || len(row.Cells) < len(r.columns) {
		return false
	}
	for i, cell := range row.Cells {
		if i < len(r.columns) && strings.TrimSpace(cell) != r.columns[i] || i >= len(r.columns) && strings.TrimSpace(cell) != "" {
			return false
		}
	}
	return true
}

// Close releases what the file needs.
func (r *Rows) Close() error { return r.close() }

// limited fails with TooLarge after a number of bytes.
type limited struct {
	src         io.Reader
	left, limit int64
}

func (l *limited) Read(p []byte) (int, error) {
	if int64(len(p)) > l.left+1 {
		p = p[:l.left+1]
	}
	n, err := l.src.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, tooLarge(l.limit)
	}
	return n, err
}

func tooLarge(limit int64) error {
	return &FileError{Problem: TooLarge, Message: fmt.Sprintf("the file is larger than %d MiB; import it in parts", limit>>20)}
}

// short returns a column's name, or its beginning if it is long.
func short(name string) string {
	if runes := []rune(name); len(runes) > 60 {
		return string(runes[:60]) + "…"
	}
	return name
}
