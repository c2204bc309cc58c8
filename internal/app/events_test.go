package app_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit"
)

// followed is a server whose events a test reads after each action.
type followed struct {
	*texted
	clock *testkit.Clock
	after string
	sent  rollcall.Validation
}

func newFollowed(t *testing.T) *followed {
	t.Helper()
	p := &followed{clock: testkit.NewClock()}
	p.texted = &texted{limited: &limited{asked: newAsked(t, func(o *app.Options) { o.Now = p.clock.Now })}}
	p.caller.RequestID = "req_1"
	return p
}

// next returns the events since the last call.
func (p *followed) next(q service.EventQuery) []rollcall.Event {
	p.Helper()
	q.After = p.after
	events, next, err := p.Service().Events(p.Context(), p.caller, q)
	p.must(err)
	p.after = next
	return events
}

// words describes events: the type, the identifiers that are set, with the kind of a point in place of its own, and the fields.
func (p *followed) words(events []rollcall.Event) string {
	p.Helper()
	points := map[rollcall.PointID]rollcall.PointKind{}
	lines, err := p.Service().Contact(p.Context(), p.caller, john())
	if err == nil {
		for _, point := range lines.Points {
			points[point.ID] = point.Kind
		}
	}
	var all []string
	for _, e := range events {
		words := []string{string(e.Type)}
		if e.Contact != "" {
			words = append(words, string(e.Contact))
		}
		if e.Point != "" {
			words = append(words, string(points[e.Point]))
		}
		if e.Validation != "" && e.Validation == p.sent.ID {
			words = append(words, "validation")
		}
		all = append(all, strings.Join(append(words, e.Fields...), " "))
	}
	return strings.Join(all, ", ")
}

func (p *followed) ask(method rollcall.Method) {
	p.Helper()
	p.sent, _ = p.asked.ask(method)
}

// report records what the provider says about the last message.
func (p *followed) report(failure *rollcall.DeliveryError) {
	p.Helper()
	report := rollcall.DeliveryReport{Provider: "capture", Failure: failure, At: p.clock.Now()}
	p.must(p.Service().RecordReport(p.Context(), p.Dealer, p.sent.ID, report))
}

func (p *followed) update(in rollcall.ContactInput) {
	p.Helper()
	_, err := p.Service().UpdateContact(p.Context(), p.caller, john(), in)
	p.must(err)
}

func (p *followed) link(confirm bool) {
	p.Helper()
	_, err := p.Service().AnswerLink(p.Context(), p.Newest().Token, rollcall.LinkAnswer{Confirm: confirm})
	p.must(err)
}

var eventSite = rollcall.SiteRef{ID: "site_123abc"}

