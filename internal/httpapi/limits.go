package httpapi

import (
	"context"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/web"
)

// limits are the limits on requests in this process. Limits on messages are in service.
type limits struct {
	keys          *web.Buckets[rollcall.KeyID] // requests of each valid key
	wrongKeys     *web.Buckets[netip.Prefix]   // requests with a wrong key of each network
	wrongKeyLimit rollcall.RateLimit
	lookups       *web.KeyedSemaphore[netip.Prefix]      // concurrent lookups of keys for each network
	dealers       *web.KeyedSemaphore[rollcall.DealerID] // concurrent requests of each dealer, its sandbox included
	requests      web.Semaphore                          // concurrent requests with a valid key
}

const (
	maxNetworks = 10_000 // with wrong keys
	// maxLookups keeps a stranger with made-up keys from delaying the lookups of other callers.
	maxLookups = 8
)

func newLimits(wrongKeys, maxRequests int, now func() time.Time) limits {
	return limits{
		keys:          web.NewBuckets[rollcall.KeyID](0, now),
		wrongKeys:     web.NewBuckets[netip.Prefix](maxNetworks, now),
		wrongKeyLimit: rollcall.NewRateLimit(wrongKeys, wrongKeys),
		lookups:       web.NewKeyedSemaphore[netip.Prefix](maxLookups, maxRequests),
		dealers:       web.NewKeyedSemaphore[rollcall.DealerID](max(1, maxRequests/2), 0),
		requests:      web.NewSemaphore(maxRequests),
	}
}

// admit returns the caller that the key belongs to, if the limits allow the request. A valid key is never refused for wrong
// keys that came from the same network.
func (s *server) admit(w http.ResponseWriter, r *http.Request, key string) (service.Caller, error) {
	request := web.FromContext(r.Context())
	network := request.Network()
	if !s.limits.lookups.Acquire(r.Context(), network) {
		return service.Caller{}, web.Busy(request)
	}
	caller, err := s.service.Authenticate(r.Context(), key)
	s.limits.lookups.Release(network)
	if rollcall.KindOf(err) == rollcall.InvalidAPIKey {
		return caller, s.limits.wrongKey(request, err)
	}
	if err != nil && caller.Key == "" {
		return caller, err
	}
	request.Dealer, request.Key = string(caller.Dealer), string(caller.Key)
	if limited := s.limits.acquire(r.Context(), w.Header(), request, caller); limited != nil {
		return caller, limited
	}
	return caller, err // the requests of a suspended dealer count too
}

// acquire counts a request of the caller and reports in h what is left of the key's rate limit. The request takes a place
// among the concurrent ones until it was served.
func (l limits) acquire(ctx context.Context, h http.Header, request *web.Request, caller service.Caller) error {
	level := l.keys.Take(caller.Key, caller.Limit)
	h.Set("X-RateLimit-Limit", strconv.Itoa(caller.Limit.Burst))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(level.Remaining))
	h.Set("X-RateLimit-Reset", strconv.FormatInt(level.Full.Add(time.Second-1).Unix(), 10))
	if !level.OK {
		request.Limit = web.KeyLimit
		return &rollcall.Error{
			Kind:       rollcall.RateLimited,
			Message:    "this key sends too many requests; retry after the time in Retry-After",
			RetryAfter: level.Retry,
		}
	}
	if !l.dealers.Acquire(ctx, caller.Dealer.Live()) {
		request.Limit = web.ShareLimit
		return &rollcall.Error{
			Kind:       rollcall.RateLimited,
			Message:    "this dealer has too many concurrent requests; send fewer at once",
			RetryAfter: time.Second,
		}
	}
	if !l.requests.TryAcquire() {
		l.dealers.Release(caller.Dealer.Live())
		return web.Busy(request)
	}
	request.Done = func() {
		l.requests.Release()
		l.dealers.Release(caller.Dealer.Live())
	}
	return nil
}

// wrongKey counts a wrong key and returns refusal, or RateLimited if too many came from the network.
func (l limits) wrongKey(request *web.Request, refusal error) error {
	level := l.wrongKeys.Take(request.Network(), l.wrongKeyLimit)
	if level.OK {
		return refusal
	}
	request.Limit = web.WrongKeyLimit
	return &rollcall.Error{
		Kind:       rollcall.RateLimited,
		Message:    "too many requests with a wrong key came from this address; a valid key is accepted at once",
		RetryAfter: level.Retry,
	}
}

// failUnrouted writes the error of a request that has no route. The request counts for its key all the same.
func (s *server) failUnrouted(w http.ResponseWriter, r *http.Request, err error) {
	if key, ok := bearerToken(r); ok {
		if _, limited := s.admit(w, r, key); rollcall.KindOf(limited) == rollcall.RateLimited {
			err = limited
		}
	}
	s.fail(w, r, err)
}
