package httpapi

import (
	"time"

	"example.org/rollcall/api"
	"example.org/rollcall/internal/rollcall"
)

// optional turns what a generated Get returns into a field of the core.
func optional[T any](v T, given bool) rollcall.Field[T] {
	return rollcall.Field[T]{Value: v, Set: given}
}

// optionalText is optional for an enumeration.
func optionalText[T ~string](v T, given bool) rollcall.Field[string] {
	return rollcall.Field[string]{Value: string(v), Set: given}
}

func nullable(v api.OptNilString) rollcall.Field[string] {
	return rollcall.Field[string]{Value: v.Value, Set: v.Set, Null: v.Null}
}

// perPage returns how many a page has: limit is another name of per_page, which wins.
func perPage(perPage, limit api.OptInt) rollcall.Field[int] {
	if perPage.Set {
		return optional(perPage.Get())
	}
	return optional(limit.Get())
}

func orNull(s string) api.NilString {
	return api.NilString{Value: s, Null: s == ""}
}

// orAbsent leaves an empty text out.
func orAbsent(s string) api.OptString {
	return api.OptString{Value: s, Set: s != ""}
}

func timeOrNull(t time.Time) api.NilDateTime {
	return api.NilDateTime{Value: t, Null: t.IsZero()}
}
