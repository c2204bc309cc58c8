package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"example.org/rollcall/internal/formats"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

type contactImport struct {
	folderFlags
	formatFlags
	tenantFlags
	changeFlags
	File        string            `arg:"" help:"File: CSV, .xlsx or JSON lines; - for standard input."`
	Map         map[string]string `help:"Read a column into a field, whatever its name (repeatable); without a field, don't read it." placeholder:"COLUMN=FIELD" mapsep:"none"`
	DryRun      bool              `help:"Check the file and show what would be done, without changing anything."`
	CreateSites bool              `help:"Create sites that don't exist."`
	EmptyClears bool              `help:"An empty cell clears its field; by default it changes nothing."`
	Type        string            `help:"Type of new contacts without a type." default:"secondary" placeholder:"TYPE"`
	Site        string            `help:"Site of the rows that name none." placeholder:"SITE_ID"`
	Refused     string            `help:"Write the refused rows, each with the reason, to this CSV file." placeholder:"FILE"`
}

// Help is shown by --help.
func (contactImport) Help() string {
	return `The file is CSV with any separator, an .xlsx workbook (the first sheet) or JSON lines; exports of Rollcall, Google Contacts and Outlook and call lists of monitoring stations are read as they are. The first row names the columns; --map says what those are that Rollcall doesn't know. docs/import.md has the fields.

A row names its site by site_id or account_reference_id. It updates the contact with its external_contact_id or, without one, the contact of the site with the same name that shares a number or mailbox; otherwise it creates one. An empty cell changes nothing; contacts that are not in the file, confirmations and opt-outs stay as they are.

A row that is wrong is refused, and the others are imported; then the exit status is 1. Import the same file again after an interruption: what was imported counts as unchanged. Other changes continue meanwhile.

Examples:

    rollcall contact import people.csv --dry-run --dealer DEALER_ID --data DIR
    rollcall contact import people.xlsx --map "Cell Phone=points.mobile" --create-sites --refused refused.csv --dealer DEALER_ID --data DIR

A file:

    account_reference_id,first_name,last_name,mobile,email,role
    ACCT-1784,Ann,Lee,+1 202 555 0147,ann@example.org,owner
`
}

// Run imports the file.
func (c *contactImport) Run(ctx context.Context, t *terminal) error {
	rows, columns, err := c.check(ctx)
	if err != nil {
		return c.naming(err)
	}
	return c.withService(ctx, t, false, func(s *service.Service) error {
		dealer, err := c.dealer(ctx, s, c.id())
		if err != nil {
			return err
		}
		file, err := c.open(t)
		if err != nil {
			return c.naming(err)
		}
		defer file.Close()
		if columns == nil {
			columns = file.Columns()
		}
		report := importReport{file: c.File, progress: t.progress("handled"), all: rows}
		if err := report.begin(c.Refused, columns); err != nil {
			return err
		}
		opts := service.ImportOptions{
			CreateSites: c.CreateSites, EmptyClears: c.EmptyClears, DefaultType: c.Type, Site: rollcall.SiteID(c.Site), DryRun: c.DryRun,
		}
		counts, err := s.ImportContacts(ctx, c.by(dealer.ID), readable{ctx, file.ContactFile}, opts, report.add)
		report.progress.clear()
		if err = errors.Join(err, report.end()); err != nil {
			return c.naming(report.explain(err, counts, c.DryRun))
		}
		if err := c.show(t, dealer, file.Mapping(), counts, report.refused); err != nil {
			return err
		}
		return report.err()
	})
}

// readable ends with the context, since standard input may never end.
type readable struct {
	ctx  context.Context
	file *formats.ContactFile
}

// Next implements service.ImportSource.
func (r readable) Next() (service.ImportRow, error) {
	if err := r.ctx.Err(); err != nil {
		return service.ImportRow{}, errors.New("stopped")
	}
	return r.file.Next()
}

func (c *contactImport) open(t *terminal) (*contactFile, error) {
	if c.File == "-" {
		file, err := formats.OpenContacts(t.in, c.Map, formats.Options{})
		return &contactFile{file, nil}, wrongMap(err)
	}
	source, err := os.Open(c.File)
	if err != nil {
		return nil, withoutPath(err)
	}
	file, err := formats.OpenContacts(source, c.Map, formats.Options{})
	if err != nil {
		return nil, errors.Join(wrongMap(err), source.Close())
	}
	return &contactFile{file, source}, nil
}

// contactFile is an open file of contacts.
type contactFile struct {
	*formats.ContactFile
	source *os.File // nil: standard input
}

