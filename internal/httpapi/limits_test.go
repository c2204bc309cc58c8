package httpapi_test

import (
	"context"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit"
)

// newClock returns a clock at noon.
func newClock() *testkit.Clock {
	c := testkit.NewClock()
	c.Advance(noon.Sub(c.Now()))
	return c
}

var noon = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

// left returns the rate limit headers: the burst, what remains, and when it is full again, in seconds from noon.
func left(limit, remaining, reset int) header {
	return header{
		"X-RateLimit-Limit": strconv.Itoa(limit), "X-RateLimit-Remaining": strconv.Itoa(remaining),
		"X-RateLimit-Reset": strconv.FormatInt(noon.Unix()+int64(reset), 10), "Retry-After": "",
	}
}

func over(limit, reset, retry int) header {
	h := left(limit, 0, reset)
	h["Retry-After"] = strconv.Itoa(retry)
	return h
}

func newKey(t *testing.T, a *testkit.App, in rollcall.KeyInput) string {
	t.Helper()
	_, key, err := a.Service().CreateKey(t.Context(), service.Caller{Dealer: a.Dealer}, in)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// answers are all kinds of responses for a valid key. Each costs one call.
var answers = []testkit.Scenario{
	{Name: "200", Method: "GET", Path: johnPath, Status: 200, Want: `{"data": {"...": true}}`},
	{Name: "HEAD", Method: "HEAD", Path: johnPath, Status: 200},
	{Name: "400", Method: "GET", Path: contactsPath + "?page=0", Status: 400, Want: failure("invalid_request", "page")},
	{Name: "403", Method: "GET", Path: sitesPath, Status: 403, Want: failure("permission_denied", "")},
	{Name: "404 of a record", Method: "GET", Path: johnPath + "x", Status: 404, Want: failure("contact_not_found", "")},
	{Name: "404 of a path", Method: "GET", Path: "/nowhere", Status: 404, Want: failure("not_found", "")},
	{Name: "405", Method: "BREW", Path: johnPath, Status: 405, Want: failure("method_not_allowed", "")},
	{Name: "413", Method: "POST", Path: contactsPath, Body: strings.Repeat(" ", 64<<10+1), Status: 413, Want: failure("payload_too_large", "")},
	{Name: "422", Method: "PUT", Path: johnPath, Body: `{"type": "x"}`, Status: 422, Want: `{"error": {"code": "validation_failed", "...": true}}`},
	{Name: "204", Method: "DELETE", Path: johnPath, Status: 204},
}

func TestEveryResponseHasRateLimitHeaders(t *testing.T) {
	c := newClock()
	a := testkit.NewApp(t, func(o *app.Options) { o.Now = c.Now })
	scopes := "contacts:read,contacts:write"
	bearer := "Bearer " + newKey(t, a, rollcall.KeyInput{Scopes: scopes, Rate: rollcall.Given(60), Burst: rollcall.Given(len(answers))})
	for i, s := range answers {
		s.Header = header{"Authorization": bearer}
		s.WantHeader = left(len(answers), len(answers)-1-i, 1+i)
		t.Run(s.Name, func(t *testing.T) { a.Try(t, s) })
	}
	for _, s := range answers {
		s.Header = header{"Authorization": bearer}
		s.Status, s.Want, s.WantHeader = 429, failure("rate_limited", ""), over(len(answers), len(answers), 1)
		t.Run(s.Name+" over the limit", func(t *testing.T) { a.Try(t, s) })
	}
	bearer = "Bearer " + newKey(t, a, rollcall.KeyInput{Scopes: scopes, Rate: rollcall.Given(0)})
	for _, s := range answers[1:9] {
		s.Header, s.WantHeader = header{"Authorization": bearer}, left(0, 0, 0)
		if s.Method == "HEAD" || s.Method == "PUT" { // the contact was deleted
			s.Status, s.Want = 404, failure("contact_not_found", "")
		}
		if s.Method == "PUT" {
			continue
		}
		t.Run(s.Name+" without a limit", func(t *testing.T) { a.Try(t, s) })
	}
}

func TestSuspendedDealer(t *testing.T) {
	c := newClock()
	a := testkit.NewApp(t, func(o *app.Options) { o.Now = c.Now })
	bearer := "Bearer " + newKey(t, a, rollcall.KeyInput{Scopes: "*", Rate: rollcall.Given(60), Burst: rollcall.Given(2)})
	expired := "Bearer " + newKey(t, a, rollcall.KeyInput{Scopes: "*", Expires: time.Second})
	if err := a.Service().SuspendDealer(t.Context(), a.Dealer, true); err != nil {
		t.Fatal(err)
	}
	refused := failure("permission_denied", "")
	for _, s := range []testkit.Scenario{
		{Name: "a suspended dealer answers 403", Path: johnPath, Status: 403, WantHeader: left(2, 1, 1), Want: refused},
		{Name: "a request of a suspended dealer counts", Path: "/nowhere", Status: 404, WantHeader: left(2, 0, 2), Want: failure("not_found", "")},
		{Name: "a suspended dealer over the limit answers 429", Path: johnPath, Status: 429, WantHeader: over(2, 2, 1), Want: failure("rate_limited", "")},
	} {
		s.Method, s.Header = "GET", header{"Authorization": bearer}
		t.Run(s.Name, func(t *testing.T) { a.Try(t, s) })
	}
	c.Advance(2 * time.Second)
	a.Try(t, testkit.Scenario{
		Name: "an expired key of a suspended dealer answers 401", Method: "GET", Path: johnPath, Header: header{"Authorization": expired}, Status: 401,
		Want: failure("invalid_api_key", ""),
	})
}

func TestLimitOfTheServer(t *testing.T) {
	for _, tt := range []struct {
		name        string
		rate, burst int
		want        header
	}{
		{"unless set", 0, 0, left(1000, 999, 1)},
		{"a rate", 600, 0, left(50, 49, 1)},
		{"a rate and a burst", 600, 7, left(7, 6, 1)},
		{"none", -1, 0, left(0, 0, 0)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newClock()
			a := testkit.NewApp(t, func(o *app.Options) { o.Now, o.Rate, o.Burst = c.Now, tt.rate, tt.burst })
			a.Try(t, testkit.Scenario{
				Method: "GET", Path: johnPath, Header: header{"Authorization": "Bearer " + newKey(t, a, rollcall.KeyInput{Scopes: "*"})},
				Status: 200, WantHeader: tt.want, Want: `{"data": {"...": true}}`,
			})
		})
	}
}

