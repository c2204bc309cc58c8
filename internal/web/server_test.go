package web_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"example.org/rollcall/internal/web"
)

func TestServeWaitsForRunningRequests(t *testing.T) {
	defer goleak.VerifyNone(t)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	running, proceed := make(chan struct{}), make(chan struct{})
	server := web.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(running)
		<-proceed
		if err := r.Context().Err(); err != nil {
			t.Errorf("context of a running request ends with %v, want it to go on", err)
		}
		_, _ = io.WriteString(w, "done")
	})}
	ctx, stop := context.WithCancel(t.Context())
	stopped := make(chan error, 1)
	go func() { stopped <- server.Serve(ctx, ln) }()

	answered := make(chan string, 1)
	go func() {
		got, err := send(ln.Addr().String(), "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx")
		if err != nil {
			t.Error(err)
		}
		answered <- got.body
	}()
	<-running
	stop()
	refused(t, ln.Addr().String())
	select {
	case err := <-stopped:
		t.Fatalf("Serve = %v while a request runs, want it to wait", err)
	default:
	}
	close(proceed)
	if got := <-answered; got != "done" {
		t.Errorf("the running request got %q, want done", got)
	}
	if err := <-stopped; err != nil {
		t.Errorf("Serve = %v, want nil", err)
	}
}

// refused waits until connections to address are refused.
func refused(t *testing.T, address string) {
	t.Helper()
	for t.Context().Err() == nil {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			return
		}
		_ = conn.Close()
	}
}

// pipes is a listener in memory, for tests with synctest.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), closed: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipes", Net: "unix"} }

// dial returns nil if the listener is closed.
func (p *pipes) dial() net.Conn {
	client, server := net.Pipe()
	select {
	case p.conns <- server:
		return client
	case <-p.closed:
		return nil
	}
}

// get returns the status of the response; 0: none.
func (p *pipes) get(path string) int {
	conn := p.dial()
	if conn == nil {
		return 0
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "GET "+path+" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"); err != nil {
		return 0
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return 0
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}

func TestServeCancelsRequestsAfterGrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		cause := make(chan error, 1)
		server := web.Server{Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			stop()
			<-r.Context().Done()
			cause <- r.Context().Err()
		})}
		ln := newPipes()
		go ln.get("/")
		start := time.Now()
		err := server.Serve(ctx, ln)
		if err == nil || !strings.Contains(err.Error(), "25s") {
			t.Errorf("Serve = %v, want an error with 25s in it", err)
		}
		if took := time.Since(start); took < 25*time.Second || took > 26*time.Second {
			t.Errorf("Serve took %s, want 25s", took)
		}
		if err := <-cause; !errors.Is(err, context.Canceled) {
			t.Errorf("context of the canceled request ends with %v, want context.Canceled", err)
		}
	})
}

func TestServeReturnsWithoutAHandlerThatIgnoresCancellation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		proceed := make(chan struct{})
		server := web.Server{Grace: time.Second, Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			stop()
			<-proceed
		})}
		ln := newPipes()
		go ln.get("/")
		start := time.Now()
		if err := server.Serve(ctx, ln); err == nil {
			t.Error("Serve = nil, want an error")
		}
		if took := time.Since(start); took > 4*time.Second {
			t.Errorf("Serve took %s, want at most 4s", took)
		}
		close(proceed)
	})
}

func TestServeLingers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		health := web.Health{Check: func(context.Context) error { return nil }, Draining: ctx.Done()}
		server := web.Server{Handler: http.HandlerFunc(health.Ready), Linger: 5 * time.Second}
		ln := newPipes()
		stopped := make(chan error, 1)
		go func() { stopped <- server.Serve(ctx, ln) }()
		if got := ln.get("/readyz"); got != 200 {
			t.Errorf("readiness before the stop = %d, want 200", got)
		}
		stop()
		if got := ln.get("/readyz"); got != 503 {
			t.Errorf("readiness during the stop = %d, want 503", got)
		}
		start := time.Now()
		if err := <-stopped; err != nil {
			t.Errorf("Serve = %v, want nil", err)
		}
		if took := time.Since(start); took < 5*time.Second || took > 6*time.Second {
			t.Errorf("Serve took %s, want 5s", took)
		}
		if got := ln.get("/readyz"); got != 0 {
			t.Errorf("readiness after the stop = %d, want no response", got)
		}
	})
}

