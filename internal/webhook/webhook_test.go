package webhook

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	standard "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// receiver starts a server, and returns its address and the number of requests that it got.
func receiver(t *testing.T, handle http.HandlerFunc) (address string, calls *atomic.Int64) {
	t.Helper()
	calls = new(atomic.Int64)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		handle(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL, calls
}

func open(t *testing.T, allow ...string) *Sender {
	t.Helper()
	s := New(Options{Allow: prefixes(allow...), Version: "test"})
	t.Cleanup(s.Close)
	return s
}

func message(to string, secrets ...[]byte) service.WebhookMessage {
	return service.WebhookMessage{URL: to, Event: "evt_1", At: time.Now(), Body: []byte(`{"event_id":"evt_1"}`), Secrets: secrets}
}

// TestSignaturesAreThoseOfTheStandard verifies with the library of Standard Webhooks, as a receiver does, with each of two secrets.
func TestSignaturesAreThoseOfTheStandard(t *testing.T) {
	secrets := [][]byte{[]byte("the secret of now, 24 bytes"), []byte("the secret of yesterday ...")}
	failures := make(chan error, 4)
	address, _ := receiver(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		for _, secret := range secrets {
			hook, err := standard.NewWebhook("whsec_" + base64.StdEncoding.EncodeToString(secret))
			failures <- errors.Join(err, hook.Verify(body, r.Header))
		}
		hook, _ := standard.NewWebhook("whsec_" + base64.StdEncoding.EncodeToString([]byte("the secret of somebody else")))
		if hook.Verify(body, r.Header) == nil {
			failures <- errors.New("a wrong secret verifies")
		}
		failures <- nil
		w.WriteHeader(http.StatusNoContent)
	})
	if a := open(t, "127.0.0.0/8").Send(t.Context(), message(address, secrets...)); a.Error != "" || a.Status != 204 {
		t.Errorf("Send() = %+v, want a delivery with 204", a)
	}
	for range 3 {
		if err := <-failures; err != nil {
			t.Error(err)
		}
	}
}

func TestOnlyPublicAddressesAreCalled(t *testing.T) {
	address, calls := receiver(t, func(http.ResponseWriter, *http.Request) {})
	_, port, _ := net.SplitHostPort(address[len("http://"):])
	for _, host := range []string{
		"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1",
		"0.0.0.0", "[::]", "[fe80::1]", "[fd00::1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[2001:db8::1]", "192.0.2.1", "198.51.100.1", "203.0.113.9",
		"224.0.0.1", "255.255.255.255", "240.0.0.1", "198.18.0.1", "[ff02::1]", "[100::1]", "2130706433", "0x7f.1", "127.1",
	} {
		a := open(t).Send(t.Context(), message("http://"+host+":"+port))
		if a.Error != codeRefused && a.Error != codeHost {
			t.Errorf("Send() to %s = %+v, want %s", host, a, codeRefused)
		}
	}
	if a := open(t, "10.0.0.0/8").Send(t.Context(), message(address)); a.Error != codeRefused {
		t.Errorf("Send() to a network that is not allowed = %+v, want %s", a, codeRefused)
	}
	if n := calls.Load(); n != 0 {
		t.Errorf("%d requests arrived, want none", n)
	}
	if a := open(t, "127.0.0.1/32").Send(t.Context(), message(address)); a.Error != "" || calls.Load() != 1 {
		t.Errorf("Send() to an allowed network = %+v, want a delivery", a)
	}
	for _, public := range []string{"8.8.8.8", "1.1.1.1", "2606:4700::1111"} {
		if !isPublic(netip.MustParseAddr(public)) {
			t.Errorf("%s is not public, want that it is", public)
		}
	}
}

// TestProxiesAreNotUsed checks that the environment can't send events elsewhere.
func TestProxiesAreNotUsed(t *testing.T) {
	address, calls := receiver(t, func(http.ResponseWriter, *http.Request) {})
	t.Setenv("HTTP_PROXY", address)
	if proxy := open(t).client.Transport.(*http.Transport).Proxy; proxy != nil {
		t.Error("the transport has a proxy, want none")
	}
	open(t, "127.0.0.0/8").Send(t.Context(), message("http://127.0.0.2:1/"))
	if n := calls.Load(); n != 0 {
		t.Errorf("the proxy got %d requests, want none", n)
	}
}

func TestWhatIsADelivery(t *testing.T) {
	elsewhere, followed := receiver(t, func(http.ResponseWriter, *http.Request) {})
	for _, c := range []struct {
		name   string
		handle http.HandlerFunc
		want   rollcall.Attempt
	}{
		{"200", func(http.ResponseWriter, *http.Request) {}, rollcall.Attempt{Status: 200}},
		{"202 with a long body", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusAccepted)
			_, _ = w.Write(make([]byte, 1<<20))
		}, rollcall.Attempt{Status: 202}},
		{"a redirect", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere, http.StatusFound) },
			rollcall.Attempt{Status: 302, Error: codeRedirect}},
		{"a refusal", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) }, rollcall.Attempt{Status: 410, Error: codeStatus}},
		{"a receiver that is busy", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "120")
			w.WriteHeader(http.StatusServiceUnavailable)
		}, rollcall.Attempt{Status: 503, Error: codeStatus, RetryAfter: 2 * time.Minute}},
		{"a receiver that hangs up", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, rollcall.Attempt{Error: codeLost}},
		{"a response that ends early", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "10")
			_, _ = w.Write([]byte("x"))
		}, rollcall.Attempt{Status: 200, Error: codeLost}},
	} {
		address, _ := receiver(t, c.handle)
		if got := open(t, "127.0.0.0/8").Send(t.Context(), message(address)); got != c.want {
			t.Errorf("Send() to %s = %+v, want %+v", c.name, got, c.want)
		}
	}
	if n := followed.Load(); n != 0 {
		t.Errorf("the target of a redirect got %d requests, want none", n)
	}
}

// TestReceiversOutOfReach checks the codes of requests without a response, which have no address in them.
func TestReceiversOutOfReach(t *testing.T) {
	address, _ := receiver(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // without which the server doesn't notice that the client is gone
		<-r.Context().Done()
	})
	soon, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	u, _ := url.Parse(address)
	for _, c := range []struct {
		ctx  context.Context
		to   string
		want string
	}{
		{soon, address, codeTime},
		{t.Context(), "http://127.0.0.1:1/", codeConnect},
		{t.Context(), "https://" + u.Host, codeTLS},
		{t.Context(), "http://no-such-host.invalid/", codeHost},
	} {
		if got := open(t, "127.0.0.0/8").Send(c.ctx, message(c.to)); got.Error != c.want || got.Status != 0 {
			t.Errorf("Send() to %s = %+v, want %s", c.to, got, c.want)
		}
	}
}
