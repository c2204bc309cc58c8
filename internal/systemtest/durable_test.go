package systemtest_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
)

const (
	crashes     = 20
	writers     = 16
	durableSeed = 20260730
)

var durableSites = []string{"north", "south", "east", "west", "quay 5", "mill/2"}

// TestDurable kills the server again and again while clients write, and holds what it has after each restart against
// what it had acknowledged: exactly that, and nothing that it had refused. A write whose answer never came may be there
// or not, but never by half. A reader of events misses none and gets none twice.
func TestDurable(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	_, key := prepare(t, folder, durableSites...)
	ledgers := make([]*ledger, writers)
	for i := range ledgers {
		ledgers[i] = newLedger(i)
	}
	dice := rand.New(rand.NewPCG(durableSeed, 0))
	reader := newFollower()
	for round := range crashes {
		server, url := serve(t, folder, "--max-contacts-per-site", "100000")
		c := newClient(t, url, key)
		audit(t, c, ledgers)
		if t.Failed() {
			t.Fatalf("after crash %d", round)
		}
		enough := make(chan struct{})
		var clients sync.WaitGroup
		clients.Go(func() { reader.follow(t, func() *client { return c }, server.Exited) })
		var acknowledged atomic.Int64
		after := 50 + dice.Int64N(350)
		for _, l := range ledgers {
			clients.Go(func() {
				l.write(t, c, func() {
					if acknowledged.Add(1) == after {
						close(enough)
					}
				})
			})
		}
		awaitOrEnd(t, enough, server)
		server.Kill(t)
		clients.Wait()
	}
	server, url := serve(t, folder)
	last := newClient(t, url, key)
	audit(t, last, ledgers)
	reader.check(t, last)
	server.Kill(t)
	checkWhole(t, folder)
	report(t, ledgers)
}

// awaitOrEnd waits for the channel to be closed; the server must run until then.
func awaitOrEnd(t *testing.T, done <-chan struct{}, server *process) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	select {
	case <-done:
	case <-server.Exited:
		t.Fatalf("the server ended by itself, with status %d:\n%s", server.Status(), server.Errs)
	case <-ctx.Done():
		t.Errorf("the server is too slow:\n%s", server.Errs)
	}
}

// report fails where the test did not do what it is for.
func report(t *testing.T, ledgers []*ledger) {
	t.Helper()
	total := map[string]int{}
	for _, l := range ledgers {
		for what, n := range l.counts {
			total[what] += n
		}
	}
	t.Logf("%v", total)
	for _, what := range []string{"created", "updated", "deleted", "refused", "unknown"} {
		if total[what] < crashes {
			t.Errorf("only %d %s: the test shows nothing", total[what], what)
		}
	}
}

// audit holds what the server has against the ledgers, and settles what was in doubt.
func audit(t *testing.T, c *client, ledgers []*ledger) {
	t.Helper()
	for _, site := range durableSites {
		data := c.must(t, 200, "GET", contactsOf(site), "")
		list := data["contacts"].([]any)
		if total := data["total_count"].(float64); int(total) != len(list) {
			t.Errorf("site %s: total_count %v with %d contacts", site, total, len(list))
		}
		found := map[string]object{}
		order := map[string][]string{} // by the client who made them
		for _, each := range list {
			contact := each.(object)
			id := contact["contact_id"].(string)
			delete(contact, "position")
			found[id] = contact
			order[ownerOf(id)] = append(order[ownerOf(id)], id)
		}
		for _, l := range ledgers {
			l.settle(t, site, found, order[l.name])
		}
		for id, contact := range found {
			t.Errorf("site %s has %s, which was never acknowledged, or deleted: %v", site, id, contact)
		}
	}
}

func contactsOf(site string) string {
	return "/ext/v1/sites/" + escape(site) + "/contacts"
}

func contactOf(site, id string) string {
	return contactsOf(site) + "/" + escape(id)
}

func byReference(site, name string) string {
	return fmt.Sprintf("/ref/v1/sites/%s/contacts/%s", escape(site), escape(name))
}
