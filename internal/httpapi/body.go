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
	"strings"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/web"
)

// maxBody bounds the body of a request, in bytes; that of branding may be larger.
const maxBody = 64 << 10

// fields are those of an object in a body, each with where its value goes.
type fields []field

// field is one of them.
type field struct {
	name string
	want string // the JSON type, with its article
	// put takes a value that is not null, and returns false where it is of another type.
	put   func(raw json.RawMessage) bool
	null  func()
	inner fields // of an object
	// ignored makes a field one that is only read: it returns false for a value that is ignored with a warning.
	ignored func(raw json.RawMessage) bool
}

// readOnly are fields of an answer, which a program may send back.
func readOnly(names ...string) fields {
	f := make(fields, len(names))
	for i, name := range names {
		f[i] = field{name: name, ignored: func(json.RawMessage) bool { return true }}
	}
	return f
}

// fromPath is the identifier that the path names too.
func (c *call) fromPath(name string) field {
	return field{name: name, ignored: func(raw json.RawMessage) bool {
		value, ok := parseAs[string](raw)
		return ok && value == c.r.PathValue(name)
	}}
}

func scalar[T any](name, want string, to *rollcall.Field[T], parse func(raw json.RawMessage) (T, bool)) field {
	return field{name: name, want: want, null: func() { *to = rollcall.Null[T]() }, put: func(raw json.RawMessage) bool {
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

func texts(name string, to *rollcall.Field[[]string]) field {
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

func whole(name string, to *rollcall.Field[int]) field {
	return scalar(name, wholeNumber, to, func(raw json.RawMessage) (int, bool) {
		n, ok := parseAs[float64](raw) // 1e2 and 100.0 are whole numbers too
		return int(n), ok && n == math.Trunc(n) && math.Abs(n) < 1<<31
	})
}

func parseAs[T any](raw json.RawMessage) (value T, ok bool) {
	return value, json.Unmarshal(raw, &value) == nil
}

// object is a field with fields of its own, which go into the value of to.
func object[T any](name string, to *rollcall.Field[T], inner func(*T) fields) field {
	return field{
		name: name, want: "an object", inner: inner(&to.Value),
		put: func(json.RawMessage) bool {
			to.Set, to.Null = true, false
			return true
		},
		null: func() { *to = rollcall.Null[T]() },
	}
}

// read reads the body, which must be a JSON object, into the fields: PayloadTooLarge, UnsupportedMediaType, and
// InvalidRequest, which names every value of the wrong type.
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

// readOptional is read for a body that may be missing.
func (c *call) readOptional(f fields) error {
	if err := c.load(maxBody); err != nil || len(c.body) == 0 {
		return err
	}
	return c.parse(f)
}

// load reads the body. Its type counts only where there is one.
func (c *call) load(limit int64) error {
	if c.r.ContentLength == 0 || c.r.Body == nil || c.r.Body == http.NoBody {
		return nil
	}
	if err := checkMedia(c.r); err != nil {
		return err
	}
	var err error
	c.body, err = web.ReadBody(c.w, c.r, limit)
	return err
}

// checkMedia returns UnsupportedMediaType for a body that is said to be something else than JSON in UTF-8.
func checkMedia(r *http.Request) error {
	for _, coding := range r.Header.Values("Content-Encoding") {
		if !strings.EqualFold(coding, "identity") {
			return unsupported("send the body without a Content-Encoding")
		}
	}
	given := r.Header.Get("Content-Type")
	if given == "" {
		return nil
	}
	media, params, err := mime.ParseMediaType(given)
	if err != nil || media != "application/json" && (media != "application/merge-patch+json" || r.Method != http.MethodPatch) {
		return unsupported("send the body as Content-Type: application/json")
	}
	if charset := params["charset"]; charset != "" && !strings.EqualFold(charset, "utf-8") && !strings.EqualFold(charset, "utf8") {
		return unsupported("send the body in UTF-8")
	}
	return nil
}

func unsupported(message string) error {
	return &rollcall.Error{Kind: rollcall.UnsupportedMediaType, Message: message}
}

// byteOrderMark is what some programs write before a text in UTF-8.
var byteOrderMark = []byte("\uFEFF")

// parse reads the body, which web.ReadBody has checked.
func (c *call) parse(f fields) error {
	body := bytes.TrimPrefix(c.body, byteOrderMark)
	var object map[string]json.RawMessage
	err := json.Unmarshal(body, &object)
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return badBody(fmt.Sprintf("the body is not JSON: it ends early or has an error at byte %d", syntax.Offset))
	case err != nil, object == nil:
		return badBody("the body must be a JSON object, not " + typeName(bytes.TrimSpace(body)))
	}
	var found findings
	f.fill("", object, &found)
	if len(found.wrong) > 0 {
		return wrongTypes(found.wrong)
	}
	return c.unknownFields(found.unknown)
}

// wrongTypes returns the error that names every value of the wrong type.
func wrongTypes(bad []rollcall.FieldError) error {
	messages := make([]string, len(bad))
	for i, b := range bad {
		messages[i] = b.Field + ": " + b.Message
	}
	e := &rollcall.Error{Kind: rollcall.InvalidRequest, Field: bad[0].Field, Message: strings.Join(messages, "; ")}
	if len(bad) > 1 {
		e.Details = bad
	}
	return e
}

// unknownFields notes names that were ignored: ValidationFailed where the caller wants that.
func (c *call) unknownFields(unknown []warning) error {
	slices.SortFunc(unknown, func(a, b warning) int { return strings.Compare(a.Field, b.Field) })
	unknown = unknown[:min(len(unknown), unknownMost)]
	if len(unknown) > 0 && c.strict {
		messages := make([]string, len(unknown))
		for i, u := range unknown {
			messages[i] = u.Field + ": " + u.Message
		}
		return &rollcall.Error{
			Kind: rollcall.ValidationFailed, Field: unknown[0].Field, Message: strings.Join(messages, "; "), Details: details(unknown),
		}
	}
	c.warnings = append(c.warnings, unknown...)
	return nil
}

// findings are what is wrong with the form of a body.
type findings struct {
	wrong   []rollcall.FieldError // values of the wrong type
	unknown []warning
}

// fill puts the values of an object where they go.
func (f fields) fill(prefix string, object map[string]json.RawMessage, found *findings) {
	for i := range f {
		field := &f[i]
		raw, given := object[field.name]
		switch {
		case !given:
		case field.ignored != nil:
			if !field.ignored(raw) {
				found.unknown = append(found.unknown, warning{prefix + field.name, "unknown_field", "is not the one of the path, and was ignored"})
			}
		case string(raw) == "null":
			field.null()
		case field.inner != nil:
			inner, ok := parseAs[map[string]json.RawMessage](raw)
			if !ok {
				found.wrong = append(found.wrong, field.wrongType(prefix, raw))
				break
			}
			field.put(raw)
			field.inner.fill(prefix+field.name+".", inner, found)
		case !field.put(raw):
			found.wrong = append(found.wrong, field.wrongType(prefix, raw))
		}
		delete(object, field.name)
	}
	names := slices.Sorted(maps.Keys(object))
	for _, name := range names[:min(len(names), unknownMost)] {
		message := "unknown field"
		if known := f.similar(name); known != "" {
			message += "; probably " + prefix + known + " was meant"
		}
		found.unknown = append(found.unknown, warning{prefix + shorten(name), "unknown_field", message})
	}
}

// similar returns the name of the field that an unknown name was probably meant for, empty where there is none.
func (f fields) similar(unknown string) string {
	plain := func(s string) string {
		return strings.ToLower(strings.NewReplacer("_", "", "-", "", " ", "").Replace(s))
	}
	for i := range f {
		if f[i].ignored == nil && plain(f[i].name) == plain(unknown) {
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

// typeName returns the type of a JSON value, with its article.
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
