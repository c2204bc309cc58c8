package web_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/web"
)

func TestWrapRequestID(t *testing.T) {
	address, _ := startServer(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, web.FromContext(r.Context()).RequestID)
	})
	long := strings.Repeat("x", 128)
	for _, test := range []struct{ name, header, want string }{
		{"none", "", "req_new"},
		{"empty", "X-Request-Id: \r\n", "req_new"},
		{"kept", "X-Request-Id: 5f3c-ABC~!\r\n", "5f3c-ABC~!"},
		{"longest", "X-Request-Id: " + long + "\r\n", long},
		{"too long", "X-Request-Id: " + long + "x\r\n", "req_new"},
		{"space inside", "X-Request-Id: a b\r\n", "req_new"},
		{"not ASCII", "X-Request-Id: caf\u00e9\r\n", "req_new"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := mustSend(t, address, "GET / HTTP/1.1\r\nHost: x\r\n"+test.header+"\r\n")
			if id := got.Header.Get("X-Request-Id"); id != test.want || got.body != test.want {
				t.Errorf("X-Request-Id = %q, RequestID %q, want %q", id, got.body, test.want)
			}
		})
	}
}

func TestWrapOwnRequestID(t *testing.T) {
	w := httptest.NewRecorder()
	h := web.Wrap(http.NotFoundHandler(), web.Options{Error: fail})
	h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if id := w.Header().Get("X-Request-Id"); !strings.HasPrefix(id, "req_") {
		t.Errorf("X-Request-Id = %q, want req_ at its start", id)
	}
}

func TestWrapHeaders(t *testing.T) {
	address, _ := startServer(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/own" {
			w.Header().Set("Cache-Control", "max-age=60")
			w.Header().Add("Referrer-Policy", "origin")
		}
	})
	const csp = "default-src 'none'; frame-ancestors 'none'"
	for _, test := range []struct {
		target, cacheControl, referrerPolicy string
	}{
		{"GET /own", "max-age=60", "no-referrer,origin"},
		{"GET /", "no-store", "no-referrer"}, // after the one before it, which must not have changed it
		{"OPTIONS /", "no-store", "no-referrer"},
	} {
		got := mustSend(t, address, test.target+" HTTP/1.1\r\nHost: x\r\n\r\n")
		for name, want := range map[string]string{
			"X-Content-Type-Options":  "nosniff",
			"Content-Security-Policy": csp,
			"Cache-Control":           test.cacheControl,
			"Referrer-Policy":         test.referrerPolicy,
		} {
			if value := strings.Join(got.Header.Values(name), ","); value != want {
				t.Errorf("%s: %s = %q, want %q", test.target, name, value, want)
			}
		}
	}
}

func TestWrapHead(t *testing.T) {
	address, book := startServer(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			t.Errorf("the handler got %s, want GET", r.Method)
		}
		_, _ = io.WriteString(w, "hello")
	})
	got, err := send(address, "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n")
	if !errors.Is(err, io.ErrUnexpectedEOF) || got.body != "" {
		t.Errorf("body = %q, %v, want none", got.body, err)
	}
	if got.StatusCode != http.StatusOK || got.ContentLength != 5 {
		t.Errorf("status = %d, Content-Length %d, want 200, 5", got.StatusCode, got.ContentLength)
	}
	line := book.entries(t, "request")[0]
	if line["method"] != "HEAD" || line["bytes"] != 0.0 {
		t.Errorf("logged %v bytes for %v, want 0 for HEAD", line["bytes"], line["method"])
	}
}

// private stands for personal data, which must not be logged.
const private = "ada@example.org"

type plainError struct{ error }

