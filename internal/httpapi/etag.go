package httpapi

import (
	"crypto/sha256"
	"encoding/base64"
	"strconv"

	"example.org/rollcall/api"
	"example.org/rollcall/internal/rollcall"
)

func quoted(tag string) string { return `"` + tag + `"` }

// unchanged reports whether the caller has the answer with this tag already.
func unchanged(ifNoneMatch api.OptString, tag string) bool {
	if !ifNoneMatch.Set {
		return false
	}
	m := rollcall.ParseMatch(ifNoneMatch.Value)
	return m.Set && m.Has(tag)
}

func notModified(tag string) *api.NotModified {
	return &api.NotModified{ETag: api.NewOptString(quoted(tag))}
}

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
