package engine

import (
	"strings"
	"testing"
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
		var q Queue[string]
		dealer := func(item string) string { return item[:1] }
		for _, item := range strings.Fields(tt.pushed) {
			q.Push(dealer(item), item)
		}
		for _, item := range strings.Fields(tt.removed) {
			if got, want := q.Remove(dealer(item), item), strings.Contains(tt.pushed, item); got != want {
				t.Errorf("remove(%s) from %q = %t, want %t", item, tt.pushed, got, want)
			}
		}
		var got []string
		for {
			_, item, ok := q.Pop(func(d string) bool { return d != tt.not })
			if !ok {
				break
			}
			got = append(got, item)
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%q without %q, %q refused: popped %q, want %q", tt.pushed, tt.removed, tt.not, strings.Join(got, " "), tt.want)
		}
		if tt.not == "" && (len(q.order) != 0 || len(q.waiting) != 0) {
			t.Errorf("%q leaves %v and %v behind", tt.pushed, q.order, q.waiting)
		}
	}
}
