package web

import (
	"fmt"
	"io"
	"net/http"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// exactRead is the longest body for which memory is reserved by its Content-Length, in bytes.
const exactRead = 64 << 10

// bodyTime is the time that a body may take to arrive. It is shorter than readTimeout, so that slow bodies don't occupy
// places for long.
const bodyTime = 10 * time.Second

// ReadBody reads the body of r. It fails with a *rollcall.Error if the body is
//
//   - larger than limit bytes: PayloadTooLarge, before reading it if its Content-Length says so. The connection is closed
//     after the response;
//   - cut off, not UTF-8, nested more than 100 levels deep, or with half a surrogate pair in a string: InvalidRequest.
//
// It does not check that the body is JSON.
func ReadBody(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, error) {
	if r.ContentLength > limit {
		return nil, tooLarge(w, r, limit)
	}
	connection := http.NewResponseController(w)
	limitBodyTime(w, bodyTime)
	defer func() { _ = connection.SetReadDeadline(time.Now().Add(readTimeout)) }() // net/http watches for the caller to hang up
	var data []byte
	var err error
	if r.ContentLength >= 0 && r.ContentLength <= exactRead {
		data = make([]byte, r.ContentLength)
		_, err = io.ReadFull(r.Body, data)
	} else {
		data, err = io.ReadAll(io.LimitReader(r.Body, limit+1))
	}
	if err != nil {
		w.Header().Set("Connection", "close")
		return nil, &rollcall.Error{
			Kind:    rollcall.InvalidRequest,
			Message: "the body ended early or took too long; send the request again",
			Cause:   err,
		}
	}
	if int64(len(data)) > limit {
		return nil, tooLarge(w, r, limit)
	}
	if err := checkText(data); err != nil {
		return nil, err
	}
	return data, checkJSON(data)
}

// limitBodyTime ends the reading of a body after a time. A writer without a connection, as in tests, has no deadline.
func limitBodyTime(w http.ResponseWriter, after time.Duration) {
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(after))
}

func tooLarge(w http.ResponseWriter, r *http.Request, limit int64) error {
	w.Header().Set("Connection", "close")
	FromContext(r.Context()).Limit = BodyLimit
	return &rollcall.Error{
		Kind:    rollcall.PayloadTooLarge,
		Message: fmt.Sprintf("the body is larger than %d bytes; send less at once", limit),
	}
}
