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
	if r := run(t, "key", "create", "--dealer", "sandbox_"+dealer, "--scopes", "*", "--data", data); r.status == 0 {
		t.Error("a key of the sandbox itself was created, want it refused")
	}
}
