package httpapi

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// readTags reads If-Match or If-None-Match, whose lines are one list of ETags or "*" (RFC 9110, section 13.1):
// InvalidRequest. Where strong is true a weak tag matches nothing, and a header without tags is refused: a program that lost
// its tag must not write as if it had asked for no check.
func readTags(h http.Header, name string, strong bool) (service.Match, error) {
	text := strings.Trim(strings.Join(h.Values(name), ","), ", \t")
	switch {
	case text == "" && strong && len(h.Values(name)) > 0:
		return service.Match{}, badTags(name)
	case text == "":
		return service.Match{}, nil
	case text == "*":
		return service.Match{Set: true, Any: true}, nil
	}
	m := service.Match{Set: true}
	for text != "" {
		rest, weak := strings.CutPrefix(text, "W/")
		rest, ok := strings.CutPrefix(rest, `"`)
		tag, rest, closed := strings.Cut(rest, `"`)
		text = strings.TrimLeft(rest, " \t")
		if !ok || !closed || text != "" && text[0] != ',' {
			return service.Match{}, badTags(name)
		}
		if !weak || !strong {
			m.Tags = append(m.Tags, tag)
		}
		text = strings.TrimLeft(text, ", \t")
	}
	return m, nil
}

func badTags(name string) error {
	return &rollcall.Error{
		Kind: rollcall.InvalidRequest, Field: name,
		Message: name + `: must be ETags with their quotation marks, such as "abc", with commas between, or *`,
	}
}

func quoted(tag string) string { return `"` + tag + `"` }

// listTag returns a tag that covers a list: each record in it with its state, their order, and how many match in all.
func listTag(n, total int, record func(i int) (id, tag string)) string {
	h := sha256.New()
	var b []byte
	for i := range n {
		id, tag := record(i)
		b = append(b[:0], id...)
		b = append(b, 0)
		b = append(b, tag...)
		h.Write(append(b, 0))
	}
	h.Write(strconv.AppendInt(b[:0], int64(total), 10))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:15])
}
