package service

import (
	"slices"
	"strings"

	"example.org/rollcall/internal/rollcall"
)

// Match is a list of ETags that a caller names, without their quotation marks. The zero Match is none.
type Match struct {
	Any  bool // "*"
	Tags []string
	Set  bool
}

// Has reports whether the tag is in the list.
func (m Match) Has(tag string) bool { return m.Any || slices.Contains(m.Tags, tag) }

// hasOwn reports whether the list has a record whose own fields have this tag. A tag may have more behind it, which does not
// count.
func (m Match) hasOwn(own string) bool {
	return m.Any || slices.ContainsFunc(m.Tags, func(t string) bool { return t == own || strings.HasPrefix(t, own+"-") })
}

// mayChange returns PreconditionFailed where the caller wants to change a record in another state than the one with this tag
// of its own fields.
func (c *Caller) mayChange(own string) error {
	switch {
	case c.IfMatch.Set && !c.IfMatch.hasOwn(own):
		return &rollcall.Error{
			Kind:    rollcall.PreconditionFailed,
			Message: "somebody else changed this record since you read it; read it again, then decide",
		}
	case c.IfNoneMatch.Set && c.IfNoneMatch.hasOwn(own):
		return &rollcall.Error{
			Kind:    rollcall.PreconditionFailed,
			Message: "this record exists; leave out If-None-Match to change it",
		}
	}
	return nil
}
