// Package deliverytest tests providers that use HTTP: with each status, and with servers that are slow, hang, close the
// connection, send garbage or too much, redirect, or are unreachable. An attempt must be one request and end with its
// context, and its error must not have a secret, the recipient or the message.
package deliverytest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"example.org/rollcall/internal/delivery"
	"example.org/rollcall/internal/rollcall"
)

// Provider is a provider to test.
type Provider struct {
	// New returns a sender that calls the server at url.
	New func(t *testing.T, url string) delivery.Sender
	// Message is the message to send.
	Message rollcall.Message
	// Taken is the body of a response to an accepted message.
	Taken string
	// Secrets must not be in an error, like the recipient and the text.
	Secrets []string
	// Garbled is the outcome of a success status with an invalid body.
	Garbled string
	// Want has the outcomes by status that differ from Usual.
	Want map[int]string
}

// Run runs all tests.
func Run(t *testing.T, p Provider) {
	t.Run("statuses", p.statuses)
	t.Run("servers", p.servers)
	t.Run("redirects", p.redirects)
	t.Run("retry after", p.retryAfter)
	t.Run("contexts", p.contexts)
	t.Run("unreachable", p.unreachable)
}

// Outcome returns the outcome of an attempt: sent, later, never, rejected, refused or unknown.
func Outcome(err error) string {
	var u *rollcall.DeliveryError
	switch {
	case err == nil:
		return "sent"
	case !errors.As(err, &u):
		return "unknown"
	}
	return map[rollcall.Outcome]string{rollcall.OutcomeRetry: "later", rollcall.OutcomeUnreachable: "never", rollcall.OutcomeMisconfigured: "refused", rollcall.OutcomeRejected: "rejected"}[u.Outcome]
}

// Usual returns the outcome of a status without success.
func Usual(status int) string {
	switch {
	case status == 408, status == 425, status == 429, status == 503:
		return "later"
	case status >= 500:
		return "unknown"
	}
	return "refused"
}

// send sends the message, and fails the test if the error has private text.
func (p Provider) send(ctx context.Context, t *testing.T, url string) error {
	t.Helper()
	s := p.New(t, url)
	_, err := s.Send(ctx, p.Message)
	if err == nil {
		return nil
	}
	private := []string{p.Message.To, strings.TrimPrefix(p.Message.To, "+"), p.Message.Extension, p.Message.Text, url, "127.0.0.1"}
	for _, secret := range append(private, p.Secrets...) {
		if secret != "" && strings.Contains(err.Error(), secret) {
			t.Errorf("error has the private text %q: %v", secret, err)
		}
	}
	return err
}

// echo returns a body with all private texts.
func (p Provider) echo() string {
	return fmt.Sprintf(`{"message": "%s %s %s %s"}`, p.Message.To, p.Message.Extension, p.Message.Text, strings.Join(p.Secrets, " "))
}

func (p Provider) statuses(t *testing.T) {
	t.Parallel()
	var status, requests atomic.Int32
	var body atomic.Value
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		_, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader(int(status.Load()))
		_, _ = io.WriteString(w, body.Load().(string))
	}))
	t.Cleanup(srv.Close)
	for code := 200; code < 600; code++ {
		for _, text := range []string{"", p.echo(), "\x00\xff<<<"} {
			status.Store(int32(code))
			body.Store(text)
			requests.Store(0)
			want, special := p.Want[code]
			switch {
			case special:
			case code < 300:
				want = p.Garbled
			default:
				want = Usual(code)
			}
			if err := p.send(t.Context(), t, srv.URL); Outcome(err) != want {
				t.Errorf("status %d with body %q: %v, want %s", code, text, err, want)
			}
			if n := requests.Load(); n != 1 {
				t.Errorf("status %d: %d requests, want one", code, n)
			}
		}
	}
	status.Store(201)
	body.Store(p.Taken)
	if err := p.send(t.Context(), t, srv.URL); err != nil {
		t.Errorf("accepted message: %v, want no error", err)
	}
}

