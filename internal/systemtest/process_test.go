package systemtest_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long a test waits for what must come.
const patience = 60 * time.Second

// process is a Rollcall in a process of its own.
type process struct {
	cmd       *exec.Cmd
	out, errs *output
	exited    chan struct{} // closed when status is set
	status    int           // -1 where a signal ended it
}

// start starts the program with these arguments. The test ends it, and fails where the race detector had something to say.
func start(t *testing.T, args ...string) *process {
	t.Helper()
	return startAs(t, theProgram, args...)
}

func startAs(t *testing.T, what string, args ...string) *process {
	t.Helper()
	return startCommand(t, what, os.Args[0], nil, args...)
}

// startCommand starts a file that is this binary.
func startCommand(t *testing.T, what, file string, as *syscall.SysProcAttr, args ...string) *process {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("processes cannot be sent signals here")
	}
	p := &process{out: newOutput(), errs: newOutput(), exited: make(chan struct{})}
	p.cmd = exec.Command(file, args...)
	p.cmd.SysProcAttr = as
	p.cmd.Env = append(os.Environ(), asProcess+"="+what, "ROLLCALL_ABUSE_MODE=observe")
	p.cmd.Stdout, p.cmd.Stderr = p.out, p.errs
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		err := p.cmd.Wait()
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			t.Errorf("the process was lost: %v", err)
		}
		p.status = p.cmd.ProcessState.ExitCode()
		close(p.exited)
	}()
	t.Cleanup(func() {
		p.kill(t)
		if strings.Contains(p.errs.String(), "DATA RACE") {
			t.Errorf("a data race in the process:\n%s", p.errs)
		}
	})
	return p
}

// run runs a command of the program to its end and returns what it printed; it must succeed.
func run(t *testing.T, args ...string) string {
	t.Helper()
	p := start(t, args...)
	if status := p.wait(t); status != 0 {
		t.Fatalf("rollcall %q: status %d\n%s", args, status, p.errs)
	}
	return p.out.String()
}

// runJSON is run with --format json, whose one object it returns.
func runJSON(t *testing.T, args ...string) map[string]any {
	t.Helper()
	var object map[string]any
	text := run(t, append(args, "--format", "json")...)
	if err := json.Unmarshal([]byte(text), &object); err != nil {
		t.Fatalf("rollcall %q: %v in %s", args, err, text)
	}
	return object
}

// serve starts a server on the folder and returns its URL once it is ready.
func serve(t *testing.T, folder string, flags ...string) (*process, string) {
	t.Helper()
	p := start(t, serveArgs(folder, flags...)...)
	return p, p.errs.await(t, p.exited, readyLine)
}

const readyLine = `msg=ready url=(\S+)`

func serveArgs(folder string, flags ...string) []string {
	return append([]string{"serve", "--data", folder, "--listen", "127.0.0.1:0", "--delivery", "capture"}, flags...)
}

// wait waits for the end of the process and returns its exit status.
func (p *process) wait(t *testing.T) int {
	t.Helper()
	select {
	case <-p.exited:
		return p.status
	case <-time.After(patience):
		t.Fatalf("the process does not end; it said:\n%s%s", p.out, p.errs)
		return 0
	}
}

// kill ends the process as a crash would, if it still runs.
func (p *process) kill(t *testing.T) {
	t.Helper()
	_ = p.cmd.Process.Kill()
	p.wait(t)
}

func (p *process) signal(t *testing.T, s syscall.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

// output collects what a process prints, for a test to wait for.
type output struct {
	mu      sync.Mutex
	text    bytes.Buffer
	changed chan struct{}
}

func newOutput() *output { return &output{changed: make(chan struct{}, 1)} }

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	select {
	case o.changed <- struct{}{}:
	default:
	}
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// await returns the pattern's last group, once it is printed; ended says that nothing more will be.
func (o *output) await(t *testing.T, ended <-chan struct{}, pattern string) string {
	t.Helper()
	expression := regexp.MustCompile(pattern)
	deadline := time.After(patience)
	for over := false; ; {
		if match := expression.FindStringSubmatch(o.String()); match != nil {
			return match[len(match)-1]
		}
		if over {
			t.Fatalf("%s was not printed, but:\n%s", pattern, o)
		}
		select {
		case <-o.changed:
		case <-ended:
			over = true
		case <-deadline:
			over = true
		}
	}
}
