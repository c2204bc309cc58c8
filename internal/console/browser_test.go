package console_test

import (
	"context"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/testkit"
)

// tab is a page in a real browser.
type tab struct {
	*desk
	ctx context.Context
}

func (d *desk) tab(b *testkit.Browser, on testkit.Screen) tab {
	d.Helper()
	return tab{d, b.Tab(d.T, on)}
}

func (x tab) do(steps ...chromedp.Action[chromedp.Void]) {
	x.Helper()
	x.must(chromedp.Do(x.ctx, steps...))
}

func ask[T any](x tab, script string, options ...chromedp.EvaluateOption) T {
	x.Helper()
	value, err := chromedp.Run(x.ctx, chromedp.Evaluate[T](script, options...))
	x.must(err)
	return value
}

// open opens a page, and waits for its heading.
func (x tab) open(path, heading string) {
	x.Helper()
	x.do(chromedp.Navigate(x.URL + path))
	x.heading(heading)
}

func (x tab) heading(text string) {
	x.Helper()
	x.do(chromedp.WaitVisible(`//h1[contains(., "` + text + `")]`))
}

// says waits for a text.
func (x tab) says(text string) {
	x.Helper()
	x.do(chromedp.WaitVisible(`//main//*[contains(text(), "` + text + `")]`))
}

// picture stores a picture of the page, if pictures are wanted.
func (x tab) picture(name string) {
	x.Helper()
	testkit.Picture(x.T, x.ctx, name)
}

// types types into a field.
func (x tab) types(field, text string) {
	x.Helper()
	x.do(chromedp.SendKeys(chromedp.CSS("#"+field), text))
}

func (x tab) press(button string) {
	x.Helper()
	x.do(chromedp.Click(`//button[normalize-space()="` + button + `"]`))
}

func (x tab) follow(link string) {
	x.Helper()
	x.do(chromedp.Click(`//a[normalize-space()="` + link + `"]`))
}

func (x tab) signIn(email, password string) {
	x.Helper()
	x.open("/console/sign-in", "Sign in")
	x.types("email", email)
	x.types("password", password)
	x.press("Sign in")
}

// enters signs in and waits for the first page.
func (x tab) enters(email string) {
	x.Helper()
	x.signIn(email, goodPassword)
	x.heading("Overview")
}

// TestInBrowser uses the console as people do, without scripts, on a phone and on a desk.
func TestInBrowser(t *testing.T) {
	b := testkit.NewBrowser(t)
	for _, screen := range []testkit.Screen{
		{Width: 360, Height: 740, Language: "en", NoScript: true},
		{Width: 1440, Height: 900, Language: "en", Dark: true, NoScript: true},
	} {
		for name, act := range map[string]func(*testing.T, *testkit.Browser, testkit.Screen){
			"invite, accept, sign in and out": inviteInBrowser, "forgotten password": resetInBrowser,
			"second factor": secondFactorInBrowser, "a form is kept": keptInBrowser,
			"a key": keyInBrowser, "a webhook": webhookInBrowser, "settings": settingsInBrowser, "audit": auditInBrowser, "branding": brandingInBrowser,
			"evidence": evidenceInBrowser,
		} {
			t.Run(name, func(t *testing.T) { act(t, b, screen) })
		}
	}
	t.Run("by keyboard", func(t *testing.T) { keyboardInBrowser(t, b) })
	t.Run("accessible", func(t *testing.T) { accessibleInBrowser(t, b) })
	t.Run("accessible webhooks", func(t *testing.T) { accessibleWebhooks(t, b) })
}

func inviteInBrowser(t *testing.T, b *testkit.Browser, screen testkit.Screen) {
	d := newDesk(t)
	owner := d.user("olivia", rollcall.RoleOwner)
	link, err := d.Service().NewSignInLink(t.Context(), d.Dealer, owner.ID)
	d.must(err)
	x := d.tab(b, screen)
	x.open(link, "Sign in")
	x.press("Sign in")
	x.heading("Overview")
	x.follow("People")
	x.heading("People")
	x.types("email", "bo@example.org")
	x.types("name", "Bo Berg")
	x.types("role", "M") // for Manager
	x.press("Send the invitation")
	x.says("The invitation is on its way")
	x.press("Sign out")
	x.says("You are signed out.")

	x = d.tab(b, screen)
	x.open(d.link(), "Welcome to Rollcall")
	x.types("password", "short")
	x.press("Save the password")
	x.says("Use at least 12 characters.")
	x.types("password", goodPassword)
	x.press("Save the password")
	x.says("The password is saved.")
	x.signIn("bo@example.org", "wrong")
	x.says("do not belong together")
	x.types("password", goodPassword)
	x.press("Sign in")
	x.follow("Your account")
	x.says("bo@example.org")
	if people := ask[int](x, `[...document.links].filter(a => a.textContent === "People").length`); people != 0 {
		t.Error("a manager sees a link to People, want it left out")
	}
}

