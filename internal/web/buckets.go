package web

import (
	"math"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"example.org/rollcall/internal/rollcall"
)

// Buckets limits callers by a token bucket for each. It forgets buckets that are full again, since a new one says the
// same, so what it holds is bounded by how many callers were busy lately. Its methods may be called by several goroutines
// at once.
type Buckets[K comparable] struct {
	now  func() time.Time
	most int

	mu     sync.Mutex
	kept   map[K]*rate.Limiter
	shared *rate.Limiter // of all for which there was no room; nil until then
	swept  time.Time
	next   int // how many are kept when the full ones are next looked for
}

// Level is what is left in a bucket.
type Level struct {
	OK        bool          // a token was there, and was taken
	Remaining int           // whole tokens
	Full      time.Time     // when the bucket is full again; now where it is
	Retry     time.Duration // until there is a token, where OK is false
}

const (
	sweepFrom  = 1024
	sweepEvery = time.Second // at most, where there is no room
)

// NewBuckets returns buckets for at most so many busy callers, which are full. Callers beyond them share one bucket. 0
// means any number: the callers must then be known ones.
func NewBuckets[K comparable](most int, now func() time.Time) *Buckets[K] {
	return &Buckets[K]{now: now, most: most, kept: map[K]*rate.Limiter{}, next: sweepFrom}
}

// Take takes a token from the caller's bucket. The limit is the caller's at the moment: where it is another than the last
// time, it holds at once, for the tokens that are there.
func (b *Buckets[K]) Take(caller K, limit rollcall.RateLimit) Level {
	now := b.now()
	b.mu.Lock()
	defer b.mu.Unlock()
	if limit.PerMinute <= 0 {
		delete(b.kept, caller)
		return Level{OK: true, Full: now}
	}
	perSecond := rate.Limit(float64(limit.PerMinute) / 60)
	bucket := b.bucket(caller, perSecond, limit.Burst, now)
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
	const rounding = 1e-9 // must not hide a token that is there
	level.Remaining = int(tokens + rounding)
	return level
}

// seconds rounds to the microsecond, so that no rounding error makes a whole second of itself on the way to a header.
func seconds(n float64) time.Duration {
	return time.Duration(math.Round(n*1e6)) * time.Microsecond
}

func (b *Buckets[K]) bucket(caller K, limit rate.Limit, burst int, now time.Time) *rate.Limiter {
	if found, ok := b.kept[caller]; ok {
		return found
	}
	full := b.most > 0 && len(b.kept) >= b.most
	if len(b.kept) >= b.next || full && !now.Before(b.swept.Add(sweepEvery)) {
		b.sweep(now)
		full = b.most > 0 && len(b.kept) >= b.most
	}
	if full {
		if b.shared == nil {
			b.shared = rate.NewLimiter(limit, burst)
		}
		return b.shared
	}
	made := rate.NewLimiter(limit, burst)
	b.kept[caller] = made
	return made
}

// sweep forgets the buckets that are full.
func (b *Buckets[K]) sweep(now time.Time) {
	for caller, bucket := range b.kept {
		if bucket.TokensAt(now) >= float64(bucket.Burst()) {
			delete(b.kept, caller)
		}
	}
	b.swept = now
	b.next = max(sweepFrom, 2*len(b.kept))
}
