package formats

import (
	"errors"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// ContactWriter writes an export of contacts as CSV, with the same columns whatever the contacts have. Contacts reads them again
// without a change.
type ContactWriter struct{ csv *CSVWriter }

// NewContactWriter writes the header.
func NewContactWriter(w io.Writer) (*ContactWriter, error) {
	csv, err := NewCSVWriter(w, contactColumns())
	return &ContactWriter{csv}, err
}

// Write writes contacts, a row for each, and returns the first error of any write.
func (w *ContactWriter) Write(contacts []service.SiteContact) error {
	for i := range contacts {
		if err := w.csv.Write(contactCells(&contacts[i])); err != nil {
			return err
		}
	}
	return w.csv.Flush()
}

// pointColumns are the columns of each contact point. The status is not read again.
var pointColumns = []string{"kind", "value", "extension", "label", "validation.status"}

func contactColumns() []string {
	columns := []string{
		"site_id", "account_reference_id", "contact_id", "external_contact_id", "position", "first_name", "last_name", "type", "role",
		"language", "dispatch", "effective_at", "expires_at", "availability", "absences",
		"notification_preferences.email", "notification_preferences.sms", "notification_preferences.push",
	}
	for place := 1; place <= rollcall.PointsMax; place++ {
		for _, column := range pointColumns {
			columns = append(columns, "points."+strconv.Itoa(place)+"."+column)
		}
	}
	return columns
}

func contactCells(c *service.SiteContact) []string {
	cells := []string{
		string(c.Site), c.Reference, string(c.ID), c.ExternalID, strconv.Itoa(c.Position), c.FirstName, c.LastName, string(c.Type), string(c.Role),
		c.Language, string(c.Dispatch), timeCell(c.Effective), timeCell(c.Expires), hoursCell(c.Availability), absencesCell(c.Absences),
		strconv.FormatBool(c.Preferences.Email), strconv.FormatBool(c.Preferences.SMS), strconv.FormatBool(c.Preferences.Push),
	}
	for i := range rollcall.PointsMax {
		var p rollcall.Point
		if i < len(c.Points) {
			p = c.Points[i]
		}
		cells = append(cells, string(p.Kind), p.Value, p.Extension, string(p.Label), string(p.State.Status))
	}
	return cells
}

// timeCell returns a time in RFC 3339, "" for the zero time.
func timeCell(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// hoursCell returns hours, one a line, such as mon,tue 08:00-17:30.
func hoursCell(hours []rollcall.Hours) string {
	lines := make([]string, len(hours))
	for i, h := range hours {
		lines[i] = strings.Join(h.Days.Names(), ",") + " " + h.FromText() + "-" + h.ToText()
	}
	return strings.Join(lines, "\n")
}

// absencesCell returns absences, one a line: from and to, separated by a slash, then the note.
func absencesCell(absences []rollcall.Absence) string {
	lines := make([]string, len(absences))
	for i, a := range absences {
		lines[i] = strings.TrimRight(timeCell(a.From)+"/"+timeCell(a.To)+" "+a.Note, " ")
	}
	return strings.Join(lines, "\n")
}

// ContactFile is a file of contacts, read row by row. Close it after use.
type ContactFile struct {
	rows    *Rows
	mapping *Mapping
}

// OpenContacts opens a file of contacts. columns maps columns to fields where their names don't say it; see Rows.Map for its errors.
func OpenContacts(r io.Reader, columns map[string]string, o Options) (*ContactFile, error) {
	rows, err := Open(r, o)
	if err != nil {
		return nil, err
	}
	mapping, err := rows.Map(Contacts(), columns)
	if err == nil && !mapping.Named() {
		err = &FileError{Problem: NoHeader, Message: `no column is the name of a contact; name one "name", or map it`}
	}
	if err != nil {
		return nil, errors.Join(err, rows.Close())
	}
	return &ContactFile{rows, mapping}, nil
}

// Mapping returns which columns are read. In JSON lines, later rows may add some.
func (f *ContactFile) Mapping() *Mapping { return f.mapping }

// Columns returns the names of all columns.
func (f *ContactFile) Columns() []string { return f.rows.Columns() }

// Close releases what the file needs.
func (f *ContactFile) Close() error { return f.rows.Close() }

// Next implements service.ImportSource.
func (f *ContactFile) Next() (service.ImportRow, error) {
	row, err := f.rows.Next()
	if err != nil {
		return service.ImportRow{}, err
	}
	fields, wrong := f.mapping.Read(row)
	read := service.ImportRow{Line: row.Line, Raw: rawCells(row, f.mapping.columns)}
	for i, field := range f.mapping.fields {
		value, given := fields[field]
		if field == "" || !given {
			continue
		}
		read.Cells = append(read.Cells, service.ImportCell{Field: field, Column: f.mapping.columns[i], Value: value})
		delete(fields, field)
	}
	for _, field := range slices.Sorted(maps.Keys(fields)) { // of a cell with several numbers
		read.Cells = append(read.Cells, service.ImportCell{Field: field, Value: fields[field]})
	}
	for _, e := range wrong {
		read.Wrong = append(read.Wrong, service.ImportNote{Column: f.columnName(e.Column), Code: e.Code, Message: e.Message})
	}
	return read, nil
}

// columnName returns the name of a column, or its number if it has none.
func (f *ContactFile) columnName(index int) string {
	if index < len(f.mapping.columns) && f.mapping.columns[index] != "" {
		return f.mapping.columns[index]
	}
	return strconv.Itoa(index + 1)
}
