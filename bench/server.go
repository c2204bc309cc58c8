package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"sync/atomic"
	"time"
)

// patience is how long a server may take to start or to stop.
const patience = 30 * time.Second

// contactsPerSite is how many contacts each site has that is read.
const contactsPerSite = 10

// server is a Rollcall process, and what was measured about it.
type server struct {
	url, key string
	process  *exec.Cmd
	size     int64         // of the program's file, in bytes
	ready    time.Duration // from the start to the first 200 of /readyz
	rest     int64         // bytes in memory after a rest; 0: this system does not say
	loaded   int64         // the same after all phases
	next     atomic.Int64  // the number of the last request
}

// build compiles the program of the source tree in dir.
func build(ctx context.Context, dir, program string) error {
	file, err := filepath.Abs(program)
	if err != nil {
		return err
	}
	return command(ctx, dir, "go", "build", "-o", file, "./cmd/rollcall")
}

// command runs a program in dir; an error holds what it printed.
func command(ctx context.Context, dir, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %q: %w\n%s", name, args, err, out)
	}
	return nil
}

// start starts the program on an empty folder, with a dealer and a key, and returns when it is ready.
func start(ctx context.Context, program, folder string, env []string) (*server, error) {
	info, err := os.Stat(program)
	if err != nil {
		return nil, err
	}
	s := &server{size: info.Size()}
	env = append(os.Environ(), append([]string{"ROLLCALL_DATA=" + folder}, env...)...)
	var dealer struct {
		ID string `json:"dealer_id"`
	}
	if err := ask(ctx, program, env, &dealer, "dealer", "create", "--name", "Harbour Alarm"); err != nil {
		return nil, err
	}
	var key struct {
		Key string `json:"api_key"`
	}
	if err := ask(ctx, program, env, &key, "key", "create", "--dealer", dealer.ID, "--scopes", "*"); err != nil {
		return nil, err
	}
	s.key = key.Key
	return s, s.serve(ctx, program, filepath.Join(folder, "requests.log"), env)
}

// ask runs a command of Rollcall and decodes the JSON that it prints.
func ask(ctx context.Context, program string, env []string, into any, args ...string) error {
	cmd := exec.CommandContext(ctx, program, append(args, "--format", "json")...)
	cmd.Env = env
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("rollcall %q: %w\n%s", args, err, errs.Bytes())
	}
	return json.Unmarshal(out, into)
}

// readyLine is the log line that says where the server listens.
var readyLine = regexp.MustCompile(`msg=ready url=(\S+)`)

// serve starts the server, whose limits are on but out of reach, and waits until it is ready.
func (s *server) serve(ctx context.Context, program, logFile string, env []string) error {
	log, err := os.Create(logFile)
	if err != nil {
		return err
	}
	defer log.Close()
	//nolint:noctx // it is stopped by a signal, after what it still writes
	s.process = exec.Command(program, "serve", "--listen", "127.0.0.1:0", "--delivery", "capture",
		"--rate", "1000000000", "--max-contacts-per-site", "1000000000")
	s.process.Env, s.process.Stderr = env, log
	began := time.Now()
	if err := s.process.Start(); err != nil {
		return err
	}
	for time.Since(began) < patience && ctx.Err() == nil {
		text, err := os.ReadFile(logFile)
		if err != nil {
			return errors.Join(err, s.stop())
		}
		if match := readyLine.FindSubmatch(text); match != nil {
			s.url = string(match[1])
			if err := s.isReady(ctx); err == nil {
				s.ready = time.Since(began)
				return nil
			}
		}
		time.Sleep(time.Millisecond)
	}
	text, _ := os.ReadFile(logFile)
	return errors.Join(fmt.Errorf("the server is not ready after %v; its log:\n%s", time.Since(began), text), ctx.Err(), s.stop())
}

func (s *server) isReady(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/readyz", http.NoBody)
	if err != nil {
		return err
	}
	req.Close = true
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("/readyz answers %s", resp.Status)
	}
	return errors.Join(err, resp.Body.Close())
}

// stop ends the server as Ctrl-C does, or kills it if that takes too long.
func (s *server) stop() error {
	if err := s.process.Process.Signal(os.Interrupt); err != nil {
		return errors.Join(s.process.Process.Kill(), s.process.Wait())
	}
	defer time.AfterFunc(patience, func() { _ = s.process.Process.Kill() }).Stop()
	return s.process.Wait()
}

// prepare reads the memory at rest, and creates the sites and contacts.
func (s *server) prepare(ctx context.Context, set settings) error {
	select {
	case <-time.After(set.rest):
	case <-ctx.Done():
		return ctx.Err()
	}
	s.rest = memory(s.process.Process.Pid)
	for _, p := range filling() {
		s.next.Store(-1)
		if _, err := s.send(ctx, http.DefaultClient, p.phase, set, exactly(p.each*set.sites), 0); err != nil {
			return err
		}
	}
	return nil
}

// header returns the headers of every request.
func (s *server) header() http.Header {
	return http.Header{"Authorization": {"Bearer " + s.key}, "Content-Type": {"application/json"}}
}

// memory returns what a process has in memory, in bytes; 0 if the system does not say.
func memory(pid int) int64 {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	for line := range bytes.Lines(text) {
		var kib int64
		if n, _ := fmt.Sscanf(string(line), "VmRSS: %d kB", &kib); n == 1 {
			return kib << 10
		}
	}
	return 0
}

// processorTime returns how long the processors have worked for a process; 0 if the system does not say.
func processorTime(pid int) time.Duration {
	const tick = 10 * time.Millisecond
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, rest, _ := bytes.Cut(text, []byte(") ")) // the program's name, in brackets, may hold spaces
	fields := bytes.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.ParseInt(string(fields[11]), 10, 64)
	system, _ := strconv.ParseInt(string(fields[12]), 10, 64)
	return time.Duration(user+system) * tick
}
