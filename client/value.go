package client

import (
	"encoding/json"
	"iter"
)

// Value is a field of an update. The zero Value does not change the field.
type Value[T any] struct {
	value T
	set   bool
	null  bool
}

// Set gives a field a value.
func Set[T any](v T) Value[T] { return Value[T]{value: v, set: true} }

// Null clears a field, or resets it to its default.
func Null[T any]() Value[T] { return Value[T]{set: true, null: true} }

// IsZero reports whether the field is left out of the request.
func (v Value[T]) IsZero() bool { return !v.set }

// MarshalJSON implements json.Marshaler.
func (v Value[T]) MarshalJSON() ([]byte, error) {
	if v.null {
		return []byte("null"), nil
	}
	return json.Marshal(v.value)
}

// Warning is about a value that was accepted but will not work, or an unknown field that was ignored.
type Warning struct {
	Field   string `json:"field"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// pages returns the items of all pages, until one is not full.
func pages[T any](perPage int, fetch func(page int) ([]T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		page := 0
		yieldPages(yield, func() ([]T, bool, error) {
			page++
			items, err := fetch(page)
			return items, len(items) == perPage, err
		})
	}
}

// cursorPages returns the items of all pages from a cursor on. It ends at a page whose next cursor is empty, or the one that fetched
// it.
func cursorPages[T any](first string, fetch func(after string) (items []T, next string, err error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		after := first
		yieldPages(yield, func() ([]T, bool, error) {
			items, next, err := fetch(after)
			more := next != "" && next != after
			after = next
			return items, more, err
		})
	}
}

// yieldPages yields the items of each page, until next returns the last one or fails.
func yieldPages[T any](yield func(T, error) bool, next func() (items []T, more bool, err error)) {
	for more := true; more; {
		var items []T
		var err error
		if items, more, err = next(); err != nil {
			var none T
			yield(none, err)
			return
		}
		for _, item := range items {
			if !yield(item, nil) {
				return
			}
		}
	}
}
