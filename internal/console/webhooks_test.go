package console_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"example.org/rollcall/internal/app"
	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/service"
	"example.org/rollcall/internal/testkit"
)

const addWebhookPath = "/console/add-webhook"

var webhookSecret = regexp.MustCompile(`whsec_[0-9A-Za-z&#;/+=]{40,}`)

// newHooked returns a desk with an owner, olivia, and a receiver on this machine that answers with a status.
func newHooked(t *testing.T) (d *desk, receiver string, status *atomic.Int64) {
	t.Helper()
	d = newDesk(t, func(o *app.Options) { o.WebhookAllow = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} })
	d.user("olivia", rollcall.RoleOwner)
	status = &atomic.Int64{}
	status.Store(http.StatusNoContent)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(int(status.Load())) }))
	t.Cleanup(server.Close)
	return d, server.URL + "/hook", status
}

// hooks returns the webhooks of the dealer.
func (d *desk) hooks() []rollcall.Webhook {
	d.Helper()
	all, err := d.Service().Webhooks(d.Context(), d.operator())
	d.must(err)
	return all
}

// makesWebhook makes a webhook, and returns the path of its page and what was sent.
func (b *browser) makesWebhook(address string, types ...string) (path string, form url.Values) {
	b.Helper()
	page := b.send(addWebhookPath, nil).want(b.T, 200, "The next page shows its secret, once.")
	form = url.Values{"key": {page.hidden(b.T, "key")}, "url": {address}, "description": {"Monitoring"}, "types": types}
	made := b.send(addWebhookPath, form).want(b.T, 200, "<h1>The secret of your new webhook</h1>").want(b.T, 200, "hook.verify(request.get_data()")
	if !webhookSecret.MatchString(made.body) {
		b.Errorf("the page shows no secret:\n%s", made.body)
	}
	hooks := b.hooks()
	return "/console/webhooks/" + string(hooks[len(hooks)-1].ID), form
}

func TestWebhooks(t *testing.T) {
	d, receiver, _ := newHooked(t)
	b := d.as("olivia")
	b.send("/console/webhooks", nil).want(t, 200, "There are no webhooks yet.").want(t, 200, `href="/console/add-webhook"`)
	path, form := b.makesWebhook(receiver, "contact.updated")
	again := b.send(addWebhookPath, form).want(t, 409, "This was done before").want(t, 409, `href="`+path)
	if webhookSecret.MatchString(again.body) || len(d.hooks()) != 1 {
		t.Errorf("the second time makes %d webhooks, want one whose secret is not shown again", len(d.hooks()))
	}
	list := b.send("/console/webhooks", nil).want(t, 200, receiver).want(t, 200, "Sends events").want(t, 200, "Monitoring")
	page := b.send(path, nil).want(t, 200, "A contact was changed").want(t, 200, "Nothing was sent yet.").want(t, 200, `value="contact.updated" checked`)
	if webhookSecret.MatchString(list.body + page.body) {
		t.Error("a page shows the secret again")
	}
	b.send(path, url.Values{"do": {"save"}, "url": {receiver}, "description": {"Night desk"}}).wantRedirect(t, path+"?done=webhook_saved")
	b.send(path, nil).want(t, 200, "Night desk").want(t, 200, "<dd>all</dd>")
	b.send(path, url.Values{"do": {"disable"}}).wantRedirect(t, path+"?done=webhook_disabled")
	b.send(path, nil).want(t, 200, "Somebody stopped it.").want(t, 200, `value="enable"`)
	b.send(path, url.Values{"do": {"enable"}}).wantRedirect(t, path+"?done=webhook_enabled")

	rotate := url.Values{"do": {"rotate"}, "key": {page.hidden(t, "key")}}
	b.send(path, rotate).want(t, 200, "<h1>The new secret of the webhook</h1>").want(t, 200, "whsec_")
	b.send(path, rotate).want(t, 409, "This was done before")
	b.send(path, nil).want(t, 200, "The secret before also signs until")
	if lines := d.lines("webhook.rotated"); len(lines) != 1 {
		t.Errorf("the secret was made %d times, want once although the button was pressed twice", len(lines))
	}
	b.send("/console/audit", nil).want(t, 200, "gave the webhook").want(t, 200, "added the webhook")
	b.send(path, url.Values{"do": {"delete"}}).want(t, 422, "Tick this first.")
	b.send(path, url.Values{"do": {"delete"}, "confirm": {"yes"}}).wantRedirect(t, "/console/webhooks?done=webhook_deleted")
	b.send(path, nil).want(t, 404, "There is no such page")
	if len(d.hooks()) != 0 || strings.Contains(d.Log.String(), "whsec_") {
		t.Error("the webhook is there, or the log has a secret")
	}
	b.language = "es"
	b.send("/console/webhooks", nil).want(t, 200, "Todavía no hay webhooks.")
}

