package console_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"example.org/rollcall/internal/rollcall"
	"example.org/rollcall/internal/testkit"
)

// TestSiteInBrowser uses the page of a site without scripts, on a phone in the dark and on a desk in the light.
func TestSiteInBrowser(t *testing.T) {
	b := testkit.NewBrowser(t)
	for _, screen := range []testkit.Screen{
		{Width: 360, Height: 740, Language: "en", Dark: true, NoScript: true},
		{Width: 1440, Height: 900, Language: "en", NoScript: true},
	} {
		for name, act := range map[string]func(*testing.T, tab){
			"fix a number and send": fixInBrowser, "add, move, remove, undo": peopleInBrowser, "two people edit": conflictInBrowser,
			"a form is kept": keptContactInBrowser,
		} {
			t.Run(name, func(t *testing.T) {
				d := newPier(t)
				x := d.tab(b, screen)
				var cancel context.CancelFunc
				x.ctx, cancel = context.WithTimeout(x.ctx, time.Minute)
				defer cancel()
				x.enters("mia@example.org")
				x.open(pierPage, "Pier 9 offices")
				act(t, x)
			})
		}
	}
	t.Run("accessible", func(t *testing.T) { accessibleSite(t, b) })
	t.Run("follows what happens", func(t *testing.T) { liveSite(t, b) })
}

// in clicks a link or button in the row of a contact.
func (x tab) in(name, text string) {
	x.Helper()
	x.do(chromedp.Click(`//section[@id="people"]//li[contains(., "` + name + `")]//*[self::a or self::button][normalize-space()="` + text + `"]`))
}

// retypes replaces what is in a field.
func (x tab) retypes(field, text string) {
	x.Helper()
	at := chromedp.CSS(`[name="` + field + `"]`)
	x.do(chromedp.WaitVisible(at), chromedp.Clear(at), chromedp.SendKeys(at, text))
}

func fixInBrowser(t *testing.T, x tab) {
	x.in("Bob Lee", "Change")
	x.retypes("points.1.value", "555-0123")
	x.press("Save")
	x.sees("This number works only inside its area") // as a warning in the row
	x.in("Bob Lee", "Change")
	x.retypes("points.1.value", "none")
	x.press("Save")
	x.sees("Give a phone number, such as")
	x.retypes("points.1.value", "+1 202 555 0166")
	x.press("Save")
	x.sees("was saved.")
	x.in("Bob Lee", "Send a text")
	x.sees("is on its way.")
	x.sees("Waiting for an answer")
	x.press("Send to everybody who is not confirmed")
	x.sees("Messages on their way: 2.")
	if got := x.stored("bob").Points[0]; got.Value != "+1 202 555 0166" || got.State.Status != rollcall.PointPending || x.sent() != 3 {
		t.Errorf("the phone is %+v after %d messages, want the fixed one, pending, after 3", got, x.sent())
	}
}

func peopleInBrowser(t *testing.T, x tab) {
	x.follow("Add a person")
	x.retypes("first_name", "Eve")
	x.retypes("points.1.value", "eve@example.org")
	x.do(chromedp.Click(chromedp.CSS("summary")))
	x.do(chromedp.Click(`//label[normalize-space()="Mon"]`))
	x.retypes("availability.1.from", "0800AM")
	x.retypes("availability.1.to", "0500PM")
	x.press("Add this person")
	x.sees("was added.")
	x.sees("Called: Mon 08:00–17:00")
	x.in("Eve", "Up")
	x.sees("Eve was moved.")
	x.in("Ann Lee", "Down")
	x.sees("Ann Lee was moved.")
	x.in("Bob Lee", "Remove")
	x.sees("Bob Lee was removed.")
	if got := strings.Fields(x.order()); len(got) != 2 || got[1] != "ann" {
		t.Errorf("the contacts are %v, want Eve and ann", got)
	}
	x.press("Undo")
	x.sees("is back on the call list.")
	if got := strings.Fields(x.order()); len(got) != 3 || got[2] != "bob" {
		t.Errorf("the contacts are %v, want bob at his place", got)
	}
}

func conflictInBrowser(t *testing.T, x tab) {
	x.in("Bob Lee", "Change")
	x.retypes("first_name", "Robert")
	x.change("bob", rollcall.ContactInput{LastName: rollcall.Given("Leeds")})
	x.press("Save")
	x.sees("Somebody else changed this person meanwhile.")
	x.follow("Keep what is stored")
	x.sees("Bob Leeds")
	x.in("Bob Leeds", "Change")
	x.retypes("first_name", "Robert")
	x.change("bob", rollcall.ContactInput{LastName: rollcall.Given("Leads")})
	x.press("Save")
	x.sees("Stored now")
	x.press("Save mine instead")
	x.sees("Robert Leeds was saved.")
	bob := x.stored("bob")
	if got := bob.Name(); got != "Robert Leeds" {
		t.Errorf("the name is %q, want what was typed", got)
	}
}

