package app_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/testkit"
)

// stranger connects from an address in 127.0.0.0/8, as only Linux allows, and sends a text. The connection is closed when
// the test ends.
func stranger(t *testing.T, a *testkit.App, from, text string) net.Conn {
	t.Helper()
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}, Timeout: 10 * time.Second}
	conn, err := d.DialContext(t.Context(), "tcp", strings.TrimPrefix(a.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	return conn
}

// served fails unless a valid key and the probes are answered. It logs the longest that they took, for scripts/soak.
func served(t *testing.T, a *testkit.App, beside string) {
	t.Helper()
	longest := time.Duration(0)
	for range 8 {
		began := time.Now()
		for _, s := range []testkit.Scenario{
			{Name: "a valid key", As: "all", Method: http.MethodGet, Path: contactPath, Status: 200, Want: `{"data": {"...": true}}`},
			{Name: "liveness", Method: http.MethodGet, Path: "/healthz", Status: 200, Want: `{"status": "ok"}`},
			{Name: "readiness", Method: http.MethodGet, Path: "/readyz", Status: 200, Want: `{"status": "ready"}`},
		} {
			a.Try(t, s)
		}
		longest = max(longest, time.Since(began))
	}
	t.Logf("figure: beside %s, a contact and both probes were read in %v at most", beside, longest.Round(time.Millisecond))
}

func TestSlowBodiesOfStrangersTakeNoRoom(t *testing.T) {
	a := testkit.NewApp(t, func(o *app.Options) { // with the shipped defaults
		o.WrongKeys, o.AbuseMode = 0, ""
	})
	const slow = "Host: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n"
	for i := range 1100 {
		from := fmt.Sprintf("127.0.1.%d", 1+i%4)
		switch i % 3 {
		case 0:
			stranger(t, a, from, "POST /c/x HTTP/1.1\r\n"+slow+"\r\na")
		case 1:
			stranger(t, a, from, "POST /hooks/twilio/sms HTTP/1.1\r\n"+slow+"X-Twilio-Signature: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\na")
		default:
			stranger(t, a, from, "POST /ext/v1/sites HTTP/1.1\r\n"+slow+"Authorization: Bearer x\r\n\r\na")
		}
	}
	served(t, a, "1,100 slow bodies")
}

// TestSlowBodiesDontDelayPages sends slow bodies that no handler reads, from many networks. Each request is answered
// before its body, so that people still get their pages.
func TestSlowBodiesDontDelayPages(t *testing.T) {
	a := testkit.NewApp(t, func(o *app.Options) { o.MaxRequests = 16 }) // of which pages have four
	a.Try(t, testkit.Scenario{As: "all", Method: http.MethodPost, Path: contactPath + "/validation", Status: 200, Want: `{"data": {"...": true}}`})
	link := a.Newest().Token
	const body = "Host: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
	for i, request := range []string{
		"POST /c/x HTTP/1.1\r\n" + body + "Content-Length: 100\r\n\r\na",
		"POST /c/oSt5ziC-BOWxyYwW HTTP/1.1\r\n" + body + "Content-Length: 100\r\n\r\na",
		"POST /c/oSt5ziC-BOWxyYwW HTTP/1.1\r\n" + body + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n",
		"GET /c/" + link + " HTTP/1.1\r\n" + body + "Content-Length: 100\r\n\r\na",
		"GET /c/" + link + "/logo HTTP/1.1\r\n" + body + "Content-Length: 100\r\n\r\na",
		"DELETE /c/" + link + " HTTP/1.1\r\n" + body + "Content-Length: 100\r\n\r\na",
		"POST /hooks/twilio/sms HTTP/1.1\r\n" + body + "Content-Length: 100\r\n\r\na",
		"POST /hooks/none HTTP/1.1\r\n" + body + "Content-Length: 100\r\n\r\na",
	} {
		conn := stranger(t, a, fmt.Sprintf("127.0.2.%d", 1+i), request)
		_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
		answer, err := bufio.NewReader(conn).ReadString('\n')
		if err != nil || !strings.HasPrefix(answer, "HTTP/1.1 ") || strings.HasPrefix(answer, "HTTP/1.1 503") {
			t.Errorf("%.40q is answered with %q, %v, want a status before its body came", request, answer, err)
		}
	}
	resp, err := a.Client.Get(a.URL + "/c/" + link)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != 200 {
		t.Errorf("a person gets %d, want 200", resp.StatusCode)
	}
}

// TestSlowHookBodiesLeaveTheirPlaces sends hooks signatures that can only be checked with the whole body, which never comes.
func TestSlowHookBodiesLeaveTheirPlaces(t *testing.T) {
	t.Parallel()
	a := testkit.NewApp(t, func(o *app.Options) {
		o.MaxRequests, o.PublicURL = 16, "https://rollcall.example.org" // of which hooks have four, a network one
		o.Delivery, o.Gateway.URL, o.Gateway.HookSecret = app.Gateway, "https://sms.example.org/send", "s3cret"
	})
	head := "POST /hooks/gateway/inbound HTTP/1.1\r\nHost: x\r\nX-Rollcall-Signature: sha256=" + strings.Repeat("00", 32) + "\r\nContent-Length: "
	var slow net.Conn
	for i := range 4 {
		slow = stranger(t, a, fmt.Sprintf("127.0.3.%d", 1+i), head+"100\r\n\r\n{")
	}
	began := time.Now()
	_ = slow.SetReadDeadline(began.Add(8 * time.Second))
	if _, err := bufio.NewReader(slow).ReadString('\n'); err != nil {
		t.Fatalf("no response to a slow body after %v: %v, want one after 3s", time.Since(began).Round(time.Second), err)
	}
	answer, err := bufio.NewReader(stranger(t, a, "127.0.3.9", head+"2\r\n\r\n{}")).ReadString('\n')
	if err != nil || !strings.HasPrefix(answer, "HTTP/1.1 403") {
		t.Errorf("the next hook is answered with %q, %v, want 403", answer, err)
	}
}

// TestIdleConnectionsAreClosed opens the maximum number of idle connections from another process (TestHolds), so that neither
// process needs more files than usual.
func TestIdleConnectionsAreClosed(t *testing.T) {
	most := 100
	if os.Getenv("ROLLCALL_SOAK") != "" {
		most = 10_000 // as shipped
	}
	a := testkit.NewApp(t, func(o *app.Options) { o.MaxConnections = most })
	hold := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestHolds$")
	hold.Env = append(os.Environ(), fmt.Sprintf("ROLLCALL_TEST_HOLDS=%s %d", strings.TrimPrefix(a.URL, "http://"), most))
	in, err := hold.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := hold.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := hold.Start(); err != nil {
		t.Fatal(err)
	}
	said, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || said != "held\n" {
		t.Fatalf("the other process said %q (%v), want that it holds the connections", said, err)
	}
	served(t, a, fmt.Sprintf("%d idle connections", most))
	_ = in.Close()
	_ = hold.Wait() // its status is that of a test without a result
}

// TestRequestsAtOnceOfDealers has two dealers fill the room for requests: each gets half of it, a third one none, and the
// probes are answered.
func TestRequestsAtOnceOfDealers(t *testing.T) {
	most := 40
	if os.Getenv("ROLLCALL_SOAK") != "" {
		most = 1000 // as shipped
	}
	a := testkit.NewApp(t, func(o *app.Options) {
		if most < 1000 {
			o.MaxRequests = most
		}
	})
	for i := range most {
		key := a.Key([]string{"other", "third"}[i%2])
		conn := stranger(t, a, fmt.Sprintf("127.0.1.%d", 1+i%20), "POST /ext/v1/sites HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "+key+
			"\r\nContent-Type: application/json\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n")
		if _, err := conn.Read(make([]byte, 1)); err != nil { // "100 Continue": the body is being read
			t.Fatal(err)
		}
	}
	began := time.Now()
	for _, s := range []testkit.Scenario{
		{Name: "a dealer that has its half", As: "other", Path: contactPath, Status: 429},
		{Name: "a third dealer", As: "all", Path: contactPath, Status: 503},
		{Name: "liveness", Path: "/healthz", Status: 200},
		{Name: "readiness", Path: "/readyz", Status: 200},
	} {
		s.Method, s.Want = http.MethodGet, `{"...": true}`
		a.Try(t, s)
	}
	t.Logf("figure: beside %d requests that run, four more were answered in %v", most, time.Since(began).Round(time.Millisecond))
}

// TestWrongKeysAsShipped sends the wrong keys that an address may send in a minute, and then one more.
func TestWrongKeysAsShipped(t *testing.T) {
	clock := testkit.NewClock()
	a := testkit.NewApp(t, func(o *app.Options) { o.Now, o.WrongKeys = clock.Now, 0 })
	for n := range 62 {
		status := 401
		if n >= 60 {
			status = 429
		}
		a.Try(t, testkit.Scenario{
			Name: fmt.Sprint("wrong key ", n+1), Method: http.MethodGet, Path: contactPath, Status: status, Want: `{"error": {"...": true}}`,
			Header: map[string]string{"Authorization": "Bearer " + a.Key("revoked")},
		})
	}
	served(t, a, "62 wrong keys")
}

// TestHolds is the other process of TestIdleConnectionsAreClosed, and does nothing without the variable.
func TestHolds(t *testing.T) {
	var address string
	var count int
	if n, _ := fmt.Sscan(os.Getenv("ROLLCALL_TEST_HOLDS"), &address, &count); n != 2 {
		return
	}
	for i := range count {
		d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(fmt.Sprintf("127.0.1.%d", 1+i%20))}, Timeout: 10 * time.Second}
		conn, err := d.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
	}
	fmt.Println("held")
	_, _ = io.Copy(io.Discard, os.Stdin) // until the test is done
}
