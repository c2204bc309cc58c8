package service

import (
	"math"
	"slices"
	"unicode/utf8"

	"example.org/rollcall/internal/rollcall"
)

// searchMax is the longest search text, in characters.
const searchMax = 200

// firstBadQuery returns the first error that is not nil, or nil.
func firstBadQuery(errs ...*rollcall.Error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func badQuery(field, message string) *rollcall.Error {
	return &rollcall.Error{Kind: rollcall.InvalidRequest, Message: field + ": " + message, Field: field}
}

func badChoice[T ~string](field string, f rollcall.Field[string], values []T) *rollcall.Error {
	if !f.Set {
		return nil
	}
	if e := rollcall.CheckOneOf(f.Value, values); e != nil {
		return badQuery(field, e.Message)
	}
	return nil
}

func badChoices[T ~string](field string, f rollcall.Field[[]string], values []T) *rollcall.Error {
	for _, choice := range f.Value {
		if err := badChoice(field, rollcall.Given(choice), values); err != nil {
			return err
		}
	}
	return nil
}

// choices returns the values of a query parameter without duplicates.
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
		return badQuery(field, "must be a whole number from 1")
	}
	return nil
}

func badSearch(s string) *rollcall.Error {
	switch {
	case !utf8.ValidString(s):
		return badQuery("search", "must be valid UTF-8")
	case utf8.RuneCountInString(s) > searchMax:
		return badQuery("search", "must have at most 200 characters")
	}
	return nil
}

// page returns the part of a list that a page number from 1 stands for. A number beyond every list stands for an empty part.
func page(number, perPage int) Page {
	if number-1 > math.MaxInt32/perPage {
		return Page{Offset: math.MaxInt32, Limit: perPage}
	}
	return Page{Offset: (number - 1) * perPage, Limit: perPage}
}
