package web

import (
	"context"
	"net/http"
	"time"
)

// Observer is told of requests. It must not block; its methods may be called by several goroutines at once.
type Observer interface {
	// Began is called when a request comes in, and Ended when it was answered: with its method, a known one or OTHER, the
	// pattern of its route, empty for an unknown one, and status 0 where the connection was cut before there was an answer.
	Began()
	Ended(method, route string, status int, took time.Duration)
	// Limited is called where a limit refused a request.
	Limited(l Limit)
}

// Limit is a bound that refuses requests.
type Limit string

// The limits.
const (
	KeyLimit       Limit = "key"          // how often a key may call
	WrongKeyLimit  Limit = "wrong_keys"   // how many wrong keys may come from one address
	WrongLinkLimit Limit = "wrong_links"  // how many wrong links to pages may come from one address
	RequestsLimit  Limit = "requests"     // how many requests the server answers at once
	ShareLimit     Limit = "dealer_share" // how many requests of one dealer the server answers at once
	BodyLimit      Limit = "body"         // how long a body may be
	URLLimit       Limit = "url"          // how long a path with its query may be
)

// Limits lists every limit.
func Limits() []Limit {
	return []Limit{KeyLimit, WrongKeyLimit, WrongLinkLimit, RequestsLimit, ShareLimit, BodyLimit, URLLimit}
}

// Tracer follows requests across programs. Its methods may be called by several goroutines at once.
type Tracer interface {
	// Start begins what it knows of one request, with the headers that came and a known method or OTHER. The context that
	// it returns is that of the request. End is called when the request was answered, with the pattern of its route, empty
	// for an unknown one, and status 0 where the connection was cut before there was an answer.
	Start(ctx context.Context, h http.Header, method string) (_ context.Context, end func(route, requestID string, status int))
}
