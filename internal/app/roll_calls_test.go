package app_test

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit"
)

// rolled is a roll call under test.
type rolled struct {
	*limited
	id       rollcall.RollCallID
	targeted int // 0: not started yet
}

// rollCall starts a roll call, and fixes its targets.
func (l *limited) rollCall(in rollcall.RollCallInput) *rolled {
	l.Helper()
	made, err := l.Service().CreateRollCall(l.Context(), l.caller, in)
	l.must(err)
	return &rolled{limited: l, id: made.ID}
}

// look reads the roll call, and checks what holds at every moment.
func (r *rolled) look() service.RollCallReport {
	r.Helper()
	found, err := r.Service().RollCall(r.Context(), r.caller, r.id)
	r.must(err)
	total := found.Counts.Targeted()
	if r.targeted == 0 && !found.Started.IsZero() {
		r.targeted = total
	}
	if !found.Started.IsZero() && total != r.targeted {
		r.Fatalf("%d items, want the %d that were targeted: %v", total, r.targeted, found.Counts.Items)
	}
	over := found.Counts.Items[rollcall.ItemOpen] == 0 && !found.Started.IsZero() && found.Status != rollcall.RollCallCanceled
	if finished := found.Shown() == rollcall.RollCallFinished; finished != over {
		r.Fatalf("finished %t with %v", finished, found.Counts.Items)
	}
	return found
}

// step works on the roll call until it has to wait, delivers its messages, and returns for how long it waits; 0 if it is done.
func (r *rolled) step() time.Duration {
	r.Helper()
	err := r.Service().AdvanceRollCall(r.Context(), service.RollCallJob{Dealer: r.Dealer, RollCall: r.id, Run: r.look().Run})
	var wait *rollcall.PostponedError
	if err != nil && !errors.As(err, &wait) {
		r.Fatal(err)
	}
	items, _, err := r.Service().RollCallItems(r.Context(), r.caller, r.id, service.ItemQuery{Status: rollcall.Given("open"), Limit: rollcall.Given(500)})
	r.must(err)
	sent := map[rollcall.ValidationID]bool{}
	for i := range items {
		if v := items[i].Validation; v != "" && !sent[v] {
			sent[v] = true
			r.deliver(&items[i])
		}
	}
	r.look()
	if wait == nil {
		return 0
	}
	return wait.After
}

// deliver delivers the message of an item, or waits for the server's own job, which may have begun to.
func (r *rolled) deliver(i *rollcall.RollCallItem) {
	r.Helper()
	err := r.Service().DeliverValidation(r.Context(), service.DeliverJob{Dealer: r.Dealer, Validation: i.Validation})
	if err == nil {
		return
	}
	if !errors.As(err, new(*rollcall.PostponedError)) {
		r.Fatal(err)
	}
	ref := rollcall.ContactRef{Site: rollcall.SiteRef{ID: i.Site}, ID: i.Contact}
	testkit.Eventually(r.T, "the message sent by the server's job", func() bool {
		v, _, err := r.Service().Timeline(r.Context(), r.caller, ref, i.Validation)
		r.must(err)
		return v.Attempted.IsZero() || v.Status != rollcall.ValidationQueued
	})
}

// want checks the counts of the items.
func (r *rolled) want(want map[rollcall.ItemStatus]int) {
	r.Helper()
	if got := r.look().Counts.Items; !maps.Equal(got, want) {
		r.Errorf("the items are %v, want %v", got, want)
	}
}

// captured returns how many messages were sent.
func (l *limited) captured() int {
	l.Helper()
	messages, err := l.Service().CapturedMessages(l.Context(), l.Dealer, 1000)
	l.must(err)
	return len(messages)
}

// sites adds sites, and returns their identifiers.
func (l *limited) sites(names ...string) []rollcall.SiteID {
	l.Helper()
	ids := make([]rollcall.SiteID, len(names))
	for i, name := range names {
		ids[i] = rollcall.SiteID(fmt.Sprint("extra-", i+1))
		_, err := l.Service().CreateSite(l.Context(), l.caller, rollcall.SiteInput{SiteID: rollcall.Given(string(ids[i])), Name: rollcall.Given(name)})
		l.must(err)
	}
	return ids
}

