package systemtest_test

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit"
)

// TestNoisyNeighbour has one key call from 200 connections, many times as often as it may, while another key works.
func TestNoisyNeighbour(t *testing.T) {
	const connections, perMinute = 200, 1_200
	a := testkit.NewApp(t)
	_, noisyKey, err := a.Service().CreateKey(t.Context(), service.Caller{Dealer: a.Dealer}, rollcall.KeyInput{
		Scopes: "*", Rate: rollcall.Given(perMinute), Burst: rollcall.Given(20),
	})
	if err != nil {
		t.Fatal(err)
	}
	quiet := work(t, a)

	ctx, stop := context.WithCancel(t.Context())
	var served, refused, other atomic.Int64
	var neighbours sync.WaitGroup
	start := time.Now()
	for range connections {
		c := newClient(t, a.URL, noisyKey)
		neighbours.Go(func() {
			// Ten times the limit, over all connections.
			tick := time.NewTicker(connections * time.Minute / (10 * perMinute))
			defer tick.Stop()
			for ctx.Err() == nil {
				status, _, err := c.call(ctx, "GET", harbour, "")
				switch {
				case err != nil && ctx.Err() != nil:
				case status == http.StatusOK:
					served.Add(1)
				case status == http.StatusTooManyRequests:
					refused.Add(1)
				default:
					other.Add(1)
				}
				select {
				case <-tick.C:
				case <-ctx.Done():
				}
			}
		})
	}
	noisy := work(t, a)
	took := time.Since(start)
	stop()
	neighbours.Wait()

	t.Logf("p99 %s alone, %s beside the noise, %.1f times as much", quiet, noisy, float64(noisy)/float64(quiet))
	t.Logf("the noisy key had %d served and %d refused in %s", served.Load(), refused.Load(), took)
	if most := 20 + int64(took.Minutes()*perMinute) + 1; served.Load() > most {
		t.Errorf("%d requests of the noisy key were served, want at most %d", served.Load(), most)
	}
	if refused.Load() == 0 || other.Load() > 0 {
		t.Errorf("%d requests of the noisy key were refused and %d got something else", refused.Load(), other.Load())
	}
}

// work sends requests of the other key, none of which may be refused, and returns the 99th percentile of what they took.
func work(t *testing.T, a *testkit.App) time.Duration {
	t.Helper()
	const requests, workers = 6_000, 4
	key := a.Key("all")
	times := make([]time.Duration, requests)
	var next atomic.Int64
	var all sync.WaitGroup
	for range workers {
		c := newClient(t, a.URL, key)
		all.Go(func() {
			for i := next.Add(1) - 1; i < requests; i = next.Add(1) - 1 {
				method, body := "GET", ""
				if i%4 == 0 {
					method, body = "PUT", `{"last_name": "Doe"}`
				}
				start := time.Now()
				status, answer, err := c.call(t.Context(), method, harbour+"/contact_789ghi", body)
				if times[i] = time.Since(start); err != nil || status != http.StatusOK {
					t.Errorf("request %d of the other key got %d %v, %v", i, status, answer, err)
					return
				}
			}
		})
	}
	all.Wait()
	slices.Sort(times)
	return times[requests*99/100]
}
