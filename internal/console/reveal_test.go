package console_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
)

// maskedPier is newPier of a dealer that hides numbers, whose ann is away with a note and has an extension.
func maskedPier(t *testing.T) *desk {
	t.Helper()
	d := newPier(t)
	_, err := d.Service().UpdateSettings(t.Context(), d.operator(), rollcall.SettingsInput{MaskNumbers: rollcall.Given(true)})
	d.must(err)
	d.change("ann", rollcall.ContactInput{
		Points: rollcall.Given([]rollcall.PointInput{
			{Kind: rollcall.Given("phone"), Value: rollcall.Given("+1 202 555 0101"), Extension: rollcall.Given("77"), Label: rollcall.Given("mobile")},
			{Kind: rollcall.Given("email"), Value: rollcall.Given("ann@example.org")},
			{Kind: rollcall.Given("phone"), Value: rollcall.Given("+1 202 555 0103 x5")},
		}),
		Calling: rollcall.CallingInput{Absences: rollcall.Given([]rollcall.AbsenceInput{
			{From: rollcall.Given("2031-07-01T08:00:00Z"), To: rollcall.Given("2031-07-02T08:00:00Z"), Note: rollcall.Given("holiday, call +1 202 555 0199")},
			{From: rollcall.Given("2031-08-01T08:00:00Z"), To: rollcall.Given("2031-08-02T08:00:00Z"), Note: rollcall.Given("holiday")},
		})},
	})
	_, err = d.Service().UpdateSite(t.Context(), d.operator(), pier(), rollcall.SiteInput{
		ReadinessRules: rollcall.Given(rollcall.SiteReadinessRulesInput{ExemptReason: rollcall.Given("empty, ask +1 202 555 0188")}),
	})
	d.must(err)
	return d
}

// secrets are what no page may have while numbers are hidden.
var secrets = []string{"202 555 01", "20255501", "ann@example.org"}

// hides fails the test if a page has a number, an address, or a note with one.
func (r reply) hides(t *testing.T) reply {
	t.Helper()
	for _, secret := range secrets {
		if strings.Contains(r.body, secret) {
			t.Errorf("%s has %q, want it hidden:\n%s", r.Request.URL.Path, secret, r.body)
		}
	}
	return r
}

var pagesWithNumbers = []string{
	pierPage, pierPage + "?edit=ann", pierPage + "?at=2031-03-01T00:00", pierPage + "/edit", pierPage + "/contacts/ann", pierPage + "/contacts/bob", auditPath, auditPath + "?site=pier",
	"/console/messages", "/console/sites", "/console",
}

func TestHiddenNumbers(t *testing.T) {
	d := maskedPier(t)
	d.user("olivia", rollcall.RoleOwner)
	mia, other, vic := d.as("mia"), d.as("mia"), d.as("vic")
	for _, b := range []*browser{mia, d.as("olivia")} {
		for _, page := range pagesWithNumbers {
			if r := b.send(page, nil); r.StatusCode == 200 {
				r.hides(t)
			}
		}
	}
	mia.send(pierPage, nil).says(t, 200, "Numbers, addresses and notes are hidden.", "•••• 0101", "••••@••••")
	mia.send(pierPage, url.Values{"reveal": {"1"}, "reason": {" "}}).want(t, 422, "This is needed.").want(t, 422, `<details class="reveal" open>`).hides(t)
	vic.send(pierPage, url.Values{"reveal": {"1"}, "reason": {"because"}}).want(t, 403, "You may not do this")
	vic.send(pierPage, nil).saysNot(t, "Show them").hides(t)
	mia.send(pierPage, url.Values{"reveal": {"1"}, "reason": {"Ann Lee is on the phone"}}).wantRedirect(t, pierPage)
	mia.send(pierPage, nil).says(t, 200, "Numbers are shown to you until 5 Mar 2031, 10:15 EST.", "+1 202 555 0101 ext. 77", "ann@example.org", "call +1 202 555 0199")
	mia.send(pierPage+"/edit", nil).want(t, 200, "555 0110").want(t, 200, "555 0188")
	mia.send(auditPath+"?site=pier&kind=reveals", nil).says(t, 200, "\u2068mia\u2069 revealed numbers of \u2068Pier 9 offices\u2069: \u2068Ann Lee is on the phone\u2069.")
	other.send(pierPage, nil).hides(t)
	vic.send(pierPage, nil).hides(t)
	d.site("quay", "Quay Street")
	mia.send("/console/sites/quay", nil).says(t, 200, "Show them")
	d.clock.Advance(15 * time.Minute)
	mia.send(pierPage, nil).hides(t)
	mia.send(pierPage+"/contacts/ann", url.Values{"reveal": {"1"}, "reason": {"a test call"}}).wantRedirect(t, pierPage+"/contacts/ann")
	mia.send(pierPage+"/contacts/ann", nil).says(t, 200, "Numbers are shown to you until", "ann@example.org", "mia revealed the numbers.")
	mia.send(pierPage+"/contacts/none", url.Values{"reveal": {"1"}, "reason": {"a test call"}}).want(t, 404, "There is no such page")
	d.otherDealer().send(pierPage, url.Values{"reveal": {"1"}, "reason": {"a test call"}}).want(t, 404, "There is no such page")
	if lines := d.lines("numbers.revealed"); len(lines) != 2 || lines[0].Mentioned().Reason != "Ann Lee is on the phone" || lines[1].Contact != "ann" || lines[0].Actor != lines[1].Actor {
		t.Errorf("the audit has %+v, want two lines with their reasons", lines)
	}
	mia.send("/console/sign-out", url.Values{})
	d.as("mia").send(pierPage, nil).hides(t)
}

