package rollcall

import (
	"errors"
	"strings"

	"example.org/rollcall/internal/rollcall/mail"
)

// EmailAddress is one addr-spec (RFC 5322), spelled as it was given. It may have non-ASCII characters on both sides of the @
// (RFC 6531).
type EmailAddress string

// Key returns the key that all spellings of the address share, and "" for an empty address. See mail.Key.
func (a EmailAddress) Key() string {
	if a == "" {
		return ""
	}
	return mail.Key(string(a))
}

// emailRule trims an address and checks it with mail.Check.
func emailRule(s string) (string, *FieldError) {
	s = strings.TrimSpace(s)
	err := mail.Check(s)
	switch {
	case err == nil:
		return s, nil
	case errors.Is(err, mail.ErrTooLong), errors.Is(err, mail.ErrLocalTooLong):
		return s, &FieldError{Code: CodeTooLong, Message: err.Error()}
	}
	return s, invalid(err.Error())
}