// TestWebhookLog tests a webhook, and sends what failed again.
func TestWebhookLog(t *testing.T) {
	d, receiver, status := newHooked(t)
	b := d.as("olivia")
	path, _ := b.makesWebhook(receiver)
	test := func(done string) {
		t.Helper()
		b.send(path, url.Values{"do": {"test"}, "key": {b.send(path, nil).hidden(t, "key")}}).wantRedirect(t, path+"?done="+done)
	}
	test("webhook_tested")
	b.send(path, nil).want(t, 200, "<b>A test</b>").want(t, 200, "It answered 204.").want(t, 200, "Delivered")
	status.Store(http.StatusTeapot)
	test("webhook_not_reached")
	failed := b.send(path+"?status=failed", nil).want(t, 200, "The receiver did not take it. It answered 418.").want(t, 200, "Show all deliveries")
	if strings.Contains(failed.body, "It answered 204.") {
		t.Error("the failed deliveries have one that was delivered")
	}
	event := regexp.MustCompile(`name="retry" value="([^"]+)"`).FindStringSubmatch(failed.body)[1]
	b.send(path, url.Values{"retry": {event}}).wantRedirect(t, path+"?done=delivery_retried")
	b.send(path, url.Values{"retry": {"evt_none"}}).want(t, 404, "There is no such page")
	b.send(path+"?status=lost", nil).want(t, 400, "Nothing was changed")
	b.send(path+"?after=x", nil).want(t, 400, "Nothing was changed")
	for range 31 {
		d.clock.Advance(time.Second)
		_, err := d.Service().TestWebhook(t.Context(), d.operator(), d.hooks()[0].ID)
		d.must(err)
	}
	first := b.send(path, nil).want(t, 200, "Next page")
	next := regexp.MustCompile(`href="(/console/webhooks/[^"]*after=[^"]*)#log"`).FindStringSubmatch(first.body)
	if got := strings.Count(first.body, "<b>A test</b>"); got != 30 || next == nil {
		t.Fatalf("the first page has %d deliveries and the link %q, want 30 and one", got, next)
	}
	b.send(strings.ReplaceAll(next[1], "&amp;", "&"), nil).want(t, 200, "<b>A test</b>")

	status.Store(http.StatusGone)
	d.site("pier", "Pier 9")
	d.must(d.Service().DeliverWebhook(t.Context(), service.WebhookRef{Dealer: d.Dealer, ID: d.hooks()[0].ID}))
	b.send(path, nil).want(t, 200, "The receiver answered 410: it wants no more events.").want(t, 200, "Send events again")
}

var badWebhooks = []struct{ field, value, text string }{
	{"url", " ", "Give an address such as"},
	{"url", "ftp://example.org", "Give an address such as"},
	{"url", "https://ann:secret@example.org/", "Give an address such as"},
	{"url", "https://example.org/" + strings.Repeat("a", 3000), "This is too long."},
	{"description", strings.Repeat("a", 201), "This is too long."},
	{"description", "a\u202eb", "This text has characters that cannot be shown."},
	{"types", "contact.lost", "Choose some of the list."},
}

func TestRefusedWebhooks(t *testing.T) {
	d, receiver, _ := newHooked(t)
	b := d.as("olivia")
	path, _ := b.makesWebhook(receiver)
	for _, bad := range badWebhooks {
		form := url.Values{"do": {"save"}, "url": {receiver}, "description": {"typed"}}
		form.Set(bad.field, bad.value)
		b.send(addWebhookPath, form).want(t, 422, bad.text)
		b.send(path, form).want(t, 422, bad.text)
	}
	b.send(path, url.Values{"do": {"other"}}).want(t, 400, "Nothing was changed")
	const hostile = `"><script>alert(1)</script>`
	b.send(path, url.Values{"do": {"save"}, "url": {receiver}, "description": {hostile}}).wantRedirect(t, path+"?done=webhook_saved")
	if page := b.send(path, nil).want(t, 200, "&lt;script&gt;"); strings.Contains(page.body, hostile) {
		t.Errorf("a description is markup:\n%s", page.body)
	}
	for range 19 {
		_, err := d.Service().CreateWebhook(t.Context(), d.operator(), rollcall.WebhookInput{URL: rollcall.Given(receiver)})
		d.must(err)
	}
	b.send(addWebhookPath, url.Values{"url": {receiver}}).want(t, 409, "Your company has 20 webhooks").want(t, 409, `value="`+receiver)
}

