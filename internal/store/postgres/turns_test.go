package postgres

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
)

func TestTurnsOfAPool(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ connections, most, each int }{{1, 1, 1}, {2, 2, 1}, {4, 4, 2}, {16, 14, 7}, {100, 88, 44}} {
		if got := newTurns(tt.connections); got.most != tt.most || got.each != tt.each {
			t.Errorf("newTurns(%d) lets %d changes run, %d of a dealer, want %d and %d", tt.connections, got.most, got.each, tt.most, tt.each)
		}
	}
}

// TestOneDealerLeavesRoom checks that a thousand changes of one dealer, all of which wait for something, hold up no other dealer's.
func TestOneDealerLeavesRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turns := newTurns(16)
		var all sync.WaitGroup
		end := make(chan struct{})
		for range 1000 {
			all.Go(func() {
				leave, err := turns.enter(t.Context(), "greedy")
				if err != nil {
					t.Error(err)
					return
				}
				<-end
				leave()
			})
		}
		synctest.Wait()
		if got := turns.running["greedy"]; got != 7 {
			t.Errorf("%d changes of the dealer run, want 7", got)
		}
		for range 7 {
			if leave, err := turns.enter(t.Context(), "other"); err != nil {
				t.Error(err)
			} else {
				defer leave()
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := turns.enter(ctx, "third"); !errors.Is(err, context.Canceled) {
			t.Errorf("enter for a caller who went away: %v", err)
		}
		close(end)
		all.Wait()
		if turns.all != 7 || len(turns.running) != 1 {
			t.Errorf("%d run, of %v", turns.all, turns.running)
		}
	})
}