func smsTo(sites ...rollcall.SiteID) rollcall.RollCallInput {
	in := rollcall.RollCallInput{Methods: rollcall.Given([]string{"sms"}), PerHour: rollcall.Given(1000)}
	var ids []string
	for _, id := range sites {
		ids = append(ids, string(id))
	}
	in.SiteIDs = rollcall.Given(ids)
	return in
}

// TestOneMessageForAPersonOnManyLists checks that a yes counts at all of the sites.
func TestOneMessageForAPersonOnManyLists(t *testing.T) {
	l := newLimited(t)
	ids := l.sites("Pier 9", "The mill", "Cedar school", "Old town hall")
	var refs []rollcall.ContactRef
	for _, id := range ids {
		refs = append(refs, l.person(l.caller, id, "(202) 555-0147"))
	}
	in := smsTo(ids...)
	in.DryRun = rollcall.Given(true)
	dry, err := l.Service().CreateRollCall(t.Context(), l.caller, in)
	l.must(err)
	if p := dry.Preview; p.People != 1 || p.Sites != 4 || p.Messages != 1 || dry.Counts.Targeted() != 4 {
		t.Errorf("a dry run says %+v and %v, want one person with 4 points at 4 sites and one message", p, dry.Counts.Items)
	}
	r := l.rollCall(smsTo(ids...))
	r.step()
	r.want(map[rollcall.ItemStatus]int{rollcall.ItemOpen: 4})
	text := l.Newest().Text
	if want := "Harbour Alarm, Cedar school, Old town hall, Pier 9 and 1 more: "; !strings.HasPrefix(text, want) {
		t.Errorf("the message is %q, want it to begin with %q", text, want)
	}
	if n := l.captured(); n != 1 {
		t.Errorf("%d messages were sent, want 1", n)
	}
	l.confirm()
	r.want(map[rollcall.ItemStatus]int{rollcall.ItemConfirmed: 4})
	for _, ref := range refs {
		c, err := l.Service().Contact(t.Context(), l.caller, ref)
		l.must(err)
		if got := c.Points[0].State.Status; got != rollcall.PointConfirmed {
			t.Errorf("the phone at %s is %s, want confirmed", ref.Site.ID, got)
		}
	}
	l.must(l.Service().Sweep(t.Context()))
	if found := r.look(); found.Finished.IsZero() {
		t.Error("a sweep did not note that the roll call is finished")
	}
	l.consistent(false)
}

// TestANoCountsEverywhere checks that "this is not me" counts at all of the sites.
func TestANoCountsEverywhere(t *testing.T) {
	l := newLimited(t)
	ids := l.sites("Pier 9", "The mill")
	for _, id := range ids {
		l.person(l.caller, id, "(202) 555-0147")
	}
	r := l.rollCall(smsTo(ids...))
	r.step()
	_, err := l.Service().AnswerLink(t.Context(), l.Newest().Token, rollcall.LinkAnswer{})
	l.must(err)
	r.want(map[rollcall.ItemStatus]int{rollcall.ItemDeclined: 2})
	l.consistent(false)
}

