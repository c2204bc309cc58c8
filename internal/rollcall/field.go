package rollcall

import "strings"

// Field is one value of an input: absent (the zero Field), null, or given.
type Field[T any] struct {
	Value T
	Set   bool // false: absent; Value and Null mean nothing
	Null  bool // true: null; Value means nothing
}

// Given returns a Field that holds v.
func Given[T any](v T) Field[T] { return Field[T]{Value: v, Set: true} }

// Null returns a Field that was given as null.
func Null[T any]() Field[T] { return Field[T]{Set: true, Null: true} }

// Or returns the given value, and old where the field is absent or null.
func (f Field[T]) Or(old T) T {
	if f.Set && !f.Null {
		return f.Value
	}
	return old
}

var (
	isNull   = Problem{codeNull, "must not be null; leave it out, or give a value"}
	required = Problem{codeRequired, "is required"}
)

// rule judges one given value, and returns it as it is to be kept.
type rule func(string) (string, Problem)

// asGiven makes a rule of a check that keeps values as they are.
func asGiven(check func(string) Problem) rule {
	return func(s string) (string, Problem) { return s, check(s) }
}

// line returns a rule for one line of text of min to max characters after trimming.
func line(min, max int) rule {
	return func(s string) (string, Problem) { return CheckName(s, min, max) }
}

// Text judges a field that may not be null, and must be there where must is true. It returns the value as it is
// afterwards, which is old where the field is absent or breaks the rule.
func (ps *Problems) Text(field string, f Field[string], old string, must bool, r rule) string {
	var p Problem
	value := old
	switch {
	case !f.Set && must:
		p = required
	case !f.Set:
	case f.Null && must:
		p = Problem{codeNull, "must not be null; it is required"}
	case f.Null:
		p = isNull
	default:
		value, p = r(f.Value)
	}
	if p.Bad() {
		ps.Add(field, p)
		return old
	}
	return value
}

// clearable judges a field for which null and the empty string mean that there is no value. It returns the value as it
// is afterwards, "" where it was cleared, and old where the field is absent or breaks the rule.
func (ps *Problems) clearable(field string, f Field[string], old string, r rule) string {
	if f.Null || f.Set && f.Value == "" {
		return ""
	}
	return ps.Text(field, f, old, false, r)
}

// OneOf returns a rule that admits the values alone.
func OneOf[T ~string](values []T) rule {
	return func(s string) (string, Problem) {
		names := make([]string, len(values))
		for i, v := range values {
			if s == string(v) {
				return s, Problem{}
			}
			names[i] = string(v)
		}
		return s, Problem{CodeInvalid, "must be one of " + strings.Join(names, ", ")}
	}
}
