package client

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// Error is the error of a refused request.
type Error struct {
	Status     int           // of HTTP
	Code       string        // such as contact_not_found
	Message    string        // what is wrong, and what to do
	Field      string        // the first invalid field; empty: none
	Details    []Detail      // all invalid fields
	ExistingID string        // the record that already has an id or reference of the request
	RequestID  string        // for the operator of the server
	RetryAfter time.Duration // zero: none
}

// Detail is an invalid field.
type Detail struct {
	Field   string `json:"field"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Error returns the code, the message, the status and the request id.
func (e *Error) Error() string {
	return fmt.Sprintf("rollcall: %s: %s (%d, request %s)", e.Code, e.Message, e.Status, e.RequestID)
}

// readError reads the error of a response. The message of one that is not from Rollcall is its status.
func readError(resp *http.Response, body []byte) *Error {
	var envelope struct {
		Error struct {
			Code       string   `json:"code"`
			Message    string   `json:"message"`
			Field      string   `json:"field"`
			Details    []Detail `json:"details"`
			ExistingID string   `json:"existing_id"`
			RequestID  string   `json:"request_id"`
		} `json:"error"`
	}
	_ = json.Unmarshal(body, &envelope) // a proxy may have answered
	e := envelope.Error
	refused := &Error{
		Status: resp.StatusCode, Code: e.Code, Message: e.Message, Field: e.Field, Details: e.Details,
		ExistingID: e.ExistingID, RequestID: e.RequestID,
	}
	if refused.Code == "" {
		refused.Code, refused.Message = "unknown", resp.Status
	}
	if seconds, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && seconds > 0 {
		refused.RetryAfter = time.Duration(seconds) * time.Second
	}
	return refused
}

// invalidError is the error of an invalid request or response, which is not retried.
type invalidError struct{ err error }

func (b *invalidError) Error() string { return "rollcall: " + b.err.Error() }
func (b *invalidError) Unwrap() error { return b.err }
