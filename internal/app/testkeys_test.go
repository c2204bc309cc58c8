package app_test

import (
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"
	"sync"
	"testing"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit"
)

// tested is a contact with a test validation, whose live state must stay as it is.
type tested struct {
	*limited
	stops  *sync.Map // the links that stop e-mails, by validation
	tester service.Caller
	ref    rollcall.ContactRef
	v      rollcall.Validation // the test validation
	m      testkit.Captured    // its message
}

// newStops returns a server, and the links of its messages that stop e-mails.
func newStops(t *testing.T) (*limited, *sync.Map) {
	t.Helper()
	stops := &sync.Map{}
	return newLimited(t, func(o *app.Options) {
		o.OnCaptured = func(m rollcall.Message) { stops.Store(m.Validation, m.Unsubscribe) }
	}), stops
}

func newTested(l *limited, stops *sync.Map, method rollcall.Method) *tested {
	l.Helper()
	x := &tested{limited: l, stops: stops, tester: l.caller}
	x.tester.Test, x.tester.Key = true, "key_test"
	l.added++
	id := fmt.Sprint("tested-", l.added)
	in := testkit.Contact(id, "Ada", "Jones", id+"@example.org", fmt.Sprintf("+1 202 555 01%02d", l.added), "secondary", "")
	_, err := l.Service().CreateContact(l.Context(), l.caller, rollcall.SiteRef{ID: "site_123abc"}, in)
	l.must(err)
	x.ref = rollcall.ContactRef{Site: rollcall.SiteRef{ID: "site_123abc"}, ID: rollcall.ContactID(id)}
	x.v, x.m = x.sent(x.tester, method)
	return x
}

func (x *tested) sent(caller service.Caller, method rollcall.Method) (rollcall.Validation, testkit.Captured) {
	x.Helper()
	v, err := x.Service().SendValidation(x.Context(), caller, x.ref, rollcall.ValidationInput{Method: rollcall.Given(string(method))})
	x.must(err)
	return v, x.Newest()
}

func (x *tested) link(confirm bool) {
	x.Helper()
	answer := rollcall.LinkAnswer{Confirm: confirm}
	if confirm {
		answer.Preferences = rollcall.PreferencesInput{SMS: rollcall.Given(false), Push: rollcall.Given(true)}
	}
	view, err := x.Service().AnswerLink(x.Context(), x.m.Token, answer)
	x.must(err)
	want := map[bool]rollcall.LinkState{true: rollcall.LinkConfirmed, false: rollcall.LinkDeclined}[confirm]
	if view.State != want {
		x.Errorf("the page shows %s, want %s", view.State, want)
	}
}

func (x *tested) check(caller service.Caller, id rollcall.ValidationID, code string) error {
	x.Helper()
	caller.Address = string(rollcall.NewRequestID())
	_, err := x.Service().CheckCode(x.Context(), caller, x.ref, id, rollcall.CodeInput{Code: rollcall.Given(code)})
	return err
}

func (x *tested) unsubscribe(m testkit.Captured) {
	x.Helper()
	link, _ := x.stops.Load(m.Validation)
	x.must(x.Service().Unsubscribe(x.Context(), path.Base(link.(string))))
}

func (x *tested) press(key string) {
	x.Helper()
	_, err := x.Service().AnswerCall(x.Context(), x.v.Dealer, x.v.ID, key)
	x.must(err)
}

func (x *tested) report(failure *rollcall.DeliveryError) {
	x.Helper()
	x.must(x.Service().RecordReport(x.Context(), x.v.Dealer, x.v.ID, rollcall.DeliveryReport{Provider: "capture", Failure: failure}))
}

func (x *tested) cancel(caller service.Caller, id rollcall.ValidationID) error {
	_, err := x.Service().CancelValidation(x.Context(), caller, x.ref, id)
	return err
}

func (x *tested) attest(caller service.Caller) {
	x.Helper()
	in := rollcall.AttestationInput{Point: rollcall.Given("phone"), Note: rollcall.Given("Called.")}
	_, err := x.Service().Attest(x.Context(), caller, x.ref, in)
	x.must(err)
}

// refused wants a test key to be told that it can't change a live validation.
func (x *tested) refused(what string, err error) {
	x.Helper()
	if err == nil || rollcall.KindOf(err) != rollcall.PermissionDenied {
		x.Errorf("%s by a test key: %v, want %s", what, err, rollcall.PermissionDenied)
	}
}

