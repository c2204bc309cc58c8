package formats

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// The limits of a file. A cell is measured in bytes of UTF-8.
const (
	maxColumns = 500
	maxCell    = 32 << 10
	maxLine    = 1 << 20
)

// csvState says where in a record csvScanner is.
type csvState int

const (
	cellStart csvState = iota
	plainCell
	quotedCell
	afterQuote // a quote within a quoted cell: its end, or half of a doubled quote
)

// csvScanner follows the cells and lines of CSV, byte by byte. It reads quotes as encoding/csv with LazyQuotes does: a quote
// within a cell stands for itself, and a quoted cell ends with a quote before a separator or the end of a line.
type csvScanner struct {
	separator    byte
	state        csvState
	line, column int // of the next byte: lines from 1, cells from 1
	openLine     int // where the quoted cell begins
	openColumn   int
	loneQuote    bool // the quoted cell has a quote that is not doubled
	broken       bool // and a line break after it
	cell, length int  // bytes of the cell and of the line so far
}

// step takes the next byte, with LF for any end of a line, and reports whether it ends a record.
func (s *csvScanner) step(b byte) (record bool) {
	s.cell++
	s.length++
	end := b == '\n'
	if end {
		s.line++
		s.length = 0
	}
	switch {
	case s.state == quotedCell:
		if b == '"' {
			s.state = afterQuote
		}
		s.broken = s.broken || end && s.loneQuote
	case s.state == afterQuote && b != s.separator && !end:
		s.state = quotedCell
		s.loneQuote = s.loneQuote || b != '"'
	case end:
		s.state, s.column, s.cell = cellStart, 1, 0
		return true
	case b == s.separator:
		s.state, s.cell = cellStart, 0
		s.column++
	case s.state == cellStart && b == '"':
		s.state, s.openLine, s.openColumn, s.loneQuote = quotedCell, s.line, s.column, false
	case s.state == cellStart:
		s.state = plainCell
	}
	return false
}

// check returns an error if the cell, the line or the record is larger than the limits.
func (s *csvScanner) check() error {
	switch {
	case s.column > maxColumns:
		return &FileError{TooManyColumns, s.line, s.column, fmt.Sprintf("there are more than %d columns; remove the ones you do not need", maxColumns)}
	case s.broken:
		return &FileError{OpenQuote, s.openLine, s.openColumn, "the quoted cell that begins here ends in another line, and has a quote that is not doubled; write \"\" for a quote within it, and nothing between its last quote and the separator"}
	case s.cell > maxCell && (s.state == quotedCell || s.state == afterQuote):
		return &FileError{CellTooLong, s.openLine, s.openColumn, "the quoted cell that begins here is longer than 32 KiB; end it with a quote, or shorten it"}
	case s.cell > maxCell:
		return &FileError{CellTooLong, s.line, s.column, "this cell is longer than 32 KiB; shorten it, or check that the file is CSV"}
	case s.length > maxLine:
		return &FileError{LineTooLong, s.line, s.column, "this line is longer than 1 MiB; check that the file is CSV, with one row a line"}
	}
	return nil
}

// csvGuard passes CSV on to a parser, in bounded portions: with LF at the end of each record, and without spaces before a cell.
// It fails with a *FileError that has a place.
type csvGuard struct {
	src     io.Reader
	scanner csvScanner
	afterCR bool
	started int   // line of the record so far; 0: none
	blank   bool  // the record so far is an empty line
	starts  []int // lines of the finished records, which the parser has not returned
	err     error
}

func (g *csvGuard) Read(p []byte) (int, error) {
	n := 0
	for n == 0 && g.err == nil {
		read, err := g.src.Read(p)
		n = g.pass(p[:read])
		if g.err == nil && err != nil {
			g.err = g.end(err)
		}
	}
	if n > 0 {
		return n, nil
	}
	return 0, g.err
}

// pass filters p in place and returns how many bytes are left.
func (g *csvGuard) pass(p []byte) int {
	n := 0
	for _, b := range p {
		quoted := g.scanner.state == quotedCell
		half := b == '\n' && g.afterCR // of CRLF
		g.afterCR = b == '\r'
		if half && !quoted || b == ' ' && g.scanner.state == cellStart {
			continue
		}
		if !half {
			g.step(b)
		}
		if g.err != nil {
			return n
		}
		if b == '\r' && !quoted {
			b = '\n'
		}
		p[n] = b
		n++
	}
	return n
}

