package cli

import (
	"context"
	"log/slog"

	"example.org/rollcall/internal/app"
)

type migrateCommand struct {
	folderFlags
	formatFlags
}

// Help is shown by --help.
func (migrateCommand) Help() string {
	return `Servers and commands do this whenever they open a database; do it by hand to choose the moment, such as before starting a new version. The database is created if missing.

Example:

    rollcall migrate --data DIR
`
}

// Run migrates the database.
func (c *migrateCommand) Run(ctx context.Context, t *terminal) error {
	options, err := c.options(t, true)
	if err != nil {
		return err
	}
	options.Log = t.log(slog.LevelWarn, "")
	if err := app.Migrate(ctx, options); err != nil {
		return err
	}
	const result = "the database is up to date"
	return c.print(t, record{"result", result}, func() error { return t.printf("%s\n", result) })
}
