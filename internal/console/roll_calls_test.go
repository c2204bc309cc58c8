package console_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit"
)

const (
	rollCallsPath = "/console/roll-calls"
	planPath      = "/console/plan-roll-call"
)

// newCalling returns a desk with a manager, mia, a viewer, vic, and a site with the contacts ann (a mobile and an e-mail) and bob (a
// mobile), which is named in the way.
func newCalling(t *testing.T, changes ...func(*app.Options)) *desk {
	t.Helper()
	d := newDesk(t, changes...)
	d.user("mia", rollcall.RoleManager)
	d.user("vic", rollcall.RoleViewer)
	d.site("pier", "Pier 9 offices")
	d.addPerson("ann", "Ann", "Lee", "+1 202 555 0101", "ann@example.org")
	d.addPerson("bob", "Bob", "Lee", "+1 202 555 0102")
	return d
}

// planForm is the form for a roll call that asks who is not confirmed at the pier, with changes: names and values in turn.
func planForm(changes ...string) url.Values {
	form := url.Values{
		"where": {"chosen"}, "sites": {"Pier 9 offices"}, "whom": {"unconfirmed"}, "filter.older_than_days": {"90"}, "methods": {"sms", "email"},
		"message": {""}, "per_hour": {"1000"}, "starts_at": {""},
	}
	for i := 0; i < len(changes); i += 2 {
		form[changes[i]] = strings.Fields(changes[i+1])
		if changes[i] != "methods" {
			form.Set(changes[i], changes[i+1])
		}
	}
	return form
}

// plans shows what a roll call would do, and returns the form that starts it.
func (b *browser) plans(changes ...string) (reply, url.Values) {
	b.Helper()
	page := b.send(planPath, planForm(changes...)).want(b.T, 200, "<h1>Before it starts</h1>")
	return page, url.Values{"plan": {page.hidden(b.T, "plan")}, "start": {"1"}}
}

// starts starts a roll call, and returns its path.
func (b *browser) starts(changes ...string) string {
	b.Helper()
	_, start := b.plans(changes...)
	to := b.send(planPath, start).Header.Get("Location")
	path, ok := strings.CutSuffix(to, "?done=roll_call_started")
	if !ok || !strings.HasPrefix(path, rollCallsPath+"/roll_") {
		b.Fatalf("the start leads to %q, want the page of the roll call", to)
	}
	return path
}

// rollCalls returns the roll calls of the dealer.
func (d *desk) rollCalls() []service.RollCallReport {
	d.Helper()
	all, _, err := d.Service().RollCalls(d.Context(), d.operator(), service.RollCallQuery{})
	d.must(err)
	return all
}

// asked waits until so many messages were sent, while the clock goes on.
func (d *desk) asked(n int) {
	d.Helper()
	testkit.Eventually(d.T, "the messages sent", func() bool {
		d.clock.Advance(4 * time.Second)
		for _, r := range d.rollCalls() {
			_ = d.Service().AdvanceRollCall(d.Context(), service.RollCallJob{Dealer: d.Dealer, RollCall: r.ID, Run: r.Run})
		}
		return d.sent() >= n
	})
}

