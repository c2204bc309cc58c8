package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/web"
)

// watcher is an Observer that records its calls.
type watcher struct {
	mu           sync.Mutex
	began, ended int
	lines        []string
	limits       []web.Limit
}

func (w *watcher) Began() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.began++
}

func (w *watcher) Ended(method, route string, status int, _ time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended++
	w.lines = append(w.lines, method+" "+route+" "+http.StatusText(status))
}

func (w *watcher) Limited(l web.Limit) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.limits = append(w.limits, l)
}

func TestCap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const most = 3
		proceed := make(chan struct{})
		watch := &watcher{}
		h := web.Wrap(web.Cap(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			<-proceed
			if r.URL.Path == "/panic" {
				panic(private)
			}
		}), most, time.Second, fail), web.Options{Error: fail, Observer: watch})
		var callers atomic.Int32 // each request is from another address
		try := func(path string) int {
			w, r := httptest.NewRecorder(), httptest.NewRequest("GET", path, nil)
			r.RemoteAddr = fmt.Sprintf("192.0.2.%d:1", callers.Add(1))
			h.ServeHTTP(w, r)
			return w.Code
		}
		statuses := make(chan int, most)
		for _, path := range []string{"/", "/panic", "/"} {
			go func() { statuses <- try(path) }()
		}
		synctest.Wait()
		if got := try("/"); got != http.StatusServiceUnavailable {
			t.Errorf("status of a request over the limit = %d, want 503", got)
		}
		close(proceed)
		for range most {
			if got := <-statuses; got != 200 && got != 500 {
				t.Errorf("status of a running request = %d, want 200 or 500", got)
			}
		}
		for range most + 1 {
			if got := try("/"); got != 200 {
				t.Errorf("status of a later request = %d, want 200", got)
			}
		}
		if len(watch.limits) != 1 || watch.limits[0] != web.RequestsLimit || watch.began != watch.ended {
			t.Errorf("limits = %v, began %d, ended %d, want one refusal and as many ended as began", watch.limits, watch.began, watch.ended)
		}
	})
}

func TestCapLimitsEachNetwork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		proceed := make(chan struct{})
		h := web.Wrap(web.Cap(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-proceed }), 8, time.Second, fail), web.Options{Error: fail})
		from := func(address string) int {
			w, r := httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = address + ":1"
			h.ServeHTTP(w, r)
			return w.Code
		}
		statuses := make(chan int, 3)
		for _, address := range []string{"192.0.2.1", "192.0.2.1", "192.0.2.2"} {
			go func() { statuses <- from(address) }()
		}
		synctest.Wait()
		if got := from("192.0.2.1"); got != 503 {
			t.Errorf("status of a third request from one address, which may have two of eight, = %d, want 503", got)
		}
		close(proceed)
		for range 3 {
			if got := <-statuses; got != 200 {
				t.Errorf("status of a request within the limit = %d, want 200", got)
			}
		}
	})
}

func TestKeyedSemaphoreWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := web.NewKeyedSemaphore[string](1, 1)
		if !s.Acquire(t.Context(), "a") || !s.Acquire(t.Context(), "b") {
			t.Fatal("the first Acquire of a key = false, want true")
		}
		acquired := make(chan bool, 1)
		go func() { acquired <- s.Acquire(t.Context(), "a") }()
		synctest.Wait()
		if s.Acquire(t.Context(), "a") {
			t.Error("Acquire with too many waiters = true, want false")
		}
		s.Release("a")
		if !<-acquired {
			t.Error("Acquire of the waiter after Release = false, want true")
		}
		canceled, cancel := context.WithCancel(t.Context())
		cancel()
		if s.Acquire(canceled, "a") {
			t.Error("Acquire with a canceled context and no free place = true, want false")
		}
		s.Release("a")
		if !s.Acquire(t.Context(), "a") {
			t.Error("Acquire after every Release = false, want true")
		}
	})
}

func TestKeyedSemaphoreWithoutWaiters(t *testing.T) {
	s := web.NewKeyedSemaphore[string](2, 0)
	for i, want := range []bool{true, true, false, false} {
		if got := s.Acquire(t.Context(), "a"); got != want {
			t.Errorf("Acquire %d = %v, want %v", i, got, want)
		}
	}
	if !s.Acquire(t.Context(), "b") {
		t.Error("Acquire of another key = false, want true")
	}
	s.Release("a")
	if !s.Acquire(t.Context(), "a") || s.Acquire(t.Context(), "a") {
		t.Error("one Release does not make room for exactly one Acquire")
	}
}

func TestDoneIsCalledAfterSuccessAndPanic(t *testing.T) {
	for _, path := range []string{"/", "/panic"} {
		done := 0
		h := web.Wrap(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			web.FromContext(r.Context()).Done = func() { done++ }
			if r.URL.Path == "/panic" {
				panic(private)
			}
		}), web.Options{Error: fail})
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", path, nil))
		if done != 1 {
			t.Errorf("%s: Done was called %d times, want 1", path, done)
		}
	}
}

func TestLongURL(t *testing.T) {
	watch := &watcher{}
	h := web.Wrap(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		web.FromContext(r.Context()).Route = "/{name}"
	}), web.Options{Error: fail, Observer: watch})
	for _, test := range []struct {
		length int
		want   int
		line   string
	}{
		{8 << 10, 200, "GET /{name} OK"},
		{8<<10 + 1, 400, "GET  Bad Request"},
	} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest("GET", "/"+strings.Repeat("a", test.length-1), nil)
		h.ServeHTTP(w, r)
		if w.Code != test.want || watch.lines[len(watch.lines)-1] != test.line {
			t.Errorf("path of %d bytes: status %d, observed %q, want %d, %q", test.length, w.Code, watch.lines, test.want, test.line)
		}
		if test.want == 400 && !strings.HasPrefix(w.Body.String(), string(rollcall.InvalidRequest)) {
			t.Errorf("path of %d bytes: body = %s, want invalid_request", test.length, w.Body)
		}
	}
	if len(watch.limits) != 1 || watch.limits[0] != web.URLLimit {
		t.Errorf("limits = %v, want url once", watch.limits)
	}
}