// TestRevealedToOneUser signs somebody else in with the browser of who revealed numbers and never signed out.
func TestRevealedToOneUser(t *testing.T) {
	d := maskedPier(t)
	d.user("max", rollcall.RoleManager)
	b := d.as("mia")
	for _, path := range []string{pierPage, "/console/export"} {
		b.send(path, url.Values{"reveal": {"1"}, "reason": {"a test"}}).wantRedirect(t, path)
	}
	b.send(pierPage, nil).says(t, 200, "+1 202 555 0101")
	b.send("/console/sign-in", signInForm("max", goodPassword)).wantRedirect(t, "/console")
	b.send(pierPage, nil).says(t, 200, "Show them").hides(t)
}

// numbersInNotes are ways to write numbers and addresses, and what a note with them must not show.
var numbersInNotes = map[string]string{
	"202 555 0177": "0177", "202\u00a0555\u00a00177": "0177", "202\u2011555\u20110177": "0177", "202\u2013555\u20130177": "0177",
	"202_555_0177": "0177", "202*555*0177": "202", "(202)\u2009555\u20140177": "0177", "2\u200b0\u200b2 555 0177": "0177",
	"٢٠٢ ٥٥٥ ٠١٧٧": "٠١٧٧", "+1 202 | 555 | 0177": "0177",
	"bob@example.net": "example.net", "bob @ example.net": "example.net", "bob\u00a0@\u00a0example.net": "example.net", "bob＠example.net": "example.net",
}

// TestHiddenNotes checks that a note shows no number, however it is written, and still shows times.
func TestHiddenNotes(t *testing.T) {
	d := maskedPier(t)
	b := d.as("mia")
	note := func(text string) {
		t.Helper()
		d.change("ann", rollcall.ContactInput{Calling: rollcall.CallingInput{Absences: rollcall.Given([]rollcall.AbsenceInput{
			{From: rollcall.Given("2031-03-01T08:00:00Z"), To: rollcall.Given("2031-07-02T08:00:00Z"), Note: rollcall.Given("holiday, " + text)},
		})}})
	}
	for written, secret := range numbersInNotes {
		note("call " + written)
		if page := b.send(pierPage, nil).says(t, 200, "holiday, "); strings.Contains(page.body, secret) {
			t.Errorf("the page shows %q of the note %q, want it hidden", secret, written)
		}
	}
	note("except 06:00\u201322:00, room 1204")
	b.send(pierPage, nil).says(t, 200, "holiday, except 06:00\u201322:00, room 1204")
}

// TestHiddenFailures checks that numbers that were revealed at one site reveal none in a failure at another, whose contact is gone.
func TestHiddenFailures(t *testing.T) {
	d := maskedPier(t)
	d.site("quay", "Quay Street")
	dan := rollcall.ContactRef{Site: rollcall.SiteRef{ID: "quay"}, ID: "dan"}
	_, err := d.Service().CreateContact(t.Context(), d.operator(), dan.Site, rollcall.ContactInput{
		ContactID: rollcall.Given("dan"), FirstName: rollcall.Given("Dan"), LastName: rollcall.Given("Poe"), Type: rollcall.Given("primary"),
		Phone: rollcall.Given("+1 202 555 0155"),
	})
	d.must(err)
	b := d.as("mia")
	path := b.starts("where", "all", "whom", "everybody", "methods", "sms")
	d.asked(3)
	sent, _, err := d.Service().Validations(t.Context(), d.operator(), dan, service.ValidationQuery{})
	d.must(err)
	if len(sent) != 1 {
		t.Fatalf("dan was asked %d times, want once", len(sent))
	}
	failure := &rollcall.DeliveryError{Outcome: rollcall.OutcomeUnreachable, Code: "new", Reason: "202 555 0155 is unknown"}
	d.must(d.Service().RecordReport(t.Context(), d.Dealer, sent[0].ID, rollcall.DeliveryReport{Provider: "capture", Failure: failure}))
	d.must(d.Service().DeleteContact(t.Context(), d.operator(), dan))
	b.send(pierPage, url.Values{"reveal": {"1"}, "reason": {"a test"}}).wantRedirect(t, pierPage)
	page := b.send(path, nil).says(t, 200, "+1 202 555 0101", "•••• is unknown")
	if strings.Contains(page.body, "0155") {
		t.Errorf("the page has the number of the quay, want it hidden:\n%s", page.body)
	}
}