func keptContactInBrowser(t *testing.T, x tab) {
	x.in("Ann Lee", "Change")
	x.retypes("first_name", "Anna")
	x.clock.Advance(12 * time.Hour)
	x.press("Save")
	x.sees("You were signed out meanwhile.")
	x.types("email", "mia@example.org")
	x.types("password", goodPassword)
	x.press("Sign in")
	x.sees("what you typed is here")
	x.press("Save")
	x.sees("was saved.")
	if got := x.stored("ann").FirstName; got != "Anna" {
		t.Errorf("the name is %q, want Anna", got)
	}
}

// accessibleSite checks the page in each of its states by the rules of axe-core.
func accessibleSite(t *testing.T, b *testkit.Browser) {
	script := testkit.Axe(t)
	d := newPier(t)
	d.attest("ann")
	d.addPerson("long", strings.Repeat("Sicherheit", 10), strings.Repeat("שלום", 25), "+1-555-0123", strings.Repeat("a", 60)+"@example.org")
	d.addPerson("html", `<b onload="x">`, "", "+1 202 555 0101")
	x := d.tab(b, testkit.Screen{Language: "en"})
	x.enters("mia@example.org")
	mia := d.as("mia")
	mia.act("ask", "all")
	removed := mia.act("remove", "html").Header.Get("Location")
	x.accessible(script, pierPage, removed, pierPage+"?edit=ann", pierPage+"?add=1", pierPage+"?edit=long", pierPage+"?at=2031-04-01T08:00&phase=after", pierPage+"?at=none")
	x.accessible(script, "/console/sites/site_123abc") // without a time zone
	for _, screen := range []testkit.Screen{{Width: 320, Language: "en"}, {Width: 1440, Language: "en", Dark: true}} {
		x.do(screen.Show())
		x.open(pierPage, "Pier 9")
		x.in("Bob", "Change")
		x.retypes("first_name", "Robert")
		d.change("bob", rollcall.ContactInput{Language: rollcall.Given("fr")})
		d.change("bob", rollcall.ContactInput{Language: rollcall.Given("")})
		x.press("Save")
		x.sees("Stored now")
		x.look(script, "a conflict", screen)
		x.picture("site-conflict")
		x.retypes("first_name", " ")
		ask[bool](x, `document.querySelector("[name=first_name]").required = false; true`)
		x.press("Save mine instead")
		x.sees("Give a first name.")
		x.look(script, "a refused form", screen)
	}
}

// look checks a page that is open.
func (x tab) look(script, what string, on testkit.Screen) {
	x.Helper()
	for _, problem := range problems(x, script) {
		x.Errorf("%s, %d wide, dark %t: %s", what, on.Width, on.Dark, problem)
	}
}

// liveSite checks that the page follows what happens, and that nothing that is being typed is lost.
func liveSite(t *testing.T, b *testkit.Browser) {
	d := newPier(t)
	x := d.tab(b, testkit.Screen{Width: 1440, Height: 900, Language: "en"})
	x.enters("mia@example.org")
	x.open(pierPage, "Pier 9 offices")
	x.in("Bob Lee", "Send a text")
	x.sees("Waiting for an answer")
	_, err := d.Service().AnswerLink(t.Context(), d.Newest().Token, rollcall.LinkAnswer{Confirm: true})
	d.must(err)
	x.sees("Last confirmed")
	x.in("Bob Lee", "Change")
	x.retypes("first_name", "Robert")
	d.change("ann", rollcall.ContactInput{FirstName: rollcall.Given("Anna")})
	x.do(chromedp.WaitVisible(`//section[@id="list"]//a[contains(., "Anna Lee")]`))
	if got := ask[string](x, `document.querySelector("[name=first_name]").value`); got != "Robert" {
		t.Errorf("the form holds %q, want what was typed", got)
	}
	x.press("Save")
	x.sees("was saved.")
}

// sees waits for a text, which may have names in it.
func (x tab) sees(text string) {
	x.Helper()
	ctx, cancel := context.WithTimeout(x.ctx, 30*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.WaitVisible(`//main[contains(normalize-space(), "`+text+`")]`)); err != nil {
		x.Fatalf("the page doesn't say %q: %v\n%s", text, err, ask[string](x, `document.querySelector("main").innerText`))
	}
}
