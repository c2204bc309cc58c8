package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// load is what callers do to one server.
type load struct {
	address     string
	connections int
	warmUp      time.Duration // before anything is measured
	duration    time.Duration
	request     func(to []byte, n int) []byte // appends the request with the number n to the bytes
	want        int                           // the status of every answer
	holds       string                        // what the first answer that each caller gets must hold
	number      func() int                    // hands out the numbers of the requests, to all callers at once
}

// outcome is what came of a load.
type outcome struct {
	times   histogram
	elapsed time.Duration // from the end of the warm-up to the last answer
	sent    int           // the requests of the warm-up too
	work    time.Duration // of the processors for the server, for all that were sent; 0 where the system does not say
}

func (o *outcome) rate() float64 { return float64(o.times.total) / o.elapsed.Seconds() }

// stuck is how long the last answers may take after the time is up.
const stuck = 15 * time.Second

// drive puts the load on the server. Every caller waits for its answer before it sends its next request. The first answer
// with another status than the wanted one ends it, with an error that shows the answer.
func drive(ctx context.Context, l load) (outcome, error) {
	together, cancel := context.WithCancel(ctx)
	defer cancel()
	begin := time.Now().Add(l.warmUp)
	callers := make([]*caller, l.connections)
	for i := range callers {
		c, err := dial(l.address, begin.Add(l.duration+stuck))
		if err != nil {
			return outcome{}, err
		}
		defer c.close()
		callers[i] = &caller{client: c, load: l, begin: begin}
	}
	var all sync.WaitGroup
	for _, c := range callers {
		all.Go(func() {
			if c.err = c.run(together); c.err != nil {
				cancel()
			}
		})
	}
	all.Wait()
	if err := ctx.Err(); err != nil {
		return outcome{}, err
	}
	return gather(callers, begin)
}

func gather(callers []*caller, begin time.Time) (outcome, error) {
	var o outcome
	for _, c := range callers {
		o.times.merge(&c.times)
		o.sent += c.sent
		o.elapsed = max(o.elapsed, c.last.Sub(begin))
	}
	for _, c := range callers {
		if c.err != nil {
			return o, c.err // the others failed for the same reason, or were ended by this one
		}
	}
	if o.times.total == 0 {
		return o, errors.New("not one request was answered in the time that was measured")
	}
	return o, nil
}

// caller is one connection's part of a load.
type caller struct {
	*client
	load  load
	begin time.Time
	times histogram
	last  time.Time // when the last answer came
	sent  int
	err   error
}

// run calls until the time is up or ctx is done.
func (c *caller) run(ctx context.Context) error {
	var request []byte
	end := c.begin.Add(c.load.duration)
	for now := time.Now(); now.Before(end); now = c.last {
		if ctx.Err() != nil {
			return nil
		}
		request = c.load.request(request[:0], c.load.number())
		status, err := c.call(request)
		if err != nil {
			return fmt.Errorf("a request was not answered: %w", err)
		}
		c.last = time.Now()
		c.sent++
		if status != c.load.want {
			return fmt.Errorf("status %d where %d was wanted: %s", status, c.load.want, c.body)
		}
		if c.sent == 1 && !bytes.Contains(c.body, []byte(c.load.holds)) {
			return fmt.Errorf("an answer without %s: %s", c.load.holds, c.body)
		}
		if !now.Before(c.begin) {
			c.times.add(c.last.Sub(now))
		}
	}
	return nil
}
