package web

import (
	"context"
	"net/http"
	"time"
)

// Observer counts requests. Its methods must not block and must be safe for concurrent use.
type Observer interface {
	// Began is called when a request arrives.
	Began()
	// Ended is called once a request was served: with a known method or OTHER, the pattern of its route, empty for an unknown
	// path, and status 0 if the connection was closed without a response.
	Ended(method, route string, status int, took time.Duration)
	// Limited is called when a limit refused a request.
	Limited(l Limit)
}

// Limit is a limit that refuses requests.
type Limit string

// The limits.
const (
	KeyLimit       Limit = "key"          // requests of an API key in a minute
	WrongKeyLimit  Limit = "wrong_keys"   // wrong API keys from one address in a minute
	WrongLinkLimit Limit = "wrong_links"  // wrong links to pages from one address in a minute
	SignInLimit    Limit = "sign_in"      // attempts to sign in from one address, or as one user, in a minute
	RequestsLimit  Limit = "requests"     // concurrent requests
	ShareLimit     Limit = "dealer_share" // concurrent requests of one dealer
	BodyLimit      Limit = "body"         // bytes of a body
	URLLimit       Limit = "url"          // bytes of a path with its query
)

// Limits lists every limit.
func Limits() []Limit {
	return []Limit{KeyLimit, WrongKeyLimit, WrongLinkLimit, SignInLimit, RequestsLimit, ShareLimit, BodyLimit, URLLimit}
}

// Tracer traces requests. Its methods must be safe for concurrent use.
type Tracer interface {
	// Start begins the trace of one request, with the headers that came and a known method or OTHER. The request runs in the
	// returned context. end is called once the request was served, with the pattern of its route, empty for an unknown path,
	// and status 0 if the connection was closed without a response.
	Start(ctx context.Context, h http.Header, method string) (_ context.Context, end func(route, requestID string, status int))
}
