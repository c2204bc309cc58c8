package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"example.org/rollcall/internal/app"
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
func prepareDemo(ctx context.Context, s *service.Service, folder folderFlags, clock *demoClock) (demo, error) {
	found, err := findDemo(ctx, s, folder)
	if err != nil || found.key != "" {
		return found, err
	}
	defer clock.setBack(0)
	clock.setBack(demoAge)
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
		if err := seed(ctx, s, service.Caller{Dealer: found.dealer}, clock); err != nil {
			return demo{}, err
		}
	}
	clock.setBack(0)
	_, found.key, err = s.CreateKey(ctx, service.Caller{Dealer: found.dealer}, rollcall.KeyInput{
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

// demoClock is the clock of a demo. It is set back while the sample data gets its history.
type demoClock struct {
	now  func() time.Time
	back atomic.Int64 // a time.Duration
}

// Now returns the time.
func (c *demoClock) Now() time.Time { return c.now().Add(-time.Duration(c.back.Load())) }

func (c *demoClock) setBack(d time.Duration) { c.back.Store(int64(d)) }

func (c *demoClock) isBack() bool { return c.back.Load() != 0 }

// demoAge is the age of the sample data.
const demoAge = 400 * demoDay

// seed creates the sample data that does not exist yet: sites and contacts demoAge ago, and then what happened at their phones.
func seed(ctx context.Context, s *service.Service, who service.Caller, clock *demoClock) error {
	start := clock.now()
	for i := range sampleSites { // one after another, since lists show them in this order
		_, err := s.CreateSite(ctx, who, sampleSites[i].input())
		if kind := rollcall.KindOf(err); err != nil && kind != rollcall.SiteIDTaken && kind != rollcall.AccountReferenceTaken {
			return err
		}
	}
	phones := make([][]seededPhone, len(sampleSites))
	err := concurrently(len(sampleSites), func(i int) (err error) {
		phones[i], err = seedContacts(ctx, s, who, &sampleSites[i], start)
		return err
	})
	if err != nil {
		return err
	}
	for _, event := range []struct {
		proof sampleProof
		age   time.Duration
	}{{stale, 399 * demoDay}, {confirmed, 4 * demoWeek}, {failing, 3 * demoDay}} {
		clock.setBack(event.age)
		now := slices.DeleteFunc(slices.Concat(phones...), func(p seededPhone) bool { return p.proof != event.proof })
		if err := concurrently(len(now), func(i int) error { return now[i].prove(ctx, s, who) }); err != nil {
			return err
		}
	}
	clock.setBack(0)
	return s.Sweep(ctx) // makes confirmations stale
}

// concurrently calls do for 0 to n-1, so that their transactions share a sync to disk.
func concurrently(n int, do func(i int) error) error {
	errs := make([]error, n)
	var running sync.WaitGroup
	for i := range n {
		running.Go(func() { errs[i] = do(i) })
	}
	running.Wait()
	return errors.Join(errs...)
}

// seedContacts creates the contacts of a site that do not exist yet, in order, and returns their phones that nobody was asked
// about.
func seedContacts(ctx context.Context, s *service.Service, who service.Caller, site *sampleSite, start time.Time) (phones []seededPhone, err error) {
	for _, person := range site.contacts {
		ref := rollcall.ContactRef{Site: rollcall.SiteRef{ID: rollcall.SiteID(site.id)}, ID: rollcall.ContactID(person.contact())}
		c, err := s.CreateContact(ctx, who, ref.Site, person.input(start))
		if err != nil && rollcall.KindOf(err) == rollcall.ContactIDTaken {
			c, err = s.Contact(ctx, who, ref)
		}
		if err != nil {
			return nil, err
		}
		for i, phone := range person.phones {
			if p := c.Points[i]; p.State.Status == rollcall.PointUnconfirmed {
				phones = append(phones, seededPhone{ref, p.ID, phone.proof})
			}
		}
	}
	return phones, nil
}

// seededPhone is a phone of the sample data.
type seededPhone struct {
	contact rollcall.ContactRef
	point   rollcall.PointID
	proof   sampleProof
}

// prove confirms the phone, or makes a message to it fail.
func (p seededPhone) prove(ctx context.Context, s *service.Service, who service.Caller) error {
	id := rollcall.Given(string(p.point))
	if p.proof != failing {
		_, err := s.Attest(ctx, who, p.contact, rollcall.AttestationInput{PointID: id, Note: rollcall.Given("answered a call")})
		return err
	}
	v, err := s.SendValidation(ctx, who, p.contact, rollcall.ValidationInput{PointID: id})
	if err != nil {
		return err
	}
	return s.RecordReport(ctx, v.Dealer, v.ID, rollcall.DeliveryReport{
		Provider: app.Capture,
		Failure: &rollcall.DeliveryError{
			Outcome: rollcall.OutcomeUnreachable, Code: "unreachable", Reason: "the phone is switched off or out of reach",
		},
	})
}
