package pages

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/web"
)

// fail shows the page for an error of the core.
func (v visit) fail(err error) {
	if rollcall.KindOf(err) == rollcall.LinkNotFound {
		v.unknown()
		return
	}
	v.Error(v.w, v.r, err)
}

// unknown answers a link that leads nowhere, for whatever reason.
func (v visit) unknown() {
	request := web.FromContext(v.r.Context())
	if level := v.networks.Take(request.Network(), v.wrong); !level.OK {
		request.Limit = web.WrongLinkLimit
		v.Error(v.w, v.r, &rollcall.Error{Kind: rollcall.RateLimited, RetryAfter: level.Retry})
		return
	}
	t := v.texts("")
	v.show(v.w, v.r, plain(t, http.StatusNotFound, t.UnknownHeading, t.Unknown...))
}

// refuse answers what none of the pages sends, and leads back to one; empty: to none.
func (v visit) refuse(status int, back string) {
	t := v.texts("")
	p := plain(t, status, t.BadHeading, t.Bad)
	p.Back = back
	v.show(v.w, v.r, p)
}

// Error answers a request below Path with a page for an error, and logs the cause of one that is ours. It is a
// web.ErrorFunc.
func (h *Handler) Error(w http.ResponseWriter, r *http.Request, err error) {
	var e *rollcall.Error
	if !errors.As(err, &e) {
		e = &rollcall.Error{Kind: rollcall.Internal, Cause: err}
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			e.Kind = rollcall.Unavailable
		}
	}
	t := h.speaker.texts(r.Header.Get("Accept-Language"), "")
	var p page
	switch e.Kind {
	case rollcall.RateLimited:
		p = plain(t, http.StatusTooManyRequests, t.BusyHeading, t.Busy)
		retryAfter(w, e.RetryAfter)
	case rollcall.InvalidRequest, rollcall.ValidationFailed:
		p = plain(t, http.StatusBadRequest, t.BadHeading, t.Bad)
	case rollcall.Unavailable:
		p = plain(t, http.StatusServiceUnavailable, t.FailHeading, t.Fail)
		retryAfter(w, e.RetryAfter)
	default:
		p = plain(t, http.StatusInternalServerError, t.FailHeading, t.Fail)
	}
	if p.Status >= http.StatusInternalServerError {
		p.Number = web.FromContext(r.Context()).RequestID
		h.logFailure(r, e)
	}
	h.show(w, r, p)
}

func retryAfter(w http.ResponseWriter, wait time.Duration) {
	seconds := max(1, int(math.Ceil(wait.Seconds())))
	w.Header().Set("Retry-After", strconv.Itoa(seconds))
}

func (h *Handler) logFailure(r *http.Request, e *rollcall.Error) {
	if e.Cause == nil {
		return
	}
	h.log.LogAttrs(r.Context(), slog.LevelError, "request failed",
		slog.String("code", string(e.Kind)),
		slog.String("cause", e.Cause.Error()),
		slog.String("request_id", web.FromContext(r.Context()).RequestID))
}
