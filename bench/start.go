package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"
)

// startReport is what came of starting the program several times.
type startReport struct {
	Go         string  `json:"go"`
	System     string  `json:"system"`
	Processors int     `json:"processors"`
	Runs       int     `json:"runs"`
	Ready      float64 `json:"ready_ms"` // from the start of the process to the first 200 of /readyz; median
	ReadyLow   float64 `json:"ready_low_ms"`
	ReadyHigh  float64 `json:"ready_high_ms"`
	Idle       float64 `json:"idle_seconds"`
	Memory     int64   `json:"memory_at_rest_bytes"` // after it was idle for so long; 0: this system does not say
	Binary     int64   `json:"binary_bytes"`
}

// runStart measures the program that is built from cmd/rollcall, and prints what came of it.
func runStart(ctx context.Context, args []string, out, errs io.Writer) (err error) {
	flags := flag.NewFlagSet("bench start", flag.ContinueOnError)
	flags.SetOutput(errs)
	runs := flags.Int("runs", 5, "how often the program is started, each time on an empty folder, at most 50")
	idle := flags.Duration("idle", 5*time.Second, "how long the last one is left alone before its memory is read, at most 1m")
	asJSON := flags.Bool("json", false, "print one JSON object instead of text")
	if err := errors.Join(flags.Parse(args), noneLeft(flags)); err != nil {
		return err
	}
	if *runs < 1 || *runs > 50 || *idle < 0 || *idle > time.Minute {
		return errors.New("-runs must be from 1 to 50, and -idle from 0s to 1m")
	}
	folder, err := os.MkdirTemp("", "rollcall-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	r, err := measureStart(ctx, folder, *runs, *idle, errs)
	if err != nil {
		return err
	}
	if *asJSON {
		return printJSON(out, r)
	}
	return r.print(out)
}

func measureStart(ctx context.Context, folder string, runs int, idle time.Duration, errs io.Writer) (startReport, error) {
	program := filepath.Join(folder, "rollcall.exe")
	build := exec.CommandContext(ctx, "go", "build", "-o", program, "example.org/rollcall/cmd/rollcall")
	build.Stderr = errs
	if err := build.Run(); err != nil {
		return startReport{}, fmt.Errorf("go build: %w", err)
	}
	info, err := os.Stat(program)
	if err != nil {
		return startReport{}, err
	}
	r := startReport{
		Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH, Processors: runtime.GOMAXPROCS(0),
		Runs: runs, Idle: idle.Seconds(), Binary: info.Size(),
	}
	var times []float64
	for n := range runs {
		rest := time.Duration(0)
		if n == runs-1 {
			rest = idle
		}
		ready, memory, err := startOnce(ctx, program, filepath.Join(folder, fmt.Sprint("data", n)), rest)
		if err != nil {
			return r, err
		}
		times = append(times, float64(ready.Microseconds())/1000)
		r.Memory = memory
	}
	r.Ready, r.ReadyLow, r.ReadyHigh = spread(times)
	return r, nil
}

// startOnce starts the program on an empty folder and stops it again. It returns how long it took to be ready, and its
// memory after a rest.
func startOnce(ctx context.Context, program, data string, rest time.Duration) (ready time.Duration, rss int64, err error) {
	ctx, cancel := context.WithTimeout(ctx, rest+2*stuck)
	defer cancel()
	command := exec.CommandContext(ctx, program, "serve", "--data", data, "--listen", "127.0.0.1:0", "--log-format", "json")
	log, err := command.StderrPipe()
	if err != nil {
		return 0, 0, err
	}
	begin := time.Now()
	if err := command.Start(); err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, end(command)) }()
	lines := bufio.NewReader(log)
	url, err := readURL(lines)
	if err != nil {
		return 0, 0, err
	}
	if err := getReady(ctx, url); err != nil {
		return 0, 0, err
	}
	ready = time.Since(begin)
	go func() { _, _ = io.Copy(io.Discard, lines) }()
	select {
	case <-time.After(rest):
	case <-ctx.Done():
		return 0, 0, ctx.Err()
	}
	return ready, memory(command.Process.Pid), nil
}

// readURL returns where the program says in its log that it listens.
func readURL(lines *bufio.Reader) (string, error) {
	for {
		text, err := lines.ReadBytes('\n')
		if err != nil {
			return "", fmt.Errorf("the program ended before it was ready: %s", text)
		}
		var entry struct{ URL string }
		if err := json.Unmarshal(text, &entry); err != nil {
			return "", fmt.Errorf("not a line of the log: %s", text)
		}
		if entry.URL != "" {
			return entry.URL, nil
		}
	}
}

func getReady(ctx context.Context, url string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/readyz", nil)
	if err != nil {
		return err
	}
	r.Close = true // a connection that is kept would make the program wait for it at its end
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("/readyz says %s", answer.Status)
	}
	return nil
}

// end stops a program as Ctrl-C does, or kills it where that is not to be had.
func end(command *exec.Cmd) error {
	if err := command.Process.Signal(os.Interrupt); err != nil {
		_ = command.Process.Kill()
		_ = command.Wait()
		return nil
	}
	return command.Wait()
}

func (r startReport) print(out io.Writer) error {
	rest := "not known on this system"
	if r.Memory > 0 {
		rest = mebibytes(r.Memory)
	}
	_, err := fmt.Fprintf(out, `%s, %s, %d processors
ready on an empty folder after  %.0f ms (median of %d starts, from %.0f to %.0f)
memory after %g s at rest        %s
the program's file              %s
`, r.Go, r.System, r.Processors, r.Ready, r.Runs, r.ReadyLow, r.ReadyHigh, r.Idle, rest, mebibytes(r.Binary))
	return err
}