// TestARollCallFollowsItsPoints checks that whatever decides about a contact point decides its item.
func TestARollCallFollowsItsPoints(t *testing.T) {
	l := newLimited(t)
	l.set(rollcall.SettingsInput{SiteHour: rollcall.Given(0)})
	site := l.sites("Pier 9")[0]
	var refs []rollcall.ContactRef
	for n := range 8 {
		refs = append(refs, l.person(l.caller, site, fmt.Sprintf("+1 202 555 01%02d", n+10)))
	}
	svc, ctx := l.Service(), t.Context()
	_, err := svc.CreateSuppression(ctx, l.caller, rollcall.SuppressionInput{Point: rollcall.Given("phone"), Value: rollcall.Given("+1 202 555 0110")})
	l.must(err)
	r := l.rollCall(smsTo(site))
	r.step() // 1 was skipped, and 2 was asked
	r.want(map[rollcall.ItemStatus]int{rollcall.ItemSkipped: 1, rollcall.ItemOpen: 7})
	_, err = svc.Attest(ctx, l.caller, refs[2], rollcall.AttestationInput{Point: rollcall.Given("phone"), Note: rollcall.Given("by phone")})
	l.must(err)
	_, err = svc.UpdateContact(ctx, l.caller, refs[3], rollcall.ContactInput{Phone: rollcall.Given("+1 202 555 0190")})
	l.must(err)
	l.must(svc.DeleteContact(ctx, l.caller, refs[4]))
	_, err = svc.EraseContact(ctx, l.caller, refs[5])
	l.must(err)
	_, err = svc.CreateSuppression(ctx, l.caller, rollcall.SuppressionInput{Point: rollcall.Given("phone"), Value: rollcall.Given("+1 202 555 0116")})
	l.must(err)
	r.want(map[rollcall.ItemStatus]int{rollcall.ItemSkipped: 4, rollcall.ItemConfirmed: 1, rollcall.ItemOptedOut: 1, rollcall.ItemOpen: 2})
	l.clock.Advance(4 * time.Second)
	r.step()
	l.confirm()
	r.want(map[rollcall.ItemStatus]int{rollcall.ItemSkipped: 4, rollcall.ItemConfirmed: 2, rollcall.ItemOptedOut: 1, rollcall.ItemOpen: 1})
	l.clock.Advance(73 * time.Hour)
	l.must(svc.Sweep(ctx))
	r.want(map[rollcall.ItemStatus]int{rollcall.ItemSkipped: 4, rollcall.ItemConfirmed: 2, rollcall.ItemOptedOut: 1, rollcall.ItemExpired: 1})
	_, err = svc.StepRollCall(ctx, l.caller, r.id, service.RollCallRetry)
	l.must(err)
	r.want(map[rollcall.ItemStatus]int{rollcall.ItemSkipped: 4, rollcall.ItemConfirmed: 2, rollcall.ItemOptedOut: 1, rollcall.ItemOpen: 1})
	r.step()
	l.confirm()
	r.want(map[rollcall.ItemStatus]int{rollcall.ItemSkipped: 4, rollcall.ItemConfirmed: 3, rollcall.ItemOptedOut: 1})
	l.consistent(false)
}

// TestTheFirstContactOfAMessageIsDeleted checks that the others who share the message are asked again.
func TestTheFirstContactOfAMessageIsDeleted(t *testing.T) {
	l := newLimited(t)
	ids := l.sites("Pier 9", "The mill")
	first := l.person(l.caller, ids[0], "(202) 555-0147")
	l.person(l.caller, ids[1], "(202) 555-0147")
	r := l.rollCall(smsTo(ids...))
	r.step()
	l.must(l.Service().DeleteContact(t.Context(), l.caller, first))
	r.want(map[rollcall.ItemStatus]int{rollcall.ItemSkipped: 1, rollcall.ItemOpen: 1})
	l.clock.Advance(2 * time.Minute) // of the limit to the number
	r.step()
	l.confirm()
	r.want(map[rollcall.ItemStatus]int{rollcall.ItemSkipped: 1, rollcall.ItemConfirmed: 1})
}

// TestPaceAndPause checks the pace, that a pause stops at once, also what waits in the queue, and that canceling is final.
func TestPaceAndPause(t *testing.T) {
	l := newLimited(t)
	l.set(rollcall.SettingsInput{SiteHour: rollcall.Given(0), RollCallHour: rollcall.Given(5)})
	site := l.sites("Pier 9")[0]
	for n := range 8 {
		l.person(l.caller, site, fmt.Sprintf("+1 202 555 01%02d", n+10))
	}
	in := smsTo(site)
	_, err := l.Service().CreateRollCall(t.Context(), l.caller, in)
	if rollcall.KindOf(err) != rollcall.ValidationFailed {
		t.Errorf("a pace above that of the operator: %v, want validation_failed", err)
	}
	in.PerHour = rollcall.Given(4)
	r := l.rollCall(in)
	sent := func(want int) {
		t.Helper()
		if n := l.captured(); n != want {
			t.Errorf("%d messages were sent, want %d", n, want)
		}
	}
	if wait := r.step(); wait != 15*time.Minute {
		t.Errorf("the next message waits for %s, want 15m", wait)
	}
	sent(1)
	l.clock.Advance(15 * time.Minute)
	r.step()
	sent(2)
	_, err = l.Service().StepRollCall(t.Context(), l.caller, r.id, service.RollCallPause)
	l.must(err)
	l.clock.Advance(time.Hour)
	if wait := r.step(); wait != 0 {
		t.Errorf("the job of a paused roll call waits for %s, want it done", wait)
	}
	sent(2)
	_, err = l.Service().StepRollCall(t.Context(), l.caller, r.id, service.RollCallResume)
	l.must(err)
	for range 8 {
		r.step()
		r.step()
		l.clock.Advance(time.Minute)
	}
	sent(3) // a pause is not made up for
	found, err := l.Service().StepRollCall(t.Context(), l.caller, r.id, service.RollCallCancel)
	l.must(err)
	if found.Shown() != rollcall.RollCallCanceled {
		t.Errorf("the roll call is %s, want canceled", found.Shown())
	}
	r.want(map[rollcall.ItemStatus]int{rollcall.ItemCanceled: 5, rollcall.ItemOpen: 3})
	for _, step := range []service.RollCallStep{service.RollCallResume, service.RollCallRetry, service.RollCallPause} {
		if found, err = l.Service().StepRollCall(t.Context(), l.caller, r.id, step); err != nil || found.Shown() != rollcall.RollCallCanceled {
			t.Errorf("%s of a canceled roll call: %s, %v", step, found.Shown(), err)
		}
	}
	l.confirm()
	r.want(map[rollcall.ItemStatus]int{rollcall.ItemCanceled: 5, rollcall.ItemOpen: 2, rollcall.ItemConfirmed: 1})
}

