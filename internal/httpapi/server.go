package httpapi

import (
	"log/slog"
	"net/http"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/web"
)

// server answers requests with the use cases.
type server struct {
	service *service.Service
	errors  errorWriter
	now     func() time.Time
	limits  limits
	api     *http.ServeMux
}

// Options are what New works with beside the use cases.
type Options struct {
	Log *slog.Logger     // gets answers that are the server's fault
	Now func() time.Time // the clock
	// WrongKeys is how many requests with a wrong key one address, or one /64 of IPv6, may send in a minute; not above 0:
	// any number.
	WrongKeys int
	// MaxRequests is how many requests with a valid key are answered at once; one dealer gets half of them. Required.
	MaxRequests int
}

// New returns the handler of the API and of its documentation.
func New(svc *service.Service, o Options) (http.Handler, error) {
	s := &server{
		service: svc, errors: errorWriter{log: o.Log}, now: o.Now, limits: newLimits(o.WrongKeys, o.MaxRequests, o.Now),
	}
	s.api = s.mux(s.routes())
	docs, err := newDocs(s.errors)
	if err != nil {
		return nil, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if docs.serves(r.URL.Path) {
			docs.ServeHTTP(w, r)
			return
		}
		s.ServeHTTP(w, r)
	}), nil
}

// ServeHTTP answers a call of the API. Paths that ServeMux would redirect get 404.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodConnect || !clean(r.URL.EscapedPath()) {
		s.notFound(w, r)
		return
	}
	s.api.ServeHTTP(w, r)
}

// Error answers a request with an error, in the envelope of the contract.
func Error(log *slog.Logger) web.ErrorFunc {
	return errorWriter{log: log}.write
}

func (s *server) methodNotAllowed(w http.ResponseWriter, r *http.Request, allow string) {
	w.Header().Set("Allow", allow)
	s.unrouted(w, r, &rollcall.Error{Kind: rollcall.MethodNotAllowed, Message: "this path only supports " + allow})
}
