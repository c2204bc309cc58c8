package app_test

import (
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/audit"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit"
)

// john is the contact that these tests ask.
func john() rollcall.ContactRef {
	return rollcall.ContactRef{Site: rollcall.SiteRef{ID: "site_123abc"}, ID: "contact_789ghi"}
}

type asked struct {
	*testing.T
	*testkit.App
	caller service.Caller
}

func newAsked(t *testing.T, changes ...func(*app.Options)) *asked {
	t.Helper()
	a := testkit.NewApp(t, changes...)
	return &asked{T: t, App: a, caller: service.Caller{Dealer: a.Dealer, Key: "key_1"}}
}

func (a *asked) must(err error) {
	a.Helper()
	if err != nil {
		a.Fatal(err)
	}
}

// ask sends John a validation by the method.
func (a *asked) ask(method rollcall.Method) (rollcall.Validation, testkit.Captured) {
	a.Helper()
	v, err := a.Service().SendValidation(a.Context(), a.caller, john(), rollcall.ValidationInput{Method: rollcall.Given(string(method))})
	a.must(err)
	if v.Status != rollcall.ValidationSent {
		a.Fatalf("the validation is %s, want it sent", v.Status)
	}
	return v, a.Newest()
}

// elsewhere returns the caller with an unused network address.
func (a *asked) elsewhere() service.Caller {
	caller := a.caller
	caller.Address = string(rollcall.NewRequestID())
	return caller
}

// events returns the events of a validation, each with its way and code if set.
func (a *asked) events(id rollcall.ValidationID) string {
	a.Helper()
	_, events, err := a.Service().Timeline(a.Context(), a.caller, john(), id)
	a.must(err)
	words := make([]string, len(events))
	for i, e := range events {
		words[i] = strings.Join(strings.Fields(fmt.Sprintf("%s %s %s", e.What, e.Way, e.Code)), "/")
	}
	return strings.Join(words, " ")
}

func (a *asked) wantEvents(id rollcall.ValidationID, want string) {
	a.Helper()
	if got := a.events(id); got != want {
		a.Errorf("timeline %q, want %q", got, want)
	}
}

func (a *asked) wantPhone(want rollcall.PointStatus) rollcall.Contact {
	a.Helper()
	c, err := a.Service().Contact(a.Context(), a.caller, john())
	a.must(err)
	if got := c.State(rollcall.PhonePoint).Status; got != want {
		a.Errorf("the phone is %s, want %s", got, want)
	}
	return c
}

// actions returns how often each actor did each thing, by the audit of the site.
func (a *asked) actions() map[string]int {
	a.Helper()
	counts := map[string]int{}
	lines, _, err := a.Service().Audit(a.Context(), a.caller, service.AuditQuery{Site: rollcall.Given("site_123abc"), Limit: rollcall.Given(500)})
	a.must(err)
	for _, l := range lines {
		counts[l.Action+" by "+l.Actor]++
	}
	return counts
}

