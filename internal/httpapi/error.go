package httpapi

import (
	"log/slog"
	"net/http"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/web"
)

// statuses maps each kind of error to its HTTP status. Any other kind is a 500.
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
	rollcall.UserNotFound:           http.StatusNotFound,
	rollcall.SuppressionNotFound:    http.StatusNotFound,
	rollcall.ImportNotFound:         http.StatusNotFound,
	rollcall.WebhookNotFound:        http.StatusNotFound,
	rollcall.RollCallNotFound:       http.StatusNotFound,
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
	rollcall.OrderIncomplete:        http.StatusConflict,
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

// Error returns the function that writes the response for an error, in the envelope of the contract. It logs the cause of an
// error that is the server's fault.
func Error(log *slog.Logger) web.ErrorFunc {
	return func(w http.ResponseWriter, r *http.Request, err error) {
		e := web.ErrorOf(err)
		status, ok := statuses[e.Kind]
		if !ok {
			status = http.StatusInternalServerError
		}
		message := e.Message
		if status == http.StatusInternalServerError {
			message = rollcall.InternalMessage
		}
		if status >= http.StatusInternalServerError {
			web.LogCause(log, r, e)
		}
		h := w.Header()
		if status == http.StatusUnauthorized {
			h.Set("WWW-Authenticate", "Bearer")
		}
		if wait := retryAfter(e, status); wait > 0 {
			web.SetRetryAfter(w, wait)
		}
		h.Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write(envelope(e, message, web.FromContext(r.Context()).RequestID))
	}
}

// retryAfter returns when the caller may retry; 0: not said. Errors that are only temporary always say it.
func retryAfter(e *rollcall.Error, status int) time.Duration {
	if e.RetryAfter == 0 && status == http.StatusServiceUnavailable && e.Kind != rollcall.DeliveryNotConfigured {
		return time.Second
	}
	return e.RetryAfter
}

type errorBody struct {
	Code      rollcall.Kind  `json:"code"`
	Message   string         `json:"message"`
	Field     string         `json:"field,omitempty"`
	Existing  string         `json:"existing_id,omitempty"`
	RequestID string         `json:"request_id"`
	Details   []fieldMessage `json:"details,omitempty"`
}

func envelope(e *rollcall.Error, message, requestID string) []byte {
	body := errorBody{Code: e.Kind, Message: message, Field: e.Field, Existing: e.ExistingID, RequestID: requestID}
	for _, d := range e.Details {
		body.Details = append(body.Details, fieldMessage(d))
	}
	text, _ := encodeJSON(map[string]errorBody{"error": body}) // every field can be encoded
	return text
}

var unknownPath = &rollcall.Error{
	Kind:    rollcall.NotFound,
	Message: "no such path; see /docs for the API",
}
