package app_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit"
)

// sandboxed is the real thing with a caller with a test key, whose sandbox has the site of the dealer.
type sandboxed struct {
	*limited
	tester service.Caller
}

func newSandboxed(t *testing.T, changes ...func(*app.Options)) *sandboxed {
	t.Helper()
	s := &sandboxed{limited: newLimited(t, changes...)}
	var err error
	s.tester, err = s.Service().Authenticate(t.Context(), s.Key("test"))
	s.must(err)
	return s
}

// add adds a contact with a phone and an e-mail to a site.
func (s *sandboxed) add(caller service.Caller, id, email, phone string) rollcall.ContactRef {
	s.Helper()
	_, err := s.Service().CreateContact(s.Context(), caller, rollcall.SiteRef{ID: "site_123abc"}, testkit.Contact(id, "Ada", "Jones", email, phone, "secondary", ""))
	s.must(err)
	return rollcall.ContactRef{Site: rollcall.SiteRef{ID: "site_123abc"}, ID: rollcall.ContactID(id)}
}

// status returns the status of a validation, and the state of the contact point that it is about.
func (s *sandboxed) status(ref rollcall.ContactRef, id rollcall.ValidationID) string {
	s.Helper()
	v, err := s.Service().Validation(s.Context(), s.tester, id)
	s.must(err)
	c, err := s.Service().Contact(s.Context(), s.tester, ref)
	s.must(err)
	return string(v.Status) + " " + string(c.PointOf(&v).State.Status)
}

// reactions are the recipients of a sandbox: what the validation and the contact point are after the request, how long the
// recipient takes, and what they are then.
var reactions = []struct {
	name, email, phone string
	first              string
	after              time.Duration
	then               string
}{
	{"confirm", "Confirm@example.org", "+1 202 555 0101", "sent pending", time.Second, "confirmed confirmed"},
	{"decline", "decline@example.org", "+1 202 555 0102", "sent pending", time.Second, "declined declined"},
	{"stop", "stop@example.org", "+1 202 555 0103", "sent pending", time.Second, "canceled opted_out"},
	{"fail", "fail@example.org", "+1 202 555 0104", "failed undeliverable", 0, "failed undeliverable"},
	{"slow", "slow@example.org", "+1 202 555 0105", "sent pending", 10 * time.Second, "delivered pending"},
	{"down", "down@example.org", "+1 202 555 0106", "queued pending", 0, "queued pending"},
	{"nobody", "ada@example.org", "+1 202 555 0107", "sent pending", 0, "sent pending"},
}

// TestRecipientsOfASandbox has each recipient get a message by each method, with a clock that stands still until it is advanced.
func TestRecipientsOfASandbox(t *testing.T) {
	s := newSandboxed(t)
	for _, tt := range reactions {
		for i, method := range []rollcall.Method{rollcall.SMS, rollcall.Email, rollcall.Call} {
			if tt.name == "stop" && method == rollcall.Call {
				continue // the number has said STOP
			}
			name := fmt.Sprint(tt.name, " by ", method)
			s.clock.Advance(time.Minute)
			ref := s.add(s.tester, fmt.Sprint(tt.name, "-", i), tt.email, tt.phone)
			v, err := s.Service().SendValidation(t.Context(), s.tester, ref, rollcall.ValidationInput{Method: rollcall.Given(string(method))})
			s.must(err)
			if got := s.status(ref, v.ID); got != tt.first {
				t.Errorf("%s: %s, want %s first", name, got, tt.first)
			}
			if tt.after == 0 {
				continue
			}
			job := service.DeliverJob{Dealer: v.Dealer, Validation: v.ID}
			s.clock.Advance(tt.after - time.Millisecond)
			var wait *rollcall.PostponedError
			if err := s.Service().DeliverValidation(t.Context(), job); !errors.As(err, &wait) || wait.After != time.Millisecond {
				t.Errorf("%s: DeliverValidation = %v, want it postponed by 1ms", name, err)
			}
			if got := s.status(ref, v.ID); got != tt.first {
				t.Errorf("%s: %s a moment too early, want %s", name, got, tt.first)
			}
			s.clock.Advance(time.Millisecond)
			s.must(s.Service().DeliverValidation(t.Context(), job))
			if got := s.status(ref, v.ID); got != tt.then {
				t.Errorf("%s: %s, want %s", name, got, tt.then)
			}
			s.must(s.Service().DeliverValidation(t.Context(), job)) // again, as after a crash
		}
	}
}