func TestWhatTheLinkShows(t *testing.T) {
	a := newAsked(t)
	_, m := a.ask(rollcall.SMS)
	view, err := a.Service().ViewLink(t.Context(), m.Token)
	a.must(err)
	want := rollcall.LinkView{
		State: rollcall.LinkOpen, Dealer: "Harbour Alarm", Site: "Harbour Street warehouse", Language: "en", Method: rollcall.SMS,
		Point: rollcall.PhonePoint, Preferences: rollcall.Preferences{Email: true, SMS: true},
		FirstName: "John", Address: "•••• 0123", Channels: []rollcall.Method{rollcall.SMS, rollcall.Email},
	}
	if !reflect.DeepEqual(view, want) {
		t.Errorf("it shows %+v, want %+v", view, want)
	}
	before := a.wantPhone(rollcall.PointPending)
	if _, err := a.Service().ViewLink(t.Context(), m.Token[1:]); err == nil || rollcall.KindOf(err) != rollcall.LinkNotFound {
		t.Errorf("ViewLink() with a short token = %v, want link_not_found", err)
	}
	answer := rollcall.LinkAnswer{Confirm: true, Preferences: rollcall.PreferencesInput{SMS: rollcall.Given(false), Push: rollcall.Given(true)}}
	view, err = a.Service().AnswerLink(t.Context(), m.Token, answer)
	a.must(err)
	want.State, want.Preferences = rollcall.LinkConfirmed, rollcall.Preferences{Email: true, Push: true}
	if !reflect.DeepEqual(view, want) {
		t.Errorf("then it shows %+v, want %+v", view, want)
	}
	after := a.wantPhone(rollcall.PointConfirmed)
	if after.Version != before.Version+1 || after.Preferences != want.Preferences || after.State(rollcall.PhonePoint).Confirmed.IsZero() {
		t.Errorf("contact = %+v, before %+v, want one new version, confirmed", after, before)
	}
	_, err = a.Service().AnswerLink(t.Context(), m.Token, rollcall.LinkAnswer{Confirm: true})
	a.must(err)
	if again := a.wantPhone(rollcall.PointConfirmed); !again.Equal(&after) {
		t.Errorf("pressed again, the contact is %+v, before %+v", again, after)
	}
	counts := a.actions()
	if counts["contact.updated by contact"] != 1 || counts["validation.confirmed by contact"] != 1 {
		t.Errorf("audit actions = %v, want updated and confirmed once", counts)
	}
	a.must(a.Service().DeleteContact(t.Context(), a.caller, john()))
	if _, err := a.Service().AnswerLink(t.Context(), m.Token, answer); err == nil || rollcall.KindOf(err) != rollcall.LinkNotFound {
		t.Errorf("of a contact that was deleted: %v", err)
	}
}

func TestReports(t *testing.T) {
	a := newAsked(t)
	report := func(v rollcall.Validation, failure *rollcall.DeliveryError) {
		t.Helper()
		a.must(a.Service().RecordReport(t.Context(), v.Dealer, v.ID, rollcall.DeliveryReport{Provider: "p", Failure: failure, At: time.Now()}))
	}
	never := &rollcall.DeliveryError{Outcome: rollcall.OutcomeUnreachable, Code: "unreachable", Reason: "no such phone"}
	v, _ := a.ask(rollcall.SMS)
	report(v, nil)
	report(v, nil)
	report(v, never) // late
	a.wantEvents(v.ID, "queued sent delivered")
	a.wantPhone(rollcall.PointPending)
	v, m := a.ask(rollcall.SMS)
	report(v, never)
	report(v, nil)
	a.wantEvents(v.ID, "queued sent failed/unreachable")
	a.wantPhone(rollcall.PointUndeliverable)
	_, err := a.Service().AnswerLink(t.Context(), m.Token, rollcall.LinkAnswer{Confirm: true}) // the provider was wrong
	a.must(err)
	a.wantEvents(v.ID, "queued sent failed/unreachable confirmed/link")
	a.wantPhone(rollcall.PointConfirmed)
	v, _ = a.ask(rollcall.Call)
	report(v, &rollcall.DeliveryError{Outcome: rollcall.OutcomeRetry, Code: "busy", Reason: "the line is busy"})
	a.wantEvents(v.ID, "queued sent failed/busy")
	a.wantPhone(rollcall.PointConfirmed)
	a.must(a.Service().RecordReport(t.Context(), a.Dealer, "val_1", rollcall.DeliveryReport{}))
}

func TestTimelineOfFailedAttempts(t *testing.T) {
	t.Parallel()
	server := testkit.NewMailServer(t, false)
	server.FailOnce(t, "rcpt", "451 4.7.1 greylisted")
	a := newAsked(t, byMail(server.URL()))
	v, err := a.Service().SendValidation(t.Context(), a.caller, john(), rollcall.ValidationInput{Method: rollcall.Given("email")})
	a.must(err)
	<-server.Arrived()
	a.settled(v.ID, "queued attempt_failed/not_now sent")
	_, events, err := a.Service().Timeline(t.Context(), a.caller, john(), v.ID)
	a.must(err)
	if failed := events[1]; failed.Actor != audit.ActorServer || !strings.Contains(failed.Reason, " later") || strings.Contains(failed.Reason, "@") {
		t.Errorf("the event of the failed attempt is %+v", failed)
	}
}

