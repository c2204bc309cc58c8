package systemtest_test

import (
	"encoding/json"
	"os/exec"
	"testing"
	"time"

	"example.org/rollcall/internal/testkit"
)

// patience is how long a test waits for what must come.
const patience = 60 * time.Second

// process is a program in a process of its own.
type process = testkit.Process

// start starts the program with these arguments. The test ends it, and fails where the race detector had something to say.
func start(t *testing.T, args ...string) *process {
	t.Helper()
	return startAs(t, theProgram, args...)
}

func startAs(t *testing.T, what string, args ...string) *process {
	t.Helper()
	return startCommand(t, testkit.Program(what, args...))
}

func startCommand(t *testing.T, cmd *exec.Cmd) *process {
	t.Helper()
	cmd.Env = append(cmd.Env, "ROLLCALL_ABUSE_MODE=observe")
	return testkit.StartProcess(t, cmd)
}

// run runs a command of the program to its end and returns what it printed; it must succeed.
func run(t *testing.T, args ...string) string {
	t.Helper()
	p := start(t, args...)
	if status := p.Wait(t); status != 0 {
		t.Fatalf("rollcall %q: status %d\n%s", args, status, p.Errs)
	}
	return p.Out.String()
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
	return p, p.Errs.Await(t, readyLine)
}

const readyLine = `msg=ready url=(\S+)`

func serveArgs(folder string, flags ...string) []string {
	return append([]string{"serve", "--data", folder, "--listen", "127.0.0.1:0", "--delivery", "capture"}, flags...)
}
