package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/web"
)

// maxBody is the largest body of a request, in bytes. That of branding may be larger.
const maxBody = 64 << 10

// fields are the fields of a JSON object, each with the place that its value is written to.
type fields []field

// field is a field of a JSON object.
type field struct {
	name string
	want string // the JSON type with an article, for error messages
	// set writes a value that isn't null. It returns false if the value has another type.
	set     func(raw json.RawMessage) bool
	setNull func()
	inner   fields // of an object
	// items writes an array of objects, whose fields have names that begin with prefix and their places. It returns false if the
	// value has another type.
	items func(raw json.RawMessage, prefix string, found *findings) bool
	// ignore is set for a field that is read-only. It returns false if the caller should be warned about the value.
	ignore func(raw json.RawMessage) bool
}

// readOnly returns fields of an answer, which a caller may send back.
func readOnly(names ...string) fields {
	f := make(fields, len(names))
	for i, name := range names {
		f[i] = field{name: name, ignore: func(json.RawMessage) bool { return true }}
	}
	return f
}

// fromPath returns the field of an identifier that is also in the path.
func (c *call) fromPath(name string) field {
	return field{name: name, ignore: func(raw json.RawMessage) bool {
		value, ok := parseAs[string](raw)
		return ok && value == c.r.PathValue(name)
	}}
}

// scalar returns a field whose value parse reads into to.
func scalar[T any](name, want string, to *rollcall.Field[T], parse func(raw json.RawMessage) (T, bool)) field {
	return field{name: name, want: want, setNull: func() { *to = rollcall.Null[T]() }, set: func(raw json.RawMessage) bool {
		value, ok := parse(raw)
		*to = rollcall.Given(value)
		return ok
	}}
}

func text(name string, to *rollcall.Field[string]) field {
	return scalar(name, "a string", to, parseAs[string])
}

func boolean(name string, to *rollcall.Field[bool]) field {
	return scalar(name, "a boolean", to, parseAs[bool])
}

func textList(name string, to *rollcall.Field[[]string]) field {
	return scalar(name, "an array of strings", to, func(raw json.RawMessage) ([]string, bool) {
		items, ok := parseAs[[]*string](raw)
		values := make([]string, len(items))
		for i, item := range items {
			if item == nil {
				return nil, false
			}
			values[i] = *item
		}
		return values, ok
	})
}

const wholeNumber = "a whole number"

func integer(name string, to *rollcall.Field[int]) field {
	return scalar(name, wholeNumber, to, func(raw json.RawMessage) (int, bool) {
		n, ok := parseAs[float64](raw) // 1e2 and 100.0 are whole numbers too
		return int(n), ok && n == math.Trunc(n) && math.Abs(n) < 1<<31
	})
}

func parseAs[T any](raw json.RawMessage) (value T, ok bool) {
	return value, json.Unmarshal(raw, &value) == nil
}

// object returns a field that is an object. Its fields are written to the value of to.
func object[T any](name string, to *rollcall.Field[T], inner func(*T) fields) field {
	return field{
		name: name, want: "an object", inner: inner(&to.Value),
		set: func(json.RawMessage) bool {
			to.Set, to.Null = true, false
			return true
		},
		setNull: func() { *to = rollcall.Null[T]() },
	}
}

// objects returns a field that is an array of objects. inner returns the fields of one of them.
func objects[T any](name string, to *rollcall.Field[[]T], inner func(*T) fields) field {
	return field{
		name: name, want: "an array of objects", setNull: func() { *to = rollcall.Null[[]T]() },
		items: func(raw json.RawMessage, prefix string, found *findings) bool {
			items, ok := parseAs[[]map[string]json.RawMessage](raw)
			if !ok || slices.ContainsFunc(items, func(item map[string]json.RawMessage) bool { return item == nil }) {
				return false
			}
			values := make([]T, len(items))
			for i, item := range items {
				inner(&values[i]).fill(prefix+strconv.Itoa(i+1)+".", item, found)
			}
			*to = rollcall.Given(values)
			return true
		},
	}
}

// read reads the body, a JSON object, into the fields. It fails with PayloadTooLarge, UnsupportedMediaType or InvalidRequest,
// which names every value of the wrong type.
func (c *call) read(f fields) error { return c.readUpTo(maxBody, f) }

func (c *call) readUpTo(limit int64, f fields) error {
	if err := c.load(limit); err != nil {
		return err
	}
	if len(bytes.TrimSpace(c.body)) == 0 {
		return badBody("the body is empty; send a JSON object")
	}
	return c.parse(f)
}

// readOptional is like read, but the body may be missing.
func (c *call) readOptional(f fields) error {
	if err := c.load(maxBody); err != nil || len(c.body) == 0 {
		return err
	}
	return c.parse(f)
}

// load reads the body, if there is one.
func (c *call) load(limit int64) error {
	if c.r.ContentLength == 0 || c.r.Body == nil || c.r.Body == http.NoBody {
		return nil
	}
	if err := checkMediaType(c.r); err != nil {
		return err
	}
	var err error
	c.body, err = web.ReadBody(c.w, c.r, limit)
	return err
}

// checkMediaType fails with UnsupportedMediaType if the headers say that the body isn't JSON in UTF-8.
func checkMediaType(r *http.Request) error {
	for _, coding := range r.Header.Values("Content-Encoding") {
		if !strings.EqualFold(coding, "identity") {
			return unsupported("a Content-Encoding is not supported; send the body without one")
		}
	}
	given := r.Header.Get("Content-Type")
	if given == "" {
		return nil
	}
	media, params, err := mime.ParseMediaType(given)
	if err != nil || media != "application/json" && (media != "application/merge-patch+json" || r.Method != http.MethodPatch) {
		return unsupported("this Content-Type is not supported; send the body as application/json")
	}
	if charset := params["charset"]; charset != "" && !strings.EqualFold(charset, "utf-8") && !strings.EqualFold(charset, "utf8") {
		return unsupported("this charset is not supported; send the body in UTF-8")
	}
	return nil
}

