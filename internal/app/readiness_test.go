package app_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit"
)

// readinessModel runs random changes against a server whose clock only the test moves.
type readinessModel struct {
	*testkit.App
	caller service.Caller
	clock  *testkit.Clock
	sites  []rollcall.SiteID
}

// TestReadinessIsKept checks after random changes and sweeps that the stored readiness of every site is what it would be if it
// were computed now.
func TestReadinessIsKept(t *testing.T) {
	t.Parallel()
	m := &readinessModel{clock: testkit.NewClock()}
	m.App = testkit.NewApp(t, func(o *app.Options) { o.Now = m.clock.Now })
	m.caller = service.Caller{Dealer: m.Dealer, Key: "key_1"}
	checks := "10"
	if os.Getenv("ROLLCALL_SOAK") == "1" {
		checks = "200"
	}
	if err := flag.Set("rapid.checks", checks); err != nil { // no other test of this package uses rapid
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		for _, id := range m.sites {
			wantNoError(t, m.Service().DeleteSite(t.Context(), m.caller, rollcall.SiteRef{ID: id}, true))
		}
		m.sites = nil
		for range 2 {
			site, err := m.Service().CreateSite(t.Context(), m.caller, rollcall.SiteInput{Name: rollcall.Given("Pier")})
			wantNoError(t, err)
			m.sites = append(m.sites, site.ID)
		}
		t.Repeat(map[string]func(*rapid.T){
			"":                 m.check,
			"create a contact": m.create,
			"change a contact": m.update,
			"delete a contact": m.delete,
			"restore it":       m.restore,
			"confirm a phone":  m.attest,
			"change a site":    m.changeSite,
			"change settings":  m.changeSettings,
			"let time pass":    m.wait,
		})
	})
}

func wantNoError(t *rapid.T, err error, but ...rollcall.Kind) {
	t.Helper()
	if err != nil && !slices.Contains(but, rollcall.KindOf(err)) {
		t.Fatalf("error %v, want none of a kind other than %v", err, but)
	}
}

// check compares the stored readiness with the computed one: now, and after a sweep.
func (m *readinessModel) check(t *rapid.T) {
	m.compare(t, "before a sweep")
	wantNoError(t, m.Service().Sweep(t.Context()))
	m.compare(t, "after a sweep")
	faults, err := m.Service().VerifyReadiness(t.Context())
	wantNoError(t, err)
	if len(faults) > 0 {
		t.Errorf("VerifyReadiness finds %v, want nothing", faults)
	}
	for _, due := range m.list(t) {
		if !due.Due.IsZero() && !due.Due.After(m.clock.Now()) {
			t.Errorf("after a sweep %s is still due since %s", due.Site, due.Due)
		}
	}
}

func (m *readinessModel) list(t *rapid.T) map[rollcall.SiteID]service.SiteReadiness {
	all := map[rollcall.SiteID]service.SiteReadiness{}
	list, err := m.Service().ListReadiness(t.Context(), m.caller, service.ReadinessQuery{Sort: rollcall.Given("since"), Limit: rollcall.Given(500)})
	wantNoError(t, err)
	for _, s := range list.Sites {
		all[s.Site] = s
	}
	return all
}

func (m *readinessModel) compare(t *rapid.T, when string) {
	stored := m.list(t)
	for _, id := range m.sites {
		fresh, err := m.Service().Readiness(t.Context(), m.caller, rollcall.SiteRef{ID: id})
		wantNoError(t, err)
		kept := stored[id]
		if !kept.Due.IsZero() && !kept.Due.After(m.clock.Now()) {
			continue // time has changed it, and the next sweep will
		}
		if got, want := summary(kept.Status, kept.Reasons, kept.Since), summary(fresh.Status, codesOf(fresh.Readiness), fresh.Since); got != want {
			t.Errorf("%s, the stored readiness is %s, want %s", when, got, want)
		}
	}
}

func summary(status rollcall.ReadinessStatus, codes []rollcall.ReasonCode, since time.Time) string {
	return fmt.Sprintf("%s %v since %s", status, codes, since.Format(time.RFC3339Nano))
}