func TestCalls(t *testing.T) {
	a := newAsked(t)
	v, _ := a.ask(rollcall.Call)
	press := func(key, want string, again bool) {
		t.Helper()
		reply, err := a.Service().AnswerCall(t.Context(), v.Dealer, v.ID, key)
		a.must(err)
		if !strings.Contains(reply.Text, want) || reply.Again != again || reply.Language != "en" {
			t.Errorf("key %q: %+v, want %q", key, reply, want)
		}
	}
	press("5", "press 1", true)
	press("", "press 1", true)
	a.wantPhone(rollcall.PointPending)
	press("1", "We can reach you here", false)
	press("1", "We can reach you here", false)
	a.wantPhone(rollcall.PointConfirmed)
	press("2", "We will not ask you again", false)
	a.wantPhone(rollcall.PointDeclined)
	press("1", "We can reach you here", false)
	a.wantEvents(v.ID, "queued sent confirmed/call declined/call confirmed/call")
	press("9", "no more of these calls", false)
	a.wantPhone(rollcall.PointOptedOut)
	_, err := a.Service().SendValidation(t.Context(), a.caller, john(), rollcall.ValidationInput{Method: rollcall.Given("sms")})
	if err == nil || rollcall.KindOf(err) != rollcall.OptedOut {
		t.Errorf("next validation: %v, want opted_out", err)
	}
}

// TestAnsweredBeforeItWasKnownToBeSent answers, and reports, while the provider has the message and we have not written so.
func TestAnsweredBeforeItWasKnownToBeSent(t *testing.T) {
	during := make(chan func(rollcall.Message), 1)
	a := newAsked(t, func(o *app.Options) {
		o.OnCaptured = func(m rollcall.Message) { (<-during)(m) }
	})
	send := func(fn func(rollcall.Message)) rollcall.Validation {
		t.Helper()
		during <- fn
		v, err := a.Service().SendValidation(t.Context(), a.caller, john(), rollcall.ValidationInput{Method: rollcall.Given("sms")})
		a.must(err)
		return v
	}
	v := send(func(m rollcall.Message) {
		_, err := a.Service().AnswerLink(t.Context(), a.Newest().Token, rollcall.LinkAnswer{Confirm: true})
		a.must(err)
	})
	a.wantPhone(rollcall.PointConfirmed)
	a.settled(v.ID, "queued confirmed/link sent")
	v = send(func(m rollcall.Message) {
		a.must(a.Service().RecordReport(t.Context(), m.Dealer, m.Validation, rollcall.DeliveryReport{Provider: "capture", At: time.Now()}))
	})
	a.settled(v.ID, "queued sent delivered")
	v = send(func(m rollcall.Message) {
		_, err := a.Service().CancelValidation(t.Context(), a.caller, john(), m.Validation)
		a.must(err)
	})
	a.settled(v.ID, "queued canceled/asked sent")
	a.wantPhone(rollcall.PointConfirmed)
}

// settled waits until the worker has recorded the outcome of its attempt.
func (a *asked) settled(id rollcall.ValidationID, want string) {
	a.Helper()
	deadline := time.After(10 * time.Second)
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	for {
		got := a.events(id)
		if got == want {
			return
		}
		select {
		case <-look.C:
		case <-deadline:
			a.Fatalf("timeline %q, want %q", got, want)
		}
	}
}

