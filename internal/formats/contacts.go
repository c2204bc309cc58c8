package formats

import (
	"io"
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
