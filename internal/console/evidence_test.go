package console_test

import (
	"context"
	"html"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/rollcall/evidence"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit"
)

const evidencePage = "/console/evidence"

// proven has Ann's phone attested by mia, Bob's number suppressed, and Cy's hours so that nobody calls him.
func (d *desk) proven(mia rollcall.UserID) {
	d.Helper()
	ctx, svc := d.Context(), d.Service()
	_, err := svc.Attest(ctx, service.Caller{Dealer: d.Dealer, User: mia}, onPier("ann"), rollcall.AttestationInput{
		Point: rollcall.Given("phone"), Note: rollcall.Given("Spoke to her <at> the pier"),
	})
	d.must(err)
	_, err = svc.CreateSuppression(ctx, d.operator(), rollcall.SuppressionInput{Point: rollcall.Given("phone"), Value: rollcall.Given("+1 202 555 0102")})
	d.must(err)
	_, err = svc.Review(ctx, service.Caller{Dealer: d.Dealer, User: mia}, pier(), rollcall.ReviewInput{With: rollcall.Given("Rae Fox"), Note: rollcall.Given("by phone")})
	d.must(err)
	d.addPerson("cy", "Cy", "Cole", "+1 202 555 0103")
	d.change("cy", rollcall.ContactInput{Calling: rollcall.CallingInput{Dispatch: rollcall.Given("after")}})
	d.clock.Advance(time.Hour)
}

// made makes evidence, and returns its page.
func (b *browser) made(form url.Values) reply {
	b.Helper()
	to := b.send(evidencePage, form).Header.Get("Location")
	if !strings.HasPrefix(to, evidencePage+"/evid_") {
		b.Fatalf("the form leads to %q, want the page of evidence", to)
	}
	return b.send(to, nil)
}

// file returns the file behind the link of a page of evidence.
func (b *browser) file(r reply) reply {
	b.Helper()
	link := regexp.MustCompile(`href="(/console/evidence/evid_\w+/file\?site=[^"]*)"`).FindStringSubmatch(r.body)
	if link == nil {
		b.Fatalf("the page has no file:\n%s", r.body)
	}
	return b.send(html.UnescapeString(link[1]), nil)
}

func TestEvidence(t *testing.T) {
	d := newPier(t)
	users, err := d.Service().Users(t.Context(), d.Dealer)
	d.must(err)
	d.proven(users[0].ID)
	d.change("ann", rollcall.ContactInput{LastName: rollcall.Given("Afterwards")})
	b := d.as("mia")
	b.send("/console/audit", nil).want(t, 200, `href="/console/evidence"`)
	b.send(pierPage, nil).want(t, 200, `href="/console/evidence?site=pier"`)
	b.send(evidencePage+"?site=pier", nil).want(t, 200, `<input type="checkbox" id="site-pier" name="site" value="pier" checked>`).
		want(t, 200, `<option value="America/New_York">`)
	got := b.made(url.Values{"site": {"pier", "site_123abc"}, "at": {"2031-03-05T10:30"}, "zone": {"America/New_York"}, "on_behalf_of": {"Ada Audit"}})
	for _, want := range []string{
		"<h2><bdi>Pier 9 offices</bdi></h2>", "5 Mar 2031, 15:30 UTC", "5 Mar 2031, 10:30 EST", "5 Mar 2031, 16:00 UTC, mia at the request of \u2068Ada Audit\u2069.", "<td><bdi>Ann Lee</bdi></td><td><bdi>&#43;1 202 555 0101</bdi>",
		"5 Mar 2031, 10:00 EST, on the word of your staff; by \u2068mia\u2069; line ", "“Spoke to her &lt;at&gt; the pier”", "Other phones and e-mails", "<td>none</td>",
		"Call list, after somebody was dispatched", "called only after somebody was dispatched", "stopped messages to", "\u2068Bob Lee\u2069", "Rae Fox", "by phone",
		"Later lines, which the file has without their values: 1.",
	} {
		got.want(t, 200, want)
	}
	if strings.Contains(got.body, "Afterwards") {
		t.Error("the page shows what was changed after the moment")
	}
	keys, err := d.Service().EvidenceKeys()
	d.must(err)
	file := b.file(got).want(t, 200, `"format":"rollcall evidence"`)
	r, err := evidence.Check([]byte(file.body), keys)
	if err != nil || len(r.Sites) != 2 || r.Sites[0].ID != "pier" {
		t.Errorf("the file: %v, of %d sites", err, len(r.Sites))
	}
	if got, want := file.Header.Get("Content-Disposition"), `attachment; filename="`+string(r.ID)+`.json"`; got != want {
		t.Errorf("Content-Disposition = %q, want %q", got, want)
	}
	if got := sentences(b.send("/console/audit?kind=evidence&site=pier", nil)); len(got) != 1 || got[0] != "mia made evidence of Pier 9 offices at the request of Ada Audit." {
		t.Errorf("the audit says %q", got)
	}
	b.made(url.Values{"site": {"pier"}, "at": {"2031-03-05T09:59"}, "zone": {"America/New_York"}}).want(t, 200, "At this moment the site did not exist yet.")
	b.language = "es"
	b.made(url.Values{"site": {"pier"}}).want(t, 200, "Otros teléfonos y correos").want(t, 200, "10:00 EST")
}

