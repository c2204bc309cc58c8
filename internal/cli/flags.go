package cli

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"unicode"

	"github.com/alecthomas/kong"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// folderFlags name the database of a command. A server may be running on it.
type folderFlags struct {
	Data        string `group:"database" help:"Folder of the database and the server's secret." placeholder:"DIR" env:"ROLLCALL_DATA"`
	urlFlags    `group:"database"`
	secretFlags `group:"database"`
}

// urlFlags name a PostgreSQL database.
type urlFlags struct {
	DatabaseURL     string `name:"database-url" help:"PostgreSQL database, instead of one in the folder, which then holds only the secret: postgres://USER:PASSWORD@HOST:PORT/DATABASE, with several hosts separated by commas. Prefer --database-url-file: others on this machine can see flags." placeholder:"URL" env:"ROLLCALL_DATABASE_URL"`
	DatabaseURLFile string `name:"database-url-file" help:"File with the URL of the database." placeholder:"FILE" env:"ROLLCALL_DATABASE_URL_FILE"`
}

// onPostgreSQL reports whether the flags name a PostgreSQL database.
func (f urlFlags) onPostgreSQL() bool { return f.DatabaseURL != "" || f.DatabaseURLFile != "" }

// url returns the URL; empty: none is set.
func (f urlFlags) url() (string, error) {
	switch {
	case f.DatabaseURL != "" && f.DatabaseURLFile != "":
		return "", wrongUsage("set --database-url or --database-url-file, not both (they may come from ROLLCALL_DATABASE_URL and ROLLCALL_DATABASE_URL_FILE)")
	case f.DatabaseURLFile == "":
		return f.DatabaseURL, nil
	}
	return urlIn("--database-url-file", f.DatabaseURLFile)
}

// urlIn reads the URL of a database from the file that a flag names.
func urlIn(flag, file string) (string, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return "", fileError(flag, err)
	}
	url := strings.TrimSpace(string(content))
	if !strings.Contains(url, "://") {
		return "", wrongUsage("%s %s has no URL; write the URL of the database to it", flag, file)
	}
	return url, nil
}

// where returns flags, to append to a printed command line, that name the same database. A URL is left out, since it may
// hold a password.
func (f folderFlags) where() string {
	switch {
	case f.Data != "":
		return " --data " + quote(f.Data)
	case f.DatabaseURLFile != "":
		return " --database-url-file " + quote(f.DatabaseURLFile)
	}
	return ""
}

// options returns options with the database and the secret. create is as for check.
func (f folderFlags) options(t *terminal, create bool) (options app.Options, err error) {
	if err := f.check(create); err != nil {
		return options, err
	}
	options = app.Options{Data: f.Data, Now: t.now, Version: thisBuild().version}
	if options.DatabaseURL, err = f.url(); err != nil {
		return options, err
	}
	options.Secret, err = f.read()
	return options, err
}

type formatFlags struct {
	Format string `help:"Output: text, or one JSON object." enum:"text,json" default:"text" placeholder:"text|json" env:"ROLLCALL_FORMAT"`
}

type dealerFlags struct {
	Dealer string `required:"" help:"The dealer's id, from dealer list." placeholder:"DEALER_ID" env:"ROLLCALL_DEALER"`
}

// id returns the dealer's id.
func (f dealerFlags) id() rollcall.DealerID { return rollcall.DealerID(f.Dealer) }

// changeFlags are flags of commands that change something of a dealer.
type changeFlags struct {
	OnBehalfOf personName `name:"on-behalf-of" help:"On whose request, for the audit." placeholder:"NAME"`
}

// by returns the command as the caller that changes something of a dealer.
func (f changeFlags) by(dealer rollcall.DealerID) service.Caller {
	return service.Caller{Dealer: dealer, OnBehalfOf: string(f.OnBehalfOf)}
}

type personName string

// UnmarshalText reads the name of a person on whose request something is changed.
func (n *personName) UnmarshalText(text []byte) error {
	name, e := rollcall.CheckOnBehalfOf(string(text))
	if e != nil {
		return errors.New(e.Message)
	}
	*n = personName(name)
	return nil
}

// tenantFlags name a dealer, or its sandbox, also by the sandbox's id.
type tenantFlags struct {
	dealerFlags
	Sandbox bool `help:"Use the dealer's sandbox, in which test keys work."`
}

