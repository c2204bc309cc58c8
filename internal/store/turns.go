package store

import (
	"context"
	"slices"
	"sync"

	"example.org/rollcall/internal/rollcall"
)

// queue holds what waits, and gives it out dealer by dealer, so that one dealer's thousands hold up nobody else's one. What belongs
// to no dealer takes turns with the dealers, under an empty name.
type queue[T comparable] struct {
	waiting map[rollcall.DealerID][]T
	order   []rollcall.DealerID // the dealers in waiting, the next one first
}

func (q *queue[T]) push(dealer rollcall.DealerID, item T) {
	if q.waiting == nil {
		q.waiting = make(map[rollcall.DealerID][]T)
	}
	if len(q.waiting[dealer]) == 0 {
		q.order = append(q.order, dealer)
	}
	q.waiting[dealer] = append(q.waiting[dealer], item)
}

// pop takes the oldest item of the next dealer of whom may, if it isn't nil, says that one may be taken. That dealer's next turn is
// after all others who wait.
func (q *queue[T]) pop(may func(rollcall.DealerID) bool) (dealer rollcall.DealerID, item T, ok bool) {
	n := slices.IndexFunc(q.order, func(d rollcall.DealerID) bool { return may == nil || may(d) })
	if n < 0 {
		return "", item, false
	}
	dealer = q.order[n]
	item = q.waiting[dealer][0]
	q.order = slices.Delete(q.order, n, n+1)
	if rest := q.waiting[dealer][1:]; len(rest) > 0 {
		q.waiting[dealer] = rest
		q.order = append(q.order, dealer)
	} else {
		delete(q.waiting, dealer)
	}
	return dealer, item, true
}

// remove takes an item out, and reports whether it was still there.
func (q *queue[T]) remove(dealer rollcall.DealerID, item T) bool {
	items := q.waiting[dealer]
	n := slices.Index(items, item)
	if n < 0 {
		return false
	}
	if items = slices.Delete(items, n, n+1); len(items) > 0 {
		q.waiting[dealer] = items
		return true
	}
	delete(q.waiting, dealer)
	n = slices.Index(q.order, dealer)
	q.order = slices.Delete(q.order, n, n+1)
	return true
}

// turns lets so many changes run at once, and so many of one dealer.
type turns struct {
	most, each int

	mu      sync.Mutex
	running map[rollcall.DealerID]int
	all     int
	waiting queue[chan struct{}] // each is closed when its turn comes
}

// newTurns returns turns for a pool of connections. Some connections are left to reads, and one dealer has half of the rest at most:
// its changes may all wait for one row.
func newTurns(connections int) *turns {
	most := max(1, connections-connections/8)
	return &turns{most: most, each: max(1, most/2), running: make(map[rollcall.DealerID]int)}
}

// enter waits for a turn, and returns the function to call at its end. Its error is that of ctx.
func (t *turns) enter(ctx context.Context, dealer rollcall.DealerID) (leave func(), err error) {
	turn := make(chan struct{})
	t.mu.Lock()
	t.waiting.push(dealer, turn)
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
	waited := t.waiting.remove(dealer, turn)
	t.mu.Unlock()
	if !waited { // its turn came just then
		leave()
	}
	return nil, ctx.Err()
}

// admit gives their turn to as many as there is room for.
func (t *turns) admit() {
	for t.all < t.most {
		dealer, turn, ok := t.waiting.pop(func(d rollcall.DealerID) bool { return t.running[d] < t.each })
		if !ok {
			return
		}
		t.all++
		t.running[dealer]++
		close(turn)
	}
}
