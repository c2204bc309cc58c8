package app_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit"
)

// limited is the real thing with its limits in force, and its clock.
type limited struct {
	*asked
	clock *testkit.Clock
	added int
}

func newLimited(t *testing.T, changes ...func(*app.Options)) *limited {
	t.Helper()
	clock := testkit.NewClock()
	changes = append(changes, func(o *app.Options) { o.AbuseMode, o.Now = "", clock.Now })
	return &limited{asked: newAsked(t, changes...), clock: clock}
}

// person adds a contact with a phone to a site of a dealer.
func (l *limited) person(caller service.Caller, site rollcall.SiteID, phone string) rollcall.ContactRef {
	l.Helper()
	l.added++
	id := fmt.Sprint("person-", l.added)
	_, err := l.Service().CreateContact(l.Context(), caller, rollcall.SiteRef{ID: site}, testkit.Contact(id, "Ada", "Jones", "", phone, "secondary", ""))
	l.must(err)
	return rollcall.ContactRef{Site: rollcall.SiteRef{ID: site}, ID: rollcall.ContactID(id)}
}

// send sends a validation, and returns the limit or error kind that refused it, and its Retry-After; "" if it was sent.
func (l *limited) send(caller service.Caller, ref rollcall.ContactRef) (limit string, wait time.Duration) {
	l.Helper()
	_, err := l.Service().SendValidation(l.Context(), caller, ref, rollcall.ValidationInput{})
	var e *rollcall.Error
	switch {
	case err == nil:
		return "", 0
	case !errors.As(err, &e):
		l.Fatal(err)
	case e.Kind != rollcall.RateLimited:
		return string(e.Kind), e.RetryAfter
	}
	for _, name := range rollcall.SendingLimits() {
		if len(e.Message) > len(name) && e.Message[:len(name)] == string(name) {
			return string(name), e.RetryAfter
		}
	}
	l.Fatalf("which limit? %s", e.Message)
	return "", 0
}

func (l *limited) want(caller service.Caller, ref rollcall.ContactRef, limit string, wait time.Duration) {
	l.Helper()
	if got, retry := l.send(caller, ref); got != limit || retry != wait {
		l.Errorf("the limit is %q and the wait %s, want %q and %s", got, retry, limit, wait)
	}
}

func (l *limited) set(in rollcall.SettingsInput) {
	l.Helper()
	_, err := l.Service().UpdateSettings(l.Context(), service.Caller{Dealer: l.Dealer}, in)
	l.must(err)
}

// another makes another dealer, with a site.
func (l *limited) another() service.Caller {
	l.Helper()
	d, err := l.Service().CreateDealer(l.Context(), rollcall.DealerInput{Name: rollcall.Given("Hill Alarm"), Phone: rollcall.Given("+1 202 555 0199")})
	l.must(err)
	caller := service.Caller{Dealer: d.ID, Key: "key_2"}
	_, err = l.Service().CreateSite(l.Context(), caller, rollcall.SiteInput{SiteID: rollcall.Given("hill"), Name: rollcall.Given("The mill")})
	l.must(err)
	return caller
}

const mobile = "+1 202 555 0147"

// TestMessagesToANumber checks that a number gets one message a minute and five a day, whoever sends them and whatever becomes of
// the contact.
func TestMessagesToANumber(t *testing.T) {
	l := newLimited(t)
	hill := l.another()
	ada, adaAtHill := l.person(l.caller, "site_123abc", mobile), l.person(hill, "hill", "(202) 555-0147")
	l.want(l.caller, ada, "", 0)
	l.want(l.caller, ada, "per_number_minute", time.Minute)
	l.clock.Advance(59 * time.Second)
	l.want(hill, adaAtHill, "per_number_minute", time.Second)
	l.clock.Advance(time.Second)
	l.want(hill, adaAtHill, "", 0)
	l.want(l.caller, l.person(l.caller, "site_123abc", "+1 202 555 0148"), "", 0)
	_, err := l.Service().EraseContact(t.Context(), l.caller, rollcall.ContactRef{Site: rollcall.SiteRef{ID: "site_123abc"}, ID: ada.ID})
	l.must(err)
	ada = l.person(l.caller, "site_123abc", mobile)
	for range 3 {
		l.clock.Advance(time.Minute)
		l.want(l.caller, ada, "", 0)
	}
	l.clock.Advance(time.Minute)
	l.want(hill, adaAtHill, "per_number_day", 24*time.Hour-5*time.Minute)
	l.must(l.Service().Sweep(t.Context()))
	l.clock.Advance(24*time.Hour - 5*time.Minute - time.Microsecond)
	l.want(hill, adaAtHill, "per_number_day", time.Second)
	l.clock.Advance(time.Microsecond)
	l.want(hill, adaAtHill, "", 0)
	l.want(l.caller, ada, "per_number_day", time.Minute)
}

