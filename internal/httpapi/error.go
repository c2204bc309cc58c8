package httpapi

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/go-faster/jx"
	"github.com/ogen-go/ogen/ogenerrors"
	"github.com/ogen-go/ogen/validate"

	"example.org/rollcall/api"
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
	rollcall.SiteNotEmpty:           http.StatusConflict,
	rollcall.OptedOut:               http.StatusConflict,
	rollcall.Declined:               http.StatusConflict,
	rollcall.IdempotencyConflict:    http.StatusConflict,
	rollcall.IdempotencyInProgress:  http.StatusConflict,
	rollcall.PreconditionFailed:     http.StatusPreconditionFailed,
	rollcall.PayloadTooLarge:        http.StatusRequestEntityTooLarge,
	rollcall.UnsupportedMediaType:   http.StatusUnsupportedMediaType,
	rollcall.ValidationFailed:       http.StatusUnprocessableEntity,
	rollcall.RateLimited:            http.StatusTooManyRequests,
	rollcall.Internal:               http.StatusInternalServerError,
	rollcall.Unavailable:            http.StatusServiceUnavailable,
	rollcall.DeliveryNotConfigured:  http.StatusServiceUnavailable,
}

const faultMessage = "something went wrong here; try again, and quote the request_id if it stays"

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
		message = faultMessage
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

func envelope(e *rollcall.Error, message, requestID string) []byte {
	body := api.ErrorBody{Code: string(e.Kind), Message: message, RequestID: requestID}
	if e.Field != "" {
		body.Field = api.NewOptString(e.Field)
	}
	for _, d := range e.Details {
		body.Details = append(body.Details, api.ErrorDetail{Field: d.Field, Code: d.Code, Message: d.Message})
	}
	var enc jx.Encoder
	(&api.Error{Error: body}).Encode(&enc)
	return enc.Bytes()
}

// fail is called by the generated server with whatever stopped an operation.
func (s *server) fail(ctx context.Context, w http.ResponseWriter, r *http.Request, err error) {
	var decode *ogenerrors.DecodeRequestError
	if errors.As(err, &decode) {
		var e *rollcall.Error
		if !errors.As(err, &e) {
			if err = s.readAgain(ctx, w, r, decode); err == nil {
				return
			}
		}
	}
	err = s.answered(ctx, translate(err))
	var before *rollcall.Replayed
	if errors.As(err, &before) {
		s.replay(ctx, w, r, before)
		return
	}
	s.errors.write(w, r, err)
}

// translate returns what an error of the generated server means to the caller.
func translate(err error) error {
	var (
		e        *rollcall.Error
		security *ogenerrors.SecurityError
		params   *ogenerrors.DecodeParamsError
		param    *ogenerrors.DecodeParamError
		media    *validate.InvalidContentTypeError
	)
	switch {
	case errors.As(err, &e):
		return e
	case errors.As(err, &security):
		if errors.Is(err, ogenerrors.ErrSecurityRequirementIsNotSatisfied) {
			return rollcall.NoAPIKey()
		}
		return security.Err
	case errors.As(err, &params) && errors.As(err, &param) && param.In == "path":
		return unknownPath
	case errors.As(err, &params) && errors.As(err, &param):
		return &rollcall.Error{Kind: rollcall.InvalidRequest, Field: param.Name, Message: param.Name + ": " + queryAdvice(param.Name)}
	case errors.As(err, &media):
		return unsupportedMediaType
	}
	return err
}

var unknownPath = &rollcall.Error{
	Kind:    rollcall.NotFound,
	Message: "there is nothing at this path; /docs lists what there is",
}

var unsupportedMediaType = &rollcall.Error{
	Kind:    rollcall.UnsupportedMediaType,
	Message: "send the body as Content-Type: application/json",
}

// queryAdvice says what a query parameter takes; the generated server's own words would repeat the value.
func queryAdvice(name string) string {
	switch name {
	case "Idempotency-Key":
		return "must be 1 to 255 visible ASCII characters"
	case "as_of":
		return "must be a time such as 2026-01-31T12:00:00Z"
	case "after":
		return "must be the next_after of an earlier answer"
	case "page", "per_page", "limit":
		return "must be a whole number from 1"
	case "cascade":
		return "must be true or false"
	case "type":
		return "must be one of " + list(rollcall.ContactTypes())
	case "role":
		return "must be one of " + list(rollcall.ContactRoles())
	case "status":
		return "must be one of " + list(rollcall.SiteStatuses())
	case "search":
		return "must have at most 200 characters"
	}
	return "is not as the reference has it"
}

func list[T ~string](values []T) string {
	s := ""
	for i, v := range values {
		if i > 0 {
			s += ", "
		}
		s += string(v)
	}
	return s
}