// Close closes the file.
func (f *contactFile) Close() error {
	if f.source == nil {
		return f.ContactFile.Close()
	}
	return errors.Join(f.ContactFile.Close(), f.source.Close())
}

// withoutPath returns the error of a file without its name.
func withoutPath(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// check reads the whole file, so that nothing is imported of one that is damaged, and returns the number of its rows and its columns.
// Standard input can be read only once.
func (c *contactImport) check(ctx context.Context) (rows int64, columns []string, err error) {
	if c.File == "-" {
		return 0, nil, nil
	}
	file, err := c.open(nil)
	if err != nil {
		return 0, nil, err
	}
	defer file.Close()
	for {
		_, err := readable{ctx, file.ContactFile}.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return 0, nil, err
		}
		rows++
	}
	if rows == 0 {
		return 0, nil, errors.New("the file has no rows below its header")
	}
	return rows, file.Columns(), nil
}

func (c *contactImport) naming(err error) error { return inFile(c.File, err) }

func (c *contactImport) show(t *terminal, dealer rollcall.Dealer, mapping *formats.Mapping, n service.ImportCounts, refused []service.ImportedRow) error {
	ignored := append(mapping.Ignored(), mapping.Secret()...)
	result := record{
		"created", n.Created, "updated", n.Updated, "unchanged", n.Unchanged, "refused", n.Refused, "rows", n.Rows,
		"mapping", mapping.Fields(), "ignored_columns", append([]string{}, ignored...), "dry_run", c.DryRun,
		"refused_rows", each(refused, func(row service.ImportedRow) record {
			return record{"line", row.Line, "errors", each(row.Errors, func(e service.ImportNote) record {
				return record{"column", e.Column, "code", e.Code, "message", e.Message}
			})}
		}),
	}
	return c.print(t, result, func() error {
		if len(ignored) > 0 {
			if err := t.printf("Ignored columns: %.60q.\n", ignored); err != nil {
				return err
			}
		}
		counts := fmt.Sprintf("%s created, %d updated, %d unchanged, %d refused", count(int64(n.Created), "contact"), n.Updated, n.Unchanged, n.Refused)
		if c.DryRun {
			return t.printf("%s: %s: %s. Nothing was changed; run it again without --dry-run.\n", c.File, count(int64(n.Rows), "row"), counts)
		}
		return t.printf("%s for %s.\n", counts, dealer.Name)
	})
}

// importReport notes the refused rows of an import.
type importReport struct {
	file     string
	progress *progress
	all      int64 // rows of the file; 0: unknown
	done     int64
	refused  []service.ImportedRow // the first ones
	more     int                   // others
	out      *os.File              // nil: refused rows are not written
	writer   *formats.RefusedWriter
}

func (r *importReport) begin(file string, columns []string) (err error) {
	if file == "" {
		return nil
	}
	if r.out, err = os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600); err != nil {
		return fileError("--refused", err)
	}
	r.writer, err = formats.NewRefusedWriter(r.out, columns)
	return err
}

func (r *importReport) add(rows []service.ImportedRow) error {
	for i := range rows {
		row := &rows[i]
		if row.Result != service.RowRefused {
			continue
		}
		if r.writer != nil {
			if err := r.writer.Write(row.Reason(), row.Raw); err != nil {
				return err
			}
		}
		if len(r.refused) < shownRows {
			r.refused = append(r.refused, *row)
		} else {
			r.more++
		}
	}
	r.done += int64(len(rows))
	r.progress.rows(r.done, r.all)
	return nil
}

func (r *importReport) end() error {
	if r.out == nil {
		return nil
	}
	return errors.Join(r.writer.Flush(), r.out.Close())
}

// err returns an error that lists the refused rows, nil if there are none.
func (r *importReport) err() error {
	if len(r.refused) == 0 {
		return nil
	}
	items := each(r.refused, func(row service.ImportedRow) string { return fmt.Sprintf("line %d: %s", row.Line, row.Reason()) })
	if r.more > 0 {
		items = append(items, fmt.Sprintf("and %d more", r.more))
	}
	n := int64(len(r.refused) + r.more)
	verb := "were"
	if n == 1 {
		verb = "was"
	}
	return &listError{summary: fmt.Sprintf("%s: %s %s refused", r.file, count(n, "row"), verb), items: items}
}

// explain adds to an error what was done before.
func (r *importReport) explain(err error, n service.ImportCounts, dryRun bool) error {
	if n.Rows == 0 || dryRun {
		return err
	}
	return fmt.Errorf("%w; before, %s created, %d updated, %d unchanged, %d refused; import the file again for the rest",
		err, count(int64(n.Created), "contact"), n.Updated, n.Unchanged, n.Refused)
}
