package cli

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.org/rollcall/internal/testkit"
)

func TestPortInUse(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	data := filepath.Join(t.TempDir(), "data")
	want := fmt.Sprintf("rollcall: %s is in use; stop the other program or choose another address with --listen\n", ln.Addr())
	for _, args := range [][]string{{"serve", "--data", data}, {"demo", "--data", data}, {"demo"}} {
		if r := run(t, append(args, "--listen", ln.Addr().String())...); r.status != exitFailed || r.err != want || r.out != "" {
			t.Errorf("rollcall %q: status %d\n%s%swant %s", args, r.status, r.out, r.err, want)
		}
	}
	if _, err := os.Stat(data); !os.IsNotExist(err) {
		t.Errorf("a server that did not start made its folder: %v", err)
	}
}

func TestOneServerAFolder(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	serve(t, data)
	want := "rollcall: another server runs on " + data + "; stop it first, or give this one a folder of its own\n"
	for _, command := range []string{"serve", "demo"} {
		if r := run(t, command, "--data", data, "--listen", "127.0.0.1:0"); r.status != exitFailed || r.err != want || r.out != "" {
			t.Errorf("%s: status %d\n%s%swant %s", command, r.status, r.out, r.err, want)
		}
	}
	same(t, succeedJSON(t, "dealer", "list", "--data", data), `{"dealers": []}`)
}

func TestServeLogsJSON(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	s := start(t, "serve", "--data", data, "--listen", "127.0.0.1:0", "--log-format", "json")
	s.err.Await(t, `"msg":"ready"`)
	s.stop(t)
	for line := range strings.Lines(s.err.String()) {
		object(t, line)
	}
	if !strings.Contains(s.err.String(), "rollcall dealer create") || s.out.String() != "" {
		t.Errorf("stdout = %q, want empty, and dealer create in the log:\n%s", s.out, s.err)
	}
}

func TestServeTakesItsSecretFromAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	for _, c := range []struct{ content, want string }{
		{"", "is empty; write 64 hex digits to it"},
		{"not hex", "must be 64 hexadecimal digits"},
		{strings.Repeat("ab", 32) + "\n" + strings.Repeat("cd", 32) + "\n", ""},
	} {
		if err := os.WriteFile(file, []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		data := filepath.Join(t.TempDir(), "data")
		if c.want == "" {
			s, _ := serve(t, data, "--secret-file", file)
			s.stop(t)
			if _, err := os.Stat(filepath.Join(data, "secret")); !os.IsNotExist(err) {
				t.Errorf("a secret was made although one was given: %v", err)
			}
			continue
		}
		r := run(t, "serve", "--data", data, "--listen", "127.0.0.1:0", "--secret-file", file)
		if r.status == exitOK || !strings.Contains(r.err, c.want) || strings.Contains(r.err, "not hex") {
			t.Errorf("secret %q: status %d, %s, want it refused without showing it", c.content, r.status, r.err)
		}
	}
}

func TestURLOf(t *testing.T) {
	for listen, want := range map[string]string{
		"127.0.0.1:8080": "http://127.0.0.1:8080",
		"0.0.0.0:80":     "http://127.0.0.1:80",
		"[::]:8080":      "http://localhost:8080",
		"[::1]:8080":     "http://[::1]:8080",
		"192.0.2.7:8080": "http://192.0.2.7:8080",
	} {
		address, err := net.ResolveTCPAddr("tcp", listen)
		if err != nil {
			t.Fatal(err)
		}
		if got := urlOf(fixedListener{address: address}, false); got != want {
			t.Errorf("%s: %s, want %s", listen, got, want)
		}
	}
}

type fixedListener struct {
	net.Listener
	address net.Addr
}

func (f fixedListener) Addr() net.Addr { return f.address }

// process starts the program as a process of its own.
func process(t *testing.T, args ...string) *testkit.Process {
	t.Helper()
	return testkit.StartProcess(t, testkit.Program(theProgram, args...))
}

func TestSIGTERMStopsTheDemo(t *testing.T) {
	p := process(t, "demo", "--listen", "127.0.0.1:0")
	folder := p.Out.Await(t, `source (\S+)/demo\.env`)
	p.Out.Await(t, `Press Ctrl-C`)
	p.Signal(t, syscall.SIGTERM)
	if status := p.Wait(t); status != 0 {
		t.Errorf("process ended with status %d, want 0: %s", status, p.Errs)
	}
	if _, err := os.Stat(folder); !os.IsNotExist(err) {
		t.Errorf("the temporary folder is still there: %v", err)
	}
}

func TestASecondSignalEndsAtOnce(t *testing.T) {
	data, dealer := newDealer(t)
	_, key := newKey(t, data, dealer)
	p := process(t, "serve", "--data", data, "--listen", "127.0.0.1:0")
	url := p.Errs.Await(t, `msg=ready url=(\S+)`)
	address := strings.TrimPrefix(url, "http://")
	call(t, key, "GET", url+"/ext/v1/sites", "")

	// A request whose body does not come holds the server back.
	slow, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer slow.Close()
	fmt.Fprintf(slow, "POST /ext/v1/sites HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n", address, key)
	if _, err := slow.Read(make([]byte, 1)); err != nil { // "100 Continue": the body is being read
		t.Fatal(err)
	}
	p.Signal(t, syscall.SIGTERM)
	for deadline := time.Now().Add(patience); ; {
		other, err := net.Dial("tcp", address)
		if err != nil {
			break
		}
		other.Close()
		if time.Now().After(deadline) {
			t.Fatal("server accepts connections after the signal")
		}
	}
	p.Signal(t, syscall.SIGINT)
	if status := p.Wait(t); status != exitFailed {
		t.Errorf("process ended with status %d, want %d: %s", status, exitFailed, p.Errs)
	}
}
