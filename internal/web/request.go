package web

import (
	"context"
	"net/http"
	"net/netip"
)

// Request is what is known about one request, for its log line, the metrics and the packages that serve it. Wrap creates
// it; handlers fill in what they learn. Only the goroutine that serves the request may use it.
type Request struct {
	RequestID string // the value of X-Request-Id on the response
	Route     string // the pattern that matched, never the path; empty for an unknown path
	Dealer    string // the dealer of the API key; empty until the key was found valid
	Key       string // the id of the API key, never the key
	Limit     Limit  // the limit that refused the request; empty: none
	Done      func() // called once the request was served, also after a panic; nil: nothing is called

	http    *http.Request
	trusted []netip.Prefix
	leave   func() // gives back the places that Cap took; nil: none
}

// Leave gives back the request's place among the running ones, for a response that lasts. The handler then limits such
// responses itself.
func (r *Request) Leave() {
	if r.leave != nil {
		r.leave()
	}
}

// Network returns the network that the request came from: one IPv4 address or an IPv6 /64; the zero Prefix if the caller
// has no IP address. It believes X-Forwarded-For from trusted proxies. A network is personal data: use it to tell callers
// apart, and neither log nor store it.
func (r *Request) Network() netip.Prefix {
	if r.http == nil {
		return netip.Prefix{}
	}
	return network(clientAddress(r.http, r.trusted))
}

// FromContext returns the record of the request that ctx belongs to, or an empty one that nobody reads.
//
// It is the only value that this package puts in a context: handlers of several packages fill it in.
func FromContext(ctx context.Context) *Request {
	if r, ok := ctx.Value(requestKey{}).(*Request); ok {
		return r
	}
	return &Request{}
}

type requestKey struct{}

// requestContext embeds the record, which saves the allocations of context.WithValue.
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
