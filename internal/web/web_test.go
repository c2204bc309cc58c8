package web_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/web"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fail writes an error as httpapi or pages would, in a simpler form.
func fail(w http.ResponseWriter, _ *http.Request, err error) {
	status := map[rollcall.Kind]int{
		rollcall.InvalidRequest:   http.StatusBadRequest,
		rollcall.MethodNotAllowed: http.StatusMethodNotAllowed,
		rollcall.PayloadTooLarge:  http.StatusRequestEntityTooLarge,
		rollcall.Internal:         http.StatusInternalServerError,
		rollcall.Unavailable:      http.StatusServiceUnavailable,
	}[rollcall.KindOf(err)]
	var e *rollcall.Error
	errors.As(err, &e)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, string(e.Kind)+": "+e.Message)
}

// logBook is a log that a test can read while it is written.
type logBook struct {
	mu    sync.Mutex
	lines bytes.Buffer
}

func (b *logBook) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.lines.Write(p)
}

func (b *logBook) logger() *slog.Logger { return slog.New(slog.NewJSONHandler(b, nil)) }

func (b *logBook) text() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.lines.String()
}

// entries returns the lines with the given message.
func (b *logBook) entries(t *testing.T, msg string) []map[string]any {
	t.Helper()
	var found []map[string]any
	for line := range strings.Lines(b.text()) {
		var entry map[string]any
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Fatalf("log line %q: %v", line, err)
		}
		if entry["msg"] == msg {
			found = append(found, entry)
		}
	}
	return found
}

// startServer serves h behind Wrap on a loopback address. Every new request id is "req_new".
func startServer(t *testing.T, h http.HandlerFunc) (address string, book *logBook) {
	t.Helper()
	book = &logBook{}
	srv := httptest.NewServer(web.Wrap(h, web.Options{
		Error:        fail,
		Log:          book.logger(),
		NewRequestID: func() string { return "req_new" },
	}))
	t.Cleanup(srv.Close)
	return srv.Listener.Addr().String(), book
}

// exchange is the response to one raw request.
type exchange struct {
	*http.Response
	body   string
	closed bool // the response closes the connection
}

// send sends a raw request on a new connection, closes its side, and reads the response as that of a GET, so that a body
// which should not be there is seen. It fails if there is no complete response.
func send(address, raw string) (exchange, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return exchange{}, err
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, raw); err != nil {
		return exchange{}, err
	}
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		return exchange{}, err
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return exchange{}, err
	}
	body, err := io.ReadAll(resp.Body)
	return exchange{Response: resp, body: string(body), closed: resp.Close}, err
}

func mustSend(t *testing.T, address, raw string) exchange {
	t.Helper()
	got, err := send(address, raw)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestFromContext(t *testing.T) {
	type other struct{}
	ctx := context.WithValue(t.Context(), other{}, "kept")
	web.FromContext(ctx).Route = "nobody reads this"
	if got := web.FromContext(ctx).Route; got != "" {
		t.Errorf("FromContext of a context without a request has route %q, want none", got)
	}

	h := web.Wrap(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		inner, cancel := context.WithCancel(r.Context())
		defer cancel()
		web.FromContext(inner).Route = "/a"
		if got := web.FromContext(r.Context()).Route; got != "/a" {
			t.Errorf("the route set in an inner context is %q in the outer one, want /a", got)
		}
		if got := r.Context().Value(other{}); got != "kept" {
			t.Errorf("the value of another package is %v, want kept", got)
		}
	}), web.Options{Error: fail})
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, "GET", "/", nil))
}
