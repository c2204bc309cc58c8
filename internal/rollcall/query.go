package rollcall

import (
	"slices"
	"unicode/utf8"
)

// firstBadQuery returns the first of the errors, or nil.
func firstBadQuery(errs ...*Error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func badQuery(field string, p problem) *Error {
	if !p.bad() {
		return nil
	}
	return &Error{Kind: InvalidRequest, Message: field + ": " + p.message, Field: field}
}

func badChoice[T ~string](field string, f Field[string], values []T) *Error {
	if !f.Set {
		return nil
	}
	_, p := oneOf(values)(f.Value)
	return badQuery(field, p)
}

func badChoices[T ~string](field string, f Field[[]string], values []T) *Error {
	for _, choice := range f.Value {
		if err := badChoice(field, Given(choice), values); err != nil {
			return err
		}
	}
	return nil
}

// choices returns the values that a query chooses, each once.
func choices[T ~string](f Field[[]string]) []T {
	var chosen []T
	for _, value := range f.Value {
		if !slices.Contains(chosen, T(value)) {
			chosen = append(chosen, T(value))
		}
	}
	return chosen
}

func badCount(field string, f Field[int]) *Error {
	if f.Set && f.Value < 1 {
		return badQuery(field, problem{codeInvalid, "must be a whole number from 1"})
	}
	return nil
}

func badSearch(s string) *Error {
	switch {
	case !utf8.ValidString(s):
		return badQuery("search", problem{codeInvalid, "must be valid UTF-8"})
	case utf8.RuneCountInString(s) > searchMax:
		return badQuery("search", problem{codeTooLong, "must have at most 200 characters"})
	}
	return nil
}
