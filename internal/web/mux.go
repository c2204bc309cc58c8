package web

import (
	"net/http"
	"strings"

	"example.org/rollcall/internal/rollcall"
)

// Mux hands a few paths to handlers of their own and everything else to Fallback. Unlike http.ServeMux it never
// cleans a path and never redirects, so that what the caller wrote is what the API sees.
type Mux struct {
	Get      map[string]http.Handler // by exact path; each answers GET alone, any other method gets MethodNotAllowed
	Under    map[string]http.Handler // by the first part of the path, such as "/c/"; each answers all that lies below it
	Fallback http.Handler
	Error    ErrorFunc
}

// ServeHTTP hands the request to whoever has its path.
func (m Mux) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h, ok := m.Get[r.URL.Path]
	if !ok {
		m.under(r).ServeHTTP(w, r)
		return
	}
	FromContext(r.Context()).Route = r.URL.Path
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		m.Error(w, r, &rollcall.Error{
			Kind:    rollcall.MethodNotAllowed,
			Message: "this path answers GET alone",
		})
		return
	}
	h.ServeHTTP(w, r)
}

// under returns who answers a path that is not in Get. What lies below a first part is not told in the log, since it may
// be a secret.
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
