package console

import (
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"golang.org/x/text/language"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/web"
)

// Path is the path of the first page; all others are below it.
const Path = "/console"

// Options configures the console.
type Options struct {
	Log *slog.Logger     // nil: nothing is logged
	Now func() time.Time // nil: time.Now
	// Secure says that browsers reach the server by TLS only, its own or a proxy's. If false, signing in works only in a browser
	// on the machine of the server.
	Secure bool
	// ReadOnly says that the service refuses changes, which pages tell.
	ReadOnly bool
	// Draining is closed when the server begins to stop, so that responses that last end; nil: never.
	Draining <-chan struct{}
	// Preview writes the page behind a link as a contact sees it, with a link back to a path; nil: there is no preview.
	Preview func(w http.ResponseWriter, r *http.Request, view rollcall.LinkView, back string)
	// MaxImport is the longest file of contacts, in bytes.
	MaxImport int64
	// NewRefused begins a CSV file of rows that an import refused. Required.
	NewRefused func(w io.Writer, columns []string) (RefusedWriter, error)
	// NewExport begins a file of contacts, csv or jsonl, and returns the function that writes contacts to it. Required.
	NewExport func(w io.Writer, format string) (write func([]service.SiteContact) error, err error)
}

// RefusedWriter writes rows that an import refused, with the reason, to a file.
type RefusedWriter interface {
	Write(reason string, cells []string) error
	Flush() error
}

// Limits on attempts, in each process. Those for an account count for each network, so that nobody can lock a user out.
const (
	accountPerMinute, accountBurst = 2, 10
	networkPerMinute, networkBurst = 20, 60
	codesPerMinute, codesBurst     = 1, 10 // wrong codes of a user whose password is right
	maxSources                     = 10_000
)

// Limits on pages that are told of changes, in each process. Browsers open at most six connections to a server without HTTP/2, so
// that more pages of one would leave none for anything else.
const (
	maxStreams        = 1000
	streamsPerSession = 4
)

// account is what somebody tries to sign in as, and from where.
type account struct {
	email   rollcall.Hash
	network netip.Prefix
}

// Handler serves Path and every path below it.
type Handler struct {
	service    *service.Service
	log        *slog.Logger
	secure     bool
	readOnly   bool
	now        func() time.Time
	layout     layout
	languages  language.Matcher
	sessions   *scs.SessionManager
	protection *http.CrossOriginProtection
	routes     []route

	accounts *web.Buckets[account]
	networks *web.Buckets[netip.Prefix]
	codes    *web.Buckets[rollcall.UserID]

	maxImport  int64
	newRefused func(w io.Writer, columns []string) (RefusedWriter, error)
	newExport  func(w io.Writer, format string) (func([]service.SiteContact) error, error)

	preview        func(w http.ResponseWriter, r *http.Request, view rollcall.LinkView, back string)
	draining       <-chan struct{}
	streams        web.Semaphore
	sessionStreams *web.KeyedSemaphore[rollcall.Hash]
}

// New returns the handler of the console.
func New(svc *service.Service, o Options) *Handler {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	h := &Handler{
		service: svc, log: o.Log, secure: o.Secure, readOnly: o.ReadOnly, now: o.Now, layout: newLayout(), languages: newLanguages(),
		protection: http.NewCrossOriginProtection(),
		accounts:   web.NewBuckets[account](maxSources, o.Now),
		networks:   web.NewBuckets[netip.Prefix](maxSources, o.Now),
		codes:      web.NewBuckets[rollcall.UserID](0, o.Now),

		maxImport: o.MaxImport, newRefused: o.NewRefused, newExport: o.NewExport,

		preview: o.Preview, draining: o.Draining, streams: web.NewSemaphore(maxStreams),
		sessionStreams: web.NewKeyedSemaphore[rollcall.Hash](streamsPerSession, 0),
	}
	h.routes = h.allRoutes()
	h.sessions = h.newSessions()
	return h
}

// ServeHTTP serves a page.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Security-Policy", policy)
	header.Set("Referrer-Policy", "same-origin") // so that browsers send Origin with forms
	header.Set("X-Robots-Tag", "noindex, nofollow")
	if h.layout.serveFile(w, r) {
		return
	}
	found, params := h.match(r.URL.EscapedPath())
	switch {
	case found == nil:
		h.Error(w, r, &rollcall.Error{Kind: rollcall.NotFound})
		return
	case !h.secure && !onLoopback(r):
		web.FromContext(r.Context()).Route = found.path
		h.insecure(w, r)
		return
	}
	web.FromContext(r.Context()).Route = found.path
	if err := h.protection.Check(r); err != nil {
		h.otherSite(w, r)
		return
	}
	if found.stream != nil {
		if err := found.stream(h, w, r, params); err != nil {
			h.Error(w, r, err)
		}
		return
	}
	h.sessions.LoadAndSave(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.serve(w, r, found, params)
	})).ServeHTTP(w, r)
}

// match returns the route of an escaped path and the values of its parameters by name, nil if there is none.
func (h *Handler) match(requested string) (*route, map[string]string) {
	given := strings.Split(requested, "/")
	for i := range h.routes {
		if params, ok := matchSegments(strings.Split(h.routes[i].path, "/"), given); ok {
			return &h.routes[i], params
		}
	}
	return nil, nil
}

// matchSegments compares the segments of a path with those of a route. Identifiers may have slashes, which are escaped.
func matchSegments(wanted, given []string) (params map[string]string, ok bool) {
	if len(wanted) != len(given) {
		return nil, false
	}
	params = map[string]string{}
	for i, segment := range wanted {
		value, err := url.PathUnescape(given[i])
		name, isParam := strings.CutPrefix(segment, "{")
		switch {
		case err != nil, isParam && value == "", !isParam && value != segment:
			return nil, false
		case isParam:
			params[strings.TrimSuffix(name, "}")] = value
		}
	}
	return params, true
}

// onLoopback reports whether a request comes from this machine without a proxy, by a name of this machine.
func onLoopback(r *http.Request) bool {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !peer.Addr().Unmap().IsLoopback() {
		return false
	}
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip"} {
		if r.Header.Get(name) != "" {
			return false
		}
	}
	host := r.Host
	if i := strings.LastIndexByte(host, ':'); i > strings.LastIndexByte(host, ']') {
		host = host[:i]
	}
	address, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return strings.EqualFold(host, "localhost") || err == nil && address.IsLoopback()
}
