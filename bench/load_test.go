package main

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// trivial serves handler and returns a load on it of 200 ms.
func trivial(t *testing.T, handler http.HandlerFunc) load {
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	var next atomic.Int64
	return load{
		address:     strings.TrimPrefix(server.URL, "http://"),
		connections: 4,
		warmUp:      50 * time.Millisecond,
		duration:    200 * time.Millisecond,
		want:        http.StatusOK,
		holds:       "hello",
		number:      func() int { return int(next.Add(1)) },
		request: func(to []byte, _ int) []byte {
			return appendRequest(to, request{http.MethodGet, "/", ""}, "key")
		},
	}
}

func TestDriveCounts(t *testing.T) {
	var answered, open atomic.Int64
	l := trivial(t, func(w http.ResponseWriter, _ *http.Request) {
		if open.Add(1) > 4 {
			t.Error("more requests at once than connections")
		}
		defer open.Add(-1)
		answered.Add(1)
		_, _ = w.Write([]byte("hello"))
	})
	o, err := drive(t.Context(), l)
	if err != nil {
		t.Fatal(err)
	}
	measured := int64(o.times.total)
	if int64(o.sent) != answered.Load() || measured == 0 || measured >= int64(o.sent) {
		t.Errorf("%d sent, %d answered, %d measured", o.sent, answered.Load(), measured)
	}
	if o.elapsed < 150*time.Millisecond || o.elapsed > 5*time.Second {
		t.Errorf("measured for %v", o.elapsed)
	}
	if got := o.rate() * o.elapsed.Seconds(); got < float64(measured)-0.5 || got > float64(measured)+0.5 {
		t.Errorf("a rate of %f over %v for %d answers", o.rate(), o.elapsed, measured)
	}
	p50, p90, p99 := o.times.percentile(50), o.times.percentile(90), o.times.percentile(99)
	if p50 <= 0 || p50 > p90 || p90 > p99 || p99 > o.times.max {
		t.Errorf("p50 %v, p90 %v, p99 %v, max %v", p50, p90, p99, o.times.max)
	}
}

func TestDriveFailsOnAnotherStatus(t *testing.T) {
	var answered atomic.Int64
	l := trivial(t, func(w http.ResponseWriter, _ *http.Request) {
		if answered.Add(1) == 20 {
			w.WriteHeader(http.StatusTooManyRequests)
		}
		_, _ = w.Write([]byte("hello, slower"))
	})
	_, err := drive(t.Context(), l)
	if want := "status 429 where 200 was wanted: hello, slower"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

func TestDriveFailsOnAnotherAnswer(t *testing.T) {
	l := trivial(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("good-bye")) })
	_, err := drive(t.Context(), l)
	if want := "an answer without hello: good-bye"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

func TestDriveEndsWhenAsked(t *testing.T) {
	l := trivial(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("hello")) })
	l.duration = time.Minute
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	begin := time.Now()
	if _, err := drive(ctx, l); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
	if took := time.Since(begin); took > 20*time.Second {
		t.Errorf("it took %v", took)
	}
}
