package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// evidenceOf makes evidence of a site with one contact, and returns the file and the data folder.
func evidenceOf(t *testing.T) (file, data, dealer string) {
	t.Helper()
	data, dealer, _ = dealerWithKey(t)
	of := []string{"--dealer", dealer, "--data", data}
	sites := filepath.Join(t.TempDir(), "sites.csv")
	write(t, sites, "site_id,name\nmill,The mill\n")
	succeed(t, append([]string{"site", "import", sites}, of...)...)
	file = filepath.Join(t.TempDir(), "evidence.json")
	write(t, file, succeed(t, append([]string{"audit", "evidence", "--site", "mill", "--on-behalf-of", "Ada Audit"}, of...)...))
	return file, data, dealer
}

func TestEvidence(t *testing.T) {
	file, data, dealer := evidenceOf(t)
	if content, err := os.ReadFile(file); err != nil || !strings.Contains(string(content), `"mentions":[["on_behalf_of","Ada Audit"]]`) {
		t.Errorf("the file does not say who asked for it: %v", err)
	}
	key := strings.TrimSpace(succeed(t, "audit", "key", "--data", data))
	matches(t, succeed(t, "audit", "verify", "--evidence", file, "--key", key),
		`evid_\w+ of Harbour Alarm, `+dealer+`, made at \S+Z about \S+Z\. Sites: 1, lines: \d+\.
Consistent, and signed with the key `+key+`\.
`)
	matches(t, succeed(t, "audit", "verify", "--evidence", file), `.*
Consistent, origin not checked: it was signed with `+key+`; .*
`)
	same(t, succeedJSON(t, "audit", "verify", "--evidence", file, "--key", key),
		`{"evidence_id": "any", "dealer_id": "`+dealer+`", "at": "time", "created_at": "time", "created_by": "command", "sites": ["mill"], "key": "`+key+`", "origin": "checked"}`)
	same(t, succeedJSON(t, "audit", "verify", "--evidence", file), `{"origin": "not_checked"}`)
	same(t, succeedJSON(t, "audit", "key", "--data", data), `{"keys": ["`+key+`"]}`)
	same(t, succeedJSON(t, "audit", "verify", "--data", data), `{"faults": []}`)
}

func TestEvidenceIsRefused(t *testing.T) {
	file, data, dealer := evidenceOf(t)
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	bad := func(content string) string {
		t.Helper()
		name := filepath.Join(t.TempDir(), "bad.json")
		write(t, name, content)
		return name
	}
	huge := bad("{")
	if err := os.Truncate(huge, 1<<30); err != nil { // a file with a hole, which takes no space
		t.Fatal(err)
	}
	other := "ed25519:VaBwt6AS1pH_ahGQFEpsiyaslz_gYxQWc6M0Jl5hrfY"
	make := func(args ...string) []string {
		return append([]string{"audit", "evidence", "--dealer", dealer, "--data", data}, args...)
	}
	verify := func(args ...string) []string { return append([]string{"audit", "verify", "--evidence"}, args...) }
	for _, c := range []struct {
		args   []string
		status int
		want   string
	}{
		{verify(file, "--key", other), exitFailed, "is not good evidence: the file was signed with another key"},
		{verify(bad(strings.Replace(string(good), "The mill", "The hill", 1))), exitFailed, "is not good evidence: "},
		{verify(bad(string(good[:200]))), exitFailed, "cannot be read, or is cut off"},
		{verify(huge), exitFailed, "the file is larger than any evidence"},
		{verify(bad(strings.Repeat("[", 1<<20))), exitFailed, "cannot be read, or is cut off"},
		{verify(bad(strings.ReplaceAll(string(good), `"site_id":"mill"`, `"site_id":"\u001b]0;x\u0007"`))), exitFailed, "site ?]0;x?: what the file says"},
		{verify(filepath.Join(t.TempDir(), "nothing")), exitUsage, "no such file"},
		{verify(t.TempDir()), exitUsage, "is a directory"},
		{verify(file, "--key", "ed25519:short"), exitUsage, "--key must be a key"},
		{verify(file, "--heads"), exitUsage, "--heads and --expect are about a database"},
		{[]string{"audit", "verify", "--key", other, "--data", data}, exitUsage, "name it with --evidence FILE"},
		{make(), exitUsage, "name at least one site"},
		{make("--site", "mill", "--at", "yesterday"), exitUsage, "--at must be a time"},
		{make("--site", "mill", "--at", "2999-01-01T00:00:00Z"), exitFailed, "must not be in the future"},
		{make("--site", "mill", "--site", "hill"), exitFailed, "site hill not found"},
	} {
		r := run(t, c.args...)
		if r.status != c.status || !strings.Contains(r.err, c.want) || r.out != "" {
			t.Errorf("rollcall %q: status %d, want %d and %q\n%s%s", c.args, r.status, c.status, c.want, r.out, r.err)
		}
	}
}

// TestEvidenceOutlivesItsSecret checks that a file stays good under the key of the secret that signed it, once there is another one.
func TestEvidenceOutlivesItsSecret(t *testing.T) {
	file, data, _ := evidenceOf(t)
	before := strings.TrimSpace(succeed(t, "audit", "key", "--data", data))
	made, err := os.ReadFile(filepath.Join(data, "secret"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(data, "secret"), strings.Repeat("11", 32)+","+strings.TrimSpace(string(made))+"\n")
	keys := strings.Fields(succeed(t, "audit", "key", "--data", data))
	if len(keys) != 2 || keys[0] == before || keys[1] != before {
		t.Fatalf("keys %q, want a new one before %q", keys, before)
	}
	succeed(t, "audit", "verify", "--evidence", file, "--key", before)
	succeed(t, "audit", "verify", "--evidence", file, "--key", keys[0], "--key", keys[1])
	if r := run(t, "audit", "verify", "--evidence", file, "--key", keys[0]); r.status != exitFailed {
		t.Errorf("with the new key alone: status %d, want 1", r.status)
	}
}
