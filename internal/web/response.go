package web

import "net/http"

// response notes what a handler answers on its way to the connection.
type response struct {
	http.ResponseWriter
	status int   // of the final answer; 0 until it is written
	bytes  int64 // of the body, as sent
	noBody bool  // the caller asked with HEAD: net/http drops what is written
	rest   *rest // the request's body, where nobody waits for what is left of it; nil: net/http does, before it answers
}

func (w *response) WriteHeader(status int) {
	informational := status < http.StatusOK && status != http.StatusSwitchingProtocols
	if w.status == 0 && !informational {
		w.hurry()
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *response) Write(p []byte) (int, error) {
	w.begin()
	n, err := w.ResponseWriter.Write(p)
	if !w.noBody {
		w.bytes += int64(n)
	}
	return n, err
}

// begin notes the status that net/http sends where the handler named none.
func (w *response) begin() {
	if w.status == 0 {
		w.hurry()
		w.status = http.StatusOK
	}
}

// hurry has the connection end with the answer where some of the body is still to come. Otherwise net/http takes that in
// first, for as long as the caller likes to send it, while the handler holds its place.
func (w *response) hurry() {
	if w.rest != nil && !w.rest.ended {
		w.Header().Set("Connection", "close")
	}
}

func (w *response) Flush() { _ = w.FlushError() }

// FlushError is the form of Flush that http.ResponseController prefers.
func (w *response) FlushError() error {
	w.begin()
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// Unwrap lets http.ResponseController reach the connection's own writer.
func (w *response) Unwrap() http.ResponseWriter { return w.ResponseWriter }
