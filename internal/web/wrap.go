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

// ErrorFunc answers a request with err, in the envelope and with the status that httpapi gives it.
type ErrorFunc func(w http.ResponseWriter, r *http.Request, err error)

// Options says what Wrap works with.
type Options struct {
	Error        ErrorFunc        // answers a request whose handler panicked; required
	Log          *slog.Logger     // nil: nothing is logged
	NewRequestID func() string    // for a request that brings no id of its own; nil: rollcall.NewRequestID
	Now          func() time.Time // nil: time.Now
	// TrustedProxies are those whose X-Forwarded-For tells the caller's address.
	TrustedProxies []netip.Prefix
	// Observer is told of every request; nil: nobody is.
	Observer Observer
	// Tracer follows every request; nil: nobody does.
	Tracer Tracer
}

// Wrap returns the outermost handler, which does for every request what does not depend on its route:
//
//   - X-Request-Id on the answer: the caller's own if it is 1 to 128 visible ASCII characters, else a new one;
//   - headers that forbid sniffing, storing, referring and framing, and over TLS calls without it, which next may overwrite before it writes;
//   - a path with its query beyond 8 KiB is refused with InvalidRequest;
//   - HEAD is handed to next as GET, and net/http drops the body of the answer;
//   - a panic becomes an internal error, or a cut connection where the answer had begun. The log gets the stack and the
//     panic's type, and its text only where the runtime wrote it, since any other could hold personal data;
//   - one line in the log, with what FromContext holds by then.
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

// exchange is all that Wrap needs for one request, in one allocation.
type exchange struct {
	ctx     requestContext
	w       response
	headers [6]string
	start   time.Time
	method  string
	aborted bool
	traced  func(route, requestID string, status int) // nil: nobody does
}

func (h *wrapper) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := &exchange{start: h.Now(), method: r.Method}
	x.ctx.Context = r.Context()
	x.w.ResponseWriter = w
	x.ctx.request.RequestID = r.Header.Get("X-Request-Id")
	if !validRequestID(x.ctx.request.RequestID) {
		x.ctx.request.RequestID = h.NewRequestID()
	}
	x.ctx.request.http, x.ctx.request.answer, x.ctx.request.trusted = r, &x.w, h.TrustedProxies
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
	defer h.ended(x)
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

// maxURL bounds a path with its query, in bytes: what most proxies take.
const maxURL = 8 << 10

func (h *wrapper) refuseURL(x *exchange, r *http.Request) {
	x.ctx.request.Limit = URLLimit
	h.Error(&x.w, r, &rollcall.Error{
		Kind:    rollcall.InvalidRequest,
		Message: fmt.Sprintf("the path and its query have more than %d bytes; ask for less at once", maxURL),
	})
}

// ended tells of a request whose answer is done.
func (h *wrapper) ended(x *exchange) {
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

// setHeaders gives the header slices of the exchange's own array, so that no two requests share one.
func (x *exchange) setHeaders() {
	x.headers = [6]string{
		x.ctx.request.RequestID,
		"nosniff",
		"no-store",
		"no-referrer",
		"default-src 'none'; frame-ancestors 'none'",
		"max-age=31536000",
	}
	header := x.w.Header()
	header["X-Request-Id"] = x.headers[0:1:1]
	header["X-Content-Type-Options"] = x.headers[1:2:2]
	header["Cache-Control"] = x.headers[2:3:3]
	header["Referrer-Policy"] = x.headers[3:4:4]
	header["Content-Security-Policy"] = x.headers[4:5:5]
	if x.ctx.request.http.TLS != nil {
		header["Strict-Transport-Security"] = x.headers[5:6:6]
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

// recovered answers for a handler that panicked with v, or cuts the connection where it can no longer.
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
		// net/http would write the value of this second panic to its log.
		if v := recover(); v != nil {
			h.logPanic(x, v)
			x.aborted = true
			panic(http.ErrAbortHandler)
		}
	}()
	// What the handler said about the answer that it never gave does not hold for this one.
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

// logRequest says status 0 where the connection was cut before there was an answer.
func (h *wrapper) logRequest(x *exchange) {
	level := levelOf(x.w.status)
	if !h.Log.Enabled(&x.ctx, level) {
		return
	}
	request := &x.ctx.request
	now := h.Now()
	// The line is made here, since a method of the logger would look for its caller each time, which nobody is shown.
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
	_ = h.Log.Handler().Handle(&x.ctx, line) // as a logger does with its errors
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

// logMethod keeps words of a caller's choosing out of the log.
func logMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
		http.MethodOptions, http.MethodConnect, http.MethodTrace:
		return method
	default:
		return "OTHER"
	}
}