// codesOf returns the codes of the reasons, each once and sorted.
func codesOf(r rollcall.Readiness) []rollcall.ReasonCode {
	codes := []rollcall.ReasonCode{}
	for _, reason := range r.Reasons {
		codes = append(codes, reason.Code)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// phones are few, so that people share them; the last cannot be dialled.
var phones = []string{"+1 202 555 0101", "(202) 555-0101", "+1 202 555 0102", "+1 202 555 0103 x7", "12"}

func (m *readinessModel) input(t *rapid.T) rollcall.ContactInput {
	var in rollcall.ContactInput
	given := func(label string) bool { return rapid.Bool().Draw(t, label) }
	if given("phone is given") {
		in.Phone = rollcall.Given(rapid.SampledFrom(phones).Draw(t, "phone"))
	}
	if given("dispatch is given") {
		in.Calling.Dispatch = rollcall.Given(rapid.SampledFrom([]string{"before", "after", "both", "never", ""}).Draw(t, "dispatch"))
	}
	if given("absence is given") {
		from := m.moment(t, "absence")
		absence := rollcall.AbsenceInput{From: rollcall.Given(rfc3339(from)), To: rollcall.Given(rfc3339(from.Add(48 * time.Hour)))}
		in.Calling.Absences = rollcall.Given([]rollcall.AbsenceInput{absence})
	}
	if given("effective is given") {
		in.Calling.Effective = rollcall.Given(rfc3339(m.moment(t, "effective")))
	}
	if given("expires is given") {
		in.Calling.Expires = rollcall.Given(rfc3339(m.clock.Now().Add(24 * 10 * time.Hour)))
	}
	return in
}

// moment draws a time within a week of now.
func (m *readinessModel) moment(t *rapid.T, label string) time.Time {
	return m.clock.Now().Add(time.Duration(rapid.IntRange(-7*24, 7*24).Draw(t, label)) * time.Hour)
}

func rfc3339(t time.Time) string { return t.Format(time.RFC3339) }

func (m *readinessModel) site(t *rapid.T) rollcall.SiteRef {
	return rollcall.SiteRef{ID: rapid.SampledFrom(m.sites).Draw(t, "site")}
}

// contact draws one of three identifiers, which may be that of a deleted contact, or of none.
func (m *readinessModel) contact(t *rapid.T) rollcall.ContactRef {
	return rollcall.ContactRef{Site: m.site(t), ExternalID: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "contact")}
}

func (m *readinessModel) create(t *rapid.T) {
	ref, in := m.contact(t), m.input(t)
	in.ExternalID, in.FirstName, in.LastName = rollcall.Given(ref.ExternalID), rollcall.Given("Ada"), rollcall.Given("")
	in.Email = rollcall.Given("ada@example.org")
	in.Type = rollcall.Given(rapid.SampledFrom([]string{"primary", "technician"}).Draw(t, "type"))
	_, err := m.Service().CreateContact(t.Context(), m.caller, ref.Site, in)
	wantNoError(t, err, rollcall.ExternalContactIDTaken, rollcall.ValidationFailed)
}

func (m *readinessModel) update(t *rapid.T) {
	_, err := m.Service().UpdateContact(t.Context(), m.caller, m.contact(t), m.input(t))
	wantNoError(t, err, rollcall.ContactNotFound, rollcall.ValidationFailed)
}

func (m *readinessModel) delete(t *rapid.T) {
	wantNoError(t, m.Service().DeleteContact(t.Context(), m.caller, m.contact(t)), rollcall.ContactNotFound)
}

func (m *readinessModel) restore(t *rapid.T) {
	_, err := m.Service().RestoreContact(t.Context(), m.caller, m.contact(t))
	wantNoError(t, err, rollcall.ContactNotFound, rollcall.ExternalContactIDTaken)
}

func (m *readinessModel) attest(t *rapid.T) {
	in := rollcall.AttestationInput{Point: rollcall.Given("phone"), Note: rollcall.Given("called back")}
	_, err := m.Service().Attest(t.Context(), m.caller, m.contact(t), in)
	wantNoError(t, err, rollcall.ContactNotFound, rollcall.ValidationFailed)
}

func (m *readinessModel) changeSite(t *rapid.T) {
	var in rollcall.SiteInput
	if rapid.Bool().Draw(t, "status is given") {
		in.Status = rollcall.Given(rapid.SampledFrom([]string{"active", "inactive", "suspended"}).Draw(t, "status"))
	}
	if rapid.Bool().Draw(t, "rules are given") {
		people := rollcall.Field[int]{Set: true, Value: rapid.IntRange(0, 3).Draw(t, "people"), Null: rapid.Bool().Draw(t, "null")}
		in.ReadinessRules = rollcall.Given(rollcall.SiteReadinessRulesInput{MinPeople: people})
	}
	_, err := m.Service().UpdateSite(t.Context(), m.caller, m.site(t), in)
	wantNoError(t, err)
}

func (m *readinessModel) changeSettings(t *rapid.T) {
	var in rollcall.SettingsInput
	in.StaleAfterDays = rollcall.Given(rapid.IntRange(1, 5).Draw(t, "days"))
	in.Readiness = rollcall.Given(rollcall.ReadinessRulesInput{MinNumbers: rollcall.Given(rapid.IntRange(0, 3).Draw(t, "numbers"))})
	_, err := m.Service().UpdateSettings(t.Context(), m.caller, in)
	wantNoError(t, err)
}

func (m *readinessModel) wait(t *rapid.T) {
	m.clock.Advance(time.Duration(rapid.IntRange(1, 100).Draw(t, "hours")) * time.Hour)
}

// TestAnOptOutKeepsTheProof checks that a confirmed phone still counts after a STOP, until the confirmation is too old.
func TestAnOptOutKeepsTheProof(t *testing.T) {
	t.Parallel()
	clock := testkit.NewClock()
	a := newAsked(t, func(o *app.Options) { o.Now = clock.Now })
	one := rollcall.ReadinessRulesInput{MinPeople: rollcall.Given(1), MinNumbers: rollcall.Given(1)}
	_, err := a.Service().UpdateSettings(t.Context(), a.caller, rollcall.SettingsInput{Readiness: rollcall.Given(one)})
	a.must(err)
	_, err = a.Service().UpdateContact(t.Context(), a.caller, john(), rollcall.ContactInput{Phone: rollcall.Given("+1 202 555 0101")})
	a.must(err)
	want := func(when string, status rollcall.ReadinessStatus, codes ...rollcall.ReasonCode) {
		t.Helper()
		a.must(a.Service().Sweep(t.Context()))
		r, err := a.Service().Readiness(t.Context(), a.caller, john().Site)
		a.must(err)
		if got := codesOf(r.Readiness); r.Status != status || !slices.Equal(got, codes) {
			t.Errorf("%s, the site is %s %v, want %s %v", when, r.Status, got, status, codes)
		}
	}
	want("at first", rollcall.AtRisk, rollcall.ReasonUnconfirmed)
	in := rollcall.AttestationInput{Point: rollcall.Given("phone"), Note: rollcall.Given("called back")}
	_, err = a.Service().Attest(t.Context(), a.caller, john(), in)
	a.must(err)
	want("confirmed", rollcall.Ready)
	_, err = a.Service().CreateSuppression(t.Context(), a.caller, rollcall.SuppressionInput{Point: rollcall.Given("phone"), Value: rollcall.Given("(202) 555-0101")})
	a.must(err)
	want("opted out", rollcall.Ready)
	for _, phone := range []string{"+1 202 555 0102", "+12025550101"} {
		_, err = a.Service().UpdateContact(t.Context(), a.caller, john(), rollcall.ContactInput{Phone: rollcall.Given(phone)})
		a.must(err)
	}
	want("removed and back", rollcall.Ready)
	clock.Advance(366 * 24 * time.Hour)
	want("a year later", rollcall.AtRisk, rollcall.ReasonStale)
}

// TestReadinessIsVerified checks that a stored readiness that another program changed is found.
func TestReadinessIsVerified(t *testing.T) {
	t.Parallel()
	a := newAsked(t)
	want := service.ReadinessFault{Dealer: a.Dealer, Site: "site_123abc", Stored: rollcall.Ready, Actual: rollcall.NotReady}
	for _, change := range []string{"readiness = 'ready'", "readiness = 'not_ready', readiness_reasons = ' stale '"} {
		a.Execute(t, "UPDATE sites SET "+change)
		faults, err := a.Service().VerifyReadiness(t.Context())
		a.must(err)
		if !slices.Equal(faults, []service.ReadinessFault{want}) {
			t.Errorf("with %s VerifyReadiness finds %v, want %v", change, faults, want)
		}
		want.Stored = rollcall.NotReady
	}
}
