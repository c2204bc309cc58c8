package httpapi

import (
	"context"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/web"
)

// networksMost bounds the table of addresses that wrong keys came from.
const networksMost = 10_000

// limits bound how often a key may call, and how often wrong keys may come from one address, in this process.
type limits struct {
	keys     *web.Buckets[rollcall.KeyID] // of valid keys, so there are never more than were made
	networks *web.Buckets[netip.Prefix]
	wrong    rollcall.RateLimit
	shares   *web.Shares[rollcall.KeyID]
}

func newLimits(wrongKeys, maxRequests int, now func() time.Time) limits {
	return limits{
		keys:     web.NewBuckets[rollcall.KeyID](0, now),
		networks: web.NewBuckets[netip.Prefix](networksMost, now),
		wrong:    rollcall.NewRateLimit(wrongKeys, wrongKeys),
		shares:   web.NewShares[rollcall.KeyID](max(1, maxRequests/2)),
	}
}

// admit says who calls with the key, once the key's limit and that of wrong keys allow it. The key comes first: a good
// one is served from whatever address.
func (s *server) admit(ctx context.Context, key string) (rollcall.Caller, error) {
	request := web.FromContext(ctx)
	caller, err := s.service.Authenticate(ctx, key)
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

// call takes a call from what the caller's limit allows, and says on the answer what is left.
func (l limits) call(request *web.Request, caller rollcall.Caller) error {
	level := l.keys.Take(caller.Key, caller.Limit)
	request.SetHeader("X-RateLimit-Limit", strconv.Itoa(caller.Limit.Burst))
	request.SetHeader("X-RateLimit-Remaining", strconv.Itoa(level.Remaining))
	request.SetHeader("X-RateLimit-Reset", strconv.FormatInt(level.Full.Add(time.Second-1).Unix(), 10))
	switch {
	case level.OK && l.shares.Enter(caller.Key):
		request.Done = func() { l.shares.Leave(caller.Key) }
		return nil
	case level.OK:
		request.Limit = web.ShareLimit
		return &rollcall.Error{
			Kind:       rollcall.RateLimited,
			Message:    "too many requests with this key run at the same time; send fewer at once",
			RetryAfter: time.Second,
		}
	}
	request.Limit = web.KeyLimit
	return &rollcall.Error{
		Kind:       rollcall.RateLimited,
		Message:    "this key calls too often; wait for as long as Retry-After says, and then send less at once",
		RetryAfter: level.Retry,
	}
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
		Message:    "too many requests with a wrong key came from this address; send a valid key, which is taken at once",
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
