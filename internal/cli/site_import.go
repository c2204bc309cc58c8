package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"example.org/rollcall/internal/rollcall"
)

type siteImport struct {
	folderFlags
	formatFlags
	dealerFlags
	File   string `arg:"" help:"The CSV file; - reads standard input."`
	DryRun bool   `help:"Check the file, and change nothing."`
}

// Help is shown by --help.
func (siteImport) Help() string {
	return `The first line names the columns, in any order: site_id, account_reference_id, account_number, name, street, city, state, zip, country, timezone, language, status. Only name must be there; an empty value counts as absent. The file is CSV in UTF-8, separated by commas or semicolons, of at most 50,000 rows and 64 MiB. Either every row is imported or, where one is wrong, none.

Examples:

    rollcall site import sites.csv --dealer DEALER_ID --dry-run --data DIR
    rollcall site import sites.csv --dealer DEALER_ID --data DIR

A file:

    site_id,account_reference_id,name,city,state,country,timezone
    1784,ACCT-1784,Pier 9 offices,San Francisco,CA,US,America/Los_Angeles
`
}

// Run imports the file.
func (c *siteImport) Run(ctx context.Context, t *terminal) error {
	rows, err := c.read(ctx, t)
	if err != nil {
		return c.naming(err)
	}
	return c.withService(ctx, t, false, func(s *rollcall.Service) error {
		dealer, err := c.dealer(ctx, s, c.Dealer)
		if err != nil {
			return err
		}
		if err := findTaken(ctx, s, dealer.ID, rows); err != nil {
			return c.naming(err)
		}
		created := 0
		if !c.DryRun {
			if created, err = importSites(ctx, s, dealer.ID, rows); err != nil {
				return c.naming(err)
			}
		}
		result := struct {
			Created int  `json:"created"`
			Rows    int  `json:"rows"`
			DryRun  bool `json:"dry_run"`
		}{created, len(rows), c.DryRun}
		return c.print(t, result, func() error {
			if c.DryRun {
				return t.printf("%s: %s can be imported. Nothing was changed; run it again without --dry-run.\n", c.File, count(int64(len(rows)), "row"))
			}
			return t.printf("Created %s for %s.\n", count(int64(created), "site"), dealer.Name)
		})
	})
}

// naming puts the file's name before an error.
func (c *siteImport) naming(err error) error {
	var list *listError
	if errors.As(err, &list) {
		return &listError{summary: c.File + ": " + list.summary, items: list.items}
	}
	return fmt.Errorf("%s: %w", c.File, err)
}

// read reads the file, and gives up when ctx is done: standard input may never end.
func (c *siteImport) read(ctx context.Context, t *terminal) ([]siteRow, error) {
	if c.File != "-" {
		file, err := os.Open(c.File)
		if err != nil {
			var path *os.PathError
			if errors.As(err, &path) {
				err = path.Err
			}
			return nil, err
		}
		defer file.Close()
		return readSites(file)
	}
	type result struct {
		rows []siteRow
		err  error
	}
	done := make(chan result, 1)
	go func(in io.Reader) {
		rows, err := readSites(in)
		done <- result{rows, err}
	}(t.in)
	select {
	case r := <-done:
		return r.rows, r.err
	case <-ctx.Done():
		return nil, errors.New("stopped; nothing was imported")
	}
}

// findTaken finds the rows whose ids another site of the dealer has already.
func findTaken(ctx context.Context, s *rollcall.Service, dealer rollcall.DealerID, rows []siteRow) error {
	var bad badRows
	who := rollcall.Caller{Dealer: dealer}
	for _, row := range rows {
		for _, id := range idsOf(row.in) {
			_, err := s.Site(ctx, who, id.ref)
			switch {
			case err == nil:
				bad.add(row.line, id.column+" is taken by a site that is there already")
			case rollcall.KindOf(err) != rollcall.SiteNotFound:
				return err
			}
		}
	}
	if len(bad) > 0 {
		return bad.err()
	}
	return nil
}

type idColumn struct {
	column string
	ref    rollcall.SiteRef
}

// idsOf returns the ids that a row gives its site, and how a site is found by them.
func idsOf(in rollcall.SiteInput) []idColumn {
	var ids []idColumn
	if in.SiteID.Set {
		ids = append(ids, idColumn{"site_id", rollcall.SiteRef{ID: rollcall.SiteID(in.SiteID.Value)}})
	}
	if in.Reference.Set {
		ids = append(ids, idColumn{"account_reference_id", rollcall.SiteRef{Reference: in.Reference.Value}})
	}
	return ids
}

// importSites adds all rows or none, and returns how many.
func importSites(ctx context.Context, s *rollcall.Service, dealer rollcall.DealerID, rows []siteRow) (int, error) {
	in := make([]rollcall.SiteInput, len(rows))
	for i, row := range rows {
		in[i] = row.in
	}
	sites, err := s.ImportSites(ctx, dealer, in)
	if err == nil {
		return len(sites), nil
	}
	if kind := rollcall.KindOf(err); kind == rollcall.Internal || kind == rollcall.Unavailable {
		return 0, err
	}
	one := &rollcall.ImportError{Index: 0, Err: err} // of a single row the core does not say which it was
	errors.As(err, &one)
	var bad badRows
	bad.addError(rows[one.Index].line, one.Err)
	return 0, bad.err()
}
