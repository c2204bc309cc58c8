package rollcall

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
)

// together makes in one change what several goroutines want at the same time: those that come while a change is made wait,
// and the next change is for all of them. One by one, each would wait for the commit of the one before. Nobody waits for
// others to come.
type together[T any] struct {
	most   int // that one change is for
	atOnce int // how many changes are made at once
	// make makes the change for all of the items, or for none. It is called again, with each alone, where it fails for another
	// reason than that nothing can be changed now.
	make func(ctx context.Context, items []T) error

	mu      sync.Mutex
	busy    int // how many make a change
	waiting []*wish[T]
}

const togetherMost = 128

// wish is an item that waits. Its done is closed once err says what came of it; its turn where it is to make the change
// for what waits.
type wish[T any] struct {
	ctx  context.Context
	item T
	err  error
	done chan struct{}
	turn chan struct{}
}

func (g *together[T]) init(atOnce int, make func(ctx context.Context, items []T) error) {
	g.most, g.atOnce, g.make = togetherMost, atOnce, make
}

// do returns once the change for the item was made, in which others may have a part. An error is of this item, as if it
// had been alone, or Unavailable: also where the context of another ended, whose turn it was.
func (g *together[T]) do(ctx context.Context, item T) error {
	w := &wish[T]{ctx: ctx, item: item, done: make(chan struct{}), turn: make(chan struct{})}
	g.mu.Lock()
	g.waiting = append(g.waiting, w)
	if g.busy < g.atOnce {
		g.busy++
		g.giveTurn()
	}
	g.mu.Unlock()
	select {
	case <-w.done:
		return w.err
	case <-w.turn:
	}
	g.change(w)
	<-w.done
	return w.err
}

// giveTurn gives a turn to the first of those that wait. Whoever calls it holds mu.
func (g *together[T]) giveTurn() {
	close(g.waiting[0].turn)
	g.waiting = g.waiting[1:]
}

// change makes the change for first, whose turn it is, and those that wait, and hands the turn on.
func (g *together[T]) change(first *wish[T]) {
	g.mu.Lock()
	more := min(len(g.waiting), g.most-1)
	now := append([]*wish[T]{first}, g.waiting[:more]...)
	g.waiting = g.waiting[more:]
	g.mu.Unlock()
	told := 0
	defer func() {
		for _, w := range now[told:] { // make panicked
			w.err = &Error{Kind: Unavailable, Message: "what was to be kept together could not be kept"}
			close(w.done)
		}
		g.mu.Lock()
		defer g.mu.Unlock()
		if len(g.waiting) > 0 {
			g.giveTurn()
		} else {
			g.busy--
		}
	}()
	items := make([]T, len(now))
	for i, w := range now {
		items[i] = w.item
	}
	err := g.make(now[0].ctx, items)
	alone := err != nil && len(now) > 1 && KindOf(err) != Unavailable // one of them is to blame
	for i, w := range now {
		if w.err = err; alone {
			w.err = g.make(w.ctx, items[i:i+1])
		}
		close(w.done)
		told++
	}
}

// groupBy returns the items by their keys, those of a key in the order in which they came.
func groupBy[K comparable, T any](items []T, key func(T) K) map[K][]T {
	groups := make(map[K][]T, 1)
	for _, item := range items {
		groups[key(item)] = append(groups[key(item)], item)
	}
	return groups
}

// inOrder returns the keys of groups in their order, in which all lock what they change.
func inOrder[K cmp.Ordered, T any](groups map[K]T) []K { return slices.Sorted(maps.Keys(groups)) }