// eventSteps are actions and the events that each makes, in order.
var eventSteps = []struct {
	name string
	do   func(p *followed)
	want string
}{
	{"nothing", func(*followed) {}, ""},
	{"a site is created", func(p *followed) {
		_, err := p.Service().CreateSite(p.Context(), p.caller, rollcall.SiteInput{SiteID: rollcall.Given("pier"), Name: rollcall.Given("Pier")})
		p.must(err)
	}, "site.created"},
	{"and changed", func(p *followed) {
		in := rollcall.SiteInput{Name: rollcall.Given("Pier 9"), PremisesPhone: rollcall.Given("+1 202 555 0110")}
		_, err := p.Service().UpdateSite(p.Context(), p.caller, rollcall.SiteRef{ID: "pier"}, in)
		p.must(err)
	}, "site.updated name premises_phone"},
	{"and deleted", func(p *followed) {
		p.must(p.Service().DeleteSite(p.Context(), p.caller, rollcall.SiteRef{ID: "pier"}, false))
	}, "site.deleted"},
	{"a contact is created", func(p *followed) {
		in := testkit.Contact("ann", "Ann", "Lee", "", "+1 202 555 0148", "secondary", "")
		_, err := p.Service().CreateContact(p.Context(), p.caller, eventSite, in)
		p.must(err)
	}, "contact.created ann"},
	{"and comes first", func(p *followed) {
		ids := []string{"ann", "contact_789ghi", "contact_abc123"}
		_, err := p.Service().ReorderCallList(p.Context(), p.caller, eventSite, service.CallOrderInput{IDs: rollcall.Given(ids)})
		p.must(err)
	}, "call_list.reordered"},
	{"and is deleted", func(p *followed) {
		p.must(p.Service().DeleteContact(p.Context(), p.caller, rollcall.ContactRef{Site: eventSite, ID: "ann"}))
	}, "contact.deleted ann"},
	{"and restored", func(p *followed) {
		_, err := p.Service().RestoreContact(p.Context(), p.caller, rollcall.ContactRef{Site: eventSite, ID: "ann"})
		p.must(err)
	}, "contact.restored ann, call_list.reordered"},
	{"and erased", func(p *followed) {
		_, err := p.Service().EraseContact(p.Context(), p.caller, rollcall.ContactRef{Site: eventSite, ID: "ann"})
		p.must(err)
	}, "contact.erased ann"},
	{"a phone changes", func(p *followed) { p.update(rollcall.ContactInput{Phone: rollcall.Given(mobile)}) },
		"contact.updated contact_789ghi phone"},
	{"only its spelling and a name change", func(p *followed) {
		p.update(rollcall.ContactInput{Phone: rollcall.Given("202-555-0147"), FirstName: rollcall.Given("Jack")})
	}, "contact.updated contact_789ghi first_name phone"},
	{"nothing changes", func(p *followed) { p.update(rollcall.ContactInput{FirstName: rollcall.Given("Jack")}) }, ""},
	{"a validation is sent", func(p *followed) { p.ask(rollcall.SMS) }, "validation.sent contact_789ghi phone validation"},
	{"and delivered", func(p *followed) { p.report(nil) }, "validation.delivered contact_789ghi phone validation"},
	{"and confirmed", func(p *followed) { p.link(true) }, "validation.confirmed contact_789ghi phone validation"},
	{"the confirmation grows old", func(p *followed) { p.clock.Advance(366 * 24 * time.Hour); sweep(p.T, p.App.App) },
		"point.stale contact_789ghi phone"},
	{"a validation fails", func(p *followed) {
		p.ask(rollcall.Email)
		p.report(&rollcall.DeliveryError{Outcome: rollcall.OutcomeUnreachable, Code: "unknown_mailbox", Reason: "no such mailbox"})
	}, "validation.sent contact_789ghi email validation, validation.failed contact_789ghi email validation"},
	{"a newer one replaces it", func(p *followed) { p.ask(rollcall.SMS); p.ask(rollcall.SMS) },
		"validation.sent contact_789ghi phone, validation.canceled contact_789ghi phone, validation.sent contact_789ghi phone validation"},
	{"and nobody answers it", func(p *followed) { p.clock.Advance(73 * time.Hour); sweep(p.T, p.App.App) },
		"validation.expired contact_789ghi phone validation"},
	{"one is canceled", func(p *followed) {
		p.ask(rollcall.SMS)
		_, err := p.Service().CancelValidation(p.Context(), p.caller, john(), p.sent.ID)
		p.must(err)
	}, "validation.sent contact_789ghi phone validation, validation.canceled contact_789ghi phone validation"},
	{"a phone with an open one changes", func(p *followed) {
		p.ask(rollcall.SMS)
		p.update(rollcall.ContactInput{Phone: rollcall.Given("+1 202 555 0149")})
	}, "validation.sent contact_789ghi phone validation, validation.canceled contact_789ghi phone validation, contact.updated contact_789ghi phone"},
	{"the person texts STOP", func(p *followed) {
		p.update(rollcall.ContactInput{Phone: rollcall.Given(mobile)})
		p.ask(rollcall.SMS)
		p.wantReply("STOP", "no more messages")
	}, "contact.updated contact_789ghi phone, validation.sent contact_789ghi phone validation, " +
		"validation.canceled contact_789ghi phone validation, point.opted_out contact_789ghi phone"},
	{"and START", func(p *followed) { p.wantReply("START", "again") }, "point.opted_in contact_789ghi phone"},
	{"the person says no", func(p *followed) { p.ask(rollcall.Email); p.link(false) },
		"validation.sent contact_789ghi email validation, validation.declined contact_789ghi email validation"},
	{"a phone is attested", func(p *followed) {
		in := rollcall.AttestationInput{Point: rollcall.Given("phone"), Note: rollcall.Given("met them")}
		_, err := p.Service().Attest(p.Context(), p.caller, john(), in)
		p.must(err)
	}, "validation.confirmed contact_789ghi phone"},
	{"the site is suspended", func(p *followed) {
		_, err := p.Service().UpdateSite(p.Context(), p.caller, eventSite, rollcall.SiteInput{Status: rollcall.Given("suspended")})
		p.must(err)
	}, "site.updated status, readiness.changed"},
	{"settings change", func(p *followed) { p.set(rollcall.SettingsInput{StaleAfterDays: rollcall.Given(90)}) }, ""},
}