func TestWrapPanic(t *testing.T) {
	for _, test := range []struct {
		name       string
		handler    http.HandlerFunc
		wantStatus int // 0: the connection is cut
		wantLogged int // status of the request's line
		wantType   string
		wantText   string
	}{
		{"before the first byte", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "99")
			w.Header().Set("ETag", `"1"`)
			w.Header().Set("X-Ratelimit-Limit", "7")
			panic("no such contact: " + private)
		}, 500, 500, "string", ""},
		{"an error", func(http.ResponseWriter, *http.Request) {
			panic(plainError{errors.New(private)})
		}, 500, 500, "web_test.plainError", ""},
		{"of the runtime", func(_ http.ResponseWriter, r *http.Request) {
			_ = r.URL.Path[len(r.Host)+100]
		}, 500, 500, "runtime.boundsError", "index out of range"},
		{"with nil", func(http.ResponseWriter, *http.Request) {
			panic(error(nil))
		}, 500, 500, "*runtime.PanicNilError", "panic called with nil"},
		{"after the first byte", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "half of it")
			panic(private)
		}, 0, 200, "string", ""},
		{"abort", func(http.ResponseWriter, *http.Request) {
			panic(http.ErrAbortHandler)
		}, 0, 0, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			address, book := startServer(t, func(w http.ResponseWriter, r *http.Request) {
				web.FromContext(r.Context()).Route = "/{id}"
				test.handler(w, r)
			})
			got, err := send(address, "GET /"+private+" HTTP/1.1\r\nHost: x\r\n\r\n")
			if test.wantStatus == 0 && err == nil {
				t.Errorf("response = %d %q, want a closed connection", got.StatusCode, got.body)
			}
			if test.wantStatus != 0 {
				checkPanicAnswer(t, got, err)
			}
			checkPanicLog(t, book, test.wantType, test.wantText)
			line := book.entries(t, "request")[0]
			if line["status"] != float64(test.wantLogged) || line["aborted"] != (test.wantStatus == 0) {
				t.Errorf("request logged as %v, want status %d, aborted %v", line, test.wantLogged, test.wantStatus == 0)
			}
		})
	}
}

func checkPanicAnswer(t *testing.T, got exchange, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if got.StatusCode != 500 || !strings.HasPrefix(got.body, "internal_error: ") {
		t.Errorf("response = %d %q, want 500 internal_error", got.StatusCode, got.body)
	}
	if got.Header.Get("X-Request-Id") != "req_new" || got.Header.Get("Etag") != "" {
		t.Errorf("headers = %v, want X-Request-Id and no ETag", got.Header)
	}
}

func checkPanicLog(t *testing.T, book *logBook, wantType, wantText string) {
	t.Helper()
	if text := book.text(); strings.Contains(text, private) {
		t.Errorf("the log has personal data, want none: %s", text)
	}
	lines := book.entries(t, "panic")
	if wantType == "" {
		if len(lines) != 0 {
			t.Errorf("logged %v, want nothing", lines)
		}
		return
	}
	if len(lines) != 1 {
		t.Fatalf("%d log lines about the panic, want 1", len(lines))
	}
	line := lines[0]
	for key, want := range map[string]any{
		"level": "ERROR", "type": wantType, "route": "/{id}", "request_id": "req_new",
	} {
		if line[key] != want {
			t.Errorf("%s is %v, want %v", key, line[key], want)
		}
	}
	if text, _ := line["error"].(string); (text == "") != (wantText == "") || !strings.Contains(text, wantText) {
		t.Errorf("error = %q, want %q in it", text, wantText)
	}
	if stack, _ := line["stack"].(string); !strings.Contains(stack, "wrap_test.go") {
		t.Errorf("stack = %s, want wrap_test.go in it", stack)
	}
}

