//go:build unix

package store

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// bouncer starts a PgBouncer that pools by transaction before a database, and returns the URL through it.
func bouncer(t *testing.T, database string) string {
	t.Helper()
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		program, err = exec.LookPath("/usr/sbin/pgbouncer") // not on everybody's PATH
	}
	if err != nil {
		t.Skip("no PgBouncer")
	}
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	at := freeAddress(t)
	_, port, _ := strings.Cut(at, ":")
	folder, err := os.MkdirTemp("", "rollcall-pgbouncer-") //nolint:usetesting // PgBouncer runs as another user, who cannot enter t.TempDir
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	password, _ := u.User.Password()
	config := fmt.Sprintf(`[databases]
* = host=%s port=%s
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %s
unix_socket_dir =
auth_type = trust
auth_file = %s/users
pool_mode = transaction
ignore_startup_parameters = statement_timeout,lock_timeout,idle_in_transaction_session_timeout,plan_cache_mode,jit
`, u.Hostname(), u.Port(), port, folder)
	write := func(name, content string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write("users", fmt.Sprintf("%q %q\n", u.User.Username(), password))
	args := []string{write("pgbouncer.ini", config)}
	if os.Getuid() == 0 {
		args = append([]string{"-u", "nobody"}, args...)
		if err := os.Chmod(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(program, args...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	awaitPort(t, at)
	u.Host = at
	return u.String()
}

// freeAddress returns one on loopback at which nothing listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

// awaitPort returns once something listens.
func awaitPort(t *testing.T, at string) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); ; {
		conn, err := net.Dial("tcp", at)
		if err == nil {
			_ = conn.Close()
			return
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// TestPgBouncerIsFoundAtTheStart checks that opening through a PgBouncer that pools by transaction fails with the setting to make,
// and works with it.
func TestPgBouncerIsFoundAtTheStart(t *testing.T) {
	through := bouncer(t, migratedPostgres(t))
	db, err := Open(t.Context(), Options{URL: through, Connections: 4})
	if err == nil {
		_ = db.Close()
	}
	if err == nil || !strings.Contains(err.Error(), "add default_query_exec_mode=exec to the database URL") {
		t.Errorf("Open = %v, want the line to set", err)
	}
	db, err = Open(t.Context(), Options{URL: through + "&default_query_exec_mode=exec", Connections: 4})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Update(t.Context(), insertDealers("d")); err != nil {
		t.Error(err)
	}
	wantDealers(t, db, "d")
}
