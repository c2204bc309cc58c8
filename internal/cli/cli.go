package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"

	"github.com/alecthomas/kong"
)

const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

type commands struct {
	ShowVersion showVersion `name:"version" group:"general" help:"Print the version."`
	LogLevel    string      `group:"general" help:"Log level on stderr: debug, info, warn or error. By default info for serve, and warn otherwise." enum:"debug,info,warn,error," default:"" placeholder:"LEVEL" env:"ROLLCALL_LOG_LEVEL"`

	Demo        demoCommand         `cmd:"" group:"servers" help:"Try Rollcall: a server with sample data that sends no messages."`
	Serve       serveCommand        `cmd:"" group:"servers" help:"Run the server."`
	Dealer      dealerCommands      `cmd:"" group:"records" help:"Dealers: alarm companies, each with its own sites and contacts."`
	Key         keyCommands         `cmd:"" group:"records" help:"API keys, with which programs act for a dealer."`
	User        userCommands        `cmd:"" group:"records" help:"Users: people who sign in to the console for a dealer."`
	Site        siteCommands        `cmd:"" group:"records" help:"Sites: the places that a dealer monitors."`
	Contact     contactCommands     `cmd:"" group:"records" help:"Contacts: the people to call for the sites."`
	CallList    callListCommand     `cmd:"" group:"records" help:"Whom to call for an alarm at a site, in order."`
	Readiness   readinessCommand    `cmd:"" group:"records" help:"Whether enough people can be reached for a site, or all sites."`
	RollCall    rollCallCommands    `cmd:"" group:"records" help:"Roll calls: asking many people at a pace."`
	Message     messageCommand      `cmd:"" group:"records" help:"Messages captured instead of sent."`
	Webhook     webhookCommands     `cmd:"" group:"records" help:"Webhooks: addresses to which events are sent."`
	Suppression suppressionCommands `cmd:"" group:"records" help:"Suppressions: numbers and addresses that get no messages."`
	Delivery    deliveryCommands    `cmd:"" group:"upkeep" help:"The providers that send messages."`
	Backup      backupCommand       `cmd:"" group:"upkeep" help:"Back up the database to a file, also while a server runs."`
	Restore     restoreCommand      `cmd:"" group:"upkeep" help:"Restore a backup into a folder without a database."`
	Check       checkCommand        `cmd:"" group:"upkeep" help:"Check a database, also while a server runs."`
	Audit       auditCommands       `cmd:"" group:"upkeep" help:"The audit trail of all changes."`
	Migrate     migrateCommand      `cmd:"" group:"upkeep" help:"Upgrade a database to this version of Rollcall."`
	MigrateData migrateDataCommand  `cmd:"" group:"upkeep" help:"Copy a database from a folder to PostgreSQL, or back."`
	Version     versionCommand      `cmd:"" group:"upkeep" help:"Print the version."`
}

const description = `Rollcall keeps the people to call for monitored sites, and proves that each can be reached.

New here? Run "rollcall demo" and paste the lines it prints. For production: "rollcall serve --data DIR".
Every flag can also be set by the environment variable beside it.`

// terminal has the streams, the clock and the log level of a command.
type terminal struct {
	in       io.Reader
	out, err io.Writer
	now      func() time.Time
	level    string // --log-level; empty: the command's default
}

// Run runs a command line, without the program's name, and returns the exit status: 0, 1 if the command failed, or 2 for a
// wrong command line. Flags that are not given are read from the environment. A server stops when ctx is done, after
// running requests have finished.
func Run(ctx context.Context, args []string, in io.Reader, out, errs io.Writer) int {
	t := &terminal{in: in, out: out, err: errs, now: time.Now}
	parser, err := newParser(&commands{}, out, errs)
	if err != nil {
		t.report(err)
		return exitFailed
	}
	if len(args) == 0 {
		return t.overview(parser)
	}
	if args[0] == "help" {
		args = append(slices.Clone(args[1:]), "--help")
	}
	parsed, err := parser.Parse(args)
	if errors.Is(err, errAnswered) {
		return exitOK
	}
	if err != nil {
		return t.misunderstood(err)
	}
	t.level = parser.Model.Target.Interface().(commands).LogLevel
	parsed.BindTo(ctx, (*context.Context)(nil))
	err = parsed.Run(t)
	var usage *usageError
	if errors.As(err, &usage) {
		return t.wrongUsage(usage, parsed.Selected())
	}
	if err != nil {
		t.report(err)
		return exitFailed
	}
	return exitOK
}

// errAnswered ends the parsing of a command line after help or the version was printed.
var errAnswered = errors.New("answered")

func newParser(root *commands, out, errs io.Writer) (*kong.Kong, error) {
	return kong.New(root,
		kong.Name("rollcall"),
		kong.Description(description),
		kong.Writers(out, errs),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 110}),
		kong.ValueFormatter(helpOf),
		kong.Help(func(options kong.HelpOptions, ctx *kong.Context) error {
			if err := kong.DefaultHelpPrinter(options, ctx); err != nil {
				return err
			}
			return errAnswered
		}),
		kong.ExplicitGroups([]kong.Group{
			{Key: "servers", Title: "Servers:"},
			{Key: "records", Title: "Dealers, keys, users, sites and contacts (also while a server runs):"},
			{Key: "upkeep", Title: "Maintenance:"},
			{Key: "limits", Title: "Limits:"},
			{Key: "delivery", Title: "Delivery:"},
			{Key: "twilio", Title: "Twilio:"},
			{Key: "gateway", Title: "Gateway:"},
			{Key: "general", Title: "All commands:"},
			{Key: "database", Title: "Database and secret:"},
		}),
		kong.PostBuild(nameVariables),
		kong.PostBuild(groupHelp),
	)
}

// groupHelp lists --help with the flags of all commands, after the command's own.
func groupHelp(k *kong.Kong) error {
	k.Model.HelpFlag.Group = k.Model.Flags[len(k.Model.Flags)-1].Group
	return nil
}

// overview prints the help for a command line without a command.
func (t *terminal) overview(parser *kong.Kong) int {
	parser.Stdout = t.err
	if _, err := parser.Parse([]string{"--help"}); !errors.Is(err, errAnswered) {
		t.report(err)
	}
	return exitUsage
}

// log returns the log of a command with its default level.
func (t *terminal) log(usual slog.Level, format string) *slog.Logger {
	level := usual
	if t.level != "" {
		_ = level.UnmarshalText([]byte(t.level)) // checked by kong
	}
	options := &slog.HandlerOptions{Level: level}
	if format == "json" {
		return slog.New(slog.NewJSONHandler(t.err, options))
	}
	return slog.New(slog.NewTextHandler(t.err, options))
}

func (t *terminal) printf(format string, args ...any) error {
	_, err := fmt.Fprintf(t.out, format, args...)
	return err
}
