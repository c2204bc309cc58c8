package cli

import (
	"context"
	"strconv"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

type callListCommand struct {
	folderFlags
	formatFlags
	tenantFlags
	SiteID string  `arg:"" help:"The site's id, from site list."`
	At     *string `help:"The moment, such as 2027-03-15T15:00:00Z. By default now." placeholder:"TIME"`
	Phase  *string `help:"before (the default): whom to call to verify an alarm; after: whom to call once somebody is dispatched." placeholder:"before|after"`
}

// Help is shown by --help.
func (callListCommand) Help() string {
	return `Whom to call for an alarm at the site, in order, and who is skipped and why. A past moment is answered from the audit. With --format json the output is what the API answers.

Example:

    rollcall call-list SITE_ID --dealer DEALER_ID --at 2027-03-15T15:00:00Z --data DIR
`
}

// Run prints the call list.
func (c *callListCommand) Run(ctx context.Context, t *terminal) error {
	q := service.CallListQuery{Phase: given(c.Phase)}
	if c.At != nil {
		var err error
		if q.At, err = time.Parse(time.RFC3339, *c.At); err != nil {
			return wrongUsage("--at must be a time such as 2027-03-15T15:00:00Z, not %q", *c.At)
		}
	}
	return c.withService(ctx, t, false, func(s *service.Service) error {
		dealer, err := c.dealer(ctx, s, c.id())
		if err != nil {
			return err
		}
		who := service.Caller{Dealer: dealer.ID}
		list, err := s.CallList(ctx, who, rollcall.SiteRef{ID: rollcall.SiteID(c.SiteID)}, q)
		if err != nil {
			return err
		}
		return c.print(t, app.Data(&list), func() error { return t.callList(&list) })
	})
}

func (t *terminal) callList(list *service.CallList) error {
	if len(list.Calls)+len(list.Skipped) == 0 {
		return t.printf("The site has no contacts.\n")
	}
	var rows [][]string
	for _, call := range list.Calls {
		p := call.Point
		rows = append(rows, []string{strconv.Itoa(call.Order), call.Contact.Name(), p.Value, p.Extension, string(p.State.Status)})
	}
	for _, skipped := range list.Skipped {
		value, extension := "", ""
		if skipped.Point != nil {
			value, extension = skipped.Point.Value, skipped.Point.Extension
		}
		rows = append(rows, []string{"", skipped.Contact.Name(), value, extension, "skipped: " + skipped.Message})
	}
	return t.table("ORDER|NAME|PHONE|EXTENSION|STATUS", rows)
}
