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
	From     string `help:"Source: a folder, or a PostgreSQL database as postgres://USER:PASSWORD@HOST:PORT/DATABASE." placeholder:"DIR|URL"`
	FromFile string `help:"File with the URL of --from." placeholder:"FILE"`
	To       string `help:"Target: a PostgreSQL database that Rollcall has not used yet, or a folder." placeholder:"DIR|URL"`
	ToFile   string `help:"File with the URL of --to." placeholder:"FILE"`
}

// Help is shown by --help.
func (migrateDataCommand) Help() string {
	return `Stop the servers first: the source must not change meanwhile, and is not changed. To continue an interrupted run, start it again; until it is complete, nothing else opens the target. At the end every row is compared. The server's secret is not copied: servers on the target need the same one.

Examples:

    rollcall migrate-data --from ./rollcall-data --to postgres://rollcall:secret@db.example.org/rollcall
    rollcall migrate-data --from-file /etc/rollcall/database --to ./rollcall-data
`
}

// Run copies the database.
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
		err := t.printf("Copied %s, and compared every row, in %v: %s; %s waiting to be sent.\n", count(done.Rows, "row"), roughly(done.Took),
			contents(done.Dealers, done.Sites, done.Contacts, done.Validations), count(int64(done.Jobs), "message"))
		if err != nil {
			return err
		}
		return t.printf("%s", secretHint(from))
	})
}

// secretHint says how to give servers on the target the secret of the source.
func secretHint(from string) string {
	secret := filepath.Join(from, "secret")
	if _, err := os.Stat(secret); strings.Contains(from, "://") || err != nil {
		return "Give the servers on the target the same secret as before, with ROLLCALL_SECRET_FILE.\n"
	}
	return "Give the servers on the target the same secret: ROLLCALL_SECRET_FILE=" + quote(secret) + ", or a copy of it.\n"
}

// oneEnd returns the folder or URL of --from or --to, or the URL from the file that its --…-file names.
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
