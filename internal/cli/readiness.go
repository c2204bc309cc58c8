package cli

import (
	"context"
	"fmt"
	"strings"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

type readinessCommand struct {
	folderFlags
	formatFlags
	tenantFlags
	SiteID string   `arg:"" optional:"" help:"The site's id, from site list. By default all sites."`
	Status []string `help:"Of all sites, only those with one of these statuses: ready, at_risk, not_ready or exempt." placeholder:"STATUS"`
}

// Help is shown by --help.
func (readinessCommand) Help() string {
	return `Whether enough people can be reached for a site and what is missing, or the status of all sites. With --format json the output is what the API answers, with all sites on one page.

Example:

    rollcall readiness --dealer DEALER_ID --status not_ready --data DIR
`
}

// Run prints the readiness.
func (c *readinessCommand) Run(ctx context.Context, t *terminal) error {
	return c.withService(ctx, t, false, func(s *service.Service) error {
		dealer, err := c.dealer(ctx, s, c.id())
		if err != nil {
			return err
		}
		who := service.Caller{Dealer: dealer.ID}
		if c.SiteID != "" {
			found, err := s.Readiness(ctx, who, rollcall.SiteRef{ID: rollcall.SiteID(c.SiteID)})
			if err != nil {
				return err
			}
			return c.print(t, app.Data(&found), func() error { return t.readiness(&found) })
		}
		list, err := allReadiness(ctx, s, who, service.ReadinessQuery{Status: rollcall.Field[[]string]{Value: c.Status, Set: len(c.Status) > 0}})
		if err != nil {
			return err
		}
		return c.print(t, app.Data(&list), func() error { return t.readinessList(&list) })
	})
}

// allReadiness returns the readiness of all matching sites as one page.
func allReadiness(ctx context.Context, s *service.Service, who service.Caller, q service.ReadinessQuery) (service.ReadinessList, error) {
	q.Limit = rollcall.Given(500)
	var sites []service.SiteReadiness
	for {
		list, err := s.ListReadiness(ctx, who, q)
		if err != nil {
			return list, err
		}
		sites = append(sites, list.Sites...)
		if list.NextAfter == "" {
			list.Sites = sites
			return list, nil
		}
		q.After = rollcall.Given(list.NextAfter)
	}
}

func (t *terminal) readiness(r *service.CurrentReadiness) error {
	text := fmt.Sprintf("%s is %s since %s.\nProven: people %d, numbers %d. Callable: people %d, numbers %d. Required: people %d, numbers %d.\n",
		r.Site.ID, r.Status, stamp(r.Since), r.Proven.People, r.Proven.Numbers, r.Callable.People, r.Callable.Numbers,
		r.Required.MinPeople, r.Required.MinNumbers)
	for _, reason := range r.Reasons {
		text += "  " + reason.Message + "\n"
	}
	return t.printf("%s", text)
}

func (t *terminal) readinessList(list *service.ReadinessList) error {
	if len(list.Sites) == 0 {
		return t.printf("No site matches.\n")
	}
	return t.table("SITE|NAME|STATUS|SINCE|REASONS", each(list.Sites, func(s service.SiteReadiness) []string {
		return []string{string(s.Site), s.Name, string(s.Status), stamp(s.Since), strings.Join(each(s.Reasons, func(c rollcall.ReasonCode) string { return string(c) }), ", ")}
	}))
}
