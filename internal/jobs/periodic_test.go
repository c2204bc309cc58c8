package jobs_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"example.org/rollcall/internal/jobs"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// TestPeriodicWorkRunsOnce checks that of several processes one does what is due at the start.
func TestPeriodicWorkRunsOnce(t *testing.T) {
	each(t, func(t *testing.T, first *desk) {
		second := open(t, first.engine, first.where)
		swept, ran := make(chan time.Duration, 10), make(chan struct{}, 200)
		w := work{swept: swept, deliver: func(context.Context, service.DeliverJob) error {
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
			t.Errorf("%d more sweeps, want one", more)
		}
	})
}

func TestExpiryRunsAtTheStart(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		swept := make(chan time.Duration)
		d.run(work{swept: swept}, jobs.Options{})
		await(t, "the sweep", swept)
	})
}

// TestSweepWaitsForNoMessage checks that a sweep has a worker and a time-out of its own.
func TestSweepWaitsForNoMessage(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		swept, begun, end := make(chan time.Duration), make(chan struct{}, 3), make(chan struct{})
		defer close(end)
		for n := range 3 {
			d.enqueue(nil, rollcall.ValidationID(fmt.Sprint(n)))
		}
		d.run(work{swept: swept, deliver: func(context.Context, service.DeliverJob) error {
			begun <- struct{}{}
			<-end
			return nil
		}}, jobs.Options{Workers: 1, Timeout: time.Second})
		await(t, "the message", begun)
		if got := await(t, "the sweep", swept); got < 45*time.Second || got > 50*time.Second {
			t.Errorf("the sweep may take %v, want 50 s", got)
		}
	})
}
