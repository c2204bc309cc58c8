package web

import (
	"maps"
	"net/http"
)

// Attempt serves a request without a body by next. If next responds with 503, it calls again; if that returns true, the response is
// dropped and Attempt returns false, so that the request can be served anew.
func Attempt(next http.Handler, w http.ResponseWriter, r *http.Request, again func() bool) (served bool) {
	out, ok := w.(*response)
	if !ok || r.ContentLength != 0 {
		next.ServeHTTP(w, r)
		return true
	}
	before := out.Header().Clone()
	if !out.attempt(next, r, again) {
		return true
	}
	clear(out.Header())
	maps.Copy(out.Header(), before)
	request := FromContext(r.Context())
	if request.Done != nil {
		request.Done()
	}
	request.Done, request.Limit = nil, ""
	return false
}

// attempt reports whether the response was dropped.
func (w *response) attempt(next http.Handler, r *http.Request, again func() bool) bool {
	w.again = again
	defer func() { w.again, w.dropped = nil, false }() // also if next panics
	next.ServeHTTP(w, r)
	return w.dropped
}
