package main

import (
	"bytes"
	"strings"
	"testing"
)

// TestRun compares this tree with itself in a short run of every phase.
func TestRun(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds and starts the program")
	}
	var out, errs bytes.Buffer
	err := run(t.Context(), []string{
		"-against-env", "ROLLCALL_LOG_FORMAT=text", "-folder", t.TempDir(),
		"-connections", "4", "-rounds", "2", "-sites", "3", "-duration", "100ms", "-warm-up", "10ms", "-rest", "0s",
	}, &out, &errs)
	if err != nil {
		t.Fatalf("run() = %v, want nil; it printed:\n%s", err, &errs)
	}
	for _, name := range append(phaseNames(), sides[1]) {
		if !strings.Contains(out.String(), name) {
			t.Errorf("the report has no %q, want every phase and both servers:\n%s", name, &out)
		}
	}
}

func TestWrongSettings(t *testing.T) {
	for args, want := range map[string]string{
		"-phases get,dance": `no phase "dance"`,
		"-rounds 0":         "-rounds",
		"-duration 0s":      "-duration",
		"something":         `unexpected argument "something"`,
	} {
		if _, err := parse(strings.Fields(args), new(bytes.Buffer)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("parse(%q) = %v, want an error with %q", args, err, want)
		}
	}
}

// TestRatios checks that a ratio is taken within a round, and that figures are medians.
func TestRatios(t *testing.T) {
	var r result
	for _, rates := range [][2]float64{{100, 50}, {300, 100}, {200, 200}} {
		r.rounds = append(r.rounds, []figures{{rate: rates[0], work: 30}, {rate: rates[1], work: 60}})
	}
	if got, want := r.compare(), (ratios{rate: 2, lowest: 1, highest: 3, work: 0.5}); got != want {
		t.Errorf("compare() = %+v, want %+v", got, want)
	}
	if got, want := r.of(0), (figures{rate: 200, work: 30}); got != want {
		t.Errorf("of(0) = %+v, want %+v", got, want)
	}
}
