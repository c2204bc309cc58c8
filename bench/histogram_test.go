package main

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func TestBucketsFollowEachOther(t *testing.T) {
	last := -1
	for d := time.Duration(0); d < slowest; d += max(1, d/500) {
		bucket := bucketOf(d)
		if bucket < last || bucket > last+1 {
			t.Fatalf("%v is in bucket %d, after %d", d, bucket, last)
		}
		last = bucket
		if top := topOf(bucket); top < d || float64(top-d) > float64(d)/64 {
			t.Fatalf("%v is in a bucket that ends at %v", d, top)
		}
	}
	if got, want := bucketOf(time.Hour), bucketOf(slowest); got != want {
		t.Errorf("an hour is in bucket %d, want the last, %d", got, want)
	}
}

func TestPercentiles(t *testing.T) {
	for _, c := range []struct {
		values             []time.Duration
		p50, p90, p99, max time.Duration
	}{
		{nil, 0, 0, 0, 0},
		{[]time.Duration{7}, 7, 7, 7, 7},
		{[]time.Duration{3, 1, 2}, 2, 3, 3, 3},
		{[]time.Duration{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 5, 9, 10, 10},
		{[]time.Duration{1, time.Hour}, 1, time.Minute, time.Minute, time.Hour},
	} {
		var h histogram
		for _, v := range c.values {
			h.add(v)
		}
		for p, want := range map[float64]time.Duration{50: c.p50, 90: c.p90, 99: c.p99} {
			if got := h.percentile(p); got < want || float64(got) > float64(want)*65/64 {
				t.Errorf("%v: p%v is %v, want %v", c.values, p, got, want)
			}
		}
		if h.max != c.max || h.total != uint64(len(c.values)) {
			t.Errorf("%v: max %v of %d, want %v", c.values, h.max, h.total, c.max)
		}
	}
}

// What several callers counted is what one would have counted, and within a bucket of what sorting gives.
func TestMergedPercentilesAreThoseOfAll(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var all []time.Duration
	var whole, merged histogram
	for range 8 {
		var part histogram
		for range 1000 {
			d := time.Duration(random.ExpFloat64() * float64(time.Millisecond))
			all = append(all, d)
			part.add(d)
			whole.add(d)
		}
		merged.merge(&part)
	}
	merged.merge(&histogram{})
	slices.Sort(all)
	previous := time.Duration(0)
	for _, p := range []float64{1, 50, 90, 99, 100} {
		got, want := merged.percentile(p), all[int(p)*len(all)/100-1]
		if got != whole.percentile(p) {
			t.Errorf("p%v: %v merged, %v as a whole", p, got, whole.percentile(p))
		}
		if got < want || float64(got) > float64(want)*65/64 {
			t.Errorf("p%v is %v, sorted %v", p, got, want)
		}
		if got < previous {
			t.Errorf("p%v is %v, less than the one before, %v", p, got, previous)
		}
		previous = got
	}
	if merged.max != all[len(all)-1] || merged.total != 8000 {
		t.Errorf("max %v of %d, want %v of 8000", merged.max, merged.total, all[len(all)-1])
	}
}
