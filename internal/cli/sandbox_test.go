package cli

import (
	"strings"
	"testing"
)

// TestSandboxFlag checks that --sandbox reads the sandbox, which the first test key makes, and that it is not listed as a dealer.
func TestSandboxFlag(t *testing.T) {
	data, dealer := newDealer(t)
	list := []string{"message", "list", "--dealer", dealer, "--sandbox", "--data", data}
	if r := run(t, list...); r.status == 0 || !strings.Contains(r.err, "has no sandbox yet; `rollcall key create --test` makes it") {
		t.Errorf("message list --sandbox without a sandbox: status %d, %q; want a hint at key create --test", r.status, r.err)
	}
	succeed(t, "key", "create", "--dealer", dealer, "--scopes", "*", "--test", "--data", data)
	same(t, succeedJSON(t, list...), `{"messages": []}`)
	succeed(t, "contact", "export", "--dealer", dealer, "--sandbox", "--data", data)
	dealers := succeedJSON(t, "dealer", "list", "--data", data)["dealers"].([]any)
	if len(dealers) != 1 || dealers[0].(map[string]any)["dealer_id"] != dealer {
		t.Errorf("dealer list = %v, want the dealer alone", dealers)
	}
	same(t, succeedJSON(t, "message", "list", "--dealer", "sandbox_"+dealer, "--data", data), `{"messages": []}`)
	out := succeed(t, "roll-call", "start", "--all", "--dealer", dealer, "--sandbox", "--data", data)
	if want := "--follow --dealer sandbox_" + dealer + " --data"; !strings.Contains(out, want) {
		t.Errorf("roll-call start --sandbox prints %q, want a command with %q", out, want)
	}
	for _, args := range [][]string{
		{"key", "create", "--scopes", "*"},
		{"user", "create", "--email", "ann@example.org", "--name", "Ann Lee", "--role", "owner"},
		{"dealer", "suspend"},
		{"dealer", "erase", "--yes"},
		{"dealer", "update", "--name", "Hill Alarm"},
	} {
		r := run(t, append(args, "--dealer", "sandbox_"+dealer, "--data", data)...)
		if want := "--dealer is that of a sandbox; give the dealer's own, " + dealer; r.status == 0 || !strings.Contains(r.err, want) {
			t.Errorf("%v of a sandbox: status %d, %q; want %q", args, r.status, r.err, want)
		}
	}
}
