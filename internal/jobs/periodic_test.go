package jobs_test

import (
	"context"
	"fmt"
	"testing"

	"example.org/rollcall/internal/jobs"
	"example.org/rollcall/internal/rollcall"
)

// TestPeriodicWorkRunsOnce holds that of several processes one does what is due at the start.
func TestPeriodicWorkRunsOnce(t *testing.T) {
	each(t, func(t *testing.T, first *desk) {
		second := open(t, first.engine, first.where)
		swept, ran := make(chan struct{}, 10), make(chan struct{}, 200)
		w := work{swept: swept, deliver: func(context.Context, rollcall.DeliverJob) error {
			ran <- struct{}{}
			return nil
		}}
		first.run(w, jobs.Options{})
		second.run(w, jobs.Options{})
		await(t, "the sweep", swept)
		for n := range 100 { // time for another
			second.enqueue(nil, rollcall.ValidationID(fmt.Sprint(n)))
			await(t, "job", ran)
		}
		if more := len(swept); more > 0 {
			t.Errorf("%d sweeps too many", more)
		}
	})
}
