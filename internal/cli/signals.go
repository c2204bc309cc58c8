package cli

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

// Main runs the command line of the process and returns its exit status. SIGINT, SIGTERM and SIGHUP stop the command; a
// second signal exits at once with status 1.
func Main() int {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, stopSignals()...)
	defer signal.Stop(signals)
	go func() {
		<-signals
		stop()
		<-signals
		fmt.Fprintln(os.Stderr, "rollcall: stopped at once after a second signal")
		os.Exit(exitFailed)
	}()
	return Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
}

// stopSignals returns the signals that stop the command: without SIGHUP if it is ignored, as under nohup.
func stopSignals() []os.Signal {
	if signal.Ignored(syscall.SIGHUP) {
		return []os.Signal{os.Interrupt, syscall.SIGTERM}
	}
	return []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}
}