func resetInBrowser(t *testing.T, b *testkit.Browser, screen testkit.Screen) {
	d := newDesk(t)
	d.user("ann", rollcall.RoleViewer)
	x := d.tab(b, screen)
	x.open("/console", "Sign in")
	x.follow("Forgot your password?")
	x.heading("Forgot your password?")
	x.types("email", "ann@example.org")
	x.press("Send the link")
	x.says("an e-mail is on its way")
	x.open(d.link(), "New password")
	x.types("password", "another quiet harbour lamp")
	x.press("Save the password")
	x.says("The password is saved.")
	x.signIn("ann@example.org", "another quiet harbour lamp")
	x.heading("Overview")
}

func secondFactorInBrowser(t *testing.T, b *testkit.Browser, screen testkit.Screen) {
	d := newDesk(t)
	d.user("ann", rollcall.RoleViewer)
	x := d.tab(b, screen)
	x.enters("ann@example.org")
	x.follow("Your account")
	x.heading("Your account")
	x.follow("Turn it on")
	x.heading("Second factor")
	if width := ask[int](x, `document.querySelector("img.qr").naturalWidth`); width != 200 {
		t.Errorf("the QR code is %d pixels wide, want 200", width)
	}
	secret := ask[string](x, `document.querySelector("main code").textContent`)
	x.types("code", d.codeNow(secret))
	x.press("Turn it on")
	x.heading("Your recovery codes")
	recovery := ask[string](x, `document.querySelector(".codes code").textContent`)
	x.press("Sign out")
	x.says("You are signed out.")
	d.clock.Advance(time.Minute)
	for _, code := range []string{d.codeNow(secret), recovery} {
		x.signIn("ann@example.org", goodPassword)
		x.heading("One more step")
		x.types("code", code)
		x.press("Go on")
		x.heading("Overview")
		x.press("Sign out")
		x.says("You are signed out.")
	}
}

func keptInBrowser(t *testing.T, b *testkit.Browser, screen testkit.Screen) {
	d := newDesk(t)
	d.user("olivia", rollcall.RoleOwner)
	x := d.tab(b, screen)
	x.enters("olivia@example.org")
	x.follow("People")
	x.heading("People")
	x.types("email", "bo@example.org")
	x.types("name", "Bo Berg")
	d.clock.Advance(12 * time.Hour)
	x.press("Send the invitation")
	x.says("You were signed out meanwhile.")
	x.types("email", "olivia@example.org")
	x.types("password", goodPassword)
	x.press("Sign in")
	x.heading("People")
	if got := ask[string](x, `document.querySelector("#email").value + " " + document.querySelector("#name").value`); got != "bo@example.org Bo Berg" {
		t.Errorf("the form holds %q, want what was typed", got)
	}
	x.press("Send the invitation")
	x.says("The invitation is on its way")
}

// keyboardInBrowser goes from signing in to a sent validation with the keyboard alone.
func keyboardInBrowser(t *testing.T, b *testkit.Browser) {
	d := newDesk(t)
	d.user("mia", rollcall.RoleManager)
	x := d.tab(b, testkit.Screen{Language: "en", NoScript: true})
	x.open("/console/sign-in", "Sign in")
	var order []string
	for _, text := range []string{"", "mia@example.org", goodPassword, ""} {
		x.do(chromedp.KeyEvent(kb.Tab))
		order = append(order, ask[string](x, focused))
		if text != "" {
			x.do(chromedp.KeyEvent(text))
		}
	}
	if got, want := strings.Join(order, ", "), "Skip to the page, email, password, Sign in"; got != want {
		t.Errorf("the keyboard goes through %s, want %s, each visible", got, want)
	}
	x.do(chromedp.KeyEvent(kb.Enter))
	x.heading("Overview")
	x.tabTo("Not ready")
	x.heading("Sites")
	x.tabTo("Harbour Street warehouse")
	x.heading("Harbour Street warehouse")
	x.tabTo("Send a text")
	x.sees("The message to John Doe is on its way.")
}

// focused is what has the focus, and whether one sees that.
const focused = `(() => { const e = document.activeElement, s = getComputedStyle(e);
	return (e.id || e.textContent.trim()) + (s.outlineStyle === "solid" && parseFloat(s.outlineWidth) >= 3 ? "" : " unseen"); })()`

