package web_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"example.org/rollcall/internal/web"
)

func TestAttempt(t *testing.T) {
	const kept, dropped = "first", "second"
	for _, test := range []struct {
		name, method, body string
		status             int
		again              bool
		want               string
	}{
		{"a response is sent", "GET", "", 200, true, kept},
		{"an error is sent", "GET", "", 404, true, kept},
		{"503 is dropped", "GET", "", 503, true, dropped},
		{"503 of HEAD is dropped", "HEAD", "", 503, true, dropped},
		{"503 is sent if it would come again", "GET", "", 503, false, kept},
		{"a request with a body is served once", "GET", "x", 503, true, kept},
	} {
		t.Run(test.name, func(t *testing.T) {
			ended := 0
			first := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				web.FromContext(r.Context()).Done = func() { ended++ }
				w.Header().Set("X-Server", kept)
				w.Header().Set("X-First", "yes")
				w.WriteHeader(test.status)
				_, _ = io.WriteString(w, kept)
				_ = http.NewResponseController(w).Flush()
			})
			address, _ := startServer(t, func(w http.ResponseWriter, r *http.Request) {
				if web.Attempt(first, w, r, func() bool { return test.again }) {
					return
				}
				web.FromContext(r.Context()).Done = func() { ended += 10 }
				w.Header().Set("X-Server", dropped)
				_, _ = io.WriteString(w, dropped)
			})
			req, err := http.NewRequestWithContext(t.Context(), test.method, "http://"+address, strings.NewReader(test.body))
			if err != nil {
				t.Fatal(err)
			}
			req.Close = true
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			checkAttempt(t, resp, test.want)
			if wantEnded := map[string]int{kept: 1, dropped: 11}[test.want]; ended != wantEnded {
				t.Errorf("Done was called %d times, the second as 10, want %d", ended, wantEnded)
			}
		})
	}
}

func checkAttempt(t *testing.T, resp *http.Response, want string) {
	t.Helper()
	body, err := io.ReadAll(resp.Body)
	if err != nil || string(body) != want && resp.Request.Method != http.MethodHead || resp.Header.Get("X-Server") != want {
		t.Errorf("got %d %q of the %s handler, %v, want that of the %s", resp.StatusCode, body, resp.Header.Get("X-Server"), err, want)
	}
	if want == "second" && (resp.StatusCode != http.StatusOK || resp.Header.Get("X-First") != "" || resp.Header.Get("X-Request-Id") == "") {
		t.Errorf("the second handler's response is %d with %v, want 200 without the first one's headers", resp.StatusCode, resp.Header)
	}
}
