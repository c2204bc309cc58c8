package testkit

import (
	"testing"
	"time"
)

// Eventually waits until the condition holds, and fails the test if it does not in time. Use it only for what nothing tells of
// when it happens, such as the end of a job.
func Eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience()); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("want %s in time", what)
		}
	}
}