func TestWrapPanicWhileAnsweringOne(t *testing.T) {
	book := &logBook{}
	srv := httptest.NewServer(web.Wrap(
		http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(private) }),
		web.Options{
			Error: func(http.ResponseWriter, *http.Request, error) { panic("again: " + private) },
			Log:   book.logger(),
		},
	))
	defer srv.Close()
	if got, err := send(srv.Listener.Addr().String(), "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err == nil {
		t.Errorf("response = %d, want a closed connection", got.StatusCode)
	}
	if panics, requests := book.entries(t, "panic"), book.entries(t, "request"); len(panics) != 2 || len(requests) != 1 {
		t.Errorf("logged %d panics and %d requests, want 2 and 1", len(panics), len(requests))
	}
	if strings.Contains(book.text(), private) {
		t.Errorf("the log has personal data, want none: %s", book.text())
	}
}

func TestWrapLog(t *testing.T) {
	for _, test := range []struct {
		name, method            string
		status                  int
		wantLevel, wantMethod   string
		wantBytes, wantDuration float64
	}{
		{"found", "GET", 200, "INFO", "GET", 5, 1500},
		{"nothing written", "DELETE", 0, "INFO", "DELETE", 0, 1500},
		{"refused", "PATCH", 422, "INFO", "PATCH", 5, 1500},
		{"failed", "POST", 500, "ERROR", "POST", 5, 1500},
		{"bad gateway", "POST", 502, "ERROR", "POST", 5, 1500},
		{"unavailable", "PUT", 503, "WARN", "PUT", 5, 1500},
		{"a caller's own method", "GIVE-ME", 405, "INFO", "OTHER", 5, 1500},
		{"the wrong case", "get", 405, "INFO", "OTHER", 5, 1500},
	} {
		t.Run(test.name, func(t *testing.T) {
			book := &logBook{}
			now := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
			h := web.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				*web.FromContext(r.Context()) = web.Request{
					RequestID: "req_1", Route: "/sites/{site_id}", Dealer: "dealer_1", Key: "key_1",
				}
				now = now.Add(1500 * time.Microsecond)
				if test.status != 0 {
					w.WriteHeader(http.StatusEarlyHints)
					w.WriteHeader(test.status)
					_, _ = io.WriteString(w, "hello")
				}
			}), web.Options{Error: fail, Log: book.logger(), Now: func() time.Time { return now }})
			r := httptest.NewRequest(test.method, "/sites/"+private+"?search="+private, strings.NewReader(private))
			r.Header.Set("Authorization", "Bearer "+private)
			h.ServeHTTP(&nowhere{header: http.Header{}}, r)

			if strings.Contains(book.text(), private) {
				t.Errorf("the log has what the caller sent, want none of it: %s", book.text())
			}
			lines := book.entries(t, "request")
			if len(lines) != 1 {
				t.Fatalf("%d log lines, want 1", len(lines))
			}
			status := test.status
			if status == 0 {
				status = 200
			}
			for key, want := range map[string]any{
				"level": test.wantLevel, "method": test.wantMethod, "status": float64(status),
				"bytes": test.wantBytes, "duration_us": test.wantDuration, "aborted": false,
				"route": "/sites/{site_id}", "request_id": "req_1", "dealer": "dealer_1", "key": "key_1",
			} {
				if lines[0][key] != want {
					t.Errorf("%s is %v, want %v", key, lines[0][key], want)
				}
			}
		})
	}
}

func TestWrapFlush(t *testing.T) {
	proceed := make(chan struct{})
	address, _ := startServer(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "first")
		if _, ok := w.(http.Flusher); !ok {
			t.Error("the response writer is not an http.Flusher, want one")
		}
		control := http.NewResponseController(w)
		if err := control.Flush(); err != nil {
			t.Error(err)
		}
		if err := control.SetWriteDeadline(time.Now().Add(time.Minute)); err != nil {
			t.Errorf("SetWriteDeadline = %v, want nil", err)
		}
		<-proceed
	})
	resp, err := http.Get("http://" + address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	first := make([]byte, 5)
	if _, err := io.ReadFull(resp.Body, first); err != nil || string(first) != "first" {
		t.Errorf("read %q, %v while the handler runs, want first", first, err)
	}
	close(proceed)
}
