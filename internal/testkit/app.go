package testkit

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// App is the real thing, serving on a loopback address from a folder of its own, until the test ends.
type App struct {
	*app.App
	URL    string
	Folder string
	Client *http.Client
	Log    *Log // what was logged

	Dealer rollcall.DealerID // of the records, and of every key but that of "other"

	t    testing.TB
	keys map[string]string
	tags map[string]string // see Scenario.SaveTag
}

// NewApp starts the real thing with the capture provider and the records of the reference: the dealer Harbour Alarm with
// the site site_123abc (ACCT-1001) and its contacts contact_789ghi and contact_abc123, and another dealer. Each of the
// changes is applied to its options first.
//
// Two limits are off unless a change sets them: wrong keys from an address (WrongKeys), and messages to people
// (AbuseMode). All others are as shipped.
func NewApp(t testing.TB, changes ...func(*app.Options)) *App {
	t.Helper()
	a := Start(t, t.TempDir(), changes...)
	a.seed()
	return a
}

// Start starts the real thing on a folder, as it is. Where ROLLCALL_TEST_ENGINE is postgresql, a database there takes the
// place of the one in the folder.
func Start(t testing.TB, folder string, changes ...func(*app.Options)) *App {
	t.Helper()
	a := &App{Folder: folder, t: t, keys: map[string]string{}, tags: map[string]string{}, Log: &Log{}}
	opts := app.Options{
		Data:      folder,
		Delivery:  "capture",
		PublicURL: "https://rollcall.example.org",
		Log:       slog.New(slog.NewJSONHandler(a.Log, nil)),
		Now:       time.Now,
		// Tests try many wrong keys, all from one address.
		WrongKeys: -1,
		// And they send one contact many messages.
		AbuseMode: string(service.Observe),
	}
	if os.Getenv("ROLLCALL_TEST_ENGINE") == "postgresql" {
		opts.DatabaseURL, opts.Secret = databaseOf(t, folder), Secret
	}
	for _, change := range changes {
		change(&opts)
	}
	if opts.DatabaseURL != "" {
		databases.Store(folder, opts.DatabaseURL)
	}
	var err error
	if a.App, err = app.Open(t.Context(), opts); err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	a.URL = "http://" + ln.Addr().String()
	transport := &http.Transport{MaxIdleConnsPerHost: 100}
	a.Client = &http.Client{Transport: transport, Timeout: 30 * time.Second}
	ctx, stop := context.WithCancel(context.Background())
	ran := make(chan error, 1)
	go func() { ran <- a.Run(ctx, ln) }()
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		stop()
		if err := <-ran; err != nil {
			t.Errorf("the server stopped with %v", err)
		}
		if err := a.Close(); err != nil {
			t.Errorf("the application closed with %v", err)
		}
	})
	return a
}

func (a *App) seed() {
	a.t.Helper()
	ctx, svc := a.t.Context(), a.Service()
	dealer, err := svc.CreateDealer(ctx, rollcall.DealerInput{Name: rollcall.Given("Harbour Alarm")})
	a.check(err)
	a.Dealer = dealer.ID
	a.seedRecords(dealer.ID)
}

// seedRecords adds a site with two contacts to a dealer or a sandbox.
func (a *App) seedRecords(dealer rollcall.DealerID) {
	a.t.Helper()
	ctx, svc := a.t.Context(), a.Service()
	who := service.Caller{Dealer: dealer}
	_, err := svc.CreateSite(ctx, who, rollcall.SiteInput{
		SiteID:    rollcall.Given("site_123abc"),
		Reference: rollcall.Given("ACCT-1001"),
		Name:      rollcall.Given("Harbour Street warehouse"),
	})
	a.check(err)
	site := rollcall.SiteRef{ID: "site_123abc"}
	for _, c := range []rollcall.ContactInput{
		Contact("contact_789ghi", "John", "Doe", "john.doe@example.com", "+1-555-0123", "primary", "owner"),
		Contact("contact_abc123", "Jane", "Smith", "jane.smith@example.com", "+1-555-0456", "emergency", "manager"),
	} {
		_, err := svc.CreateContact(ctx, who, site, c)
		a.check(err)
	}
}

// Contact returns the input of a contact; empty texts are left out.
func Contact(id, first, last, email, phone, kind, role string) rollcall.ContactInput {
	given := func(s string) rollcall.Field[string] {
		return rollcall.Field[string]{Value: s, Set: s != ""}
	}
	return rollcall.ContactInput{
		ContactID: given(id),
		FirstName: given(first),
		LastName:  rollcall.Given(last),
		Email:     given(email),
		Phone:     given(phone),
		Type:      given(kind),
		Role:      given(role),
	}
}

// Key returns an API key of the dealer: "all" has every scope, "test" too but is a test key, with the same site and contacts in the
// sandbox, "fresh test" is one in an empty sandbox, "expired" and "revoked" are what they say, "other" and "third" have every scope
// at dealers of their own, "slow" has every scope and may call once a minute, and anything else is the scopes that the key has. None
// but "slow" has a limit.
func (a *App) Key(as string) string {
	a.t.Helper()
	if key, made := a.keys[as]; made {
		return key
	}
	ctx, svc := a.t.Context(), a.Service()
	dealer, in := a.Dealer, rollcall.KeyInput{Scopes: "*", Rate: rollcall.Given(0)}
	switch {
	case as == "other", as == "third":
		other, err := svc.CreateDealer(ctx, rollcall.DealerInput{Name: rollcall.Given("Hill Alarm")})
		a.check(err)
		dealer = other.ID
	case as == "slow":
		in.Rate, in.Burst = rollcall.Given(1), rollcall.Given(1)
	case as == "test", as == "fresh test":
		in.Test = true
	case as == "expired":
		in.Expires = time.Microsecond
	case strings.Contains(as, ":"):
		in.Scopes = as
	}
	made, key, err := svc.CreateKey(ctx, service.Caller{Dealer: dealer}, in)
	a.check(err)
	if as == "test" {
		a.seedRecords(dealer.Sandbox())
	}
	if as == "revoked" {
		a.check(svc.RevokeKey(ctx, service.Caller{Dealer: dealer}, made.ID))
	}
	a.keys[as] = key
	return key
}

func (a *App) check(err error) {
	a.t.Helper()
	if err != nil {
		a.t.Fatal(err)
	}
}

// Log keeps what was logged.
type Log struct {
	mu   sync.Mutex
	text strings.Builder
}

// Write implements io.Writer.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// String returns all that was logged so far.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
