package app_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/testkit"
)

// stranger connects from an address of its own choosing below 127.0.0.0/8, which Linux alone allows, and sends what the
// text says. The connection is closed when the test ends.
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

// served fails unless a valid key and the probes are answered.
func served(t *testing.T, a *testkit.App) {
	t.Helper()
	for range 8 {
		for _, s := range []testkit.Scenario{
			{Name: "a valid key", As: "all", Method: http.MethodGet, Path: contactPath, Status: 200, Want: `{"data": {"...": true}}`},
			{Name: "liveness", Method: http.MethodGet, Path: "/healthz", Status: 200, Want: `{"status": "ok"}`},
			{Name: "readiness", Method: http.MethodGet, Path: "/readyz", Status: 200, Want: `{"status": "ready"}`},
		} {
			a.Try(t, s)
		}
	}
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
	served(t, a)
}

func TestIdleConnectionsKeepNobodyOut(t *testing.T) {
	most := 100
	if os.Getenv("ROLLCALL_SOAK") != "" {
		most = 10_000 // as shipped
	}
	a := testkit.NewApp(t, func(o *app.Options) { o.MaxConnections = most })
	for i := range most {
		stranger(t, a, fmt.Sprintf("127.0.1.%d", 1+i%20), "")
	}
	served(t, a)
}
