package console_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit"
)

const auditPath = "/console/audit"

// sentences returns the lines of a page of the audit without marks of direction, the newest first.
func sentences(page reply) (lines []string) {
	for _, m := range regexp.MustCompile(`</span><div>([^<\n]*)`).FindAllStringSubmatch(page.body, -1) {
		lines = append(lines, strings.NewReplacer("\u2068", "", "\u2069", "", "&#39;", "'").Replace(m[1]))
	}
	return lines
}

// changed makes changes of every kind, each as somebody.
func (d *desk) changed() {
	d.Helper()
	ctx, svc, owner := d.Context(), d.Service(), callerOf(d, d.user("olivia", rollcall.RoleOwner).ID)
	mill := rollcall.SiteRef{ID: "mill"}
	d.site("quay", "Quay Street")
	d.site("mill", "Mill Street")
	made, err := svc.CreateContact(ctx, owner, mill, testkit.Contact("ann", "Ann", "Lee", "ann@example.org", "+1 202 555 0147", "primary", "owner"))
	d.must(err)
	_, err = svc.UpdateContact(ctx, owner, rollcall.ContactRef{Site: mill, ID: made.ID}, rollcall.ContactInput{Phone: rollcall.Given("+1 202 555 0148")})
	d.must(err)
	_, err = svc.UpdateSite(ctx, owner, mill, rollcall.SiteInput{Name: rollcall.Given("Mill Lane"), Timezone: rollcall.Given("America/New_York")})
	d.must(err)
	key, _, err := svc.CreateKey(ctx, owner, rollcall.KeyInput{Name: "Sync", Scopes: "*"})
	d.must(err)
	d.must(svc.DeleteContact(ctx, service.Caller{Dealer: d.Dealer, Key: key.ID, Scopes: key.Scopes}, rollcall.ContactRef{Site: mill, ID: made.ID}))
	_, err = svc.UpdateSettings(ctx, owner, rollcall.SettingsInput{StaleAfterDays: rollcall.Given(90)})
	d.must(err)
	_, err = svc.ChangeRole(ctx, callerOf(d, ""), d.user("mia", rollcall.RoleViewer).ID, "manager")
	d.must(err)
}

var auditFilters = []struct {
	query string
	want  []string // the newest first
}{
	{"?kind=access", []string{
		"The operator of this server gave mia the role manager.", "mia changed their password.", "The operator of this server added mia as viewer.",
		"olivia made the key Sync.", "olivia changed their password.", "The operator of this server added olivia as owner.",
	}},
	{"?kind=settings", []string{"olivia changed settings: how long a confirmation counts.", "The operator of this server added the company."}},
	{"?site=mill&kind=contacts", []string{
		"A program (Sync) deleted Ann Lee at Mill Lane.", "olivia changed the phone of Ann Lee at Mill Lane.", "olivia added Ann Lee at Mill Lane.",
	}},
	{"?site=Mill+Lane&kind=sites", []string{
		"olivia changed the name and the time zone of the site Mill Lane.", "The operator of this server added the site Mill Lane.",
	}},
	{"?kind=opt_outs", nil},
	{"?site=nowhere", nil},
	{"?from=2999-01-01", nil},
	{"?to=2000-01-01", nil},
}

