package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"time"
)

// drainSettings are what a caller may choose about validations that wait.
type drainSettings struct {
	validations int
	connections int // that create contacts meanwhile; 0: none
	window      time.Duration
	alone       time.Duration
	url         string // of a PostgreSQL; empty: SQLite in a folder
	folder      string
	hang        bool
	profile     string
	json        bool
}

func parseDrain(args []string, errs io.Writer) (drainSettings, error) {
	var s drainSettings
	flags := flag.NewFlagSet("bench drain", flag.ContinueOnError)
	flags.SetOutput(errs)
	flags.IntVar(&s.validations, "validations", 10_000, "how many validations wait when the queue begins, at most 100000")
	flags.IntVar(&s.connections, "connections", 32, "how many connections create contacts meanwhile, at most 256; 0: none")
	flags.DurationVar(&s.window, "window", time.Second, "creates are measured beside the queue in windows of this length, at most 1m")
	flags.DurationVar(&s.alone, "alone", 5*time.Second, "how long creates are measured alone, at most 1m")
	flags.StringVar(&s.url, "database-url", "", "an empty database on PostgreSQL (default: SQLite in the temporary folder)")
	flags.StringVar(&s.folder, "folder", "", "where the temporary folder is made (default: where the system has them)")
	flags.BoolVar(&s.hang, "hang", false, "send by a provider that never answers, and measure creates beside it for as long as alone")
	flags.StringVar(&s.profile, "cpuprofile", "", "a file for a processor profile of Rollcall while the validations are sent")
	flags.BoolVar(&s.json, "json", false, "print one JSON object instead of a table")
	if err := errors.Join(flags.Parse(args), noneLeft(flags)); err != nil {
		return s, err
	}
	switch {
	case s.validations < 1 || s.validations > 100_000:
		return s, errors.New("-validations must be from 1 to 100000")
	case s.connections < 0 || s.connections > 256:
		return s, errors.New("-connections must be from 0 to 256")
	case s.hang && s.connections == 0:
		return s, errors.New("-hang needs -connections, since nothing else is measured")
	case min(s.window, s.alone) < 10*time.Millisecond || max(s.window, s.alone) > time.Minute:
		return s, errors.New("-window and -alone must be from 10ms to 1m")
	}
	return s, nil
}

// drainReport is what came of validations that waited.
type drainReport struct {
	Go          string  `json:"go"`
	System      string  `json:"system"`
	Processors  int     `json:"processors"`
	Engine      string  `json:"engine"`
	Provider    string  `json:"provider"`
	Connections int     `json:"connections"` // that created contacts
	Validations int     `json:"validations"`
	Queued      float64 `json:"queued_seconds"`         // until all of them waited
	First       float64 `json:"first_seconds"`          // from the start of the queue until the first was sent
	Seconds     float64 `json:"seconds"`                // from the start of the queue until the last was sent; 0: they were not
	Rate        float64 `json:"sent_a_second"`          // validations over Seconds
	Work        float64 `json:"work_us,omitempty"`      // of the processors for Rollcall, a validation; only without creates
	Alone       float64 `json:"creates_alone_a_second"` // 0: not measured
	Beside      float64 `json:"creates_beside_a_second"`
	Share       float64 `json:"beside_of_alone"`
	P99Alone    int64   `json:"p99_alone_us"`
	P99Beside   int64   `json:"p99_beside_us"`
}

// runDrain measures how fast validations that wait are sent, and prints it.
func runDrain(ctx context.Context, args []string, out, errs io.Writer) (err error) {
	s, err := parseDrain(args, errs)
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp(s.folder, "rollcall-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	data := filepath.Join(folder, "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		return err
	}
	r := drainReport{
		Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH, Processors: runtime.GOMAXPROCS(0),
		Engine: "SQLite", Provider: "capture", Connections: s.connections, Validations: s.validations,
	}
	if s.url != "" {
		r.Engine = "PostgreSQL"
	}
	if s.hang {
		r.Provider = "one that hangs"
	}
	if s.connections > 0 {
		if err := s.measureAlone(ctx, data, errs, &r); err != nil {
			return err
		}
	}
	if err := s.measureDrain(ctx, data, errs, &r); err != nil {
		return err
	}
	if s.json {
		return printJSON(out, r)
	}
	return r.print(out)
}