func TestRollCall(t *testing.T) {
	d := newCalling(t)
	b := d.as("mia")
	b.send(rollCallsPath, nil).want(t, 200, "There are no roll calls yet.").want(t, 200, `href="/console/plan-roll-call"`)
	b.send(planPath, nil).want(t, 200, "At most 1000, which the operator").want(t, 200, `value="sms" checked`).want(t, 200, `name="per_hour" type="number" value="100"`)
	page, start := b.plans()
	for _, want := range []string{
		`<span class="count">3</span> Phones and e-mails`, `<span class="count">2</span> People`, `<span class="count">1</span> Sites`,
		`<span class="count">3</span> Messages`, "<bdi>Pier 9 offices</bdi>", "At 1000 in an hour, the last message leaves after a minute",
		"Harbour Alarm, Name of the site: can we reach you here in an alarm?",
	} {
		page.want(t, 200, want)
	}
	if n := len(d.rollCalls()); n != 0 {
		t.Fatalf("the plan made %d roll calls, want none before it starts", n)
	}
	first := b.send(planPath, start).Header.Get("Location")
	d.asked(3)
	b.send(planPath, start).wantRedirect(t, first)
	if n := len(d.rollCalls()); n != 1 {
		t.Fatalf("pressing the button twice made %d roll calls, want 1", n)
	}
	path, _, _ := strings.Cut(first, "?")
	shown := b.send(first, nil).want(t, 200, "The roll call is set up.").want(t, 200, "0 of 3 are settled.").want(t, 200, "Under way")
	shown.want(t, 200, `<a class="more" href="/console/sites/pier/contacts/ann"><bdi class="name">Ann Lee</bdi></a>`).want(t, 200, "phone &#43;1 202 555 0101")
	shown.want(t, 200, `data-live="`+path+`/live?since=`).want(t, 200, "Asked ")
	_, err := d.Service().AnswerLink(t.Context(), d.Newest().Token, rollcall.LinkAnswer{Confirm: true})
	d.must(err)
	b.send(path, nil).want(t, 200, "1 of 3 are settled.")
	b.send(path+"?status=confirmed", nil).want(t, 200, "Confirmed").want(t, 200, "Show all")
	b.send(path+"?status=declined", nil).want(t, 200, "<b>Nobody.</b>")
	b.send(path+"?status=gone", nil).want(t, 400, "Nothing was changed")
	b.send(rollCallsPath, nil).want(t, 200, "<b>1</b>").want(t, 200, "chosen sites: 1").want(t, 200, path)
	vic := d.as("vic")
	masked := vic.send(path, nil).want(t, 200, "phone •••• 0101")
	for _, hidden := range []string{"<button name", "202 555", "ann@example.org", "/console/plan"} {
		if list := vic.send(rollCallsPath, nil); strings.Contains(masked.body+list.body, hidden) {
			t.Errorf("a viewer's pages have %q", hidden)
		}
	}
	b.language = "es"
	b.send(path, nil).want(t, 200, "En curso").want(t, 200, "1 de 3 están resueltos.")
}

// TestSlowRollCall checks that the page tells who is not asked yet.
func TestSlowRollCall(t *testing.T) {
	d := newCalling(t)
	b := d.as("mia")
	path := b.starts("per_hour", "1")
	d.asked(1)
	b.send(path, nil).want(t, 200, "Not asked yet</span>").want(t, 200, "The message waits for its turn.").want(t, 200, "Last message leaves about")
}

// TestStepsOfRollCalls pauses, resumes, asks again, and cancels.
func TestStepsOfRollCalls(t *testing.T) {
	d := newCalling(t)
	b := d.as("mia")
	path := b.starts()
	d.asked(3)
	step := func(name, done string) {
		t.Helper()
		b.send(path, url.Values{"step": {name}}).wantRedirect(t, path+"?done="+done)
	}
	step("pause", "roll_call_paused")
	b.send(path, nil).want(t, 200, "Paused").want(t, 200, `value="resume"`)
	step("resume", "roll_call_resumed")
	b.send(path, nil).want(t, 200, `value="pause"`)
	b.send(path, url.Values{"step": {"cancel"}}).want(t, 422, "Tick this first.")
	b.send(path, url.Values{"step": {"stop"}}).want(t, 400, "Nothing was changed")
	d.clock.Advance(73 * time.Hour)
	b = d.as("mia")
	d.must(d.Service().Sweep(t.Context()))
	b.send(path, nil).want(t, 200, "Over").want(t, 200, "Did not answer in time, or the message failed: 3.").want(t, 200, "3 of 3 are settled.")
	step("pause", "roll_call_over")
	step("retry", "roll_call_retried")
	step("retry", "roll_call_retried")
	d.asked(6)
	if got := d.rollCalls()[0].Counts.Items[rollcall.ItemOpen]; got != 3 || d.sent() != 6 {
		t.Errorf("%d are open after %d messages, want 3 and 6, although the button was pressed twice", got, d.sent())
	}
	b.send(path, url.Values{"step": {"cancel"}, "confirm": {"yes"}}).wantRedirect(t, path+"?done=roll_call_canceled")
	b.send(path, nil).want(t, 200, "Canceled").want(t, 200, "No answer yet")
	b.send("/console/audit", nil).want(t, 200, "canceled a roll call.").want(t, 200, "had a roll call ask again those who failed.")
}

