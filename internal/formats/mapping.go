package formats

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"example.org/rollcall/internal/rollcall"
)

// Choice is a column whose name has several meanings.
type Choice struct {
	Column string
	Field  string   // into which it is read; empty: it is not read
	Others []string // into which it could be read
}

// Mapping says into which field each column of a file is read.
type Mapping struct {
	table    *Table
	columns  []string
	fields   []string          // by column; "": not read
	taken    map[string]string // field → its column
	ignored  []string
	secret   []string
	choices  []Choice
	explicit map[string]string // plain name of a column → field; "": not read
	grows    bool              // later rows may add columns
}

// Map chooses the field of each column by its name; explicit, from columns to fields, comes first. A field of "" in explicit
// means that the column is not read. It fails with ValidationFailed, whose details name each column or field that does not
// exist, or two columns for one field. Call it once, before Next.
func (r *Rows) Map(t *Table, explicit map[string]string) (*Mapping, error) {
	m := &Mapping{table: t, taken: map[string]string{}, explicit: map[string]string{}, grows: r.json != nil}
	columns := r.Columns()
	if err := m.check(columns, explicit); err != nil {
		return nil, err
	}
	m.extend(columns)
	r.mapping = m
	return m, nil
}

// check takes over the explicit mapping.
func (m *Mapping) check(columns []string, explicit map[string]string) error {
	var details []rollcall.FieldError
	wrong := func(column, format string, args ...any) {
		details = append(details, rollcall.FieldError{Field: "mapping." + short(column), Code: rollcall.CodeInvalid, Message: fmt.Sprintf(format, args...)})
	}
	for _, column := range slices.Sorted(maps.Keys(explicit)) {
		field, plain := explicit[column], plainName(column)
		switch {
		case plain == "" || !slices.ContainsFunc(columns, func(c string) bool { return plainName(c) == plain }):
			wrong(column, "is not a column of the file; the columns are %s", list(columns))
		case field != "" && !m.table.has(field):
			wrong(column, "is mapped to the field %q, which does not exist; the fields are %s", short(field), list(m.table.fields))
		case field != "" && m.taken[field] != "":
			wrong(column, "is mapped to %s, and so is the column %q; map each to a field of its own", field, m.taken[field])
		default:
			m.explicit[plain] = field
			if field != "" {
				m.taken[field] = column
			}
		}
	}
	if len(details) == 0 {
		return nil
	}
	texts := make([]string, len(details))
	for i, d := range details {
		texts[i] = d.Field + " " + d.Message
	}
	return &rollcall.Error{Kind: rollcall.ValidationFailed, Message: strings.Join(texts, "; "), Field: details[0].Field, Details: details}
}

// list joins names, without the empty ones.
func list(names []string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == "" }), ", ")
}

// extend maps the columns that are new.
func (m *Mapping) extend(columns []string) {
	first := len(m.fields)
	if first == len(columns) {
		return
	}
	m.columns = append(m.columns, columns[first:]...)
	m.fields = append(m.fields, make([]string, len(columns)-first)...)
	// Exact names come first, so that no similar name takes their field.
	for i := first; i < len(columns); i++ {
		field, given := m.explicit[plainName(columns[i])]
		if !given && m.table.has(columns[i]) && m.taken[columns[i]] == "" {
			field = columns[i]
		}
		m.set(i, field)
	}
	for i := first; i < len(columns); i++ {
		if m.fields[i] == "" && columns[i] != "" && !m.IsOwn(columns[i]) {
			m.guess(i)
		}
	}
}

func (m *Mapping) set(column int, field string) {
	if m.fields[column] = field; field != "" {
		m.taken[field] = m.columns[column]
	}
}

// IsOwn reports whether a column is of Rollcall's own exports and cannot be set.
func (m *Mapping) IsOwn(column string) bool {
	plain := withoutNumbers(column)
	return slices.ContainsFunc(m.table.notRead, func(name string) bool { return plain == name || strings.HasPrefix(plain, name+".") })
}

// guess maps a column by its plain name.
func (m *Mapping) guess(column int) {
	name := m.columns[column]
	plain := plainName(name)
	if _, given := m.explicit[plain]; given {
		m.ignored = append(m.ignored, name)
		return
	}
	if secret.MatchString(plain) {
		m.secret = append(m.secret, name)
		return
	}
	if field := m.pointField(column, plain); field != "" {
		m.set(column, field)
		return
	}
	fields := m.table.names[plain]
	free := slices.DeleteFunc(slices.Clone(fields), func(f string) bool { return m.taken[f] != "" })
	switch {
	case len(free) > 0 && !(free[0] == "name" && m.hasNames()):
		m.set(column, free[0])
		if len(free) > 1 {
			m.choices = append(m.choices, Choice{name, free[0], free[1:]})
		}
		return
	case len(fields) > 0 && len(free) == 0:
		m.choices = append(m.choices, Choice{Column: name, Others: fields})
	case m.table.contacts && unclear[plain] != nil:
		m.choices = append(m.choices, Choice{Column: name, Others: unclear[plain]})
	}
	m.ignored = append(m.ignored, name)
}

