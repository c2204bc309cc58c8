package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"sync"
	"testing"
	"time"
)

// script is a server that answers each request with the next of its answers.
type script struct {
	answers []func(http.ResponseWriter)

	mu   sync.Mutex // a connection that is lost orders nothing between its request and the next
	keys []string   // the Idempotency-Key of each request
}

func (s *script) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys = append(s.keys, r.Header.Get("Idempotency-Key"))
	s.answers[min(len(s.keys), len(s.answers))-1](w)
}

func refuse(status int, code, retryAfter string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		if retryAfter != "" {
			w.Header().Set("Retry-After", retryAfter)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, `{"error": {"code": "`+code+`", "message": "M", "field": "f", "existing_id": "e", "request_id": "r",
			"details": [{"field": "f", "code": "c", "message": "m"}]}}`)
	}
}

func lose(http.ResponseWriter) { panic(http.ErrAbortHandler) }

func succeed(w http.ResponseWriter) {
	_, _ = io.WriteString(w, `{"data": {"site_id": "s", "account_reference_id": null}}`)
}

func TestRetries(t *testing.T) {
	for _, tt := range []struct {
		name    string
		answers []func(http.ResponseWriter)
		want    int // requests
		code    string
		waited  []time.Duration // at least
	}{
		{"at once", []func(http.ResponseWriter){succeed}, 1, "", nil},
		{"too many requests", []func(http.ResponseWriter){refuse(429, "rate_limited", "7"), succeed}, 2, "", []time.Duration{7 * time.Second}},
		{"unavailable", []func(http.ResponseWriter){refuse(503, "unavailable", "1"), refuse(503, "unavailable", "2"), succeed}, 3, "",
			[]time.Duration{time.Second, 2 * time.Second}},
		{"the first is not done", []func(http.ResponseWriter){refuse(409, "idempotency_in_progress", "1"), succeed}, 2, "", []time.Duration{time.Second}},
		{"lost connections", []func(http.ResponseWriter){lose, lose, lose, succeed}, 4, "", []time.Duration{1, 1, 1}},
		{"for too long", []func(http.ResponseWriter){refuse(503, "unavailable", "1")}, 4, "unavailable", []time.Duration{1, 1, 1}},
		{"a limit that lasts", []func(http.ResponseWriter){refuse(429, "rate_limited", "3600")}, 1, "rate_limited", nil},
		{"no provider", []func(http.ResponseWriter){refuse(503, "delivery_not_configured", "")}, 1, "delivery_not_configured", nil},
		{"a bad request", []func(http.ResponseWriter){refuse(422, "validation_failed", "")}, 1, "validation_failed", nil},
		{"a proxy", []func(http.ResponseWriter){func(w http.ResponseWriter) { w.WriteHeader(502) }}, 1, "unknown", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &script{answers: tt.answers}
			server := httptest.NewServer(s)
			defer server.Close()
			c := New(server.URL+"/", "k")
			var waited []time.Duration
			c.wait = func(_ context.Context, d time.Duration) error {
				waited = append(waited, d)
				return nil
			}
			_, err := c.Sites.Create(t.Context(), NewSite{Name: "N"})
			server.Close() // waits for the handlers
			var refused *Error
			if errors.As(err, &refused); (err == nil) != (tt.code == "") || err != nil && refused.Code != tt.code {
				t.Errorf("Create returns %v, want the code %q", err, tt.code)
			}
			if len(s.keys) != tt.want || s.keys[0] == "" || s.keys[0] != s.keys[len(s.keys)-1] {
				t.Errorf("the server got the keys %q, want %d requests under one key", s.keys, tt.want)
			}
			if len(waited) != len(tt.waited) {
				t.Fatalf("waited for %v, want %v", waited, tt.waited)
			}
			for i := range waited {
				if waited[i] < tt.waited[i] {
					t.Errorf("waited for %v, want at least %v", waited, tt.waited)
				}
			}
		})
	}
}

func TestError(t *testing.T) {
	server := httptest.NewServer(&script{answers: []func(http.ResponseWriter){refuse(409, "site_id_taken", "")}})
	defer server.Close()
	_, err := New(server.URL, "k").Sites.Create(t.Context(), NewSite{Name: "N"})
	want := &Error{
		Status: 409, Code: "site_id_taken", Message: "M", Field: "f", Details: []Detail{{"f", "c", "m"}}, ExistingID: "e", RequestID: "r",
	}
	var got *Error
	if !errors.As(err, &got) || !reflect.DeepEqual(got, want) {
		t.Errorf("Create returns %#v, want %#v", err, want)
	}
}

func TestURLWithoutScheme(t *testing.T) {
	for _, url := range []string{"", "rollcall.example.com", "ftp://rollcall.example.com"} {
		c := New(url, "k")
		c.wait = func(context.Context, time.Duration) error {
			t.Errorf("New(%q).Key tries again, want an error at once", url)
			return nil
		}
		want := fmt.Sprintf("rollcall: the server's URL is %q; use one such as https://rollcall.example.com", url)
		if _, err := c.Key(t.Context()); err == nil || err.Error() != want {
			t.Errorf("New(%q).Key returns %v, want %s", url, err, want)
		}
	}
}

func TestCanceled(t *testing.T) {
	server := httptest.NewServer(&script{answers: []func(http.ResponseWriter){refuse(503, "unavailable", "30")}})
	defer server.Close()
	ctx, cancel := context.WithCancel(t.Context())
	c := New(server.URL, "k")
	c.wait = func(ctx context.Context, d time.Duration) error {
		cancel()
		return wait(ctx, d)
	}
	if _, err := c.Key(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Key returns %v, want that the context was canceled", err)
	}
}

func TestPages(t *testing.T) {
	for _, tt := range []struct{ perPage, total, requests int }{{2, 0, 1}, {2, 1, 1}, {2, 2, 2}, {2, 5, 3}} {
		requests := 0
		var got []int
		for n, err := range pages(tt.perPage, func(page int) (items []int, _ error) {
			requests++
			for i := (page - 1) * tt.perPage; i < min(page*tt.perPage, tt.total); i++ {
				items = append(items, i)
			}
			return items, nil
		}) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, n)
		}
		if len(got) != tt.total || requests != tt.requests {
			t.Errorf("pages of %d of %d items yield %v in %d requests, want %d requests", tt.perPage, tt.total, got, requests, tt.requests)
		}
	}
}
