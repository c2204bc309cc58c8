package rollcall

import (
	"context"
	"sync"
)

const (
	capturedKept   = 1000 // messages of a dealer
	capturesAtOnce = 64   // messages that are kept in one change
)

// captures are the messages that wait to be kept. Those that wait together are kept in one change: each counts on its
// dealer's record, so that one by one, each would wait for the commit of the one before.
type captures struct {
	mu      sync.Mutex
	busy    bool // somebody keeps what waits
	waiting []*capture
}

// capture is a message that waits. Its done is closed once err says what came of it; its turn where it is to keep what
// waits.
type capture struct {
	message CapturedMessage
	err     error
	done    chan struct{}
	turn    chan struct{}
}

// KeepCaptured keeps a message that was captured instead of sent, once for each validation, among the dealer's newest
// thousand.
func (s *Service) KeepCaptured(ctx context.Context, m Message) error {
	c := &capture{message: CapturedMessage{Message: m, At: s.now()}, done: make(chan struct{}), turn: make(chan struct{})}
	s.captures.mu.Lock()
	s.captures.waiting = append(s.captures.waiting, c)
	if !s.captures.busy {
		s.captures.busy = true
		close(c.turn)
	}
	s.captures.mu.Unlock()
	select {
	case <-c.done:
		return c.err
	case <-c.turn:
	}
	s.keepWaiting(context.WithoutCancel(ctx))
	<-c.done
	return c.err
}

// keepWaiting keeps the messages that wait, the caller's first, and gives the turn to the first of those that are left.
func (s *Service) keepWaiting(ctx context.Context) {
	w := &s.captures
	w.mu.Lock()
	together := w.waiting[:min(len(w.waiting), capturesAtOnce)]
	w.waiting = w.waiting[len(together):]
	w.mu.Unlock()
	told := 0
	defer func() {
		for _, c := range together[told:] { // the change panicked
			c.err = &Error{Kind: Unavailable, Message: "the message could not be kept"}
			close(c.done)
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.busy = len(w.waiting) > 0; w.busy {
			close(w.waiting[0].turn)
		}
	}()
	err := s.keepTogether(ctx, together)
	for _, c := range together {
		if err != nil && len(together) > 1 { // one of them may be to blame
			c.err = s.keepTogether(ctx, []*capture{c})
		} else {
			c.err = err
		}
		close(c.done)
		told++
	}
}

func (s *Service) keepTogether(ctx context.Context, together []*capture) error {
	return s.store.Update(ctx, func(ctx context.Context, tx Tx) error {
		for _, c := range together {
			if err := tx.InsertCaptured(ctx, c.message, capturedKept); err != nil {
				return err
			}
		}
		return nil
	})
}