func unsupported(message string) error {
	return &rollcall.Error{Kind: rollcall.UnsupportedMediaType, Message: message}
}

// byteOrderMark is written by some programs before a text in UTF-8.
var byteOrderMark = []byte("\uFEFF")

// parse reads the body into the fields.
func (c *call) parse(f fields) error {
	body := bytes.TrimPrefix(c.body, byteOrderMark)
	var object map[string]json.RawMessage
	err := json.Unmarshal(body, &object)
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return badBody(fmt.Sprintf("the body is not valid JSON; it ends early or has an error at byte %d", syntax.Offset))
	case err != nil, object == nil:
		return badBody("the body must be a JSON object, not " + typeName(bytes.TrimSpace(body)))
	}
	var found findings
	f.fill("", object, &found)
	if len(found.wrong) > 0 {
		err := invalidFields(rollcall.InvalidRequest, found.wrong)
		if len(found.wrong) == 1 {
			err.Details = nil
		}
		return err
	}
	slices.SortFunc(found.unknown, func(a, b rollcall.FieldError) int { return strings.Compare(a.Field, b.Field) })
	return c.unknownNames(rollcall.ValidationFailed, found.unknown)
}

// invalidFields returns an error that names every field.
func invalidFields(kind rollcall.Kind, invalid []rollcall.FieldError) *rollcall.Error {
	messages := make([]string, len(invalid))
	for i, f := range invalid {
		messages[i] = f.Field + ": " + f.Message
	}
	return &rollcall.Error{Kind: kind, Field: invalid[0].Field, Message: strings.Join(messages, "; "), Details: invalid}
}

// maxUnknown is how many unknown names a response lists.
const maxUnknown = 20

// unknownNames adds a warning for each name that the operation doesn't know. If the caller prefers strict handling it fails
// with an error of the kind instead.
func (c *call) unknownNames(kind rollcall.Kind, unknown []rollcall.FieldError) error {
	if len(unknown) == 0 {
		return nil
	}
	unknown = unknown[:min(len(unknown), maxUnknown)]
	if c.strict {
		return invalidFields(kind, unknown)
	}
	for _, u := range unknown {
		c.warnings = append(c.warnings, fieldMessage(u))
	}
	return nil
}

// findings are the fields of a body that have the wrong type or an unknown name.
type findings struct {
	wrong   []rollcall.FieldError // values of the wrong type
	unknown []rollcall.FieldError
}

// fill writes the values of an object to the fields.
func (f fields) fill(prefix string, object map[string]json.RawMessage, found *findings) {
	for i := range f {
		field := &f[i]
		raw, given := object[field.name]
		switch {
		case !given:
		case field.ignore != nil:
			if !field.ignore(raw) {
				found.unknown = append(found.unknown, rollcall.FieldError{
					Field: prefix + field.name, Code: "unknown_field", Message: "differs from the path and was ignored",
				})
			}
		case string(raw) == "null":
			field.setNull()
		case field.inner != nil:
			inner, ok := parseAs[map[string]json.RawMessage](raw)
			if !ok {
				found.wrong = append(found.wrong, field.wrongType(prefix, raw))
				break
			}
			field.set(raw)
			field.inner.fill(prefix+field.name+".", inner, found)
		case field.items != nil:
			if !field.items(raw, prefix+field.name+".", found) {
				found.wrong = append(found.wrong, field.wrongType(prefix, raw))
			}
		case !field.set(raw):
			found.wrong = append(found.wrong, field.wrongType(prefix, raw))
		}
		delete(object, field.name)
	}
	names := slices.Sorted(maps.Keys(object))
	for _, name := range names[:min(len(names), maxUnknown)] {
		message := "unknown field"
		if known := f.similar(name); known != "" {
			message += "; probably " + prefix + known + " was meant"
		}
		found.unknown = append(found.unknown, rollcall.FieldError{Field: prefix + shorten(name), Code: "unknown_field", Message: message})
	}
}

// similar returns the name of the field that differs from an unknown name only in case or separators; empty: none.
func (f fields) similar(unknown string) string {
	plain := func(s string) string {
		return strings.ToLower(strings.NewReplacer("_", "", "-", "", " ", "").Replace(s))
	}
	for i := range f {
		if f[i].ignore == nil && plain(f[i].name) == plain(unknown) {
			return f[i].name
		}
	}
	return ""
}

func (f *field) wrongType(prefix string, raw json.RawMessage) rollcall.FieldError {
	message := "must be " + f.want
	if given := typeName(raw); given != "a number" || f.want != wholeNumber {
		message += ", not " + given
	}
	return rollcall.FieldError{Field: prefix + f.name, Code: "wrong_type", Message: message}
}

// typeName returns the type of a JSON value with an article.
func typeName(raw []byte) string {
	switch {
	case len(raw) == 0 || raw[0] == 'n':
		return "null"
	case raw[0] == '"':
		return "a string"
	case raw[0] == 't', raw[0] == 'f':
		return "a boolean"
	case raw[0] == '[':
		return "an array"
	case raw[0] == '{':
		return "an object"
	}
	return "a number"
}

func badBody(message string) error {
	return &rollcall.Error{Kind: rollcall.InvalidRequest, Message: message}
}
