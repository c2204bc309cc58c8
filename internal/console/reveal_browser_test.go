package console_test

import (
	"testing"

	"github.com/chromedp/chromedp"

	"example.org/rollcall/internal/testkit"
)

// TestRevealInBrowser reveals hidden numbers, and notes that a list was read through, without scripts, on a phone and on a desk.
func TestRevealInBrowser(t *testing.T) {
	b := testkit.NewBrowser(t)
	for _, screen := range []testkit.Screen{
		{Width: 360, Height: 740, Language: "en", NoScript: true},
		{Width: 1440, Height: 900, Language: "en", Dark: true, NoScript: true},
	} {
		t.Run("reveal and read through", func(t *testing.T) {
			x := maskedPier(t).tab(b, screen)
			x.enters("mia@example.org")
			x.open(pierPage, "Pier 9 offices")
			x.sees("•••• 0101")
			x.summary("Numbers, addresses and notes are hidden. Show them")
			x.types("reason", "Ann Lee is on the phone")
			x.press("Show them")
			x.sees("+1 202 555 0101")
			x.summary("It was read through with somebody")
			x.types("with", "Ann Lee")
			x.press("Save the review")
			x.sees("Last read through with Ann Lee on 5 Mar 2031.")
			x.summary("Somebody asked for it?")
			x.types("on_behalf_of", "Ann Lee")
			x.in("Ann Lee", "Down")
			x.sees("Ann Lee was moved.")
			x.open(auditPath+"?site=pier", "Audit")
			x.says("at the request of \u2068Ann Lee\u2069.")
		})
	}
	t.Run("accessible", func(t *testing.T) {
		script := testkit.Axe(t)
		x := maskedPier(t).tab(b, testkit.Screen{Language: "en"})
		x.enters("mia@example.org")
		x.accessible(script, pierPage, pierPage+"?edit=ann", pierPage+"/edit", pierPage+"/contacts/ann", auditPath+"?site=pier")
		for _, screen := range []testkit.Screen{{Width: 320, Language: "en"}, {Width: 1440, Language: "en", Dark: true}} {
			x.do(screen.Show())
			x.open(pierPage, "Pier 9 offices")
			for _, part := range []string{"Numbers, addresses and notes are hidden. Show them", "Somebody asked for it?", "It was read through with somebody"} {
				x.summary(part)
			}
			x.look(script, "the page of a site with everything open", screen)
			x.picture("site-hidden")
		}
	})
}

// summary opens what is behind a summary.
func (x tab) summary(text string) {
	x.Helper()
	x.do(chromedp.Click(`//summary[normalize-space()="` + text + `"]`))
}