// TestFormsOfHiddenNumbers checks that a form with hidden values changes none of them, whatever happens between showing and sending it.
func TestFormsOfHiddenNumbers(t *testing.T) {
	d := maskedPier(t)
	b := d.as("mia")
	before := d.stored("ann")
	unchanged := func(what string) {
		t.Helper()
		after := d.stored("ann")
		after.Version, after.Updated = before.Version, before.Updated
		if !after.Equal(&before) {
			t.Errorf("%s made of\n%+v\n%+v", what, before, after)
		}
	}
	form := b.send(pierPage+"?edit=ann", nil).want(t, 200, "Hidden: •••• 0101. Leave this empty to keep it.").hides(t).contactForm(t)
	b.next(b.send(pierPage, form)).hides(t)
	unchanged("the form as it was shown")
	b.send(pierPage, with(form, "points.1.value", "•••• 0101")).want(t, 422, "Type the whole value, not what hides it.").hides(t)
	b.send(pierPage, with(form, "points.4.value", "••••@••••", "points.4.order", "4")).want(t, 422, "Type the whole value")
	unchanged("masks")
	b.send(pierPage, url.Values{"reveal": {"1"}, "reason": {"a test"}}).wantRedirect(t, pierPage)
	b.next(b.send(pierPage, form))
	unchanged("the form that was shown before they were revealed")
	shown := b.send(pierPage+"?edit=ann", nil).contactForm(t)
	d.clock.Advance(time.Hour)
	b.next(b.send(pierPage, shown)).hides(t)
	unchanged("the form that was shown while they were revealed")

	d.change("ann", rollcall.ContactInput{Role: rollcall.Given("owner")})
	b.send(pierPage, with(form, "first_name", "Anna")).want(t, 409, "Somebody else changed this person meanwhile.").hides(t)
	form = b.send(pierPage+"?edit=ann", nil).contactForm(t)
	b.next(b.send(pierPage, with(form, "points.1.value", "+1 202 555 0150", "points.3.order", "2", "absences.1.note", "away"))).hides(t)
	c := d.stored("ann")
	if c.Points[0].Value != "+1 202 555 0150" || c.Points[0].ID != before.Points[0].ID || c.Points[1].Value != "+1 202 555 0103 x5" || c.Points[1].Extension != "5" ||
		c.Points[2].Value != "ann@example.org" || c.Absences[0].Note != "away" || c.Absences[1].Note != "holiday" {
		t.Errorf("the contact is %+v, want one number and one note replaced", c)
	}
}

func TestSiteFormOfHiddenNumbers(t *testing.T) {
	d := maskedPier(t)
	b := d.as("mia")
	site := func() rollcall.Site {
		t.Helper()
		s, err := d.Service().Site(t.Context(), d.operator(), pier())
		d.must(err)
		return s
	}
	page := b.send(pierPage+"/edit", nil).want(t, 200, "Hidden: •••• 0110.").want(t, 200, `name="premises_phone.keep"`).hides(t)
	form := siteForm("name", "Pier", "version", page.hidden(t, "version"), "status", "active", "premises_phone.keep", "1",
		"readiness_rules.exempt_reason", "", "readiness_rules.exempt_reason.keep", "1")
	b.send(pierPage+"/edit", with(form, "premises_phone", "•••• 0110")).want(t, 422, "Type the whole value").hides(t)
	b.send(pierPage+"/edit", form).wantRedirect(t, pierPage+"?done=site_saved")
	if s := site(); s.Name != "Pier" || s.PremisesPhone.Value != "+1 202 555 0110" || s.ReadinessRules.ExemptReason != "empty, ask +1 202 555 0188" {
		t.Errorf("the site is %+v, want its number and its reason as before", s)
	}
	b.send(pierPage+"/edit", with(form, "name", "Quay", "premises_phone", "09")).want(t, 409, "Stored now: Pier").hides(t)
	form.Set("version", b.send(pierPage+"/edit", nil).hidden(t, "version"))
	b.send(pierPage+"/edit", with(form, "premises_phone", "+1 202 555 0111")).wantRedirect(t, pierPage+"?done=site_saved")
	if s := site(); s.PremisesPhone.Value != "+1 202 555 0111" {
		t.Errorf("the phone is %s, want the one that was typed", s.PremisesPhone.Value)
	}
}