// hasNames reports whether first and last name have columns, so that the full name is not needed.
func (m *Mapping) hasNames() bool {
	return m.table.contacts && slices.ContainsFunc(m.columns, func(c string) bool {
		fields := m.table.names[plainName(c)]
		return slices.Contains(fields, "first_name") || slices.Contains(fields, "last_name")
	})
}

// pointField returns the field of a column of phones or mailboxes.
func (m *Mapping) pointField(column int, plain string) string {
	if !m.table.contacts {
		return ""
	}
	if mail := mailName.FindStringSubmatch(plain); mail != nil {
		return m.numbered("email", mail[1], "")
	}
	if plain == "ext" || plain == "extension" {
		return m.extensionOf(column)
	}
	field, number, part := phoneField(plain)
	if field == "" {
		return ""
	}
	return m.numbered(field, number, part)
}

// numbered returns a field with a number, or the next free one; number 1 is not written. It returns "" if none is free.
func (m *Mapping) numbered(field, number, part string) string {
	first, _ := strconv.Atoi(number)
	for n := max(first, 1); n <= 10; n++ {
		name := field
		if n > 1 {
			name += "." + strconv.Itoa(n)
		}
		if part != "" {
			name += "." + part
		}
		if m.taken[name] == "" {
			return name
		}
	}
	return ""
}

// extensionOf returns the field for a column of extensions: of the phone in the columns to its left.
func (m *Mapping) extensionOf(column int) string {
	for i := column - 1; i >= 0; i-- {
		field := m.fields[i]
		if m.table.has(field+".extension") && m.taken[field+".extension"] == "" {
			return field + ".extension"
		}
	}
	return ""
}

// Fields returns the field of each column that is read, by the column's name.
func (m *Mapping) Fields() map[string]string {
	fields := map[string]string{}
	for i, field := range m.fields {
		if field != "" {
			fields[m.columns[i]] = field
		}
	}
	return fields
}

// Ignored returns the columns that are not read, without secret ones.
func (m *Mapping) Ignored() []string { return slices.Clone(m.ignored) }

// Secret returns the columns that are left out because they hold passcodes.
func (m *Mapping) Secret() []string { return slices.Clone(m.secret) }

// Choices returns the columns whose names have several meanings, to be shown to the person who imports the file.
func (m *Mapping) Choices() []Choice { return slices.Clone(m.choices) }

// Named reports whether a column says which contact a row is about, or a later row may have such a column.
func (m *Mapping) Named() bool {
	return m.grows || slices.ContainsFunc([]string{"name", "first_name", "last_name", "external_contact_id"}, m.Has)
}

// Has reports whether a field has a column.
func (m *Mapping) Has(field string) bool { return m.taken[field] != "" }

// Read returns the fields of a row: "" for an empty cell, and none for a cell that a short row or a JSON object doesn't have.
// errs are the cells that cannot be used, of columns that are read or have no name.
func (m *Mapping) Read(row Row) (fields map[string]string, errs []CellError) {
	fields = make(map[string]string, len(m.fields))
	for i, field := range m.fields {
		if field != "" && row.Has(i) {
			fields[field] = row.Value(i)
		}
	}
	if m.table.contacts {
		m.split(fields)
	}
	for _, e := range row.Errors {
		if e.Code == NoColumn || e.Column < len(m.fields) && m.fields[e.Column] != "" {
			errs = append(errs, e)
		}
	}
	return fields, errs
}

// split distributes several phones or mailboxes in one cell, which Google Contacts joins with " ::: ", over fields that have no
// column. Those for which no field is left stay together.
func (m *Mapping) split(fields map[string]string) {
	for _, field := range m.fields {
		value := fields[field]
		if !strings.Contains(value, joined) || !strings.HasPrefix(field, "phone") && !strings.HasPrefix(field, "email") {
			continue
		}
		kind, _, _ := strings.Cut(field, ".")
		first, rest, _ := strings.Cut(value, joined)
		fields[field] = strings.TrimSpace(first)
		for i, part := range strings.Split(rest, joined) {
			next := m.numbered(kind, "2", "")
			for n := 2; next != "" && fields[next] != ""; n++ {
				next = m.numbered(kind, strconv.Itoa(n), "")
			}
			if next == "" {
				fields[field] = strings.Join(append([]string{first}, strings.Split(rest, joined)[i:]...), joined)
				break
			}
			fields[next] = strings.TrimSpace(part)
			if label := fields[field+".label"]; label != "" {
				fields[next+".label"] = label
			}
		}
	}
}

const joined = " ::: "
