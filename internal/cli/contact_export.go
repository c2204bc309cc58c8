package cli

import (
	"bufio"
	"context"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/service"
)

type contactExport struct {
	folderFlags
	tenantFlags
	contactFilters
	Format string `help:"Format of the file." enum:"csv,jsonl" default:"csv" placeholder:"csv|jsonl"`
}

// Help is shown by --help.
func (contactExport) Help() string {
	return `Writes all matching contacts to standard output, by site. A CSV file has one row for each contact; contact import reads it, and JSON lines, without a change. A cell that a spreadsheet could take for a formula, such as a phone with a plus sign, has a ' in front; contact import removes it.

Contacts that change meanwhile come as they were or as they are.

Examples:

    rollcall contact export --dealer DEALER_ID --data DIR > contacts.csv
    rollcall contact export --format jsonl --phone-status stale,undeliverable --dealer DEALER_ID --data DIR > contacts.jsonl
`
}

// Run writes the file.
func (c *contactExport) Run(ctx context.Context, t *terminal) error {
	return c.withService(ctx, t, false, func(s *service.Service) error {
		dealer, err := c.dealer(ctx, s, c.id())
		if err != nil {
			return err
		}
		out := bufio.NewWriterSize(t.out, 64<<10)
		var write func([]service.SiteContact) error
		err = s.ExportContacts(ctx, service.Caller{Dealer: dealer.ID}, c.query(), func(page []service.SiteContact) (err error) {
			if write == nil { // no filter is wrong
				if write, err = app.NewContactExport(out, c.Format); err != nil {
					return err
				}
			}
			return write(page)
		})
		if err != nil {
			return err
		}
		return out.Flush()
	})
}
