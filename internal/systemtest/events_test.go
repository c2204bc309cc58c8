package systemtest_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"
)

// follower reads the events of a dealer from cursor to cursor, over whatever happens to the servers.
type follower struct {
	after string
	ids   []string       // of the events that were read, in order
	made  map[string]int // contact_id → how many contact.created were read
}

func newFollower() *follower { return &follower{made: map[string]int{}} }

// read reads events once. It reports whether it has read to the end, and false if there was no answer.
func (f *follower) read(t *testing.T, c *client) (end bool) {
	t.Helper()
	query := url.Values{"limit": {"200"}}
	if f.after != "" {
		query.Set("after", f.after)
	}
	status, answer, err := c.call(context.Background(), "GET", "/ext/v1/events?"+query.Encode(), "")
	if err != nil || status == http.StatusServiceUnavailable {
		return false
	}
	if status != http.StatusOK {
		t.Errorf("the events were answered with %d: %v", status, answer)
		return false
	}
	data := answer["data"].(object)
	for _, each := range data["events"].([]any) {
		e := each.(object)
		f.ids = append(f.ids, e["event_id"].(string))
		if e["type"] == "contact.created" {
			f.made[e["contact_id"].(string)]++
		}
	}
	next := data["next_after"].(string)
	end, f.after = next == f.after, next
	return end
}

// follow reads until done is closed.
func (f *follower) follow(t *testing.T, server func() *client, done <-chan struct{}) {
	pause := time.NewTicker(5 * time.Millisecond)
	defer pause.Stop()
	for !t.Failed() {
		f.read(t, server())
		select {
		case <-done:
			return
		case <-pause.C:
		}
	}
}

// readAll reads to the end.
func (f *follower) readAll(t *testing.T, c *client) {
	for !f.read(t, c) && !t.Failed() {
	}
}

// check reads to the end, and holds that f has read what a reader gets who begins now, in the same order.
func (f *follower) check(t *testing.T, c *client) {
	t.Helper()
	f.readAll(t, c)
	now := newFollower()
	now.readAll(t, c)
	if !slices.Equal(f.ids, now.ids) {
		t.Errorf("a follower has read %d events, which are not the %d of now in their order", len(f.ids), len(now.ids))
	}
	t.Logf("figure: %d events followed, none missed or repeated", len(f.ids))
}
