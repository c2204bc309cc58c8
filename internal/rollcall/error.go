package rollcall

import (
	"errors"
	"strings"
	"time"
)

// Kind says what went wrong, in the words of the API: its value is the code that a caller sees. The room that speaks
// HTTP gives each kind its status, and a test there walks Kinds.
type Kind string

// The kinds of errors that use cases return.
const (
	InvalidRequest         Kind = "invalid_request"
	InvalidAPIKey          Kind = "invalid_api_key"
	PermissionDenied       Kind = "permission_denied"
	NotFound               Kind = "not_found"
	SiteNotFound           Kind = "site_not_found"
	ContactNotFound        Kind = "contact_not_found"
	ValidationNotFound     Kind = "validation_not_found"
	DealerNotFound         Kind = "dealer_not_found"
	KeyNotFound            Kind = "key_not_found"
	SuppressionNotFound    Kind = "suppression_not_found"
	LinkNotFound           Kind = "link_not_found"
	MethodNotAllowed       Kind = "method_not_allowed"
	SiteIDTaken            Kind = "site_id_taken"
	ContactIDTaken         Kind = "contact_id_taken"
	ExternalContactIDTaken Kind = "external_contact_id_taken"
	AccountReferenceTaken  Kind = "account_reference_id_taken"
	ContactLimitReached    Kind = "contact_limit_reached"
	QuotaReached           Kind = "quota_reached"
	SiteNotEmpty           Kind = "site_not_empty"
	SuppressionKept        Kind = "suppression_kept"
	OptedOut               Kind = "opted_out"
	Declined               Kind = "declined"
	IdempotencyConflict    Kind = "idempotency_conflict"
	IdempotencyInProgress  Kind = "idempotency_in_progress"
	CursorExpired          Kind = "cursor_expired"
	PreconditionFailed     Kind = "precondition_failed"
	PayloadTooLarge        Kind = "payload_too_large"
	UnsupportedMediaType   Kind = "unsupported_media_type"
	ValidationFailed       Kind = "validation_failed"
	PremiumRate            Kind = "premium_rate"
	RateLimited            Kind = "rate_limited"
	Internal               Kind = "internal_error"
	Unavailable            Kind = "unavailable"
	DeliveryNotConfigured  Kind = "delivery_not_configured"
)

// Kinds lists every kind, for the tests that hold each to its status and its place in the contract.
func Kinds() []Kind {
	return []Kind{
		InvalidRequest, InvalidAPIKey, PermissionDenied, NotFound, SiteNotFound, ContactNotFound, ValidationNotFound,
		DealerNotFound, KeyNotFound, SuppressionNotFound, LinkNotFound, MethodNotAllowed, SiteIDTaken, ContactIDTaken,
		ExternalContactIDTaken, AccountReferenceTaken, ContactLimitReached, QuotaReached, SiteNotEmpty, SuppressionKept, OptedOut, Declined,
		IdempotencyConflict, IdempotencyInProgress,
		CursorExpired, PreconditionFailed, PayloadTooLarge, UnsupportedMediaType,
		ValidationFailed, PremiumRate, RateLimited, Internal, Unavailable, DeliveryNotConfigured,
	}
}

// FaultMessage is what a caller is told of an error of kind Internal.
const FaultMessage = "something went wrong on our side; try again, and report the request_id if it stays"

// Error is the one error type that crosses rooms. Message tells the reader what to do next and never holds a secret, a
// contact's data, SQL or a stack; Cause is for the log alone and is never shown to a caller.
type Error struct {
	Kind       Kind
	Message    string
	Field      string        // the first offending field, nested names joined by dots; empty where none applies
	Details    []FieldError  // every offending field; empty unless Kind is ValidationFailed
	ExistingID string        // the record that has what was to be taken; empty where the kind does not say
	RetryAfter time.Duration // when to come back; zero where the kind does not say
	Cause      error
}

// FieldError is one offending field of the input.
type FieldError struct {
	Field   string
	Code    string
	Message string
}

func (e *Error) Error() string {
	if e.Cause != nil {
		return string(e.Kind) + ": " + e.Message + ": " + e.Cause.Error()
	}
	return string(e.Kind) + ": " + e.Message
}

func (e *Error) Unwrap() error { return e.Cause }

// KindOf returns the kind of err, and Internal for an error that is not of this package.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// Codes of offending fields.
const (
	codeRequired = "required"
	CodeInvalid  = "invalid"
	CodeTooLong  = "too_long"
	codeNull     = "not_nullable"
)

// Problem is why one value breaks its rule; the zero problem means that it does not.
type Problem struct {
	Code    string
	Message string
}

// Bad reports whether there is a problem.
func (p Problem) Bad() bool { return p.Code != "" }

// Problems collects every offending field of one input, so that all are named at once.
type Problems []FieldError

// Add adds a problem of a field, if there is one.
func (ps *Problems) Add(field string, p Problem) {
	if p.Bad() {
		*ps = append(*ps, FieldError{Field: field, Code: p.Code, Message: p.Message})
	}
}

// Err returns nil where nothing was added, else a ValidationFailed that names every field.
func (ps Problems) Err() error {
	if len(ps) == 0 {
		return nil
	}
	texts := make([]string, len(ps))
	for i, f := range ps {
		texts[i] = f.Field + ": " + f.Message
	}
	return &Error{
		Kind:    ValidationFailed,
		Message: strings.Join(texts, "; "),
		Field:   ps[0].Field,
		Details: ps,
	}
}
