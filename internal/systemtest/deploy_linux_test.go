package systemtest_test

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"

	"example.org/rollcall/internal/testkit"
	"example.org/rollcall/internal/testkit/pgtest"
)

// TestTryPostgreSQL runs the script that starts a primary, a standby and two servers, and ends it.
func TestTryPostgreSQL(t *testing.T) {
	t.Parallel()
	pgtest.Database(t) // skips where there is no PostgreSQL
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(t.TempDir(), "all")
	if err := os.Chmod(filepath.Dir(filepath.Dir(folder)), 0o755); err != nil { // for the user that PostgreSQL runs as
		t.Fatal(err)
	}
	cmd := testkit.Program(theProgram)
	cmd.Path, cmd.Args = bash, []string{"bash", filepath.Join("..", "..", "deploy", "try-postgresql"), "--folder", folder}
	cmd.Env = append(cmd.Env, "ROLLCALL="+os.Args[0])
	p := testkit.StartProcess(t, cmd)
	p.Out.Await(t, `(?m)^(ready)$`)
	value := func(name string) string {
		return p.Out.Await(t, `(?m)^`+regexp.QuoteMeta(name)+`=(.*)$`)
	}
	for _, n := range []string{"1", "2"} {
		c := newClient(t, value("ROLLCALL_URL_"+n), value("ROLLCALL_API_KEY"))
		c.must(t, http.StatusCreated, "POST", "/ext/v1/sites", `{"name":"Pier 9","site_id":"site-`+n+`"}`)
		c.must(t, http.StatusOK, "GET", "/ext/v1/sites/site-1", "")
	}
	p.Signal(t, syscall.SIGTERM)
	if status := p.Wait(t); status != 0 {
		t.Errorf("status %d\n%s", status, p.Errs)
	}
	if _, err := os.Stat(folder); !os.IsNotExist(err) {
		t.Errorf("the folder is left behind: %v", err)
	}
}
