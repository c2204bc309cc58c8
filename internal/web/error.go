package web

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// ErrorFunc writes the response for err.
type ErrorFunc func(w http.ResponseWriter, r *http.Request, err error)

// ErrorOf returns err as a *rollcall.Error. An error of any other type becomes Unavailable if the request was canceled or
// timed out, and Internal otherwise, with err as its cause.
func ErrorOf(err error) *rollcall.Error {
	var e *rollcall.Error
	switch {
	case errors.As(err, &e):
		return e
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return &rollcall.Error{
			Kind: rollcall.Unavailable, Message: "the request was canceled before it finished; send it again", Cause: err,
		}
	}
	return &rollcall.Error{Kind: rollcall.Internal, Cause: err}
}

// LogCause logs the cause of an error that is the server's fault. It logs nothing for an error without a cause.
func LogCause(log *slog.Logger, r *http.Request, e *rollcall.Error) {
	if e.Cause == nil {
		return
	}
	log.LogAttrs(r.Context(), slog.LevelError, "request failed",
		slog.String("code", string(e.Kind)),
		slog.String("cause", e.Cause.Error()),
		slog.String("request_id", FromContext(r.Context()).RequestID))
}

// SetRetryAfter sets the header Retry-After to wait, rounded up to whole seconds and at least one.
func SetRetryAfter(w http.ResponseWriter, wait time.Duration) {
	w.Header().Set("Retry-After", strconv.Itoa(max(1, int(math.Ceil(wait.Seconds())))))
}

// MethodNotAllowed sets the header Allow to the methods that the path supports, separated by commas, and returns the error.
func MethodNotAllowed(w http.ResponseWriter, methods string) error {
	w.Header().Set("Allow", methods)
	return &rollcall.Error{Kind: rollcall.MethodNotAllowed, Message: "this path only supports " + methods}
}
