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

// readTags parses If-Match or If-None-Match: ETags or "*" (RFC 9110, section 13.1). If strong is true, a weak tag matches
// nothing and an empty header is invalid, so that a caller who lost its tag doesn't write without a check. It fails with
// InvalidRequest.
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
		Message: name + `: must be ETags with their quotation marks, such as "abc", separated by commas, or *`,
	}
}

func quoted(tag string) string { return `"` + tag + `"` }

// listTag returns the tag of a list. It covers the id and the tag of each record, their order, and the total count.
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
