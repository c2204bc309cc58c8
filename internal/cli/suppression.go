package cli

import (
	"context"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

type suppressionCommands struct {
	List   suppressionList   `cmd:"" help:"List the numbers and addresses that get no messages."`
	Delete suppressionDelete `cmd:"" help:"Allow messages to a number or an address again."`
}

type suppressionList struct {
	folderFlags
	formatFlags
	tenantFlags
	Limit int `help:"Maximum number of suppressions, the oldest." default:"500" placeholder:"N"`
}

// Help is shown by --help.
func (suppressionList) Help() string {
	return `Oldest first. The reason is stop if the person texted STOP, unsubscribe if they unsubscribed from e-mail, and manual if the dealer added it. The value is removed when the person is erased.

Example:

    rollcall suppression list --dealer DEALER_ID --data DIR
`
}

// Run lists the suppressions.
func (c *suppressionList) Run(ctx context.Context, t *terminal) error {
	if c.Limit < 1 {
		return wrongUsage("--limit must be a whole number from 1")
	}
	return c.withService(ctx, t, false, func(s *service.Service) error {
		if _, err := c.dealer(ctx, s, c.id()); err != nil {
			return err
		}
		who := service.Caller{Dealer: c.id()}
		found, _, err := s.Suppressions(ctx, who, service.SuppressionQuery{PerPage: rollcall.Given(c.Limit)})
		if err != nil {
			return err
		}
		records := each(found, func(p rollcall.Suppression) record {
			return record{"suppression_id", p.ID, "point", p.Point, "value", p.Value, "reason", p.Reason, "created_at", p.Created}
		})
		return c.print(t, record{"suppressions", records}, func() error {
			if len(found) == 0 {
				return t.printf("The dealer has no suppressions.\n")
			}
			return t.table("SUPPRESSION|POINT|VALUE|REASON|CREATED", each(found, func(p rollcall.Suppression) []string {
				return []string{string(p.ID), string(p.Point), p.Value, string(p.Reason), stamp(p.Created)}
			}))
		})
	})
}

type suppressionDelete struct {
	folderFlags
	tenantFlags
	changeFlags
	SuppressionID string `arg:"" help:"The suppression's id, from suppression list."`
}

// Help is shown by --help.
func (suppressionDelete) Help() string {
	return `Deletes a manual suppression, or an unsubscription from e-mail if the person has asked for that in another way. Only the person can end a STOP, by texting START.

Example:

    rollcall suppression delete SUPPRESSION_ID --dealer DEALER_ID --data DIR
`
}

// Run deletes the suppression.
func (c *suppressionDelete) Run(ctx context.Context, t *terminal) error {
	return c.withService(ctx, t, false, func(s *service.Service) error {
		who := c.by(c.id())
		if err := s.DeleteSuppression(ctx, who, rollcall.SuppressionID(c.SuppressionID)); err != nil {
			return c.explain(err, c.id())
		}
		return t.printf("Suppression %s is deleted.\n", c.SuppressionID)
	})
}
