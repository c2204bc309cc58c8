package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// childCommand is the first argument of the processes that this one starts of itself.
const childCommand = "child"

// databaseVariable tells Rollcall's process the URL of its database, whose password no list of processes is to show.
const databaseVariable = "ROLLCALL_BENCH_DATABASE_URL"

// greeting is the first line that a child writes: how to call it.
type greeting struct {
	Address string `json:"address"`
	Key     string `json:"key,omitempty"`
}

// child is a server in a process of its own. It ends when its standard input does, so that none is left behind.
type child struct {
	greeting
	command *exec.Cmd
	input   io.Closer
}

// startChild starts this program as a child, with env beside its own variables, and returns once the child answers.
func startChild(errs io.Writer, env []string, args ...string) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	c := &child{command: exec.Command(self, append([]string{childCommand}, args...)...)}
	c.command.Stderr = errs
	c.command.Env = append(os.Environ(), env...)
	if c.input, err = c.command.StdinPipe(); err != nil {
		return nil, err
	}
	output, err := c.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.command.Start(); err != nil {
		return nil, err
	}
	if err := json.NewDecoder(output).Decode(&c.greeting); err != nil {
		return nil, errors.Join(fmt.Errorf("the server %s did not start: %w", args[0], err), c.stop())
	}
	return c, nil
}

// stop asks the child to end, and ends it where it does not.
func (c *child) stop() error {
	_ = c.input.Close()
	kill := time.AfterFunc(stuck, func() { _ = c.command.Process.Kill() })
	defer kill.Stop()
	return c.command.Wait()
}

// runChild is what a child does: it serves until its input ends. A Ctrl-C at the terminal reaches it too, and ends it
// the same way.
func runChild(ctx context.Context, args []string, input io.Reader, out io.Writer) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		_, _ = io.Copy(io.Discard, input)
		stop()
	}()
	if len(args) == 0 {
		return errors.New("a child needs to know which server it is")
	}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	switch args[0] {
	case baselineServer:
		answers := flags.String("answers", "", "the file of the answers")
		if err := flags.Parse(args[1:]); err != nil {
			return err
		}
		return serveBaseline(ctx, *answers, out)
	case rollcallServer:
		var o seedOptions
		flags.StringVar(&o.folder, "data", "", "an empty folder")
		flags.IntVar(&o.sites, "sites", 1, "")
		flags.IntVar(&o.contacts, "contacts", 1, "")
		flags.StringVar(&o.profile, "cpuprofile", "", "")
		flags.IntVar(&o.databaseConnections, "database-connections", 0, "")
		if err := flags.Parse(args[1:]); err != nil {
			return err
		}
		o.databaseURL = os.Getenv(databaseVariable)
		return serveRollcall(ctx, o, out)
	}
	return fmt.Errorf("there is no server %q", args[0])
}
