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

// watcher notes what an Observer is told.
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
			t.Errorf("one more than there is room for gets %d", got)
		}
		close(proceed)
		for range most {
			if got := <-statuses; got != 200 && got != 500 {
				t.Errorf("one that was in gets %d", got)
			}
		}
		for range most + 1 {
			if got := try("/"); got != 200 {
				t.Errorf("one after them gets %d", got)
			}
		}
		if len(watch.limits) != 1 || watch.limits[0] != web.RequestsLimit || watch.began != watch.ended {
			t.Errorf("told of %v, %d begun and %d ended", watch.limits, watch.began, watch.ended)
		}
	})
}

func TestCapBoundsEachCaller(t *testing.T) {
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
			t.Errorf("a third request of one address, whose share is two of eight, gets %d, want 503", got)
		}
		close(proceed)
		for range 3 {
			if got := <-statuses; got != 200 {
				t.Errorf("a request within its share gets %d, want 200", got)
			}
		}
	})
}

func TestGate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := web.NewGate[string](1, 1)
		if !g.Enter(t.Context(), "a") || !g.Enter(t.Context(), "b") {
			t.Fatal("the first of a caller does not enter")
		}
		entered := make(chan bool, 1)
		go func() { entered <- g.Enter(t.Context(), "a") }()
		synctest.Wait()
		if g.Enter(t.Context(), "a") {
			t.Error("one beyond those that may wait entered")
		}
		g.Leave("a")
		if !<-entered {
			t.Error("the one that waited was refused, want it to enter once the first left")
		}
		hungUp, cancel := context.WithCancel(t.Context())
		cancel()
		if g.Enter(hungUp, "a") {
			t.Error("one that hung up while it waited entered")
		}
		g.Leave("a")
		if !g.Enter(t.Context(), "a") {
			t.Error("one after all left does not enter")
		}
	})
}

func TestShares(t *testing.T) {
	s := web.NewShares[string](2)
	for i, want := range []bool{true, true, false, false} {
		if got := s.Enter("a"); got != want {
			t.Errorf("entry %d: %v", i, got)
		}
	}
	if !s.Enter("b") {
		t.Error("another caller has no share")
	}
	s.Leave("a")
	if !s.Enter("a") || s.Enter("a") {
		t.Error("what left does not make room for one")
	}
}

func TestDoneIsCalledWhateverHappens(t *testing.T) {
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
			t.Errorf("%s: called %d times", path, done)
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
			t.Errorf("%d bytes: status %d, told of %q", test.length, w.Code, watch.lines)
		}
		if test.want == 400 && !strings.HasPrefix(w.Body.String(), string(rollcall.InvalidRequest)) {
			t.Errorf("%d bytes: %s", test.length, w.Body)
		}
	}
	if len(watch.limits) != 1 || watch.limits[0] != web.URLLimit {
		t.Errorf("told of %v", watch.limits)
	}
}
