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

// networksMost bounds the table of addresses that wrong keys came from.
const networksMost = 10_000

// limits bound how often a key may call, and how often wrong keys may come from one address, in this process.
type limits struct {
	keys     *web.Buckets[rollcall.KeyID] // of valid keys, so there are never more than were made
	networks *web.Buckets[netip.Prefix]
	wrong    rollcall.RateLimit
	// gate bounds how many requests of one address have their key looked up at once, so that a stranger with made-up keys
	// does not hold up the look-ups of others.
	gate   *web.Gate[netip.Prefix]
	shares *web.Shares[rollcall.DealerID]
	room   web.Room // of all requests with a valid key
}

// lookUps is how many keys from one address are looked up at once.
const lookUps = 8

func newLimits(wrongKeys, maxRequests int, now func() time.Time) limits {
	return limits{
		keys:     web.NewBuckets[rollcall.KeyID](0, now),
		networks: web.NewBuckets[netip.Prefix](networksMost, now),
		wrong:    rollcall.NewRateLimit(wrongKeys, wrongKeys),
		gate:     web.NewGate[netip.Prefix](lookUps, maxRequests),
		shares:   web.NewShares[rollcall.DealerID](max(1, maxRequests/2)),
		room:     web.NewRoom(maxRequests),
	}
}

// admit says who calls with the key, once the key's limit and that of wrong keys allow it. The key comes first: a good
// one is served from whatever address.
func (s *server) admit(ctx context.Context, key string) (service.Caller, error) {
	request := web.FromContext(ctx)
	network := request.Network()
	if !s.limits.gate.Enter(ctx, network) {
		return service.Caller{}, web.Full(request)
	}
	caller, err := s.service.Authenticate(ctx, key)
	s.limits.gate.Leave(network)
	if rollcall.KindOf(err) == rollcall.InvalidAPIKey {
		return caller, s.limits.wrongKey(request, err)
	}
	if err != nil && caller.Key == "" {
		return caller, err
	}
	request.Dealer, request.Key = string(caller.Dealer), string(caller.Key)
	if over := s.limits.call(request, caller); over != nil {
		return caller, over
	}
	return caller, err // that of a good key whose dealer is suspended counts all the same
}

// call takes a call from what the caller's limit allows, says on the answer what is left, and takes a place among the
// requests that run, until the request is answered.
func (l limits) call(request *web.Request, caller service.Caller) error {
	level := l.keys.Take(caller.Key, caller.Limit)
	request.SetHeader("X-RateLimit-Limit", strconv.Itoa(caller.Limit.Burst))
	request.SetHeader("X-RateLimit-Remaining", strconv.Itoa(level.Remaining))
	request.SetHeader("X-RateLimit-Reset", strconv.FormatInt(level.Full.Add(time.Second-1).Unix(), 10))
	if !level.OK {
		request.Limit = web.KeyLimit
		return &rollcall.Error{
			Kind:       rollcall.RateLimited,
			Message:    "this key calls too often; retry after the time in Retry-After, and send less at once",
			RetryAfter: level.Retry,
		}
	}
	if !l.shares.Enter(caller.Dealer) {
		request.Limit = web.ShareLimit
		return &rollcall.Error{
			Kind:       rollcall.RateLimited,
			Message:    "too many requests of this dealer run at the same time; send fewer at once",
			RetryAfter: time.Second,
		}
	}
	if !l.room.Enter() {
		l.shares.Leave(caller.Dealer)
		return web.Full(request)
	}
	request.Done = func() {
		l.room.Leave()
		l.shares.Leave(caller.Dealer)
	}
	return nil
}

// wrongKey returns the refusal of a wrong key.
func (l limits) wrongKey(request *web.Request, refusal error) error {
	level := l.networks.Take(request.Network(), l.wrong)
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

// unrouted answers a request that is for no operation. Its key counts all the same, where it brings one.
func (s *server) unrouted(w http.ResponseWriter, r *http.Request, answer error) {
	if key, ok := bearer(r); ok {
		if _, err := s.admit(r.Context(), key); rollcall.KindOf(err) == rollcall.RateLimited {
			answer = err
		}
	}
	s.errors.write(w, r, answer)
}
