package rollcall

import (
	"errors"
	"strings"

	"example.org/rollcall/internal/rollcall/mail"
)

// EmailAddress is one addr-spec (RFC 5322) as it was given: it may have characters beyond ASCII on both sides of the @
// (RFC 6531), and case is kept.
type EmailAddress string

// Key returns what all spellings of the address share, empty for an empty address. See mail.Key.
func (a EmailAddress) Key() string {
	if a == "" {
		return ""
	}
	return mail.Key(string(a))
}

// emailRule trims an address and checks it, as mail.Check does.
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
