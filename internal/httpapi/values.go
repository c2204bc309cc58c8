package httpapi

import (
	"time"

	"example.org/rollcall/internal/rollcall"
)

// timestamp is a time as answers have it: RFC 3339 in UTC, in whole seconds, and null for the zero time.
type timestamp time.Time

// MarshalJSON implements json.Marshaler.
func (t timestamp) MarshalJSON() ([]byte, error) {
	if t.IsZero() {
		return []byte("null"), nil
	}
	const layout = `"` + time.RFC3339 + `"`
	return time.Time(t).UTC().AppendFormat(make([]byte, 0, len(layout)), layout), nil
}

// IsZero is used by the json option omitzero.
func (t timestamp) IsZero() bool { return time.Time(t).IsZero() }

// orNull returns nil for the empty text.
func orNull[T ~string](s T) *T {
	if s == "" {
		return nil
	}
	return &s
}

// list returns the values with commas between.
func list[T ~string](values []T) string {
	s := ""
	for i, v := range values {
		if i > 0 {
			s += ", "
		}
		s += string(v)
	}
	return s
}

// warning is something that was accepted but will not work as it stands, or a name in the request that was ignored.
type warning struct {
	Field   string `json:"field"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// payload is the data of an answer.
type payload interface {
	warn(more []warning)
}

// warned is embedded in the data of every answer.
type warned struct {
	Warnings []warning `json:"warnings,omitempty"`
}

func (w *warned) warn(more []warning) { w.Warnings = append(w.Warnings, more...) }

func warningsOut(warnings []rollcall.Warning) warned {
	var out warned
	for _, w := range warnings {
		out.Warnings = append(out.Warnings, warning(w))
	}
	return out
}