// TestPlansThatChanged checks that nothing starts that the person has not seen.
func TestPlansThatChanged(t *testing.T) {
	d := newCalling(t)
	b := d.as("mia")
	_, start := b.plans()
	d.attest("bob")
	d.addPerson("eve", "Eve", "Lee", "+1 202 555 0103") // as many numbers as before
	again := b.send(planPath, start).want(t, 409, "has changed since you looked").want(t, 409, `<span class="count">3</span> Messages`)
	d.attest("eve")
	d.addPerson("fay", "Fay", "Lee", "+1 202 555 0104", "fay@example.org")
	start.Set("plan", again.hidden(t, "plan"))
	again = b.send(planPath, start).want(t, 409, "has changed since you looked").want(t, 409, `<span class="count">4</span> Messages`)
	if n := len(d.rollCalls()); n != 0 {
		t.Fatalf("%d roll calls started that nobody had seen", n)
	}
	d.attest("fay") // the second time, fewer are no reason to ask again
	start.Set("plan", again.hidden(t, "plan"))
	if to := b.send(planPath, start).Header.Get("Location"); !strings.Contains(to, "roll_call_started") || len(d.rollCalls()) != 1 {
		t.Errorf("the start leads to %q with %d roll calls, want one", to, len(d.rollCalls()))
	}
	_, old := b.plans("where", "all")
	d.clock.Advance(11 * time.Hour)
	b.send(planPath, nil).want(t, 200, "Plan a roll call")
	d.clock.Advance(2 * time.Hour)
	b.send(planPath, old).want(t, 409, "This plan is too old.")
	b.send(planPath, url.Values{"plan": {"forged"}, "start": {"1"}}).want(t, 409, "This plan is too old.")
	page, _ := b.plans("where", "all", "message", "Is this still you?")
	page.want(t, 200, "Harbour Alarm, Name of the site: Is this still you?")
	b.send(planPath, url.Values{"plan": {page.hidden(t, "plan")}, "change": {"1"}}).want(t, 200, ">\nIs this still you?</textarea>").
		want(t, 200, `<option value="all" selected>`)
}

var badPlans = []struct{ field, value, text string }{
	{"sites", "", "Give at least one site."},
	{"sites", "No such place", "Line 1: there is no site \u2068No such place\u2069."},
	{"sites", "pier\n\n  \nHill", "Line 4: there is no site"},
	{"sites", "s", "Line 1: which of these sites is \u2068s\u2069?"},
	{"sites", strings.Repeat("pier\n", 300), "Give at most 200 sites"},
	{"sites", strings.Repeat("a", 500), "there is no site"},
	{"methods", "", "Tick at least one."},
	{"methods", "fax", "must be one of"},
	{"per_hour", "1001", "Give a whole number that the operator allows."},
	{"per_hour", "many", "Give a whole number that the operator allows."},
	{"message", strings.Repeat("call us ", 90), "This is too long for a text message"},
	{"message", "a\u202eb", "Write the text without special characters."},
	{"starts_at", "2020-01-01T10:00", "Give a time that is to come"},
	{"starts_at", "2999-01-01T10:00", "Give a time that is to come"},
	{"starts_at", "soon", "Give a time that is to come"},
}