// TestAnswersAtOnce has many say yes by the link and by the code, and then all there is at once.
func TestAnswersAtOnce(t *testing.T) {
	a := newAsked(t)
	v, m := a.ask(rollcall.SMS)
	yes := func() error {
		_, err := a.Service().AnswerLink(t.Context(), m.Token, rollcall.LinkAnswer{Confirm: true})
		return err
	}
	read := func() error {
		_, err := a.Service().CheckCode(t.Context(), a.elsewhere(), john(), v.ID, rollcall.CodeInput{Code: rollcall.Given(m.Code)})
		return err
	}
	a.atOnce(20, yes, read)
	counts := a.actions()
	if n := counts["validation.confirmed by contact"] + counts["validation.confirmed by key_1"]; n != 1 {
		t.Errorf("confirmed %d times, want once: %v", n, counts)
	}
	no := func() error {
		_, err := a.Service().AnswerLink(t.Context(), m.Token, rollcall.LinkAnswer{})
		return err
	}
	again := func() error {
		_, err := a.Service().SendValidation(t.Context(), a.caller, john(), rollcall.ValidationInput{Method: rollcall.Given("sms")})
		if err != nil && rollcall.KindOf(err) == rollcall.Declined {
			return nil
		}
		return err
	}
	cancel := func() error {
		_, err := a.Service().CancelValidation(t.Context(), a.caller, john(), v.ID)
		return err
	}
	a.atOnce(10, yes, no, again, cancel)
	a.consistent(true)
	edit := func() error {
		_, err := a.Service().UpdateContact(t.Context(), a.caller, john(), rollcall.ContactInput{Phone: rollcall.Given(v.To)})
		return err
	}
	away := func() error {
		_, err := a.Service().UpdateContact(t.Context(), a.caller, john(), rollcall.ContactInput{Phone: rollcall.Given("+12025550177")})
		return err
	}
	a.atOnce(10, yes, no, again, edit, away)
	a.consistent(false)
}

func (a *asked) atOnce(times int, what ...func() error) {
	a.Helper()
	var all sync.WaitGroup
	for range times {
		for _, fn := range what {
			all.Go(func() {
				if err := fn(); err != nil {
					a.Error(err)
				}
			})
		}
	}
	all.Wait()
}

// consistent asserts that the state of the phone, the audit and the timelines tell the same, and that no yes or no was
// written twice in a row, where no value was changed.
func (a *asked) consistent(alternate bool) {
	a.Helper()
	lines, _, err := a.Service().Audit(a.Context(), a.caller, service.AuditQuery{Site: rollcall.Given("site_123abc"), Limit: rollcall.Given(500)})
	a.must(err)
	last, answers, before := rollcall.PointUnconfirmed, 0, ""
	for _, l := range lines {
		changed, err := l.Changes()
		a.must(err)
		for _, c := range changed {
			if c.Field == "points.1.validation.status" && c.New != nil && l.Contact == john().ID {
				last = rollcall.PointStatus(*c.New)
			}
		}
		if l.Action == "validation.confirmed" || l.Action == "validation.declined" {
			if alternate && l.Action == before {
				a.Errorf("%s twice in a row", l.Action)
			}
			answers, before = answers+1, l.Action
		}
	}
	a.wantPhone(last)
	all, _, err := a.Service().Validations(a.Context(), a.caller, john(), service.ValidationQuery{PerPage: rollcall.Given(200)})
	a.must(err)
	told, open := 0, 0
	for _, v := range all {
		if v.Status.Open() {
			open++
		}
		events := a.events(v.ID)
		told += strings.Count(events, "confirmed/") + strings.Count(events, "declined/")
	}
	if told != answers || open > 1 {
		a.Errorf("%d answers in timelines, %d in the audit; %d open validations", told, answers, open)
	}
}

// TestGuessesAtOnce checks that no more than five codes are compared, however many come at once.
func TestGuessesAtOnce(t *testing.T) {
	a := newAsked(t)
	v, m := a.ask(rollcall.SMS)
	wrong := "000000"
	if m.Code == wrong {
		wrong = "000001"
	}
	guess := func() error {
		_, err := a.Service().CheckCode(t.Context(), a.elsewhere(), john(), v.ID, rollcall.CodeInput{Code: rollcall.Given(wrong)})
		if err == nil || rollcall.KindOf(err) != rollcall.ValidationFailed {
			return fmt.Errorf("a wrong code: %w", err)
		}
		return nil
	}
	a.atOnce(20, guess)
	now, err := a.Service().Validation(t.Context(), a.caller, v.ID)
	a.must(err)
	if now.WrongCodes != 5 {
		t.Errorf("%d codes were compared, want 5", now.WrongCodes)
	}
}
