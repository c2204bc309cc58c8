package rollcall

import "strings"

// Field is one value of an input: absent (the zero Field), null, or given.
type Field[T any] struct {
	Value T
	Set   bool // false: absent, and Value and Null have no meaning
	Null  bool // true: null, and Value has no meaning
}

// Given returns a Field that holds v.
func Given[T any](v T) Field[T] { return Field[T]{Value: v, Set: true} }

// Null returns a Field that is null.
func Null[T any]() Field[T] { return Field[T]{Set: true, Null: true} }

// ValueOr returns the given value, and fallback if the field is absent or null.
func (f Field[T]) ValueOr(fallback T) T {
	if f.Set && !f.Null {
		return f.Value
	}
	return fallback
}

var (
	isNull   = &FieldError{Code: codeNull, Message: "must not be null; omit it or give a value"}
	required = missing("is required")
)

// rule checks one value. It returns the value in the form to store, and nil if the value is valid.
type rule func(string) (string, *FieldError)

// unchanged returns a rule that stores values as they are.
func unchanged(check func(string) *FieldError) rule {
	return func(s string) (string, *FieldError) { return s, check(s) }
}

// textLine returns a rule for one line of text of min to max characters after trimming.
func textLine(min, max int) rule {
	return func(s string) (string, *FieldError) { return checkLine(s, min, max) }
}

// oneOf returns a rule that accepts only the given values.
func oneOf[T ~string](values []T) rule {
	return unchanged(func(s string) *FieldError { return CheckOneOf(s, values) })
}

// CheckOneOf returns nil if s is one of the values, else an error that lists them.
func CheckOneOf[T ~string](s string, values []T) *FieldError {
	names := make([]string, len(values))
	for i, v := range values {
		if s == string(v) {
			return nil
		}
		names[i] = string(v)
	}
	return invalid("must be one of " + strings.Join(names, ", "))
}

// text applies the rule to a field that must not be null and, if must is true, must not be absent. It returns the new
// value, which is old if the field is absent or not valid.
func (es *fieldErrors) text(field string, f Field[string], old string, must bool, r rule) string {
	var e *FieldError
	value := old
	switch {
	case !f.Set && must:
		e = required
	case !f.Set:
	case f.Null && must:
		e = &FieldError{Code: codeNull, Message: "must not be null; it is required"}
	case f.Null:
		e = isNull
	default:
		value, e = r(f.Value)
	}
	if e != nil {
		es.add(field, e)
		return old
	}
	return value
}

// optional is text for a field that null and the empty string clear. It returns "" for a cleared value.
func (es *fieldErrors) optional(field string, f Field[string], old string, r rule) string {
	if f.Null || f.Set && f.Value == "" {
		return ""
	}
	return es.text(field, f, old, false, r)
}