func TestRefusedPlans(t *testing.T) {
	d := newCalling(t)
	b := d.as("mia")
	for _, bad := range badPlans {
		b.send(planPath, planForm(bad.field, bad.value)).want(t, 422, bad.text).want(t, 422, "<h1>Plan a roll call</h1>")
	}
	for _, days := range []string{"", "0", "x", "99999"} {
		b.send(planPath, planForm("whom", "old", "filter.older_than_days", days)).want(t, 422, `aria-invalid="true"`).want(t, 422, "number of days")
	}
	b.send(planPath, planForm("where", "moon")).want(t, 400, "Nothing was changed")
	b.send(planPath, planForm("whom", "nobody")).want(t, 400, "Nothing was changed")
	b.send(planPath, planForm("methods", "call", "sites", "pier")).want(t, 200, "1 × None of the chosen ways")
	b.send(planPath, planForm("sites", "PIER 9 OFFICES\r\nACCT-1001", "whom", "everybody")).want(t, 200, "<bdi>Harbour Street warehouse</bdi>").want(t, 200, "Everybody · chosen sites: 2")
	d.attest("ann")
	b.send(planPath, planForm("methods", "sms", "sites", "pier", "whom", "unconfirmed")).want(t, 200, `<span class="count">1</span> Messages`)
	if n := len(d.rollCalls()); n != 0 {
		t.Errorf("refused plans started %d roll calls", n)
	}
	later := d.clock.Now().Add(48 * time.Hour).UTC()
	path := b.starts("starts_at", later.Format("2006-01-02T15:04"))
	b.send(path, nil).want(t, 200, "Planned").want(t, 200, "Whom it asks is decided when it starts.").want(t, 200, later.Format("15:04")+" UTC")
	for range 19 {
		_, err := d.Service().CreateRollCall(t.Context(), d.operator(), rollcall.RollCallInput{All: rollcall.Given(true), Starts: rollcall.Given(later.Format(time.RFC3339))})
		d.must(err)
	}
	_, start := b.plans()
	b.send(planPath, start).want(t, 409, "Your company has 20 roll calls that are not over.").want(t, 409, ">\nPier 9 offices</textarea>")
}

// TestPlanOfDeletedSite checks that a plan says which of its sites was deleted before it started.
func TestPlanOfDeletedSite(t *testing.T) {
	d := newCalling(t)
	d.site("quay", "Quay Street")
	b := d.as("mia")
	_, start := b.plans("sites", "pier\r\nquay", "whom", "everybody")
	err := d.Service().DeleteSite(t.Context(), d.operator(), rollcall.SiteRef{ID: "quay"}, true)
	d.must(err)
	b.send(planPath, start).says(t, 422, "Line 2: there is no site \u2068quay\u2069.").want(t, 422, "<h1>Plan a roll call</h1>")
	if n := len(d.rollCalls()); n != 0 {
		t.Errorf("the plan started %d roll calls, want none", n)
	}
}

// TestCountriesOfPlans checks that a plan tells which phones wait for a country.
func TestCountriesOfPlans(t *testing.T) {
	d := newCalling(t, func(o *app.Options) { o.AbuseMode = "" })
	d.addPerson("eva", "Eva", "Ruiz", "+34 612 34 56 78")
	page, _ := d.as("mia").plans()
	page.want(t, 200, "1 × The phone is in a country to which your company sends nothing.")
}