func TestServeTimesOut(t *testing.T) {
	for _, test := range []struct {
		name, sent string
		want       time.Duration
	}{
		{"no byte", "", 10 * time.Second},
		{"half a header", "GET / HTTP/1.1\r\nHost:", 10 * time.Second},
		{"half a body", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{", 30 * time.Second},
		{"idle after an answer", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 120 * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ln, stop := serving(t, web.Server{Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
					_, _ = io.ReadAll(r.Body)
				})})
				conn := ln.dial()
				start := time.Now()
				if _, err := io.WriteString(conn, test.sent); err != nil {
					t.Fatal(err)
				}
				_, _ = io.Copy(io.Discard, conn)
				if took := time.Since(start).Truncate(time.Second); took != test.want {
					t.Errorf("the connection ended after %s, want %s", took, test.want)
				}
				_ = conn.Close()
				stop()
			})
		})
	}
}

type brokenListener struct{ net.Listener }

var errBroken = errors.New("no more descriptors")

func (brokenListener) Accept() (net.Conn, error) { return nil, errBroken }
func (brokenListener) Close() error              { return nil }
func (brokenListener) Addr() net.Addr            { return &net.UnixAddr{Name: "broken", Net: "unix"} }

func TestServeFails(t *testing.T) {
	err := web.Server{Handler: http.NotFoundHandler()}.Serve(t.Context(), brokenListener{})
	if !errors.Is(err, errBroken) {
		t.Errorf("Serve = %v, want the error of the listener", err)
	}
}

func TestServeStoppedBeforeItStarts(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	ln := newPipes()
	if err := (web.Server{Handler: http.NotFoundHandler()}).Serve(ctx, ln); err != nil {
		t.Errorf("Serve = %v, want nil", err)
	}
	if ln.dial() != nil {
		t.Error("the listener accepts a connection, want it closed")
	}
}

func TestServeLogsErrorsOfNetHTTP(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		book := &logBook{}
		ln, stop := serving(t, web.Server{Log: book.logger(), Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusOK)
			w.WriteHeader(http.StatusOK)
			if r.URL.Path == "/panic" {
				panic(private)
			}
		})})
		ln.get("/")
		ln.get("/panic")
		stop()
		lines := book.entries(t, "http server")
		if len(lines) != 3 || lines[0]["level"] != "WARN" {
			t.Fatalf("logged %v, want 3 lines at level WARN", lines)
		}
		if text, _ := lines[0]["error"].(string); !strings.HasPrefix(text, "http: superfluous response.WriteHeader call") {
			t.Errorf("logged %q, want the first line of the error", text)
		}
		if text := lines[2]["error"]; text != "http: a handler panicked outside of Wrap" {
			t.Errorf("logged %q, want the first line of the error", text)
		}
		if strings.Contains(book.text(), private) {
			t.Errorf("the log has the value of the panic, want it left out: %s", book.text())
		}
	})
}

func TestServePassesOnOptionsStar(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		targets := make(chan string, 1)
		ln, stop := serving(t, web.Server{Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			targets <- r.Method + " " + r.RequestURI
		})})
		conn := ln.dial()
		if _, err := io.WriteString(conn, "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		if got := <-targets; got != "OPTIONS *" {
			t.Errorf("the handler got %q, want OPTIONS *", got)
		}
		_ = conn.Close()
		stop()
	})
}

// addressed is a connection from a chosen address.
type addressed struct {
	net.Conn
	from net.Addr
}

func (a addressed) RemoteAddr() net.Addr { return a.from }

// dialFrom is like dial, from a chosen address.
func (p *pipes) dialFrom(address string) net.Conn {
	client, server := net.Pipe()
	p.conns <- addressed{server, net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(address), 40000))}
	return client
}

