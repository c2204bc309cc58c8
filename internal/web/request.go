package web

import (
	"context"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// Request is what is known about one request, for its log line and for the rooms that answer it. Wrap makes it; whoever
// learns something fills it in. It belongs to the goroutine that serves the request.
type Request struct {
	RequestID string // what X-Request-Id says on the answer
	Route     string // the pattern that matched, never the path itself; empty for an unknown one
	Dealer    string // the dealer whose key was given; empty until the key was found valid
	Key       string // the id of that key, never the key
	Limit     Limit  // which one refused it; empty for none
	Done      func() // called when the request was answered, also by a panic; nil: nothing is

	http    *http.Request
	answer  http.ResponseWriter
	trusted []netip.Prefix
}

// Network returns the addresses that the caller can have: one of IPv4, or a /64 of IPv6; the zero Prefix where there is
// none. It takes the word of trusted proxies. It is personal data: use it to tell callers apart, and write it nowhere.
func (r *Request) Network() netip.Prefix {
	if r.http == nil {
		return netip.Prefix{}
	}
	return network(clientAddress(r.http, r.trusted))
}

// BadQuery reports whether the query has a part that cannot be read: a percent sign without two digits, or a semicolon.
// net/http leaves such a part out without a word.
func (r *Request) BadQuery() bool {
	if r.http == nil || !strings.ContainsAny(r.http.URL.RawQuery, "%;") {
		return false
	}
	_, err := url.ParseQuery(r.http.URL.RawQuery)
	return err != nil
}

// SetHeader sets a header of the answer, for who is handed the context alone.
func (r *Request) SetHeader(name, value string) {
	if r.answer != nil {
		r.answer.Header().Set(name, value)
	}
}

// FromContext returns the record of the request that ctx belongs to, and one that nobody reads where there is none.
//
// It is the one value that this room puts into a context: handlers of several packages fill it in, below a router that
// passes a request alone.
func FromContext(ctx context.Context) *Request {
	if r, ok := ctx.Value(requestKey{}).(*Request); ok {
		return r
	}
	return &Request{}
}

type requestKey struct{}

// requestContext holds the record in itself, which saves the allocations of context.WithValue.
type requestContext struct {
	context.Context
	request Request
}

func (c *requestContext) Value(key any) any {
	if _, ok := key.(requestKey); ok {
		return &c.request
	}
	return c.Context.Value(key)
}
