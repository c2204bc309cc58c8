package systemtest_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestKilledAtEveryStep kills the process at each step between the request for a validation and the person's answer, starts
// it again, and holds it to the promise: each message at least once, a second copy only where the crash fell between the
// provider's taking it and our writing so, and never two confirmations.
func TestKilledAtEveryStep(t *testing.T) {
	t.Parallel()
	twice := map[string]bool{"after the provider has it": true, "inside sent": true}
	died := []string{"inside attempt", "after attempt", "before the provider has it", "after the provider has it", "inside sent"} // and its job
	all := []string{"before the provider has it", "after the provider has it"}
	for _, write := range written() {
		all = append(all, "inside "+write, "after "+write)
	}
	for _, step := range all {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			folder, dealer, _ := newPier(t, 1)
			first := startAs(t, theSteps, folder, string(dealer), step)
			first.out.await(t, first.exited, `stopped at (`+step+`)\n`)
			first.kill(t)
			args := []string{folder, string(dealer), ""}
			if slices.Contains(died, step) {
				args = append(args, "rescue")
			}
			second := startAs(t, theSteps, args...)
			second.out.await(t, second.exited, `(lived through)\n`)
			second.kill(t)

			db := database(t, folder)
			const want = "queued,sent,delivered,confirmed"
			if got := ask(t, db, `SELECT what FROM validation_events ORDER BY validation_id, seq`); got != want {
				t.Errorf("the timeline is %s, want %s", got, want)
			}
			if got := ask(t, db, `SELECT phone_status FROM contacts`); got != "confirmed" {
				t.Errorf("the phone is %s, want it confirmed", got)
			}
			if got := ask(t, db, `SELECT COUNT(*) FROM audit_lines WHERE action = 'validation.confirmed'`); got != "1" {
				t.Errorf("%s confirmations on record, want 1", got)
			}
			checkLetters(t, folder, twice[step])
			run(t, "audit", "verify", "--data", folder)
			checkWhole(t, folder)
		})
	}
}

// checkLetters holds that the provider has the message once, or twice with the same link, and was told the second time.
func checkLetters(t *testing.T, folder string, twice bool) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, "letters"))
	if err != nil {
		t.Fatal(err)
	}
	letters := strings.Split(strings.TrimSpace(string(text)), "\n")
	want := 1
	if twice {
		want = 2
	}
	if len(letters) != want {
		t.Fatalf("the provider has %d copies, want %d", len(letters), want)
	}
	if !twice {
		return
	}
	before, after := strings.Fields(letters[0]), strings.Fields(letters[1])
	if before[0] != after[0] || before[1] != after[1] || before[2] != "true" || after[2] != "false" {
		t.Errorf("the copies differ, or the second does not say that there was a first: %v %v", before, after)
	}
}
