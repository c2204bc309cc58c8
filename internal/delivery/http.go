package delivery

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"example.org/rollcall/internal/rollcall"
)

const (
	answerMax       = 512 << 10 // bytes of a response body
	answerHeaderMax = 64 << 10
	connectTime     = 5 * time.Second
	idleMax         = 16 // idle connections to a provider
	idleTime        = 30 * time.Second
	connectionsMax  = 64
	retryAfterMax   = 24 * time.Hour
)

// HTTP calls a provider over HTTP. It sends each request once, and follows no redirects, which would send the secret
// elsewhere. Its errors hold nothing of the request.
type HTTP struct {
	client *http.Client
	now    func() time.Time
}

// Answer is a provider's response.
type Answer struct {
	Status     int
	Body       []byte
	RetryAfter time.Duration // at most a day; 0: the response has none
}

// NewHTTP returns an HTTP with its own connections, which uses the proxy of HTTPS_PROXY and HTTP_PROXY. The clock is for a
// Retry-After with a date; nil: time.Now.
func NewHTTP(now func() time.Time) *HTTP {
	if now == nil {
		now = time.Now
	}
	transport := &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: connectTime}).DialContext,
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           idleMax,
		MaxIdleConnsPerHost:    idleMax,
		MaxConnsPerHost:        connectionsMax,
		IdleConnTimeout:        idleTime,
		TLSHandshakeTimeout:    connectTime,
		MaxResponseHeaderBytes: answerHeaderMax,
	}
	return &HTTP{now: now, client: &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       SendTime,
	}}
}

// Close closes idle connections.
func (h *HTTP) Close() { h.client.CloseIdleConnections() }

// Do sends the request and returns the response, whatever its status. The error is a *rollcall.DeliveryError if the request
// did not reach the provider, and another one if that is unknown: the response is missing, incomplete, or larger than
// 512 KiB.
func (h *HTTP) Do(ctx context.Context, r *http.Request) (Answer, error) {
	resp, err := h.client.Do(r.WithContext(ctx))
	if err != nil {
		return Answer{}, callError(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, answerMax+1))
	if err != nil {
		return Answer{}, fmt.Errorf("the provider's response with status %d ended early", resp.StatusCode)
	}
	if len(body) > answerMax {
		return Answer{}, fmt.Errorf("the provider's response with status %d is too long", resp.StatusCode)
	}
	return Answer{Status: resp.StatusCode, Body: body, RetryAfter: h.retryAfter(resp.Header.Get("Retry-After"))}, nil
}

// retryAfter reads a Retry-After in seconds or as a date.
func (h *HTTP) retryAfter(value string) time.Duration {
	wait := time.Duration(0)
	if seconds, err := strconv.Atoi(value); err == nil {
		wait = time.Duration(min(seconds, int(retryAfterMax/time.Second))) * time.Second
	} else if at, err := http.ParseTime(value); err == nil {
		wait = at.Sub(h.now())
	}
	return min(max(wait, 0), retryAfterMax)
}

// callError returns the error for a request without a response. It leaves out the text of err, which has the address.
func callError(err error) error {
	var op *net.OpError
	if errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect") {
		return ConnectFailed(err)
	}
	if u := TLSRefused(err); u != nil {
		return u
	}
	if errors.Is(err, context.DeadlineExceeded) || isTimeout(err) {
		return errors.New("the provider did not answer in time")
	}
	if errors.Is(err, context.Canceled) {
		return errors.New("the attempt was canceled")
	}
	return errors.New("the connection to the provider was lost, or its response is not HTTP")
}

func isTimeout(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout()
}

// ConnectFailed returns the error for a failed connection to a provider: OutcomeMisconfigured for an unknown host name,
// otherwise OutcomeRetry.
func ConnectFailed(err error) *rollcall.DeliveryError {
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return Misconfigured("host_unknown", "the provider's host name was not found; check its address in the settings, and this machine's DNS")
	case errors.Is(err, context.Canceled):
		return &rollcall.DeliveryError{Code: "canceled", Reason: "the attempt was canceled"}
	case isTimeout(err), errors.Is(err, context.DeadlineExceeded):
		return &rollcall.DeliveryError{Code: "unreachable",
			Reason: "the provider could not be reached in time; check that no firewall blocks it"}
	}
	return &rollcall.DeliveryError{Code: "unreachable", Reason: "no connection to the provider's address and port; check both in the settings"}
}

// TLSRefused returns the error for a TLS connection that failed; nil: err has another cause.
func TLSRefused(err error) *rollcall.DeliveryError {
	var verify *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	var record tls.RecordHeaderError
	var op *net.OpError
	switch {
	case errors.As(err, &host):
		return Misconfigured("tls_untrusted", "the provider's certificate is for another host; check its address in the settings")
	case errors.As(err, &verify), errors.As(err, &authority), errors.As(err, &invalid):
		return Misconfigured("tls_untrusted", "the provider's certificate is not trusted on this machine; add its issuer to the trusted certificates")
	case errors.As(err, &record), errors.As(err, &op) && strings.HasSuffix(op.Op, " error"), // an alert
		strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		return Misconfigured("tls_failed", "the provider does not speak TLS at this port; check its address and port in the settings")
	}
	return nil
}

// Refused returns the error for a response without success, by its status: OutcomeRetry for 408, 425, 429 and 503; an error that
// is not a *rollcall.DeliveryError for other 5xx, since some come from a proxy while the provider goes on; and OutcomeMisconfigured
// for the rest, with a Suspicion for statuses by which some services refuse a single recipient. The reason begins with
// the provider's name.
func (a Answer) Refused(name string) error {
	undelivered := func(outcome rollcall.Outcome, code, reason string) *rollcall.DeliveryError {
		return &rollcall.DeliveryError{Outcome: outcome, Code: code, RetryAfter: a.RetryAfter,
			Reason: fmt.Sprintf("%s (status %d)", reason, a.Status)}
	}
	suspect := func(code, reason string) error {
		u := undelivered(rollcall.OutcomeMisconfigured, code, reason)
		u.Suspect = rollcall.SuspectOverRecipients
		return u
	}
	switch s := a.Status; {
	case s == http.StatusTooManyRequests:
		return undelivered(rollcall.OutcomeRetry, "too_many", name+" asked to send more slowly")
	case s == http.StatusRequestTimeout, s == http.StatusTooEarly, s == http.StatusServiceUnavailable:
		return undelivered(rollcall.OutcomeRetry, "unavailable", name+" accepts no messages now")
	case s >= 500:
		return fmt.Errorf("%s failed to handle a message (status %d)", name, s)
	case s == http.StatusUnauthorized, s == http.StatusProxyAuthRequired:
		return undelivered(rollcall.OutcomeMisconfigured, "login_refused", name+" does not accept the secret in the settings")
	case s == http.StatusForbidden:
		return suspect("login_refused", name+" does not accept the secret in the settings, or does not send to this recipient")
	case s == http.StatusMethodNotAllowed, s < 200, s >= 300 && s < 400:
		return undelivered(rollcall.OutcomeMisconfigured, "wrong_address", name+" accepts no messages at the address in the settings")
	case s == http.StatusNotFound, s == http.StatusGone:
		return suspect("wrong_address", name+" accepts no messages at the address in the settings, or does not know this recipient")
	}
	return suspect("request_refused", name+" does not accept the request")
}
