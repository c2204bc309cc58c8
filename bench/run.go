package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"sync/atomic"
	"time"
)

// runLoad measures what the flags choose and prints it.
func runLoad(ctx context.Context, args []string, out, errs io.Writer) (err error) {
	s, err := parseSettings(args, errs)
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp(s.folder, "rollcall-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	b := &bench{settings: s, requests: requests{sites: s.sites, contacts: s.contacts}, errs: errs}
	r, err := b.run(ctx, folder)
	if err != nil {
		return err
	}
	if s.json {
		return printJSON(out, r)
	}
	return r.print(out)
}

// bench is one run: its servers and what came of its phases so far.
type bench struct {
	settings
	requests requests
	errs     io.Writer
	servers  map[string]*child
	next     atomic.Int64         // the number of the next request, of all phases
	outcomes map[string][]outcome // by phase, one for each round
	created  int                  // the contacts that were created through Rollcall
}

func (b *bench) run(ctx context.Context, folder string) (_ report, err error) {
	if err := b.start(ctx, folder); err != nil {
		return report{}, errors.Join(err, b.stop())
	}
	defer func() { err = errors.Join(err, b.stop()) }()
	b.outcomes = map[string][]outcome{}
	for round := range b.rounds {
		for _, p := range b.chosen() {
			o, err := b.measure(ctx, p)
			if err != nil {
				return report{}, fmt.Errorf("%s: %w", p.name, err)
			}
			fmt.Fprintf(b.errs, "round %d of %d: %-16s %8.0f a second\n", round+1, b.rounds, p.name, o.rate())
			b.outcomes[p.name] = append(b.outcomes[p.name], o)
		}
	}
	if err := b.checkCreated(ctx); err != nil {
		return report{}, err
	}
	sync, err := syncTime(folder)
	if err != nil {
		return report{}, err
	}
	r := b.report()
	r.SyncMicros = sync.Microseconds()
	r.MemoryAfterLoad = memory(b.servers[rollcallServer].command.Process.Pid)
	return r, nil
}

// chosen returns the phases to run, in their order.
func (b *bench) chosen() []phase {
	return slices.DeleteFunc(phases(), func(p phase) bool {
		return len(b.only) > 0 && !slices.Contains(b.only, p.name)
	})
}

// start starts Rollcall, and the baseline with the answers that Rollcall gives.
func (b *bench) start(ctx context.Context, folder string) error {
	b.servers = map[string]*child{}
	data := filepath.Join(folder, "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		return err
	}
	args := []string{rollcallServer, "-data", data, "-sites", strconv.Itoa(b.sites), "-contacts", strconv.Itoa(b.contacts)}
	if b.profile != "" {
		args = append(args, "-cpuprofile", b.profile)
	}
	server, err := startChild(b.errs, b.env, args...)
	if err != nil {
		return err
	}
	b.servers[rollcallServer] = server
	answers := map[string]recorded{}
	for _, r := range []request{b.requests.create(0), b.requests.get(0)} {
		answer, err := record(ctx, server.Address, server.Key, r)
		if err != nil {
			return err
		}
		answers[r.method] = answer
	}
	b.created++
	text, err := json.Marshal(answers)
	if err != nil {
		return err
	}
	file := filepath.Join(folder, "answers.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return err
	}
	if server, err = startChild(b.errs, nil, baselineServer, "-answers", file); err == nil {
		b.servers[baselineServer] = server
	}
	return err
}

func (b *bench) stop() error {
	var errs []error
	for name, server := range b.servers {
		if err := server.stop(); err != nil {
			errs = append(errs, fmt.Errorf("the server %s: %w", name, err))
		}
	}
	return errors.Join(errs...)
}

func (b *bench) measure(ctx context.Context, p phase) (outcome, error) {
	server, key := b.servers[p.server], b.servers[rollcallServer].Key
	l := load{
		address:     server.Address,
		connections: b.connections,
		warmUp:      b.warmUp,
		duration:    b.duration,
		want:        p.want,
		holds:       p.holds,
		number:      func() int { return int(b.next.Add(1)) },
		request: func(to []byte, n int) []byte {
			return appendRequest(to, p.request(&b.requests, n), key)
		},
	}
	if p.one {
		l.connections = 1
	}
	before := processorTime(server.command.Process.Pid)
	o, err := drive(ctx, l)
	o.work = processorTime(server.command.Process.Pid) - before
	if p.server == rollcallServer && p.want == http.StatusCreated {
		b.created += o.sent
	}
	return o, err
}

// checkCreated compares what Rollcall holds with what it said it had created.
func (b *bench) checkCreated(ctx context.Context) error {
	server := b.servers[rollcallServer]
	c, err := dial(server.Address, time.Now().Add(time.Minute))
	if err != nil {
		return err
	}
	defer c.close()
	total := regexp.MustCompile(`"total_count":(\d+)`)
	held := 0
	for n := range b.sites {
		if err := ctx.Err(); err != nil {
			return err
		}
		path := "/ext/v1/sites/" + siteID(createSite, n) + "/contacts?per_page=1"
		status, err := c.call(appendRequest(nil, request{http.MethodGet, path, ""}, server.Key))
		if err != nil {
			return err
		}
		found := total.FindSubmatch(c.body)
		if status != http.StatusOK || found == nil {
			return fmt.Errorf("status %d for a list: %s", status, c.body)
		}
		count, err := strconv.Atoi(string(found[1]))
		if err != nil {
			return err
		}
		held += count
	}
	if held != b.created {
		return fmt.Errorf("%d contacts were created and %d are there", b.created, held)
	}
	return nil
}

// syncTime returns how long it takes, in the median, until a page that is written to the disk of a folder is durable.
func syncTime(folder string) (time.Duration, error) {
	f, err := os.Create(filepath.Join(folder, "sync"))
	if err != nil {
		return 0, err
	}
	defer f.Close()
	var times histogram
	page := bytes.Repeat([]byte{1}, 4096)
	for range 200 {
		begin := time.Now()
		if _, err := f.Write(page); err != nil {
			return 0, err
		}
		if err := f.Sync(); err != nil {
			return 0, err
		}
		times.add(time.Since(begin))
	}
	return times.percentile(50), nil
}