// TestRecipientsAnswerByTheQueue has the queue run what recipients do, and nobody react to a live message.
func TestRecipientsAnswerByTheQueue(t *testing.T) {
	s := newSandboxed(t)
	send := func(caller service.Caller) (rollcall.ContactRef, rollcall.Validation) {
		ref := s.add(caller, "ada", "confirm@example.org", "")
		v, err := s.Service().SendValidation(t.Context(), caller, ref, rollcall.ValidationInput{})
		s.must(err)
		return ref, v
	}
	_, live := send(s.caller)
	ref, v := send(s.tester)
	s.clock.Advance(time.Second)
	testkit.Eventually(t, "answer", func() bool { return s.status(ref, v.ID) == "confirmed confirmed" })
	s.must(s.Service().DeliverValidation(t.Context(), service.DeliverJob{Dealer: live.Dealer, Validation: live.ID}))
	if v, err := s.Service().Validation(t.Context(), s.caller, live.ID); err != nil || v.Status != rollcall.ValidationSent {
		t.Errorf("the live validation is %s, %v; want it sent", v.Status, err)
	}
}

// wantStatus asserts the state of the phone of a contact.
func (s *sandboxed) wantStatus(caller service.Caller, ref rollcall.ContactRef, want rollcall.PointStatus) {
	s.Helper()
	c, err := s.Service().Contact(s.Context(), caller, ref)
	s.must(err)
	if got := c.First(rollcall.PhonePoint).State.Status; got != want {
		s.Errorf("the phone is %s, want %s", got, want)
	}
}

// TestOptOutsOfASandbox checks that a STOP in the sandbox opts out nobody else, that a live one opts out nobody in the sandbox,
// and that messages from people concern live validations only.
func TestOptOutsOfASandbox(t *testing.T) {
	s := newSandboxed(t)
	hill := s.another()
	ours, theirs := s.person(s.caller, "site_123abc", mobile), s.person(hill, "hill", mobile)
	tested := s.person(s.tester, "site_123abc", mobile)
	v, err := s.Service().SendValidation(t.Context(), s.tester, tested, rollcall.ValidationInput{Method: rollcall.Given("call")})
	s.must(err)
	_, err = s.Service().AnswerCall(t.Context(), v.Dealer, v.ID, "9")
	s.must(err)
	s.wantStatus(s.tester, tested, rollcall.PointOptedOut)
	s.wantStatus(s.caller, ours, rollcall.PointUnconfirmed)
	s.wantStatus(hill, theirs, rollcall.PointUnconfirmed)
	s.want(s.caller, ours, "", 0)

	found, _, err := s.Service().Suppressions(t.Context(), s.tester, service.SuppressionQuery{})
	s.must(err)
	if len(found) != 1 || found[0].Reason != rollcall.ReasonStop {
		t.Fatalf("suppressions of the sandbox = %v, want one stop", found)
	}
	s.must(s.Service().DeleteSuppression(t.Context(), s.tester, found[0].ID)) // nobody real said it
	s.wantStatus(s.tester, tested, rollcall.PointUnconfirmed)
	_, err = s.Service().SendValidation(t.Context(), s.tester, tested, rollcall.ValidationInput{})
	if rollcall.KindOf(err) != rollcall.RateLimited {
		t.Errorf("a second message of the sandbox within a minute: %v, want %s", err, rollcall.RateLimited)
	}
	s.clock.Advance(time.Minute)
	v, err = s.Service().SendValidation(t.Context(), s.tester, tested, rollcall.ValidationInput{})
	s.must(err)

	reply := func(text string) {
		_, err := s.Service().ReceiveMessage(t.Context(), rollcall.InboundMessage{From: mobile, Text: text, Ref: text, Provider: "gateway"})
		s.must(err)
	}
	reply("YES")
	s.wantStatus(s.caller, ours, rollcall.PointConfirmed)
	s.wantStatus(s.tester, tested, rollcall.PointPending)
	reply("STOP")
	s.wantStatus(s.caller, ours, rollcall.PointOptedOut)
	s.wantStatus(hill, theirs, rollcall.PointOptedOut)
	s.wantStatus(s.tester, tested, rollcall.PointPending)
	if got := s.status(tested, v.ID); got != "sent pending" {
		t.Errorf("after a live STOP the sandbox's validation is %s, want it sent and pending", got)
	}
}

