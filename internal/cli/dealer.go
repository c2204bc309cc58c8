package cli

import (
	"context"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

type dealerCommands struct {
	Create dealerCreate `cmd:"" help:"Add a dealer."`
	Update dealerUpdate `cmd:"" help:"Change a dealer."`
	List   dealerList   `cmd:"" help:"List the dealers."`

	Set   dealerSet   `cmd:"" help:"Change the settings of a dealer, or show them."`
	Brand dealerBrand `cmd:"" help:"Change the name, greeting and logo shown to people."`

	Suspend dealerSuspend `cmd:"" help:"Suspend a dealer, or lift the suspension."`
	Export  dealerExport  `cmd:"" help:"Print all data of a dealer."`
	Erase   dealerErase   `cmd:"" help:"Remove a dealer and all its data, for good."`
}

func dealerRecord(d rollcall.Dealer) record {
	return record{
		"dealer_id", d.ID, "name", d.Name, "country", d.Country, "language", d.Language, "phone", d.Phone,
		"suspended_at", d.Suspended, "created_at", d.Created, "updated_at", d.Updated,
	}
}

type dealerCreate struct {
	folderFlags
	formatFlags
	Name     *string `required:"" help:"The dealer's name, as people know it." placeholder:"TEXT"`
	Country  *string `help:"Country of phone numbers without a country code, in two letters, unless the site has its own. By default US." placeholder:"CC"`
	Language *string `help:"Language of messages, such as en or pt-BR, unless the site has its own. By default en." placeholder:"TAG"`
	Phone    *string `help:"The dealer's own phone number." placeholder:"NUMBER"`
}

// Help is shown by --help.
func (dealerCreate) Help() string {
	return `A dealer is an alarm company; no dealer sees another's sites, contacts or keys. The folder and its database are created if missing.

Example:

    rollcall dealer create --name "Harbour Alarm" --country US --phone "+1 202 555 0100" --data DIR
`
}

// Run creates the dealer.
func (c *dealerCreate) Run(ctx context.Context, t *terminal) error {
	return c.withService(ctx, t, true, func(s *service.Service) error {
		d, err := s.CreateDealer(ctx, rollcall.DealerInput{
			Name: given(c.Name), Country: given(c.Country), Language: given(c.Language), Phone: given(c.Phone),
		})
		if err != nil {
			return err
		}
		return c.print(t, dealerRecord(d), func() error {
			return t.printf("Created dealer %s (%s).\n\nNext, create a key for its programs:\n\n  %s\n",
				d.ID, d.Name, c.keyCreateLine(string(d.ID)))
		})
	})
}

// keyCreateLine returns the command line that creates a key with every scope.
func (f folderFlags) keyCreateLine(dealer string) string {
	return "rollcall key create --dealer " + dealer + " --scopes '*'" + f.where()
}

type dealerUpdate struct {
	folderFlags
	formatFlags
	dealerFlags
	Name     *string `help:"The new name." placeholder:"TEXT"`
	Country  *string `help:"The new country, in two letters. Phone numbers without a country code are read again with it." placeholder:"CC"`
	Language *string `help:"The new language of messages." placeholder:"TAG"`
	Phone    *string `help:"The new phone number; empty: none." placeholder:"NUMBER"`
}

// Help is shown by --help.
func (dealerUpdate) Help() string {
	return `Flags that are not given change nothing.

Example:

    rollcall dealer update --dealer DEALER_ID --language es --data DIR
`
}

// Run changes the dealer.
func (c *dealerUpdate) Run(ctx context.Context, t *terminal) error {
	if c.Name == nil && c.Country == nil && c.Language == nil && c.Phone == nil {
		return wrongUsage("give what to change: --name, --country, --language or --phone")
	}
	return c.withService(ctx, t, false, func(s *service.Service) error {
		d, err := s.UpdateDealer(ctx, c.id(), rollcall.DealerInput{
			Name: given(c.Name), Country: given(c.Country), Language: given(c.Language), Phone: given(c.Phone),
		})
		if err != nil {
			return c.explain(err, c.id())
		}
		return c.print(t, dealerRecord(d), func() error {
			return t.printf("Dealer %s is now %s, country %s, language %s.\n", d.ID, d.Name, d.Country, d.Language)
		})
	})
}

type dealerList struct {
	folderFlags
	formatFlags
}

// Help is shown by --help.
func (dealerList) Help() string {
	return `The oldest is first. The sandbox of a dealer, in which its test keys work, is part of the dealer and is not listed; other commands take --sandbox for it.

Example:

    rollcall dealer list --data DIR
`
}

// Run lists the dealers.
func (c *dealerList) Run(ctx context.Context, t *terminal) error {
	return c.withService(ctx, t, false, func(s *service.Service) error {
		dealers, err := s.Dealers(ctx)
		if err != nil {
			return err
		}
		return c.print(t, record{"dealers", each(dealers, dealerRecord)}, func() error {
			if len(dealers) == 0 {
				return t.printf("There is no dealer yet. Create one:\n\n  %s\n", c.dealerCreateLine())
			}
			return t.table("DEALER|NAME|STATUS|COUNTRY|LANGUAGE|PHONE|CREATED", each(dealers, dealerRow))
		})
	})
}

func dealerRow(d rollcall.Dealer) []string {
	status := "active"
	if !d.Suspended.IsZero() {
		status = "suspended"
	}
	return []string{string(d.ID), d.Name, status, d.Country, d.Language, d.Phone, stamp(d.Created)}
}

// dealerCreateLine returns the command line that creates a dealer.
func (f folderFlags) dealerCreateLine() string {
	return `rollcall dealer create --name "My Company"` + f.where()
}

// explain turns a DealerNotFound into an error that says how to list the dealers, and returns other errors as they are.
func (f folderFlags) explain(err error, dealer rollcall.DealerID) error {
	if rollcall.KindOf(err) != rollcall.DealerNotFound {
		return err
	}
	if dealer.IsSandbox() {
		return &rollcall.Error{
			Kind:    rollcall.DealerNotFound,
			Message: "dealer " + quote(string(dealer.Live())) + " has no sandbox yet; `rollcall key create --test` makes it",
		}
	}
	return &rollcall.Error{
		Kind:    rollcall.DealerNotFound,
		Message: "dealer " + quote(string(dealer)) + " not found; `rollcall dealer list" + f.where() + "` lists the dealers",
	}
}

// dealer returns the dealer with this id, or that of the sandbox with the sandbox's id, or an error that says how to list the
// dealers.
func (f folderFlags) dealer(ctx context.Context, s *service.Service, id rollcall.DealerID) (rollcall.Dealer, error) {
	dealers, err := s.Dealers(ctx)
	if err != nil {
		return rollcall.Dealer{}, err
	}
	for _, d := range dealers {
		if d.ID != id.Live() {
			continue
		}
		if _, err := s.Settings(ctx, service.Caller{Dealer: id}); err != nil { // without a sandbox
			return rollcall.Dealer{}, f.explain(err, id)
		}
		d.ID = id
		return d, nil
	}
	return rollcall.Dealer{}, f.explain(&rollcall.Error{Kind: rollcall.DealerNotFound}, id)
}
