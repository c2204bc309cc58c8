package app_test

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/testkit"
)

// hold starts a request that waits for its body until the test ends.
func hold(t *testing.T, a *testkit.App, key string) {
	t.Helper()
	holdWith(t, a, "POST /ext/v1/sites HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "+key+"\r\n")
}

// holdWith is hold for a request with this head.
func holdWith(t *testing.T, a *testkit.App, head string) {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(a.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if _, err := io.WriteString(conn, head+"Content-Length: 9\r\nExpect: 100-continue\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Read(make([]byte, 1)); err != nil { // "100 Continue": the body is being read
		t.Fatal(err)
	}
}

func TestRequestsAtOnce(t *testing.T) {
	unavailable := `{"error": {"code": "unavailable", "message": "<any>", "request_id": "<request_id>"}}`
	limited := `{"error": {"code": "rate_limited", "message": "<any>", "request_id": "<request_id>"}}`
	for _, tt := range []struct {
		name   string
		most   int
		held   []string // keys with a running request
		as     string
		path   string
		status int
		want   string
	}{
		{"room for one more", 4, []string{"other", "test"}, "all", contactPath, 200, `{"data": {"...": true}}`},
		{"no room", 2, []string{"other", "third"}, "all", contactPath, 503, unavailable},
		{"a request without a key is answered", 2, []string{"other", "third"}, "", contactPath, 401, `{"error": {"...": true}}`},
		{"health is exempt", 2, []string{"other", "third"}, "", "/healthz", 200, `{"status": "ok"}`},
		{"so is readiness", 2, []string{"other", "third"}, "", "/readyz", 200, `{"status": "ready"}`},
		{"a dealer that has its share, under another key", 4, []string{"all", "test"}, "all", contactPath, 429, limited},
		{"leaves room for others", 4, []string{"all", "test"}, "third", "/ext/v1/sites", 200, `{"data": {"...": true}, "meta": {"...": true}}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := testkit.NewApp(t, func(o *app.Options) { o.MaxRequests = tt.most })
			for _, as := range tt.held {
				hold(t, a, a.Key(as))
			}
			s := testkit.Scenario{As: tt.as, Method: http.MethodGet, Path: tt.path, Status: tt.status, Want: tt.want}
			if tt.status == 429 || tt.status == 503 {
				s.WantHeader = map[string]string{"Retry-After": "1"}
			}
			a.Try(t, s)
		})
	}
}
