package cli

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"example.org/rollcall/internal/app"
)

type migrateDataCommand struct {
	formatFlags
	From     string `help:"The source: a folder, or a database on PostgreSQL as postgres://USER:PASSWORD@HOST:PORT/DATABASE." placeholder:"DIR|URL"`
	FromFile string `help:"A file that holds the URL of --from." placeholder:"FILE"`
	To       string `help:"The target: a database on PostgreSQL that Rollcall has not used yet, or a folder." placeholder:"DIR|URL"`
	ToFile   string `help:"A file that holds the URL of --to." placeholder:"FILE"`
}

// Help is shown by --help.
func (migrateDataCommand) Help() string {
	return `Stop the servers first: the source must not change meanwhile; this command does not change it. Start an interrupted run again to go on. Nothing else opens the target before it is complete. At the end every row is compared. The server's secret is not copied: servers on the target must be given the same one.

Examples:

    rollcall migrate-data --from ./rollcall-data --to postgres://rollcall:secret@db.example.org/rollcall
    rollcall migrate-data --from-file /etc/rollcall/database --to ./rollcall-data
`
}

// Run copies everything.
func (c *migrateDataCommand) Run(ctx context.Context, t *terminal) error {
	from, err := oneEnd("from", c.From, c.FromFile)
	if err != nil {
		return err
	}
	to, err := oneEnd("to", c.To, c.ToFile)
	if err != nil {
		return err
	}
	if !strings.Contains(from, "://") {
		if err := (folderFlags{Data: from}).check(false); err != nil {
			return err
		}
	}
	progress := t.progress("copied")
	done, err := app.MigrateData(ctx, app.TransferOptions{From: from, To: to, Now: t.now, Progress: progress.rows})
	progress.clear()
	if err != nil {
		return err
	}
	result := record{
		"rows", done.Rows, "rows_before", done.Before, "dealers", done.Dealers, "sites", done.Sites, "contacts", done.Contacts,
		"validations", done.Validations, "jobs", done.Jobs, "seconds", seconds(done.Took),
	}
	return c.print(t, result, func() error {
		err := t.printf("Copied %s, and compared every row, in %v: %s; %s on the way.\n", count(done.Rows, "row"), roughly(done.Took),
			contents(done.Dealers, done.Sites, done.Contacts, done.Validations), count(int64(done.Jobs), "message"))
		if err != nil {
			return err
		}
		return t.printf("%s", secretHint(from))
	})
}

// secretHint says how servers on the target come by the secret of the source.
func secretHint(from string) string {
	secret := filepath.Join(from, "secret")
	if _, err := os.Stat(secret); strings.Contains(from, "://") || err != nil {
		return "Give the servers on it the secret of those before, by ROLLCALL_SECRET_FILE.\n"
	}
	return "Give the servers on it the same secret: ROLLCALL_SECRET_FILE=" + quote(secret) + ", or a copy of it.\n"
}

// oneEnd returns what a flag or the file of another names.
func oneEnd(name, value, file string) (string, error) {
	switch {
	case value != "" && file != "":
		return "", wrongUsage("set --%s or --%s-file, not both", name, name)
	case value == "" && file == "":
		return "", wrongUsage("name a folder or a database with --%s", name)
	case file == "":
		return value, nil
	}
	return urlIn("--"+name+"-file", file)
}
