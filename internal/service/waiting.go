package service

import (
	"context"
	"sync"
	"time"

	"example.org/rollcall/internal/rollcall"
)

// waiting holds the requests of this process that wait for the outcome of a validation.
type waiting struct {
	room chan struct{} // its capacity is how many may wait

	mu   sync.Mutex
	done map[rollcall.ValidationID]chan struct{}
}

// enter returns a channel that is closed once this process has tried to deliver the validation, and the function to call
// when nobody waits for it any more. ok is false where too many wait already.
func (w *waiting) enter(id rollcall.ValidationID) (tried <-chan struct{}, leave func(), ok bool) {
	select {
	case w.room <- struct{}{}:
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
		<-w.room
	}, true
}

// tell wakes who waits for the validation.
func (w *waiting) tell(id rollcall.ValidationID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if ch, ok := w.done[id]; ok {
		delete(w.done, id)
		close(ch)
	}
}

const lookEvery = 100 * time.Millisecond // how often a request looks whether another process has tried

// outcome returns the validation once it was tried, by this process or another, or as it is when the time that a request
// may wait is over or its context is done.
func (s *Service) outcome(ctx context.Context, v rollcall.Validation, tried <-chan struct{}) (rollcall.Validation, error) {
	look := time.NewTicker(lookEvery)
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
			if rollcall.KindOf(err) == rollcall.ValidationNotFound { // its contact was deleted meanwhile
				return v, nil
			}
			return rollcall.Validation{}, err
		}
		v = now
		over = over || v.Status != rollcall.ValidationQueued || v.Attempts > 0
	}
	return v, nil
}
