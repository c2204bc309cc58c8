package rollcall

import (
	"errors"
	"strings"
	"time"
)

// Kind is the kind of an error. Its value is the code that a caller of the API sees. Package httpapi gives each kind its
// HTTP status.
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
	UserNotFound           Kind = "user_not_found"
	SuppressionNotFound    Kind = "suppression_not_found"
	ImportNotFound         Kind = "import_not_found"
	WebhookNotFound        Kind = "webhook_not_found"
	RollCallNotFound       Kind = "roll_call_not_found"
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
	OrderIncomplete        Kind = "order_incomplete"
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

// Kinds returns every kind.
func Kinds() []Kind {
	return []Kind{
		InvalidRequest, InvalidAPIKey, PermissionDenied, NotFound, SiteNotFound, ContactNotFound, ValidationNotFound,
		DealerNotFound, KeyNotFound, UserNotFound, SuppressionNotFound, ImportNotFound, WebhookNotFound, RollCallNotFound, LinkNotFound, MethodNotAllowed, SiteIDTaken,
		ContactIDTaken,
		ExternalContactIDTaken, AccountReferenceTaken, ContactLimitReached, QuotaReached, SiteNotEmpty, SuppressionKept, OptedOut, Declined,
		IdempotencyConflict, IdempotencyInProgress, OrderIncomplete,
		CursorExpired, PreconditionFailed, PayloadTooLarge, UnsupportedMediaType,
		ValidationFailed, PremiumRate, RateLimited, Internal, Unavailable, DeliveryNotConfigured,
	}
}

// InternalMessage is the message that a caller sees for every error of kind Internal.
const InternalMessage = "something went wrong on our side; try again, and report the request_id if it keeps happening"

// Error is the error that packages return to each other. Message says what is wrong and what to do about it, and never
// contains a secret, a contact's data, SQL or a stack trace. Cause is for the log and is never shown to a caller.
type Error struct {
	Kind       Kind
	Message    string
	Field      string        // first invalid field, with dots between nested names; empty: none
	Details    []FieldError  // every invalid field; empty for most kinds
	ExistingID string        // identifier of the record that already has the value; empty for most kinds
	RetryAfter time.Duration // when to try again; zero for most kinds
	Cause      error
}

// FieldError is one invalid field of an input. Message completes a sentence that begins with the name of the field.
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

// KindOf returns the kind of err, and Internal if err is not an *Error. It returns Internal for nil too.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// Codes of a FieldError that the rules of this package use; use cases have more.
const (
	CodeRequired = "required"
	CodeInvalid  = "invalid"
	CodeTooLong  = "too_long"
	CodeTooShort = "too_short"
	CodeEasy     = "easy_to_guess" // of a password
	CodeTaken    = "taken"
	CodeWrong    = "wrong" // of a password or a code

	CodeLastOwner = "last_owner"
	codeNull      = "not_nullable"
)

// invalid returns a FieldError with CodeInvalid and no field yet.
func invalid(message string) *FieldError { return &FieldError{Code: CodeInvalid, Message: message} }

// missing returns a FieldError for a required value, with no field yet.
func missing(message string) *FieldError { return &FieldError{Code: CodeRequired, Message: message} }

// InvalidField returns an error of kind ValidationFailed about one field.
func InvalidField(field, code, message string) *Error {
	return fieldErrors{{Field: field, Code: code, Message: message}}.error()
}

// fieldErrors collects every field error of an input, so that the caller sees them all at once.
type fieldErrors []FieldError

// add adds e as an error of the field. It ignores a nil e, which stands for a valid value.
func (es *fieldErrors) add(field string, e *FieldError) {
	if e != nil {
		*es = append(*es, FieldError{Field: field, Code: e.Code, Message: e.Message})
	}
}

// err returns an error of kind ValidationFailed that names every field, and nil if es is empty.
func (es fieldErrors) err() error {
	if len(es) == 0 {
		return nil
	}
	return es.error()
}

func (es fieldErrors) error() *Error {
	texts := make([]string, len(es))
	for i, e := range es {
		texts[i] = e.Field + ": " + e.Message
	}
	return &Error{
		Kind:    ValidationFailed,
		Message: strings.Join(texts, "; "),
		Field:   es[0].Field,
		Details: es,
	}
}