// TestMessagesOfADealer checks that limits of a site and a dealer count what was sent, and not what was refused.
func TestMessagesOfADealer(t *testing.T) {
	l := newLimited(t)
	l.set(rollcall.SettingsInput{SiteHour: rollcall.Given(2), DealerDay: rollcall.Given(3)})
	_, err := l.Service().CreateSite(t.Context(), l.caller, rollcall.SiteInput{SiteID: rollcall.Given("second"), Name: rollcall.Given("Second")})
	l.must(err)
	person := func(site rollcall.SiteID, n int) rollcall.ContactRef {
		return l.person(l.caller, site, fmt.Sprintf("+1 202 555 01%02d", n))
	}
	l.want(l.caller, person("site_123abc", 10), "", 0)
	l.clock.Advance(10 * time.Minute)
	l.want(l.caller, person("site_123abc", 11), "", 0)
	for n := range 3 {
		l.want(l.caller, person("site_123abc", 12+n), "per_site_hour", 50*time.Minute)
	}
	l.want(l.caller, person("second", 15), "", 0)
	l.clock.Advance(50 * time.Minute)
	l.want(l.caller, person("site_123abc", 16), "per_dealer_day", 23*time.Hour)
	l.clock.Advance(23 * time.Hour)
	l.want(l.caller, person("site_123abc", 16), "", 0)
	l.want(l.another(), l.person(l.caller, "site_123abc", "+1 202 555 0190"), string(rollcall.SiteNotFound), 0)
}

// TestTheLastPlace checks that of many at once only one gets it.
func TestTheLastPlace(t *testing.T) {
	l := newLimited(t)
	l.set(rollcall.SettingsInput{SiteHour: rollcall.Given(5), DealerDay: rollcall.Given(4)})
	refs := make([]rollcall.ContactRef, 20)
	for n := range refs {
		refs[n] = l.person(l.caller, "site_123abc", fmt.Sprintf("+1 202 555 01%02d", n/2))
	}
	var mu sync.Mutex
	var all sync.WaitGroup
	counts := map[string]int{}
	for _, ref := range refs {
		all.Go(func() {
			v, err := l.Service().SendValidation(t.Context(), l.caller, ref, rollcall.ValidationInput{})
			mu.Lock()
			defer mu.Unlock()
			if err != nil && rollcall.KindOf(err) != rollcall.RateLimited {
				t.Error(err)
			}
			counts[string(v.Status)]++
		})
	}
	all.Wait()
	if counts["sent"] != 4 {
		t.Errorf("%v, want 4 sent and the others refused or queued", counts)
	}
}

// TestCountries checks where messages go, and that a country is paused if no message is confirmed.
func TestCountries(t *testing.T) {
	l := newLimited(t)
	toronto, london := l.person(l.caller, "site_123abc", "+1 416 555 0123"), l.person(l.caller, "site_123abc", "+44 20 7946 0958")
	l.want(l.caller, toronto, string(rollcall.ValidationFailed), 0)
	l.unlimited("US", "CA")
	l.want(l.caller, london, string(rollcall.ValidationFailed), 0)
	ada := l.person(l.caller, "site_123abc", mobile)
	us, canada := []rollcall.ContactRef{ada, l.person(l.caller, "site_123abc", "+1 212 555 0147")}, []rollcall.ContactRef{toronto, l.person(l.caller, "site_123abc", "+1 604 555 0123")}
	for n := range 50 {
		l.want(l.caller, us[n%2], "", 0)
		l.want(l.caller, canada[n%2], "", 0)
		if n >= 47 {
			l.confirm()
		}
	}
	wait := l.paused(ada, "country_breaker") // on the same day, and before many have left
	for range 11 {                           // three were confirmed, which is enough for 60
		l.want(l.caller, toronto, "", 0)
	}
	l.paused(toronto, "country_breaker")
	l.confirm()
	l.want(l.caller, toronto, "", 0)
	l.clock.Advance(wait)
	l.want(l.caller, ada, "", 0)
}

