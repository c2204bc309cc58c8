package httpapi

import (
	"io"
	"log/slog"
	"net/http"
	"time"

	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/web"
)

// server serves requests with the use cases.
type server struct {
	service *service.Service
	fail    web.ErrorFunc
	now     func() time.Time
	limits  limits
	mux     *http.ServeMux

	newExport  func(w io.Writer, format string) (write func([]service.SiteContact) error, err error)
	newRefused func(w io.Writer, columns []string) (RefusedWriter, error)
	maxImport  int64
}

// Options configures New.
type Options struct {
	Log *slog.Logger     // gets errors that are the server's fault
	Now func() time.Time // the clock
	// WrongKeys is how many requests with a wrong key one network (an IPv4 address or an IPv6 /64) may send in a minute; 0 or
	// less: no limit.
	WrongKeys int
	// MaxRequests is how many requests with a valid key may run concurrently; one dealer gets half of them. Required.
	MaxRequests int
	// NewExport begins a file of contacts, csv or jsonl, and returns the function that writes contacts to it. Required.
	NewExport func(w io.Writer, format string) (write func([]service.SiteContact) error, err error)
	// NewRefused begins a file of rows that an import refused. Required.
	NewRefused func(w io.Writer, columns []string) (RefusedWriter, error)
	// MaxImport is the size of the largest file to import. Required.
	MaxImport int64
}

// RefusedWriter writes rows that an import refused.
type RefusedWriter interface {
	Write(reason string, cells []string) error
	Flush() error
}

// New returns the handler of the API and of its documentation.
func New(svc *service.Service, o Options) (http.Handler, error) {
	s := &server{
		service: svc, fail: Error(o.Log), now: o.Now, limits: newLimits(o.WrongKeys, o.MaxRequests, o.Now),
		newExport: o.NewExport, newRefused: o.NewRefused, maxImport: o.MaxImport,
	}
	s.mux = s.newMux(s.routes())
	return s, registerDocs(s.mux, s.fail)
}

// ServeHTTP serves a request. A path that ServeMux would redirect fails with NotFound.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodConnect || !clean(r.URL.EscapedPath()) {
		s.notFound(w, r)
		return
	}
	s.mux.ServeHTTP(w, r)
}