// live returns all that is live: the contact as a caller gets it, its live validations, and the dealer's suppressions.
func (x *tested) live() string {
	x.Helper()
	req, err := http.NewRequestWithContext(x.Context(), http.MethodGet, x.URL+"/ext/v1/sites/site_123abc/contacts/"+string(x.ref.ID), nil)
	x.must(err)
	req.Header.Set("Authorization", "Bearer "+x.Key("all"))
	resp, err := x.Client.Do(req)
	x.must(err)
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	x.must(err)
	all, _, err := x.Service().Validations(x.Context(), x.caller, x.ref, service.ValidationQuery{})
	x.must(err)
	suppressions, _, err := x.Service().Suppressions(x.Context(), x.caller, service.SuppressionQuery{})
	x.must(err)
	var b strings.Builder
	fmt.Fprintln(&b, resp.Status, resp.Header.Get("ETag"), string(body))
	for _, v := range all {
		if !v.Test {
			fmt.Fprintf(&b, "%+v\n", v)
		}
	}
	fmt.Fprintf(&b, "%+v\n", suppressions)
	return b.String()
}

func refusal(code string) *rollcall.DeliveryError {
	return &rollcall.DeliveryError{Outcome: rollcall.OutcomeUnreachable, Code: code, Reason: "refused"}
}

// testPaths is what can become of a test validation.
var testPaths = []struct {
	name   string
	method rollcall.Method
	do     func(x *tested)
	want   rollcall.ValidationStatus
}{
	{"nothing", rollcall.SMS, func(*tested) {}, rollcall.ValidationSent},
	{"replaced", rollcall.SMS, func(x *tested) { x.sent(x.tester, rollcall.Call) }, rollcall.ValidationCanceled},
	{"replaced, then yes", rollcall.SMS, func(x *tested) {
		newer, _ := x.sent(x.tester, rollcall.SMS)
		x.link(true)
		x.v = newer
	}, rollcall.ValidationConfirmed},
	{"yes", rollcall.SMS, func(x *tested) { x.link(true) }, rollcall.ValidationConfirmed},
	{"yes by e-mail", rollcall.Email, func(x *tested) { x.link(true) }, rollcall.ValidationConfirmed},
	{"no", rollcall.Email, func(x *tested) { x.link(false) }, rollcall.ValidationDeclined},
	{"no, then yes", rollcall.SMS, func(x *tested) { x.link(false); x.link(true) }, rollcall.ValidationConfirmed},
	{"yes, then no", rollcall.SMS, func(x *tested) { x.link(true); x.link(false) }, rollcall.ValidationDeclined},
	{"code", rollcall.SMS, func(x *tested) { x.must(x.check(x.tester, x.v.ID, x.m.Code)) }, rollcall.ValidationConfirmed},
	{"code by a live key", rollcall.SMS, func(x *tested) { x.must(x.check(x.caller, x.v.ID, x.m.Code)) }, rollcall.ValidationConfirmed},
	{"wrong code", rollcall.SMS, func(x *tested) {
		if err := x.check(x.tester, x.v.ID, wrongCode(x.m.Code)); rollcall.KindOf(err) != rollcall.ValidationFailed {
			x.Errorf("a wrong code: %v", err)
		}
	}, rollcall.ValidationSent},
	{"key 1", rollcall.Call, func(x *tested) { x.press("1") }, rollcall.ValidationConfirmed},
	{"key 2", rollcall.Call, func(x *tested) { x.press("2") }, rollcall.ValidationDeclined},
	{"key 9", rollcall.Call, func(x *tested) { x.press("9") }, rollcall.ValidationCanceled},
	{"unsubscribed", rollcall.Email, func(x *tested) { x.unsubscribe(x.m) }, rollcall.ValidationCanceled},
	{"attested", rollcall.SMS, func(x *tested) { x.attest(x.tester) }, rollcall.ValidationCanceled},
	{"canceled", rollcall.SMS, func(x *tested) { x.must(x.cancel(x.tester, x.v.ID)) }, rollcall.ValidationCanceled},
	{"canceled by a live key", rollcall.SMS, func(x *tested) { x.must(x.cancel(x.caller, x.v.ID)) }, rollcall.ValidationCanceled},
	{"expired", rollcall.SMS, func(x *tested) {
		x.clock.Advance(rollcall.ValidationLife - time.Minute)
		x.must(x.Service().Sweep(x.Context()))
	}, rollcall.ValidationExpired},
	{"delivered", rollcall.SMS, func(x *tested) { x.report(nil) }, rollcall.ValidationDelivered},
	{"failed", rollcall.SMS, func(x *tested) { x.report(refusal("unknown_number")) }, rollcall.ValidationFailing},
	{"refused by the person", rollcall.SMS, func(x *tested) { x.report(refusal("opted_out")) }, rollcall.ValidationFailing},
}