// open reports whether the server has not closed a connection on which it sends nothing.
func open(conn net.Conn) bool {
	_ = conn.SetReadDeadline(time.Now().Add(time.Millisecond))
	_, err := conn.Read(make([]byte, 1))
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

func TestServeBoundsConnections(t *testing.T) {
	for _, c := range []struct {
		name    string
		most    int
		trusted string
		from    []string // addresses that connect in this order and send nothing
		want    []bool   // whether each connection is open at the end
	}{
		{"at the limit the connection that is idle longest is closed", 2, "", []string{"192.0.2.1", "192.0.2.2", "192.0.2.3"}, []bool{false, true, true}},
		{"at the limit of an address its own longest idle is closed", 170, "", repeat("192.0.2.1", 18, "192.0.2.2"), then(false, true, 18)},
		{"a /64 of IPv6 is one address", 170, "", repeat("2001:db8::1", 17, "2001:db8::2", "2001:db8:0:1::1"), then(false, true, 18)},
		{"a trusted proxy has no limit", 170, "192.0.2.1/32", repeat("192.0.2.1", 20), then(true, true, 19)},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := web.Server{Handler: http.NotFoundHandler(), MaxConnections: c.most}
				if c.trusted != "" {
					server.TrustedProxies = []netip.Prefix{netip.MustParsePrefix(c.trusted)}
				}
				ln, stop := serving(t, server)
				conns := make([]net.Conn, len(c.from))
				for i, from := range c.from {
					conns[i] = ln.dialFrom(from)
					synctest.Wait()
				}
				for i, conn := range conns {
					if got := open(conn); got != c.want[i] {
						t.Errorf("connection %d open = %v, want %v", i, got, c.want[i])
					}
					_ = conn.Close()
				}
				stop()
			})
		})
	}
}

// repeat returns the address that many times, and then the others.
func repeat(address string, times int, others ...string) []string {
	return append(slices.Repeat([]string{address}, times), others...)
}

// then returns first, and rest that many times.
func then(first, rest bool, times int) []bool {
	return append([]bool{first}, slices.Repeat([]bool{rest}, times)...)
}

// serving runs the server until the test calls stop.
func serving(t *testing.T, server web.Server) (ln *pipes, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ln = newPipes()
	stopped := make(chan error, 1)
	go func() { stopped <- server.Serve(ctx, ln) }()
	return ln, func() {
		t.Helper()
		cancel()
		if err := <-stopped; err != nil {
			t.Errorf("Serve = %v, want nil", err)
		}
	}
}

func TestServeClosesNoConnectionInUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		proceed := make(chan struct{})
		ln, stop := serving(t, web.Server{MaxConnections: 1, Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-proceed })})
		answered := make(chan int, 1)
		go func() { answered <- ln.get("/") }()
		synctest.Wait()
		second := ln.dial()
		if open(second) {
			t.Error("a connection over the limit is open while the only other one is in use, want it closed")
		}
		close(proceed)
		if got := <-answered; got != 200 {
			t.Errorf("the request in use got %d, want 200", got)
		}
		synctest.Wait()
		if got := ln.get("/"); got != 200 {
			t.Errorf("the next connection got %d, want 200", got)
		}
		stop()
	})
}

func TestServeLimitsItsErrorLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		book := &logBook{}
		ln, stop := serving(t, web.Server{Log: book.logger(), Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusOK)
			w.WriteHeader(http.StatusOK)
		})})
		for range 100 {
			ln.get("/")
		}
		if got := len(book.entries(t, "http server")); got != 10 {
			t.Errorf("100 errors at once = %d log lines, want 10", got)
		}
		time.Sleep(time.Minute) // on the fake clock
		ln.get("/")
		lines := book.entries(t, "http server")
		if last := lines[len(lines)-1]; last["not_logged"] != 90.0 {
			t.Errorf("the next log line = %v, want not_logged=90", last)
		}
		stop()
	})
}
