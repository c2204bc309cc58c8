package httpapi

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

// statuses gives each kind of error its HTTP status. A kind that is not here is a fault of the server.
var statuses = map[rollcall.Kind]int{
	rollcall.InvalidRequest:         http.StatusBadRequest,
	rollcall.InvalidAPIKey:          http.StatusUnauthorized,
	rollcall.PermissionDenied:       http.StatusForbidden,
	rollcall.NotFound:               http.StatusNotFound,
	rollcall.SiteNotFound:           http.StatusNotFound,
	rollcall.ContactNotFound:        http.StatusNotFound,
	rollcall.ValidationNotFound:     http.StatusNotFound,
	rollcall.DealerNotFound:         http.StatusNotFound,
	rollcall.KeyNotFound:            http.StatusNotFound,
	rollcall.SuppressionNotFound:    http.StatusNotFound,
	rollcall.SuppressionKept:        http.StatusConflict,
	rollcall.LinkNotFound:           http.StatusNotFound,
	rollcall.MethodNotAllowed:       http.StatusMethodNotAllowed,
	rollcall.SiteIDTaken:            http.StatusConflict,
	rollcall.ContactIDTaken:         http.StatusConflict,
	rollcall.ExternalContactIDTaken: http.StatusConflict,
	rollcall.AccountReferenceTaken:  http.StatusConflict,
	rollcall.ContactLimitReached:    http.StatusConflict,
	rollcall.QuotaReached:           http.StatusConflict,
	rollcall.SiteNotEmpty:           http.StatusConflict,
	rollcall.OptedOut:               http.StatusConflict,
	rollcall.Declined:               http.StatusConflict,
	rollcall.IdempotencyConflict:    http.StatusConflict,
	rollcall.IdempotencyInProgress:  http.StatusConflict,
	rollcall.CursorExpired:          http.StatusGone,
	rollcall.PreconditionFailed:     http.StatusPreconditionFailed,
	rollcall.PayloadTooLarge:        http.StatusRequestEntityTooLarge,
	rollcall.UnsupportedMediaType:   http.StatusUnsupportedMediaType,
	rollcall.PremiumRate:            http.StatusUnprocessableEntity,
	rollcall.ValidationFailed:       http.StatusUnprocessableEntity,
	rollcall.RateLimited:            http.StatusTooManyRequests,
	rollcall.Internal:               http.StatusInternalServerError,
	rollcall.Unavailable:            http.StatusServiceUnavailable,
	rollcall.DeliveryNotConfigured:  http.StatusServiceUnavailable,
}

// errorWriter answers requests with errors, in the envelope of the contract.
type errorWriter struct {
	log *slog.Logger
}

func (ew errorWriter) write(w http.ResponseWriter, r *http.Request, err error) {
	var e *rollcall.Error
	if !errors.As(err, &e) {
		e = &rollcall.Error{Kind: rollcall.Internal, Cause: err}
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			e.Kind, e.Message = rollcall.Unavailable, "the request was given up before it was done; try again"
		}
	}
	status, ok := statuses[e.Kind]
	if !ok {
		status = http.StatusInternalServerError
	}
	request := web.FromContext(r.Context())
	message := e.Message
	if status == http.StatusInternalServerError {
		message = rollcall.InternalMessage
	}
	if e.Cause != nil && status >= http.StatusInternalServerError {
		ew.log.LogAttrs(r.Context(), slog.LevelError, "request failed",
			slog.String("code", string(e.Kind)),
			slog.String("cause", e.Cause.Error()),
			slog.String("request_id", request.RequestID))
	}
	h := w.Header()
	if status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", "Bearer")
	}
	if wait := retryAfter(e, status); wait > 0 {
		h.Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	}
	h.Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(envelope(e, message, request.RequestID))
}

// retryAfter returns when to come back: always for what is unavailable only now.
func retryAfter(e *rollcall.Error, status int) time.Duration {
	if e.RetryAfter == 0 && status == http.StatusServiceUnavailable && e.Kind != rollcall.DeliveryNotConfigured {
		return time.Second
	}
	return e.RetryAfter
}

type errorBody struct {
	Code      rollcall.Kind `json:"code"`
	Message   string        `json:"message"`
	Field     string        `json:"field,omitempty"`
	Existing  string        `json:"existing_id,omitempty"`
	RequestID string        `json:"request_id"`
	Details   []errorDetail `json:"details,omitempty"`
}

type errorDetail struct {
	Field   string `json:"field"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

func envelope(e *rollcall.Error, message, requestID string) []byte {
	body := errorBody{Code: e.Kind, Message: message, Field: e.Field, Existing: e.ExistingID, RequestID: requestID}
	for _, d := range e.Details {
		body.Details = append(body.Details, errorDetail(d))
	}
	text, _ := encodeJSON(map[string]errorBody{"error": body}) // it holds nothing that has no JSON
	return text
}

var unknownPath = &rollcall.Error{
	Kind:    rollcall.NotFound,
	Message: "no such path; see /docs for the API",
}
