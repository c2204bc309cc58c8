package systemtest_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit"
)

// TestRevokedAtOnce revokes keys by another process, and by another connection of this one, while callers use them: no
// request that is sent after that is answered.
func TestRevokedAtOnce(t *testing.T) {
	t.Parallel()
	folder, dealer, _ := newPier(t, 1)
	beside := open(t, folder).Service()
	_, url := serve(t, folder)
	for _, way := range []struct {
		name   string
		revoke func(id rollcall.KeyID)
	}{
		{"by a command", func(id rollcall.KeyID) {
			run(t, "key", "revoke", string(id), "--dealer", string(dealer), "--data", folder)
		}},
		{"by another connection", func(id rollcall.KeyID) {
			if err := beside.RevokeKey(t.Context(), service.Caller{Dealer: dealer}, id); err != nil {
				t.Error(err)
			}
		}},
	} {
		t.Run(way.name, func(t *testing.T) {
			made, key, err := beside.CreateKey(t.Context(), service.Caller{Dealer: dealer}, rollcall.KeyInput{Scopes: "*", Rate: rollcall.Given(0)})
			if err != nil {
				t.Fatal(err)
			}
			c := newClient(t, url, key)
			var revoked atomic.Bool
			var answered atomic.Int64
			warm := make(chan struct{})
			together(9, func(i int) {
				if i == 8 {
					<-warm
					way.revoke(made.ID)
					revoked.Store(true)
					return
				}
				callUntilRefused(t, c, &revoked, func() {
					if answered.Add(1) == 50 {
						close(warm)
					}
				})
			})
			c.must(t, 401, "GET", contactOf(pier, "c0"), "")
		})
	}
}

func callUntilRefused(t *testing.T, c *client, revoked *atomic.Bool, answered func()) {
	for {
		late := revoked.Load()
		status, answer, err := c.call(t.Context(), "GET", contactOf(pier, "c0"), "")
		switch {
		case err == nil && status == 401:
			return
		case err != nil || status != 200:
			t.Errorf("status %d: %v, %v", status, answer, err)
			return
		case late:
			t.Error("a key was good after it was revoked")
			return
		}
		answered()
	}
}

// brokenKeys are not well-formed: too short, too long, of another kind, with a wrong checksum or another alphabet.
func brokenKeys(good string) []string {
	last := "0"
	if strings.HasSuffix(good, last) {
		last = "1"
	}
	return []string{
		"x", good[:len(good)-1], good + "0", good[:len(good)-1] + last, strings.Replace(good, "rk_live_", "rk_test_", 1),
		strings.Replace(good, "rk_live_", "rk_dead_", 1), strings.ToLower(good), good[:20] + "-" + good[21:], strings.Repeat("0", len(good)),
		"sk_live_" + strings.Repeat("9", 5000), fmt.Sprintf("%s' OR ''='", good), "\x80\xff", good + "\t" + good,
	}
}

// TestBrokenKeyNeverReachesTheDatabase takes the table of the keys away: only who looks there notices.
func TestBrokenKeyNeverReachesTheDatabase(t *testing.T) {
	a := testkit.NewApp(t)
	good := a.Key("all")
	rename(t, a, "api_keys", "lost")
	c := newClient(t, a.URL, good)
	if status, answer, err := c.call(t.Context(), "GET", harbour, ""); err != nil || status != 500 {
		t.Errorf("a good key: status %d, want 500: %v, %v", status, answer, err)
	}
	for _, key := range append(brokenKeys(good), "") {
		c := newClient(t, a.URL, key)
		if status, answer, err := c.call(t.Context(), "GET", harbour, ""); err != nil || status != 401 {
			t.Errorf("%.60q: status %d, want 401: %v, %v", key, status, answer, err)
		}
	}
	if n := strings.Count(a.Log.String(), `"request failed"`); n != 1 {
		t.Errorf("%d requests failed in the log, want one:\n%s", n, a.Log)
	}
	rename(t, a, "lost", "api_keys")
	c.must(t, 200, "GET", harbour, "")
}
