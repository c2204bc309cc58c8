package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// The servers are this program once more, which in a test is the test's.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == childCommand {
		main()
		return
	}
	os.Exit(m.Run())
}

func TestARunInSmall(t *testing.T) {
	folder := t.TempDir()
	profile := filepath.Join(t.TempDir(), "profile")
	var out bytes.Buffer
	errs, err := os.Create(filepath.Join(t.TempDir(), "errors")) // the servers write to it too
	if err != nil {
		t.Fatal(err)
	}
	defer errs.Close()
	err = run(t.Context(), []string{
		"-json", "-duration", "200ms", "-warm-up", "50ms", "-rounds", "2", "-connections", "4", "-sites", "5",
		"-folder", folder, "-cpuprofile", profile, "-env", "GOGC=200",
	}, &out, errs)
	if err != nil {
		text, _ := os.ReadFile(errs.Name())
		t.Fatalf("%v\n%s", err, text)
	}
	var r report
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, l := range r.Phases {
		names = append(names, l.Name)
		if l.Answers == 0 || l.Rate <= 0 || len(l.Rates) != 2 {
			t.Errorf("%s: %d answers, rates %v, median %v", l.Name, l.Answers, l.Rates, l.Rate)
		}
		if l.P50 > l.P90 || l.P90 > l.P99 || l.P99 > l.Max {
			t.Errorf("%s: p50 %d, p90 %d, p99 %d, max %d", l.Name, l.P50, l.P90, l.P99, l.Max)
		}
		if l.Baseline != "" && (l.RatioLow <= 0 || l.RatioLow > l.Ratio || l.Ratio > l.RatioHigh) {
			t.Errorf("%s: ratio %v, from %v to %v", l.Name, l.Ratio, l.RatioLow, l.RatioHigh)
		}
	}
	if !slices.Equal(names, phaseNames()) {
		t.Errorf("phases %v, want %v", names, phaseNames())
	}
	if runtime.GOOS == "linux" && (r.MemoryAfterLoad < 1<<20 || r.Phases[1].Work <= 0) {
		t.Errorf("memory %d, work %v", r.MemoryAfterLoad, r.Phases[1].Work)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("%v was left behind, error %v", left, err)
	}
	if info, err := os.Stat(profile); err != nil || info.Size() == 0 {
		t.Errorf("no profile: %v", err)
	}
	var table strings.Builder
	if err := r.print(&table); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if !strings.Contains(table.String(), " "+name+" ") {
			t.Errorf("the table lacks %s:\n%s", name, table.String())
		}
	}
}

func TestTheBaselineGivesTheSameAnswer(t *testing.T) {
	original := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer key" {
			t.Errorf("Authorization %q", r.Header.Get("Authorization"))
		}
		w.Header().Set("X-Request-Id", "req_1")
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write([]byte(`{"a":1}`))
	}))
	defer original.Close()
	recording := func(url string) recorded {
		t.Helper()
		r, err := record(t.Context(), strings.TrimPrefix(url, "http://"), "key", request{http.MethodPost, "/", "{}"})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	want := recording(original.URL)
	again := httptest.NewServer(baseline(map[string]recorded{http.MethodPost: want}))
	defer again.Close()
	got := recording(again.URL)
	if got.Status != http.StatusCreated || string(got.Body) != `{"a":1}` || !maps.EqualFunc(got.Header, want.Header, slices.Equal) {
		t.Errorf("%+v, want %+v", got, want)
	}
	answer, err := http.Get(again.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("status %d for a method without an answer", answer.StatusCode)
	}
}

func TestSettingsAreBounded(t *testing.T) {
	for flags, want := range map[string]string{
		"":                       "",
		"-connections 0":         "-connections must be from 1 to 256",
		"-connections 257":       "-connections must be from 1 to 256",
		"-duration 1h":           "-duration must be from 10ms to 1m",
		"-warm-up 2m":            "-warm-up must be from 0s to 1m",
		"-rounds 21":             "-rounds must be from 1 to 20",
		"-sites 0":               "-sites must be from 1 to 10000",
		"-phases create,delete":  `there is no phase "delete"; choose among ` + strings.Join(phaseNames(), ", "),
		"-phases create,get":     "",
		"quickly":                `"quickly" is not understood; -help lists what is`,
		"-env GOGC":              `invalid value "GOGC" for flag -env: must be NAME=VALUE`,
		"-env GOGC=50 -rounds 1": "",
	} {
		_, err := parseSettings(strings.Fields(flags), io.Discard)
		if got := fmt.Sprint(err); got != want && (want != "" || err != nil) {
			t.Errorf("%s: %v, want %s", flags, err, want)
		}
	}
	if _, err := parseSettings([]string{"-help"}, io.Discard); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("-help: %v", err)
	}
}

func TestRatiosAreThoseOfTheSameRound(t *testing.T) {
	rounds := func(answers ...int) []outcome {
		var all []outcome
		for _, n := range answers {
			o := outcome{elapsed: time.Second, sent: 2 * n, work: time.Duration(2*n) * 10 * time.Microsecond}
			for range n {
				o.times.add(time.Millisecond)
			}
			all = append(all, o)
		}
		return all
	}
	l := lineOf(phase{name: "get", baseline: "baseline-get", want: 200}, rounds(10, 40, 30), rounds(100, 100, 60))
	if l.Answers != 80 || l.Rate != 30 || l.Ratio != 0.4 || l.RatioLow != 0.1 || l.RatioHigh != 0.5 || l.Work != 10 {
		t.Errorf("%+v", l)
	}
	if l := lineOf(phase{name: "get", baseline: "baseline-get"}, rounds(10), nil); l.Baseline != "" || l.Ratio != 0 {
		t.Errorf("without a baseline: %+v", l)
	}
}

func TestStart(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds the program")
	}
	var out bytes.Buffer
	if err := run(t.Context(), []string{"start", "-json", "-runs", "2", "-idle", "0s"}, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	var r startReport
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	if r.Runs != 2 || r.ReadyLow <= 0 || r.ReadyLow > r.Ready || r.Ready > r.ReadyHigh || r.Binary < 1<<20 {
		t.Errorf("%+v", r)
	}
	if runtime.GOOS == "linux" && r.Memory < 1<<20 {
		t.Errorf("memory at rest: %d", r.Memory)
	}
}
