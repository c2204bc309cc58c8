// Command bench measures how fast a Rollcall server answers on this machine, and compares two builds:
//
//	go -C bench run . -against main        this tree against the branch main
//	go -C bench run . -against ./rollcall  this tree against a program that is already built
//	go -C bench run .                      this tree alone
//	go -C bench run . -help                phases, durations, rates, environment
//
// Rates of one machine say little about another, so both servers run at the same time and are called in turn. What counts
// is the ratio of two measurements that were taken one after the other in the same round.
//
// Each server is a process of its own with an empty data folder, a request log and all limits on, filled through the API.
// The load generator, Vegeta, is a third process that shares the processors with them; "work", the processor time of the
// server for one answer, does not include it. All folders are temporary and removed at the end.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// settings are the flags of a run.
type settings struct {
	against     string
	connections int
	rate        int // requests a second; 0: as many as the server answers
	duration    time.Duration
	warmUp      time.Duration
	rest        time.Duration
	rounds      int
	sites       int
	phases      []phase
	folder      string
	env         [2][]string // of this tree's server, and of the other
}

func parse(args []string, errs io.Writer) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(errs)
	flags.StringVar(&s.against, "against", "", "what to compare with: a commit or branch, or the file of a built rollcall")
	flags.IntVar(&s.connections, "connections", 32, "connections that call at the same time")
	flags.IntVar(&s.rate, "rate", 0, "requests a second; 0: each connection sends its next request after the answer to its last")
	flags.DurationVar(&s.duration, "duration", 5*time.Second, "how long one measurement takes")
	flags.DurationVar(&s.warmUp, "warm-up", time.Second, "how long the load lasts before each measurement")
	flags.DurationVar(&s.rest, "rest", 5*time.Second, "how long a new server is left alone before its memory is read")
	flags.IntVar(&s.rounds, "rounds", 3, "how often each phase is measured")
	flags.IntVar(&s.sites, "sites", 1000, "sites with ten contacts each, to read and update")
	flags.StringVar(&s.folder, "folder", "", "where to make the temporary folder, which decides the disk that is measured")
	for i, name := range []string{"env", "against-env"} {
		flags.Func(name, "NAME=VALUE in the environment of "+sides[i]+"; may be repeated", func(v string) error {
			s.env[i] = append(s.env[i], v)
			return nil
		})
	}
	only := flags.String("phases", "", "the phases to run, separated by commas (default: "+strings.Join(phaseNames(), ",")+")")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	var err error
	s.phases, err = choose(*only)
	return s, errors.Join(err, s.check(flags))
}

// sides names the two servers of a comparison.
var sides = [2]string{"this tree", "the other"}

func (s settings) check(flags *flag.FlagSet) error {
	switch {
	case flags.NArg() > 0:
		return fmt.Errorf("unexpected argument %q; see -help", flags.Arg(0))
	case s.connections < 1 || s.rounds < 1 || s.sites < 1 || s.rate < 0:
		return errors.New("-connections, -rounds and -sites must be at least 1, and -rate at least 0")
	case s.duration <= 0 || s.warmUp < 0 || s.rest < 0:
		return errors.New("-duration must be positive, and -warm-up and -rest not negative")
	}
	return nil
}

// compares reports whether there is a second server.
func (s settings) compares() bool { return s.against != "" || len(s.env[1]) > 0 }

func run(ctx context.Context, args []string, out, errs io.Writer) (err error) {
	s, err := parse(args, errs)
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp(s.folder, "rollcall-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	programs, err := s.programs(ctx, folder)
	if err != nil {
		return err
	}
	var servers []*server
	defer func() {
		for _, started := range servers {
			err = errors.Join(err, started.stop())
		}
	}()
	for i, program := range programs {
		fmt.Fprintf(errs, "starting and filling %s\n", sides[i])
		started, err := start(ctx, program, filepath.Join(folder, fmt.Sprintf("data%d", i)), s.env[i])
		if err != nil {
			return fmt.Errorf("%s: %w", sides[i], err)
		}
		servers = append(servers, started)
		if err := started.prepare(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", sides[i], err)
		}
	}
	results, err := measure(ctx, s, servers, errs)
	if err != nil {
		return err
	}
	return report(out, s, servers, results)
}

// programs builds this tree, and what it is compared with, and returns the files.
func (s settings) programs(ctx context.Context, folder string) ([]string, error) {
	this := filepath.Join(folder, "this.exe")
	if err := build(ctx, "..", this); err != nil || !s.compares() {
		return []string{this}, err
	}
	if s.against == "" {
		return []string{this, this}, nil
	}
	if info, err := os.Stat(s.against); err == nil && info.Mode().IsRegular() {
		return []string{this, s.against}, nil
	}
	other, tree := filepath.Join(folder, "other.exe"), filepath.Join(folder, "tree")
	if err := command(ctx, "..", "git", "worktree", "add", "--quiet", "--detach", tree, s.against); err != nil {
		return nil, err
	}
	err := build(ctx, tree, other)
	return []string{this, other}, errors.Join(err, command(ctx, "..", "git", "worktree", "remove", "--force", tree))
}
