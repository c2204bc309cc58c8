package audit

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"

	"example.org/rollcall/internal/rollcall"
)

// Change is one field of a record that changed, as text. Old or New is nil if there is no value.
type Change struct {
	Field    string
	Old, New *string
}

// Added returns the change of a field that had no value before. It returns no change for an empty value.
func Added(name, value string) []Change { return diff(nil, []field{{name, value}}) }

// Changes returns the changed fields of the line, without fields whose values were erased. The fields of a review, and
// of revealed numbers, are its mentions.
func (l *Line) Changes() ([]Change, error) {
	if l.Action == CallListReviewed || l.Action == NumbersRevealed {
		said := l.Mentioned()
		return diff(nil, []field{{mentionWith, said.With}, {mentionNote, said.Note}, {mentionReason, said.Reason}}), nil
	}
	stored, err := decodeChanges(l.Values)
	if err != nil || stored == nil {
		return nil, err
	}
	return l.withDefaults(stored), nil
}

// decodeChanges reads what EncodeChanges returns, and nil.
func decodeChanges(values []byte) ([]Change, error) {
	if values == nil {
		return nil, nil
	}
	var fields [][]*string
	if err := json.Unmarshal(values, &fields); err != nil {
		return nil, unreadable(err)
	}
	stored := make([]Change, len(fields))
	for i, f := range fields {
		if len(f) < 2 || len(f) > 3 || f[0] == nil {
			return nil, unreadable(nil)
		}
		stored[i] = Change{Field: *f[0], New: f[len(f)-1]}
		if len(f) == 3 {
			stored[i].Old = f[1]
		}
	}
	return stored, nil
}

func unreadable(cause error) error {
	return &rollcall.Error{Kind: rollcall.Internal, Message: "an audit line cannot be read", Cause: cause}
}

// withDefaults returns the changes that a line shows: if they are of a whole contact, the stored ones and the defaults.
func (l *Line) withDefaults(stored []Change) []Change {
	if l.Action != ContactCreated && l.Action != ContactRestored && l.Action != ContactDeleted {
		return stored
	}
	points := 0
	for _, c := range stored {
		place, _ := PointField(c.Field)
		points = max(points, place)
	}
	fields := defaultFields(l.Contact, points)
	for _, c := range stored {
		i := slices.IndexFunc(fields, func(f field) bool { return f.name == c.Field })
		value := cmp.Or(c.New, c.Old)
		if i < 0 || value == nil {
			return stored
		}
		fields[i].text = *value
	}
	if l.Action == ContactDeleted {
		return diff(fields, nil)
	}
	return diff(nil, fields)
}

// EncodeChanges returns the JSON of changes: an array of [field, new] where there was no value before, and of
// [field, old, new] otherwise.
func EncodeChanges(changes []Change) []byte {
	b := make([]byte, 0, 64*len(changes)+2)
	b = append(b, '[')
	for i := range changes {
		if i > 0 {
			b = append(b, ',')
		}
		c := &changes[i]
		b = appendText(append(b, '['), &c.Field)
		if c.Old != nil {
			b = appendText(append(b, ','), c.Old)
		}
		b = appendText(append(b, ','), c.New)
		b = append(b, ']')
	}
	return append(b, ']')
}

// appendText appends a text as JSON, and null for nil.
func appendText(b []byte, text *string) []byte {
	if text == nil {
		return append(b, "null"...)
	}
	for i := range len(*text) {
		if c := (*text)[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return appendEscaped(b, *text)
		}
	}
	return append(append(append(b, '"'), *text...), '"')
}

// appendEscaped is appendText for any text.
func appendEscaped(b []byte, text string) []byte {
	to := bytes.NewBuffer(b)
	enc := json.NewEncoder(to)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(text) // encoding a string cannot fail
	return bytes.TrimSuffix(to.Bytes(), []byte("\n"))
}
