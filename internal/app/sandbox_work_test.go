package app_test

import (
	"errors"
	"maps"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit"
)

// hall adds a site with a person for each number to a tenant.
func (s *sandboxed) hall(caller service.Caller, numbers ...string) {
	s.Helper()
	_, err := s.Service().CreateSite(s.Context(), caller, rollcall.SiteInput{SiteID: rollcall.Given("hall"), Name: rollcall.Given("Town hall")})
	s.must(err)
	for _, number := range numbers {
		id := "person-" + number[len(number)-4:]
		in := testkit.Contact(id, "Ada", id, "", number, "secondary", "")
		_, err := s.Service().CreateContact(s.Context(), caller, rollcall.SiteRef{ID: "hall"}, in)
		s.must(err)
	}
}

// TestRollCallOfASandbox asks recipients that behave by themselves, who are on the call list of a live site too.
func TestRollCallOfASandbox(t *testing.T) {
	s := newSandboxed(t)
	numbers := []string{"+12025550101", "+12025550102", "+12025550103", "+12025550104", "+12025550105", "+12025550107"}
	s.hall(s.caller, numbers...)
	s.hall(s.tester, numbers...)
	made, err := s.Service().CreateRollCall(t.Context(), s.tester, smsTo("hall"))
	s.must(err)
	want := map[rollcall.ItemStatus]int{
		rollcall.ItemConfirmed: 1, rollcall.ItemDeclined: 1, rollcall.ItemOptedOut: 1, rollcall.ItemUndeliverable: 1, rollcall.ItemOpen: 2,
	}
	testkit.Eventually(t, "the recipients have answered", func() bool { return maps.Equal(s.answers(made.ID), want) })
	if found, _, err := s.Service().RollCalls(t.Context(), s.caller, service.RollCallQuery{}); err != nil || len(found) != 0 {
		t.Errorf("live roll calls: %d, %v; want none", len(found), err)
	}
	if n := s.captured(); n != 0 {
		t.Errorf("%d messages of the dealer, want none", n)
	}
	for _, number := range numbers {
		ref := rollcall.ContactRef{Site: rollcall.SiteRef{ID: "hall"}, ID: rollcall.ContactID("person-" + number[len(number)-4:])}
		s.wantStatus(s.caller, ref, rollcall.PointUnconfirmed)
	}
}

// answers works on a roll call of the sandbox as the queue would, for a minute of the clock, and returns the counts of its items.
func (s *sandboxed) answers(id rollcall.RollCallID) map[rollcall.ItemStatus]int {
	s.Helper()
	s.clock.Advance(time.Minute)
	report, err := s.Service().RollCall(s.Context(), s.tester, id)
	s.must(err)
	job := service.RollCallJob{Dealer: s.tester.Dealer, RollCall: id, Run: report.Run}
	if err := s.Service().AdvanceRollCall(s.Context(), job); err != nil && !errors.As(err, new(*rollcall.PostponedError)) {
		s.Fatal(err)
	}
	items, _, err := s.Service().RollCallItems(s.Context(), s.tester, id, service.ItemQuery{Status: rollcall.Given("open")})
	s.must(err)
	for range 2 { // the message, and the reaction
		for i := range items {
			if items[i].Validation == "" {
				continue
			}
			err := s.Service().DeliverValidation(s.Context(), service.DeliverJob{Dealer: s.tester.Dealer, Validation: items[i].Validation})
			if err != nil && !errors.As(err, new(*rollcall.PostponedError)) {
				s.Fatal(err)
			}
		}
		s.clock.Advance(10 * time.Second)
	}
	report, err = s.Service().RollCall(s.Context(), s.tester, id)
	s.must(err)
	return report.Counts.Items
}

// TestWebhooksOfASandbox has a webhook on each side, of which each gets the events of its side alone.
func TestWebhooksOfASandbox(t *testing.T) {
	s := newSandboxed(t, func(o *app.Options) { o.WebhookAllow = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} })
	live, test := receiver(t, always(http.StatusOK)), receiver(t, always(http.StatusOK))
	for caller, r := range map[*service.Caller]*received{&s.caller: live, &s.tester: test} {
		_, err := s.Service().CreateWebhook(t.Context(), *caller, rollcall.WebhookInput{
			URL: rollcall.Given(r.url), Types: rollcall.Given([]string{"validation.confirmed", "site.created"}),
		})
		s.must(err)
	}
	s.hall(s.caller)
	s.hall(s.tester)
	ref := s.add(s.tester, "ada", "confirm@example.org", "")
	v, err := s.Service().SendValidation(t.Context(), s.tester, ref, rollcall.ValidationInput{})
	s.must(err)
	s.clock.Advance(time.Second)
	testkit.Eventually(t, "the recipient answers", func() bool { return s.status(ref, v.ID) == "confirmed confirmed" })
	for name, w := range map[string]struct {
		*received
		want []string
	}{"live": {live, []string{"site.created"}}, "sandbox": {test, []string{"site.created", "validation.confirmed"}}} {
		testkit.Eventually(t, name+" events arrive", func() bool { _, taken := w.count(); return taken == len(w.want) })
		w.mu.Lock()
		bodies := strings.Join(slices.Collect(maps.Values(w.bodies)), "\n")
		w.mu.Unlock()
		for _, kind := range w.want {
			if strings.Count(bodies, `"type":"`+kind+`"`) != 1 {
				t.Errorf("%s: got %s, want one %s", name, bodies, kind)
			}
		}
	}
}