// TestFilesOfHiddenNumbers exports, and takes refused rows of an import, which belong to no site.
func TestFilesOfHiddenNumbers(t *testing.T) {
	d := maskedPier(t)
	b, vic := d.as("mia"), d.as("vic")
	file := b.brought(strangersList)
	b.send(file, nil).want(t, 200, "••••").hides(t)
	tried, page := b.try(file)
	page.want(t, 200, "Numbers, addresses and notes are hidden.").hides(t)
	b.send(tried+"/refused.csv", nil).wantRedirect(t, tried)
	b.send("/console/export", nil).says(t, 200, "Show them").saysNot(t, "Role")
	b.send("/console/export/contacts?format=csv", nil).wantRedirect(t, "/console/export")
	b.send(pierPage, url.Values{"reveal": {"1"}, "reason": {"a test"}}).wantRedirect(t, pierPage)
	b.send("/console/export/contacts?format=csv", nil).wantRedirect(t, "/console/export")
	for _, path := range []string{"/console/export", tried} {
		vic.send(path, url.Values{"reveal": {"1"}, "reason": {"a test"}}).want(t, 403, "You may not do this")
		b.send(path, url.Values{"reveal": {"1"}, "reason": {""}}).want(t, 422, "This is needed.")
	}
	b.send("/console/import/import_none", url.Values{"reveal": {"1"}, "reason": {"a test"}}).want(t, 404, "There is no such page")
	b.send(tried, url.Values{"reveal": {"1"}, "reason": {"a list for the auditor"}}).wantRedirect(t, tried)
	b.send(tried, nil).want(t, 200, "/refused.csv").says(t, 200, "Numbers are shown to you until")
	b.send(tried+"/refused.csv", nil).want(t, 200, "2.02556E+9")
	b.send("/console/export/contacts?format=csv", nil).want(t, 200, "+1 202 555 0101")
	b.send(auditPath+"?kind=reveals", nil).says(t, 200, "\u2068mia\u2069 revealed numbers of files: \u2068a list for the auditor\u2069.")
	d.clock.Advance(15 * time.Minute)
	b.send("/console/export/contacts?format=csv", nil).wantRedirect(t, "/console/export")
	b.send("/console/export", url.Values{"reveal": {"1"}, "reason": {"again"}}).wantRedirect(t, "/console/export")
	b.send("/console/export", nil).want(t, 200, "/console/export/contacts")
}

func TestEvidenceOfHiddenNumbers(t *testing.T) {
	d := maskedPier(t)
	b := d.as("mia")
	page := b.made(url.Values{"site": {"pier"}, "at": {"2031-03-05T10:00"}, "zone": {"America/New_York"}}).want(t, 200, "Numbers, addresses and notes are hidden.").hides(t)
	path := page.Request.URL.RequestURI()
	b.file(page).wantRedirect(t, path)
	b.send(path, url.Values{"reveal": {"1"}, "reason": {""}}).want(t, 422, "This is needed.").hides(t)
	b.send(path, url.Values{"reveal": {"1"}, "reason": {"the auditor"}}).wantRedirect(t, path)
	b.file(b.send(path, nil).says(t, 200, "+1 202 555 0101", "+1 202 555 0110", "Numbers are shown to you until")).want(t, 200, "+1 202 555 0101")
	d.as("vic").send(path, url.Values{"reveal": {"1"}, "reason": {"the auditor"}}).want(t, 403, "You may not do this")
}

func TestSettingOfHiddenNumbers(t *testing.T) {
	d := newPier(t)
	d.user("olivia", rollcall.RoleOwner)
	b := d.as("olivia")
	b.send(settingsPath, settingsForm(t, b.send(settingsPath, nil), "mask_numbers", "true")).wantRedirect(t, "/console/settings?done=settings_saved")
	b.send(pierPage, nil).hides(t)
	b.send(auditPath, nil).says(t, 200, "olivia\u2069 changed settings: whether numbers are hidden.")
	b.send(settingsPath, settingsForm(t, b.send(settingsPath, nil).want(t, 200, `<option value="true" selected>`), "mask_numbers", "false"))
	b.send(pierPage, nil).says(t, 200, "+1 202 555 0101").saysNot(t, "Show them")
	_, err := d.Service().Settings(t.Context(), service.Caller{Dealer: d.Dealer})
	d.must(err)
}
