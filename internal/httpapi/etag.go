package httpapi

import (
	"crypto/sha256"
	"encoding/base64"
	"strconv"
)

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
