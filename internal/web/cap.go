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

// Room bounds how many run at once. Its methods may be called by several goroutines at once.
type Room chan struct{}

// NewRoom returns room for so many.
func NewRoom(most int) Room { return make(Room, most) }

// Enter takes a place, and returns false where none is free. What entered must Leave.
func (r Room) Enter() bool {
	select {
	case r <- struct{}{}:
		return true
	default:
		return false
	}
}

// Leave gives the place back.
func (r Room) Leave() { <-r }

// Full is the answer to a request that found no room.
func Full(request *Request) error {
	request.Limit = RequestsLimit
	return &rollcall.Error{Kind: rollcall.Unavailable, Message: "the server is busy; retry after the time in Retry-After"}
}

// Cap passes at most so many concurrent requests to next, a quarter of them from one network, and refuses others with
// Unavailable. It is for requests without a key; others are limited once the key is known. A body must arrive within
// bodyTime; a response before that closes the connection.
func Cap(next http.Handler, most int, bodyTime time.Duration, fail ErrorFunc) http.Handler {
	room := NewRoom(most)
	shares := NewShares[netip.Prefix](max(1, most/4))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if out, ok := w.(*response); ok && r.ContentLength != 0 {
			out.rest = &rest{ReadCloser: r.Body}
			r.Body = out.rest
		}
		request := FromContext(r.Context())
		caller := request.Network()
		if !shares.Enter(caller) {
			fail(w, r, Full(request))
			return
		}
		defer shares.Leave(caller)
		if !room.Enter() {
			fail(w, r, Full(request))
			return
		}
		defer room.Leave()
		limitBodyTime(w, bodyTime)
		next.ServeHTTP(w, r)
	})
}

// rest is a body that knows whether it was read to its end.
type rest struct {
	io.ReadCloser
	ended bool
}

func (b *rest) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.ended = b.ended || err == io.EOF
	return n, err
}

// Gate lets at most so many of one caller through at once; the others wait for their turn. Its methods may be called by
// several goroutines at once.
type Gate[K comparable] struct {
	most, waiting int

	mu    sync.Mutex
	gates map[K]*gate
}

type gate struct {
	room   Room
	inside int // those that are through or wait
}

// NewGate returns a gate for so many of each caller, at which so many more may wait.
func NewGate[K comparable](most, waiting int) *Gate[K] {
	return &Gate[K]{most: most, waiting: waiting, gates: map[K]*gate{}}
}

// Enter waits for the caller's turn, and returns false where too many wait already or ctx is done. What entered must Leave.
func (g *Gate[K]) Enter(ctx context.Context, caller K) bool {
	g.mu.Lock()
	own := g.gates[caller]
	if own == nil {
		own = &gate{room: NewRoom(g.most)}
		g.gates[caller] = own
	}
	if own.inside >= g.most+g.waiting {
		g.mu.Unlock()
		return false
	}
	own.inside++
	g.mu.Unlock()
	select {
	case own.room <- struct{}{}:
		return true
	case <-ctx.Done():
		g.leave(caller, own)
		return false
	}
}

// Leave ends one that entered.
func (g *Gate[K]) Leave(caller K) {
	g.mu.Lock()
	own := g.gates[caller]
	g.mu.Unlock()
	own.room.Leave()
	g.leave(caller, own)
}

func (g *Gate[K]) leave(caller K, own *gate) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if own.inside--; own.inside == 0 {
		delete(g.gates, caller)
	}
}

// Shares counts what runs for each caller, so that none has all the room for itself. Its methods may be called by
// several goroutines at once.
type Shares[K comparable] struct {
	most int

	mu   sync.Mutex
	runs map[K]int
}

// NewShares returns shares of so many for each caller.
func NewShares[K comparable](most int) *Shares[K] {
	return &Shares[K]{most: most, runs: map[K]int{}}
}

// Enter counts one more for the caller, and returns false where it has its share already. What entered must Leave.
func (s *Shares[K]) Enter(caller K) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.runs[caller] >= s.most {
		return false
	}
	s.runs[caller]++
	return true
}

// Leave ends one that entered.
func (s *Shares[K]) Leave(caller K) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.runs[caller]--; s.runs[caller] == 0 {
		delete(s.runs, caller)
	}
}
