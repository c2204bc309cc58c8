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
	answerMax       = 512 << 10 // bytes of an answer that are read
	answerHeaderMax = 64 << 10
	connectTime     = 5 * time.Second
	idleMax         = 16 // connections to a provider that wait for the next message
	idleTime        = 30 * time.Second
	connectionsMax  = 64
	retryAfterMax   = 24 * time.Hour
)

// HTTP calls a provider that speaks HTTP, each request once. It follows no redirects, which would take the secret
// elsewhere, and no error of it holds anything of the request.
type HTTP struct {
	client *http.Client
	now    func() time.Time
}

// Answer is what a provider says, however it says it.
type Answer struct {
	Status     int
	Body       []byte
	RetryAfter time.Duration // as the provider asks, at most a day; 0: it does not
}

// NewHTTP returns a caller with connections of its own. Its requests take the proxy that HTTPS_PROXY and its like name.
// The time is what Retry-After is counted from; nil: time.Now.
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

// Close closes the connections that nobody uses.
func (h *HTTP) Close() { h.client.CloseIdleConnections() }

// Do sends the request and returns the answer, whatever its status. The error is a *rollcall.Undelivered where the
// request did not reach the provider, and another one where nobody knows: no answer came, or not the whole of it, or it
// has more than 512 KiB.
func (h *HTTP) Do(ctx context.Context, r *http.Request) (Answer, error) {
	resp, err := h.client.Do(r.WithContext(ctx))
	if err != nil {
		return Answer{}, callError(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, answerMax+1))
	if err != nil {
		return Answer{}, fmt.Errorf("the provider's answer with status %d broke off", resp.StatusCode)
	}
	if len(body) > answerMax {
		return Answer{}, fmt.Errorf("the provider's answer with status %d is longer than any should be", resp.StatusCode)
	}
	return Answer{Status: resp.StatusCode, Body: body, RetryAfter: h.retryAfter(resp.Header.Get("Retry-After"))}, nil
}

// retryAfter reads the seconds or the date of a Retry-After.
func (h *HTTP) retryAfter(value string) time.Duration {
	wait := time.Duration(0)
	if seconds, err := strconv.Atoi(value); err == nil {
		wait = time.Duration(min(seconds, int(retryAfterMax/time.Second))) * time.Second
	} else if at, err := http.ParseTime(value); err == nil {
		wait = at.Sub(h.now())
	}
	return min(max(wait, 0), retryAfterMax)
}

// callError says what became of a request without an answer, without the words of err, which hold the address.
func callError(err error) error {
	var op *net.OpError
	if errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect") {
		return Unreachable(err)
	}
	if u := TLSRefused(err); u != nil {
		return u
	}
	if errors.Is(err, context.DeadlineExceeded) || isTimeout(err) {
		return errors.New("the provider did not answer in time")
	}
	if errors.Is(err, context.Canceled) {
		return errors.New("the attempt was cut short")
	}
	return errors.New("the provider's connection broke off, or its answer is not HTTP")
}

func isTimeout(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout()
}

// Unreachable says why no connection to a provider came about: the operator's matter where the name of the machine is
// not known, else a matter of time.
func Unreachable(err error) *rollcall.Undelivered {
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return &rollcall.Undelivered{Outcome: rollcall.SetupRefuse, Code: "host_unknown",
			Reason: "the provider's host name was not found; check its address in the settings, and this machine's DNS"}
	case errors.Is(err, context.Canceled):
		return &rollcall.Undelivered{Code: "canceled", Reason: "the attempt was cut short"}
	case isTimeout(err), errors.Is(err, context.DeadlineExceeded):
		return &rollcall.Undelivered{Code: "unreachable",
			Reason: "the provider could not be reached in time; check that a firewall lets this machine through to it"}
	}
	return &rollcall.Undelivered{Code: "unreachable", Reason: "the provider cannot be reached: no connection to its address and port; check both in the settings"}
}

// TLSRefused says why a connection is not trusted, nil where err is about something else.
func TLSRefused(err error) *rollcall.Undelivered {
	var verify *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	var record tls.RecordHeaderError
	var op *net.OpError
	switch {
	case errors.As(err, &host):
		return tlsRefused("tls_untrusted", "the certificate that the provider shows is for another host; check the address that is set for it")
	case errors.As(err, &verify), errors.As(err, &authority), errors.As(err, &invalid):
		return tlsRefused("tls_untrusted", "the certificate that the provider shows is not trusted here; let this machine trust who issued it")
	case errors.As(err, &record), errors.As(err, &op) && strings.HasSuffix(op.Op, " error"), // an alert
		strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		return tlsRefused("tls_failed", "the provider does not speak TLS as it should at this port; check the address and the port that are set for it")
	}
	return nil
}

func tlsRefused(code, reason string) *rollcall.Undelivered {
	return &rollcall.Undelivered{Outcome: rollcall.SetupRefuse, Code: code, Reason: reason}
}

// Refused returns what an answer that is no success means where only its status can tell: Later for 408, 425, 429 and
// 503; an error that is no *rollcall.Undelivered for the other 5xx, of which some come from a proxy while the provider
// goes on; and SetupRefuse for the rest. A status by which some services refuse a single recipient is only a suspicion. The
// name is how the provider is called in the reason.
func (a Answer) Refused(name string) error {
	undelivered := func(outcome rollcall.Outcome, code, reason string) *rollcall.Undelivered {
		return &rollcall.Undelivered{Outcome: outcome, Code: code, RetryAfter: a.RetryAfter,
			Reason: fmt.Sprintf("%s (status %d)", reason, a.Status)}
	}
	suspect := func(code, reason string) error {
		u := undelivered(rollcall.SetupRefuse, code, reason)
		u.Suspect = rollcall.OverRecipients
		return u
	}
	switch s := a.Status; {
	case s == http.StatusTooManyRequests:
		return undelivered(rollcall.Later, "too_many", name+" wants fewer messages at once")
	case s == http.StatusRequestTimeout, s == http.StatusTooEarly, s == http.StatusServiceUnavailable:
		return undelivered(rollcall.Later, "unavailable", name+" cannot take messages now")
	case s >= 500:
		return fmt.Errorf("%s failed over a message (status %d)", name, s)
	case s == http.StatusUnauthorized, s == http.StatusProxyAuthRequired:
		return undelivered(rollcall.SetupRefuse, "login_refused", name+" does not accept the secret that is set for it")
	case s == http.StatusForbidden:
		return suspect("login_refused", name+" does not accept the secret that is set for it, or does not send to this recipient")
	case s == http.StatusMethodNotAllowed, s < 200, s >= 300 && s < 400:
		return undelivered(rollcall.SetupRefuse, "wrong_address", name+" takes no messages at the address that is set for it")
	case s == http.StatusNotFound, s == http.StatusGone:
		return suspect("wrong_address", name+" takes no messages at the address that is set for it, or does not know this recipient")
	}
	return suspect("request_refused", name+" does not accept the request")
}
