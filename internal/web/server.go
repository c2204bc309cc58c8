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

// Bounds on one connection: what a slow or silent caller can hold, and for how long.
const (
	readHeaderTimeout = 10 * time.Second
	readTimeout       = 30 * time.Second
	writeTimeout      = 60 * time.Second
	idleTimeout       = 120 * time.Second
	maxHeaderBytes    = 32 << 10
	maxStreams        = 100       // of HTTP/2
	maxReceived       = 128 << 10 // and not yet read, of HTTP/2
)

const (
	defaultGrace = 25 * time.Second
	// unwindTime is for handlers that were cut off to notice it.
	unwindTime = 2 * time.Second
)

// Server serves Handler, which is required, until it is told to stop.
type Server struct {
	Handler http.Handler
	Log     *slog.Logger // gets what net/http has to say, at level warn; nil: nothing is logged
	// Certificate has the server speak TLS, 1.2 and later, and HTTP/2 beside HTTP/1.1; nil: HTTP/1.1 without TLS.
	Certificate *Certificate
	Linger      time.Duration // how long a stopping server still accepts, so that a load balancer sees it is not ready first
	// MaxConnections bounds how many are open at once, and a tenth of it how many of one address (IPv6: of one /64). Where
	// room is short the connection that has been idle for longest is closed. 0: any number.
	MaxConnections int
	// TrustedProxies may have any number of them.
	TrustedProxies []netip.Prefix
	Grace          time.Duration // how long requests that run may take to finish after that; 0: 25 s
}

// Serve answers on ln until ctx is done, lets the requests that run finish, and returns nil; or an error where some ran
// longer than Grace and were cut off, or where ln failed. Either way ln is closed, and every goroutine that was started
// here is done, save that of a handler which goes on for seconds after its context was cancelled.
//
// Requests do not see that ctx is done: their own context ends only when they are cut off or the caller hangs up.
func (s Server) Serve(ctx context.Context, ln net.Listener) error {
	base, cutOff := context.WithCancel(context.WithoutCancel(ctx))
	defer cutOff()
	var running sync.WaitGroup
	server := s.server(base, &running)
	if s.MaxConnections > 0 {
		bounded := newConnections(ln, s.MaxConnections, s.TrustedProxies)
		counted := server.ConnState
		server.ConnState = func(conn net.Conn, state http.ConnState) {
			counted(conn, state)
			bounded.changed(conn, state)
		}
		ln = bounded
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
		cutOff()
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
		// "OPTIONS *" too must get a request id and a log line.
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

// finish stops accepting and waits for the requests that run, for as long as they may take.
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
	return fmt.Errorf("requests still ran after %s and were cut off", grace)
}

func waitAtMost(wg *sync.WaitGroup, bound time.Duration) {
	done := make(chan struct{})
	go func() {
		wg.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(bound):
	}
}

// Strangers can have net/http report an error for each thing that they send, so the log gets at most errorBurst lines at
// once, and errorsPerMinute after that.
const (
	errorBurst      = 10
	errorsPerMinute = 10
)

// errorLog takes the first line of what net/http reports: the others are stacks.
type errorLog struct {
	log     *slog.Logger
	limit   *rate.Limiter
	dropped *atomic.Int64 // since the last line
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
		line = []byte("http: a handler panicked outside of Wrap") // the line goes on with the panic's value
	}
	attrs := []slog.Attr{slog.String("error", string(line))}
	if n := e.dropped.Swap(0); n > 0 {
		attrs = append(attrs, slog.Int64("not_logged", n))
	}
	e.log.LogAttrs(context.Background(), slog.LevelWarn, "http server", attrs...)
	return len(p), nil
}