// TestSandboxSharesTheQuotas checks that the places of a dealer count live records and those of the sandbox together.
func TestSandboxSharesTheQuotas(t *testing.T) {
	s := newSandboxed(t)
	s.set(rollcall.SettingsInput{MaxContacts: rollcall.Given(6), MaxSites: rollcall.Given(3)}) // it has 2 and 2, and 1 and 1
	create := func(caller service.Caller, id string, want rollcall.Kind) {
		t.Helper()
		_, err := s.Service().CreateContact(t.Context(), caller, rollcall.SiteRef{ID: "site_123abc"}, testkit.Contact(id, "Ada", "Jones", id+"@example.org", "", "secondary", ""))
		if got := rollcall.KindOf(err); err != nil && got != want || err == nil && want != "" {
			t.Errorf("CreateContact(%s) = %v, want %q", id, err, want)
		}
	}
	create(s.tester, "five", "")
	create(s.caller, "six", "")
	create(s.tester, "seven", rollcall.QuotaReached)
	create(s.caller, "eight", rollcall.QuotaReached)
	_, err := s.Service().UpdateSettings(t.Context(), s.tester, rollcall.SettingsInput{NumberDay: rollcall.Given(4)})
	s.must(err)
	set, err := s.Service().Settings(t.Context(), s.tester)
	s.must(err)
	if set.Quotas.Contacts != 6 || set.Limits().NumberDay != 4 {
		t.Errorf("settings of the sandbox: %d contacts, %d messages a day to a number; want 6 of the dealer, 4 of its own", set.Quotas.Contacts, set.Limits().NumberDay)
	}
}

// TestSandboxGoesWithItsDealer checks that a sandbox is no dealer by itself, and is suspended, exported and erased with its dealer.
func TestSandboxGoesWithItsDealer(t *testing.T) {
	s := newSandboxed(t)
	ctx, svc, key := t.Context(), s.Service(), s.Key("test")
	tenant := s.Dealer.Sandbox()
	dealers, err := svc.Dealers(ctx)
	s.must(err)
	if len(dealers) != 1 || dealers[0].ID != s.Dealer {
		t.Errorf("Dealers() = %v, want the dealer alone", dealers)
	}
	for name, err := range map[string]error{
		"SuspendDealer": svc.SuspendDealer(ctx, tenant, true), "EraseDealer": svc.EraseDealer(ctx, tenant),
		"UpdateDealer": second(svc.UpdateDealer(ctx, tenant, rollcall.DealerInput{Name: rollcall.Given("X")})),
		"AddUser": second(svc.AddUser(ctx, service.Caller{Dealer: tenant}, rollcall.UserInput{
			Email: rollcall.Given("ann@example.org"), Name: rollcall.Given("Ann Lee"), Role: rollcall.Given("owner"),
		})),
	} {
		if rollcall.KindOf(err) != rollcall.ValidationFailed {
			t.Errorf("%s of a sandbox = %v, want %s", name, err, rollcall.ValidationFailed)
		}
	}
	s.must(svc.SuspendDealer(ctx, s.Dealer, true))
	if _, err := svc.Authenticate(ctx, key); rollcall.KindOf(err) != rollcall.PermissionDenied {
		t.Errorf("Authenticate of a test key of a suspended dealer = %v, want %s", err, rollcall.PermissionDenied)
	}
	suspended := map[any]bool{}
	contacts := map[any]int{}
	s.must(svc.ExportDealer(ctx, s.Dealer, func(table string, row map[string]any) error {
		switch table {
		case "contacts":
			contacts[row["dealer_id"]]++
		case "dealers":
			suspended[row["dealer_id"]] = row["suspended_at"] != nil
		}
		return nil
	}))
	if contacts[string(s.Dealer)] != 2 || contacts[string(tenant)] != 2 {
		t.Errorf("exported contacts = %v, want 2 of the dealer and 2 of its sandbox", contacts)
	}
	if !suspended[string(s.Dealer)] || !suspended[string(tenant)] {
		t.Errorf("suspended = %v, want the dealer and its sandbox", suspended)
	}
	s.must(svc.EraseDealer(ctx, s.Dealer))
	if _, err := svc.Settings(ctx, service.Caller{Dealer: tenant}); rollcall.KindOf(err) != rollcall.DealerNotFound {
		t.Errorf("the sandbox of an erased dealer: %v, want %s", err, rollcall.DealerNotFound)
	}
	if _, err := svc.Authenticate(ctx, key); rollcall.KindOf(err) != rollcall.InvalidAPIKey {
		t.Errorf("Authenticate of a test key of an erased dealer = %v, want %s", err, rollcall.InvalidAPIKey)
	}
}

// second returns the error of a call.
func second[T any](_ T, err error) error { return err }