// testStarts lists the states of the live contact.
var testStarts = []struct {
	name  string
	start func(x *tested)
}{
	{"unconfirmed", func(*tested) {}},
	{"pending", func(x *tested) { x.sent(x.caller, rollcall.SMS); x.sent(x.caller, rollcall.Email) }},
	{"confirmed", func(x *tested) {
		for _, method := range []rollcall.Method{rollcall.SMS, rollcall.Email} {
			v, m := x.sent(x.caller, method)
			x.must(x.check(x.caller, v.ID, m.Code))
		}
	}},
	{"unsubscribed", func(x *tested) {
		_, m := x.sent(x.caller, rollcall.Email)
		x.unsubscribe(m)
	}},
}

// TestTestKeysChangeNothingLive checks that whatever becomes of a test validation, the live contact, its live validations and the
// suppressions are as they were, wherever the contact stood.
func TestTestKeysChangeNothingLive(t *testing.T) {
	for _, s := range testStarts {
		t.Run(s.name, func(t *testing.T) {
			l, stops := newStops(t)
			l.set(rollcall.SettingsInput{SiteHour: rollcall.Given(0)})
			for _, p := range testPaths {
				x := newTested(l, stops, p.method)
				l.clock.Advance(time.Minute)
				s.start(x)
				before := x.live()
				p.do(x)
				if after := x.live(); after != before {
					t.Errorf("%s: live is then\n%swant\n%s", p.name, after, before)
				}
				v, err := l.Service().Validation(t.Context(), l.caller, x.v.ID)
				l.must(err)
				if v.Status != p.want {
					t.Errorf("%s: the test validation is %s, want %s", p.name, v.Status, p.want)
				}
			}
		})
	}
}

// TestTestKeysAndLiveValidations checks that a test key neither cancels nor answers a live validation, that a live attestation
// leaves a test validation open, and that a new value ends both.
func TestTestKeysAndLiveValidations(t *testing.T) {
	l, stops := newStops(t)
	x := newTested(l, stops, rollcall.SMS)
	x.clock.Advance(time.Minute)
	live, m := x.sent(x.caller, rollcall.SMS)
	before := x.live()
	x.refused("a cancel", x.cancel(x.tester, live.ID))
	x.refused("a code", x.check(x.tester, live.ID, m.Code))
	x.refused("a wrong code", x.check(x.tester, live.ID, wrongCode(m.Code)))
	if after := x.live(); after != before {
		t.Errorf("live is then\n%swant\n%s", after, before)
	}
	status := func(want rollcall.ValidationStatus) {
		t.Helper()
		v, err := x.Service().Validation(t.Context(), x.caller, x.v.ID)
		x.must(err)
		if v.Status != want {
			t.Errorf("the test validation is %s, want %s", v.Status, want)
		}
	}
	x.attest(x.caller)
	status(rollcall.ValidationSent)
	_, err := x.Service().UpdateContact(t.Context(), x.caller, x.ref, rollcall.ContactInput{Phone: rollcall.Given("+1 202 555 0199")})
	x.must(err)
	status(rollcall.ValidationCanceled)
	lines, _, err := x.Service().Audit(t.Context(), x.caller, service.AuditQuery{Contact: string(x.ref.ID), Limit: rollcall.Given(500)})
	x.must(err)
	for _, l := range lines {
		fields, err := l.Changes()
		x.must(err)
		said := false
		for _, f := range fields {
			said = said || f.Field == "test"
		}
		if want := l.Subject == string(x.v.ID); said != want {
			t.Errorf("the line %s of %s says test: %t, want %t", l.Action, l.Subject, said, want)
		}
	}
}

func wrongCode(code string) string {
	if code == "000000" {
		return "000001"
	}
	return "000000"
}
