package web

import (
	"fmt"
	"io"
	"net/http"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// preallocated is the largest Content-Length for which memory is allocated before the body has arrived.
const preallocated = 64 << 10

// bodyTimeout is how long a small body may take to arrive, so that a slow caller holds a place only briefly.
const bodyTimeout = 10 * time.Second

// ReadBody reads the whole body of r and checks its text. It fails with
//
//   - PayloadTooLarge if the body has more than limit bytes. A Content-Length that is too large is refused without reading.
//   - InvalidRequest if the body ends early, takes longer than bodyTimeout, isn't UTF-8, nests more than maxDepth levels
//     deep, or has half of a surrogate pair in a string.
//
// After an error in reading, the connection is closed with the response. ReadBody doesn't check that the body is JSON.
func ReadBody(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, error) {
	body, err := readAll(w, r, limit)
	if err == nil {
		err = checkText(body)
	}
	if err == nil {
		err = checkJSON(body)
	}
	if err != nil {
		return nil, err
	}
	return body, nil
}

func readAll(w http.ResponseWriter, r *http.Request, limit int64) (body []byte, err error) {
	if r.ContentLength > limit {
		return nil, bodyTooLarge(w, r, limit)
	}
	setReadTimeout(w, bodyTimeout)
	defer setReadTimeout(w, readTimeout) // net/http keeps reading, to notice a hang-up
	if r.ContentLength >= 0 && r.ContentLength <= preallocated {
		body = make([]byte, r.ContentLength)
		_, err = io.ReadFull(r.Body, body)
	} else {
		body, err = io.ReadAll(io.LimitReader(r.Body, limit+1))
	}
	if err != nil {
		w.Header().Set("Connection", "close")
		return nil, &rollcall.Error{
			Kind:    rollcall.InvalidRequest,
			Message: "the body ended early or took too long; send the request again",
			Cause:   err,
		}
	}
	if int64(len(body)) > limit {
		return nil, bodyTooLarge(w, r, limit)
	}
	return body, nil
}

// ExtendBody gives the caller another half minute to send more of the body. Call it for each part of a long body; by default the whole
// request has that long.
func ExtendBody(w http.ResponseWriter) { setReadTimeout(w, readTimeout) }

// setReadTimeout limits how long the connection may be read from now on. A writer without a connection, as in tests, has no
// timeout.
func setReadTimeout(w http.ResponseWriter, timeout time.Duration) {
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(timeout))
}

func bodyTooLarge(w http.ResponseWriter, r *http.Request, limit int64) error {
	w.Header().Set("Connection", "close")
	FromContext(r.Context()).Limit = BodyLimit
	return &rollcall.Error{
		Kind:    rollcall.PayloadTooLarge,
		Message: fmt.Sprintf("the body is larger than %d bytes; send less", limit),
	}
}