// TestWebhooksOfOthers checks that nobody but an owner sees or changes webhooks, and an owner only those of their own dealer.
func TestWebhooksOfOthers(t *testing.T) {
	d, receiver, _ := newHooked(t)
	d.user("mia", rollcall.RoleManager)
	path, _ := d.as("olivia").makesWebhook(receiver)
	manager := d.as("mia")
	manager.send("/console/webhooks", nil).want(t, 403, "You may not do this")
	manager.send(path, url.Values{"do": {"rotate"}}).want(t, 403, "You may not do this")
	other, err := d.Service().CreateDealer(t.Context(), rollcall.DealerInput{Name: rollcall.Given("Hill Alarm")})
	d.must(err)
	here := d.Dealer
	d.Dealer = other.ID
	d.user("stranger", rollcall.RoleOwner)
	b := d.as("stranger")
	d.Dealer = here
	b.send("/console/webhooks", nil).want(t, 200, "There are no webhooks yet.")
	b.send(path, nil).want(t, 404, "There is no such page")
	for _, do := range []string{"save", "enable", "disable", "rotate", "test", "delete", "", "other"} {
		b.send(path, url.Values{"do": {do}, "url": {receiver}, "confirm": {"yes"}}).want(t, 404, "There is no such page")
	}
	b.send(path, url.Values{"retry": {"evt_1"}}).want(t, 404, "There is no such page")
	if got := d.hooks(); len(got) != 1 || got[0].Status != rollcall.WebhookActive || !got[0].OldUntil.IsZero() {
		t.Errorf("the webhooks are %+v, want the one that nobody else changed", got)
	}
}

// webhookInBrowser makes a webhook, tests it, sends again what failed, and deletes it.
func webhookInBrowser(t *testing.T, b *testkit.Browser, screen testkit.Screen) {
	d, receiver, status := newHooked(t)
	x := d.tab(b, screen)
	x.enters("olivia@example.org")
	x.follow("Settings")
	x.heading("Settings")
	x.follow("Webhooks")
	x.heading("Webhooks")
	x.follow("Make a webhook")
	x.heading("Make a webhook")
	x.types("url", receiver)
	x.types("description", "Tickets for the night desk")
	x.do(chromedp.Click(`//label[.="A contact confirmed"]`))
	x.picture(pictureOf("add-webhook", screen))
	x.press("Make the webhook")
	x.heading("The secret of your new webhook")
	x.picture(pictureOf("webhook-secret", screen))
	x.do(chromedp.Reload())
	x.heading("This was done before")
	x.follow("See the webhook")
	x.sees("Nothing was sent yet.")
	status.Store(http.StatusTeapot)
	x.press("Send a test")
	x.sees("The test was not delivered.")
	x.sees("It answered 418.")
	status.Store(http.StatusOK)
	x.press("Send a test")
	x.sees("The test was delivered.")
	x.picture(pictureOf("webhook", screen))
	x.chooses("status", "failed")
	x.press("Show")
	x.sees("Show all deliveries")
	x.press("Send again")
	x.sees("The event is sent again now.")
	x.press("Make another secret")
	x.heading("The new secret of the webhook")
	x.follow("All webhooks")
	x.sees("Tickets for the night desk")
	x.picture(pictureOf("webhooks", screen))
	x.do(chromedp.Click(`//main//ul//a`))
	x.heading("Webhook")
	x.do(chromedp.Click("#confirm-yes"))
	x.press("Delete the webhook")
	x.sees("The webhook is deleted.")
	if n := len(d.hooks()); n != 0 {
		t.Errorf("%d webhooks, want none", n)
	}
}

// accessibleWebhooks checks the pages of webhooks by the rules of axe-core.
func accessibleWebhooks(t *testing.T, b *testkit.Browser) {
	script := testkit.Axe(t)
	d, receiver, status := newHooked(t)
	x := d.tab(b, testkit.Screen{Language: "en"})
	x.enters("olivia@example.org")
	owner := d.as("olivia")
	path, _ := owner.makesWebhook(receiver+"?"+strings.Repeat("long", 30), "contact.updated")
	status.Store(http.StatusGone)
	d.site("pier", "Pier 9")
	_, err := d.Service().UpdateWebhook(t.Context(), d.operator(), d.hooks()[0].ID, rollcall.WebhookInput{Types: rollcall.Given([]string{"site.created"})})
	d.must(err)
	d.site("mill", "The mill")
	d.must(d.Service().DeliverWebhook(t.Context(), service.WebhookRef{Dealer: d.Dealer, ID: d.hooks()[0].ID}))
	x.accessible(script, "/console/webhooks", addWebhookPath, path, path+"?status=pending")
	for _, screen := range []testkit.Screen{{Width: 320, Language: "en"}, {Width: 1440, Language: "en", Dark: true}} {
		x.do(screen.Show())
		x.open(path, "Webhook")
		x.press("Make another secret")
		x.heading("The new secret of the webhook")
		x.look(script, "a secret", screen)
		x.open(path, "Webhook")
		x.press("Delete the webhook")
		x.sees("Tick this first.")
		x.look(script, "a refused deletion", screen)
	}
}
