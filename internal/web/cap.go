package web

import (
	"net/http"
	"sync"

	"example.org/rollcall/internal/rollcall"
)

// Cap hands at most so many requests at once to next, and answers those beyond them with Unavailable at once, so that
// what they take stays bounded. It says so in their Request.Limit.
func Cap(next http.Handler, most int, fail ErrorFunc) http.Handler {
	room := make(chan struct{}, most)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case room <- struct{}{}:
		default:
			FromContext(r.Context()).Limit = RequestsLimit
			fail(w, r, &rollcall.Error{
				Kind:    rollcall.Unavailable,
				Message: "this server answers as many requests as it can; send it again after Retry-After",
			})
			return
		}
		defer func() { <-room }()
		next.ServeHTTP(w, r)
	})
}

// Shares counts what runs for each caller, so that none has all the room of a Cap for itself. Its methods may be called by
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
