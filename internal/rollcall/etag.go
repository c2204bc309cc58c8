package rollcall

import (
	"strconv"
)

// ETag returns a tag that is different for every state of the contact. It consists of the time of creation, the counts of
// changes to its fields and to its validation states, the position, and whether hours are ignored.
func (c *Contact) ETag() string {
	tag := c.FieldsTag() + "-" + base36(c.StateVersion) + "-" + base36(int64(c.Position))
	if c.HoursIgnored {
		tag += "-i"
	}
	return tag
}

// FieldsTag returns the part of the ETag that changes with the fields of the contact, but not with its validation states.
func (c *Contact) FieldsTag() string { return base36(c.Created.UnixMicro()) + "-" + base36(c.Version) }

// ETag returns a tag that is different for every state of the site.
func (s *Site) ETag() string {
	if s.Reviewed.IsZero() {
		return s.FieldsTag()
	}
	return s.FieldsTag() + "-" + base36(s.Reviewed.UnixMicro())
}

// FieldsTag returns the part of the ETag that changes with the fields of the site, but not with reviews.
func (s *Site) FieldsTag() string { return base36(s.Created.UnixMicro()) + "-" + base36(s.Version) }

func base36(n int64) string { return strconv.FormatInt(n, 36) }
