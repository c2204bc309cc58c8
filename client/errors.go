package client

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// Error is a request that the server refused.
type Error struct {
	Status     int           // of HTTP
	Code       string        // such as contact_not_found
	Message    string        // what to do next
	Field      string        // the first bad field; empty: none
	Details    []Detail      // every bad field
	ExistingID string        // the record that has what the request wanted to take
	RequestID  string        // to quote to the operator of the server
	RetryAfter time.Duration // zero: the server does not say
}

// Detail is one bad field.
type Detail struct {
	Field   string `json:"field"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Error returns the code, the message and the request's id.
func (e *Error) Error() string {
	return fmt.Sprintf("rollcall: %s: %s (%d, request %s)", e.Code, e.Message, e.Status, e.RequestID)
}

// readError reads a refusal. One that does not come from Rollcall has its status as its message.
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

// brokenAnswer is a request that cannot be sent, or an answer that is not as the contract has it.
type brokenAnswer struct{ err error }

func (b *brokenAnswer) Error() string { return "rollcall: " + b.err.Error() }
func (b *brokenAnswer) Unwrap() error { return b.err }
