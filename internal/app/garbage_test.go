package app_test

import (
	"runtime/debug"
	"testing"

	"example.org/rollcall/internal/app"
)

func TestCollectLessLeavesAChoiceAlone(t *testing.T) {
	before := debug.SetGCPercent(100)
	defer debug.SetGCPercent(before)
	for _, c := range []struct{ set, want int }{{100, 400}, {50, 50}, {-1, -1}} {
		debug.SetGCPercent(c.set)
		app.CollectLess()
		if got := debug.SetGCPercent(100); got != c.want {
			t.Errorf("%d became %d, want %d", c.set, got, c.want)
		}
	}
}
