package store

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

func TestDealersTakeTurns(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		pushed, removed, not string // a letter is the dealer, and a digit which of its items
		want                 string
	}{
		{"", "", "", ""},
		{"a1", "", "", "a1"},
		{"a1 a2 a3 b1", "", "", "a1 b1 a2 a3"},
		{"a1 b1 c1 a2 b2 a3", "", "", "a1 b1 c1 a2 b2 a3"},
		{"a1 a2 a3 b1", "a1 a3", "", "a2 b1"},
		{"a1 b1 b2", "a1", "", "b1 b2"},
		{"a1 b1", "a1 b1", "", ""},
		{"a1 b1", "a2 c1", "", "a1 b1"},
		{"a1 a2 b1", "", "a", "b1"},
		{"a1 b1 c1 c2", "", "b", "a1 c1 c2"},
	} {
		var q queue[string]
		dealer := func(item string) rollcall.DealerID { return rollcall.DealerID(item[:1]) }
		for _, item := range strings.Fields(tt.pushed) {
			q.push(dealer(item), item)
		}
		for _, item := range strings.Fields(tt.removed) {
			if got, want := q.remove(dealer(item), item), strings.Contains(tt.pushed, item); got != want {
				t.Errorf("remove(%s) from %q = %t, want %t", item, tt.pushed, got, want)
			}
		}
		var got []string
		for {
			_, item, ok := q.pop(func(d rollcall.DealerID) bool { return string(d) != tt.not })
			if !ok {
				break
			}
			got = append(got, item)
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%q without %q and but for %q comes out as %q, want %q", tt.pushed, tt.removed, tt.not, strings.Join(got, " "), tt.want)
		}
		if tt.not == "" && (len(q.order) != 0 || len(q.waiting) != 0) {
			t.Errorf("%q leaves %v and %v behind", tt.pushed, q.order, q.waiting)
		}
	}
}

func TestTurnsOfAPool(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ connections, most, each int }{{1, 1, 1}, {2, 2, 1}, {4, 4, 2}, {16, 14, 7}, {100, 88, 44}} {
		if got := newTurns(tt.connections); got.most != tt.most || got.each != tt.each {
			t.Errorf("newTurns(%d) lets %d changes run, %d of a dealer, want %d and %d", tt.connections, got.most, got.each, tt.most, tt.each)
		}
	}
}

// TestOneDealerLeavesRoom holds that a thousand changes of one dealer, all of which wait for something, hold up no other dealer's.
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
		if turns.all != 7 || len(turns.running) != 1 || len(turns.waiting.order) != 0 {
			t.Errorf("%d run, of %v, and %v wait", turns.all, turns.running, turns.waiting.order)
		}
	})
}

// TestAChangeOfAnotherDealerIsInTheNextBatch holds that of SQLite's writer, with a thousand changes waiting.
func TestAChangeOfAnotherDealerIsInTheNextBatch(t *testing.T) {
	bubble(t, func(t *testing.T, db *DB) {
		release := make(chan struct{})
		var all sync.WaitGroup
		commits := make(map[rollcall.DealerID][]int)
		change := func(dealer rollcall.DealerID) {
			all.Go(func() {
				err := db.UpdateFor(t.Context(), dealer, func(ctx context.Context, tx service.Tx) error {
					commits[dealer] = append(commits[dealer], lite(db).writer.commits)
					return insertDealers(rollcall.NewDealerID())(ctx, tx)
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Go(func() {
			err := db.UpdateFor(t.Context(), "greedy", func(context.Context, service.Tx) error {
				<-release
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		begun := lite(db).writer.commits
		for range 1000 {
			change("greedy")
		}
		synctest.Wait()
		change("other")
		synctest.Wait()
		close(release)
		all.Wait()
		if got := commits["other"]; len(got) != 1 || got[0] != begun {
			t.Errorf("the change of the other dealer came in batch %v, want %d", got, begun)
		}
		if got := commits["greedy"]; len(got) != 1000 || got[999] < begun+7 {
			t.Errorf("%d changes of the dealer were made, the last in batch %d", len(got), got[len(got)-1])
		}
	})
}
