package cli

import (
	"context"
	"fmt"
	"os"
	"time"

	"example.org/rollcall/internal/app"
)

type backupCommand struct {
	folderFlags
	formatFlags
	To    string `required:"" help:"The file to write." placeholder:"FILE"`
	Force bool   `help:"Replace an existing file once the backup is complete."`
}

// Help is shown by --help.
func (backupCommand) Help() string {
	return `The backup is a checked snapshot; writes continue meanwhile. FILE appears only once the backup is complete and on disk, so a failed backup leaves an older file as it was. Only its owner can read it. It holds personal data, but not the server's secret: keep a copy of that elsewhere.

Examples:

    rollcall backup --data DIR --to rollcall-backup.db
    rollcall backup --data DIR --to rollcall-backup.db --force --format json
`
}

// copiedRecord is the JSON output of backup and restore.
func copiedRecord(file string, c app.Copied) record {
	return record{
		"file", file, "bytes", c.Bytes, "dealers", c.Dealers, "sites", c.Sites, "contacts", c.Contacts, "validations", c.Validations,
		"level", c.Level, "taken_at", c.At, "seconds", seconds(c.Took), "has_secret", c.HasSecret,
	}
}

// Run makes the backup.
func (c *backupCommand) Run(ctx context.Context, t *terminal) error {
	if c.To == "" {
		return wrongUsage("set the file to write with --to FILE")
	}
	if err := c.onlyFolder("backed up"); err != nil {
		return err
	}
	if err := c.check(false); err != nil {
		return err
	}
	progress := t.progress("copied")
	done, err := app.Backup(ctx, app.BackupOptions{Data: c.Data, File: c.To, Replace: c.Force, Now: t.now, Progress: progress.show})
	progress.clear()
	if err != nil {
		return err
	}
	return c.print(t, copiedRecord(c.To, done), func() error {
		err := t.printf("Backed up %s to %s in %v: %s.\n", size(done.Bytes), c.To, roughly(done.Took),
			contents(done.Dealers, done.Sites, done.Contacts, done.Validations))
		if err != nil || !done.HasSecret {
			return err
		}
		return t.printf("The server's secret is not in the backup: keep a copy of %s elsewhere.\n", done.Secret)
	})
}

func contents(dealers, sites, contacts, validations int64) string {
	return fmt.Sprintf("%s, %s, %s, %s", count(dealers, "dealer"), count(sites, "site"), count(contacts, "contact"),
		count(validations, "validation"))
}

func count(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// size formats a number of bytes.
func size(bytes int64) string {
	amount, unit := float64(bytes)/1024, "KiB"
	for _, next := range []string{"MiB", "GiB", "TiB"} {
		if amount < 1024 {
			break
		}
		amount, unit = amount/1024, next
	}
	return fmt.Sprintf("%.1f %s", amount, unit)
}

func seconds(d time.Duration) float64 { return d.Round(time.Millisecond).Seconds() }

// roughly rounds a duration for people.
func roughly(d time.Duration) time.Duration {
	switch {
	case d > time.Minute:
		return d.Round(time.Second)
	case d > time.Second:
		return d.Round(100 * time.Millisecond)
	}
	return d.Round(time.Millisecond)
}

// progress is a line on a terminal that shows the progress of a command.
type progress struct {
	out   *os.File // nil: no terminal
	word  string
	shown int64 // percent
}

// progress returns a progress that shows nothing if stderr is not a terminal.
func (t *terminal) progress(word string) *progress {
	p := &progress{word: word, shown: -1}
	file, ok := t.err.(*os.File)
	if !ok {
		return p
	}
	if info, err := file.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
		p.out = file
	}
	return p
}

// show shows the bytes done.
func (p *progress) show(done, all int64) { p.line(done, all, size(all)) }

// rows shows the rows done.
func (p *progress) rows(done, all int64) { p.line(done, all, count(all, "row")) }

// bar shows a bar.
func (p *progress) bar(done, all int64) {
	if p.out != nil && all > 0 {
		p.shown = done
		fmt.Fprintf(p.out, "\r%s %d of %d %s", bar(done, all), done, all, p.word)
	}
}

func (p *progress) line(done, all int64, whole string) {
	if p.out == nil || all == 0 {
		return
	}
	percent := 100 * done / all
	if percent == p.shown {
		return
	}
	p.shown = percent
	fmt.Fprintf(p.out, "\r%3d %% of %s %s", percent, whole, p.word)
}

// clear removes the line.
func (p *progress) clear() {
	if p.out != nil && p.shown >= 0 {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
}
