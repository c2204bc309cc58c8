package web

import (
	"net/http"
	"time"
)

// Extend gives the caller another minute to receive what was and will be written. Call it for each part of a long response: by
// default the whole one has that long. The request must have been read.
func Extend(w http.ResponseWriter) {
	conn := http.NewResponseController(w)
	// A writer without a connection, as in tests, has no timeout.
	_ = conn.SetReadDeadline(time.Time{}) // which would cancel the request
	_ = conn.SetWriteDeadline(time.Now().Add(writeTimeout))
}

// response records the status and the size of a response.
type response struct {
	http.ResponseWriter
	status int   // of the final response; 0 until it is written
	bytes  int64 // of the body, as sent
	noBody bool  // the method is HEAD: net/http drops what is written
	// requestBody is set if an unread request body must not delay the response: net/http would read it first.
	requestBody *trackedBody
	again       func() bool // of Attempt; nil: the response is sent
	dropped     bool        // by Attempt
}

func (w *response) WriteHeader(status int) {
	if w.dropped || w.again != nil && w.status == 0 && status == http.StatusServiceUnavailable && w.again() {
		w.dropped = true
		return
	}
	informational := status < http.StatusOK && status != http.StatusSwitchingProtocols
	if w.status == 0 && !informational {
		w.setStatus(status)
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *response) Write(p []byte) (int, error) {
	if w.dropped {
		return len(p), nil
	}
	w.begin()
	n, err := w.ResponseWriter.Write(p)
	if !w.noBody {
		w.bytes += int64(n)
	}
	return n, err
}

// begin records the status that net/http sends if the handler sets none.
func (w *response) begin() {
	if w.status == 0 {
		w.setStatus(http.StatusOK)
	}
}

// setStatus records the status. If part of the request body is still to come it closes the connection with the response:
// otherwise net/http reads the rest first, as slowly as the caller sends it, while the handler holds its place.
func (w *response) setStatus(status int) {
	if w.requestBody != nil && !w.requestBody.ended {
		w.Header().Set("Connection", "close")
	}
	w.status = status
}

func (w *response) Flush() { _ = w.FlushError() }

// FlushError is the form of Flush that http.ResponseController prefers.
func (w *response) FlushError() error {
	if w.dropped {
		return nil
	}
	w.begin()
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// Unwrap lets http.ResponseController reach the connection's own writer.
func (w *response) Unwrap() http.ResponseWriter { return w.ResponseWriter }
