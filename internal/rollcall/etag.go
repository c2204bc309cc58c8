package rollcall

import (
	"strconv"
)

// ETag returns what tells this state of the contact from every other: when it was made, how often its own fields changed,
// and how often what is known of reaching it did.
func (c *Contact) ETag() string {
	return c.FieldsTag() + "-" + base36(c.StateVersion)
}

// FieldsTag returns the part of the ETag that changes with the contact's own fields, not with its validation states.
func (c *Contact) FieldsTag() string { return base36(c.Created.UnixMicro()) + "-" + base36(c.Version) }

// ETag returns what tells this state of the site from every other.
func (s *Site) ETag() string { return base36(s.Created.UnixMicro()) + "-" + base36(s.Version) }

func base36(n int64) string { return strconv.FormatInt(n, 36) }