// TestRollCallsOfOthers checks that a viewer starts and changes none, and that those of another dealer do not exist.
func TestRollCallsOfOthers(t *testing.T) {
	d := newCalling(t)
	b := d.as("mia")
	_, start := b.plans()
	path := b.starts("message", "Or call +1 202 555 0199?")
	vic := d.as("vic")
	vic.send(path, nil).want(t, 200, "Or call ••••?")
	vic.send(planPath, nil).want(t, 403, "You may not do this")
	vic.send(planPath, start).want(t, 403, "You may not do this")
	vic.send(path, url.Values{"step": {"cancel"}, "confirm": {"yes"}}).want(t, 403, "You may not do this")
	vic.send(path, nil).want(t, 200, "Roll call")
	other, err := d.Service().CreateDealer(t.Context(), rollcall.DealerInput{Name: rollcall.Given("Hill Alarm")})
	d.must(err)
	here := d.Dealer
	d.Dealer = other.ID
	d.user("stranger", rollcall.RoleOwner)
	stranger := d.as("stranger")
	d.Dealer = here
	stranger.send(rollCallsPath, nil).want(t, 200, "There are no roll calls yet.")
	stranger.send(path, nil).want(t, 404, "There is no such page")
	stranger.send(path+"/live", nil).want(t, 404, "There is no such page")
	for _, step := range []string{"pause", "resume", "cancel", "retry", "", "other"} {
		stranger.send(path, url.Values{"step": {step}, "confirm": {"yes"}}).want(t, 404, "There is no such page")
	}
	stranger.send(planPath, start).want(t, 409, "This plan is too old.")
	stranger.send(planPath, planForm("sites", "pier")).want(t, 422, "there is no site")
	if got := d.rollCalls(); len(got) != 1 || got[0].Status == rollcall.RollCallCanceled {
		t.Errorf("the roll calls are %+v, want the one that nobody else changed", got)
	}
	resp := b.watch(path + "/live")
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "text/event-stream; charset=utf-8" {
		t.Errorf("the stream: status %d", resp.StatusCode)
	}
	d.browser().send(path+"/live", nil).want(t, http.StatusNoContent, "")
}

// TestHostileRollCalls checks that names and texts are shown as text, and that a person and a site that are gone are named so.
func TestHostileRollCalls(t *testing.T) {
	d := newCalling(t)
	const hostile = `<script>alert(1)</script>`
	d.addPerson("html", hostile, "\u05e9\u05dc\u05d5\u05dd", "+1 202 555 0109")
	b := d.as("mia")
	path := b.starts("message", hostile)
	d.asked(4)
	page := b.send(path, nil).want(t, 200, "&lt;script&gt;alert(1)&lt;/script&gt;")
	if strings.Contains(page.body, hostile) {
		t.Errorf("a name or a text is markup:\n%s", page.body)
	}
	d.must(d.Service().DeleteContact(t.Context(), d.operator(), onPier("html")))
	b.send(path, nil).want(t, 200, "a contact who is no longer here").want(t, 200, "The contact, or the phone or e-mail, was removed.")
}

// TestStartsAtOnce checks that a plan that is sent several times at once starts one roll call, to which each leads.
func TestStartsAtOnce(t *testing.T) {
	d := newCalling(t)
	b := d.as("mia")
	_, start := b.plans()
	leads := make(chan string)
	for range 6 {
		go func() { leads <- b.send(planPath, start).Header.Get("Location") }()
	}
	for range 6 {
		if to := <-leads; !strings.HasPrefix(to, rollCallsPath) || !strings.HasSuffix(to, "?done=roll_call_started") {
			t.Errorf("a start leads to %q, want the roll call or the list", to)
		}
	}
	if n := len(d.rollCalls()); n != 1 {
		t.Errorf("%d roll calls, want 1", n)
	}
}

// TestPlansAreKept checks that a plan is there again after the session ended before it was started.
func TestPlansAreKept(t *testing.T) {
	d := newCalling(t)
	b := d.as("mia")
	_, start := b.plans("message", "Is this still you?")
	b.send("/console/sign-out", url.Values{})
	held := b.send(planPath, start).want(t, 401, "You were signed out meanwhile").hidden(t, "held")
	form := signInForm("mia", goodPassword)
	form.Set("held", held)
	b.send("/console/sign-in", form).want(t, 200, "what you typed is here").want(t, 200, ">\nIs this still you?</textarea>").want(t, 200, ">\nPier 9 offices</textarea>")
	if n := len(d.rollCalls()); n != 0 {
		t.Errorf("%d roll calls, want none", n)
	}
}
