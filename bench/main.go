package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out, errs io.Writer) error {
	if len(args) > 0 {
		switch args[0] {
		case "start":
			return runStart(ctx, args[1:], out, errs)
		case "postgresql":
			return runPostgreSQL(ctx, args[1:], out, errs)
		case childCommand:
			return runChild(ctx, args[1:], os.Stdin, out)
		}
	}
	return runLoad(ctx, args, out, errs)
}

// settings are what a caller may choose about the load.
type settings struct {
	connections int
	duration    time.Duration // of a phase, without its warm-up
	warmUp      time.Duration
	rounds      int
	sites       int
	contacts    int // of each site
	only        []string
	folder      string
	profile     string
	env         []string // of Rollcall's process alone
	json        bool
}

func parseSettings(args []string, errs io.Writer) (settings, error) {
	s := settings{contacts: 10}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(errs)
	flags.IntVar(&s.connections, "connections", 32, "how many connections call at once, at most 256")
	flags.DurationVar(&s.duration, "duration", 5*time.Second, "how long each phase is measured, at most 1m")
	flags.DurationVar(&s.warmUp, "warm-up", time.Second, "how long each phase runs before it is measured, at most 1m")
	flags.IntVar(&s.rounds, "rounds", 3, "how often all phases are run, at most 20")
	flags.IntVar(&s.sites, "sites", 1000, "how many sites there are to read from, each with ten contacts, at most 10000; as many others are created in")
	flags.StringVar(&s.folder, "folder", "", "where the temporary folder is made: the disk to measure (default: where the system has them)")
	flags.StringVar(&s.profile, "cpuprofile", "", "a file for a processor profile of Rollcall, from its first phase to its last")
	flags.BoolVar(&s.json, "json", false, "print one JSON object instead of a table")
	flags.Func("env", "a variable NAME=VALUE of Rollcall's process alone, such as GOGC=50; may be repeated", func(v string) error {
		if !strings.Contains(v, "=") {
			return errors.New("must be NAME=VALUE")
		}
		s.env = append(s.env, v)
		return nil
	})
	only := flags.String("phases", "", "the phases to run, with commas between: "+strings.Join(phaseNames(), ",")+" (default: all)")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	if *only != "" {
		s.only = strings.Split(*only, ",")
	}
	return s, errors.Join(s.check(), noneLeft(flags))
}

func noneLeft(flags *flag.FlagSet) error {
	if flags.NArg() > 0 {
		return fmt.Errorf("%q is not understood; -help lists what is", flags.Arg(0))
	}
	return nil
}

// check bounds what a run can take.
func (s settings) check() error {
	bad := func(flag, least, most string) error {
		return fmt.Errorf("-%s must be from %s to %s", flag, least, most)
	}
	switch {
	case s.connections < 1 || s.connections > 256:
		return bad("connections", "1", "256")
	case s.duration < 10*time.Millisecond || s.duration > time.Minute:
		return bad("duration", "10ms", "1m")
	case s.warmUp < 0 || s.warmUp > time.Minute:
		return bad("warm-up", "0s", "1m")
	case s.rounds < 1 || s.rounds > 20:
		return bad("rounds", "1", "20")
	case s.sites < 1 || s.sites > 10000:
		return bad("sites", "1", "10000")
	}
	for _, name := range s.only {
		if !slices.Contains(phaseNames(), name) {
			return fmt.Errorf("there is no phase %q; choose among %s", name, strings.Join(phaseNames(), ", "))
		}
	}
	return nil
}

func printJSON(out io.Writer, v any) error {
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}
