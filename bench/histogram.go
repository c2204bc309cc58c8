package main

import (
	"math"
	"math/bits"
	"time"
)

const (
	fineBits = 6 // below 2^(fineBits+1) ns each duration has a bucket of its own
	fine     = 1 << fineBits
	// slowest is the longest duration that is told from longer ones.
	slowest = time.Minute
)

// histogram counts durations in buckets that are less than 1/64 of the duration wide, which is enough for percentiles and
// costs no more for a million of them than for one. Its zero value is empty.
type histogram struct {
	counts []uint64
	total  uint64
	max    time.Duration
}

func bucketOf(d time.Duration) int {
	n := uint64(max(0, min(d, slowest)))
	if n < 2*fine {
		return int(n)
	}
	shift := bits.Len64(n) - fineBits - 1
	return shift<<fineBits + int(n>>shift)
}

// topOf returns the longest duration in a bucket.
func topOf(bucket int) time.Duration {
	if bucket < 2*fine {
		return time.Duration(bucket)
	}
	shift := bucket>>fineBits - 1
	lead := uint64(bucket&(fine-1) + fine)
	return time.Duration((lead+1)<<shift - 1)
}

func (h *histogram) add(d time.Duration) {
	if h.counts == nil {
		h.counts = make([]uint64, bucketOf(slowest)+1)
	}
	h.counts[bucketOf(d)]++
	h.total++
	h.max = max(h.max, d)
}

func (h *histogram) merge(other *histogram) {
	if other.total == 0 {
		return
	}
	if h.counts == nil {
		h.counts = make([]uint64, bucketOf(slowest)+1)
	}
	for i, n := range other.counts {
		h.counts[i] += n
	}
	h.total += other.total
	h.max = max(h.max, other.max)
}

// percentile returns the duration that so many in a hundred do not exceed; 0 where nothing was counted.
func (h *histogram) percentile(p float64) time.Duration {
	// The rank is rounded up: the 50th percentile of three is the second.
	rank := max(1, uint64(math.Ceil(p*float64(h.total)/100)))
	var seen uint64
	for bucket, n := range h.counts {
		if seen += n; seen >= rank {
			return min(topOf(bucket), h.max)
		}
	}
	return h.max
}
