// Package webhook sends events to the receivers of dealers: it signs them as Standard Webhooks says, and never calls an address that
// is not public.
package webhook

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

const (
	sendTime      = 15 * time.Second
	connectTime   = 5 * time.Second
	idleTime      = 30 * time.Second
	headerMax     = 64 << 10
	answerMax     = 64 << 10 // bytes of a response that are read, so that the connection can be used again
	retryAfterMax = 24 * time.Hour
)

// The codes of attempts that failed.
const (
	codeRefused  = "address_refused" // the address is not public
	codeHost     = "host_unknown"
	codeConnect  = "unreachable"
	codeTLS      = "tls_failed"
	codeTime     = "timeout"
	codeLost     = "connection_lost"
	codeStatus   = "status"   // the response is not 2xx
	codeRedirect = "redirect" // the same; redirects are not followed
)

// Options are the settings of a Sender.
type Options struct {
	// Allow are networks that may be called although they are not public; default: none.
	Allow []netip.Prefix
	// Body returns an event as a receiver gets it. It is required.
	Body func(e *rollcall.Event) ([]byte, error)
	// Version is that of the program, for receivers.
	Version string
}

// Sender sends events.
type Sender struct {
	client *http.Client
	opts   Options
}

var _ service.Webhooks = (*Sender)(nil)

// New returns a Sender. It uses no proxy, which would call addresses that it can't judge.
func New(opts Options) *Sender {
	s := &Sender{opts: opts}
	dialer := &net.Dialer{Timeout: connectTime, ControlContext: s.judge}
	s.client = &http.Client{
		Transport: &http.Transport{
			DialContext:            dialer.DialContext,
			ForceAttemptHTTP2:      true,
			MaxIdleConnsPerHost:    4,
			MaxIdleConns:           256,
			IdleConnTimeout:        idleTime,
			TLSHandshakeTimeout:    connectTime,
			MaxResponseHeaderBytes: headerMax,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return s
}

// Close closes idle connections.
func (s *Sender) Close() { s.client.CloseIdleConnections() }

// Body implements service.Webhooks.
func (s *Sender) Body(e *rollcall.Event) ([]byte, error) { return s.opts.Body(e) }

// Send implements service.Webhooks.
func (s *Sender) Send(ctx context.Context, m service.WebhookMessage) rollcall.Attempt {
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, m.URL, strings.NewReader(string(m.Body)))
	if err != nil {
		return rollcall.Attempt{Error: codeHost}
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "Rollcall/"+s.opts.Version)
	for name, value := range headers(m) {
		r.Header[name] = []string{value} // in lower case, as the standard writes them
	}
	resp, err := s.client.Do(r)
	if err != nil {
		return rollcall.Attempt{Error: codeOf(err)}
	}
	defer resp.Body.Close()
	_, readErr := io.CopyN(io.Discard, resp.Body, answerMax)
	a := rollcall.Attempt{Status: resp.StatusCode, RetryAfter: retryAfter(resp)}
	switch {
	case resp.StatusCode >= 300 && resp.StatusCode < 400:
		a.Error = codeRedirect
	case resp.StatusCode < 200, resp.StatusCode >= 300:
		a.Error = codeStatus
	case readErr != nil && !errors.Is(readErr, io.EOF):
		a.Error = codeOf(readErr)
	}
	return a
}

// headers returns the headers of Standard Webhooks.
func headers(m service.WebhookMessage) map[string]string {
	at := strconv.FormatInt(m.At.Unix(), 10)
	signatures := make([]string, len(m.Secrets))
	for i, secret := range m.Secrets {
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte(string(m.Event) + "." + at + "."))
		mac.Write(m.Body)
		signatures[i] = "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	}
	return map[string]string{"webhook-id": string(m.Event), "webhook-timestamp": at, "webhook-signature": strings.Join(signatures, " ")}
}

// retryAfter returns how long a receiver that is busy asks to wait, at most a day.
func retryAfter(resp *http.Response) time.Duration {
	seconds, err := strconv.Atoi(resp.Header.Get("Retry-After"))
	if err != nil || seconds < 0 || resp.StatusCode < 400 {
		return 0
	}
	return min(time.Duration(min(seconds, 1<<20))*time.Second, retryAfterMax)
}

// codeOf returns the code of a request without a whole response. The error itself has the address.
func codeOf(err error) string {
	var dns *net.DNSError
	var op *net.OpError
	var timeout net.Error
	switch {
	case errors.Is(err, errRefused):
		return codeRefused
	case errors.As(err, &dns):
		return codeHost
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return codeTime
	case errors.As(err, &op) && op.Op == "dial":
		return codeConnect
	case strings.Contains(err.Error(), "tls: "), strings.Contains(err.Error(), "x509: "), strings.Contains(err.Error(), "HTTP response to HTTPS"):
		return codeTLS
	}
	return codeLost
}