func TestARateLimitRecovers(t *testing.T) {
	c := newClock()
	a := testkit.NewApp(t, func(o *app.Options) { o.Now = c.Now })
	slow := testkit.Scenario{As: "slow", Method: "GET", Path: johnPath}
	try := func(status int, want header) {
		t.Helper()
		slow.Status, slow.WantHeader, slow.Want = status, want, `{"data": {"...": true}}`
		if status == 429 {
			slow.Want = failure("rate_limited", "")
		}
		a.Try(t, slow)
	}
	try(200, left(1, 0, 60))
	try(429, over(1, 60, 60))
	c.Advance(59 * time.Second)
	try(429, over(1, 60, 1))
	a.Try(t, testkit.Scenario{Method: "GET", Path: johnPath, As: "all", Status: 200, WantHeader: left(0, 0, 59), Want: `{"data": {"...": true}}`})
	c.Advance(time.Second)
	try(200, left(1, 0, 120))
}

// wrongKeys are sent in order, through a trusted proxy, to a server that accepts two wrong keys a minute from an address.
var wrongKeys = []struct {
	name, forwarded, key string
	after                time.Duration
	path                 string // default: that of a contact
	status               int
}{
	{name: "the first wrong key", forwarded: "192.0.2.1", key: "nonsense", status: 401},
	{name: "the second, at an unknown path", forwarded: "192.0.2.1", key: "nonsense", path: "/nowhere", status: 404},
	{name: "a third wrong key answers 429", forwarded: "192.0.2.1", key: unknownKey, status: 429},
	{name: "a wrong key over the limit at an unknown path answers 429", forwarded: "192.0.2.1", key: unknownKey, path: "/nowhere", status: 429},
	{name: "a request without a key does not count", forwarded: "192.0.2.1", status: 401},
	{name: "an address that the caller made up does not matter", forwarded: "192.0.2.9, 192.0.2.1", key: "nonsense", status: 429},
	{name: "a valid key is accepted", forwarded: "192.0.2.1", key: "all", status: 200},
	{name: "a wrong key from another address", forwarded: "192.0.2.2", key: "nonsense", status: 401},
	{name: "a wrong key after half a minute", forwarded: "192.0.2.1", key: unknownKey, after: 30 * time.Second, status: 401},
	{name: "one more then answers 429", forwarded: "192.0.2.1", key: "revoked", status: 429},
	{name: "a wrong key from IPv6", forwarded: "2001:db8::1", key: "nonsense", status: 401},
	{name: "a wrong key from the same /64", forwarded: "2001:db8::2", key: "nonsense", status: 401},
	{name: "a third from the same /64 answers 429", forwarded: "2001:db8::3", key: "nonsense", status: 429},
	{name: "a wrong key from another /64", forwarded: "2001:db8:0:1::1", key: "nonsense", status: 401},
}

