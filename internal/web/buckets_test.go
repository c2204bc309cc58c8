package web_test

import (
	"strconv"
	"sync"
	"testing"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/web"
)

// clock is a clock that a test moves.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// take is a call of Take after a wait, and what it returns.
type take struct {
	after     time.Duration
	limit     rollcall.RateLimit
	ok        bool
	remaining int
	full      time.Duration // from now
	retry     time.Duration
}

var (
	perSecond = rollcall.RateLimit{PerMinute: 60, Burst: 3}
	perTenth  = rollcall.RateLimit{PerMinute: 600, Burst: 10}
	rare      = rollcall.RateLimit{PerMinute: 1, Burst: 1}
	unlimited = rollcall.RateLimit{}
)

var takes = map[string][]take{
	"a burst and then the rate": {
		{0, perSecond, true, 2, time.Second, 0},
		{0, perSecond, true, 1, 2 * time.Second, 0},
		{0, perSecond, true, 0, 3 * time.Second, 0},
		{0, perSecond, false, 0, 3 * time.Second, time.Second},
		{400 * time.Millisecond, perSecond, false, 0, 2600 * time.Millisecond, 600 * time.Millisecond},
		{600 * time.Millisecond, perSecond, true, 0, 3 * time.Second, 0},
		{time.Hour, perSecond, true, 2, time.Second, 0},
	},
	"a refused call takes nothing": {
		{0, rare, true, 0, time.Minute, 0},
		{30 * time.Second, rare, false, 0, 30 * time.Second, 30 * time.Second},
		{30*time.Second - 1, rare, false, 0, 1, 1},
		{1, rare, true, 0, time.Minute, 0},
	},
	"no limit": {
		{0, unlimited, true, 0, 0, 0},
		{0, unlimited, true, 0, 0, 0},
	},
	"a new limit applies at once": {
		{0, perSecond, true, 2, time.Second, 0},
		{0, perTenth, true, 1, 900 * time.Millisecond, 0},
		{0, unlimited, true, 0, 0, 0},
		{0, rare, true, 0, time.Minute, 0},
		{0, rare, false, 0, time.Minute, time.Minute},
		{0, perTenth, false, 0, time.Second, 100 * time.Millisecond},
		{100 * time.Millisecond, perTenth, true, 0, time.Second, 0},
	},
	"a clock that is set back adds no token": {
		{0, rare, true, 0, time.Minute, 0},
		{-time.Hour, rare, false, 0, time.Minute, time.Minute},
		{time.Hour + time.Minute, rare, true, 0, time.Minute, 0},
	},
}

func TestBuckets(t *testing.T) {
	for name, steps := range takes {
		t.Run(name, func(t *testing.T) {
			c := newClock()
			b := web.NewBuckets[string](0, c.now)
			for i, step := range steps {
				c.add(step.after)
				got := b.Take("a", step.limit)
				full := got.Full.Sub(c.now())
				if got.OK != step.ok || got.Remaining != step.remaining || !near(full, step.full) || !near(got.Retry, step.retry) {
					t.Errorf("step %d: Take = %+v, full in %s, want %+v", i, got, full, step)
				}
				if other := b.Take("b "+strconv.Itoa(i), step.limit); !other.OK {
					t.Errorf("step %d: Take of another key is refused, want a token", i)
				}
			}
		})
	}
}

// near allows for rounding, by less than the second that callers see.
func near(got, want time.Duration) bool { return (got - want).Abs() <= 10*time.Microsecond }

func TestBucketsAreExact(t *testing.T) {
	c := newClock()
	b := web.NewBuckets[string](0, c.now)
	limit, taken := rollcall.NewRateLimit(12_000, 0), 0
	for range 60_000 {
		if b.Take("a", limit).OK {
			taken++
		}
		c.add(time.Millisecond)
	}
	if taken != 1_000+12_000-1 {
		t.Errorf("%d tokens in a minute, want %d", taken, 1_000+12_000-1)
	}
}

func TestBucketsAreLimited(t *testing.T) {
	const most = 2_000
	c := newClock()
	b := web.NewBuckets[int](most, c.now)
	for caller := range most {
		if !b.Take(caller, rare).OK {
			t.Fatalf("Take of key %d is refused, want a token", caller)
		}
	}
	if !b.Take(most, rare).OK || b.Take(most+1, rare).OK {
		t.Error("two keys over the limit have buckets of their own, want them to share one")
	}
	if b.Take(0, rare).OK {
		t.Error("Take of an empty bucket is granted, want it refused")
	}
	if got := b.Len(); got != most {
		t.Errorf("Len = %d, want %d", got, most)
	}
	c.add(time.Minute)
	if !b.Take(most+2, rare).OK || !b.Take(most+3, rare).OK {
		t.Error("Take of new keys is refused, want full buckets to be removed")
	}
	if got := b.Len(); got != 2 {
		t.Errorf("Len = %d, want 2, those of the last minute", got)
	}
}

func TestFullBucketsAreRemoved(t *testing.T) {
	c := newClock()
	b := web.NewBuckets[int](0, c.now)
	for caller := range 100_000 {
		b.Take(caller, perTenth)
		c.add(time.Millisecond)
	}
	if got := b.Len(); got > 1_100 {
		t.Errorf("Len = %d, want about 100 that are not full, and at most 1,000 until the next sweep", got)
	}
}

func BenchmarkBuckets(b *testing.B) {
	buckets := web.NewBuckets[string](0, time.Now)
	limit := rollcall.NewRateLimit(60_000_000, 1_000_000)
	b.ReportAllocs()
	for b.Loop() {
		buckets.Take("key_01jgx0v3kzfq8b4r2m6n5t7w9y", limit)
	}
}