// tabTo goes to the link or button whose text ends with these words, by the tab key, and presses Enter there. Each place on the way
// must be visible.
func (x tab) tabTo(words string) {
	x.Helper()
	const most = 100
	for range most {
		x.do(chromedp.KeyEvent(kb.Tab))
		at := ask[string](x, focused)
		if strings.HasSuffix(at, " unseen") {
			x.Errorf("the focus on the way to %s is at %s, want it visible", words, at)
		}
		if strings.HasSuffix(at, words) {
			x.do(chromedp.KeyEvent(kb.Enter))
			return
		}
	}
	x.Fatalf("%d presses of the tab key don't reach %s", most, words)
}

// accessibleInBrowser checks every page by the rules of axe-core, on a phone in Spanish and light, and on a desk in English and dark.
func accessibleInBrowser(t *testing.T, b *testkit.Browser) {
	script := testkit.Axe(t)
	d := newDesk(t)
	owner := d.user("olivia", rollcall.RoleOwner)
	d.user(strings.Repeat("Sicherheit", 6), rollcall.RoleViewer)
	x := d.tab(b, testkit.Screen{Language: "en"})
	link, err := d.Service().NewSignInLink(t.Context(), d.Dealer, owner.ID)
	d.must(err)
	x.accessible(script, "/console/sign-in", "/console/sign-in?done=signed_out", "/console/forgot", "/console/none", "/console/link/wrong", link)
	x.open(link, "Sign in")
	x.press("Sign in")
	x.heading("Overview")
	x.accessible(script, "/console", "/console/sites", "/console/sites?search=nothing", "/console/add-site", "/console/sites/site_123abc/edit?done=site_saved",
		"/console/account", "/console/account?done=password_changed", "/console/account/sessions", "/console/account/second-factor",
		"/console/people", "/console/people?done=not_sent", "/console/people/"+string(owner.ID))
	x.accessible(script, "/console/audit", "/console/audit?site=site_123abc&from=2999-01-01", "/console/settings", "/console/branding", "/console/branding/preview", "/console/keys", "/console/keys/"+d.someKey(), "/console/add-key")
	x.accessible(script, "/console/evidence", "/console/evidence?site=site_123abc&search=street", d.as("olivia").send(evidencePage, url.Values{"site": {"site_123abc"}}).Header.Get("Location"))
	x.open("/console/account", "Your account")
	x.types("current", "wrong")
	x.types("password", "short")
	x.press("Save the password")
	x.says("This is not your password.")
	for _, problem := range problems(x, script) {
		t.Errorf("a refused form: %s", problem)
	}
}

// accessible checks pages on a phone in Spanish and light, and on a desk in English and dark.
func (x tab) accessible(script string, paths ...string) {
	x.Helper()
	for _, screen := range []testkit.Screen{{Width: 320, Language: "es"}, {Width: 1440, Language: "en", Dark: true}} {
		x.do(screen.Show())
		for _, path := range paths {
			x.do(chromedp.Navigate(x.URL + path))
			for _, problem := range problems(x, script) {
				x.Errorf("%s, %d wide, %s, dark %t: %s", path, screen.Width, screen.Language, screen.Dark, problem)
			}
			x.picture(pictureOf(strings.Trim(notInNames.ReplaceAllString(path, "-"), "-"), screen))
		}
	}
}

// notInNames is what names of pictures don't have: signs, and identifiers and tokens that are made.
var notInNames = regexp.MustCompile(`\W+(\w{20,})?`)

// problems returns what makes the page in a tab hard to use, as sentences.
func problems(x tab, script string) []string {
	x.Helper()
	ask[bool](x, script+"; true")
	found := ask[[]string](x, `axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.map(v => v.id + ": " + v.nodes.map(n => n.html).join(" | ")))`,
		chromedp.EvalAwaitPromise)
	return append(found, ask[[]string](x, looks)...)
}

// looks returns what doesn't fit, or is too small to press.
const looks = `(() => {
  const found = [], root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) found.push("the page scrolls sideways: " + root.scrollWidth);
  if (document.styleSheets.length !== 1) found.push("the style is blocked");
  for (const e of document.querySelectorAll("main a, nav a, button, input:not([type=hidden], [type=checkbox]), select")) {
    if (e.getClientRects().length === 0) continue; // not shown
    const box = e.getBoundingClientRect();
    if (box.height < 44 || box.width < 44) found.push(e.outerHTML.slice(0, 60) + " is " + box.width + " by " + box.height);
    if (box.right > root.clientWidth + 0.5 || box.left < -0.5) found.push(e.outerHTML.slice(0, 60) + " stands out of the page");
  }
  return found;
})()`