// unlimited lifts all limits that are set, and allows the countries.
func (l *limited) unlimited(countries ...string) {
	l.Helper()
	l.set(rollcall.SettingsInput{
		Countries: rollcall.Given(countries), SiteHour: rollcall.Given(0), DealerDay: rollcall.Given(0),
		NumberMinute: rollcall.Given(0), NumberDay: rollcall.Given(0),
	})
}

// confirm says yes to the newest message.
func (l *limited) confirm() {
	l.Helper()
	_, err := l.Service().AnswerLink(l.Context(), l.Newest().Token, rollcall.LinkAnswer{Confirm: true})
	l.must(err)
}

// paused asks a person who can't be asked for a week because of the breaker, and returns for how long.
func (l *limited) paused(ref rollcall.ContactRef, breaker string) time.Duration {
	l.Helper()
	limit, wait := l.send(l.caller, ref)
	if limit != breaker || wait < 6*24*time.Hour || wait > 8*24*time.Hour {
		l.Errorf("the limit is %q and the wait %s, want %s and a week", limit, wait, breaker)
	}
	return wait
}

// TestRangesOfNumbers checks that a range of 10,000 numbers in an allowed country is paused if no message is confirmed, and that other
// ranges, other dealers and e-mails are not.
func TestRangesOfNumbers(t *testing.T) {
	l := newLimited(t)
	l.unlimited("US")
	hill := l.another()
	elsewhere := l.person(l.caller, "site_123abc", "+1 212 555 0147")
	for range 3 { // so that the country is open
		l.want(l.caller, elsewhere, "", 0)
		l.confirm()
	}
	neighbours := []rollcall.ContactRef{l.person(l.caller, "site_123abc", mobile), l.person(l.caller, "site_123abc", "+1 202 555 0123")}
	for n := range 30 {
		l.want(l.caller, neighbours[n%2], "", 0)
	}
	wait := l.paused(neighbours[0], "range_breaker")
	l.paused(l.person(l.caller, "site_123abc", "+1 202 555 0199"), "range_breaker")
	l.want(hill, l.person(hill, "hill", "+1 202 555 0111"), "", 0)
	l.want(l.caller, l.person(l.caller, "site_123abc", "+1 202 556 0147"), "", 0)
	_, err := l.Service().SendValidation(t.Context(), l.caller, john(), rollcall.ValidationInput{Method: rollcall.Given("email")})
	l.must(err)
	l.clock.Advance(wait)
	for range 29 {
		l.want(l.caller, neighbours[0], "", 0)
	}
	l.want(l.caller, neighbours[1], "", 0)
	l.confirm()
	for range 3 {
		l.want(l.caller, elsewhere, "", 0) // the week before has passed for the country too
		l.confirm()
	}
	for range 21 { // one was confirmed, which is enough for 50
		l.want(l.caller, neighbours[0], "", 0)
	}
	l.paused(neighbours[1], "range_breaker")
}

// TestObserved checks that messages over a limit are sent if limits are only observed, and logged without the number.
func TestObserved(t *testing.T) {
	l := &limited{asked: newAsked(t)}
	ada := l.person(l.caller, "site_123abc", "+44 20 7946 0958")
	l.want(l.caller, ada, "", 0)
	l.want(l.caller, ada, "", 0)
	logged := l.Log.String()
	for _, word := range []string{`"limit":"per_number_minute","refused":false`, `"limit":"allowed_countries","refused":false`} {
		if !strings.Contains(logged, word) {
			t.Errorf("the log does not hold %s:\n%s", word, logged)
		}
	}
	if strings.Contains(logged, "7946") {
		t.Errorf("the log holds the number:\n%s", logged)
	}
}
