package rollcall

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"testing"
)

// gathering makes changes of numbers, each of which waits to be let go.
type gathering struct {
	together[int]
	begun chan []int
	ends  chan error

	mu    sync.Mutex
	asked map[int]error
}

func gather(most, atOnce int) *gathering {
	g := &gathering{begun: make(chan []int), ends: make(chan error), asked: map[int]error{}}
	g.init(atOnce, func(_ context.Context, items []int) error {
		g.begun <- slices.Clone(items)
		return <-g.ends
	})
	g.most = most
	return g
}

// ask asks for a number, and returns a channel that is closed once what came of it is in asked.
func (g *gathering) ask(n int) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		err := g.do(context.Background(), n)
		g.mu.Lock()
		defer g.mu.Unlock()
		g.asked[n] = err
	}()
	return done
}

// wait asks for numbers, one after the other, and returns once all of them wait.
func (g *gathering) wait(numbers ...int) (done []<-chan struct{}) {
	for _, n := range numbers {
		done = append(done, g.ask(n))
		g.await(len(done))
	}
	return done
}

// await returns once so many wait.
func (g *gathering) await(waiting int) {
	for there := false; !there; runtime.Gosched() {
		g.together.mu.Lock()
		there = len(g.waiting) == waiting
		g.together.mu.Unlock()
	}
}

func TestTogetherMakesOneChangeForThoseWhoWait(t *testing.T) {
	g := gather(3, 1)
	done := []<-chan struct{}{g.ask(1)}
	got := [][]int{<-g.begun}
	done = append(done, g.wait(2, 3, 4, 5)...)
	for range 2 {
		g.ends <- nil
		got = append(got, <-g.begun)
	}
	g.ends <- nil
	for _, d := range done {
		<-d
	}
	want := [][]int{{1}, {2, 3, 4}, {5}}
	if !slices.EqualFunc(got, want, slices.Equal) || g.busy != 0 || len(g.waiting) != 0 {
		t.Errorf("changes for %v, want %v; %d busy, %d waiting", got, want, g.busy, len(g.waiting))
	}
}

func TestTogetherMakesSeveralChangesAtOnce(t *testing.T) {
	g := gather(10, 2)
	first, second := g.ask(1), g.ask(2)
	got := append(<-g.begun, <-g.begun...)
	g.ends <- nil
	g.ends <- nil
	<-first
	<-second
	slices.Sort(got)
	if !slices.Equal(got, []int{1, 2}) || g.busy != 0 {
		t.Errorf("changes for %v, %d busy", got, g.busy)
	}
}

func TestTogetherFindsWhoIsToBlame(t *testing.T) {
	bad, away := &Error{Kind: Internal, Message: "on purpose"}, &Error{Kind: Unavailable, Message: "on purpose"}
	for name, c := range map[string]struct {
		ends []error // of the change for 2 and 3, and of those that follow
		want map[int]error
	}{
		"one of them":                {[]error{bad, nil, bad}, map[int]error{1: nil, 2: nil, 3: bad}},
		"no change is possible now":  {[]error{away}, map[int]error{1: nil, 2: away, 3: away}},
		"none, when each was alone":  {[]error{bad, nil, nil}, map[int]error{1: nil, 2: nil, 3: nil}},
		"the database, in the midst": {[]error{bad, nil, away}, map[int]error{1: nil, 2: nil, 3: away}},
	} {
		t.Run(name, func(t *testing.T) {
			g := gather(10, 1)
			first := g.ask(1)
			<-g.begun
			done := g.wait(2, 3)
			g.ends <- nil
			<-first
			for _, err := range c.ends {
				<-g.begun
				g.ends <- err
			}
			for _, d := range done {
				<-d
			}
			for n, want := range c.want {
				if !errors.Is(g.asked[n], want) {
					t.Errorf("%d: %v, want %v", n, g.asked[n], want)
				}
			}
		})
	}
}

func TestTogetherThatPanicsLeavesNobodyWaiting(t *testing.T) {
	g := gather(10, 1)
	first := g.ask(1)
	<-g.begun
	panicking := make(chan any)
	g.make = func(_ context.Context, items []int) error { panic("on purpose") }
	go func() {
		defer func() { panicking <- recover() }()
		_ = g.do(context.Background(), 2)
	}()
	g.await(1)
	third := g.ask(3)
	g.await(2)
	g.ends <- nil
	<-first
	if said := <-panicking; said != "on purpose" {
		t.Errorf("recovered %v", said)
	}
	<-third
	if KindOf(g.asked[3]) != Unavailable || g.busy != 0 {
		t.Errorf("the other got %v; %d busy", g.asked[3], g.busy)
	}
}
