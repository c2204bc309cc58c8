package service

import (
	"context"
	"sync"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// outcomeWaiters holds the requests of this process that wait for the outcome of a validation.
type outcomeWaiters struct {
	slots chan struct{} // one for each waiter

	mu   sync.Mutex
	done map[rollcall.ValidationID]chan struct{}
}

// enter returns a channel that is closed after an attempt to deliver the validation in this process, and the function to call
// when the request stops waiting. ok is false if too many requests wait.
func (w *outcomeWaiters) enter(id rollcall.ValidationID) (tried <-chan struct{}, leave func(), ok bool) {
	select {
	case w.slots <- struct{}{}:
	default:
		return nil, nil, false
	}
	ch := make(chan struct{})
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.done == nil {
		w.done = make(map[rollcall.ValidationID]chan struct{})
	}
	w.done[id] = ch
	return ch, func() {
		w.mu.Lock()
		delete(w.done, id)
		w.mu.Unlock()
		<-w.slots
	}, true
}

// wake closes the channel of the request that waits for the validation.
func (w *outcomeWaiters) wake(id rollcall.ValidationID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if ch, ok := w.done[id]; ok {
		delete(w.done, id)
		close(ch)
	}
}

const outcomeInterval = 100 * time.Millisecond // how often a waiting request looks for an attempt by another process

// outcome returns the validation after the first attempt by any process, or as it is when the time to wait or the context ends.
func (s *Service) outcome(ctx context.Context, v rollcall.Validation, tried <-chan struct{}) (rollcall.Validation, error) {
	look := time.NewTicker(outcomeInterval)
	defer look.Stop()
	end := time.NewTimer(s.opts.Wait)
	defer end.Stop()
	for over := false; !over; {
		select {
		case <-tried:
			over = true
		case <-end.C:
			over = true
		case <-ctx.Done():
			return v, nil
		case <-look.C:
		}
		now, err := s.store.Validation(ctx, v.Dealer, v.ID)
		if err != nil {
			if rollcall.KindOf(err) == rollcall.ValidationNotFound { // its contact was deleted
				return v, nil
			}
			return rollcall.Validation{}, err
		}
		v = now
		over = over || v.Status != rollcall.ValidationQueued || v.Attempts > 0
	}
	return v, nil
}
