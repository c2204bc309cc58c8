package store_test

import (
	"fmt"
	"testing"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
	"example.org/rollcall/internal/service"
)

// chained returns a fixture with five lines in the chain of its site.
func chained(t *testing.T) *fixture {
	h := newFixture(t)
	c, err := h.service.CreateContact(t.Context(), h.caller, h.site, person("jane", 0))
	h.must(err)
	ref := rollcall.ContactRef{Site: h.site, ID: c.ID}
	for n := range 2 {
		_, err = h.service.UpdateContact(t.Context(), h.caller, ref, person("jane", n+1))
		h.must(err)
	}
	h.must(h.service.DeleteContact(t.Context(), h.caller, ref))
	return h
}

func (h *fixture) sql(statement string, args ...any) {
	h.Helper()
	if _, err := h.pool.ExecContext(h.Context(), statement, args...); err != nil {
		h.Fatal(err)
	}
}

// faults returns the faults of the audit, as "site seq: problem".
func (h *fixture) faults(expected ...audit.Head) []string {
	h.Helper()
	report, err := h.service.VerifyAudit(h.Context(), expected)
	h.must(err)
	found := []string{}
	for _, f := range report.Faults {
		if f.Dealer != h.caller.Dealer {
			h.Errorf("fault of the dealer %s", f.Dealer)
		}
		found = append(found, fmt.Sprintf("%s %d: %s", f.Site, f.Seq, f.Problem))
	}
	return found
}

func (h *fixture) wantFaults(what string, got []string, want ...string) {
	h.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		h.Errorf("%s: found %q, want %q", what, got, want)
	}
}

// The problems that VerifyAudit reports.
const (
	changed    = "it or the line before it was changed"
	missing    = "it is missing"
	wasMissing = "a line is missing before it"
	beyond     = "it comes after the end of the chain"
	notNamed   = "it is not the one that the head names"
	notSigned  = "the head after it is not signed by this server's secret"
	noHead     = `audit_count = 0, audit_hash = NULL, audit_signature = NULL`
	savedHead  = `(audit_count, audit_hash, audit_signature) = (SELECT audit_count, audit_hash, audit_signature FROM saved_sites)`
	copyLine   = `INSERT INTO audit_lines SELECT dealer_id, site_id, %s FROM audit_lines WHERE site_id = $1 AND seq = 5`
	restOfLine = `at, actor, request_id, action, contact_id, subject, changes, salt, digest, randomblob(32), NULL, NULL, NULL, pos + 1000, point_id, fields`
)

type tampering struct {
	statement string // with the site as $1
	seq       int    // of the first line that is found to be broken
	what      string
}

func tamperings() []tampering {
	const lines = `UPDATE audit_lines SET %s WHERE site_id = $1 AND seq = 3`
	const head = `UPDATE sites SET %s WHERE site_id = $1`
	all := []tampering{
		{fmt.Sprintf(lines, `changes = replace(changes, 'Jane', 'John') || ' '`), 3, "its values were changed"},
		{fmt.Sprintf(lines, `salt = randomblob(16)`), 3, "its values were changed"},
		{fmt.Sprintf(lines, `changes = '', salt = x''`), 3, "its values were changed"},
		{fmt.Sprintf(lines, `changes = NULL, salt = NULL, digest = NULL`), 3, changed},
		{fmt.Sprintf(lines, `changes = NULL, salt = NULL`), 3, "its values were removed, but nobody erased the person"},
		{fmt.Sprintf(lines, `site_id = 'elsewhere'`), 3, wasMissing},
		{`DELETE FROM audit_lines WHERE site_id = $1 AND seq = 1`, 1, wasMissing},
		{`DELETE FROM audit_lines WHERE site_id = $1 AND seq = 3`, 3, wasMissing},
		{`DELETE FROM audit_lines WHERE site_id = $1 AND seq = 5`, 5, missing},
		{`DELETE FROM audit_lines WHERE site_id = $1`, 1, missing},
		{`UPDATE audit_lines SET seq = 99 WHERE site_id = $1 AND seq = 5`, 5, wasMissing},
		{fmt.Sprintf(copyLine, `6, `+restOfLine), 6, beyond},
		{fmt.Sprintf(head, `audit_count = 4`), 5, beyond},
		{fmt.Sprintf(head, `audit_count = 6`), 6, missing},
		{fmt.Sprintf(head, `audit_hash = randomblob(32)`), 5, notNamed},
		{fmt.Sprintf(head, `audit_signature = randomblob(32)`), 5, notSigned},
		{fmt.Sprintf(head, noHead), 1, beyond},
	}
	for _, set := range []string{
		`at = at + 1`, `actor = 'key_2'`, `request_id = 'x'`, `action = 'contact.created'`, `contact_id = 'x'`, `contact_id = NULL`,
		`subject = 'x'`, `mentions_digest = randomblob(32)`, `digest = randomblob(32)`, `hash = randomblob(32)`,
	} {
		what := changed
		if set == `digest = randomblob(32)` {
			what = "its values were changed"
		}
		all = append(all, tampering{fmt.Sprintf(lines, set), 3, what})
	}
	return all
}

