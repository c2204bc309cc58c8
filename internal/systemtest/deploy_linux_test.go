package systemtest_test

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"

	"example.org/rollcall/internal/testkit/pgtest"
)

// TestTryPostgreSQL runs the script that starts a primary, a standby and two servers, and ends it.
func TestTryPostgreSQL(t *testing.T) {
	t.Parallel()
	pgtest.Database(t) // skips where there is no PostgreSQL
	folder := filepath.Join(t.TempDir(), "all")
	if err := os.Chmod(filepath.Dir(filepath.Dir(folder)), 0o755); err != nil { // for the user that PostgreSQL runs as
		t.Fatal(err)
	}
	p := &process{out: newOutput(), errs: newOutput(), exited: make(chan struct{})}
	p.cmd = exec.Command("bash", filepath.Join("..", "..", "deploy", "try-postgresql"), "--folder", folder)
	p.cmd.Env = append(os.Environ(), asProcess+"="+theProgram, "ROLLCALL="+os.Args[0])
	p.cmd.Stdout, p.cmd.Stderr = p.out, p.errs
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = p.cmd.Wait() // its status is looked at below
		p.status = p.cmd.ProcessState.ExitCode()
		close(p.exited)
	}()
	p.out.await(t, p.exited, `(?m)^(ready)$`)
	value := func(name string) string {
		return p.out.await(t, p.exited, `(?m)^`+regexp.QuoteMeta(name)+`=(.*)$`)
	}
	for _, n := range []string{"1", "2"} {
		c := newClient(t, value("ROLLCALL_URL_"+n), value("ROLLCALL_API_KEY"))
		c.must(t, http.StatusCreated, "POST", "/ext/v1/sites", `{"name":"Pier 9","site_id":"site-`+n+`"}`)
		c.must(t, http.StatusOK, "GET", "/ext/v1/sites/site-1", "")
	}
	p.signal(t, syscall.SIGTERM)
	if status := p.wait(t); status != 0 {
		t.Errorf("status %d\n%s", status, p.errs)
	}
	if _, err := os.Stat(folder); !os.IsNotExist(err) {
		t.Errorf("the folder is left behind: %v", err)
	}
}
