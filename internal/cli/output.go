package cli

import (
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"
)

// print prints v as one JSON object, or what text prints where people read it.
func (f formatFlags) print(t *terminal, v any, text func() error) error {
	if f.Format != "json" {
		return text()
	}
	encoder := json.NewEncoder(t.out)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(v)
}

// table prints rows below a header, aligned.
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

// orNull returns nil for an empty text, as JSON has it for what is not known.
func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// stamp returns a time as the API writes it, and nothing for the zero time.
func stamp(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339)
}

// quote returns s as one word for a shell.
func quote(s string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:=@%+,", r)
	}
	if s != "" && strings.TrimFunc(s, plain) == "" {
		return s
	}
	return alwaysQuote(s)
}

// alwaysQuote is quote, with the quotes where they are not needed too.
func alwaysQuote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
