package formats

import (
	"encoding/csv"
	"io"
	"slices"
)

// refusedColumn is the first column of a file of refused rows: why each was refused. It is not read again.
const refusedColumn = "rollcall_error"

// RefusedWriter writes rows that an import refused as a CSV file, which can be corrected and imported.
type RefusedWriter struct {
	csv   *csv.Writer
	cells int
}

// NewRefusedWriter writes the header. columns are those of the file that was imported.
func NewRefusedWriter(w io.Writer, columns []string) (*RefusedWriter, error) {
	columns = append([]string{refusedColumn}, withoutOwn(columns)...)
	r := &RefusedWriter{csv.NewWriter(w), len(columns)}
	return r, r.csv.Write(append(columns, exportMark))
}

// Write writes a row, with the reason and the cells that ImportRow.Raw has. It is buffered until Flush.
func (r *RefusedWriter) Write(reason string, cells []string) error {
	row := append([]string{reason}, cells...)
	for len(row) < r.cells {
		row = append(row, "")
	}
	for i := range row {
		row[i] = guard(row[i])
	}
	return r.csv.Write(slices.Insert(row, r.cells, "")) // cells beyond the columns come after the mark
}

// Flush writes what is buffered and returns the first error of any write.
func (r *RefusedWriter) Flush() error {
	r.csv.Flush()
	return r.csv.Error()
}

// withoutOwn returns columns, or cells by their columns, without the columns that RefusedWriter adds.
func withoutOwn(columns []string) []string {
	return slices.DeleteFunc(slices.Clone(columns), func(c string) bool { return c == exportMark || c == refusedColumn })
}

// rawCells returns the cells of a row for a file of refused rows.
func rawCells(row Row, columns []string) []string {
	var cells []string
	for i := range row.Cells {
		if i < len(columns) && (columns[i] == exportMark || columns[i] == refusedColumn) {
			continue
		}
		cells = append(cells, row.Value(i))
	}
	return cells
}
