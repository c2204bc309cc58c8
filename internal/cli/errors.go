package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strings"

	"github.com/alecthomas/kong"

	"example.org/rollcall/internal/rollcall"
)

// wordings replaces what kong says about a value by our own words.
var wordings = []struct {
	kong *regexp.Regexp
	ours string
}{
	{regexp.MustCompile(`expected \w+ value but got "EOL" \(<EOL>\)`), "needs a value"},
	{regexp.MustCompile(`: expected a valid 64 bit int but got (".*?")`), " must be a whole number, not $1"},
	{regexp.MustCompile(`: bool value must be .* but got (".*?")`), " must be true or false, not $1"},
	{regexp.MustCompile(`,"" but got`), " but got"},
	{regexp.MustCompile(`\(from envar (\w+)=.*\)`), "(from $1)"},
}

// usageError is an error of the command line.
type usageError struct{ message string }

func (e *usageError) Error() string { return e.message }

func wrongUsage(format string, args ...any) error {
	return &usageError{fmt.Sprintf(format, args...)}
}

// listError is an error with several items, which are printed on lines of their own.
type listError struct {
	summary string
	items   []string
}

func (e *listError) Error() string { return e.summary + ": " + strings.Join(e.items, "; ") }

// misunderstood prints a parse error of the command line.
func (t *terminal) misunderstood(err error) int {
	var parse *kong.ParseError
	if !errors.As(err, &parse) || parse.Context == nil {
		return t.wrongUsage(&usageError{err.Error()}, nil)
	}
	return t.wrongUsage(&usageError{err.Error()}, parse.Context.Selected())
}

func (t *terminal) wrongUsage(err *usageError, selected *kong.Node) int {
	command := "rollcall"
	if selected != nil {
		command = selected.FullPath()
	}
	message := oneLine(err.message)
	for _, w := range wordings {
		message = w.kong.ReplaceAllString(message, w.ours)
	}
	fmt.Fprintf(t.err, "rollcall: %s\nSee `%s --help`.\n", message, command)
	return exitUsage
}

// report prints an error on one line, followed by its items, if any.
func (t *terminal) report(err error) {
	var list *listError
	var e *rollcall.Error
	switch {
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(t.err, "rollcall: stopped before it was done")
	case errors.As(err, &list):
		fmt.Fprintf(t.err, "rollcall: %s\n", list.summary)
		for _, item := range list.items {
			fmt.Fprintf(t.err, "  %s\n", oneLine(item))
		}
	case errors.As(err, &e):
		t.reportRefusal(e)
	default:
		fmt.Fprintf(t.err, "rollcall: %s\n", oneLine(err.Error()))
	}
}

func (t *terminal) reportRefusal(e *rollcall.Error) {
	debug := t.level == "debug"
	hint := ""
	if e.Cause != nil && !debug {
		hint = " (use --log-level debug for the cause)"
	}
	switch len(e.Details) {
	case 0:
		fmt.Fprintf(t.err, "rollcall: %s%s\n", e.Message, hint)
	case 1:
		fmt.Fprintf(t.err, "rollcall: %s %s\n", flagOf(e.Details[0].Field), e.Details[0].Message)
	default:
		fmt.Fprintf(t.err, "rollcall: %d values are wrong\n", len(e.Details))
		for _, d := range e.Details {
			fmt.Fprintf(t.err, "  %s %s\n", flagOf(d.Field), d.Message)
		}
	}
	if debug {
		t.log(slog.LevelDebug, "").Debug("error", "code", string(e.Kind), "error", e.Error())
	}
}

// flagOf returns the flag for a field of an error.
func flagOf(field string) string {
	if field == "dealer_id" {
		return "--dealer"
	}
	return "--" + strings.ReplaceAll(columnOf(field), "_", "-")
}

// columnOf returns the CSV column for a field of an error.
func columnOf(field string) string {
	return strings.TrimPrefix(strings.TrimPrefix(field, "address."), "readiness_rules.")
}

// oneLine joins the lines of an error.
func oneLine(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(strings.TrimSpace(s), "\n", "; ")), " ")
}
