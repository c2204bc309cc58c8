package cli

import (
	"bufio"
	"context"
	"encoding/json"

	"example.org/rollcall/internal/service"
)

type dealerSuspend struct {
	folderFlags
	formatFlags
	dealerFlags
	Lift bool `help:"Lift the suspension: keys work and users sign in again."`
}

// Help is shown by --help.
func (dealerSuspend) Help() string {
	return `Every key of the dealer is refused with 403 at once, also by a running server, and its users are signed out. No data changes.

Examples:

    rollcall dealer suspend --dealer DEALER_ID --data DIR
    rollcall dealer suspend --dealer DEALER_ID --lift --data DIR
`
}

// Run suspends the dealer, or lifts the suspension.
func (c *dealerSuspend) Run(ctx context.Context, t *terminal) error {
	return c.withService(ctx, t, false, func(s *service.Service) error {
		if err := s.SuspendDealer(ctx, c.id(), !c.Lift); err != nil {
			return c.explain(err, c.id())
		}
		return c.print(t, record{"dealer_id", c.Dealer, "suspended", !c.Lift}, func() error {
			if c.Lift {
				return t.printf("Dealer %s is no longer suspended.\n", c.Dealer)
			}
			return t.printf("Dealer %s is suspended: its keys are refused.\n", c.Dealer)
		})
	})
}

type dealerExport struct {
	folderFlags
	dealerFlags
}

// Help is shown by --help.
func (dealerExport) Help() string {
	return `Prints one JSON object per line, {"table", "row"}, for every record of the dealer in one snapshot, including deleted contacts, messages and the audit. It holds personal data: protect it like the database.

Example:

    rollcall dealer export --dealer DEALER_ID --data DIR > dealer.jsonl
`
}

// Run prints all data of the dealer.
func (c *dealerExport) Run(ctx context.Context, t *terminal) error {
	return c.withService(ctx, t, false, func(s *service.Service) error {
		out := bufio.NewWriter(t.out)
		encoder := json.NewEncoder(out)
		encoder.SetEscapeHTML(false)
		err := s.ExportDealer(ctx, c.id(), func(table string, row map[string]any) error {
			return encoder.Encode(record{"table", table, "row", row})
		})
		if err != nil {
			return c.explain(err, c.id())
		}
		return out.Flush()
	})
}

type dealerErase struct {
	folderFlags
	formatFlags
	dealerFlags
	Yes bool `help:"Required: confirms that you want to erase the dealer."`
}

// Help is shown by --help.
func (dealerErase) Help() string {
	return `Removes the dealer with its sites, contacts, messages, keys, users and audit, for good. Export it first: only an earlier backup still holds it.

Example:

    rollcall dealer erase --dealer DEALER_ID --yes --data DIR
`
}

// Run erases the dealer.
func (c *dealerErase) Run(ctx context.Context, t *terminal) error {
	if !c.Yes {
		return wrongUsage("this removes the dealer and all its data for good; add --yes to do it")
	}
	return c.withService(ctx, t, false, func(s *service.Service) error {
		if err := s.EraseDealer(ctx, c.id()); err != nil {
			return c.explain(err, c.id())
		}
		return c.print(t, record{"dealer_id", c.Dealer, "erased", true}, func() error {
			return t.printf("Dealer %s is erased. Backups made before still hold its data.\n", c.Dealer)
		})
	})
}
