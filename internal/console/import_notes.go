package console

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// rowNote is what is wrong with a cell, or with the row if Column is empty, and what to do.
type rowNote struct{ Column, Text string }

// rowNotes puts what is wrong with a row into words.
func (v *visit) rowNotes(i *service.Import, notes []service.ImportNote) (rows []rowNote) {
	for n := range notes {
		row := rowNote{notes[n].Column, v.t.importNote(i, &notes[n])}
		if !slices.Contains(i.Columns.Names, row.Column) {
			first, size := utf8.DecodeRuneInString(row.Text)
			row = rowNote{"", string(unicode.ToUpper(first)) + row.Text[size:]}
		}
		rows = append(rows, row)
	}
	return rows
}

// reasons returns why a row was refused, as one text.
func (v *visit) reasons(i *service.Import, r *service.ImportedRow) string {
	var texts []string
	for _, note := range v.rowNotes(i, r.Errors) {
		if note.Column != "" {
			note.Text = note.Column + ": " + note.Text
		}
		texts = append(texts, note.Text)
	}
	return strings.Join(texts, " ")
}

// importNote returns what is wrong with a cell, by the field that its column is read into.
func (t *texts) importNote(i *service.Import, n *service.ImportNote) string {
	field := i.Columns.Fields[n.Column]
	if field == "" {
		field = n.Column // the name of a field, for what no column has
	}
	if text, ok := t.Import.Notes[noteKind(field)+" "+n.Code]; ok {
		return text
	}
	if text, ok := t.Problems[itemNumber.ReplaceAllString(field, ".N.")+" "+n.Code]; ok {
		return text
	}
	if text, ok := t.Import.Notes[n.Code]; ok {
		return text
	}
	return n.Message + "."
}

// noteKind returns the kind of a field that has words of its own.
func noteKind(field string) string {
	first, rest, _ := strings.Cut(field, ".")
	second, part, _ := strings.Cut(rest, ".")
	switch {
	case strings.HasSuffix(field, ".extension"), strings.HasSuffix(field, ".label"), strings.HasSuffix(field, ".kind"):
		return field
	case first == "first_name", first == "last_name":
		return "name"
	case first == "account_reference_id":
		return "site_id"
	case first == "points" && part == "value":
		return "point"
	case first == "points" && slices.Contains(rollcall.PointLabels(), rollcall.PointLabel(second)):
		return string(rollcall.PhonePoint)
	}
	return first
}
