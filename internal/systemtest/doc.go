// Package systemtest holds the tests of Rollcall as a whole: that what it acknowledged outlives a crash, that no update
// is lost among many callers, that its log tells nothing about a person, that several processes get along on one folder.
//
// Where a test needs a process of its own, to kill or to signal, the test binary starts itself again as the program: its
// first act is then that of cmd/rollcall. So the processes are built as the test is, with the race detector where it has
// it, and a data race in one of them fails the test.
package systemtest
