package systemtest_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

const (
	stormClients = 32
	stormCreates = 2000
	stormCopies  = 3 // of each request, sent at once
	stormCrashes = 5
)

// storm is many clients that send each of their requests several times at once, until every one was answered, while the
// server is killed beneath them.
type storm struct {
	folder, key string
	client      atomic.Pointer[client]
	next        atomic.Int64
	answered    atomic.Int64
	stretch     chan struct{} // gets one whenever another part of the creates is answered

	mu      sync.Mutex
	answers map[string]map[string]bool // by Idempotency-Key, every answer of success
	doubts  int                        // requests whose answer never came
}

// TestRetryStorm holds that each of 2,000 creates, sent three times at once by 32 clients and again whenever the server
// died beneath it, five times in all, makes one contact and has one answer.
func TestRetryStorm(t *testing.T) {
	t.Parallel()
	s := &storm{folder: t.TempDir(), answers: map[string]map[string]bool{}, stretch: make(chan struct{}, stormCrashes+2)}
	_, s.key = prepare(t, s.folder, "storm")
	server, url := s.serve(t)
	s.client.Store(newClient(t, url, s.key))
	var clients sync.WaitGroup
	for range stormClients {
		clients.Go(func() { s.run(t) })
	}
	for range stormCrashes {
		awaitOrEnd(t, s.stretch, server)
		server.Kill(t)
		server, url = s.serve(t)
		s.client.Store(newClient(t, url, s.key))
	}
	clients.Wait()
	s.check(t)
	server.Kill(t)
	checkWhole(t, s.folder)
}

func (s *storm) serve(t *testing.T) (*process, string) {
	t.Helper()
	return serve(t, s.folder, "--max-contacts-per-site", "100000")
}

// run takes one create after the other and sends it until every copy was answered.
func (s *storm) run(t *testing.T) {
	for {
		n := s.next.Add(1)
		if n > stormCreates || t.Failed() {
			return
		}
		var copies sync.WaitGroup
		for range stormCopies {
			copies.Go(func() { s.insist(t, n) })
		}
		copies.Wait()
		if s.answered.Add(1)%(stormCreates/(stormCrashes+1)) == 0 {
			s.stretch <- struct{}{}
		}
	}
}

// insist sends a create until it is answered.
func (s *storm) insist(t *testing.T, n int64) {
	key := fmt.Sprintf("create-%d", n)
	body := fmt.Sprintf(`{"first_name": "N%d", "last_name": "", "type": "primary", "phone": "+1 202 555 0142"}`, n)
	for !t.Failed() {
		status, answer, err := s.client.Load().callOnce(t.Context(), http.MethodPost, contactsOf("storm"), body, key)
		switch {
		case err != nil:
			s.mu.Lock()
			s.doubts++
			s.mu.Unlock()
		case status == http.StatusCreated:
			s.mu.Lock()
			if s.answers[key] == nil {
				s.answers[key] = map[string]bool{}
			}
			s.answers[key][fmt.Sprint(answer["data"])] = true
			s.mu.Unlock()
			return
		case status != http.StatusConflict && status != http.StatusServiceUnavailable:
			t.Errorf("%s: status %d: %v", key, status, answer)
		}
	}
}

// check holds the contacts that are there against the answers.
func (s *storm) check(t *testing.T) {
	t.Helper()
	data := s.client.Load().must(t, http.StatusOK, http.MethodGet, contactsOf("storm"), "")
	there := map[string]int{}
	for _, c := range data["contacts"].([]any) {
		there[fmt.Sprint(c)]++
	}
	t.Logf("%d contacts after %d creates, sent %d times each at once, %d of them without an answer, over %d crashes",
		len(there), len(s.answers), stormCopies, s.doubts, stormCrashes)
	if got := int(data["total_count"].(float64)); got != stormCreates || len(there) != stormCreates || len(s.answers) != stormCreates {
		t.Errorf("%d contacts, %d of them different, for %d answered creates; want %d", got, len(there), len(s.answers), stormCreates)
	}
	for key, answers := range s.answers {
		for answer := range answers {
			if len(answers) != 1 || there[answer] != 1 {
				t.Errorf("%s has %d answers, and is there %d times: %s", key, len(answers), there[answer], strings.ToValidUTF8(answer, "?"))
			}
		}
	}
}
