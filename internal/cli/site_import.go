package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

type siteImport struct {
	folderFlags
	formatFlags
	tenantFlags
	changeFlags
	File   string            `arg:"" help:"File: CSV, .xlsx or JSON lines; - for standard input."`
	Map    map[string]string `help:"Read a column into a field, whatever its name (repeatable); without a field, don't read it." placeholder:"COLUMN=FIELD" mapsep:"none"`
	DryRun bool              `help:"Check the file without changing anything."`
}

// Help is shown by --help.
func (siteImport) Help() string {
	return `The file is CSV with any separator, an .xlsx workbook (the first sheet) or JSON lines, of at most 50,000 rows and 64 MiB. The first row names the columns, in any order: site_id, account_reference_id, account_number, name, street, city, state, zip, country, timezone, language, status, premises_phone, min_people, min_numbers, exempt_reason. Names that other programs use are recognised, such as "Post Code"; --map says what others are. Only name is required; an empty value counts as absent, and other columns are ignored. docs/import.md has the details.

A row updates the site with its site_id or, without one, its account_reference_id; if there is none, it creates it. A row without either always creates a site. If a row is wrong, nothing is imported. Run an interrupted import again: rows with a site_id or an account_reference_id are not imported twice. Other changes continue meanwhile.

Examples:

    rollcall site import sites.csv --dealer DEALER_ID --dry-run --data DIR
    rollcall site import sites.xlsx --map "Customer=name" --dealer DEALER_ID --data DIR

A file:

    site_id,account_reference_id,name,city,state,country,timezone
    1784,ACCT-1784,Pier 9 offices,San Francisco,CA,US,America/Los_Angeles
`
}

// Run imports the file.
func (c *siteImport) Run(ctx context.Context, t *terminal) error {
	file, err := c.read(ctx, t)
	if err != nil {
		return c.naming(err)
	}
	return c.withService(ctx, t, false, func(s *service.Service) error {
		dealer, err := c.dealer(ctx, s, c.id())
		if err != nil {
			return err
		}
		progress := t.progress("imported")
		done, err := s.ImportSites(ctx, c.by(dealer.ID), file.inputs(), c.DryRun, func(done int) {
			progress.rows(int64(done), int64(len(file.rows)))
		})
		progress.clear()
		if err != nil {
			return c.naming(file.explain(err, done))
		}
		return c.show(t, dealer, file, done)
	})
}

func (c *siteImport) show(t *terminal, dealer rollcall.Dealer, file siteFile, done service.ImportedSites) error {
	result := record{
		"created", done.Created, "updated", done.Updated, "unchanged", done.Unchanged, "rows", len(file.rows),
		"mapping", file.mapping.Fields(), "ignored_columns", append([]string{}, file.notRead()...), "dry_run", c.DryRun,
	}
	return c.print(t, result, func() error {
		if ignored := file.notRead(); len(ignored) > 0 {
			if err := t.printf("Ignored columns: %.60q.\n", ignored); err != nil {
				return err
			}
		}
		counts := fmt.Sprintf("%s created, %d updated, %d unchanged", count(int64(done.Created), "site"), done.Updated, done.Unchanged)
		if c.DryRun {
			return t.printf("%s: %s can be imported: %s. Nothing was changed; run it again without --dry-run.\n",
				c.File, count(int64(len(file.rows)), "row"), counts)
		}
		return t.printf("%s for %s.\n", counts, dealer.Name)
	})
}

func (c *siteImport) naming(err error) error { return inFile(c.File, err) }

// inFile adds the name of a file to an error.
func inFile(name string, err error) error {
	var list *listError
	if errors.As(err, &list) {
		return &listError{summary: name + ": " + list.summary, items: list.items}
	}
	return fmt.Errorf("%s: %w", name, err)
}

// read reads the file, until ctx is done: standard input may never end.
func (c *siteImport) read(ctx context.Context, t *terminal) (siteFile, error) {
	if c.File != "-" {
		file, err := os.Open(c.File)
		if err != nil {
			return siteFile{}, withoutPath(err)
		}
		defer file.Close()
		return readSites(file, c.Map)
	}
	type result struct {
		file siteFile
		err  error
	}
	done := make(chan result, 1)
	go func(in io.Reader) {
		file, err := readSites(in, c.Map)
		done <- result{file, err}
	}(t.in)
	select {
	case r := <-done:
		return r.file, r.err
	case <-ctx.Done():
		return siteFile{}, errors.New("stopped; nothing was imported")
	}
}

// notRead returns the columns that are not read, as the file names them.
func (f siteFile) notRead() []string { return append(f.mapping.Ignored(), f.mapping.Secret()...) }

// inputs returns the sites of the rows.
func (f siteFile) inputs() []rollcall.SiteInput {
	in := make([]rollcall.SiteInput, len(f.rows))
	for i, row := range f.rows {
		in[i] = row.in
	}
	return in
}

// explain returns the error of an import with the lines of the wrong rows, and what was imported before.
func (f siteFile) explain(err error, done service.ImportedSites) error {
	var refused service.RowErrors
	changed := done.Created + done.Updated
	if !errors.As(err, &refused) {
		if changed == 0 {
			return err
		}
		return fmt.Errorf("%w; %s created and %d updated before; run the import again for the rest", err, count(int64(done.Created), "site"), done.Updated)
	}
	var bad badRows
	for _, row := range refused {
		bad.addError(f.rows[row.Row].line, row.Err)
	}
	list := bad.err()
	if changed > 0 {
		list.summary = "another change came first; correct the row and run the import again for the rest"
	}
	return list
}