func TestAudit(t *testing.T) {
	d := newDesk(t)
	d.changed()
	b := d.as("mia")
	for _, tt := range auditFilters {
		page := b.send(auditPath+tt.query, nil).want(t, 200, "<h1>Audit</h1>")
		if got := sentences(page); strings.Join(got, "\n") != strings.Join(tt.want, "\n") {
			t.Errorf("%s says\n%s\nwant\n%s", tt.query, strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
		}
	}
	b.send(auditPath+"?site=mill", nil).want(t, 200, "America/New_York").want(t, 200, "the phone: <del><bdi>&#43;1 202 555 0147</bdi></del> <ins><bdi>&#43;1 202 555 0148</bdi></ins>")
	today := d.clock.Now().UTC().Format(time.DateOnly)
	if all := sentences(b.send(auditPath+"?from="+today, nil)); len(all) < 14 {
		t.Errorf("today has %d changes, want at least 14:\n%s", len(all), strings.Join(all, "\n"))
	}
	b.send(auditPath+"?site=street", nil).want(t, 200, `href="/console/audit?site=site_123abc"`)
	b.send(auditPath+"?site=nowhere", nil).want(t, 200, "No site matches.")
	for _, bad := range []string{"?kind=odd", "?from=yesterday", "?to=2026-13-01", "?before=odd", "?site=" + strings.Repeat("a", 201)} {
		b.send(auditPath+bad, nil).want(t, 400, "Nothing was changed")
	}
	b.language = "es"
	b.send(auditPath+"?site=mill&kind=contacts", nil).want(t, 200, "\u2068olivia\u2069 cambió el teléfono de \u2068Ann Lee\u2069 en \u2068Mill Lane\u2069.")
}

// TestAuditOfOneContact checks the choice of a contact of the site, and that a contact of elsewhere is no choice.
func TestAuditOfOneContact(t *testing.T) {
	d := newDesk(t)
	d.user("mia", rollcall.RoleManager)
	caller := service.Caller{Dealer: d.Dealer}
	d.site("mill", "Mill")
	for _, name := range []string{"Ann", "</bdi><script>alert(1)</script>"} {
		_, err := d.Service().CreateContact(t.Context(), caller, rollcall.SiteRef{ID: "mill"},
			testkit.Contact(name[:3], name, "Lee", "x@example.org", "+1 202 555 0147", "primary", "owner"))
		d.must(err)
	}
	b := d.as("mia")
	all := b.send(auditPath+"?site=mill&kind=contacts", nil).want(t, 200, "&lt;script&gt;alert(1)")
	if strings.Contains(all.body, "<script>") || len(sentences(all)) != 2 {
		t.Errorf("a name is markup, or the lines are not two:\n%s", all.body)
	}
	id := regexp.MustCompile(`<option value="([^"]+)">Ann Lee`).FindStringSubmatch(all.body)
	if id == nil {
		t.Fatal("Ann Lee is no choice")
	}
	if got := sentences(b.send(auditPath+"?site=mill&kind=contacts&contact="+url.QueryEscape(id[1]), nil)); len(got) != 1 || !strings.Contains(got[0], "Ann Lee") {
		t.Errorf("the lines of Ann Lee are %q, want one", got)
	}
	if got := sentences(b.send(auditPath+"?site=mill&kind=contacts&contact=contact_789ghi", nil)); len(got) != 2 {
		t.Errorf("with a contact of another site there are %d lines, want the two of the site", len(got))
	}
}

// TestPagesOfAudit checks that following the links shows each change once.
func TestPagesOfAudit(t *testing.T) {
	d := newDesk(t)
	d.user("mia", rollcall.RoleManager)
	for range 70 {
		d.clock.Advance(time.Second)
		_, _, err := d.Service().CreateKey(t.Context(), service.Caller{Dealer: d.Dealer}, rollcall.KeyInput{Scopes: "*"})
		d.must(err)
	}
	b := d.as("mia")
	first := b.send(auditPath+"?kind=access", nil)
	link := regexp.MustCompile(`href="(/console/audit\?[^"]*before=[^"]*)"`).FindStringSubmatch(first.body)
	if link == nil {
		t.Fatal("there is no link to older changes")
	}
	second := b.send(strings.ReplaceAll(link[1], "&amp;", "&"), nil)
	if got := []int{len(sentences(first)), len(sentences(second))}; got[0] != 50 || got[1] != 22 || strings.Contains(second.body, "before=") {
		t.Errorf("the pages have %d changes, want 50 and 22", got)
	}
}

// TestAuditOfOthers checks that a viewer sees no audit, and nobody that of another dealer.
func TestAuditOfOthers(t *testing.T) {
	d := newDesk(t)
	d.user("ann", rollcall.RoleViewer)
	d.as("ann").send(auditPath, nil).want(t, 403, "You may not do this")
	other, err := d.Service().CreateDealer(t.Context(), rollcall.DealerInput{Name: rollcall.Given("Hill Alarm")})
	d.must(err)
	d.Dealer = other.ID
	d.user("stranger", rollcall.RoleOwner)
	b := d.as("stranger")
	if got := sentences(b.send(auditPath, nil)); len(got) != 3 {
		t.Errorf("the audit of a new dealer has %q, want three lines", got)
	}
	for _, query := range []string{"?site=site_123abc", "?site=harbour", "?site=site_123abc&contact=contact_789ghi"} {
		b.send(auditPath+query, nil).want(t, 200, "No site matches.")
	}
}

// auditInBrowser looks for a change of a site.
func auditInBrowser(t *testing.T, b *testkit.Browser, screen testkit.Screen) {
	d := newDesk(t)
	d.changed()
	x := d.tab(b, screen)
	x.enters("mia@example.org")
	x.follow("Audit")
	x.heading("Audit")
	x.says("Sync")
	x.picture(pictureOf("audit", screen))
	x.types("site", "street")
	x.press("Show")
	x.says("Which of these sites?")
	x.follow("Harbour Street warehouse")
	x.says("Times are in the time zone")
	x.follow("Show all changes")
	x.says("Mill Lane")
	x.types("site", "mill")
	x.press("Show")
	x.says("zone America/New_York") // on no other page; a picture of one that is left would never be taken
	x.picture(pictureOf("audit-site", screen))
}