// id returns the id of the dealer, or of its sandbox.
func (f tenantFlags) id() rollcall.DealerID {
	if f.Sandbox {
		return f.dealerFlags.id().Live().Sandbox()
	}
	return f.dealerFlags.id()
}

type listenFlags struct {
	Listen string `help:"Address to listen on: HOST:PORT; without HOST, every address of this machine; port 0 takes a free one." default:"127.0.0.1:8080" placeholder:"ADDR" env:"ROLLCALL_LISTEN"`
}

type secretFlags struct {
	Secret     string `help:"The server's secret: 64 hex digits; older ones, still accepted, may follow after commas. By default it is kept in the data folder. Prefer --secret-file: others on this machine can see flags." placeholder:"HEX" env:"ROLLCALL_SECRET"`
	SecretFile string `help:"File with the server's secret." placeholder:"FILE" env:"ROLLCALL_SECRET_FILE"`
}

// read returns the secret; empty: none is set.
func (f secretFlags) read() (string, error) {
	switch {
	case f.Secret != "" && f.SecretFile != "":
		return "", wrongUsage("set --secret or --secret-file, not both (they may come from ROLLCALL_SECRET and ROLLCALL_SECRET_FILE)")
	case f.SecretFile == "":
		return f.Secret, nil
	}
	content, err := os.ReadFile(f.SecretFile)
	if err != nil {
		return "", fileError("--secret-file", err)
	}
	separator := func(r rune) bool { return r == ',' || unicode.IsSpace(r) }
	secrets := strings.FieldsFunc(string(content), separator)
	if len(secrets) == 0 {
		return "", wrongUsage("--secret-file %s is empty; write 64 hex digits to it, such as `openssl rand -hex 32` makes", f.SecretFile)
	}
	return strings.Join(secrets, ","), nil
}

// fileError returns a usage error for the file that a flag names.
func fileError(flag string, err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return wrongUsage("%s %s: %v", flag, path.Path, path.Err)
	}
	return wrongUsage("%s: %v", flag, err)
}

// withService opens the database and calls do. If there is no database yet, it is created if create is true; otherwise
// the error says how to create one.
func (f folderFlags) withService(ctx context.Context, t *terminal, create bool, do func(*service.Service) error) error {
	options, err := f.options(t, create)
	if err != nil {
		return err
	}
	options.Log = t.log(slog.LevelWarn, "")
	return withApp(ctx, options, do)
}

// withApp opens a database and calls do.
func withApp(ctx context.Context, options app.Options, do func(*service.Service) error) error {
	a, err := app.Open(ctx, options)
	if err != nil {
		return err
	}
	return errors.Join(do(a.Service()), a.Close())
}

// nameVariables gives each flag without an environment variable one that begins with the command's name: a variable such
// as ROLLCALL_SITE_ID, which may be set for programs that call the API, must not change a command.
func nameVariables(k *kong.Kong) error {
	for _, leaf := range k.Model.Leaves(false) {
		for _, flag := range leaf.Flags {
			if len(flag.Envs) > 0 {
				continue
			}
			name := strings.ToUpper(strings.NewReplacer("-", "_", " ", "_").Replace(
				"rollcall " + commandPath(leaf) + " " + flag.Name))
			flag.Envs = []string{name}
			flag.Tag.Envs = flag.Envs
		}
	}
	return nil
}

// helpOf returns the help of a flag or an argument, with its default and its environment variable.
func helpOf(v *kong.Value) string {
	var notes []string
	if v.Default != "" {
		notes = append(notes, "default "+v.Default)
	}
	for _, name := range v.Tag.Envs {
		notes = append(notes, "$"+name)
	}
	if len(notes) == 0 {
		return v.Help
	}
	return v.Help + " [" + strings.Join(notes, ", ") + "]"
}

// commandPath returns the words of a command, without its arguments.
func commandPath(n *kong.Node) string {
	if n.Parent == nil || n.Parent.Type == kong.ApplicationNode {
		return n.Name
	}
	return commandPath(n.Parent) + " " + n.Name
}

// given returns the field of an input that a flag sets; nil: the flag was not given.
func given[T any](flag *T) rollcall.Field[T] {
	if flag == nil {
		return rollcall.Field[T]{}
	}
	return rollcall.Given(*flag)
}
