package rollcall

import (
	"strconv"
	"strings"
)

// ETag returns what tells this state of the contact from every other: when it was made, how often its own fields changed,
// and how often what is known of reaching it did.
func (c *Contact) ETag() string {
	return c.ownTag() + "-" + base36(c.StateVersion)
}

func (c *Contact) ownTag() string { return base36(c.Created.UnixMicro()) + "-" + base36(c.Version) }

// ETag returns what tells this state of the site from every other.
func (s *Site) ETag() string { return base36(s.Created.UnixMicro()) + "-" + base36(s.Version) }

func base36(n int64) string { return strconv.FormatInt(n, 36) }

// Match is a list of ETags that a caller knows. The zero Match is none, and matches everything.
type Match struct {
	Any  bool     // "*"
	Tags []string // without their quotation marks
	Set  bool
}

// ParseMatch reads the value of an If-Match or If-None-Match header (RFC 9110, section 13.1). What is not a list of
// ETags matches nothing.
func ParseMatch(header string) Match {
	header = strings.TrimSpace(header)
	if header == "" {
		return Match{}
	}
	m := Match{Set: true, Any: header == "*"}
	for part := range strings.SplitSeq(header, ",") {
		tag := strings.TrimPrefix(strings.TrimSpace(part), "W/")
		if len(tag) >= 2 && tag[0] == '"' && tag[len(tag)-1] == '"' {
			m.Tags = append(m.Tags, tag[1:len(tag)-1])
		}
	}
	return m
}

// Has reports whether the tag is in the list.
func (m Match) Has(tag string) bool {
	if m.Any {
		return true
	}
	for _, t := range m.Tags {
		if t == tag {
			return true
		}
	}
	return false
}

// changed returns PreconditionFailed where the caller knows the record in another state than the one with this tag of its
// own fields. A tag may have more behind it, which does not count.
func (m Match) changed(own string) error {
	if !m.Set || m.Any {
		return nil
	}
	for _, t := range m.Tags {
		if t == own || strings.HasPrefix(t, own+"-") {
			return nil
		}
	}
	return &Error{
		Kind:    PreconditionFailed,
		Message: "somebody else changed this record since you read it; read it again, then decide",
	}
}