// evidenceSearches are what is typed to find sites, and what the page then has.
var evidenceSearches = []struct{ query, want string }{
	{"?search=pier+9", `<input type="checkbox" id="site-pier" name="site" value="pier">`},
	{"?search=pier", `<input type="checkbox" id="site-pier" name="site" value="pier" checked>`},
	{"?search=pier,site_123abc", `<input type="checkbox" id="site-site_123abc" name="site" value="site_123abc" checked>`},
	{"?search=old&site=pier", `<label for="site-old">old (not there now)</label>`},
	{"?search=nothing", "No site is found."},
	{"?search=theirs", "No site is found."},
	{"?site=a&site=a&site=%3Cb%3E", "&lt;b&gt; (not there now)"},
}

func TestEvidenceFindsSites(t *testing.T) {
	d := newPier(t)
	d.site("old", "The old mill")
	d.must(d.Service().DeleteSite(t.Context(), d.operator(), rollcall.SiteRef{ID: "old"}, true))
	b := d.as("mia")
	for _, c := range evidenceSearches {
		b.send(evidencePage+c.query, nil).want(t, 200, c.want)
	}
	b.made(url.Values{"site": {"old"}}).want(t, 200, "At this moment the site was deleted already.")
	b.send(evidencePage+"?search="+strings.Repeat("a", 300), nil).want(t, 400, "Nothing was changed")
}

// TestEvidenceIsMadeOnce presses the button twice, and then for another moment.
func TestEvidenceIsMadeOnce(t *testing.T) {
	d := newPier(t)
	b := d.as("mia")
	key := regexp.MustCompile(`name="key" value="(\w+)"`).FindStringSubmatch(b.send(evidencePage+"?site=pier", nil).body)
	if key == nil {
		t.Fatal("the form has no key")
	}
	form := url.Values{"site": {"pier"}, "key": {key[1]}}
	first, again := b.send(evidencePage, form).Header.Get("Location"), b.send(evidencePage, form).Header.Get("Location")
	if lines := d.lines("evidence.created"); first == "" || again != first || len(lines) != 1 {
		t.Errorf("two presses lead to %q and %q, and make %d pieces of evidence; want one", first, again, len(lines))
	}
	form.Set("at", "2031-03-05T10:00")
	form.Set("zone", "UTC")
	if other := b.send(evidencePage, form).Header.Get("Location"); other == first || !strings.HasPrefix(other, evidencePage+"/evid_") {
		t.Errorf("another moment leads to %q, want evidence of its own", other)
	}
}

