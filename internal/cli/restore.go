package cli

import (
	"context"
	"time"

	"example.org/rollcall/internal/app"
)

type restoreCommand struct {
	folderFlags
	formatFlags
	From string `required:"" help:"The backup to restore." placeholder:"FILE"`
}

// Help is shown by --help.
func (restoreCommand) Help() string {
	return `Checks the backup and copies it. The folder is created if missing, and must be empty except for the server's secret. A folder with a running server or a database is refused: first move rollcall.db and the files whose names begin with it away. The secret is not in the backup: put its file into the folder, before or after; no server opens the database without it.

Example:

    rollcall restore --from rollcall-backup.db --data DIR
`
}

// Run restores the backup.
func (c *restoreCommand) Run(ctx context.Context, t *terminal) error {
	if c.From == "" {
		return wrongUsage("name the backup with --from FILE")
	}
	if err := c.onlyFolder("restored"); err != nil {
		return err
	}
	if err := c.folderFlags.check(true); err != nil {
		return err
	}
	progress := t.progress("copied")
	done, err := app.Restore(ctx, app.BackupOptions{Data: c.Data, File: c.From, Now: t.now, Progress: progress.show})
	progress.clear()
	if err != nil {
		return err
	}
	return c.print(t, copiedRecord(c.From, done), func() error {
		err := t.printf("Restored %s into %s in %v: %s.\nThe backup was taken at %s, %s ago; later changes are not in it.\n",
			size(done.Bytes), c.Data, roughly(done.Took), contents(done.Dealers, done.Sites, done.Contacts, done.Validations),
			stamp(done.At), age(t.now().Sub(done.At)))
		if err != nil || done.HasSecret {
			return err
		}
		return t.printf("Put the secret of the server that was backed up into %s, or set ROLLCALL_SECRET_FILE: no server opens this database without it.\n", done.Secret)
	})
}

// age returns a span of time in the largest unit of which there are two.
func age(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return count(int64(d/(24*time.Hour)), "day")
	case d >= 2*time.Hour:
		return count(int64(d/time.Hour), "hour")
	case d >= 2*time.Minute:
		return count(int64(d/time.Minute), "minute")
	}
	return count(int64(max(d, 0)/time.Second), "second")
}
