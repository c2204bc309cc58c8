package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

// Limits on one connection, so that a slow or silent caller doesn't hold it for long.
const (
	readHeaderTimeout = 10 * time.Second
	readTimeout       = 30 * time.Second
	writeTimeout      = 60 * time.Second
	idleTimeout       = 120 * time.Second
	maxHeaderBytes    = 32 << 10
	maxStreams        = 100       // concurrent, on one HTTP/2 connection
	maxReceived       = 128 << 10 // bytes not yet read, on one HTTP/2 connection
)

const (
	defaultGrace = 25 * time.Second
	// unwindTime is how long canceled handlers get to return.
	unwindTime = 2 * time.Second
)

// Server serves Handler until it is told to stop. Handler is required.
type Server struct {
	Handler http.Handler
	Log     *slog.Logger // gets the errors that net/http reports, at level warn; nil: nothing is logged
	// Certificate turns on TLS 1.2 and later, with HTTP/2 and HTTP/1.1; nil: HTTP/1.1 without TLS.
	Certificate *Certificate
	Linger      time.Duration // how long a stopping server still accepts connections, so that a load balancer notices first
	// MaxConnections limits the open connections; one address (IPv6: one /64) gets a tenth of them. At the limit the connection
	// that has been idle longest is closed. 0: no limit.
	MaxConnections int
	// TrustedProxies are exempt from the limit for one address.
	TrustedProxies []netip.Prefix
	Grace          time.Duration // how long running requests may take to finish after Linger; 0: 25 s
}

// Serve accepts connections on ln until ctx ends, then waits for running requests and returns nil. It returns an error if
// requests ran longer than Grace and were canceled, or if ln failed. When it returns, ln is closed and every goroutine that
// it started has ended, except that of a handler that ignores the cancellation for seconds.
//
// The end of ctx doesn't cancel requests: their contexts end only after Grace, or when the caller hangs up.
func (s Server) Serve(ctx context.Context, ln net.Listener) error {
	base, cancelRequests := context.WithCancel(context.WithoutCancel(ctx))
	defer cancelRequests()
	var running sync.WaitGroup
	server := s.server(base, &running)
	if s.MaxConnections > 0 {
		limited := newConnections(ln, s.MaxConnections, s.TrustedProxies)
		count := server.ConnState
		server.ConnState = func(conn net.Conn, state http.ConnState) {
			count(conn, state)
			limited.setState(conn, state)
		}
		ln = limited
	}

	var failure error
	served := make(chan struct{})
	go func() {
		defer close(served)
		if err := s.serve(server, ln); !errors.Is(err, http.ErrServerClosed) {
			failure = fmt.Errorf("serve %s: %w", ln.Addr(), err)
		}
	}()
	select {
	case <-served:
	case <-ctx.Done():
		select {
		case <-served:
		case <-time.After(s.Linger):
		}
	}

	err := s.finish(base, server)
	if err != nil {
		cancelRequests()
	}
	<-served
	waitAtMost(&running, unwindTime)
	return errors.Join(failure, err)
}

func (s Server) serve(server *http.Server, ln net.Listener) error {
	if s.Certificate == nil {
		return server.Serve(ln)
	}
	server.TLSConfig = s.Certificate.config()
	return server.ServeTLS(ln, "", "")
}

func (s Server) server(base context.Context, running *sync.WaitGroup) *http.Server {
	return &http.Server{
		Handler:           s.Handler,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		HTTP2: &http.HTTP2Config{
			MaxConcurrentStreams:          maxStreams,
			MaxReceiveBufferPerConnection: maxReceived,
			MaxReceiveBufferPerStream:     maxReceived,
		},
		ErrorLog:    log.New(newErrorLog(s.Log), "", 0),
		BaseContext: func(net.Listener) context.Context { return base },
		// "OPTIONS *" gets a request id and a log line too.
		DisableGeneralOptionsHandler: true,
		// Shutdown waits for requests, not for the goroutines of their connections.
		ConnState: func(_ net.Conn, state http.ConnState) {
			switch state {
			case http.StateNew:
				running.Add(1)
			case http.StateClosed, http.StateHijacked:
				running.Done()
			}
		},
	}
}

// finish stops accepting connections and waits for running requests, for at most Grace.
func (s Server) finish(ctx context.Context, server *http.Server) error {
	grace := s.Grace
	if grace == 0 {
		grace = defaultGrace
	}
	ctx, cancel := context.WithTimeout(ctx, grace)
	defer cancel()
	if err := server.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	_ = server.Close()
	return fmt.Errorf("requests still ran after %s and were canceled", grace)
}

func waitAtMost(wg *sync.WaitGroup, timeout time.Duration) {
	done := make(chan struct{})
	go func() {
		wg.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(timeout):
	}
}

// Callers can make net/http report any number of errors, so the log gets at most errorBurst lines at once, and then
// errorsPerMinute.
const (
	errorBurst      = 10
	errorsPerMinute = 10
)

// errorLog logs the first line of each error that net/http reports. The others are a stack.
type errorLog struct {
	log     *slog.Logger
	limit   *rate.Limiter
	dropped *atomic.Int64 // lines not logged since the last one
}

func newErrorLog(log *slog.Logger) errorLog {
	return errorLog{log, rate.NewLimiter(rate.Limit(errorsPerMinute)/60, errorBurst), &atomic.Int64{}}
}

func (e errorLog) Write(p []byte) (int, error) {
	if e.log == nil {
		return len(p), nil
	}
	if !e.limit.Allow() {
		e.dropped.Add(1)
		return len(p), nil
	}
	line, _, _ := bytes.Cut(p, []byte("\n"))
	if bytes.HasPrefix(line, []byte("http: panic serving ")) {
		line = []byte("http: a handler panicked outside of Wrap") // the rest of the line is the value of the panic
	}
	attrs := []slog.Attr{slog.String("error", string(line))}
	if n := e.dropped.Swap(0); n > 0 {
		attrs = append(attrs, slog.Int64("not_logged", n))
	}
	e.log.LogAttrs(context.Background(), slog.LevelWarn, "http server", attrs...)
	return len(p), nil
}