func (p Provider) servers(t *testing.T) {
	t.Parallel()
	const head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	for _, tt := range []struct {
		name, says string
		hangs      bool
		want       string
	}{
		{"closes at once", "", false, "unknown"},
		{"hangs", "", true, "unknown"},
		{"breaks off in the head", "HTTP/1.1 200 OK\r\nContent-", false, "unknown"},
		{"hangs in the head", "HTTP/1.1 200 OK\r\nContent-", true, "unknown"},
		{"breaks off in the body", head + "Content-Length: 1000\r\n\r\n{\"sid\"", false, "unknown"},
		{"hangs in the body", head + "Content-Length: 1000\r\n\r\n{\"sid\"", true, "unknown"},
		{"breaks off in a chunk", head + "Transfer-Encoding: chunked\r\n\r\nff\r\n{", false, "unknown"},
		{"is no HTTP", "220 mail.example.org ESMTP\r\n" + p.echo(), false, "unknown"},
		{"is noise", strings.Repeat("\x00\xff", 5000), false, "unknown"},
		{"is 10 MB of body", head + "Content-Length: 10485760\r\n\r\n" + strings.Repeat("x", 10<<20), false, "unknown"},
		{"is 10 MB of head", head + "X-Long: " + strings.Repeat("x", 10<<20) + "\r\n\r\n", false, "unknown"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			address := listen(t, func(c net.Conn) {
				_, _ = c.Read(make([]byte, 64<<10))
				_, _ = io.WriteString(c, tt.says)
				if tt.hangs {
					_, _ = io.Copy(io.Discard, c)
				}
			})
			limit := 20 * time.Second
			if tt.hangs {
				limit = 200 * time.Millisecond
			}
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			start := time.Now()
			if err := p.send(ctx, t, "http://"+address); Outcome(err) != tt.want {
				t.Errorf("%v, want %s", err, tt.want)
			}
			if took := time.Since(start); took > limit+5*time.Second {
				t.Errorf("attempt took %v, want it to end with its context", took)
			}
		})
	}
}

// listen starts a server that calls talk for each connection, until the test ends.
func listen(t *testing.T, talk func(net.Conn)) (address string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				talk(c)
			}()
		}
	}()
	return ln.Addr().String()
}

func (p Provider) redirects(t *testing.T) {
	t.Parallel()
	var followed atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { followed.Add(1) }))
	t.Cleanup(other.Close)
	for _, status := range []int{301, 302, 303, 307, 308} {
		srv := httptest.NewServer(http.RedirectHandler(other.URL, status))
		if err := p.send(t.Context(), t, srv.URL); Outcome(err) != "refused" {
			t.Errorf("redirect %d: %v, want refused", status, err)
		}
		srv.Close()
	}
	if n := followed.Load(); n != 0 {
		t.Errorf("%d redirects were followed, want none", n)
	}
}

func (p Provider) retryAfter(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		status   int
		header   string
		min, max time.Duration
	}{
		{429, "7", 7 * time.Second, 7 * time.Second},
		{503, "120", 2 * time.Minute, 2 * time.Minute},
		{503, time.Now().Add(time.Hour).UTC().Format(http.TimeFormat), 59 * time.Minute, time.Hour},
		{429, time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat), 0, 0},
		{429, "-5", 0, 0},
		{429, "soon", 0, 0},
		{503, "99999999999", 24 * time.Hour, 24 * time.Hour},
		{503, strconv.Itoa(48 * 3600), 24 * time.Hour, 24 * time.Hour},
	} {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", tt.header)
			w.WriteHeader(tt.status)
		}))
		err := p.send(t.Context(), t, srv.URL)
		srv.Close()
		var u *rollcall.DeliveryError
		if !errors.As(err, &u) || u.Outcome != rollcall.OutcomeRetry || u.RetryAfter < tt.min || u.RetryAfter > tt.max {
			t.Errorf("%d with Retry-After %q: %+v, want later, in %v to %v", tt.status, tt.header, u, tt.min, tt.max)
		}
	}
}

func (p Provider) contexts(t *testing.T) {
	t.Parallel()
	arrived := make(chan struct{}, 10)
	address := listen(t, func(c net.Conn) {
		arrived <- struct{}{}
		_, _ = io.Copy(io.Discard, c)
	})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- p.send(ctx, t, "http://"+address) }()
	<-arrived
	cancel()
	select {
	case err := <-ended:
		if Outcome(err) != "unknown" {
			t.Errorf("Send() canceled while sending: %v, want an unknown outcome", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the attempt did not end with its context")
	}
	if err := p.send(ctx, t, "http://"+address); err == nil || Outcome(err) == "never" {
		t.Errorf("Send() with a canceled context: %v, want an error other than never", err)
	}
}

func (p Provider) unreachable(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := ln.Addr().String()
	ln.Close()
	if err := p.send(t.Context(), t, "http://"+address); Outcome(err) != "later" {
		t.Errorf("unreachable server: %v, want later", err)
	}
	srv := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(srv.Close)
	srv.Config.ErrorLog = quiet
	if err := p.send(t.Context(), t, srv.URL); Outcome(err) != "refused" {
		t.Errorf("untrusted certificate: %v, want refused", err)
	}
}
