package web

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// exactRead is the longest body for which room is made on the word of its Content-Length alone.
const exactRead = 64 << 10

// bodyTime is how long a small body may take to arrive. A caller who sends one byte by byte must not hold a place for as
// long as readTimeout.
const bodyTime = 10 * time.Second

// LimitBody puts a *Body of at most limit bytes in place of the body of r and into the record of the request. It reads
// nothing: that happens at the first Read, so that a key can be checked before the body.
//
// A body without a Content-Type is JSON, and so is one that is missing where the method would have one, whatever its type
// is said to be: the answer then speaks of the missing body rather than of its type.
func LimitBody(w http.ResponseWriter, r *http.Request, limit int64) {
	none := r.Header.Get("Content-Type") == "" && (r.ContentLength != 0 || r.Method != http.MethodGet)
	if none || r.ContentLength == 0 && r.Method != http.MethodGet {
		r.Header.Set("Content-Type", "application/json")
	}
	if r.Body == nil || r.Body == http.NoBody {
		return
	}
	request := FromContext(r.Context())
	b := &Body{
		request: request,
		source:  r.Body,
		w:       w,
		length:  r.ContentLength,
		limit:   limit,
		form:    isForm(r.Header.Get("Content-Type")),
	}
	r.Body = b
	request.Body = b
}

// isForm is false for anything that a decoder might take for JSON.
func isForm(contentType string) bool {
	const form = "application/x-www-form-urlencoded"
	return len(contentType) >= len(form) && strings.EqualFold(contentType[:len(form)], form)
}

// Body is a request's body, bounded, checked, and kept after it was read. The first Read takes all of it from the
// connection and every Read fails with the same *rollcall.Error where it is
//
//   - larger than the bound: PayloadTooLarge, found by its Content-Length without reading it, and the connection is
//     closed after the answer instead of taking in the rest;
//   - cut off, not UTF-8, nested more than 100 levels deep, or with half a surrogate pair in a string: InvalidRequest.
//     The last two are looked for in anything but a form.
//
// It does not check that the body is JSON. It belongs to the goroutine that serves the request.
type Body struct {
	source  io.ReadCloser // nil once it was read
	w       http.ResponseWriter
	request *Request
	length  int64 // as Content-Length says; -1 where it does not
	limit   int64
	form    bool

	data []byte
	next int
	err  error
}

// Bytes returns the whole body, and nil where it was not read yet, was refused, or does not exist. The caller must not
// change them.
func (b *Body) Bytes() []byte {
	if b == nil {
		return nil
	}
	return b.data
}

// Read reads the body; the first one takes it all from the connection, as the type says.
func (b *Body) Read(p []byte) (int, error) {
	if b.source != nil {
		b.data, b.err = b.load()
		b.source = nil
	}
	if b.err != nil {
		return 0, b.err
	}
	if b.next == len(b.data) {
		return 0, io.EOF
	}
	n := copy(p, b.data[b.next:])
	b.next += n
	return n, nil
}

// Close leaves what was read readable through Bytes.
func (b *Body) Close() error {
	if b.source == nil {
		return nil
	}
	return b.source.Close()
}

func (b *Body) load() ([]byte, error) {
	data, err := b.take()
	if err != nil {
		return nil, err
	}
	if err := checkText(data); err != nil {
		return nil, err
	}
	if b.form {
		return data, nil
	}
	if err := checkJSON(data); err != nil {
		return nil, err
	}
	return data, nil
}

// take reads all there is. Where it fails the connection ends with the answer: what is left on it is not worth taking
// in, or nothing more will come.
func (b *Body) take() ([]byte, error) {
	if b.length > b.limit {
		return nil, b.tooLarge()
	}
	var (
		data []byte
		err  error
	)
	// A writer without a connection, as in tests, has no deadline.
	connection := http.NewResponseController(b.w)
	_ = connection.SetReadDeadline(time.Now().Add(bodyTime))
	defer func() { _ = connection.SetReadDeadline(time.Now().Add(readTimeout)) }() // net/http watches for the caller to hang up
	if b.length >= 0 && b.length <= exactRead {
		data = make([]byte, b.length)
		_, err = io.ReadFull(b.source, data)
	} else {
		data, err = io.ReadAll(io.LimitReader(b.source, b.limit+1))
	}
	if err != nil {
		b.w.Header().Set("Connection", "close")
		return nil, &rollcall.Error{
			Kind:    rollcall.InvalidRequest,
			Message: "the body ended early or took too long; send the request again",
			Cause:   err,
		}
	}
	if int64(len(data)) > b.limit {
		return nil, b.tooLarge()
	}
	return data, nil
}

func (b *Body) tooLarge() error {
	b.w.Header().Set("Connection", "close")
	b.request.Limit = BodyLimit
	return &rollcall.Error{
		Kind:    rollcall.PayloadTooLarge,
		Message: fmt.Sprintf("the body is larger than %d bytes; send less at once", b.limit),
	}
}
