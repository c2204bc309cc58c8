package web

import (
	"net/http"

	"example.org/rollcall/internal/rollcall"
)

// Mux hands a few exact paths to handlers of their own and everything else to Fallback. Unlike http.ServeMux it never
// cleans a path and never redirects, so that what the caller wrote is what the API sees.
type Mux struct {
	Get      map[string]http.Handler // by exact path; each answers GET alone, any other method gets MethodNotAllowed
	Fallback http.Handler
	Error    ErrorFunc
}

// ServeHTTP hands the request to whoever has its path.
func (m Mux) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h, ok := m.Get[r.URL.Path]
	if !ok {
		m.Fallback.ServeHTTP(w, r)
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
