package cli

import (
	"context"
	"strings"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

type siteCommands struct {
	Create siteCreate `cmd:"" help:"Add a site."`
	List   siteList   `cmd:"" help:"List the sites of a dealer."`
	Import siteImport `cmd:"" help:"Add or update sites from a file: CSV, .xlsx or JSON lines."`
}

func siteRecord(s rollcall.Site) record {
	a := s.Address
	return record{
		"site_id", s.ID, "account_reference_id", s.Reference, "account_number", s.AccountNumber, "name", s.Name,
		"address", record{"street", a.Street, "city", a.City, "state", a.State, "zip", a.Zip, "country", a.Country},
		"timezone", s.Timezone, "language", s.Language, "status", s.Status, "premises_phone", s.PremisesPhone.Value,
		"readiness_rules", siteRulesRecord(s.ReadinessRules), "created_at", s.Created, "updated_at", s.Updated, "reviewed_at", s.Reviewed,
	}
}

func siteRulesRecord(r rollcall.SiteReadinessRules) record {
	return record{
		"min_people", override(r.MinPeople), "min_numbers", override(r.MinNumbers), "premises_phone", override(r.PremisesPhone),
		"exempt_reason", r.ExemptReason,
	}
}

// override returns the value, and nil if there is none.
func override[T comparable](o rollcall.Override[T]) any {
	if !o.Set {
		return nil
	}
	return o.Value
}

type siteCreate struct {
	folderFlags
	formatFlags
	tenantFlags
	changeFlags
	Name               *string `required:"" help:"The site's name." placeholder:"TEXT"`
	SiteID             *string `name:"site-id" help:"The site's id, such as its id in another system. By default it is generated." placeholder:"ID"`
	AccountReferenceID *string `name:"account-reference-id" help:"Your own name for the site, for paths under /ref/v1." placeholder:"ID"`
	AccountNumber      *string `help:"Account number at the monitoring station." placeholder:"TEXT"`
	Street             *string `help:"Street and house number." placeholder:"TEXT"`
	City               *string `help:"City." placeholder:"TEXT"`
	State              *string `help:"State or province." placeholder:"TEXT"`
	Zip                *string `help:"Postal code." placeholder:"TEXT"`
	Country            *string `help:"Country, in two letters, also of phone numbers without a country code. By default the dealer's." placeholder:"CC"`
	Timezone           *string `help:"Time zone, such as America/New_York." placeholder:"ZONE"`
	Language           *string `help:"Language of messages, such as en or pt-BR. By default the dealer's." placeholder:"TAG"`
	Status             *string `help:"active (the default), inactive or suspended." placeholder:"STATUS"`
	PremisesPhone      *string `help:"Phone at the site itself." placeholder:"NUMBER"`
	MinPeople          *int    `help:"People the site needs who can be called. By default the dealer's setting." placeholder:"N"`
	MinNumbers         *int    `help:"Different numbers the site needs that can be called. By default the dealer's setting." placeholder:"N"`
	ExemptReason       *string `help:"Why nobody needs to be reachable; by default the site is not exempt." placeholder:"TEXT"`
}

// Help is shown by --help.
func (siteCreate) Help() string {
	return `Example:

    rollcall site create --dealer DEALER_ID --name "Harbour Street warehouse" --account-reference-id ACCT-1001 --data DIR
`
}

// Run creates the site.
func (c *siteCreate) Run(ctx context.Context, t *terminal) error {
	return c.withService(ctx, t, false, func(s *service.Service) error {
		dealer, err := c.dealer(ctx, s, c.id())
		if err != nil {
			return err
		}
		site, err := s.CreateSite(ctx, c.by(dealer.ID), c.input())
		if err != nil {
			return err
		}
		return c.print(t, siteRecord(site), func() error {
			return t.printf("Created site %s (%s).\n", site.ID, site.Name)
		})
	})
}

func (c *siteCreate) input() rollcall.SiteInput {
	return rollcall.SiteInput{
		SiteID: given(c.SiteID), Reference: given(c.AccountReferenceID), AccountNumber: given(c.AccountNumber),
		Name: given(c.Name), Timezone: given(c.Timezone), Language: given(c.Language), Status: given(c.Status), PremisesPhone: given(c.PremisesPhone),
		ReadinessRules: rollcall.Given(rollcall.SiteReadinessRulesInput{
			MinPeople: given(c.MinPeople), MinNumbers: given(c.MinNumbers), ExemptReason: given(c.ExemptReason),
		}),
		Address: rollcall.Given(rollcall.AddressInput{
			Street: given(c.Street), City: given(c.City), State: given(c.State), Zip: given(c.Zip), Country: given(c.Country),
		}),
	}
}

type siteList struct {
	folderFlags
	formatFlags
	tenantFlags
	Status *string `help:"Only sites with this status: active, inactive or suspended." placeholder:"STATUS"`
	Search string  `help:"Only sites with each of these words in their name, ids, account number or address." placeholder:"WORDS"`
}

// Help is shown by --help.
func (siteList) Help() string {
	return `Lists all matching sites, oldest first.

Example:

    rollcall site list --dealer DEALER_ID --search "harbour street" --data DIR
`
}

// Run lists the sites.
func (c *siteList) Run(ctx context.Context, t *terminal) error {
	return c.withService(ctx, t, false, func(s *service.Service) error {
		dealer, err := c.dealer(ctx, s, c.id())
		if err != nil {
			return err
		}
		sites, err := allSites(ctx, s, dealer.ID, service.SiteQuery{Status: given(c.Status), Search: c.Search})
		if err != nil {
			return err
		}
		return c.print(t, record{"sites", each(sites, siteRecord), "total_count", len(sites)}, func() error {
			if len(sites) == 0 {
				return t.printf("No site matches.\n")
			}
			return t.table("SITE|ACCOUNT REFERENCE|NAME|PLACE|STATUS", each(sites, func(s rollcall.Site) []string {
				return []string{string(s.ID), s.Reference, s.Name, placeOf(s.Address), string(s.Status)}
			}))
		})
	})
}

func placeOf(a rollcall.Address) string {
	var parts []string
	for _, part := range []string{a.City, a.State, a.Country} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ", ")
}

const sitesPerPage = 200

// allSites returns all matching sites.
func allSites(ctx context.Context, s *service.Service, dealer rollcall.DealerID, q service.SiteQuery) ([]rollcall.Site, error) {
	var all []rollcall.Site
	q.PerPage = rollcall.Given(sitesPerPage)
	for page := 1; ; page++ {
		q.Page = rollcall.Given(page)
		sites, total, err := s.Sites(ctx, service.Caller{Dealer: dealer}, q)
		if err != nil {
			return nil, err
		}
		all = append(all, sites...)
		if len(sites) < sitesPerPage || len(all) >= total {
			return all, nil
		}
	}
}
