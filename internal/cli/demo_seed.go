package cli

import (
	"context"
	"fmt"
	"slices"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

const (
	demoDealer    = "Harbour Alarm (demo)"
	demoSite      = "site_123abc"
	demoReference = "ACCT-1001"
	demoContact   = "contact_789ghi"

	demoOwner = "owner@example.org"

	demoOtherSite    = "site_456def"
	demoOtherContact = "contact_456jkl" // at the other site, with another language
)

// demo describes the sample data of a folder.
type demo struct {
	dealer rollcall.DealerID // empty: not created yet
	key    string            // the key in demo.env; empty: none, or no longer valid
}

// findDemo finds the sample data of a folder and changes nothing. A folder with other dealers is refused, since their
// messages would be captured.
func findDemo(ctx context.Context, s *service.Service, folder folderFlags) (demo, error) {
	key, err := lastKey(folder.Data)
	if err != nil {
		return demo{}, err
	}
	who, err := s.Authenticate(ctx, key)
	switch {
	case err == nil && who.Scopes.Allow(rollcall.ScopeAll):
		return demo{dealer: who.Dealer, key: key}, nil
	case err != nil && rollcall.KindOf(err) != rollcall.InvalidAPIKey:
		return demo{}, err
	}
	dealers, err := s.Dealers(ctx)
	if err != nil || len(dealers) == 0 {
		return demo{}, err
	}
	i := slices.IndexFunc(dealers, func(d rollcall.Dealer) bool { return d.Name == demoDealer })
	if i < 0 {
		return demo{}, foreignDealers(folder)
	}
	return demo{dealer: dealers[i].ID}, nil
}

func foreignDealers(folder folderFlags) error {
	where, other := folder.Data, "another folder for it with --data, or start `rollcall serve --data "+quote(folder.Data)+"`"
	if folder.onPostgreSQL() {
		where, other = "the database", "another one for it, or start `rollcall serve` on this one"
	}
	return fmt.Errorf("%s has other dealers, whose messages the demo would capture; choose %s", where, other)
}

// prepareDemo creates the sample data, if that has not been done before.
func prepareDemo(ctx context.Context, s *service.Service, folder folderFlags) (demo, error) {
	found, err := findDemo(ctx, s, folder)
	if err != nil || found.key != "" {
		return found, err
	}
	if found.dealer == "" {
		d, err := s.CreateDealer(ctx, rollcall.DealerInput{
			Name: rollcall.Given(demoDealer), Phone: rollcall.Given("+1 202 555 0100"),
		})
		if err != nil {
			return demo{}, err
		}
		found.dealer = d.ID
	}
	// The key is created last, so that an interrupted start is continued.
	keys, err := s.Keys(ctx, found.dealer)
	if err != nil {
		return demo{}, err
	}
	if len(keys) == 0 {
		if err := seed(ctx, s, service.Caller{Dealer: found.dealer}); err != nil {
			return demo{}, err
		}
	}
	_, found.key, err = s.CreateKey(ctx, found.dealer, rollcall.KeyInput{
		Name: "demo", Scopes: string(rollcall.ScopeAll), Rate: rollcall.Given(0),
	})
	return found, err
}

// demoSignIn returns the path of a link that signs in once as the owner of the sample data, whom it creates if missing.
func demoSignIn(ctx context.Context, s *service.Service, dealer rollcall.DealerID) (path string, err error) {
	users, err := s.Users(ctx, dealer)
	if err != nil {
		return "", err
	}
	for _, u := range users {
		if u.Email == demoOwner && u.MaySignIn() {
			return s.NewSignInLink(ctx, dealer, u.ID)
		}
	}
	owner, err := s.AddUser(ctx, service.Caller{Dealer: dealer}, rollcall.UserInput{
		Email: rollcall.Given(demoOwner), Name: rollcall.Given("Olivia Owner"), Role: rollcall.Given(string(rollcall.RoleOwner)),
	})
	if err != nil {
		return "", err
	}
	return s.NewSignInLink(ctx, dealer, owner.ID)
}

// seed creates the sample data that does not exist yet.
func seed(ctx context.Context, s *service.Service, who service.Caller) error {
	for _, site := range demoSites() {
		_, err := s.CreateSite(ctx, who, site)
		if kind := rollcall.KindOf(err); err != nil && kind != rollcall.SiteIDTaken && kind != rollcall.AccountReferenceTaken {
			return err
		}
	}
	for site, contacts := range demoContacts() {
		for _, contact := range contacts {
			_, err := s.CreateContact(ctx, who, rollcall.SiteRef{ID: site}, contact)
			if err != nil && rollcall.KindOf(err) != rollcall.ContactIDTaken {
				return err
			}
		}
	}
	return nil
}

func demoSites() []rollcall.SiteInput {
	text := rollcall.Given[string]
	return []rollcall.SiteInput{{
		SiteID: text(demoSite), Reference: text(demoReference), AccountNumber: text("1001"),
		Name: text("Harbour Street warehouse"), Timezone: text("America/Chicago"),
		Address: rollcall.Given(rollcall.AddressInput{
			Street: text("12 Harbour Street"), City: text("Springfield"), State: text("IL"), Zip: text("62701"), Country: text("US"),
		}),
	}, {
		SiteID: text(demoOtherSite), Reference: text("ACCT-1002"), AccountNumber: text("1002"),
		Name: text("Pier 9 offices"), Timezone: text("America/Los_Angeles"),
		Address: rollcall.Given(rollcall.AddressInput{
			Street: text("9 Pier Road"), City: text("San Francisco"), State: text("CA"), Zip: text("94111"), Country: text("US"),
		}),
	}}
}

// demoContacts returns the contacts of each site, in order.
func demoContacts() map[rollcall.SiteID][]rollcall.ContactInput {
	text := rollcall.Given[string]
	wanted := rollcall.Given(rollcall.PreferencesInput{
		Email: rollcall.Given(true), SMS: rollcall.Given(true), Push: rollcall.Given(false),
	})
	return map[rollcall.SiteID][]rollcall.ContactInput{demoSite: {{
		ContactID: text(demoContact), FirstName: text("John"), LastName: text("Doe"), Email: text("john.doe@example.com"),
		Phone: text("+1-555-0123"), Type: text("primary"), Role: text("owner"), Preferences: wanted,
	}, {
		ContactID: text("contact_abc123"), FirstName: text("Jane"), LastName: text("Smith"), Email: text("jane.smith@example.com"),
		Phone: text("+1-555-0456"), Type: text("emergency"), Role: text("manager"), Preferences: wanted,
	}}, demoOtherSite: {{
		ContactID: text(demoOtherContact), FirstName: text("Lucía"), LastName: text("Romero"), Phone: text("+1 202 555 0119"),
		Type: text("primary"), Role: text("employee"), Language: text("es"),
	}}}
}