// start starts Rollcall with a dealer of its own, whose validations wait.
func (s *drainSettings) start(data string, errs io.Writer, validations int, more ...string) (*child, error) {
	args := append([]string{drainServer, "-data", data, "-contacts", strconv.Itoa(s.validations),
		"-validations", strconv.Itoa(validations)}, more...)
	return startChild(errs, []string{drainURL + "=" + s.url}, args...)
}

// creates puts creates on a server for so long.
func (s *drainSettings) creates(ctx context.Context, server *child, warmUp, duration time.Duration) (outcome, error) {
	calls, n := requests{sites: drainSites(s.validations)}, 0
	numbers := make(chan int)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		for ; ; n++ {
			select {
			case numbers <- n:
			case <-ctx.Done():
				close(numbers)
				return
			}
		}
	}()
	return drive(ctx, load{
		address: server.Address, connections: s.connections, warmUp: warmUp, duration: duration,
		want: http.StatusCreated, holds: `"contact_id":"contact_`,
		number:  func() int { return <-numbers },
		request: func(to []byte, n int) []byte { return appendRequest(to, calls.create(n), server.Key) },
	})
}

func (s *drainSettings) measureAlone(ctx context.Context, data string, errs io.Writer, r *drainReport) (err error) {
	server, err := s.start(data, errs, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.stop()) }()
	o, err := s.creates(ctx, server, time.Second, s.alone)
	if err == nil {
		r.Alone, r.P99Alone = o.rate(), o.times.percentile(99).Microseconds()
	}
	return err
}

func (s *drainSettings) measureDrain(ctx context.Context, data string, errs io.Writer, r *drainReport) (err error) {
	more := []string{}
	if s.hang {
		more = append(more, "-hang")
	}
	if s.profile != "" {
		more = append(more, "-cpuprofile", s.profile)
	}
	server, err := s.start(data, errs, s.validations, more...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.stop()) }()
	var beside outcome
	if s.hang {
		beside, err = s.creates(ctx, server, time.Second, s.alone)
	} else {
		beside, err = s.awaitDrain(ctx, server, r)
	}
	if err != nil || s.connections == 0 {
		return err
	}
	r.Beside, r.P99Beside = beside.rate(), beside.times.percentile(99).Microseconds()
	r.Share = r.Beside / r.Alone
	return nil
}

// awaitDrain creates contacts until every validation was sent, in windows. Those count that ended before.
func (s *drainSettings) awaitDrain(ctx context.Context, server *child, r *drainReport) (beside outcome, err error) {
	var told error
	var d drained
	all := make(chan struct{})
	before := processorTime(server.command.Process.Pid)
	go func() {
		defer close(all)
		told = server.says.Decode(&d) // all were handed over
	}()
	for over := s.connections == 0; !over; {
		o, err := s.creates(ctx, server, 0, s.window)
		if err != nil {
			return beside, err
		}
		select {
		case <-all:
			over = true
		default:
		}
		if !over || beside.elapsed == 0 {
			beside.times.merge(&o.times)
			beside.elapsed += o.elapsed
		}
	}
	<-all
	work := processorTime(server.command.Process.Pid) - before
	if told == nil {
		told = server.says.Decode(&d) // and all were looked at
	}
	if told != nil {
		return beside, fmt.Errorf("not every validation was sent once: %w", told)
	}
	r.Queued, r.First, r.Seconds = d.Queued, d.First, d.Last
	r.Rate = float64(s.validations) / d.Last
	if s.connections == 0 {
		r.Work = float64(work.Microseconds()) / float64(s.validations)
	}
	return beside, nil
}

func (r drainReport) print(out io.Writer) error {
	text := fmt.Sprintf("%s, %s, %d processors, %s, provider: %s\n", r.Go, r.System, r.Processors, r.Engine, r.Provider)
	text += fmt.Sprintf("validations that waited  %d\n", r.Validations)
	if r.Seconds > 0 {
		text += fmt.Sprintf("queued in                %.1f s\nthe first was sent after %.2f s, the last after %.1f s\nsent a second            %.0f, each once\n",
			r.Queued, r.First, r.Seconds, r.Rate)
	}
	if r.Work > 0 {
		text += fmt.Sprintf("work for each            %.0f µs\n", r.Work)
	}
	if r.Connections > 0 {
		text += fmt.Sprintf("creates alone            %.0f a second over %d connections, p99 %s ms\n", r.Alone, r.Connections, millis(r.P99Alone))
		text += fmt.Sprintf("creates beside           %.0f a second, p99 %s ms: %.0f %% of alone\n", r.Beside, millis(r.P99Beside), 100*r.Share)
	}
	_, err := io.WriteString(out, text)
	return err
}