// step follows a byte, and remembers the line of each record that the parser doesn't skip as empty.
func (g *csvGuard) step(b byte) {
	if b == '\r' {
		b = '\n'
	}
	if g.started == 0 {
		g.started = g.scanner.line
		g.blank = b == '\n'
	}
	if g.scanner.step(b) {
		g.finish()
	}
	g.err = g.scanner.check()
}

func (g *csvGuard) finish() {
	if g.started > 0 && !g.blank {
		g.starts = append(g.starts, g.started)
	}
	g.started = 0
}

// end returns what the end of the source means here.
func (g *csvGuard) end(err error) error {
	var file *FileError
	if errors.As(err, &file) {
		return file.at(g.scanner.line, g.scanner.column)
	}
	g.finish()
	if errors.Is(err, io.EOF) && g.scanner.state == quotedCell {
		return &FileError{OpenQuote, g.scanner.openLine, g.scanner.openColumn, "the quote that begins here has no end; add it, or remove this one"}
	}
	return err
}

// csvSource reads the records of a CSV file.
type csvSource struct {
	reader *csv.Reader
	guard  *csvGuard
}

// openCSV chooses the separator and returns the records of src.
func openCSV(src *bufio.Reader) (*csvSource, error) {
	prefix, err := src.Peek(src.Size())
	if len(prefix) == 0 && !errors.Is(err, io.EOF) {
		return nil, err
	}
	s := &csvSource{guard: &csvGuard{src: src}}
	line := 1
	separator, length := givenSeparator(prefix)
	if length > 0 {
		line++
		if _, err := src.Discard(length); err != nil {
			return nil, err
		}
	} else {
		separator = likelySeparator(prefix)
	}
	s.guard.scanner = csvScanner{separator: separator, line: line, column: 1}
	s.reader = csv.NewReader(s.guard)
	s.reader.Comma, s.reader.LazyQuotes, s.reader.FieldsPerRecord = rune(separator), true, -1
	return s, nil
}

func (s *csvSource) next() (record, error) {
	cells, err := s.reader.Read()
	if err != nil {
		if !errors.Is(err, io.EOF) && s.guard.err != nil {
			err = s.guard.err
		}
		return record{}, err
	}
	line := s.guard.starts[0]
	s.guard.starts = s.guard.starts[1:]
	return record{line: line, cells: cells}, nil
}

// givenSeparator returns the separator of a first line such as sep=; and the length of that line, 0 if there is none.
func givenSeparator(text []byte) (separator byte, length int) {
	line := text
	if end := bytes.IndexAny(text, "\r\n"); end >= 0 {
		line = text[:end]
		length = end + 1
		if bytes.HasPrefix(text[end:], []byte("\r\n")) {
			length++
		}
	} else {
		length = len(text)
	}
	content := strings.Trim(string(line[:min(len(line), 16)]), `"`)
	if len(line) > 16 || len(content) < 5 || !strings.EqualFold(content[:4], "sep=") || strings.Trim(content[5:], ",;\t|") != "" {
		return 0, 0
	}
	if !strings.ContainsRune(separators, rune(content[4])) {
		return 0, 0
	}
	return content[4], length
}

// separators are the separators that a file may have, the most common first.
const separators = ",;\t|"

// likelySeparator returns the separator that gives the first rows the most columns, counting only rows with as many as the
// header has.
func likelySeparator(text []byte) byte {
	best, bestScore := byte(','), 0.0
	for _, separator := range []byte(separators) {
		widths := widthsOf(text, separator, 50)
		if len(widths) == 0 || widths[0] < 2 {
			continue
		}
		same := 0
		for _, w := range widths {
			if w == widths[0] {
				same++
			}
		}
		if score := float64(same) / float64(len(widths)) * float64(widths[0]-1); score > bestScore {
			best, bestScore = separator, score
		}
	}
	return best
}

// widthsOf returns the number of columns of at most the first rows that are not empty.
func widthsOf(text []byte, separator byte, rows int) []int {
	var widths []int
	scanner := csvScanner{separator: separator, line: 1, column: 1}
	width, blank := 1, true
	for i := 0; i <= len(text) && len(widths) < rows; i++ {
		b := byte('\n')
		if i < len(text) {
			b = text[i]
		}
		if b == '\r' {
			b = '\n'
		}
		if b == ' ' && scanner.state == cellStart {
			continue
		}
		blank = blank && (b == '\n' || strings.IndexByte(separators, b) >= 0)
		if !scanner.step(b) {
			width = scanner.column
			continue
		}
		if !blank {
			widths = append(widths, width)
		}
		width, blank = 1, true
	}
	return widths
}
