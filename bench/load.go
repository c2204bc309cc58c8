package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
)

// phase is one kind of request.
type phase struct {
	name   string
	method string
	want   int // the status of every answer
	path   func(n, sites int) string
	body   func(n int) string // nil: none
}

func phases() []phase {
	return []phase{
		{name: "create", method: http.MethodPost, want: http.StatusCreated, path: createPath, body: newContact},
		{name: "put", method: http.MethodPut, want: http.StatusOK, path: contactPath, body: newName},
		{name: "get", method: http.MethodGet, want: http.StatusOK, path: contactPath},
		{name: "list", method: http.MethodGet, want: http.StatusOK, path: listPath},
	}
}

func phaseNames() (names []string) {
	for _, p := range phases() {
		names = append(names, p.name)
	}
	return names
}

// fill is a phase that creates what the others need, with so many requests for each site.
type fill struct {
	phase
	each int
}

func filling() []fill {
	const sites = "/ext/v1/sites"
	site := func(id func(int) string) fill {
		return fill{phase{name: "fill", method: http.MethodPost, want: http.StatusCreated, path: func(int, int) string { return sites },
			body: func(n int) string { return `{"name":"Harbour Street warehouse","site_id":"` + id(n) + `"}` }}, 1}
	}
	return []fill{site(readSite), site(createSite), {phase{name: "fill", method: http.MethodPost, want: http.StatusCreated,
		path: func(n, _ int) string { return sites + "/" + readSite(n/contactsPerSite) + "/contacts" },
		body: func(n int) string {
			return `{"contact_id":"` + contactID(n/contactsPerSite, n%contactsPerSite) + `",` + newContact(n)[1:]
		}}, contactsPerSite}}
}

// exactly is a pacer that sends so many requests, as fast as they are answered.
type exactly uint64

// Pace implements vegeta.Pacer.
func (n exactly) Pace(_ time.Duration, sent uint64) (time.Duration, bool) {
	return 0, sent >= uint64(n)
}

// Rate implements vegeta.Pacer.
func (exactly) Rate(time.Duration) float64 { return 0 }

// choose returns the phases that only names, all if it is empty.
func choose(only string) (chosen []phase, err error) {
	if only == "" {
		return phases(), nil
	}
	for name := range strings.SplitSeq(only, ",") {
		count := len(chosen)
		for _, p := range phases() {
			if p.name == name {
				chosen = append(chosen, p)
			}
		}
		if len(chosen) == count {
			return nil, fmt.Errorf("no phase %q; the phases are %s", name, strings.Join(phaseNames(), ", "))
		}
	}
	return chosen, nil
}

// Requests that follow each other go to different sites.
func readSite(n int) string        { return "site_" + strconv.Itoa(n) }
func createSite(n int) string      { return "new_" + strconv.Itoa(n) }
func contactID(site, i int) string { return fmt.Sprintf("contact_%d_%d", site, i) }

func createPath(n, sites int) string { return "/ext/v1/sites/" + createSite(n%sites) + "/contacts" }

func listPath(n, sites int) string { return "/ext/v1/sites/" + readSite(n%sites) + "/contacts" }

func contactPath(n, sites int) string {
	return listPath(n, sites) + "/" + contactID(n%sites, n/sites%contactsPerSite)
}

func newContact(int) string {
	return `{"first_name":"Jane","last_name":"Smith","email":"jane.smith@example.org","phone":"+1-555-0456",` +
		`"type":"emergency","role":"manager","notification_preferences":{"email":true,"sms":true,"push":false}}`
}

// newName differs in each request, since a PUT that changes nothing writes nothing.
func newName(n int) string {
	return `{"last_name":"Smith ` + strconv.Itoa(n) + `","notification_preferences":{"push":false}}`
}

// measure runs all phases on all servers, round by round.
func measure(ctx context.Context, s settings, servers []*server, progress io.Writer) ([]result, error) {
	var results []result
	for _, p := range s.phases {
		results = append(results, result{phase: p.name})
	}
	for round := range s.rounds {
		for n, p := range s.phases {
			fmt.Fprintf(progress, "round %d of %d: %s\n", round+1, s.rounds, p.name)
			measured := make([]figures, len(servers))
			for i := range servers {
				i = (i + round) % len(servers) // the first in one round is the second in the next
				var err error
				if measured[i], err = servers[i].attack(ctx, p, s); err != nil {
					return nil, fmt.Errorf("%s of %s: %w", p.name, sides[i], err)
				}
			}
			results[n].rounds = append(results[n].rounds, measured)
		}
	}
	for _, server := range servers {
		server.loaded = memory(server.process.Process.Pid)
	}
	return results, nil
}

// attack sends the requests of a phase: first a warm-up, then the measurement.
func (s *server) attack(ctx context.Context, p phase, set settings) (figures, error) {
	transport := &http.Transport{MaxIdleConnsPerHost: set.connections}
	defer transport.CloseIdleConnections()
	caller := &http.Client{Transport: transport, Timeout: patience}
	pace := vegeta.Rate{Freq: set.rate, Per: time.Second}
	if set.warmUp > 0 {
		if _, err := s.send(ctx, caller, p, set, pace, set.warmUp); err != nil {
			return figures{}, err
		}
	}
	before := processorTime(s.process.Process.Pid)
	m, err := s.send(ctx, caller, p, set, pace, set.duration)
	if err != nil {
		return figures{}, err
	}
	work := processorTime(s.process.Process.Pid) - before
	return figures{
		rate: m.Throughput, p50: millis(m.Latencies.P50), p90: millis(m.Latencies.P90), p99: millis(m.Latencies.P99),
		work: 1000 * millis(work) / float64(m.Requests),
	}, nil
}

func millis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func (s *server) send(ctx context.Context, caller *http.Client, p phase, set settings, pace vegeta.Pacer, d time.Duration) (*vegeta.Metrics, error) {
	workers := uint64(set.connections)
	attacker := vegeta.NewAttacker(vegeta.Client(caller), vegeta.Workers(workers), vegeta.MaxWorkers(workers))
	defer context.AfterFunc(ctx, func() { attacker.Stop() })()
	var m vegeta.Metrics
	for result := range attacker.Attack(s.targets(p, set.sites), pace, d, p.name) {
		m.Add(result)
	}
	m.Close()
	switch right := m.StatusCodes[strconv.Itoa(p.want)]; {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case m.Requests == 0:
		return nil, errors.New("no request was sent")
	case uint64(right) != m.Requests:
		return nil, fmt.Errorf("%d of %d answers have the status %d; all: %v %v", right, m.Requests, p.want, m.StatusCodes, m.Errors)
	}
	return &m, nil
}

// targets returns the requests of a phase, one after the other. It is called by one goroutine of each worker.
func (s *server) targets(p phase, sites int) vegeta.Targeter {
	header := s.header()
	return func(t *vegeta.Target) error {
		n := int(s.next.Add(1))
		t.Method, t.URL, t.Header = p.method, s.url+p.path(n, sites), header
		if p.body != nil {
			t.Body = []byte(p.body(n))
		}
		return nil
	}
}