func TestEvidenceIsRefused(t *testing.T) {
	d := newPier(t)
	d.user("max", rollcall.RoleManager)
	b := d.as("mia")
	many := url.Values{}
	for i := range evidence.SitesMax + 1 {
		many.Add("site", string(rune('a'+i%26))+strings.Repeat("x", i))
	}
	for _, c := range []struct {
		form url.Values
		want string
	}{
		{url.Values{}, "Choose at least one site."},
		{many, "These are too many sites for one evidence."},
		{url.Values{"site": {"pier"}, "at": {"2999-01-01T00:00"}, "zone": {"UTC"}}, "not in the future"},
		{url.Values{"site": {"pier"}, "at": {"yesterday"}, "zone": {"UTC"}}, "not in the future"},
		{url.Values{"site": {"pier"}, "at": {"2031-03-05T10:30"}, "zone": {"../etc"}}, "not in the future"},
		{url.Values{"site": {"pier"}, "on_behalf_of": {strings.Repeat("x", 101)}}, "This is too long."},
	} {
		b.send(evidencePage, c.form).want(t, 422, c.want)
	}
	b.send(evidencePage, url.Values{"site": {"pier", "nowhere"}}).want(t, 404, "There is no such page")
	to := b.send(evidencePage, url.Values{"site": {"pier"}}).Header.Get("Location")
	b.send(to, nil).want(t, 200, "Pier 9 offices")
	d.as("max").send(to, nil).want(t, 404, "There is no such page")
	d.as("vic").send(to, nil).want(t, 403, "<h1>")
	b.send(strings.Replace(to, "site=pier", "site=site_123abc", 1), nil).want(t, 404, "There is no such page")
	_, err := d.Service().EraseContact(t.Context(), d.operator(), onPier("bob"))
	d.must(err)
	b.send(to, nil).want(t, 404, "There is no such page")
	b.made(url.Values{"site": {"pier"}}).want(t, 200, "Ann Lee")
}

// TestEvidenceOfAnotherDealer checks that a manager gets neither a site nor evidence of another dealer.
func TestEvidenceOfAnotherDealer(t *testing.T) {
	d := newPier(t)
	to := d.as("mia").send(evidencePage, url.Values{"site": {"pier"}}).Header.Get("Location")
	other, err := d.Service().CreateDealer(t.Context(), rollcall.DealerInput{Name: rollcall.Given("Hill Alarm")})
	d.must(err)
	d.Dealer = other.ID
	d.user("stranger", rollcall.RoleOwner)
	b := d.as("stranger")
	b.send(to, nil).want(t, 404, "There is no such page")
	b.send(evidencePage, url.Values{"site": {"pier"}}).want(t, 404, "There is no such page")
	b.send(evidencePage+"?search=pier", nil).want(t, 200, "No site is found.")
	b.send(evidencePage+"?site=pier", nil).want(t, 200, "pier (not there now)")
}

// evidenceInBrowser makes evidence of two sites, and prints it.
func evidenceInBrowser(t *testing.T, b *testkit.Browser, screen testkit.Screen) {
	d := newPier(t)
	users, err := d.Service().Users(t.Context(), d.Dealer)
	d.must(err)
	d.proven(users[0].ID)
	x := d.tab(b, screen)
	x.enters("mia@example.org")
	x.follow("Audit")
	x.follow("Make evidence for an auditor")
	x.heading("Evidence")
	x.types("search", "warehouse")
	x.press("Find sites")
	x.do(chromedp.Click(`#site-site_123abc`))
	x.do(chromedp.Clear(chromedp.CSS("#search")))
	x.types("search", "pier 9")
	x.press("Find sites")
	x.do(chromedp.Click(`#site-pier`))
	x.picture(pictureOf("evidence", screen))
	x.press("Make evidence")
	x.says("Other phones and e-mails")
	x.picture(pictureOf("evidence-made", screen))
	x.printed(pictureOf("evidence-printed", screen))
}

// printed stores the page as it is printed, if pictures are wanted, and checks that the navigation is left out.
func (x tab) printed(name string) {
	x.Helper()
	x.do(chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
		return err
	}))
	if ask[bool](x, `!!document.querySelector("nav, header")?.getClientRects().length`) {
		x.Error("the navigation is printed")
	}
	x.picture(name)
	folder := os.Getenv(testkit.PicturesVariable)
	if folder == "" {
		return
	}
	x.do(chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		made, err := cdp.Call(ctx, tab, page.PrintToPDF, page.PrintToPDFParams{})
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(folder, name+".pdf"), made.Data, 0o644)
	}))
}
