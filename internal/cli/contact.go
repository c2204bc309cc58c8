package cli

import (
	"context"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

type contactCommands struct {
	List   contactList   `cmd:"" help:"List contacts of all sites of a dealer."`
	Show   contactShow   `cmd:"" help:"Show a contact."`
	Export contactExport `cmd:"" help:"Export contacts of all sites of a dealer to a file."`
	Import contactImport `cmd:"" help:"Create and update contacts of many sites from a file."`
}

// contactFilters select contacts of all sites.
type contactFilters struct {
	Site        *string  `help:"Only contacts of this site." placeholder:"SITE_ID"`
	Phone       *string  `help:"Only contacts with this number, in any spelling." placeholder:"NUMBER"`
	Email       *string  `help:"Only contacts with this mailbox, in any spelling." placeholder:"ADDRESS"`
	PhoneStatus []string `help:"Only contacts with a phone that has one of these statuses." placeholder:"STATUS"`
	EmailStatus []string `help:"Only contacts with an e-mail that has one of these statuses." placeholder:"STATUS"`
	OlderThan   *int     `help:"Only contacts with a phone or an e-mail that was last confirmed more than this many days ago, or never." placeholder:"DAYS"`
	Search      string   `help:"Only contacts with words that begin with each of these, or these digits of a phone." placeholder:"WORDS"`
}

func (c *contactFilters) query() service.AllContactsQuery {
	return service.AllContactsQuery{
		Site: given(c.Site), PhoneValue: given(c.Phone), EmailValue: given(c.Email), OlderThan: given(c.OlderThan), Search: c.Search,
		Phone: rollcall.Field[[]string]{Value: c.PhoneStatus, Set: len(c.PhoneStatus) > 0},
		Email: rollcall.Field[[]string]{Value: c.EmailStatus, Set: len(c.EmailStatus) > 0},
	}
}

type contactList struct {
	folderFlags
	formatFlags
	tenantFlags
	contactFilters
}

// Help is shown by --help.
func (contactList) Help() string {
	return `Lists all matching contacts, by site. A table has one row for each phone and e-mail, as given. With --format json the output is what the API answers.

Example:

    rollcall contact list --dealer DEALER_ID --phone "202 555 0147" --data DIR
`
}

// Run lists the contacts.
func (c *contactList) Run(ctx context.Context, t *terminal) error {
	return c.withService(ctx, t, false, func(s *service.Service) error {
		dealer, err := c.dealer(ctx, s, c.id())
		if err != nil {
			return err
		}
		contacts, err := allContacts(ctx, s, dealer.ID, c.query())
		if err != nil {
			return err
		}
		return c.print(t, app.Data(contacts), func() error {
			if len(contacts) == 0 {
				return t.printf("No contact matches.\n")
			}
			return t.contacts(contacts)
		})
	})
}

// allContacts returns all matching contacts.
func allContacts(ctx context.Context, s *service.Service, dealer rollcall.DealerID, q service.AllContactsQuery) (all []service.SiteContact, err error) {
	q.Limit = rollcall.Given(500)
	for {
		page, next, err := s.AllContacts(ctx, service.Caller{Dealer: dealer}, q)
		if err != nil {
			return nil, err
		}
		if all = append(all, page...); next == "" {
			return all, nil
		}
		q.After = rollcall.Given(next)
	}
}

// contacts prints a table with a row for each point.
func (t *terminal) contacts(contacts []service.SiteContact) error {
	var rows [][]string
	for i := range contacts {
		c := &contacts[i]
		for _, p := range c.Points {
			rows = append(rows, []string{
				string(c.Site), string(c.ID), c.Name(), string(c.Type), p.Value, p.Extension, string(p.State.Status), stamp(p.State.ConfirmedAt()),
			})
		}
	}
	return t.table("SITE|CONTACT|NAME|TYPE|PHONE OR E-MAIL|EXTENSION|STATUS|CONFIRMED", rows)
}

type contactShow struct {
	folderFlags
	formatFlags
	tenantFlags
	SiteID    string `arg:"" help:"The site's id, from site list."`
	ContactID string `arg:"" help:"The contact's id, from contact list."`
}

// Help is shown by --help.
func (contactShow) Help() string {
	return `With --format json the output is what the API answers, with the id of the site.

Example:

    rollcall contact show SITE_ID CONTACT_ID --dealer DEALER_ID --data DIR
`
}

// Run shows the contact.
func (c *contactShow) Run(ctx context.Context, t *terminal) error {
	return c.withService(ctx, t, false, func(s *service.Service) error {
		dealer, err := c.dealer(ctx, s, c.id())
		if err != nil {
			return err
		}
		who, ref := service.Caller{Dealer: dealer.ID}, rollcall.SiteRef{ID: rollcall.SiteID(c.SiteID)}
		site, err := s.Site(ctx, who, ref)
		if err != nil {
			return err
		}
		found, err := s.Contact(ctx, who, rollcall.ContactRef{Site: ref, ID: rollcall.ContactID(c.ContactID)})
		if err != nil {
			return err
		}
		contact := service.SiteContact{Contact: found, Reference: site.Reference}
		return c.print(t, app.Data(&contact), func() error { return t.contacts([]service.SiteContact{contact}) })
	})
}