// TestTamperingIsFound changes the audit by SQL, as an attacker with access to the database could.
func TestTamperingIsFound(t *testing.T) {
	t.Parallel()
	h := chained(t)
	h.wantFaults("nothing", h.faults())
	for _, table := range []string{"audit_lines", "sites"} {
		h.sql(`CREATE TEMP TABLE saved_` + table + ` AS SELECT * FROM ` + table)
	}
	for _, c := range tamperings() {
		h.sql(c.statement, string(h.site.ID))
		got := h.faults()
		if len(got) == 2 { // a moved line is a fault in both chains
			h.wantFaults(c.statement, got[:1], "elsewhere 1: "+beyond)
			got = got[1:]
		}
		h.wantFaults(c.statement, got, fmt.Sprintf("%s %d: %s", h.site.ID, c.seq, c.what))
		h.sql(`DELETE FROM audit_lines`)
		h.sql(`INSERT INTO audit_lines SELECT * FROM saved_audit_lines`)
		h.sql(`UPDATE sites SET ` + savedHead)
		h.wantFaults("as it was before "+c.statement, h.faults())
	}
}

// TestAnotherSecretIsFound writes valid lines with another server secret.
func TestAnotherSecretIsFound(t *testing.T) {
	t.Parallel()
	h := chained(t)
	forger := service.New(h.db, provider{&h.service}, service.Options{Now: time.Now, Secrets: [][]byte{[]byte("a guess")}})
	_, err := forger.CreateContact(t.Context(), h.caller, h.site, person("john", 0))
	h.must(err)
	h.wantFaults("a forged line", h.faults(), fmt.Sprintf("%s 6: %s", h.site.ID, notSigned))
	rotated := service.New(h.db, provider{&h.service}, service.Options{
		Now: time.Now, Secrets: [][]byte{[]byte("a new one"), []byte("a guess"), []byte("the secret of a test")},
	})
	report, err := rotated.VerifyAudit(t.Context(), nil)
	h.must(err)
	if len(report.Faults) > 0 {
		t.Errorf("with both secrets: faults %v", report.Faults)
	}
}

// TestRollingBackIsFoundByNotedHeads restores an older head without the lines after it: only a head that was noted elsewhere
// shows that.
func TestRollingBackIsFoundByNotedHeads(t *testing.T) {
	t.Parallel()
	h := chained(t)
	site := string(h.site.ID)
	h.sql(`CREATE TEMP TABLE saved_sites AS SELECT * FROM sites`)
	early, err := h.db.AuditHead(t.Context(), h.caller.Dealer, h.site.ID)
	h.must(err)
	_, err = h.service.CreateContact(t.Context(), h.caller, h.site, person("john", 0))
	h.must(err)
	noted, err := h.db.AuditHead(t.Context(), h.caller.Dealer, h.site.ID)
	h.must(err)
	h.wantFaults("nothing", h.faults(early, noted))
	h.sql(`DELETE FROM audit_lines WHERE site_id = $1 AND seq = 6`, site)
	h.sql(`UPDATE sites SET ` + savedHead)
	h.wantFaults("rolled back, nothing noted", h.faults())
	h.wantFaults("rolled back, noted before", h.faults(early))
	h.wantFaults("rolled back", h.faults(noted), site+" 6: it is missing, and was noted elsewhere")
	h.sql(`DELETE FROM audit_lines WHERE site_id = $1`, site)
	h.sql(`UPDATE sites SET ` + noHead)
	h.wantFaults("the whole chain removed", h.faults(noted), site+" 1: the whole chain is missing")
}