func TestEveryEventByWhatMakesIt(t *testing.T) {
	p := newFollowed(t)
	p.next(service.EventQuery{Limit: rollcall.Given(500)})
	// These have tests of their own.
	seen := map[rollcall.EventType]bool{rollcall.ImportFinishedEvent: true, rollcall.RollCallFinishedEvent: true}
	for _, step := range eventSteps {
		step.do(p)
		events := p.next(service.EventQuery{Limit: rollcall.Given(500)})
		if got := p.words(events); got != step.want {
			t.Errorf("%s: events\n %s, want\n %s", step.name, got, step.want)
		}
		for _, e := range events {
			seen[e.Type] = true
			if e.ID == "" || e.Site == "" || e.At.IsZero() {
				t.Errorf("%s: the event %+v lacks an identifier or a time", step.name, e)
			}
		}
	}
	for _, want := range rollcall.EventTypes() {
		if !seen[want] {
			t.Errorf("no action made %s", want)
		}
	}
}

// TestEventsAreKeptForAWhile checks that old events and the cursors before them are gone, and that a reader at the end keeps its place.
func TestEventsAreKeptForAWhile(t *testing.T) {
	const life = 30 * 24 * time.Hour
	p := newFollowed(t)
	page := func(after string) (types, next string, err error) {
		events, next, err := p.Service().Events(t.Context(), p.caller, service.EventQuery{After: after, Limit: rollcall.Given(2)})
		for _, e := range events {
			types += string(e.Type) + " "
		}
		return types, next, err
	}
	want := func(after, types string) string {
		t.Helper()
		got, next, err := page(after)
		if p.must(err); got != types {
			t.Errorf("events %q, want %q", got, types)
		}
		return next
	}
	first := want("", "site.created contact.created ")
	p.clock.Advance(life - time.Hour)
	p.update(rollcall.ContactInput{FirstName: rollcall.Given("Jack")})
	latest := want("latest", "")
	want(first, "contact.created contact.updated ")
	p.clock.Advance(2 * time.Hour)
	want("", "contact.updated ")
	if _, _, err := page(first); rollcall.KindOf(err) != rollcall.CursorExpired || !strings.Contains(err.Error(), "after=latest") {
		t.Errorf("Events() after an old cursor = %v, want cursor_expired that says what to do", err)
	}
	p.clock.Advance(10 * life)
	want("", "")
	want(latest, "")
	lines, _, err := p.Service().Audit(t.Context(), p.caller, service.AuditQuery{After: first})
	if p.must(err); len(lines) < 2 {
		t.Errorf("the audit has %d lines after the old cursor, want all", len(lines))
	}
	p.update(rollcall.ContactInput{FirstName: rollcall.Given("John")})
	want("", "contact.updated ")
	want(latest, "contact.updated ")
	p.clock.Advance(2 * life)
	if _, _, err := page(latest); rollcall.KindOf(err) != rollcall.CursorExpired {
		t.Errorf("Events() after a cursor before an old event = %v, want cursor_expired", err)
	}
}

// TestEventsStayThin checks that an event is the same after an erasure, and names nobody.
func TestEventsStayThin(t *testing.T) {
	p := newFollowed(t)
	p.update(rollcall.ContactInput{FirstName: rollcall.Given("Zebedee"), Phone: rollcall.Given(mobile)})
	query := service.EventQuery{Types: rollcall.Given([]string{"contact.updated", "contact.created"}), Site: rollcall.Given("site_123abc")}
	before := p.next(query)
	p.must(p.Service().DeleteContact(t.Context(), p.caller, john()))
	_, err := p.Service().EraseContact(t.Context(), p.caller, john())
	p.must(err)
	p.after = ""
	if after := p.next(query); !slices.EqualFunc(before, after, func(a, b rollcall.Event) bool { return fmt.Sprint(a) == fmt.Sprint(b) }) {
		t.Errorf("after the erasure %v, want %v", after, before)
	}
	if got := p.words(before); got != "contact.created contact_789ghi, contact.created contact_abc123, contact.updated contact_789ghi first_name phone" {
		t.Errorf("events %q, want the names of fields without values", got)
	}
}
