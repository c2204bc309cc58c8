package postgres

import (
	"context"
	"sync"

	"example.org/rollcall/internal/store/engine"
)

// turns bounds how many changes run at once, in all and of one dealer.
type turns struct {
	most, each int

	mu      sync.Mutex
	running map[string]int
	all     int
	waiting engine.Queue[chan struct{}] // each is closed when its turn comes
}

// newTurns returns turns for a pool of connections. An eighth is left to reads, and one dealer gets half of the rest at most,
// since its changes may all wait for one row.
func newTurns(connections int) *turns {
	most := max(1, connections-connections/8)
	return &turns{most: most, each: max(1, most/2), running: make(map[string]int)}
}

// enter waits for a turn, and returns the function to call at its end. Its error is that of ctx.
func (t *turns) enter(ctx context.Context, dealer string) (leave func(), err error) {
	turn := make(chan struct{})
	t.mu.Lock()
	t.waiting.Push(dealer, turn)
	t.admit()
	t.mu.Unlock()
	leave = func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.all--
		if t.running[dealer]--; t.running[dealer] == 0 {
			delete(t.running, dealer)
		}
		t.admit()
	}
	select {
	case <-turn:
		return leave, nil
	case <-ctx.Done():
	}
	t.mu.Lock()
	waited := t.waiting.Remove(dealer, turn)
	t.mu.Unlock()
	if !waited { // its turn came just then
		leave()
	}
	return nil, ctx.Err()
}

// admit gives as many their turn as there is room for.
func (t *turns) admit() {
	for t.all < t.most {
		dealer, turn, ok := t.waiting.Pop(func(d string) bool { return t.running[d] < t.each })
		if !ok {
			return
		}
		t.all++
		t.running[dealer]++
		close(turn)
	}
}
