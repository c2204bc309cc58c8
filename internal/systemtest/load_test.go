package systemtest_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// load is clients that create contacts one after the other, each at a site of its own, until it is stopped.
type load struct {
	client  *client
	stop    context.CancelFunc
	stopped context.Context
	clients sync.WaitGroup
	sites   []string
	sent    []atomic.Int64
	acked   []atomic.Int64
	refused atomic.Int64 // answers of 503

	mu   sync.Mutex
	took []time.Duration
}

func loadSites(n int) []string {
	sites := make([]string, n)
	for i := range sites {
		sites[i] = fmt.Sprintf("site-%02d", i)
	}
	return sites
}

// startLoad sets one client on each site. One that is answered 503 sends the same contact again until it is taken.
func startLoad(t *testing.T, c *client, sites []string) *load {
	t.Helper()
	l := &load{client: c, sites: sites, sent: make([]atomic.Int64, len(sites)), acked: make([]atomic.Int64, len(sites))}
	l.stopped, l.stop = context.WithCancel(t.Context())
	for i := range sites {
		l.clients.Go(func() { l.write(t, i) })
	}
	t.Cleanup(l.end)
	return l
}

func loadContact(site string, n int64) string { return fmt.Sprintf("%s.%06d", site, n) }

func (l *load) write(t *testing.T, i int) {
	for n := l.acked[i].Load(); l.stopped.Err() == nil; {
		l.sent[i].Store(n + 1)
		body := fmt.Sprintf(`{"contact_id": %q, "first_name": "Wilhelmina", "last_name": "Q", "phone": "+12025550100", "type": "primary"}`, loadContact(l.sites[i], n))
		began := time.Now()
		status, answer, err := l.client.call(context.Background(), http.MethodPost, contactsOf(l.sites[i]), body)
		took := time.Since(began)
		switch {
		case err != nil:
			return
		case status == http.StatusServiceUnavailable:
			l.refused.Add(1)
			if code := answer["error"].(object)["code"]; code != "unavailable" {
				t.Errorf("503 with the code %v", code)
			}
			continue
		case status != http.StatusCreated:
			t.Errorf("client %d: status %d: %v", i, status, answer)
			return
		}
		n++
		l.acked[i].Store(n)
		l.mu.Lock()
		l.took = append(l.took, took)
		l.mu.Unlock()
	}
}

// end waits until every client has its last answer.
func (l *load) end() {
	l.stop()
	l.clients.Wait()
}

// counts returns how many contacts each client had acknowledged, or sent.
func counts(of []atomic.Int64) []int64 {
	now := make([]int64, len(of))
	for i := range of {
		now[i] = of[i].Load()
	}
	return now
}

// await waits until the condition holds, which is looked at after each answer.
func (l *load) await(t *testing.T, what string, condition func() bool) {
	t.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !condition() {
		if t.Failed() {
			t.FailNow()
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("%s: not within %v; acknowledged %v, refused %d", what, patience, counts(l.acked), l.refused.Load())
		}
	}
}

func (l *load) total() (n int64) {
	for i := range l.acked {
		n += l.acked[i].Load()
	}
	return n
}

// percentiles takes the times since the last call and returns their median and the 99th percentile.
func (l *load) percentiles() (count int, median, p99 time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	took := l.took
	l.took = nil
	if len(took) == 0 {
		return 0, 0, 0
	}
	slices.Sort(took)
	return len(took), took[len(took)/2], took[len(took)*99/100]
}

// checkPrefix fails unless each site of the folder holds the first contacts of its client, in their order, at least
// those in least and at most those in most.
func checkPrefix(t *testing.T, folder string, sites []string, least, most []int64) {
	t.Helper()
	db := database(t, folder)
	for i, site := range sites {
		got := splitList(ask(t, db, `SELECT contact_id FROM contacts WHERE site_id = $1 ORDER BY seq`, site))
		if n := int64(len(got)); n < least[i] || n > most[i] {
			t.Errorf("%s: %d contacts, want from %d to %d", site, n, least[i], most[i])
		}
		for n, id := range got {
			if want := loadContact(site, int64(n)); id != want {
				t.Errorf("%s: contact %d is %s, want %s", site, n, id, want)
				break
			}
		}
	}
}

func number(t *testing.T, s string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
