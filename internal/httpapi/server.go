package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"example.org/rollcall/api"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/web"
)

// maxBody bounds the body of a request, in bytes, unless bodyLimit says otherwise.
const maxBody = 64 << 10

// server implements api.Handler and api.SecurityHandler over the use cases.
type server struct {
	service *rollcall.Service
	errors  errorWriter
	now     func() time.Time
	limits  limits
	ogen    *api.Server
}

var (
	_ api.Handler         = (*server)(nil)
	_ api.SecurityHandler = (*server)(nil)
)

// Options are what New works with beside the use cases.
type Options struct {
	Log *slog.Logger     // gets answers that are the server's fault
	Now func() time.Time // the clock
	// WrongKeys is how many requests with a wrong key one address, or one /64 of IPv6, may send in a minute; not above 0:
	// any number.
	WrongKeys int
	// MaxRequests is how many are answered at once: one key gets half of them. Required.
	MaxRequests int
}

// New returns the handler of the API and of its documentation.
func New(service *rollcall.Service, o Options) (http.Handler, error) {
	s := &server{
		service: service, errors: errorWriter{log: o.Log}, now: o.Now, limits: newLimits(o.WrongKeys, o.MaxRequests, o.Now),
	}
	var err error
	s.ogen, err = api.NewServer(s, s,
		api.WithErrorHandler(s.fail),
		api.WithNotFound(s.notFound),
		api.WithMethodNotAllowed(s.methodNotAllowed),
	)
	if err != nil {
		return nil, err
	}
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

// ServeHTTP answers a call of the API.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	limit := int64(maxBody)
	if route, ok := s.ogen.FindPath(r.Method, r.URL); ok {
		web.FromContext(r.Context()).Route = route.PathPattern()
		limit = bodyLimit(route.Name())
	}
	web.LimitBody(w, r, limit)
	r = withTerms(r)
	s.ogen.ServeHTTP(w, r)
}

// Error answers a request with an error, in the envelope of the contract.
func Error(log *slog.Logger) web.ErrorFunc {
	return errorWriter{log: log}.write
}

func (s *server) notFound(w http.ResponseWriter, r *http.Request) {
	s.unrouted(w, r, unknownPath)
}

func (s *server) methodNotAllowed(w http.ResponseWriter, r *http.Request, allowed string) {
	for name := range w.Header() {
		if strings.HasPrefix(name, "Access-Control-") || strings.HasPrefix(name, "Accept-P") {
			w.Header().Del(name) // the generated server answers OPTIONS for browsers, which the API does not serve
		}
	}
	methods := strings.Split(allowed, ",")
	if slices.Contains(methods, http.MethodGet) {
		methods = append(methods, http.MethodHead)
	}
	slices.Sort(methods)
	w.Header().Set("Allow", strings.Join(methods, ", "))
	s.unrouted(w, r, &rollcall.Error{
		Kind:    rollcall.MethodNotAllowed,
		Message: "this path does not take " + shown(r.Method) + "; the Allow header lists what it takes",
	})
}

// shown returns a method that is safe to show.
func shown(method string) string {
	switch method {
	case http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions,
		http.MethodTrace, http.MethodConnect:
		return method
	}
	return "this method"
}

// HandleBearerAuth finds out who calls, and refuses who may not.
func (s *server) HandleBearerAuth(ctx context.Context, operation api.OperationName, t api.BearerAuth) (context.Context, error) {
	if ctx.Value(callKey{}) != nil {
		return ctx, nil // its body is read again, and it was admitted before
	}
	caller, err := s.admit(ctx, strings.TrimSpace(t.Token))
	if err != nil {
		return nil, err
	}
	for _, scope := range t.Roles {
		if err := caller.Allow(rollcall.Scope(scope)); err != nil {
			return nil, err
		}
	}
	request := web.FromContext(ctx)
	if takesQuery(operation) && request.BadQuery() {
		return nil, &rollcall.Error{
			Kind:    rollcall.InvalidRequest,
			Message: "the query cannot be read; write a percent sign in it as %25, and a semicolon as %3B",
		}
	}
	caller.RequestID, caller.Address = request.RequestID, request.Network().String()
	return context.WithValue(ctx, callKey{}, &call{caller: caller, operation: operation}), nil
}

// takesQuery reports whether an operation has parameters in its query; the others do not look at it.
func takesQuery(operation api.OperationName) bool {
	switch operation {
	case api.ListSitesOperation, api.DeleteSiteOperation, api.ListContactsOperation, api.ListContactsByReferenceOperation,
		api.ListAuditOperation, api.ListSuppressionsOperation, api.ListValidationsOperation:
		return true
	}
	return false
}
