package formats

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"strings"
)

// guarded are the characters with which a cell may be a formula to a spreadsheet, and the quote that says it is not.
const guarded = "=+-@\t\r'"

// guard returns a cell that no spreadsheet reads as a formula.
func guard(cell string) string {
	if cell != "" && strings.IndexByte(guarded, cell[0]) >= 0 {
		return "'" + cell
	}
	return cell
}

// unguard is the inverse of guard, for a cell whose CRLF were read as LF. A quote before anything else was not written by guard, and
// stays.
func unguard(cell string) string {
	if len(cell) > 1 && cell[0] == '\'' && strings.IndexByte(guarded+"\n", cell[1]) >= 0 {
		return cell[1:]
	}
	return cell
}

// CSVWriter writes an export as CSV: in UTF-8, separated by commas, with a header. A cell that a spreadsheet could take for a
// formula gets one ' in front, and the last column, rollcall_export, marks the file, so that reading it removes exactly one.
type CSVWriter struct {
	csv   *csv.Writer
	cells []string
}

// NewCSVWriter writes the header.
func NewCSVWriter(w io.Writer, columns []string) (*CSVWriter, error) {
	c := &CSVWriter{csv: csv.NewWriter(w)}
	return c, c.csv.Write(append(append(c.cells, columns...), exportMark))
}

// Write writes a row, with one cell for each column. It is buffered until Flush.
func (c *CSVWriter) Write(cells []string) error {
	c.cells = c.cells[:0]
	for _, cell := range cells {
		c.cells = append(c.cells, guard(cell))
	}
	c.cells = append(c.cells, "")
	return c.csv.Write(c.cells)
}

// Flush writes what is buffered and returns the first error of any write.
func (c *CSVWriter) Flush() error {
	c.csv.Flush()
	return c.csv.Error()
}

// WriteJSONLine writes v as one line of JSON, in one write.
func WriteJSONLine(w io.Writer, v any) error {
	var line bytes.Buffer
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return err
	}
	_, err := w.Write(line.Bytes())
	return err
}