// TestRollCallsWaitForLimits checks that quiet hours, limits and countries hold a roll call back, that the operator's ceiling holds for
// all roll calls together, and that the dealer's daily limit doesn't count them.
func TestRollCallsWaitForLimits(t *testing.T) {
	l := newLimited(t)
	l.set(rollcall.SettingsInput{SiteHour: rollcall.Given(2), DealerDay: rollcall.Given(1), RollCallHour: rollcall.Given(0), RollCallDay: rollcall.Given(4)})
	ids := l.sites("Pier 9", "The mill")
	for n := range 3 {
		l.person(l.caller, ids[0], fmt.Sprintf("+1 202 555 01%02d", n+10))
	}
	london := l.person(l.caller, ids[1], "+44 20 7946 0958")
	l.person(l.caller, ids[1], "+1 202 555 0113")
	in := smsTo(ids...)
	in.PerHour = rollcall.Given(100_000)
	r := l.rollCall(in)
	for range 20 {
		r.step()
		l.clock.Advance(time.Second)
	}
	if n := l.captured(); n != 3 {
		t.Errorf("%d messages were sent, want 2 for one site and 1 for the other", n)
	}
	l.want(l.caller, john(), "", 0) // of the dealer's daily limit
	l.clock.Advance(time.Hour)
	r.step()
	if n := l.captured(); n != 5 {
		t.Errorf("%d messages were sent, want 5", n)
	}
	l.set(rollcall.SettingsInput{Countries: rollcall.Given([]string{"US", "GB"})})
	l.clock.Advance(2 * time.Hour)
	if wait := r.step(); wait < time.Minute {
		t.Errorf("beyond the operator's daily ceiling the roll call waits for %s", wait)
	}
	l.clock.Advance(22 * time.Hour)
	r.step()
	if n := l.captured(); n != 6 {
		t.Errorf("%d messages were sent, want 6, the last to %s", n, london.ID)
	}
}

// TestRollCallRepeats checks that the setting asks everybody whom nothing was known about for as many days, and nobody twice in them.
func TestRollCallRepeats(t *testing.T) {
	l := newLimited(t, func(o *app.Options) { o.Delivery = "capture" })
	svc, ctx := l.Service(), t.Context()
	l.must(svc.Sweep(ctx))
	started := func(want int) []service.RollCallReport {
		t.Helper()
		l.must(svc.Sweep(ctx))
		found, _, err := svc.RollCalls(ctx, l.caller, service.RollCallQuery{})
		l.must(err)
		if len(found) != want {
			t.Fatalf("%d roll calls, want %d", len(found), want)
		}
		return found
	}
	started(0)
	l.person(l.caller, "site_123abc", mobile)
	l.set(rollcall.SettingsInput{RepeatAfter: rollcall.Given(90)})
	r := &rolled{limited: l, id: started(1)[0].ID}
	for r.step() > 0 {
		l.clock.Advance(2 * time.Minute)
		r.step()
		if r.look().Counts.Messages == 0 {
			break
		}
	}
	l.clock.Advance(80 * time.Hour)
	started(1)
	l.clock.Advance(48 * time.Hour)
	started(1)
	l.clock.Advance(90 * 24 * time.Hour)
	started(2)
}
