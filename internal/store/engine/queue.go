package engine

import "slices"

// Queue holds waiting items and returns them dealer by dealer, so that a dealer with thousands does not hold up the others.
// Items of no dealer have an empty name. The zero Queue is empty.
type Queue[T comparable] struct {
	waiting map[string][]T
	order   []string // the dealers in waiting, the next one first
}

// Push adds an item of a dealer.
func (q *Queue[T]) Push(dealer string, item T) {
	if q.waiting == nil {
		q.waiting = make(map[string][]T)
	}
	if len(q.waiting[dealer]) == 0 {
		q.order = append(q.order, dealer)
	}
	q.waiting[dealer] = append(q.waiting[dealer], item)
}

// Pop takes the oldest item of the next dealer that may allows; nil allows every dealer. That dealer's next turn comes after
// those of all others in the queue.
func (q *Queue[T]) Pop(may func(string) bool) (dealer string, item T, ok bool) {
	n := slices.IndexFunc(q.order, func(d string) bool { return may == nil || may(d) })
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

// Remove takes an item out, and reports whether it was still in the queue.
func (q *Queue[T]) Remove(dealer string, item T) bool {
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
