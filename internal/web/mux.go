package web

import (
	"net/http"
	"strings"
)

// Mux routes a few exact paths and prefixes, and passes every other request to Fallback. Unlike http.ServeMux it never
// cleans a path or redirects, so Fallback sees the path that the caller sent.
type Mux struct {
	Get      map[string]http.Handler // by exact path; methods other than GET and HEAD fail with MethodNotAllowed
	Under    map[string]http.Handler // by the first segment of the path, such as "/c/"; each serves every path below it
	Fallback http.Handler
	Error    ErrorFunc
}

// ServeHTTP passes the request to the handler of its path.
func (m Mux) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h, ok := m.Get[r.URL.Path]
	if !ok {
		m.under(r).ServeHTTP(w, r)
		return
	}
	FromContext(r.Context()).Route = r.URL.Path
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		m.Error(w, r, MethodNotAllowed(w, "GET, HEAD"))
		return
	}
	h.ServeHTTP(w, r)
}

// under returns the handler of a path that isn't in Get. Only the first segment of the path is logged as its route, since
// the rest may be a secret.
func (m Mux) under(r *http.Request) http.Handler {
	path := r.URL.Path
	if end := strings.IndexByte(strings.TrimPrefix(path, "/"), '/'); end >= 0 {
		if h, ok := m.Under[path[:end+2]]; ok {
			FromContext(r.Context()).Route = path[:end+2] + "…"
			return h
		}
	}
	return m.Fallback
}