const unknownKey = "rk_live_00000000000000000000000000000000jFRlO"

func TestWrongKeysAreLimitedByAddress(t *testing.T) {
	c := newClock()
	a := testkit.NewApp(t, func(o *app.Options) {
		o.Now, o.WrongKeys, o.TrustedProxies = c.Now, 2, []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	})
	want := map[int]string{
		200: `{"data": {"...": true}}`, 401: failure("invalid_api_key", ""), 404: failure("not_found", ""), 429: failure("rate_limited", ""),
	}
	for _, tt := range wrongKeys {
		c.Advance(tt.after)
		s := testkit.Scenario{
			Method: "GET", Path: johnPath, Header: header{"X-Forwarded-For": tt.forwarded}, Status: tt.status, Want: want[tt.status],
		}
		if tt.path != "" {
			s.Path = tt.path
		}
		switch tt.key {
		case "":
		case "all", "expired", "revoked":
			s.As = tt.key
		default:
			s.Header["Authorization"] = "Bearer " + tt.key
		}
		if tt.status == 429 {
			s.WantHeader = header{"Retry-After": "30", "X-RateLimit-Limit": ""}
		}
		t.Run(tt.name, func(t *testing.T) { a.Try(t, s) })
	}
	if strings.Contains(a.Log.String(), "192.0.2") {
		t.Error("the log has the address of a caller, want none")
	}
}

// TestALimitIsExactUnderLoad sends many concurrent requests with one key. Exactly the burst is served.
func TestALimitIsExactUnderLoad(t *testing.T) {
	c := newClock()
	a := testkit.NewApp(t, func(o *app.Options) { o.Now = c.Now })
	bearer := "Bearer " + newKey(t, a, rollcall.KeyInput{Scopes: "*", Rate: rollcall.Given(60), Burst: rollcall.Given(100)})
	var served, refused atomic.Int64
	done := make(chan struct{})
	for range 8 {
		go func() {
			defer func() { done <- struct{}{} }()
			for range 50 {
				switch get(t.Context(), a, johnPath, bearer) {
				case 200:
					served.Add(1)
				case 429:
					refused.Add(1)
				}
			}
		}()
	}
	for range 8 {
		<-done
	}
	if served.Load() != 100 || refused.Load() != 300 {
		t.Errorf("served %d and refused %d, want 100 and 300", served.Load(), refused.Load())
	}
}

func get(ctx context.Context, a *testkit.App, path, authorization string) (status int) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.URL+path, nil)
	if err != nil {
		return 0
	}
	req.Header.Set("Authorization", authorization)
	resp, err := a.Client.Do(req)
	if err != nil {
		return 0
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}
