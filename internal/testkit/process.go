package testkit

import (
	"bytes"
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

// asProcess is the environment variable that names the program that a test binary is to be; it is empty for the tests.
const asProcess = "ROLLCALL_TEST_AS_PROCESS"

// patience returns how long a test waits for what must come: longer at its full size (scripts/soak).
func patience() time.Duration {
	if os.Getenv("ROLLCALL_SOAK") == "1" {
		return 10 * time.Minute
	}
	return time.Minute
}

// Main is the TestMain of packages that start processes. In a process of Program it runs the program of that name and
// ends with its status; otherwise it runs the tests, without the ROLLCALL_ variables of the developer's own server.
func Main(m *testing.M, programs map[string]func() int) {
	if name := os.Getenv(asProcess); name != "" {
		os.Exit(programs[name]())
	}
	for _, setting := range os.Environ() {
		if name, _, _ := strings.Cut(setting, "="); strings.HasPrefix(name, "ROLLCALL_") && !strings.HasPrefix(name, "ROLLCALL_TEST_") && name != "ROLLCALL_SOAK" {
			_ = os.Unsetenv(name)
		}
	}
	os.Exit(m.Run())
}

// Program returns a command that runs this test binary as one of the programs of Main.
func Program(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), asProcess+"="+name)
	return cmd
}

// Process is a running program.
type Process struct {
	// Out and Errs are what it prints on stdout and stderr.
	Out, Errs *Output
	// Exited is closed when the program has ended.
	Exited chan struct{}
	cmd    *exec.Cmd
}

// StartProcess starts a command. At the end of the test it is killed, and the test fails if the race detector reported a
// race in it. On Windows, where processes can't be sent signals, the test is skipped.
func StartProcess(t *testing.T, cmd *exec.Cmd) *Process {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("processes can't be sent signals here")
	}
	p := &Process{Out: NewOutput(), Errs: NewOutput(), Exited: make(chan struct{}), cmd: cmd}
	cmd.Stdout, cmd.Stderr = p.Out, p.Errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		err := cmd.Wait()
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			t.Errorf("waiting for the process failed: %v", err)
		}
		close(p.Exited)
		p.Out.End()
		p.Errs.End()
	}()
	t.Cleanup(func() {
		p.Kill(t)
		if strings.Contains(p.Errs.String(), "DATA RACE") {
			t.Errorf("a data race in the process:\n%s", p.Errs)
		}
	})
	return p
}

// PID returns the id of the process.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Status returns the exit status of a process that has exited, -1 if a signal ended it.
func (p *Process) Status() int { return p.cmd.ProcessState.ExitCode() }

// Wait waits for the end of the process and returns its exit status.
func (p *Process) Wait(t testing.TB) int {
	t.Helper()
	select {
	case <-p.Exited:
		return p.Status()
	case <-time.After(patience()):
		t.Fatalf("the process runs after %v, want it to end; it printed:\n%s%s", patience(), p.Out, p.Errs)
		return 0
	}
}

// Kill ends the process as a crash would, if it still runs.
func (p *Process) Kill(t testing.TB) {
	t.Helper()
	_ = p.cmd.Process.Kill()
	p.Wait(t)
}

// Signal sends a signal to the process.
func (p *Process) Signal(t testing.TB, s syscall.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

// Output collects what a program prints, for a test to wait for.
type Output struct {
	mu      sync.Mutex
	text    bytes.Buffer
	changed chan struct{}
	ended   chan struct{}
}

// NewOutput returns an empty output.
func NewOutput() *Output {
	return &Output{changed: make(chan struct{}, 1), ended: make(chan struct{})}
}

// End says that nothing more is printed. It is called once.
func (o *Output) End() { close(o.ended) }

// Write implements io.Writer.
func (o *Output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	select {
	case o.changed <- struct{}{}:
	default:
	}
	return o.text.Write(p)
}

// String returns what was printed so far.
func (o *Output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// Await returns the last group of the first match of a pattern, once that is printed. It fails the test if the output ends
// without a match.
func (o *Output) Await(t testing.TB, pattern string) string {
	t.Helper()
	expression := regexp.MustCompile(pattern)
	deadline := time.After(patience())
	for over := false; ; {
		if match := expression.FindStringSubmatch(o.String()); match != nil {
			return match[len(match)-1]
		}
		if over {
			t.Fatalf("the output is:\n%s\nwant a match of %s", o, pattern)
		}
		select {
		case <-o.changed:
		case <-o.ended:
			over = true
		case <-deadline:
			over = true
		}
	}
}
