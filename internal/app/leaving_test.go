package app_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit"
)

// queued asks people who share a phone or mailbox, one after the other, and returns the jobs that are left to do.
func (l *limited) queued(refs ...rollcall.ContactRef) []service.DeliverJob {
	l.Helper()
	var jobs []service.DeliverJob
	for _, ref := range refs {
		v, err := l.Service().SendValidation(l.Context(), l.caller, ref, rollcall.ValidationInput{})
		l.must(err)
		if v.Status != rollcall.ValidationQueued {
			l.Fatalf("SendValidation: status %s, want queued", v.Status)
		}
		jobs = append(jobs, service.DeliverJob{Dealer: v.Dealer, Validation: v.ID})
	}
	return jobs
}

// deliver runs jobs at once, and returns how many messages left and why the others wait.
func (l *limited) deliver(jobs []service.DeliverJob) (left int, waits map[string]int) {
	l.Helper()
	var mu sync.Mutex
	var all sync.WaitGroup
	waits = map[string]int{}
	for _, job := range jobs {
		all.Go(func() {
			err := l.Service().DeliverValidation(l.Context(), job)
			var wait *rollcall.PostponedError
			mu.Lock()
			defer mu.Unlock()
			if errors.As(err, &wait) {
				waits[wait.Reason]++
			} else if err != nil {
				l.Errorf("DeliverValidation: %v", err)
			}
		})
	}
	all.Wait()
	for _, job := range jobs {
		v, err := l.Service().Validation(l.Context(), l.caller, job.Validation)
		l.must(err)
		if v.Status == rollcall.ValidationSent {
			left++
		}
	}
	return left, waits
}

func (l *limited) wantLeft(jobs []service.DeliverJob, left int, waits map[string]int) {
	l.Helper()
	got, why := l.deliver(jobs)
	if got != left || fmt.Sprint(why) != fmt.Sprint(waits) {
		l.Errorf("%d messages left and others wait for %v, want %d and %v", got, why, left, waits)
	}
}

// TestLimitsHoldAfterQuietHours checks that messages to one number, asked for in the night, do not leave all at once in the
// morning.
func TestLimitsHoldAfterQuietHours(t *testing.T) {
	l := newLimited(t)
	now := l.clock.Now().UTC()
	l.set(rollcall.SettingsInput{
		Quiet: rollcall.Given(rollcall.QuietInput{
			Start: rollcall.Given(now.Add(-time.Hour).Format("15:04")), End: rollcall.Given(now.Add(2 * time.Hour).Format("15:04")),
		}),
		NumberDay: rollcall.Given(3),
	})
	var refs []rollcall.ContactRef
	for range 4 {
		refs = append(refs, l.person(l.caller, "site_123abc", mobile))
	}
	jobs := l.queued(refs...)
	l.wantLeft(jobs, 0, map[string]int{"quiet_hours": 4})
	l.clock.Advance(2 * time.Hour)
	l.wantLeft(jobs, 1, map[string]int{"per_number_minute": 3})
	l.want(l.caller, refs[0], "per_number_minute", time.Minute)
	l.clock.Advance(59 * time.Second)
	l.wantLeft(jobs, 1, map[string]int{"per_number_minute": 3})
	l.clock.Advance(time.Second)
	l.wantLeft(jobs, 2, map[string]int{"per_number_minute": 2})
	l.clock.Advance(time.Minute)
	l.wantLeft(jobs, 3, map[string]int{"per_number_day": 1})
	l.clock.Advance(19 * time.Hour) // into the next night
	l.wantLeft(jobs, 3, map[string]int{"per_number_day": 1})
	l.clock.Advance(2*time.Hour + 30*time.Minute)
	l.wantLeft(jobs, 3, map[string]int{"quiet_hours": 1})
	l.clock.Advance(2*time.Hour + 30*time.Minute)
	l.wantLeft(jobs, 4, nil)
}

