package storetest

import (
	"fmt"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
	"example.org/rollcall/internal/service"
)

func auditFollowTests() []test {
	return []test{
		{"reaches each reader once, with concurrent writers", auditFollowed},
		{"is read page by page, with every kind of cursor", auditCursors},
		{"shows each change soon after its commit", auditVisible},
	}
}

// auditFollowed has writers write to their own sites while readers follow the audit from cursor to cursor: each reader gets
// every line once. With ROLLCALL_SOAK=1 there are 1,920 lines.
func auditFollowed(f *fixture) {
	const writers, readers, pause = 16, 4, time.Millisecond
	each := 15
	if os.Getenv("ROLLCALL_SOAK") != "" {
		each = 120
	}
	f.dealer("d")
	svc, caller := f.service(), service.Caller{Dealer: "d", Key: "k"}
	begun := time.Now()
	var written, all sync.WaitGroup
	var done atomic.Bool
	for w := range writers {
		written.Go(func() {
			for i := range each {
				in := rollcall.SiteInput{Name: rollcall.Given("N"), SiteID: rollcall.Given(fmt.Sprint("s", w, "-", i))}
				if _, err := svc.CreateSite(f.Context(), caller, in); err != nil {
					f.Error(err)
				}
			}
		})
	}
	for range readers {
		all.Go(func() { f.follow(svc, caller, &done, pause, writers*each) })
	}
	written.Wait()
	done.Store(true)
	all.Wait()
	f.Logf("figure: %d lines of %d writers followed by %d readers in %v", writers*each, writers, readers, time.Since(begun).Round(time.Millisecond))
}

// follow reads the audit until the writers are done and its end is reached.
func (f *fixture) follow(svc *service.Service, caller service.Caller, done *atomic.Bool, pause time.Duration, want int) {
	seen, after := map[string]int{}, ""
	for {
		last := done.Load()
		lines, next, err := svc.Audit(f.Context(), caller, service.AuditQuery{After: after, Limit: rollcall.Given(50)})
		if err != nil {
			f.Error(err)
			return
		}
		for _, l := range lines {
			seen[l.Subject]++
		}
		if end := next == after; end && last {
			break
		} else if end {
			time.Sleep(pause) // nothing is waited for: a reader that polls
		}
		after = next
	}
	twice := 0
	for _, n := range seen {
		if n > 1 {
			twice++
		}
	}
	if len(seen) != want || twice > 0 {
		f.Errorf("a reader got %d lines, %d of them more than once; want %d", len(seen), twice, want)
	}
}

// auditVisible has writers note when a change was committed, and a reader of events when it was read: within 200 ms for 95 of 100
// changes. Without ROLLCALL_SOAK the time is only logged, since other tests run at once.
func auditVisible(f *fixture) {
	const writers, each, goal = 16, 20, 200 * time.Millisecond
	f.dealer("d")
	svc, caller := f.service(), service.Caller{Dealer: "d", Key: "k"}
	var committed sync.Map // SiteID → time.Time
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for i := range each {
				id := fmt.Sprint("s", w, "-", i)
				in := rollcall.SiteInput{Name: rollcall.Given("N"), SiteID: rollcall.Given(id)}
				if _, err := svc.CreateSite(f.Context(), caller, in); err != nil {
					f.Error(err)
				}
				committed.Store(rollcall.SiteID(id), time.Now())
			}
		})
	}
	seen, after := map[rollcall.SiteID]time.Time{}, ""
	for len(seen) < writers*each && !f.Failed() {
		events, next, err := svc.Events(f.Context(), caller, service.EventQuery{After: after, Types: rollcall.Given([]string{"site.created"})})
		f.must(err)
		for _, e := range events {
			if _, again := seen[e.Site]; again {
				f.Errorf("%s was read twice", e.ID)
			}
			seen[e.Site] = time.Now()
		}
		after = next
	}
	all.Wait()
	var delays []time.Duration
	for id, at := range seen {
		if begun, ok := committed.Load(id); ok {
			delays = append(delays, at.Sub(begun.(time.Time)))
		}
	}
	slices.Sort(delays)
	p95 := delays[len(delays)*95/100]
	f.Logf("figure: 95 of 100 changes of %d writers were read within %v of their commit", writers, p95.Round(time.Millisecond))
	if p95 > goal && os.Getenv("ROLLCALL_SOAK") != "" {
		f.Errorf("95 of 100 changes were read within %v of their commit, want %v", p95, goal)
	}
}

// auditCursors reads with each kind of cursor.
func auditCursors(f *fixture) {
	f.dealer("d")
	f.dealer("d2")
	svc, caller := f.service(), service.Caller{Dealer: "d", Key: "k"}
	read := func(q service.AuditQuery, want ...string) string {
		f.Helper()
		lines, next, err := svc.Audit(f.Context(), caller, q)
		f.must(err)
		var got []string
		for _, l := range lines {
			got = append(got, l.Subject)
		}
		equal(f, fmt.Sprintf("subjects of %+v", q), got, want)
		if next == "" {
			f.Fatalf("next_after of %+v is empty", q)
		}
		return next
	}
	add := func(id string) {
		_, err := svc.CreateSite(f.Context(), caller, rollcall.SiteInput{Name: rollcall.Given("N"), SiteID: rollcall.Given(id)})
		f.must(err)
	}
	start := read(service.AuditQuery{})
	equal(f, "the latest of nothing", read(service.AuditQuery{After: "latest"}), start)
	add("a")
	add("b")
	add("c")
	one := read(service.AuditQuery{After: start, Limit: rollcall.Given(1)}, "a")
	end := read(service.AuditQuery{After: one}, "b", "c")
	equal(f, "next_after at the end", read(service.AuditQuery{After: end}), end)
	equal(f, "the latest", read(service.AuditQuery{After: "latest"}), end)
	equal(f, "where nothing matched", read(service.AuditQuery{Action: "site.deleted"}), end)
	equal(f, "of one site", read(service.AuditQuery{Site: rollcall.Given("b")}, "b"), end)
	add("d")
	read(service.AuditQuery{After: end, Action: "site.created"}, "d")
	for _, c := range []struct {
		cursor string
		dealer rollcall.DealerID
		want   rollcall.Kind
	}{
		{"x", "d", rollcall.InvalidRequest},
		{"", "d", ""},
		{end, "d2", rollcall.CursorExpired},
		{audit.Position{Pos: 99, Hash: rollcall.Hash{1}}.String(), "d", rollcall.CursorExpired},
		{audit.Position{Pos: 1, Hash: rollcall.Hash{1}}.String(), "d", rollcall.CursorExpired},
		{audit.Position{Pos: -1}.String(), "d", rollcall.InvalidRequest},
		{audit.Position{Pos: 1<<63 - 1}.String(), "d", rollcall.CursorExpired},
	} {
		_, _, err := svc.Audit(f.Context(), service.Caller{Dealer: c.dealer}, service.AuditQuery{After: c.cursor})
		if c.want == "" {
			f.must(err)
			continue
		}
		f.kind(err, c.want)
	}
}
