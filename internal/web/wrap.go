package web

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime"
	"runtime/debug"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// Options configures Wrap.
type Options struct {
	Error        ErrorFunc        // writes the response of a request whose handler panicked; required
	Log          *slog.Logger     // nil: nothing is logged
	NewRequestID func() string    // for a request without a valid X-Request-Id; nil: rollcall.NewRequestID
	Now          func() time.Time // nil: time.Now
	// TrustedProxies are the proxies whose X-Forwarded-For is believed.
	TrustedProxies []netip.Prefix
	Observer       Observer // nil: requests aren't counted
	Tracer         Tracer   // nil: requests aren't traced
}

// Wrap returns the outermost handler. For every request, whatever its route:
//
//   - it sets X-Request-Id on the response: the caller's own if that is 1 to 128 visible ASCII characters, otherwise a new one;
//   - it sets headers against sniffing, storing, referring and framing, and over TLS Strict-Transport-Security; next may
//     replace them before it writes;
//   - it refuses a path and query longer than 8 KiB with InvalidRequest;
//   - it passes HEAD to next as GET; net/http drops the body of the response;
//   - it turns a panic into an internal error, or closes the connection if the response had begun. It logs the stack and the
//     type of the panic, and its text only for an error of the Go runtime, since any other text may hold personal data;
//   - it logs one line, with the fields of the Request that FromContext returns.
func Wrap(next http.Handler, o Options) http.Handler {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.NewRequestID == nil {
		o.NewRequestID = func() string { return string(rollcall.NewRequestID()) }
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &wrapper{next: next, Options: o}
}

type wrapper struct {
	next http.Handler
	Options
}

// exchange is the state of one request, in one allocation.
type exchange struct {
	ctx     requestContext
	w       response
	start   time.Time
	method  string
	aborted bool
	traced  func(route, requestID string, status int) // nil: not traced
}

func (h *wrapper) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := &exchange{start: h.Now(), method: r.Method}
	x.ctx.Context = r.Context()
	x.w.ResponseWriter = w
	x.ctx.request.RequestID = r.Header.Get("X-Request-Id")
	if !validRequestID(x.ctx.request.RequestID) {
		x.ctx.request.RequestID = h.NewRequestID()
	}
	x.ctx.request.http, x.ctx.request.trusted = r, h.TrustedProxies
	x.setHeaders()

	inner := r.WithContext(&x.ctx)
	if r.Method == http.MethodHead {
		inner.Method = http.MethodGet
		x.w.noBody = true
	}
	if h.Tracer != nil {
		x.ctx.Context, x.traced = h.Tracer.Start(r.Context(), r.Header, logMethod(r.Method))
	}
	if h.Observer != nil {
		h.Observer.Began()
	}
	defer h.finish(x)
	defer func() {
		if v := recover(); v != nil {
			h.recovered(x, inner, v)
		}
	}()
	if len(r.RequestURI) > maxURL {
		h.refuseURL(x, inner)
		return
	}
	h.next.ServeHTTP(&x.w, inner)
	x.w.begin()
}

// maxURL is the longest path with its query, in bytes. Most proxies accept that much.
const maxURL = 8 << 10

func (h *wrapper) refuseURL(x *exchange, r *http.Request) {
	x.ctx.request.Limit = URLLimit
	h.Error(&x.w, r, &rollcall.Error{
		Kind:    rollcall.InvalidRequest,
		Message: fmt.Sprintf("the path and query have more than %d bytes; shorten them", maxURL),
	})
}

// finish logs, traces and counts a request that was served.
func (h *wrapper) finish(x *exchange) {
	if done := x.ctx.request.Done; done != nil {
		done()
	}
	h.logRequest(x)
	request := &x.ctx.request
	if x.traced != nil {
		x.traced(request.Route, request.RequestID, x.w.status)
	}
	if h.Observer == nil {
		return
	}
	h.Observer.Ended(logMethod(x.method), request.Route, x.w.status, h.Now().Sub(x.start))
	if request.Limit != "" {
		h.Observer.Limited(request.Limit)
	}
}

// setHeaders sets the headers of every response.
func (x *exchange) setHeaders() {
	h := x.w.Header()
	h.Set("X-Request-Id", x.ctx.request.RequestID)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	if x.ctx.request.http.TLS != nil {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

func validRequestID(id string) bool {
	if len(id) < 1 || len(id) > 128 {
		return false
	}
	for i := range len(id) {
		if id[i] < 0x21 || id[i] > 0x7e {
			return false
		}
	}
	return true
}

// recovered responds for a handler that panicked with v, or closes the connection if the response had begun.
func (h *wrapper) recovered(x *exchange, r *http.Request, v any) {
	abort := v == http.ErrAbortHandler
	if !abort {
		h.logPanic(x, v)
	}
	if abort || x.w.status != 0 {
		x.aborted = true
		panic(http.ErrAbortHandler)
	}
	defer func() {
		// net/http would log the value of this second panic.
		if v := recover(); v != nil {
			h.logPanic(x, v)
			x.aborted = true
			panic(http.ErrAbortHandler)
		}
	}()
	// These headers describe the response that the handler didn't write.
	header := x.w.Header()
	for _, name := range []string{
		"Content-Encoding", "Content-Length", "Etag", "Last-Modified", "Location", "Set-Cookie",
	} {
		delete(header, name)
	}
	x.setHeaders()
	h.Error(&x.w, r, &rollcall.Error{
		Kind:    rollcall.Internal,
		Message: rollcall.InternalMessage,
	})
}

func (h *wrapper) logPanic(x *exchange, v any) {
	attrs := []slog.Attr{
		slog.String("type", fmt.Sprintf("%T", v)),
		slog.String("route", x.ctx.request.Route),
		slog.String("request_id", x.ctx.request.RequestID),
		slog.String("stack", string(debug.Stack())),
	}
	if err, ok := v.(runtime.Error); ok {
		attrs = append(attrs, slog.String("error", err.Error()))
	}
	h.Log.LogAttrs(&x.ctx, slog.LevelError, "panic", attrs...)
}

// logRequest logs the line of a request, with status 0 if the connection was closed without a response.
func (h *wrapper) logRequest(x *exchange) {
	level := levelOf(x.w.status)
	if !h.Log.Enabled(&x.ctx, level) {
		return
	}
	request := &x.ctx.request
	now := h.Now()
	// A method of the logger would look up its caller each time, which isn't logged.
	line := slog.NewRecord(now, level, "request", 0)
	line.AddAttrs(
		slog.String("method", logMethod(x.method)),
		slog.String("route", request.Route),
		slog.Int("status", x.w.status),
		slog.Int64("duration_us", now.Sub(x.start).Microseconds()),
		slog.Int64("bytes", x.w.bytes),
		slog.String("request_id", request.RequestID),
		slog.String("dealer", request.Dealer),
		slog.String("key", request.Key),
		slog.Bool("aborted", x.aborted),
	)
	_ = h.Log.Handler().Handle(&x.ctx, line) // slog.Logger ignores it too
}

func levelOf(status int) slog.Level {
	switch {
	case status == http.StatusServiceUnavailable:
		return slog.LevelWarn
	case status >= http.StatusInternalServerError:
		return slog.LevelError
	default:
		return slog.LevelInfo
	}
}

// logMethod returns a known method or OTHER, so that a caller can't write to the log.
func logMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
		http.MethodOptions, http.MethodConnect, http.MethodTrace:
		return method
	default:
		return "OTHER"
	}
}
