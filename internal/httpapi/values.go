package httpapi

import (
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// timestamp is a time in JSON: RFC 3339 in UTC, in whole seconds; null for the zero time.
type timestamp time.Time

// MarshalJSON implements json.Marshaler.
func (t timestamp) MarshalJSON() ([]byte, error) {
	if t.IsZero() {
		return []byte("null"), nil
	}
	const layout = `"` + time.RFC3339 + `"`
	return time.Time(t).UTC().AppendFormat(make([]byte, 0, len(layout)), layout), nil
}

// exactTime is a time in JSON that a caller gave: RFC 3339 in UTC, with its fraction of a second; null for the zero time.
type exactTime time.Time

// MarshalJSON implements json.Marshaler.
func (t exactTime) MarshalJSON() ([]byte, error) {
	if time.Time(t).IsZero() {
		return []byte("null"), nil
	}
	return time.Time(t).UTC().MarshalJSON()
}

// IsZero implements the json option omitzero.
func (t timestamp) IsZero() bool { return time.Time(t).IsZero() }

// orNull returns nil, which is null in JSON, for the empty string.
func orNull[T ~string](s T) *T {
	if s == "" {
		return nil
	}
	return &s
}

// list returns the values separated by commas.
func list[T ~string](values []T) string {
	return strings.Join(mapped(values, func(v *T) string { return string(*v) }), ", ")
}

// mapped returns f of each item. The result is never nil, so that an empty list is [] in JSON.
func mapped[T, U any](items []T, f func(*T) U) []U {
	out := make([]U, len(items))
	for i := range items {
		out[i] = f(&items[i])
	}
	return out
}

// fieldMessage is an entry of details, or of warnings: a value that was accepted but can't be used, or a name that was ignored.
type fieldMessage struct {
	Field   string `json:"field"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// payload is the data of an answer, with warnings.
type payload interface {
	warn(more []fieldMessage)
}

// warned is embedded in every payload.
type warned struct {
	Warnings []fieldMessage `json:"warnings,omitempty"`
}

func (w *warned) warn(more []fieldMessage) { w.Warnings = append(w.Warnings, more...) }

func warningsOut(warnings []rollcall.Warning) warned {
	var out warned
	for _, w := range warnings {
		out.Warnings = append(out.Warnings, fieldMessage(w))
	}
	return out
}
