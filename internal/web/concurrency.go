package web

import (
	"context"
	"io"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// Semaphore limits how many requests run concurrently. It is safe for concurrent use.
type Semaphore chan struct{}

// NewSemaphore returns a semaphore with n places.
func NewSemaphore(n int) Semaphore { return make(Semaphore, n) }

// TryAcquire takes a place and returns true, or returns false if none is free. Release gives the place back.
func (s Semaphore) TryAcquire() bool {
	select {
	case s <- struct{}{}:
		return true
	default:
		return false
	}
}

// Release gives a place back.
func (s Semaphore) Release() { <-s }

// Busy returns the error for a request that found no free place, and records the limit on the request.
func Busy(request *Request) error {
	request.Limit = RequestsLimit
	return &rollcall.Error{Kind: rollcall.Unavailable, Message: "the server is busy; retry after the time in Retry-After"}
}

// KeyedSemaphore limits how many requests run concurrently for each key. It is safe for concurrent use.
type KeyedSemaphore[K comparable] struct {
	places, waiters int

	mu   sync.Mutex
	keys map[K]*keyPlaces
}

// keyPlaces are the places of one key. They exist while a request runs or waits.
type keyPlaces struct {
	Semaphore
	requests int // running and waiting
}

// NewKeyedSemaphore returns a semaphore with this many places for each key. At most waiters requests of a key wait for a
// place; with 0 none does.
func NewKeyedSemaphore[K comparable](places, waiters int) *KeyedSemaphore[K] {
	return &KeyedSemaphore[K]{places: places, waiters: waiters, keys: map[K]*keyPlaces{}}
}

// Acquire takes a place of the key, waits for one if it may, and returns true. It returns false if too many requests
// wait already or ctx ends. Release gives the place back.
func (s *KeyedSemaphore[K]) Acquire(ctx context.Context, key K) bool {
	s.mu.Lock()
	own := s.keys[key]
	if own == nil {
		own = &keyPlaces{Semaphore: NewSemaphore(s.places)}
		s.keys[key] = own
	}
	if own.requests >= s.places+s.waiters {
		s.mu.Unlock()
		return false
	}
	own.requests++
	s.mu.Unlock()
	if own.TryAcquire() {
		return true
	}
	select {
	case own.Semaphore <- struct{}{}:
		return true
	case <-ctx.Done():
		s.mu.Lock()
		defer s.mu.Unlock()
		s.leave(key, own)
		return false
	}
}

// Release gives a place of the key back.
func (s *KeyedSemaphore[K]) Release(key K) {
	s.mu.Lock()
	defer s.mu.Unlock()
	own := s.keys[key]
	own.Release()
	s.leave(key, own)
}

// leave counts one request less. The caller holds the lock.
func (s *KeyedSemaphore[K]) leave(key K, own *keyPlaces) {
	if own.requests--; own.requests == 0 {
		delete(s.keys, key)
	}
}

// Cap passes at most limit concurrent requests to next, and at most a quarter of them from one network. It refuses others
// with Unavailable. It is meant for requests without an API key; httpapi limits those with one.
//
// A request has bodyTime to send its body. If next responds earlier, the connection is closed after the response.
func Cap(next http.Handler, limit int, bodyTime time.Duration, fail ErrorFunc) http.Handler {
	all := NewSemaphore(limit)
	networks := NewKeyedSemaphore[netip.Prefix](max(1, limit/4), 0)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if out, ok := w.(*response); ok && r.ContentLength != 0 {
			out.requestBody = &trackedBody{ReadCloser: r.Body}
			r.Body = out.requestBody
		}
		request := FromContext(r.Context())
		network := request.Network()
		if !networks.Acquire(r.Context(), network) {
			fail(w, r, Busy(request))
			return
		}
		if !all.TryAcquire() {
			networks.Release(network)
			fail(w, r, Busy(request))
			return
		}
		request.leave = sync.OnceFunc(func() {
			all.Release()
			networks.Release(network)
		})
		defer request.leave()
		setReadTimeout(w, bodyTime)
		next.ServeHTTP(w, r)
	})
}

// trackedBody is a request body that records whether it was read to its end.
type trackedBody struct {
	io.ReadCloser
	ended bool
}

func (b *trackedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.ended = b.ended || err == io.EOF
	return n, err
}