// TestQueuedMessagesAreCanceled checks that a message that waits in the queue isn't sent once the contact wants no SMS or the site is
// suspended.
func TestQueuedMessagesAreCanceled(t *testing.T) {
	l := newLimited(t)
	now := l.clock.Now().UTC()
	l.set(rollcall.SettingsInput{Quiet: rollcall.Given(rollcall.QuietInput{
		Start: rollcall.Given(now.Add(-time.Hour).Format("15:04")), End: rollcall.Given(now.Add(2 * time.Hour).Format("15:04")),
	})})
	noSMS := rollcall.ContactInput{Preferences: rollcall.Given(rollcall.PreferencesInput{SMS: rollcall.Given(false)})}
	refuses := l.person(l.caller, "site_123abc", "+1 202 555 0147")
	jobs := l.queued(refuses)
	_, err := l.Service().UpdateContact(l.Context(), l.caller, refuses, noSMS)
	l.must(err)
	l.wantCanceled(refuses, jobs[0], "preferences")

	named, err := l.Service().SendValidation(l.Context(), l.caller, refuses, rollcall.ValidationInput{Method: rollcall.Given("sms")})
	l.must(err)
	_, err = l.Service().UpdateContact(l.Context(), l.caller, refuses, noSMS)
	l.must(err)
	jobs = append(jobs, service.DeliverJob{Dealer: named.Dealer, Validation: named.ID})

	_, err = l.Service().CreateSite(l.Context(), l.caller, rollcall.SiteInput{SiteID: rollcall.Given("site_2"), Name: rollcall.Given("The mill")})
	l.must(err)
	suspended := l.person(l.caller, "site_2", "+1 202 555 0148")
	jobs = append(jobs, l.queued(suspended)...)
	_, err = l.Service().UpdateSite(l.Context(), l.caller, suspended.Site, rollcall.SiteInput{Status: rollcall.Given("suspended")})
	l.must(err)
	l.clock.Advance(2 * time.Hour)
	l.wantLeft(jobs, 1, nil) // the one with the method sms by name
	l.wantCanceled(suspended, jobs[2], "suspended")
}

// wantCanceled checks that a validation is canceled for a reason, and the phone unconfirmed again.
func (l *limited) wantCanceled(ref rollcall.ContactRef, job service.DeliverJob, code string) {
	l.Helper()
	v, events, err := l.Service().Timeline(l.Context(), l.caller, ref, job.Validation)
	l.must(err)
	if last := events[len(events)-1]; v.Status != rollcall.ValidationCanceled || last.Code != code {
		l.Errorf("the validation is %s with the code %q, want canceled with %q", v.Status, last.Code, code)
	}
	c, err := l.Service().Contact(l.Context(), l.caller, ref)
	l.must(err)
	if c.State(rollcall.PhonePoint).Status != rollcall.PointUnconfirmed {
		l.Errorf("the phone is %s, want unconfirmed", c.State(rollcall.PhonePoint).Status)
	}
}

// TestRangesHoldAfterQuietHours checks that of many messages to neighbours, which leave at once in the morning, only so many do
// as may before one is confirmed, and that a confirmation lets the others leave.
func TestRangesHoldAfterQuietHours(t *testing.T) {
	l := newLimited(t)
	l.unlimited("US")
	now := l.clock.Now().UTC()
	l.set(rollcall.SettingsInput{Quiet: rollcall.Given(rollcall.QuietInput{
		Start: rollcall.Given(now.Add(-time.Hour).Format("15:04")), End: rollcall.Given(now.Add(2 * time.Hour).Format("15:04")),
	})})
	var refs []rollcall.ContactRef
	for n := range 33 {
		refs = append(refs, l.person(l.caller, "site_123abc", fmt.Sprintf("+1 202 555 01%02d", n)))
	}
	jobs := l.queued(refs...)
	l.clock.Advance(2 * time.Hour)
	l.wantLeft(jobs, 30, map[string]int{"range_breaker": 3})
	l.confirm()
	l.wantLeft(jobs, 32, nil) // and the one that is confirmed
}

