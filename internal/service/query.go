package service

import (
	"slices"
	"unicode/utf8"

	"example.org/rollcall/internal/rollcall"
)

// firstBadQuery returns the first of the errors, or nil.
func firstBadQuery(errs ...*rollcall.Error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func badQuery(field string, p rollcall.Problem) *rollcall.Error {
	if !p.Bad() {
		return nil
	}
	return &rollcall.Error{Kind: rollcall.InvalidRequest, Message: field + ": " + p.Message, Field: field}
}

func badChoice[T ~string](field string, f rollcall.Field[string], values []T) *rollcall.Error {
	if !f.Set {
		return nil
	}
	_, p := rollcall.OneOf(values)(f.Value)
	return badQuery(field, p)
}

func badChoices[T ~string](field string, f rollcall.Field[[]string], values []T) *rollcall.Error {
	for _, choice := range f.Value {
		if err := badChoice(field, rollcall.Given(choice), values); err != nil {
			return err
		}
	}
	return nil
}

// choices returns the values that a query chooses, each once.
func choices[T ~string](f rollcall.Field[[]string]) []T {
	var chosen []T
	for _, value := range f.Value {
		if !slices.Contains(chosen, T(value)) {
			chosen = append(chosen, T(value))
		}
	}
	return chosen
}

func badCount(field string, f rollcall.Field[int]) *rollcall.Error {
	if f.Set && f.Value < 1 {
		return badQuery(field, rollcall.Problem{Code: rollcall.CodeInvalid, Message: "must be a whole number from 1"})
	}
	return nil
}

func badSearch(s string) *rollcall.Error {
	switch {
	case !utf8.ValidString(s):
		return badQuery("search", rollcall.Problem{Code: rollcall.CodeInvalid, Message: "must be valid UTF-8"})
	case utf8.RuneCountInString(s) > searchMax:
		return badQuery("search", rollcall.Problem{Code: rollcall.CodeTooLong, Message: "must have at most 200 characters"})
	}
	return nil
}
