package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"text/tabwriter"
	"time"
)

// record is a JSON object: names and values in turn, in the order in which they are printed.
type record []any

// MarshalJSON implements json.Marshaler. A time is written as by stamp; it and a text are null if they are empty.
func (r record) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	separator := byte('{')
	for i, v := range r {
		b.WriteByte(separator)
		separator = map[bool]byte{true: ':', false: ','}[i%2 == 0]
		if at, ok := v.(time.Time); ok {
			v = stamp(at)
		}
		if text := reflect.ValueOf(v); text.Kind() == reflect.String && text.Len() == 0 {
			v = nil
		}
		if err := encoder.Encode(v); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// each returns what f makes of each element; the list is never nil.
func each[T, R any](list []T, f func(T) R) []R {
	out := make([]R, len(list))
	for i, element := range list {
		out[i] = f(element)
	}
	return out
}

// print prints r as JSON with --format json, and otherwise calls text.
func (f formatFlags) print(t *terminal, r any, text func() error) error {
	if f.Format != "json" {
		return text()
	}
	encoder := json.NewEncoder(t.out)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(r)
}

// table prints aligned rows below a header, whose names are separated by |.
func (t *terminal) table(header string, rows [][]string) error {
	w := tabwriter.NewWriter(t.out, 0, 8, 3, ' ', 0)
	fmt.Fprintln(w, strings.ReplaceAll(header, "|", "\t"))
	for _, row := range rows {
		for i, cell := range row {
			if cell == "" {
				row[i] = "-"
			}
		}
		fmt.Fprintln(w, strings.Join(row, "\t"))
	}
	return w.Flush()
}

// stamp returns a time as the API writes it: RFC 3339 in UTC, in whole seconds. The zero time is empty.
func stamp(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339)
}

// quote returns s as one word for a shell, with quotes only if it needs them.
func quote(s string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:=@%+,", r)
	}
	if s != "" && strings.TrimFunc(s, plain) == "" {
		return s
	}
	return alwaysQuote(s)
}

// alwaysQuote returns s as one word for a shell, in single quotes.
func alwaysQuote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