// TestRefusedTextsCountForNoRange checks that a text message that the provider refused takes no place of its range.
func TestRefusedTextsCountForNoRange(t *testing.T) {
	var refused atomic.Int64
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		refused.Add(1)
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"code": 21211, "message": "invalid number", "status": 400}`)
	}))
	t.Cleanup(srv.Close)
	twilio, _ := byTwilio(t)
	l := newLimited(t, twilio, func(o *app.Options) { o.Twilio.BaseURL = srv.URL })
	l.unlimited("US")
	for n := range 32 {
		l.want(l.caller, l.person(l.caller, "site_123abc", fmt.Sprintf("+1 202 555 01%02d", n)), "", 0)
	}
	if n := refused.Load(); n != 32 {
		t.Errorf("the provider refused %d messages, want 32", n)
	}
}

// mailed is limited with a mail server, and people who share a mailbox there.
func mailed(t *testing.T) (*limited, *testkit.MailServer, []rollcall.ContactRef) {
	t.Helper()
	server := testkit.NewMailServer(t, false)
	l := newLimited(t, byMail(server.URL()), func(o *app.Options) { o.MaxWaiting = -1 })
	var refs []rollcall.ContactRef
	for n := range 4 {
		id := fmt.Sprint("shares-", n)
		in := testkit.Contact(id, "Ada", "Jones", "family@example.org", "", "secondary", "")
		_, err := l.Service().CreateContact(t.Context(), l.caller, rollcall.SiteRef{ID: "site_123abc"}, in)
		l.must(err)
		refs = append(refs, rollcall.ContactRef{Site: rollcall.SiteRef{ID: "site_123abc"}, ID: rollcall.ContactID(id)})
	}
	return l, server, refs
}

// TestLimitsHoldAfterAnOutage checks that messages to one mailbox, asked for while the mail server was down, do not leave all
// at once when it is back.
func TestLimitsHoldAfterAnOutage(t *testing.T) {
	t.Parallel()
	l, server, refs := mailed(t)
	server.Fail(t, "rcpt", "451 4.7.1 try again later")
	var jobs []service.DeliverJob
	for _, ref := range refs { // one after the other: an attempt that runs counts for the limit
		job := l.queued(ref)[0]
		testkit.Eventually(t, "an attempt", func() bool {
			v, err := l.Service().Validation(t.Context(), l.caller, job.Validation)
			l.must(err)
			return v.Attempts > 0
		})
		jobs = append(jobs, job)
	}
	server.Fail(t, "rcpt", "")
	testkit.Eventually(t, "the first message", func() bool {
		left, _ := l.deliver(jobs)
		return left > 0
	})
	l.wantLeft(jobs, 1, map[string]int{"per_number_minute": 3})
	l.clock.Advance(time.Minute)
	l.wantLeft(jobs, 2, map[string]int{"per_number_minute": 2})
	if n := len(server.Mails()); n != 2 {
		t.Errorf("the mailbox got %d messages, want 2", n)
	}
}

// TestRefusedMessagesCountForNoLimit checks that a message that was refused, for good or for now, takes no place.
func TestRefusedMessagesCountForNoLimit(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, stage, answer string
	}{
		{"for good", "rcpt", "550 5.1.1 no such user"},
		{"for now", "rcpt", "451 4.7.1 try again later"},
		{"because of the set-up", "login", "535 5.7.8 wrong password"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l, server, refs := mailed(t)
			server.Fail(t, tt.stage, tt.answer)
			l.queued(refs[0])
			testkit.Eventually(t, "the refusal", func() bool {
				validations, _, err := l.Service().Validations(t.Context(), l.caller, refs[0], service.ValidationQuery{})
				l.must(err)
				return validations[0].Attempts > 0
			})
			l.want(l.caller, refs[1], "", 0)
		})
	}
}

// TestMessageThatMayHaveArrivedIsCounted has a mail server take the text and say nothing, as it looks to a process that is
// killed in the middle of an attempt, and after the attempt has timed out.
func TestMessageThatMayHaveArrivedIsCounted(t *testing.T) {
	t.Parallel()
	l, server, refs := mailed(t)
	t.Cleanup(server.Hold())
	job := l.queued(refs[0])[0]
	<-server.Arrived()
	l.want(l.caller, refs[1], "per_number_minute", time.Minute)
	testkit.Eventually(t, "the end of the attempt", func() bool {
		v, err := l.Service().Validation(t.Context(), l.caller, job.Validation)
		l.must(err)
		return v.Attempts > 0
	})
	l.want(l.caller, refs[1], "per_number_minute", time.Minute)
	l.wantLeft([]service.DeliverJob{job}, 0, map[string]int{"per_number_minute": 1})
}
