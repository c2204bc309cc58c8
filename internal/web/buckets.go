package web

import (
	"math"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"example.org/rollcall/internal/rollcall"
)

// Buckets limits the rate of requests with a token bucket for each key. Full buckets are removed, since a new one is the
// same, so memory depends on how many keys were used lately. It is safe for concurrent use.
type Buckets[K comparable] struct {
	now        func() time.Time
	maxBuckets int

	mu      sync.Mutex
	buckets map[K]*rate.Limiter
	shared  *rate.Limiter // of every key that has no bucket of its own because there are too many; nil until needed
	swept   time.Time     // when full buckets were last removed
	sweepAt int           // how many buckets there are when full ones are next removed
}

// Level is what a bucket holds after Take.
type Level struct {
	OK        bool          // a token was taken
	Remaining int           // whole tokens
	Full      time.Time     // when the bucket is full again; now if it is full
	Retry     time.Duration // until there is a token; 0 if OK
}

const (
	minSweep      = 1024        // buckets
	sweepInterval = time.Second // at least, when there are too many buckets
)

// NewBuckets returns at most maxBuckets buckets, all full; keys beyond them share one bucket. 0 sets no limit, which is
// safe only for keys that strangers can't choose.
func NewBuckets[K comparable](maxBuckets int, now func() time.Time) *Buckets[K] {
	return &Buckets[K]{now: now, maxBuckets: maxBuckets, buckets: map[K]*rate.Limiter{}, sweepAt: minSweep}
}

// Take takes a token from the bucket of the key. A limit that differs from the last one applies at once, to the tokens that
// the bucket has. A limit of 0 a minute allows everything.
func (b *Buckets[K]) Take(key K, limit rollcall.RateLimit) Level {
	now := b.now()
	b.mu.Lock()
	defer b.mu.Unlock()
	if limit.PerMinute <= 0 {
		delete(b.buckets, key)
		return Level{OK: true, Full: now}
	}
	perSecond := rate.Limit(float64(limit.PerMinute) / 60)
	bucket := b.bucket(key, perSecond, limit.Burst, now)
	if bucket.Limit() != perSecond || bucket.Burst() != limit.Burst {
		bucket.SetLimitAt(now, perSecond)
		bucket.SetBurstAt(now, limit.Burst)
	}
	level := Level{OK: bucket.AllowN(now, 1)}
	tokens := bucket.TokensAt(now)
	level.Full = now.Add(seconds((float64(limit.Burst) - tokens) / float64(perSecond)))
	if !level.OK {
		level.Retry = max(time.Microsecond, seconds((1-tokens)/float64(perSecond)))
		return level
	}
	const rounding = 1e-9 // so that a rounding error hides no token
	level.Remaining = int(tokens + rounding)
	return level
}

// seconds rounds to microseconds, so that a rounding error doesn't become a whole second in a header.
func seconds(n float64) time.Duration {
	return time.Duration(math.Round(n*1e6)) * time.Microsecond
}

func (b *Buckets[K]) bucket(key K, limit rate.Limit, burst int, now time.Time) *rate.Limiter {
	if found, ok := b.buckets[key]; ok {
		return found
	}
	tooMany := b.maxBuckets > 0 && len(b.buckets) >= b.maxBuckets
	if len(b.buckets) >= b.sweepAt || tooMany && !now.Before(b.swept.Add(sweepInterval)) {
		b.sweep(now)
		tooMany = b.maxBuckets > 0 && len(b.buckets) >= b.maxBuckets
	}
	if tooMany {
		if b.shared == nil {
			b.shared = rate.NewLimiter(limit, burst)
		}
		return b.shared
	}
	bucket := rate.NewLimiter(limit, burst)
	b.buckets[key] = bucket
	return bucket
}

// sweep removes full buckets.
func (b *Buckets[K]) sweep(now time.Time) {
	for key, bucket := range b.buckets {
		if bucket.TokensAt(now) >= float64(bucket.Burst()) {
			delete(b.buckets, key)
		}
	}
	b.swept = now
	b.sweepAt = max(minSweep, 2*len(b.buckets))
}
