package cli

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// dealerWithKey makes a folder with a dealer and a key for it.
func dealerWithKey(t *testing.T) (data, dealer, key string) {
	t.Helper()
	data = filepath.Join(t.TempDir(), "data")
	dealer = succeedJSON(t, "dealer", "create", "--name", "Harbour Alarm", "--data", data)["dealer_id"].(string)
	key = succeedJSON(t, "key", "create", "--dealer", dealer, "--scopes", "*", "--data", data)["api_key"].(string)
	return data, dealer, key
}

func TestAuditVerify(t *testing.T) {
	data, dealer, _ := dealerWithKey(t)
	same(t, succeedJSON(t, "audit", "verify", "--data", data), `{"lines": 2, "chains": 1, "faults": []}`)
	if got, want := succeed(t, "audit", "verify", "--data", data), "2 lines in 1 chains are complete and unchanged.\n"; got != want {
		t.Errorf("printed %q, want %q", got, want)
	}
	heads := filepath.Join(t.TempDir(), "heads.txt")
	noted := succeed(t, "audit", "verify", "--heads", "--data", data)
	if err := os.WriteFile(heads, []byte(noted), 0o600); err != nil {
		t.Fatal(err)
	}
	succeed(t, "dealer", "update", "--dealer", dealer, "--name", "Hill Alarm", "--data", data)
	succeed(t, "audit", "verify", "--expect", "@"+heads, "--data", data)

	for _, tt := range []struct{ name, head, want string }{
		{"another line was there", strings.TrimSpace(noted[:strings.LastIndex(noted, "/")]) + "/" + strings.Repeat("0", 64), "line 2: it is not the one that was noted elsewhere"},
		{"more lines were there", dealer + "//9/" + strings.Repeat("0", 64), "line 4: it is missing, and was noted elsewhere"},
		{"another chain was there", dealer + "/site_1/1/" + strings.Repeat("0", 64), "site site_1, line 1: the whole chain is missing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := run(t, "audit", "verify", "--expect", tt.head, "--data", data)
			if r.status != exitFailed || !strings.Contains(r.err, tt.want) || !strings.Contains(r.err, "the audit is broken") {
				t.Errorf("status %d\n%swant %s", r.status, r.err, tt.want)
			}
		})
	}
	if r := run(t, "audit", "verify", "--expect", "x", "--data", data); r.status != exitUsage {
		t.Errorf("a head that is none: status %d\n%s", r.status, r.err)
	}
}

func TestSuspendedDealer(t *testing.T) {
	data, dealer, key := dealerWithKey(t)
	_, url := serve(t, data)
	status := func() int {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/ext/v1/sites", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+key)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		return resp.StatusCode
	}
	for _, step := range []struct {
		args []string
		want int
	}{
		{[]string{"dealer", "list"}, 200},
		{[]string{"dealer", "suspend", "--dealer", dealer}, 403},
		{[]string{"dealer", "suspend", "--dealer", dealer, "--lift"}, 200},
		{[]string{"dealer", "erase", "--dealer", dealer, "--yes"}, 401},
	} {
		succeed(t, append(step.args, "--data", data)...)
		if got := status(); got != step.want {
			t.Errorf("after %q: status %d, want %d", step.args, got, step.want)
		}
	}
	same(t, succeedJSON(t, "dealer", "list", "--data", data), `{"dealers": []}`)
}

func TestDealerExportAndErase(t *testing.T) {
	data, dealer, key := dealerWithKey(t)
	succeed(t, "site", "create", "--dealer", dealer, "--name", "Quay 3", "--data", data)
	lines := strings.Split(strings.TrimSpace(succeed(t, "dealer", "export", "--dealer", dealer, "--data", data)), "\n")
	tables := map[string]int{}
	for _, line := range lines {
		record := object(t, line)
		tables[record["table"].(string)]++
		if record["row"].(map[string]any)["dealer_id"] != dealer {
			t.Errorf("record of another dealer: %s", line)
		}
	}
	for table, want := range map[string]int{"dealers": 1, "api_keys": 1, "sites": 1, "audit_lines": 3, "audit_heads": 1} {
		if tables[table] != want {
			t.Errorf("%d records of %s, want %d", tables[table], table, want)
		}
	}
	if all := strings.Join(lines, "\n"); strings.Contains(all, key) || strings.Contains(all, "key_hash") || !strings.Contains(all, "Quay 3") {
		t.Error("the export holds a key, or not the site")
	}
	if r := run(t, "dealer", "erase", "--dealer", dealer, "--data", data); r.status != exitUsage || !strings.Contains(r.err, "--yes") {
		t.Errorf("erase without --yes: status %d, want 2\n%s", r.status, r.err)
	}
	succeed(t, "dealer", "erase", "--dealer", dealer, "--yes", "--data", data)
	for _, command := range []string{"export", "suspend"} {
		if r := run(t, "dealer", command, "--dealer", dealer, "--data", data); r.status != exitFailed || !strings.Contains(r.err, "dealer "+dealer+" not found; ") {
			t.Errorf("%s of who is erased: status %d\n%s", command, r.status, r.err)
		}
	}
}

func TestAnotherSecretIsRefused(t *testing.T) {
	data, _, _ := dealerWithKey(t)
	one, two := strings.Repeat("11", 32), strings.Repeat("22", 32)
	made, err := os.ReadFile(filepath.Join(data, "secret"))
	if err != nil {
		t.Fatal(err)
	}
	refused := func(args ...string) {
		t.Helper()
		if r := run(t, append(args, "--data", data)...); r.status != exitFailed || !strings.Contains(r.err, "secret") {
			t.Errorf("rollcall %q: status %d, want 1 and the secret named\n%s", args, r.status, r.err)
		}
	}
	refused("dealer", "list", "--secret", one)
	succeed(t, "dealer", "list", "--secret", one+","+strings.TrimSpace(string(made)), "--data", data) // now the first signs
	refused("dealer", "list")
	succeed(t, "audit", "verify", "--secret", one+","+strings.TrimSpace(string(made)), "--data", data)
	refused("dealer", "list", "--secret", two)
	if err := os.Remove(filepath.Join(data, "secret")); err != nil {
		t.Fatal(err)
	}
	refused("dealer", "list")
	if _, err := os.Stat(filepath.Join(data, "secret")); !os.IsNotExist(err) {
		t.Error("a new secret was made for a database that has one")
	}
}
